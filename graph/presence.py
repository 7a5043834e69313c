"""What only may exist: nothing that goes out from it is certain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from graph.estate import Estate
from graph.model import Edge, EdgeKind, NodeId
from graph.resource import Presence
from graph.values import Truth

_ACTING = frozenset(
    {EdgeKind.OPENS, EdgeKind.ASSUMES, EdgeKind.OBTAINS, EdgeKind.ACCESS, EdgeKind.ENCRYPTS}
)


def there(estate: Estate, node: NodeId) -> Truth:
    """Whether a node exists: of a resource whose count is not known, there may be none."""
    resource = estate.by_address.get(node)
    certain = resource is None or resource.presence is Presence.CERTAIN
    return Truth.YES if certain else Truth.MAYBE


def decided_by(estate: Estate, node: NodeId) -> str:
    """What decides whether a node exists, in words: `var.on`, or its count."""
    resource = estate.by_address.get(node)
    doubt = resource.doubt if resource else None
    return doubt.detail if doubt and doubt.detail else "its count"


def weakened(estate: Estate, edges: Iterable[Edge]) -> Iterator[Edge]:
    """The edges; what an identity or key does that may not exist is possible at most.

    That the target exists is not asked here: what becomes of it is said for the case that it does.
    """
    for edge in edges:
        if edge.kind in _ACTING and there(estate, edge.source) is not Truth.YES:
            word = f"if {edge.source} exists, which {decided_by(estate, edge.source)} decides"
            words = " and ".join(filter(None, (edge.condition, word)))
            yield replace(edge, truth=edge.truth & Truth.MAYBE, condition=words)
        else:
            yield edge
