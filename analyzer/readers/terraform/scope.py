"""Where an expression is evaluated: the module instance, and the names bound around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from analyzer.readers.terraform.config import Config
from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.syntax import Argument, Expression, File
from analyzer.readers.terraform.walk import variables
from graph.resource import Presence, Stack
from graph.values import Location, Unknown


@dataclass(frozen=True)
class Call:
    """A module call's arguments, and the scope they are evaluated in."""

    arguments: Mapping[str, Argument]
    scope: Scope


@dataclass(frozen=True, eq=False)
class Module:
    """One instance of a module. `path` is its address (`module.a["x"]`, "" for the root)."""

    config: Config
    path: str
    stack: Stack
    call: Call | None = None
    inputs: Mapping[str, Data] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)
    parent: Module | None = None
    presence: Presence = Presence.CERTAIN
    doubt: Unknown | None = None

    @classmethod
    def empty(cls, folder: str = "") -> Module:
        """A module in which nothing is declared."""
        return cls(Config(folder), "", Stack("", ""))

    @cached_property
    def root(self) -> Module:
        """The root module above it."""
        return self if self.parent is None else self.parent.root

    def folders(self) -> tuple[str, ...]:
        """The folders of this module and of those above it."""
        above = self.parent.folders() if self.parent else ()
        return (*above, self.config.folder)


@dataclass(frozen=True)
class Steady:
    """What is the same for every element of a loop: the values of calls by their node, kept as long
    as the loop runs, and the names that calls use.
    """

    values: dict[int, Data] = field(default_factory=dict)
    uses: dict[int, frozenset[str]] = field(default_factory=dict)

    def varies(self, node: Expression, names: Mapping[str, Data]) -> bool:
        """Whether an expression uses one of the names."""
        used = self.uses.get(id(node))
        if used is None:
            used = self.uses[id(node)] = variables(node)
        return not used.isdisjoint(names)


@dataclass(frozen=True)
class Scope:
    """`names` are bound by for expressions and dynamic blocks; `each` and `count` by repetition.

    What is `latent` exists under other settings, and sees what exists under those. `steady` has,
    within loops, the calls that use none of the `names`.
    """

    module: Module
    file: File
    names: Mapping[str, Data] = field(default_factory=dict)
    each: tuple[Data, Data] | None = None
    count: Data = None
    repeated: bool = False
    latent: bool = False
    steady: Steady | None = field(default=None, compare=False)

    def bind(self, **names: Data) -> Scope:
        """The scope with more names (an inner one hides an outer one)."""
        return replace(self, names={**self.names, **names})

    def loop(self) -> Scope:
        """The scope around the elements of a loop."""
        return self if self.steady is not None else replace(self, steady=Steady())

    def place(self, node: Expression) -> Location:
        """Where an expression stands."""
        return self.file.location(node.span)
