"""Several grants files as one, and what they name that nothing declares."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from analyzer.readers.faults import fault, meant
from graph.grants import Grants
from graph.problems import Problem
from graph.values import Location


def merge(files: Sequence[Grants]) -> tuple[Grants, tuple[Problem, ...]]:
    """Several files as one; an id that two of them use is a fault of the second."""
    merged = Grants()
    problems: list[Problem] = []
    for found in files:
        fresh = {
            name: (
                *getattr(merged, name),
                *_new(getattr(merged, name), getattr(found, name), problems),
            )
            for name in ("credentials", "actors", "resources", "stores", "backups")
        }
        merged = replace(
            merged,
            **fresh,
            environments=(*merged.environments, *found.environments),
            accepted=(*merged.accepted, *found.accepted),
            default_env=merged.default_env or found.default_env,
            default_readers=merged.default_readers or found.default_readers,
            unknown_env=found.unknown_env if found.unknown_env != "unknown" else merged.unknown_env,
        )
    return merged, tuple(problems)


def _new(old: Iterable[Any], more: Iterable[Any], problems: list[Problem]) -> Iterator[Any]:
    seen = {item.id: item for item in old}
    for item in more:
        if item.id in seen and item.location is not None:
            where, first = item.location, seen[item.id].location
            what = f"the id {item.id!r} is used twice (first at {first})"
            problems.append(fault(where.path, what, where.line, "the second entry was left out"))
            continue
        seen[item.id] = item
        yield item


def undeclared(grants: Grants, known: Collection[str]) -> Iterator[Problem]:
    """Names of credentials that neither a grants file nor the code declares; a typing error in
    one would silently accept or protect nothing. `known` are the ids of all nodes.
    """
    declared = [credential.id for credential in grants.credentials]
    for where, field, name, effect in _named(grants):
        if name not in known and name not in declared:
            why = f"{field}: no credential {name!r} is declared{meant(name, declared)}"
            yield fault(where.path, why, where.line, effect)


def _named(grants: Grants) -> Iterator[tuple[Location, str, str, str]]:
    for risk in grants.accepted:
        yield risk.location, "accepted.credential", risk.credential, "nothing was accepted"
    for backup in grants.backups:
        for name in backup.deletable_by or ():
            effect = f"nobody was added to those who can delete {backup.id}"
            yield backup.location, "backups.deletable_by", name, effect
