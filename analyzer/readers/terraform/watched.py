"""A tree that remembers what it was asked and what it answered, so that a result can be kept for
as long as it would get the same answers.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeAlias

from analyzer.sources import Tree, Unreadable

Question: TypeAlias = tuple[str, str]  # what was asked ("read", "exists" …), and of which path
# Names of other files are in no list that this tree gives, so that they may come and go.
_TERRAFORM = re.compile(r"\.(tf|tofu|backend|hcl)[^/]*$")


@dataclass(frozen=True)
class WatchedTree(Tree):
    """A tree whose answers (as digests) are the same all through a run."""

    _answers: dict[Question, str] = field(default_factory=dict, repr=False)

    @property
    def asked(self) -> list[Question]:
        """All that was asked so far."""
        return list(self._answers)

    def files(self) -> Iterator[str]:
        """As for every tree; files of Terraform only."""
        names = [name for name in super().files() if _TERRAFORM.search(name)]
        self._note("files", "", "\n".join(names))
        return iter(names)

    def list(self, folder: str, wanted: Callable[[str], bool]) -> list[str]:
        """As for every tree; files of Terraform only."""
        names = super().list(folder, lambda name: _TERRAFORM.search(name) is not None)
        self._note("list", folder, "\n".join(names))
        return [name for name in names if wanted(name)]

    def below(self, folder: str) -> Iterator[str]:
        """As for every tree."""
        names = list(super().below(folder))
        self._note("below", folder, "\n".join(names))
        return iter(names)

    def exists(self, path: str) -> bool:
        """As for every tree."""
        found = super().exists(path)
        self._note("exists", path, str(found))
        return found

    def read_bytes(self, path: str) -> bytes:
        """As for every tree."""
        try:
            found = super().read_bytes(path)
        except Unreadable as error:
            self._note("read", path, f"not read: {error}")
            raise
        self._note("read", path, found)
        return found

    def names_in(self, folder: str) -> None:
        """Ask for all that is in a folder: what is missing is, as long as that stays the same."""
        try:
            names = sorted(os.listdir(self._inside(folder)))  # noqa: PTH208 (names are enough)
        except (Unreadable, OSError):
            names = [secrets.token_hex()]  # what leads out of the tree or is no folder: ask again
        self._noted(("names", folder), "\n".join(names))

    def answers(self, questions: Iterable[Question]) -> str:
        """One digest of the answers to all of them; each is asked once in a run."""
        return _digest("\n".join(map(self._answer, questions)))

    def _answer(self, question: Question) -> str:
        if question not in self._answers:
            kind, path = question
            with suppress(Unreadable):
                _ASK[kind](self, path)
        return self._answers.get(question, "not there")

    def _note(self, kind: str, path: str, answer: str | bytes) -> None:
        where = self._there(path)
        if where == path:
            self._noted((kind, path), answer)
        else:
            self.names_in(where)

    def _there(self, path: str) -> str:
        """The path, or what is there of it: the rest may be computed, and of a secret."""
        while path and not os.path.lexists(self.root / path):
            path = path.rpartition("/")[0]
        return path

    def _noted(self, question: Question, answer: str | bytes) -> None:
        digest = _digest(answer)
        if self._answers.setdefault(question, digest) != digest:
            self._answers[question] = "changed during the run"  # which no later run will be told


_ASK: dict[str, Callable[[WatchedTree, str], object]] = {
    "files": lambda tree, _: tree.files(),
    "list": lambda tree, path: tree.list(path, bool),
    "below": WatchedTree.below,
    "exists": WatchedTree.exists,
    "read": WatchedTree.read_bytes,
    "names": WatchedTree.names_in,
}


def _digest(answer: str | bytes) -> str:
    content = answer.encode(errors="surrogatepass") if isinstance(answer, str) else answer
    return sha256(content).hexdigest()
