"""The node that a user means: by id, name, path or the grants file's name for a store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

import click

from analyzer.escape import printable
from graph.model import Kind, Node
from graph.reach import STARTS
from graph.selectors import selects
from graph.values import Truth
from rules.world import World


def credential_named(world: World, wanted: str) -> Node:
    """The credential or identity of that name; raises `UsageError` with the nearest right word."""
    return _one(world, wanted, "credential", frozenset(STARTS))


def target_named(world: World, wanted: str) -> Node:
    """The node of that name, whatever it is; raises as `credential_named` does."""
    return _one(world, wanted, "target", frozenset(Kind))


def targets_named(world: World, wanted: str) -> frozenset[str]:
    """Ids of the nodes that a name or a glob (`railway:*`, `*prod*`) means; raises if none."""
    if wanted in world.graph.nodes:
        return frozenset({wanted})
    found = frozenset(
        node.id
        for node in world.graph.nodes.values()
        if any(fnmatchcase(name, wanted) for name in names(world, node))
    )
    return found or frozenset({target_named(world, wanted).id})


def names(world: World, node: Node) -> Iterator[str]:
    """Everything a node is called: id, address within its root module, name, paths, store."""
    yield node.id
    yield node.id.split(":", 1)[-1]
    yield node.name
    yield from node.paths
    for store in world.estate.grants.stores:
        if selects(store.resources, node) is Truth.YES:
            yield store.id


def nearest(wanted: str, known: Sequence[str]) -> str:
    """`; did you mean …?`, or what there is."""
    close = get_close_matches(wanted, known, 1, 0.5)
    if close:
        return f"; did you mean {printable(close[0])!r}?"
    shown = ", ".join(printable(name) for name in sorted(known)[:8])
    more = f" and {len(known) - 8} more" if len(known) > 8 else ""
    return f"; there are {shown}{more}" if known else "; there are none"


def _one(world: World, wanted: str, what: str, kinds: frozenset[Kind]) -> Node:
    node = world.graph.nodes.get(wanted)
    if node is not None and node.kind in kinds:
        return node
    some = [node for node in world.graph.nodes.values() if node.kind in kinds]
    found = [node for node in some if wanted in names(world, node)]
    if len(found) == 1:
        return found[0]
    shown = printable(wanted)
    if found:
        ids = ", ".join(printable(node.id) for node in found[:5])
        raise click.UsageError(f"{shown!r} names {len(found)} things: {ids}; give one address")
    known = {name for node in some for name in (node.id, *names(world, node))}
    raise click.UsageError(f"no {what} {shown!r}{nearest(wanted, sorted(known))}")
