"""Who makes what unrecoverable, the fewest who lose everything, and what a copy shares: laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.catalogue import catalogue
from graph.domains import QUALITY, SHARING, Reach, Verdict, pair
from graph.everyone import members
from graph.killers import Killers, World
from graph.model import Cascade, Copy, EdgeKind, Evidence, Grade, Kind, Store
from graph.store import Graph
from graph.values import Truth
from tests.graph.estates import edge, node, powers, survival

DAY = timedelta(days=1)
NAMES = ("ann", "bob", "cho")
TARGETS = ("db", "c0", "c1", "c2", "key", "project")


def copy(id_="c0", **more) -> Copy:
    given = {"cascade": Cascade.NEVER, "age": (timedelta(0), DAY), "horizon": 60 * DAY, **more}
    return Copy(id_, "db", "test.copy", evidence=(Evidence("test"),), **given)


def world(copies, edges=(), **more) -> Graph:
    nodes = [
        node("db", account="a"),
        node("key", Kind.KEY),
        node("project", Kind.CONTAINER),
        *(node(item.node, Kind.BACKUP, account="a") for item in copies),
    ]
    return Graph(
        {n.id: n for n in nodes},
        tuple(edges),
        {"db": Store("db", "test/store", **more)},
        tuple(copies),
    )


copies = st.lists(
    st.tuples(
        st.sampled_from([Cascade.NEVER, Cascade.ALWAYS, Cascade.BLOCKED]),
        st.sampled_from([Grade.NONE, Grade.COMPLIANCE]),
    ),
    max_size=3,
).map(
    lambda rows: [copy(f"c{n}", cascade=fate, grade=grade) for n, (fate, grade) in enumerate(rows)]
)
links = st.sets(
    st.sampled_from(
        [("key", "db"), ("key", "c0"), ("key", "c1"), ("project", "db"), ("project", "c0")]
    )
)
held = st.fixed_dictionaries({name: st.sets(st.sampled_from(TARGETS)) for name in NAMES})


def built(made, linked):
    ids = {"db", *(item.node for item in made)}
    kinds = {"key": EdgeKind.ENCRYPTS, "project": EdgeKind.CONTAINS}
    return world(made, [edge(s, t, kinds[s]) for s, t in sorted(linked) if t in ids])


def ruined(graph: Graph, reached: set[str]) -> set[str]:
    """What one credential loses, step by step until nothing more falls."""
    locked = {c.node for c in graph.copies if c.grade is Grade.COMPLIANCE}
    lost = {target for target in reached if target not in locked}
    for _ in range(len(graph.nodes) + 1):
        for item in graph.edges:
            if item.source in lost and (
                item.kind is EdgeKind.ENCRYPTS or item.target not in locked
            ):
                lost.add(item.target)
        for each in graph.copies:
            if each.cascade is Cascade.ALWAYS and "db" in lost and each.node not in locked:
                lost.add(each.node)
    return lost & {"db", *(c.node for c in graph.copies)}


@given(copies, links, held)
def test_k_equals_trying_all_subsets_of_credentials(made, linked, reached) -> None:
    graph = built(made, linked)
    everything = {"db", *(item.node for item in made)}
    loses = {name: ruined(graph, targets) for name, targets in reached.items()}
    wanted = next(
        (
            size
            for size in range(len(NAMES) + 1)
            for chosen in combinations(NAMES, size)
            if set().union(*(loses[name] for name in chosen)) >= everything
        ),
        None,
    )
    found = survival(graph, {name: sorted(targets) for name, targets in reached.items()})
    assert (found.stores["db"].k_min, found.stores["db"].k_max) == (wanted, wanted)


@given(copies, links, held)
def test_what_each_credential_loses(made, linked, reached) -> None:
    graph = built(made, linked)
    found = survival(graph, {name: sorted(targets) for name, targets in reached.items()})
    for name, targets in reached.items():
        lost = {item.node for item in found.lost(name, "db")}
        assert lost == ruined(graph, targets) - {"db"}


@given(copies, links, held, st.sampled_from(NAMES), st.sampled_from(TARGETS))
def test_a_power_more_never_helps_the_owner(made, linked, reached, name, target) -> None:
    graph = built(made, linked)
    before = survival(graph, {k: sorted(v) for k, v in reached.items()}).stores["db"]
    more = {**reached, name: reached[name] | {target}}
    after = survival(graph, {k: sorted(v) for k, v in more.items()}).stores["db"]
    assert after.rogue.low >= before.rogue.low
    assert (after.k_max or 99) <= (before.k_max or 99)


@given(copies, links, held)
def test_doubt_widens_and_never_narrows(made, linked, reached) -> None:
    graph = built(made, linked)
    sure = survival(graph, {k: sorted(v) for k, v in reached.items()}).stores["db"]
    doubted = {k: dict.fromkeys(sorted(v), Truth.MAYBE) for k, v in reached.items()}
    unsure = survival(graph, doubted).stores["db"]
    assert unsure.rogue.low <= sure.rogue.low
    assert unsure.rogue.high >= sure.rogue.high
    assert unsure.k_min == sure.k_min


def test_a_delay_lets_windows_run_out() -> None:
    graph = world([copy(cascade=Cascade.GRACE, grace=5 * DAY)])
    held_ = powers({"ann": ["db"]})
    assert Killers(graph, held_, World(Truth.YES)).of("c0") == 0
    assert Killers(graph, held_, World(Truth.YES, 7 * DAY)).of("c0") == 1


def test_a_key_that_waits_is_not_gone_yet() -> None:
    graph = built([copy()], {("key", "db")})
    waits = replace(graph.nodes["key"], facts={"deletion_window_days": "7"})
    graph = replace(graph, nodes={**graph.nodes, "key": waits})
    held_ = powers({"ann": ["key"]})
    assert Killers(graph, held_, World(Truth.YES)).of("db") == 0
    assert Killers(graph, held_, World(Truth.YES, 8 * DAY)).of("db") == 1


@pytest.mark.parametrize(
    ("grade", "lifts", "falls"),
    [
        (Grade.NONE, False, True),
        (Grade.SOFT, False, False),
        (Grade.SOFT, True, True),
        (Grade.GOVERNANCE, False, False),
        (Grade.GOVERNANCE, True, True),
        (Grade.COMPLIANCE, True, False),
        (Grade.MPA, True, False),
    ],
)
def test_locks(grade, lifts, falls) -> None:
    graph = world([copy(grade=grade, grace=DAY, lock=9 * DAY)])
    held_ = powers({"ann": ["c0"]}, lifts={"ann": ["c0"]} if lifts else {})
    assert bool(Killers(graph, held_, World(Truth.YES)).of("c0")) is falls


def test_members_are_the_set_bits() -> None:
    assert list(members(0b10110)) == [1, 2, 4]


KNOWN = Reach(Truth.NO, None, Truth.NO, known=True)


def judged(item: Copy, reach: Reach = KNOWN, **more):
    graph = world([item], **more)
    return pair(graph, graph.stores["db"], item, reach)


class TestPairs:
    def test_every_dimension_has_an_answer_and_a_reason(self) -> None:
        found = judged(copy())
        assert tuple(sorted(found.dimensions)) == tuple(sorted((*SHARING, *QUALITY)))
        assert all(item.why for item in found.dimensions.values())

    @pytest.mark.parametrize(
        ("more", "verdict"),
        [
            ({"counts": False}, Verdict.ILLUSORY),
            ({"attached": Truth.NO}, Verdict.ILLUSORY),
            ({"cascade": Cascade.ALWAYS}, Verdict.ILLUSORY),
            ({"cascade": Cascade.UNKNOWN}, Verdict.UNKNOWN),
            ({"attached": Truth.MAYBE}, Verdict.UNKNOWN),
            ({}, Verdict.PARTIAL),
        ],
    )
    def test_verdicts(self, more, verdict) -> None:
        assert judged(copy(**more)).verdict is verdict

    def test_who_can_destroy_both_shares_it(self) -> None:
        found = judged(copy(), Reach(Truth.YES, "ann", Truth.NO, known=True))
        assert (found.verdict, found.why) == (Verdict.SHARED, "ann can destroy both")

    def test_one_key_for_both_shares_it(self) -> None:
        found = judged(copy(key="key"), key="key")
        assert (found.verdict, found.why) == (Verdict.SHARED, "both are encrypted with the key key")
        apart = judged(copy(key="other"), key="key")
        assert apart.dimensions["key"].truth is Truth.NO

    def test_elsewhere_and_beyond_reach_it_is_independent(self) -> None:
        item = copy()
        graph = world([item])
        far = replace(
            graph.nodes["c0"], scope=node("x", account="b", region="r", vendor="other").scope
        )
        home = replace(graph.nodes["db"], scope=node("x", account="a", region="q").scope)
        graph = replace(graph, nodes={**graph.nodes, "c0": far, "db": home})
        assert pair(graph, graph.stores["db"], item, KNOWN).verdict is Verdict.INDEPENDENT
        nobody = Reach(Truth.MAYBE, None, Truth.MAYBE, known=False)
        assert pair(graph, graph.stores["db"], item, nobody).verdict is Verdict.PARTIAL

    def test_zones_are_compared_where_both_have_one(self) -> None:
        item = copy()
        graph = world([item])

        def zoned(one, other):
            db = replace(graph.nodes["db"], scope=node("x", account="a", zone=one).scope)
            c0 = replace(graph.nodes["c0"], scope=node("x", account="b", zone=other).scope)
            both = replace(graph, nodes={**graph.nodes, "db": db, "c0": c0})
            return pair(both, both.stores["db"], item, KNOWN).dimensions["az"].truth

        assert zoned("z1", "z1") is Truth.YES
        assert zoned("z1", "z2") is Truth.NO
        assert zoned("z1", None) is Truth.NO

    def test_what_lies_inside_shares_every_place(self) -> None:
        found = judged(copy(domains={"storage_unit": Truth.YES}))
        assert {"storage_unit", "az", "region", "account", "org"} <= set(found.shared)


def test_what_follows_every_write_is_no_copy_in_any_table() -> None:
    """Rules tell replicas from copies by `counts`."""
    for row in catalogue().mechanisms.values():
        assert row.isolated is not Truth.NO or not row.counts, row.id
