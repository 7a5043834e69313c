"""Copies of data stores: what code and grants declare, where they live, what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from graph.backups.context import Context, Found
from graph.backups.declared import declared
from graph.backups.locks import locked
from graph.backups.outofband import annotated, out_of_band
from graph.backups.selections import selected
from graph.estate import Estate
from graph.facts import Facts
from graph.model import Cascade, Edge, EdgeKind
from graph.references import references_of
from graph.store import Graph
from graph.values import Truth


def describe(estate: Estate, graph: Graph) -> Facts:
    """Every copy with its node and edges; stores again where the grants file says more of them."""
    context = Context(estate, graph, references_of(estate))
    found = [*declared(context), *selected(context)]
    found, problems = out_of_band(context, found)
    found = _distinct(locked(context, found))
    return Facts(
        nodes=tuple(item.node for item in found),
        edges=tuple(edge for item in found for edge in (*_edges(context, item), *item.edges)),
        stores=annotated(context),
        copies=tuple(item.copy for item in found),
        problems=tuple(problems),
    )


def _distinct(found: Iterable[Found]) -> list[Found]:
    """One copy a node and store: the same copy found twice is as attached as its better reading."""
    best: dict[tuple[str, str], Found] = {}
    for item in found:
        known = best.setdefault((item.copy.node, item.copy.store), item)
        if item.copy.attached > known.copy.attached:
            best[item.copy.node, item.copy.store] = replace(item, node=known.node)
    return list(best.values())


def _edges(context: Context, found: Found) -> Iterable[Edge]:
    copy = found.copy
    evidence, attached = copy.evidence, copy.attached
    kind = EdgeKind.BACKS_UP if copy.counts else EdgeKind.REPLICATES
    ends = (copy.node, copy.store) if copy.counts else (copy.store, copy.node)
    yield Edge(*ends, kind, evidence, attached)
    fate = _CASCADES.get(copy.cascade)
    if fate is not None:
        yield Edge(copy.store, copy.node, EdgeKind.CASCADES, evidence, fate & attached)
    if copy.container and copy.container != copy.store and copy.container in context.graph.stores:
        yield Edge(copy.container, copy.node, EdgeKind.CONTAINS, evidence, attached)
    if isinstance(copy.key, str) and found.key_is_node:
        yield Edge(copy.key, copy.node, EdgeKind.ENCRYPTS, evidence, attached)


_CASCADES = {Cascade.ALWAYS: Truth.YES, Cascade.UNKNOWN: Truth.MAYBE}
