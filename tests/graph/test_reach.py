"""Reach against brute force, and its laws (DESIGN: tests)."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from hypothesis import given

from graph.model import EdgeKind, Kind, Verb
from graph.reach import BECOMING, CONSEQUENCES, Reach
from graph.store import Graph
from graph.values import Truth
from tests.graph.worlds import NODES, access, edge, graph, graphs, reaching

DESTROYING = (Verb.DESTROY, Verb.DESTROY_BACKUP)


def brute(world: Graph, start: str) -> dict[tuple[Verb, str], Truth]:
    """Every power by iterating to a fixpoint over all edges, no ordering, no cleverness."""
    being = {start: Truth.YES}
    powers: dict[tuple[Verb, str], Truth] = {}
    for _ in range(2 * len(world.nodes) + 2):
        for item in world.edges:
            if item.kind in BECOMING and item.source in being:
                truth = being[item.source] & item.truth
                being[item.target] = being.get(item.target, Truth.NO) | truth
            if item.kind is EdgeKind.ACCESS and item.source in being:
                key = (item.verb, item.target)
                powers[key] = powers.get(key, Truth.NO) | (being[item.source] & item.truth)
            if item.kind in CONSEQUENCES:
                for verb in DESTROYING:
                    if (verb, item.source) in powers:
                        backup = world.nodes[item.target].kind is Kind.BACKUP
                        key = (Verb.DESTROY_BACKUP if backup else Verb.DESTROY, item.target)
                        truth = powers[verb, item.source] & item.truth
                        powers[key] = powers.get(key, Truth.NO) | truth
    return powers


@given(graphs)
def test_equals_brute_force(world: Graph) -> None:
    reach = Reach(world)
    for start in ("c0", "c1", "i0"):
        found = {key: power.truth for key, power in reach.powers(start).items()}
        assert found == brute(world, start)


@given(graphs)
def test_every_witness_is_a_walk_of_existing_edges(world: Graph) -> None:
    reach = Reach(world)
    for start in ("c0", "c1"):
        for (verb, target), power in reach.powers(start).items():
            path = reach.witness(start, verb, target)
            assert path is not None
            assert path.edges[0].source == start
            assert path.edges[-1].target == target
            assert all(item in world.edges for item in path.edges)
            pairs = zip(path.edges, path.edges[1:], strict=False)
            assert all(one.target == two.source for one, two in pairs)
            assert path.truth == power.truth
            assert len(path.calls) == power.calls


@given(graphs, reaching)
def test_a_grant_never_shrinks_reach(world: Graph, grant) -> None:
    before, after = Reach(world), Reach(replace(world, edges=(*world.edges, grant)))
    for start in ("c0", "i1"):
        for key, power in before.powers(start).items():
            assert after.powers(start)[key].truth >= power.truth


@given(graphs)
def test_doubt_never_removes_a_power(world: Graph) -> None:
    doubted = replace(world, edges=tuple(replace(e, truth=Truth.MAYBE) for e in world.edges))
    for start in ("c0", "c1"):
        assert set(Reach(doubted).powers(start)) == set(Reach(world).powers(start))


@given(graphs)
def test_who_is_the_reverse_of_powers(world: Graph) -> None:
    reach = Reach(world)
    for target, verb in product(NODES, Verb):
        holders = {credential for credential, _ in reach.who(target, verb)}
        assert holders == {c.id for c in reach.credentials if (verb, target) in reach.powers(c.id)}


def test_the_certain_way_beats_the_short_one() -> None:
    world = graph(
        {"c": Kind.CREDENTIAL, "i": Kind.IDENTITY, "s": Kind.STORE},
        [
            access("c", "s", truth=Truth.MAYBE, calls=("delete",)),
            edge("c", "i", EdgeKind.ASSUMES, calls=("assume",)),
            access("i", "s", calls=("unlock", "delete")),
        ],
    )
    path = Reach(world).witness("c", Verb.DESTROY, "s")
    assert path is not None
    assert path.truth is Truth.YES
    assert path.calls == ("assume", "unlock", "delete")


def test_networkx_sees_the_same_nodes_and_edges() -> None:
    world = graph({"c": Kind.CREDENTIAL, "s": Kind.STORE}, [access("c", "s", calls=("x", "y"))])
    face = world.to_networkx()
    assert set(face.nodes) == {"c", "s"}
    assert face.get_edge_data("c", "s")[0]["calls"] == "x y"
