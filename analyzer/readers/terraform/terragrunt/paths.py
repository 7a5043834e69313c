"""Terragrunt's functions give absolute paths. Where a checkout lies is nobody's business, so the
repository is shown as a folder of a fixed name, and nothing outside of it can be named.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from analyzer.readers.terraform.types import LimitError
from analyzer.sources import Tree

TOP = "/repository"


@dataclass(frozen=True)
class Paths:
    """Between absolute paths and paths of the tree; `within` is where the tree lies in the
    repository.
    """

    within: str = ""

    @classmethod
    def of(cls, tree: Tree) -> Paths:
        """The paths of a tree."""
        top = (tree.boundary or tree.root).resolve()
        within = tree.root.resolve().relative_to(top).as_posix()
        return cls("" if within == "." else within)

    def absolute(self, path: str) -> str:
        """A path of the tree as Terragrunt would give it."""
        return posixpath.normpath(posixpath.join(TOP, self.within, path))

    def inside(self, path: str, base: str) -> str:
        """A path as the tree has it; relative ones start at `base`, a folder of the tree.

        Raises:
            LimitError: it leads out of the repository.

        """
        full = posixpath.normpath(posixpath.join(self.absolute(base), path))
        if full != TOP and not full.startswith(f"{TOP}/"):
            raise LimitError("a path outside the repository is not read")
        found = posixpath.relpath(full, posixpath.join(TOP, self.within))
        return "" if found == "." else found
