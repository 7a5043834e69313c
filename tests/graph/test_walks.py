"""Reach against every walk there is, on graphs small enough to try them all."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from graph.model import Edge, EdgeKind, Kind, Verb
from graph.reach import BECOMING, CONSEQUENCES, Reach
from graph.store import Graph
from graph.values import Truth
from tests.graph.worlds import access, calls, edge, graph, truths

NODES = {
    "c0": Kind.CREDENTIAL, "i0": Kind.IDENTITY, "i1": Kind.IDENTITY,
    "s0": Kind.STORE, "b0": Kind.BACKUP, "k0": Kind.KEY,
}  # fmt: skip
BEINGS, THINGS = ("c0", "i0", "i1"), ("s0", "b0", "k0")
DESTROYING = {Verb.DESTROY, Verb.DESTROY_BACKUP}
becoming = st.builds(
    lambda s, t, k, truth, c: edge(s, t, k, truth=truth, calls=c),
    st.sampled_from(BEINGS),
    st.sampled_from(BEINGS),
    st.sampled_from(sorted(BECOMING)),
    truths,
    calls,
)
reaching = st.builds(
    lambda s, t, v, truth, c: access(s, t, v, truth=truth, calls=c),
    st.sampled_from(BEINGS),
    st.sampled_from(THINGS),
    st.sampled_from([Verb.READ, Verb.WRITE, Verb.DESTROY, Verb.DESTROY_BACKUP]),
    truths,
    calls,
)
following = st.builds(
    lambda s, t, k, truth: edge(s, t, k, truth=truth),
    st.sampled_from(THINGS),
    st.sampled_from(THINGS),
    st.sampled_from(sorted(CONSEQUENCES)),
    truths,
)
worlds = st.lists(st.one_of(becoming, reaching, following), max_size=9).map(
    lambda edges: graph(NODES, edges)
)


def walks(world: Graph, at: str, been: frozenset[str]) -> Iterator[list[Edge]]:
    """Every walk that visits no being twice, as far as its access edge."""
    for item in world.edges:
        if item.source == at and item.kind is EdgeKind.ACCESS:
            yield [item]
        if item.source == at and item.kind in BECOMING and item.target not in been:
            for rest in walks(world, item.target, been | {item.target}):
                yield [item, *rest]


def falls(world: Graph, at: str, been: frozenset[str]) -> Iterator[list[Edge]]:
    """Every chain of consequences of a destruction, the empty one included; it may come back."""
    yield []
    for item in world.edges:
        if item.source == at and item.kind in CONSEQUENCES and item.target not in been:
            for rest in falls(world, item.target, been | {item.target}):
                yield [item, *rest]


def everything(world: Graph) -> dict[tuple[Verb, str], tuple[Truth, int]]:
    """The surest of all walks to each power, and the fewest calls among those as sure."""
    best: dict[tuple[Verb, str], tuple[Truth, int]] = {}
    for walk in walks(world, "c0", frozenset({"c0"})):
        last = walk[-1]
        chains = falls(world, last.target, frozenset())
        for chain in chains if last.verb in DESTROYING else [[]]:
            verb, end = last.verb, last.target
            if chain:
                end = chain[-1].target
                verb = Verb.DESTROY_BACKUP if NODES[end] is Kind.BACKUP else Verb.DESTROY
            truth = Truth(min(item.truth for item in (*walk, *chain)))
            cost = sum(len(item.calls) for item in walk)
            old = best.get((verb, end), (Truth.NO, 0))
            best[verb, end] = max(old, (truth, cost), key=lambda row: (row[0], -row[1]))
    return best


@given(worlds)
def test_reach_is_the_best_of_all_walks(world: Graph) -> None:
    found, wanted = Reach(world).powers("c0"), everything(world)
    assert {key: power.truth for key, power in found.items()} == {
        key: truth for key, (truth, _) in wanted.items()
    }
    for key, (truth, cost) in wanted.items():
        if truth is Truth.YES:
            assert found[key].calls == cost


@given(worlds)
def test_the_order_of_edges_decides_nothing(world: Graph) -> None:
    turned = Graph(dict(reversed(world.nodes.items())), tuple(reversed(world.edges)))
    one, two = Reach(world).powers("c0"), Reach(turned).powers("c0")
    assert {key: power.truth for key, power in one.items()} == {
        key: power.truth for key, power in two.items()
    }
