"""Locks on containers: what makes every copy in a vault or bucket hard to delete."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from graph.backups.context import Context, Found
from graph.catalogue import Lock, catalogue
from graph.conditions import holds, span_at
from graph.model import Copy, Evidence, Grade
from graph.resource import Resource
from graph.values import Truth

_ORDER = list(Grade)


def locked(context: Context, found: Iterable[Found]) -> list[Found]:
    """The copies with the strongest lock of their container; an unknown lock raises nothing."""
    result = []
    for item in found:
        copy = item.copy
        for lock, resource in _locks_on(context, copy):
            copy = _raised(copy, lock, resource)
        result.append(replace(item, copy=copy))
    return result


def _locks_on(context: Context, copy: Copy) -> Iterable[tuple[Lock, Resource]]:
    holder = context.estate.by_address.get(copy.container or "")
    if holder is None:
        return
    for lock in catalogue().locks:
        if lock.link:
            of = context.references.companions(lock.tf, lock.link, (holder.type,))
            yield from ((lock, resource) for resource in of.get(holder.address, ()))
        elif lock.tf == holder.type:
            yield lock, holder


def _raised(copy: Copy, lock: Lock, resource: Resource) -> Copy:
    truth = holds(lock.when, resource)
    if truth is not Truth.YES or _ORDER.index(lock.grade) <= _ORDER.index(copy.grade):
        return copy
    evidence = Evidence(lock.what, resource.location, lock.id, lock.source, lock.confirmed)
    return replace(
        copy,
        grade=lock.grade,
        lock=_window(copy, lock, resource),
        lifted_by=lock.lifted_by,
        evidence=(*copy.evidence, evidence),
    )


def _window(copy: Copy, lock: Lock, resource: Resource) -> timedelta | None:
    """How long the newest copy stays locked: the lock's window, or until the copy expires."""
    if lock.window.get("until") == "expiry":
        return copy.horizon
    spans = [span_at(resource, rule) for rule in lock.window.get("any", (lock.window,))]
    return max((span for span in spans if span is not None), default=None)
