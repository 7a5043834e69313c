"""Small estates written by hand: resources as the evaluator hands them over, and their graph."""

from __future__ import annotations

from datetime import date

from graph import backups, stores
from graph.estate import Estate
from graph.grants import Grants
from graph.model import Edge, EdgeKind, Evidence, Kind, Node, Scope
from graph.powers import Powers, gathered
from graph.resource import Presence, ProviderConfig, Resource, Stack
from graph.store import Graph
from graph.survival import survive
from graph.values import Location, Truth, Unknown, Why

TODAY = date(2026, 11, 24)
HERE = Location("main.tf", 1)


def ref(path: str) -> Unknown:
    """What the evaluator makes of a reference to something that is known after apply."""
    return Unknown(Why.COMPUTED, symbol=path, references=(path.rpartition(".")[0],))


def missing(name: str) -> Unknown:
    """A variable without a value."""
    return Unknown(Why.VARIABLE, detail=f"var.{name}")


def frozen(value):
    if isinstance(value, dict):
        return {key: frozen(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    return value


def res(
    address: str,
    /,
    *,
    account="111111111111",
    region="eu-west-1",
    stack="",
    presence=Presence.CERTAIN,
    lifecycle=None,
    default_tags=None,
    **attributes,
) -> Resource:
    block = address.rpartition(":")[2].split("[")[0]
    type_, name = block.rsplit(".", 2)[-2:]
    given = {"default_tags": ({"tags": default_tags},)} if default_tags else {}
    return Resource(
        address,
        type_,
        name,
        frozen(attributes),
        HERE,
        Stack(stack, stack or "."),
        ProviderConfig(type_.split("_")[0], "", account, region, given),
        presence=presence,
        lifecycle=lifecycle or {},
    )


def described(*resources: Resource, grants: Grants | None = None, more=None) -> Graph:
    """The graph of what stores and backups say; `more` are facts of a provider."""
    estate = Estate(tuple(resources), grants or Grants(), TODAY)
    facts = [stores.describe(estate), *([more] if more else [])]
    graph = joined(facts)
    return joined([*facts, backups.describe(estate, graph)])


def joined(facts) -> Graph:
    nodes = {}
    for item in facts:
        for node in item.nodes:
            nodes.setdefault(node.id, node)
    return Graph(
        nodes=nodes,
        edges=tuple(edge for item in facts for edge in item.edges),
        stores={store.node: store for item in facts for store in item.stores},
        copies=tuple(copy for item in facts for copy in item.copies),
        problems=tuple(problem for item in facts for problem in item.problems),
    )


def powers(destroys=None, **others) -> Powers:
    """Certain powers from lists: `{"ci": ["db", "db#automated-backup"]}`."""
    given = {"destroys": destroys or {}, **others}
    return gathered(
        **{
            name: {
                credential: dict.fromkeys(targets, Truth.YES)
                if isinstance(targets, list)
                else targets
                for credential, targets in reached.items()
            }
            for name, reached in given.items()
        }
    )


def survival(graph: Graph, destroys=None, **others):
    return survive(graph, powers(destroys, **others))


def node(id_: str, kind: Kind = Kind.STORE, type_: str = "test/store", **scope) -> Node:
    return Node(id_, kind, type_, id_, Scope(scope.pop("vendor", "test"), **scope))


def edge(source: str, target: str, kind: EdgeKind, truth: Truth = Truth.YES) -> Edge:
    return Edge(source, target, kind, (Evidence("test"),), truth)
