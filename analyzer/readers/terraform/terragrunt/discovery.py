"""Which units a run has: folders with `terragrunt.hcl`, and those that stack files make.

A file that only others include, or that a stack file takes as a pattern, is no unit of its own.
https://terragrunt.gruntwork.io/docs/features/stacks/
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.syntax import Block
from analyzer.readers.terraform.terragrunt.project import CONFIG, Project
from analyzer.readers.terraform.terragrunt.reading import Reading
from analyzer.readers.terraform.types import LimitError
from graph.problems import Problem, ProblemKind
from graph.values import Location

STACK = "terragrunt.stack.hcl"
INSIDE = ".terragrunt-stack"
MAX_UNITS = 5_000
MAX_DEPTH = 10
_SKIPPED = frozenset({".terragrunt-cache", ".terragrunt-stack", ".terraform"})


@dataclass(frozen=True)
class Unit:
    """Where a unit runs, where its file lies, and the values that a stack file gives it."""

    folder: str
    reading: Reading = field(repr=False)

    @property
    def template(self) -> str:
        """The folder in which its files lie."""
        return self.reading.folder


@dataclass
class _Discovery:
    project: Project
    units: dict[str, Unit] = field(default_factory=dict)
    patterns: set[str] = field(default_factory=set)

    def stack(self, path: str, home: str, values: Data, depth: int) -> None:
        """Every unit of a stack file, and of the stacks in it."""
        reading = self.project.unit(path, home, values)
        if reading is None:
            return
        for kind in ("unit", "stack"):
            for block in reading.blocks(kind):
                self._entry(reading, block, kind, depth)

    def _entry(self, stack: Reading, block: Block, kind: str, depth: int) -> None:
        place = stack.file.location(block.span)
        what = f"{kind} {' '.join(block.labels)}"
        source, path = stack.value(block, "source"), stack.value(block, "path")
        if not isinstance(source, str) or not isinstance(path, str):
            self.project.fault(what, "its source or path is not known", place)
            return
        flat = stack.value(block, "no_dot_terragrunt_stack") is True
        home = posixpath.join(stack.home, path if flat else f"{INSIDE}/{path}")
        name = CONFIG if kind == "unit" else STACK
        try:
            home = self.project.paths.inside(home, "")
            file = self._file(stack, source, name)
        except LimitError as error:
            self.project.fault(what, str(error), place)
            return
        values = stack.value(block, "values")
        if not self.project.tree.exists(file):
            self.project.fault(what, f"its source {source!r} is not in this repository", place)
        elif kind == "stack":
            self._nested(file, home, values, depth, place)
        elif len(self.units) < MAX_UNITS:
            self.patterns.add(file)
            reading = self.project.unit(file, home, {} if values is None else values)
            if reading is not None:
                self.units[home] = Unit(home, reading)

    def _file(self, stack: Reading, source: str, name: str) -> str:
        """Seen from where the stack's file would be copied to, or from where it is."""
        seen = [self.project.paths.inside(source, base) for base in (stack.home, stack.folder)]
        files = [posixpath.join(folder, name) for folder in seen]
        return next((file for file in files if self.project.tree.exists(file)), files[0])

    def _nested(self, file: str, home: str, values: Data, depth: int, place: Location) -> None:
        self.patterns.add(file)
        if depth < MAX_DEPTH and len(self.units) < MAX_UNITS:
            self.stack(file, home, {} if values is None else values, depth + 1)
        else:
            self.project.fault(f"stack {home}", "stacks are nested too deep or too many", place)


def units(project: Project, under: tuple[str, ...]) -> dict[str, Unit]:
    """The units below some folders of the tree, by folder."""
    files = list(_files(project, under))
    found = _Discovery(project)
    stacks = [path for path in files if posixpath.basename(path) == STACK]
    for path in stacks:
        if path not in found.patterns:
            before = dict(found.units)
            found.stack(path, posixpath.dirname(path), None, 0)
            if path in found.patterns:
                found.units = before
    plain = [path for path in files if posixpath.basename(path) == CONFIG]
    for path in plain[: MAX_UNITS - len(found.units)]:
        folder = posixpath.dirname(path)
        reading = None if path in found.patterns else project.unit(path, folder)
        if reading is not None and _runs(project, reading):
            found.units[folder] = Unit(folder, reading)
    if len(plain) > MAX_UNITS - len(found.units):
        _too_many(project, len(plain))
    return found.units


def _files(project: Project, under: tuple[str, ...]) -> Iterator[str]:
    for path in project.tree.files():
        if path.endswith(".hcl") and posixpath.basename(path) in {CONFIG, STACK}:
            folder = posixpath.dirname(path)
            inside = any(base in {"", "."} or f"{folder}/".startswith(f"{base}/") for base in under)
            if inside and not _SKIPPED & set(folder.split("/")):
                yield path


def _runs(project: Project, reading: Reading) -> bool:
    """Whether the file says what to run: it has a source, or Terraform files beside it."""
    if project.library.config(reading.folder).files:
        return True
    return any(
        "source" in b.body.arguments for r in reading.family() for b in r.blocks("terraform")
    )


def _too_many(project: Project, count: int) -> None:
    problem = Problem(
        ProblemKind.INVALID,
        f"{count} Terragrunt units",
        f"at most {MAX_UNITS} are analysed in a run",
        "the others were not analysed; name their folders as PATH",
    )
    project.problems[problem] = None
