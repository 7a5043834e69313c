"""The graph itself: nodes and edges by id, immutable once built; networkx only on request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graph.model import Copy, Edge, Kind, Node, NodeId, Store
from graph.problems import Problem

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class Graph:
    """All that is known of an estate: who, what, and what leads to what."""

    nodes: Mapping[NodeId, Node]
    edges: tuple[Edge, ...]
    stores: Mapping[NodeId, Store] = field(default_factory=dict)
    copies: tuple[Copy, ...] = ()
    problems: tuple[Problem, ...] = ()

    @cached_property
    def outgoing(self) -> Mapping[NodeId, tuple[Edge, ...]]:
        """Edges by their source."""
        return _grouped((edge.source, edge) for edge in self.edges)

    @cached_property
    def incoming(self) -> Mapping[NodeId, tuple[Edge, ...]]:
        """Edges by their target."""
        return _grouped((edge.target, edge) for edge in self.edges)

    @cached_property
    def copies_of(self) -> Mapping[NodeId, tuple[Copy, ...]]:
        """Copies by the store they copy."""
        groups: defaultdict[NodeId, list[Copy]] = defaultdict(list)
        for copy in self.copies:
            groups[copy.store].append(copy)
        return {store: tuple(copies) for store, copies in groups.items()}

    @cached_property
    def copies_at(self) -> Mapping[NodeId, tuple[Copy, ...]]:
        """Copies by their own node."""
        groups: defaultdict[NodeId, list[Copy]] = defaultdict(list)
        for copy in self.copies:
            groups[copy.node].append(copy)
        return {node: tuple(copies) for node, copies in groups.items()}

    @cached_property
    def edges_by_kind(self) -> Mapping[str, tuple[Edge, ...]]:
        """Edges by their kind."""
        return _grouped((edge.kind, edge) for edge in self.edges)

    def of_kind(self, *kinds: Kind) -> Iterator[Node]:
        """Nodes of any of `kinds`, in the order they were added."""
        return (node for node in self.nodes.values() if node.kind in kinds)

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """The whole graph as a networkx multigraph; edge and node data are plain attributes."""
        import networkx as nx  # noqa: PLC0415 (0.3 s, paid only by who asks for it)

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        for node in self.nodes.values():
            graph.add_node(node.id, **_plain_node(node))
        for edge in self.edges:
            graph.add_edge(edge.source, edge.target, **_plain_edge(edge))
        return graph


def _grouped(pairs: Iterable[tuple[NodeId, Edge]]) -> dict[NodeId, tuple[Edge, ...]]:
    groups: defaultdict[NodeId, list[Edge]] = defaultdict(list)
    for key, edge in pairs:
        groups[key].append(edge)
    return {key: tuple(edges) for key, edges in groups.items()}


def _plain_node(node: Node) -> dict[str, Any]:
    return {
        "kind": str(node.kind),
        "type": node.type,
        "name": node.name,
        "source": str(node.location or ""),
        "production": node.environment.production.name if node.environment else "",
    }


def _plain_edge(edge: Edge) -> dict[str, Any]:
    return {
        "kind": str(edge.kind),
        "verb": str(edge.verb or ""),
        "truth": edge.truth.name,
        "calls": " ".join(edge.calls),
        "why": edge.evidence[0].text if edge.evidence else "",
    }
