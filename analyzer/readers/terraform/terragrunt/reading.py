"""One Terragrunt file as it is read for a unit: its names, blocks and included files.

An included file is read in the place of the file that includes it: its relative paths and
`get_terragrunt_dir()` are the unit's. What `read_terragrunt_config` reads stands for itself.
https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/#include
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, cast

from analyzer.readers.terraform.data import Data, Where
from analyzer.readers.terraform.evaluate import Evaluator
from analyzer.readers.terraform.files import RepositoryContext
from analyzer.readers.terraform.memo import Memo
from analyzer.readers.terraform.names import Table
from analyzer.readers.terraform.scope import Module, Scope
from analyzer.readers.terraform.secrecy import guarded
from analyzer.readers.terraform.syntax import Block, Call, Expression, File
from analyzer.readers.terraform.terragrunt.merging import deep, shallow
from analyzer.readers.terraform.terragrunt.paths import Paths
from analyzer.readers.terraform.traversal import Found
from analyzer.readers.terraform.types import EvaluationError, LimitError
from analyzer.readers.terraform.types.partial import blame
from analyzer.sources import Tree
from graph.problems import Problem
from graph.records import record
from graph.values import Location, Unknown, Why

READ = "read_terragrunt_config"


class Expressions(Evaluator):
    """Terragrunt's expressions: Terraform's, of which some stand for much."""

    def found(self, node: Expression, scope: Scope) -> Found:
        """As `value`, but what stands for much stays a reference."""
        try:
            return self._any(node, scope)
        except EvaluationError as error:
            return Unknown(Why.ERROR, str(error), scope.place(node))
        except LimitError as error:
            return Unknown(Why.LIMIT, str(error), scope.place(node))


class Shared(Protocol):
    """What the files of a run share."""

    tree: Tree
    memo: Memo
    problems: dict[Problem, None]

    @property
    def paths(self) -> Paths:
        """Between Terragrunt's absolute paths and the tree's."""
        ...

    def evaluator(self, reading: Reading) -> Expressions:
        """Evaluates the expressions of a file."""
        ...

    def there(self, path: str) -> bool:
        """Whether a file or folder is there."""
        ...

    def included(self, child: Reading, path: str, where: Location) -> Reading | None:
        """A file that another one includes."""
        ...

    def read(self, reader: Reading, path: str) -> Reading | None:
        """A file that stands for itself."""
        ...

    def dependency(
        self, unit: Reading, declaring: Iterable[Reading], name: str, where: Where
    ) -> Found:
        """`dependency.name` of a unit."""
        ...

    def fault(self, what: str, why: str, where: Location) -> None:
        """Something that costs a unit a part of what it says."""
        ...


@dataclass(frozen=True)
class Included:
    """An included file and how it is merged."""

    reading: Reading
    strategy: str


@dataclass(eq=False)
class Reading:
    """A file, the folder it is read for (`home`), and the unit that a run would be started in."""

    project: Shared
    file: File
    home: str
    original: str
    values: Data = None
    child: Reading | None = None
    _kept: dict[str, Reading | None] = field(default_factory=dict)

    @cached_property
    def evaluator(self) -> Expressions:
        """Evaluates the file's expressions."""
        return self.project.evaluator(self)

    @cached_property
    def scope(self) -> Scope:
        """Where the file's expressions stand."""
        return Scope(Module.empty(self.home), self.file)

    @property
    def folder(self) -> str:
        """The folder of the file itself."""
        return posixpath.dirname(self.file.path)

    def blocks(self, type_: str) -> Iterator[Block]:
        """The file's own blocks of a type."""
        return (block for block in self.file.body.blocks if block.type == type_)

    def value(self, block: Block, name: str) -> Data:
        """An argument of a block, null where it is not there."""
        argument = block.body.arguments.get(name)
        return None if argument is None else self.evaluator.value(argument.value, self.scope)

    def block_values(self, block: Block) -> dict[str, Data]:
        """A block's arguments and the blocks in it, as an object."""
        found = {
            name: guarded(name, self.evaluator.value(argument.value, self.scope))
            for name, argument in block.body.arguments.items()
        }
        for inner in block.body.blocks:
            found[inner.type] = self.block_values(inner)
        return found

    # names ------------------------------------------------------------------------------------

    def resolve(self, name: str, scope: Scope, where: Where) -> Found:
        """What a root name stands for."""
        del scope
        match name:
            case "local":
                return Table("local", lambda name, _: self.local(name), self.locals)
            case "include":
                return Table("include", self._include, lambda: blame(detail="include"))
            case "dependency":
                return self._dependency(self._unit().family)
            case "feature":
                return self._features()
            case "values":
                unknown = Unknown(Why.VARIABLE, "values", where())
                return unknown if self.values is None else self.values
            case "unit" | "stack":
                return Unknown(Why.COMPUTED, name, where())
        raise EvaluationError(f"Terragrunt has no name {name!r}")

    def context(self, scope: Scope) -> RepositoryContext:
        """Files for functions: paths start at the unit's folder."""
        del scope
        return _Context(self.project.tree, self.home, self.evaluator, reading=self)

    def local(self, name: str) -> Found:
        """`local.name`; a file that it reads is looked into only as far as somebody asks."""
        for block in self.blocks("locals"):
            argument = block.body.arguments.get(name)
            if argument is not None:
                return self._local(name, argument.value)
        raise EvaluationError(f"no local value is named {name!r}")

    def locals(self) -> dict[str, Data]:
        """All of them."""
        names = [name for block in self.blocks("locals") for name in block.body.arguments]
        found = {name: self.local(name) for name in names}
        return {k: v.value() if isinstance(v, Table) else cast("Data", v) for k, v in found.items()}

    def _local(self, name: str, node: Expression) -> Found:
        if isinstance(node, Call) and node.name == READ:
            return self.evaluator.found(node, self.scope)
        return self.project.memo.get(
            (self, "local", name),
            f"local.{name}",
            lambda: guarded(name, self.evaluator.value(node, self.scope)),
        )

    def exposed(self) -> Table:
        """What others see of the file: `include.root.locals.x`, `read_terragrunt_config(…)`."""
        return Table(self.file.path, self._exposed, self._all_exposed)

    def _exposed(self, name: str, where: Where) -> Found:
        match name:
            case "locals":
                return Table("locals", lambda name, _: self.local(name), self.locals)
            case "inputs":
                return self.inputs()
            case "dependency":
                return self._dependency(lambda: [self])
        return Unknown(Why.COMPUTED, f"{name} of {self.file.path}", where())

    def _all_exposed(self) -> Data:
        return {"locals": self.locals(), "inputs": self.inputs()}

    def _include(self, name: str, where: Where) -> Found:
        for block in self.blocks("include"):
            if (block.labels or ("",))[0] == name:
                found = self._included(block)
                return found.exposed() if found else Unknown(Why.ERROR, "include", where())
        only = list(self.includes())
        if len(only) == 1:  # a bare include is asked without a name
            return only[0].reading.exposed().attribute(name, where)
        raise EvaluationError(f"no include is named {name!r}")

    def _features(self) -> Data:
        return {
            block.labels[0]: {"value": self.value(block, "default")}
            for reading in self.family()
            for block in reading.blocks("feature")
            if block.labels
        }

    def _dependency(self, declaring: Callable[[], Iterable[Reading]]) -> Found:
        return Table(
            "dependency",
            lambda name, where: self.project.dependency(self._unit(), declaring(), name, where),
            lambda: Unknown(Why.COMPUTED, "dependency"),
        )

    def _unit(self) -> Reading:
        return self if self.child is None else self.child

    # includes ---------------------------------------------------------------------------------

    def includes(self) -> Iterator[Included]:
        """The included files, in order; Terragrunt knows one level of them."""
        if self.child is not None:
            return
        for block in self.blocks("include"):
            strategy = self.value(block, "merge_strategy")
            found = self._included(block)
            if found is not None:
                yield Included(found, strategy if isinstance(strategy, str) else "shallow")

    def family(self) -> Iterator[Reading]:
        """The file and those merged into it; what comes first wins."""
        yield self
        for item in reversed(list(self.includes())):
            if item.strategy != "no_merge":
                yield item.reading

    def _included(self, block: Block) -> Reading | None:
        label = (block.labels or ("",))[0]
        kept = self._kept
        if label not in kept:
            kept[label] = None  # a path that asks for its own include gets nothing
            path = self.value(block, "path")
            where = self.file.location(block.span)
            if isinstance(path, str):
                kept[label] = self.project.included(self, path, where)
            else:
                why = str(path) if isinstance(path, Unknown) else "its path is not a string"
                self.project.fault(f"include {label or path}", why, where)
        return kept[label]

    def including(self, label: str | None) -> Reading | None:
        """The included file that `path_relative_to_include` and its kin speak of."""
        if self.child is not None:
            return self
        blocks = list(self.blocks("include"))
        named = [b for b in blocks if label is None or (b.labels or ("",))[0] == label]
        return self._included(named[0]) if named else None

    # inputs -----------------------------------------------------------------------------------

    def inputs(self) -> Data:
        """The inputs, with those of included files."""
        return self.project.memo.get((self, "inputs"), "inputs", self._inputs)

    def _inputs(self) -> Data:
        argument = self.file.body.arguments.get("inputs")
        found: Data = {}
        if argument is not None:
            found = self.evaluator.value(argument.value, self.scope)
        for item in reversed(list(self.includes())):
            if item.strategy != "no_merge":
                join = deep if item.strategy.startswith("deep") else shallow
                found = join(item.reading.inputs(), found)
        if isinstance(found, Mapping):
            return {name: guarded(name, value) for name, value in found.items()}
        return found


@record()
class _Context(RepositoryContext):
    """Paths may be absolute, as Terragrunt's functions give them."""

    reading: Reading | None = None

    def _path(self, path: str) -> str:
        assert self.reading is not None
        return self.reading.project.paths.inside(path, self.root)
