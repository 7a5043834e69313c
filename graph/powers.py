"""What credentials can do by their own calls, as survival needs it: who destroys, lifts, writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from graph.model import EdgeKind, Node, NodeId, Verb
from graph.store import Graph
from graph.values import Truth

Bits = int
Reached = Mapping[NodeId, Mapping[NodeId, Truth]]


@dataclass(frozen=True)
class Powers:
    """What each credential can do, escalation included, consequences not: credential → target.

    `destroys`: the data of a store, a key, a container, a copy. `backups`: verb destroy-backup on
    a copy, on the container that holds copies, or on a store (the copies that are its settings).
    `lifts`: removing a lock or emptying a soft deletion, of a copy or its container. `writes`:
    overwriting data.
    """

    destroys: Reached
    backups: Reached = field(default_factory=dict)
    lifts: Reached = field(default_factory=dict)
    writes: Reached = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[NodeId, ...]:
        """All credentials, in order: the bit of each is its place here."""
        every = {*self.destroys, *self.backups, *self.lifts, *self.writes}
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
    lifting = {copy.node: frozenset(copy.lifted_by) for copy in reach.graph.copies}
    for copy in reach.graph.copies:
        if copy.container is not None:
            before = lifting.get(copy.container, frozenset())
            lifting[copy.container] = before | frozenset(copy.lifted_by)
    found: dict[Verb | None, dict[NodeId, dict[NodeId, Truth]]] = {
        verb: {} for verb in (Verb.DESTROY, Verb.DESTROY_BACKUP, Verb.WRITE, None)
    }
    own: defaultdict[NodeId, list[tuple[Verb | None, NodeId, Truth]]] = defaultdict(list)
    for edge in reach.graph.edges_by_kind.get(EdgeKind.ACCESS, ()):
        if edge.verb in found:
            own[edge.source].append((edge.verb, edge.target, edge.truth))
        if not lifting.get(edge.target, frozenset()).isdisjoint(edge.calls):
            own[edge.source].append((None, edge.target, edge.truth))
    for credential in reach.usable:
        for targets in found.values():
            targets[credential.id] = {}
        for node, truth in reach.becomes(credential.id).items():
            for kind, target, sure in own.get(node, ()):
                held = found[kind][credential.id]
                held[target] = max(held.get(target, Truth.NO), min(truth, sure))
    return Powers(
        destroys=found[Verb.DESTROY],
        backups=found[Verb.DESTROY_BACKUP],
        lifts=found[None],
        writes=found[Verb.WRITE],
    )


def _packed(numbers: list[int], size: int) -> Bits:
    buffer = bytearray(size // 8 + 1)
    for number in numbers:
        buffer[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(buffer, "little")
