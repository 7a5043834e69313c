"""All credentials at once against each for itself, second identities and doubts included."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from graph.everyone import Everyone, Who
from graph.model import Edge, EdgeKind, Kind, Verb
from graph.powers import powers_of
from graph.reach import Reach
from graph.store import Graph
from graph.values import Truth
from tests.graph.worlds import access, becoming, calls, edge, graph, truths

BEINGS = ("c0", "c1", "i0", "i1", "p0", "p1")
NODES = {
    **dict.fromkeys(("c0", "c1"), Kind.CREDENTIAL),
    **dict.fromkeys(("i0", "i1"), Kind.IDENTITY),
    **dict.fromkeys(("p0", "p1"), Kind.POWER),
    "s0": Kind.STORE,
    "b0": Kind.BACKUP,
}
beings = st.sampled_from(BEINGS)
together = st.builds(
    lambda s, t, also, truth, c: edge(s, t, EdgeKind.ASSUMES, truth=truth, calls=c, also=also),
    beings,
    beings,
    beings,
    truths,
    calls,
)
reaching = st.builds(
    lambda s, t, verb, truth, c: access(s, t, verb, truth=truth, calls=c),
    beings,
    st.sampled_from(["s0", "b0"]),
    st.sampled_from([Verb.DESTROY, Verb.DESTROY_BACKUP, Verb.WRITE]),
    truths,
    calls,
)
worlds = st.lists(st.one_of(together, becoming, reaching), max_size=14).map(
    lambda edges: graph(NODES, edges)
)


def acting(edges: tuple[Edge, ...], start: str) -> dict[str, Truth]:
    """Whom a starter acts as, by trying every edge until nothing changes."""
    found = {start: Truth.YES}
    for _ in range(2 * len(edges) + 1):
        for item in edges:
            if item.kind is EdgeKind.ACCESS or item.source not in found:
                continue
            if item.also is not None and item.also not in found:
                continue
            sure = found[item.source] & found[item.also or item.source] & item.truth
            found[item.target] = found.get(item.target, Truth.NO) | sure
    return found


@given(worlds)
def test_everyone_is_each_for_itself(world: Graph) -> None:
    reach = Reach(world)
    everyone = reach.everyone
    for number, start in enumerate(everyone.starts):
        wanted = acting(world.edges, start)
        assert dict(reach.becomes(start)) == wanted
        assert {
            node: Truth.YES if who.sure >> number & 1 else Truth.MAYBE
            for node in NODES
            if (who := everyone.who(node)).possible >> number & 1
        } == wanted


@given(worlds)
def test_powers_of_all_are_the_powers_of_each(world: Graph) -> None:
    reach = Reach(world)
    powers = powers_of(reach)
    kinds = ((Verb.DESTROY, powers.destroys), (Verb.DESTROY_BACKUP, powers.backups))
    for number, start in enumerate(powers.names):
        direct = reach.direct(start)
        for verb, reached in kinds:
            for target in ("s0", "b0"):
                who, power = reached.get(target, Who()), direct.get((verb, target))
                held = (who.sure >> number & 1) + (who.possible >> number & 1)
                assert held == (power.truth if power else Truth.NO)


@given(worlds, st.one_of(together, becoming))
def test_one_more_edge_takes_nothing_away(world: Graph, more: Edge) -> None:
    before, after = Reach(world), Reach(replace(world, edges=(*world.edges, more)))
    for node in NODES:
        old, new = before.everyone.who(node), after.everyone.who(node)
        assert old | new == new


@given(worlds)
def test_a_witness_leads_there_in_as_many_calls_as_the_power_says(world: Graph) -> None:
    reach = Reach(world)
    for start in ("c0", "i0"):
        for (verb, target), power in reach.powers(start).items():
            path = reach.witness(start, verb, target)
            assert path is not None
            there = {start}
            for item in path.edges:
                assert item in world.edges
                assert item.source in there
                assert item.also is None or item.also in there
                there.add(item.target)
            assert path.edges[-1].target == target
            assert path.truth == power.truth
            assert len(path.calls) == power.calls


def test_a_long_chain_and_a_large_ring_need_no_recursion() -> None:
    names = [f"i{number:05d}" for number in range(20_000)]
    chain = [edge(one, two, EdgeKind.ASSUMES) for one, two in pairwise(names)]
    ring = Everyone((names[0],), (*chain, edge(names[-1], names[0], EdgeKind.ASSUMES)))
    assert Everyone((names[0],), tuple(chain)).who(names[-1]).sure == 1
    assert ring.who(names[10_000]).sure == 1
