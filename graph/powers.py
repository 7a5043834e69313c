"""What credentials can do by their own calls, as survival needs it: who destroys, lifts, writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

from graph.model import EdgeKind, Node, NodeId, Verb
from graph.store import Graph
from graph.values import Truth

Bits = int
WIPE: Literal["wipe"] = "wipe"
Does = Verb | Literal["wipe"] | None
_COUNTED = (Verb.DESTROY, Verb.DESTROY_BACKUP, Verb.WRITE, None)
Reached = Mapping[NodeId, Mapping[NodeId, Truth]]


@dataclass(frozen=True)
class Powers:
    """What each credential can do, escalation included, consequences not: credential → target.

    `destroys`: the data of a store, a key, a container, a copy. `wipes`: the data, while the store
    and what would go with it stay. `backups`: verb destroy-backup on
    a copy, on the container that holds copies, or on a store (the copies that are its settings).
    `lifts`: removing a lock or emptying a soft deletion, of a copy or its container. `writes`:
    overwriting data.
    """

    destroys: Reached
    wipes: Reached = field(default_factory=dict)
    backups: Reached = field(default_factory=dict)
    lifts: Reached = field(default_factory=dict)
    writes: Reached = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[NodeId, ...]:
        """All credentials, in order: the bit of each is its place here."""
        every = {*self.destroys, *self.wipes, *self.backups, *self.lifts, *self.writes}
        return tuple(sorted(every))

    def bits(self, reached: Reached, least: Truth) -> dict[NodeId, Bits]:
        """By target, the credentials that reach it with at least that truth."""
        members: defaultdict[NodeId, list[int]] = defaultdict(list)
        for number, name in enumerate(self.names):
            for target, truth in reached.get(name, {}).items():
                if truth >= least:
                    members[target].append(number)
        return {target: _packed(numbers, len(self.names)) for target, numbers in members.items()}


class Becoming(Protocol):
    """The part of reach that powers are read from."""

    @property
    def graph(self) -> Graph:
        """The graph that was closed."""
        ...

    @property
    def usable(self) -> Iterable[Node]:
        """The credentials that somebody holds."""

    def becomes(self, start: NodeId, /) -> Mapping[NodeId, Truth]:
        """Every credential and identity that `start` can act as, itself included."""


def powers_of(reach: Becoming) -> Powers:
    """The powers of every credential: its access edges and those of all it can become."""
    own = _own(reach.graph)
    found: dict[Does, dict[NodeId, dict[NodeId, Truth]]] = {verb: {} for verb in (*_COUNTED, WIPE)}
    for credential in reach.usable:
        for targets in found.values():
            targets[credential.id] = {}
        for node, truth in reach.becomes(credential.id).items():
            for kind, target, sure in own.get(node, ()):
                held = found[kind][credential.id]
                held[target] = max(held.get(target, Truth.NO), min(truth, sure))
    return Powers(
        destroys=found[Verb.DESTROY],
        wipes=found[WIPE],
        backups=found[Verb.DESTROY_BACKUP],
        lifts=found[None],
        writes=found[Verb.WRITE],
    )


def _own(graph: Graph) -> Mapping[NodeId, list[tuple[Does, NodeId, Truth]]]:
    """By who acts, what each does itself; no verb stands for lifting a lock."""
    lifting = _lifting(graph)
    own: defaultdict[NodeId, list[tuple[Does, NodeId, Truth]]] = defaultdict(list)
    for edge in graph.edges_by_kind.get(EdgeKind.ACCESS, ()):
        if edge.data_only and edge.verb is Verb.DESTROY:
            own[edge.source].append((WIPE, edge.target, edge.truth))
        elif edge.verb in _COUNTED:
            own[edge.source].append((edge.verb, edge.target, edge.truth))
        if not lifting.get(edge.target, frozenset()).isdisjoint(edge.calls):
            own[edge.source].append((None, edge.target, edge.truth))
    for name in dict.fromkeys(name for problem in graph.problems for name in problem.whose):
        own[name].extend(_perhaps(graph, name))
    return own


def _lifting(graph: Graph) -> Mapping[NodeId, frozenset[str]]:
    """The calls that lift the lock of a copy, by the copy and by what holds it."""
    found: defaultdict[NodeId, frozenset[str]] = defaultdict(frozenset)
    for copy in graph.copies:
        for node in filter(None, (copy.node, copy.container)):
            found[node] |= frozenset(copy.lifted_by)
    return found


def _perhaps(graph: Graph, identity: NodeId) -> Iterator[tuple[Verb, NodeId, Truth]]:
    """What an identity may do that has a policy nobody could read: anything of its vendor's."""
    vendor = graph.nodes[identity].scope.vendor
    for store in graph.stores:
        if graph.nodes[store].scope.vendor == vendor:
            yield Verb.DESTROY, store, Truth.MAYBE
    for copy in graph.copies:
        if graph.nodes[copy.node].scope.vendor == vendor:
            yield Verb.DESTROY_BACKUP, copy.node, Truth.MAYBE


def _packed(numbers: list[int], size: int) -> Bits:
    buffer = bytearray(size // 8 + 1)
    for number in numbers:
        buffer[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(buffer, "little")
