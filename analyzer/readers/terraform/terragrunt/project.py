"""All Terragrunt files of a run: read once each, and the units' outputs asked for by demand."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from analyzer.readers.terraform.data import Data, Where
from analyzer.readers.terraform.library import Library
from analyzer.readers.terraform.memo import Memo
from analyzer.readers.terraform.names import Table
from analyzer.readers.terraform.parse import parse
from analyzer.readers.terraform.stack import StackEvaluator
from analyzer.readers.terraform.syntax import Block, File
from analyzer.readers.terraform.terragrunt.evaluator import TerragruntEvaluator
from analyzer.readers.terraform.terragrunt.paths import Paths
from analyzer.readers.terraform.terragrunt.reading import Reading
from analyzer.readers.terraform.traversal import Found
from analyzer.readers.terraform.types import EvaluationError, LimitError
from analyzer.readers.terraform.types.partial import one_of
from analyzer.sources import Tree, Unreadable
from graph.problems import Problem, ProblemKind
from graph.values import Location, Unknown, Why

CONFIG = "terragrunt.hcl"
MAX_NESTED = 30


@dataclass(eq=False)
class Project:
    """What files share: the tree, what was evaluated, and the units by folder.

    `open` gives the evaluator of the unit in a folder, `None` where there is none.
    """

    tree: Tree
    library: Library
    open: Callable[[str], StackEvaluator | None]
    memo: Memo = field(default_factory=Memo)
    problems: dict[Problem, None] = field(default_factory=dict)
    _files: dict[str, File | None] = field(default_factory=dict)
    _read: dict[tuple[str, str], Reading] = field(default_factory=dict)
    _reading: list[str] = field(default_factory=list)

    @cached_property
    def paths(self) -> Paths:
        """Between Terragrunt's absolute paths and the tree's."""
        return Paths.of(self.tree)

    def evaluator(self, reading: Reading) -> TerragruntEvaluator:
        """Evaluates the expressions of a file."""
        return TerragruntEvaluator(reading)

    def there(self, path: str) -> bool:
        """Whether a file is there, or a folder that is not empty."""
        return self.tree.exists(path) or next(iter(self.tree.below(path)), None) is not None

    def file(self, path: str) -> File | None:
        """A file's tree; `None`, and a problem, where it cannot be read."""
        if path not in self._files:
            self._files[path] = self._parsed(path)
        return self._files[path]

    def unit(self, path: str, home: str, values: Data = None) -> Reading | None:
        """The file of a unit; `home` is where Terragrunt would run it."""
        file = self.file(path)
        return None if file is None else Reading(self, file, home, home, values)

    def included(self, child: Reading, path: str, where: Location) -> Reading | None:
        """A file that another one includes."""
        try:
            inside = self.paths.inside(path, child.home)
        except LimitError as error:
            self.fault(f"include {path}", str(error), where)
            return None
        file = self.file(inside)
        if file is None or inside == child.file.path:
            self.fault(f"include {path}", "there is no such file to include", where)
            return None
        return Reading(self, file, child.home, child.original, child.values, child)

    def read(self, reader: Reading, path: str) -> Reading | None:
        """A file that stands for itself; a chain that comes back to itself is refused.

        Raises:
            EvaluationError: files read each other too deep.

        """
        inside = self.paths.inside(path, reader.home)
        if not self.tree.exists(inside):
            inside = posixpath.join(inside, CONFIG)
        if not self.tree.exists(inside):
            return None
        key = (inside, reader.original)
        if key not in self._read:
            file = self.file(inside)
            if file is None:
                return None
            home = posixpath.dirname(inside)
            self._read[key] = Reading(self, file, home, reader.original, reader.values)
        return self._read[key]

    def dependency(
        self, unit: Reading, declaring: Iterable[Reading], name: str, where: Where
    ) -> Found:
        """`dependency.name` of a unit, as the first of some files declares it."""
        for reading in declaring:
            for block in reading.blocks("dependency"):
                if block.labels == (name,):
                    found = _Dependency(self, unit, reading, block)
                    return Table(f"dependency.{name}", found.attribute, found.outputs)
        raise EvaluationError(f"no dependency is named {name!r} ({where()})")

    def fault(self, what: str, why: str, where: Location) -> None:
        """Something that costs a unit a part of what it says."""
        effect = "what it would set is not known"
        self.problems[Problem(ProblemKind.UNRESOLVED, what, why, effect, where)] = None

    def _parsed(self, path: str) -> File | None:
        where = Location(path, 1)
        try:
            file = parse(self.tree.read(path), path)
        except Unreadable as error:
            effect = "nothing of it was used"
            found = Problem(ProblemKind.UNREADABLE, path, str(error), effect, where)
            self.problems[found] = None
            return None
        for fault in file.problems:
            place, lost = file.location(fault.span), f"left out: {fault.lost}"
            self.problems[Problem(ProblemKind.INVALID, path, fault.message, lost, place)] = None
        return file


@dataclass(frozen=True)
class _Dependency:
    """Another unit as one unit sees it."""

    project: Project
    unit: Reading
    reading: Reading
    block: Block

    @property
    def name(self) -> str:
        """As expressions call it."""
        return self.block.labels[0]

    def attribute(self, name: str, _where: Where) -> Found:
        """`outputs`, or an argument of the block."""
        if name != "outputs":
            return self.argument(name)
        return Table(f"dependency.{self.name}.outputs", self.output, self.outputs)

    def argument(self, name: str) -> Data:
        """An argument; one that asks for itself is a cycle."""
        key = (self.reading, "dependency", self.name, name)
        what = f"dependency.{self.name}.{name}"
        return self.project.memo.get(key, what, lambda: self.reading.value(self.block, name))

    @property
    def path(self) -> Data:
        """Where the other unit is."""
        return self.argument("config_path")

    @property
    def mocks(self) -> Data:
        """What stands for its outputs before it exists."""
        return self.argument("mock_outputs")

    def output(self, name: str, where: Where) -> Data:
        """One output of the other unit, as its own evaluation gives it."""
        there = self._there()
        if there is None or name not in there.root.config.outputs:
            return self._open(name, where())
        return self.project.memo.get(
            (there.root, name), f"dependency.{self.name}.outputs.{name}", lambda: there.output(name)
        )

    def outputs(self) -> Data:
        """All outputs, as far as the other unit's module is there to declare them."""
        there = self._there()
        place = Location(self.unit.file.path, 1)
        names = there.root.config.outputs if there is not None else {}
        if not names:
            return self._possibly(self.mocks, f"dependency.{self.name}.outputs", place)
        return {name: self.output(name, lambda: place) for name in names}

    def _there(self) -> StackEvaluator | None:
        if not isinstance(self.path, str):
            return None
        folder = self.project.paths.inside(self.path, self.unit.home)
        return self.project.open(folder.removesuffix(f"/{CONFIG}"))

    def _open(self, name: str, where: Location) -> Data:
        mock = self.mocks.get(name) if isinstance(self.mocks, dict) else None
        return self._possibly(mock, f"dependency.{self.name}.outputs.{name}", where)

    def _possibly(self, mock: Data, detail: str, where: Location) -> Data:
        """Not known; what the unit takes before the other one exists is one possibility."""
        origin = self.path if isinstance(self.path, str) else self.unit.home
        unknown = Unknown(Why.MODULE, detail, where, f"{origin}|{detail}")
        return unknown if mock is None else one_of((unknown, mock), unknown)
