"""Small random graphs for laws, and short constructors for hand-made ones."""

from __future__ import annotations

from hypothesis import strategies as st

from graph.model import Edge, EdgeKind, Evidence, Kind, Node, Scope, Verb
from graph.store import Graph
from graph.values import Truth

WHY = (Evidence("because"),)
BECOMING = (EdgeKind.OPENS, EdgeKind.ASSUMES, EdgeKind.OBTAINS)


def node(id_: str, kind: Kind) -> Node:
    return Node(id_, kind, f"test/{kind}", id_, Scope("test"))


def edge(source: str, target: str, kind: EdgeKind, **more) -> Edge:
    return Edge(source, target, kind, WHY, **more)


def access(source: str, target: str, verb: Verb = Verb.DESTROY, **more) -> Edge:
    return edge(source, target, EdgeKind.ACCESS, verb=verb, **more)


def graph(nodes: dict[str, Kind], edges: list[Edge]) -> Graph:
    return Graph({id_: node(id_, kind) for id_, kind in nodes.items()}, tuple(edges))


IDENTITIES = ("c0", "c1", "i0", "i1")
THINGS = ("s0", "s1", "b0", "k0")
NODES = {
    "c0": Kind.CREDENTIAL,
    "c1": Kind.CREDENTIAL,
    "i0": Kind.IDENTITY,
    "i1": Kind.IDENTITY,
    "s0": Kind.STORE,
    "s1": Kind.STORE,
    "b0": Kind.BACKUP,
    "k0": Kind.KEY,
}
truths = st.sampled_from([Truth.YES, Truth.MAYBE])
calls = st.lists(st.sampled_from(["a", "b"]), max_size=2).map(tuple)
becoming = st.builds(
    lambda s, t, k, truth, c: edge(s, t, k, truth=truth, calls=c),
    st.sampled_from(IDENTITIES),
    st.sampled_from(IDENTITIES),
    st.sampled_from(BECOMING),
    truths,
    calls,
)
reaching = st.builds(
    lambda s, t, v, truth, c: access(s, t, v, truth=truth, calls=c),
    st.sampled_from(IDENTITIES),
    st.sampled_from(THINGS),
    st.sampled_from([Verb.READ, Verb.DESTROY, Verb.DESTROY_BACKUP]),
    truths,
    calls,
)
following = st.builds(
    lambda s, t, k, truth: edge(s, t, k, truth=truth),
    st.sampled_from(THINGS),
    st.sampled_from(THINGS),
    st.sampled_from([EdgeKind.CONTAINS, EdgeKind.CASCADES, EdgeKind.ENCRYPTS]),
    truths,
)
edges = st.lists(st.one_of(becoming, reaching, following), max_size=12)
graphs = edges.map(lambda found: graph(NODES, found))
