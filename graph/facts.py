"""What one describing pass (a provider, the store tables, the backup catalogue) found."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model import Copy, Edge, Node, Store
from graph.problems import Problem


@dataclass(frozen=True, slots=True)
class Facts:
    """Nodes, edges, stores, copies and gaps, to be merged into the graph."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    stores: tuple[Store, ...] = ()
    copies: tuple[Copy, ...] = ()
    problems: tuple[Problem, ...] = ()
