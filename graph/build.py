"""Resources and grants → graph: every stage named once, in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from graph import backups, holders, levels, production, secrets, stores
from graph.estate import Estate
from graph.facts import Facts
from graph.missing import latent, missing, unmodelled
from graph.model import Edge, Node, NodeId
from graph.presence import weakened
from graph.problems import Problem
from graph.providers import all_providers, unusable
from graph.store import Graph


def build(estate: Estate) -> Graph:
    """The whole graph of an estate: nodes first, then copies, then what leads to what."""
    estate = estate.ordered()
    described = [
        stores.describe(estate),
        holders.describe(estate),
        secrets.describe(estate),
        *(provider.describe(estate) for provider in all_providers()),
    ]
    nodes = _by_id(node for facts in described for node in facts.nodes)
    nodes = stores.declared(production.classified(nodes, estate), estate)
    graph = _graph(nodes, described)
    copied = backups.describe(estate, graph)
    nodes |= production.classified(_by_id(copied.nodes), estate)
    graph = _graph(nodes, [*described, copied])
    found: list[Node | Edge | Problem] = [
        *holders.connect(estate, graph),
        *levels.connect(estate, graph),
        *secrets.connect(estate, graph),
    ]
    for provider in all_providers():
        found.extend(provider.connect(estate, graph))
    return replace(
        graph,
        nodes={**graph.nodes, **_by_id(item for item in found if isinstance(item, Node))},
        edges=(
            *weakened(estate, graph.edges),
            *weakened(estate, (item for item in found if isinstance(item, Edge))),
        ),
        problems=(
            *graph.problems,
            *(item for item in found if isinstance(item, Problem)),
            *unusable(),
            *missing(estate),
            *latent(estate),
            *unmodelled(estate, (p for each in all_providers() for p in each.prefixes)),
        ),
    )


def _by_id(nodes: Iterable[Node]) -> dict[NodeId, Node]:
    found: dict[NodeId, Node] = {}
    for node in nodes:
        found.setdefault(node.id, node)
    return found


def _graph(nodes: dict[NodeId, Node], described: list[Facts]) -> Graph:
    return Graph(
        nodes=dict(nodes),
        edges=tuple(edge for facts in described for edge in facts.edges),
        stores={store.node: store for facts in described for store in facts.stores},
        copies=tuple(copy for facts in described for copy in facts.copies),
        problems=tuple(problem for facts in described for problem in facts.problems),
    )
