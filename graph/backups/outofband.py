"""Backups and stores that the grants file declares: what no code shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from graph.backups.context import Age, Context, Found, moved
from graph.backups.naming import named
from graph.catalogue import Mechanism, catalogue
from graph.grants import DeclaredBackup, DeclaredStore
from graph.losses import FOREVER
from graph.model import (
    Cascade,
    Copy,
    Edge,
    EdgeKind,
    Evidence,
    Grade,
    Kind,
    Node,
    NodeId,
    Scope,
    Store,
    Verb,
)
from graph.problems import Problem, ProblemKind
from graph.schedules import longest_gap
from graph.values import Truth

DECLARED = "declared"


def annotated(context: Context) -> tuple[Store, ...]:
    """Stores of which the grants file says what they hold and what may be lost of them."""
    found: dict[NodeId, Store] = {}
    for entry in context.estate.grants.stores:
        for node in _nodes(context, entry):
            known = found.get(node.id) or context.graph.stores.get(node.id)
            store = known or Store(node.id, node.type)
            found[node.id] = replace(
                store,
                max_loss=entry.max_loss or store.max_loss,
                no_backup=entry.no_backup or store.no_backup,
                holds=entry.holds or store.holds,
            )
    return tuple(found.values())


def out_of_band(context: Context, found: list[Found]) -> tuple[list[Found], list[Problem]]:
    """`found` with the declared backups, and what could not be matched.

    A backup `in: same` is the one that the platform makes inside the store: it says more of a copy
    already found (its id, its age) where there is one.
    """
    result, problems = list(found), []
    for entry in context.estate.grants.backups:
        stores = list(_stores(context, entry))
        if not stores:
            problems.append(_unmatched(entry))
        for store in stores:
            index = _twin(result, entry, store) if entry.place == "same" else None
            if index is None:
                result.append(_made(context, entry, store, many=len(stores) > 1))
            else:
                result[index] = _said(context, entry, result[index])
    return result, problems


def _stores(context: Context, entry: DeclaredBackup) -> Iterator[Store]:
    known = {store.node: store for store in annotated(context)}
    declared = {item.id: item for item in context.estate.grants.stores}
    seen: set[NodeId] = set()
    for name in entry.of:
        item = declared.get(name.removeprefix("store:"))
        nodes = _nodes(context, item) if item else named(context.graph, name)
        for node in nodes:
            store = known.get(node.id) or context.graph.stores.get(node.id)
            if store is not None and node.id not in seen:
                seen.add(node.id)
                yield store


def _nodes(context: Context, entry: DeclaredStore) -> list[Node]:
    return [node for name in entry.resources for node in named(context.graph, name)]


def _twin(found: list[Found], entry: DeclaredBackup, store: Store) -> int | None:
    """The platform's own copy of the store that `in: same` speaks of."""
    own = [
        (index, item)
        for index, item in enumerate(found)
        if item.copy.store == store.node and item.copy.managed_by_store and item.copy.counts
    ]
    words = {entry.kind, *_KINDS.get(entry.kind, ())}
    for index, item in own:
        if words & set(item.copy.mechanism.replace(".", "_").split("_")):
            return index
    unseen = [index for index, item in own if item.copy.attached is not Truth.YES]
    return unseen[0] if unseen else None


_KINDS = {
    "pitr": ("automated", "continuous", "pitr"),
    "vendor": ("automated", "automatic", "volume", "daily", "backup"),
    "volume-snapshot": ("volume", "snapshot", "backup"),
    "snapshot": ("automated", "automatic", "snapshot"),
    "versioning": ("versioning",),
}


def _said(context: Context, entry: DeclaredBackup, found: Found) -> Found:
    """A copy already known, with what the grants file adds."""
    item = moved(found, entry.id)
    mechanism = catalogue().mechanisms[item.copy.mechanism]
    evidence = mechanism.evidence(f"{entry.id}: {mechanism.name}, declared", entry.location)
    copy = replace(
        item.copy,
        attached=Truth.YES,
        age=_age(context, entry) or item.copy.age,
        horizon=entry.retention or item.copy.horizon,
        evidence=(evidence, *_of_rows(mechanism)),
        restore_tested=Truth.YES if entry.restore_tested else item.copy.restore_tested,
    )
    node = replace(item.node, name=entry.id, location=entry.location)
    return replace(item, copy=copy, node=node)


def _of_rows(mechanism: Mechanism) -> tuple[Evidence, ...]:
    return (mechanism.evidence(mechanism.note),) if mechanism.note else ()


def _made(context: Context, entry: DeclaredBackup, store: Store, *, many: bool) -> Found:
    source = context.graph.nodes[store.node].scope
    holder = next(iter(named(context.graph, entry.place)), None)
    inside = entry.place == "same" or (holder is not None and holder.id == store.node)
    replica = entry.kind == "replica"
    scope = source if inside else (holder.scope if holder else _elsewhere(entry))
    node_id = f"{entry.id}:{store.node}" if many else entry.id
    where = "inside the store" if inside else entry.place
    evidence = Evidence(f"declared: {entry.kind} in {where}", entry.location, fact=DECLARED)
    copy = Copy(
        node=node_id,
        store=store.node,
        mechanism=f"{DECLARED}.{entry.kind}",
        cascade=Cascade.ALWAYS if inside else Cascade.NEVER,
        evidence=(evidence,),
        counts=not replica,
        version_isolated=Truth.of(not replica),
        grade=Grade.COMPLIANCE if entry.immutable else Grade.NONE,
        lock=_lock(entry),
        age=_age(context, entry),
        horizon=entry.retention,
        key=store.key if inside else None,
        domains={"storage_unit": Truth.YES} if inside else {},
        container=holder.id if holder else None,
        managed_by_store=inside,
        restore_tested=Truth.YES if entry.restore_tested else Truth.MAYBE,
    )
    node = Node(node_id, Kind.BACKUP, f"backup/{entry.kind}", entry.id, scope, entry.location)
    return Found(copy, node, tuple(_deleters(entry, node_id)))


def _deleters(entry: DeclaredBackup, node_id: NodeId) -> Iterable[Edge]:
    evidence = Evidence(f"deletable_by of {entry.id}", entry.location, fact=DECLARED)
    for credential in entry.deletable_by or ():
        yield Edge(credential, node_id, EdgeKind.ACCESS, (evidence,), verb=Verb.DESTROY_BACKUP)


def _lock(entry: DeclaredBackup) -> timedelta | None:
    if isinstance(entry.immutable, timedelta):
        return entry.immutable
    return (entry.retention or FOREVER) if entry.immutable else None


def _age(context: Context, entry: DeclaredBackup) -> Age | None:
    """Observed age before scheduled age; a copy is never younger than what was observed."""
    if entry.newest is not None:
        old = max(timedelta(0), context.estate.today - entry.newest)
        return old, old
    if entry.schedule:
        return timedelta(0), longest_gap(entry.schedule)
    return None


def _elsewhere(entry: DeclaredBackup) -> Scope:
    scheme, _, rest = entry.place.partition(":")
    if scheme == "arn":
        parts = entry.place.split(":")
        whose = parts[4] if len(parts) > 5 else None
        where = parts[3] if len(parts) > 5 else None
        return Scope("aws", entry.account or whose or None, region=entry.region or where or None)
    return Scope(scheme if rest else "elsewhere", entry.account, region=entry.region)


def _unmatched(entry: DeclaredBackup) -> Problem:
    return Problem(
        ProblemKind.UNRESOLVED,
        f"backup {entry.id}",
        f"no data store matches {', '.join(entry.of)}",
        "it protects nothing in this analysis",
        entry.location,
    )
