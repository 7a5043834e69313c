"""What credentials can do by their own calls, as survival needs it: who destroys, lifts, writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Literal, Protocol

from graph.everyone import Bits, Everyone, Who
from graph.model import EdgeKind, NodeId, Verb
from graph.store import Graph
from graph.values import Truth

WIPE: Literal["wipe"] = "wipe"
Does = Verb | Literal["wipe"] | None
_COUNTED = (Verb.DESTROY, Verb.DESTROY_BACKUP, Verb.WRITE, None)
Reached = Mapping[NodeId, Who]
Each = Mapping[NodeId, Mapping[NodeId, Truth]]


@dataclass(frozen=True)
class Powers:
    """What credentials can do, escalation included, consequences not: by target, who.

    `names` are all credentials, the bit of each its place there. `destroys`: the data of a store,
    a key, a container, a copy. `wipes`: the data, while the store and what would go with it stay.
    `backups`: verb destroy-backup on a copy, on the container that holds copies, or on a store
    (the copies that are its settings). `lifts`: removing a lock or emptying a soft deletion, of a
    copy or its container. `writes`: overwriting data, `None` where nothing is known of it.
    """

    names: tuple[NodeId, ...]
    destroys: Reached
    wipes: Reached = field(default_factory=dict)
    backups: Reached = field(default_factory=dict)
    lifts: Reached = field(default_factory=dict)
    writes: Reached | None = None

    @staticmethod
    def bits(reached: Reached, least: Truth) -> dict[NodeId, Bits]:
        """By target, the credentials that reach it with at least that truth."""
        return {target: bits for target, who in reached.items() if (bits := who.at(least))}


class Becoming(Protocol):
    """The part of reach that powers are read from."""

    @property
    def graph(self) -> Graph:
        """The graph that was closed."""
        ...

    @property
    def everyone(self) -> Everyone:
        """Who can act as whom, of the credentials that somebody holds."""


def powers_of(reach: Becoming) -> Powers:
    """The powers of every credential: its access edges and those of all it can become.

    Targets that the same identities reach are in the same hands, which are found once.
    """
    everyone = reach.everyone
    own: dict[Does, defaultdict[NodeId, list[tuple[NodeId, Truth]]]]
    own = {does: defaultdict(list) for does in (*_COUNTED, WIPE)}
    for source, does, target, truth in _own(reach.graph):
        own[does][target].append((source, truth))
    known: dict[tuple[tuple[NodeId, Truth], ...], Who] = {}

    def reached(does: Does) -> Reached:
        found: dict[NodeId, Who] = {}
        for target, pairs in own[does].items():
            key = tuple(pairs)
            if key not in known:
                each = (everyone.who(source).weaker(truth) for source, truth in pairs)
                known[key] = reduce(or_, each)
            found[target] = known[key]
        return found

    return Powers(
        everyone.starts,
        destroys=reached(Verb.DESTROY),
        wipes=reached(WIPE),
        backups=reached(Verb.DESTROY_BACKUP),
        lifts=reached(None),
        writes=reached(Verb.WRITE),
    )


def gathered(destroys: Each, **others: Each) -> Powers:
    """The powers that are said of each credential."""
    given = {"destroys": destroys, **others}
    names = tuple(sorted({name for reached in given.values() for name in reached}))
    return Powers(names, **{kind: _turned(reached, names) for kind, reached in given.items()})


def _turned(reached: Each, names: tuple[NodeId, ...]) -> Reached:
    found: defaultdict[NodeId, Who] = defaultdict(Who)
    for number, name in enumerate(names):
        for target, truth in reached.get(name, {}).items():
            found[target] |= Who(1 << number, 1 << number).weaker(truth)
    return found


def _own(graph: Graph) -> Iterator[tuple[NodeId, Does, NodeId, Truth]]:
    """Who does what to what by calls of their own; no verb stands for lifting a lock."""
    lifting = _lifting(graph)
    for edge in graph.edges_by_kind.get(EdgeKind.ACCESS, ()):
        if edge.data_only and edge.verb is Verb.DESTROY:
            yield edge.source, WIPE, edge.target, edge.truth
        elif edge.verb in _COUNTED:
            yield edge.source, edge.verb, edge.target, edge.truth
        if not lifting.get(edge.target, frozenset()).isdisjoint(edge.calls):
            yield edge.source, None, edge.target, edge.truth
    for name in dict.fromkeys(name for problem in graph.problems for name in problem.whose):
        for verb, target in _perhaps(graph, name):
            yield name, verb, target, Truth.MAYBE


def _lifting(graph: Graph) -> Mapping[NodeId, frozenset[str]]:
    """The calls that lift the lock of a copy, by the copy and by what holds it."""
    found: defaultdict[NodeId, frozenset[str]] = defaultdict(frozenset)
    for copy in graph.copies:
        for node in filter(None, (copy.node, copy.container)):
            found[node] |= frozenset(copy.lifted_by)
    return found


def _perhaps(graph: Graph, identity: NodeId) -> Iterator[tuple[Verb, NodeId]]:
    """What an identity may do that has a policy nobody could read: anything of its vendor's."""
    vendor = graph.nodes[identity].scope.vendor
    for store in graph.stores:
        if graph.nodes[store].scope.vendor == vendor:
            yield Verb.DESTROY, store
    for copy in graph.copies:
        if graph.nodes[copy.node].scope.vendor == vendor:
            yield Verb.DESTROY_BACKUP, copy.node
