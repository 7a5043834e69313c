"""`terraform_remote_state`: the outputs of another root module of the run, by where states lie."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast

from analyzer.readers.terraform.backends import (
    Place,
    compared,
    is_backend_file,
    places,
    text_of,
)
from analyzer.readers.terraform.blocks import attributes
from analyzer.readers.terraform.data import Data, Where
from analyzer.readers.terraform.evaluate import Evaluator
from analyzer.readers.terraform.export import export_all
from analyzer.readers.terraform.identity import ResourceObject, computed
from analyzer.readers.terraform.inputs import constants
from analyzer.readers.terraform.instances import Evaluated
from analyzer.readers.terraform.names import Table
from analyzer.readers.terraform.scope import Module, Scope
from analyzer.readers.terraform.traversal import Found, Reference
from analyzer.readers.terraform.types.partial import known, mark, one_of, unmark
from analyzer.secrets import masked
from analyzer.sources import Tree
from graph.problems import Problem, ProblemKind
from graph.values import Truth, Unknown, Value, Why

TYPE = "terraform_remote_state"
MAX_FILES = 100
MAX_DEPTH = 30


class Stack(Protocol):
    """An evaluated root module, as far as who reads its state asks."""

    @property
    def evaluator(self) -> Evaluator:
        """Its expressions."""
        ...

    def output(self, name: str) -> Data:
        """One of its outputs."""
        ...

    def close(self) -> None:
        """Let go of what was evaluated."""
        ...


@dataclass(frozen=True)
class Link:
    """The root module that writes a state that another one reads."""

    root: Module
    certain: bool


@dataclass
class States:
    """The root modules of a run, found by where their states lie.

    Each is evaluated apart for those who read its outputs: only as far as they ask, and only where
    somebody does.
    """

    tree: Tree
    open: Callable[[Module, States], Stack]
    roots: list[Module] = field(default_factory=list)
    problems: dict[str, Problem] = field(default_factory=dict)
    _stacks: dict[str, Stack] = field(default_factory=dict)
    _kept: defaultdict[str, list[tuple[Place, Module]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _links: dict[tuple[str, str], Link | None] = field(default_factory=dict)
    _depth: int = 0

    def link(self, item: Evaluated) -> Link | None:
        """Who writes the state that a data source reads; `None` where that is not known."""
        key = (item.module.stack.id, item.address)
        if key not in self._links:
            self._links[key] = self._found(item)
        return self._links[key]

    def output(self, link: Link, name: str) -> Data:
        """An output of a linked root module; a chain of states that is too long is unknown."""
        if self._depth >= MAX_DEPTH:
            return Unknown(Why.LIMIT, f"states that read each other over {MAX_DEPTH} deep")
        self._depth += 1
        try:
            return self._stack(link.root).output(name)
        finally:
            self._depth -= 1

    def close(self) -> None:
        """Let go of what was evaluated."""
        for stack in self._stacks.values():
            stack.close()

    def _stack(self, root: Module) -> Stack:
        if root.stack.id not in self._stacks:
            self._stacks[root.stack.id] = self.open(root, self)
        return self._stacks[root.stack.id]

    def _found(self, item: Evaluated) -> Link | None:
        wanted = _wanted(item)
        surely: dict[str, Module] = {}
        perhaps: defaultdict[Truth, dict[str, Module]] = defaultdict(dict)
        for place in wanted:
            for kept, root in self._places().get(place.kind, ()):
                both, path = compared(place, kept)
                if both is Truth.YES:
                    surely[root.stack.id] = root
                elif both is Truth.MAYBE:
                    perhaps[path][root.stack.id] = root
        candidates = surely or perhaps[Truth.YES] or perhaps[Truth.MAYBE]
        roots = _of_its_own(candidates, item.module)
        if len(roots) > 1:
            self._ambiguous(wanted[0], [root.stack.id for root in roots], item)
        if len(roots) != 1 or roots[0].stack.id == item.module.stack.id:
            return None
        return Link(roots[0], certain=len(surely) == 1)

    def _places(self) -> Mapping[str, list[tuple[Place, Module]]]:
        if not self._kept:
            for root in self.roots:
                for place in dict.fromkeys(self._of(root)):
                    self._kept[place.kind].append((place, root))
        return self._kept

    def _of(self, root: Module) -> Iterator[Place]:
        workspace, folder = root.stack.workspace, root.config.folder
        declared, elsewhere = root.config.backend, root.stack.backend
        if elsewhere:
            yield from places(str(elsewhere.get("type")), elsewhere, folder, workspace)
            return
        if declared is None:
            yield from places("local", {}, folder, workspace)
            return
        evaluator = self._stack(root).evaluator
        scope = Scope(root, declared.file)
        block = export_all(attributes(evaluator, declared.block.body, scope).values)
        type_ = declared.block.labels[0] if declared.block.labels else "cloud"
        yield from places(type_, block, folder, workspace)
        for name in self.tree.list(folder, is_backend_file)[:MAX_FILES]:
            given = export_all(constants(self.tree, posixpath.join(folder, name), []))
            yield from places(type_, {**block, **given}, folder, workspace)

    def _ambiguous(self, place: Place, roots: list[str], item: Evaluated) -> None:
        more = f" and {len(roots) - 3} more" if len(roots) > 3 else ""
        self.problems.setdefault(
            str(place),
            Problem(
                ProblemKind.UNRESOLVED,
                masked(f"the state {place}"),
                f"it may be that of {', '.join(sorted(roots)[:3])}{more}",
                f"what {item.stack_address} reads from it is not known",
                item.declared.location,
            ),
        )


def _wanted(item: Evaluated) -> tuple[Place, ...]:
    """Where the state lies that a data source reads."""
    values = {name: unmark(value)[0] for name, value in item.values.items()}
    type_, config = values.get("backend"), values.get("config")
    if isinstance(config, tuple) and len(config) == 1:  # written as a block
        config = config[0]
    if not isinstance(type_, str) or not isinstance(config, Mapping):
        return ()
    workspace = text_of(cast("Value", values.get("workspace"))) or "default"
    exported = export_all(cast("Mapping[str, Data]", config))
    return places(type_, exported, item.module.root.config.folder, workspace)


def _of_its_own(candidates: Mapping[str, Module], reader: Module) -> list[Module]:
    """Of several environments of one root module, the one that is called as the reader's."""
    found = list(candidates.values())
    if len({root.config.folder for root in found}) == 1:
        name = reader.stack.environment
        same = [root for root in found if root.stack.environment == name]
        return same if len(same) == 1 else found
    return found


@dataclass(frozen=True, eq=False)
class RemoteState(Reference):
    """A data source that reads a state: its outputs are asked for one by one."""

    item: Evaluated
    own: ResourceObject
    states: States

    def attribute(self, name: str, where: Where) -> Found:
        """`outputs`, or an argument."""
        if name != "outputs":
            return self.own.member(name, where)
        return Table(f"{self.item.address}.outputs", self._output, self._outputs)

    def index(self, key: Data, where: Where) -> Found:
        """`data.terraform_remote_state.x["outputs"]`."""
        return Table(self.item.address, self.attribute, self.value).index(key, where)

    def value(self) -> Data:
        """All of it."""
        return {**self.own, "outputs": self._outputs()}

    def _output(self, name: str, where: Where) -> Data:
        open_ = computed(self.item, f"outputs.{name}", where())
        assert isinstance(open_, Unknown)
        link = self.states.link(self.item)
        if link is None:
            return open_
        if name not in link.root.config.outputs:
            return self._defaults().get(name, open_) if link.certain else open_
        value = self.states.output(link, name)
        if link.certain:
            return value
        plain, secret = unmark(value)
        either = one_of((plain, open_), open_)
        return mark(either) if secret else either

    def _outputs(self) -> Data:
        link = self.states.link(self.item)
        if link is None or not link.certain:
            return computed(self.item, "outputs", self.item.declared.location)
        there = {name: self.states.output(link, name) for name in link.root.config.outputs}
        return {**self._defaults(), **there}

    def _defaults(self) -> dict[str, Data]:
        """What stands for outputs that the state does not have."""
        defaults, _ = unmark(self.item.values.get("defaults"))
        return defaults if isinstance(defaults, dict) and known(defaults) else {}
