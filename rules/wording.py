"""Words that several rules and formats share: witnesses, names, ages, lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from graph.model import Edge, EdgeKind, NodeId, Verb
from graph.reach import Path
from graph.store import Graph
from rules.finding import Hop


def walk(graph: Graph, start: NodeId, path: Path) -> tuple[Hop, ...]:
    """A witness as hops: the start, then each edge's target with why the step is possible."""
    first = graph.nodes[start]
    hops = [Hop(first.id, str(first.kind), "", first.location)]
    hops.extend(_hop(graph, edge) for edge in path.edges)
    return tuple(hops)


def _hop(graph: Graph, edge: Edge) -> Hop:
    node = graph.nodes[edge.target]
    evidence = edge.evidence[0] if edge.evidence else None
    why = evidence.text if evidence else str(edge.kind)
    place = evidence.location if evidence and evidence.location else node.location
    if edge.calls and (edge.kind is EdgeKind.ACCESS or edge.verb is Verb.ESCALATE):
        why = f"{', then '.join(edge.calls)}: {why}"
    return Hop(node.id, str(node.kind), why, place)


def listed(items: Sequence[str], most: int = 3) -> str:
    """`a, b and c`, or `a, b, c and 4 more`."""
    if len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most} more"
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def counted(count: int, word: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{count} {word if count == 1 else plural(word)}"


def plural(word: str) -> str:
    """`calls`, `registries`."""
    return word[:-1] + "ies" if word[-1] == "y" and word[-2:-1] not in "aeiou" else word + "s"


def capital(text: str) -> str:
    """A sentence's first letter, the others as they are."""
    return text[:1].upper() + text[1:]


def age(span: timedelta) -> str:
    """`90 days`, `36 hours`, `5 minutes`."""
    seconds = int(span.total_seconds())
    if seconds >= 2 * 86400 or seconds == 86400:
        return counted(seconds // 86400, "day")
    if seconds >= 3600:
        return counted(seconds // 3600, "hour")
    return counted(max(1, seconds // 60), "minute")
