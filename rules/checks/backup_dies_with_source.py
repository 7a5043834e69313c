"""A production store's backups die with it.

What it finds
    A store whose recent copies all go with the call that deletes the store, or lie inside it. What
    survives, if anything, is older than what may be lost.

Why it matters
    The backup is there until the moment it is needed. Deleting the store is one call, and often the
    default of that call takes the copies too.

Example
    Railway volume backups, which live in the volume; automated backups of an RDS instance, which
    `DeleteDBInstance` removes unless the caller asks to keep them.

Fix
    Keep a copy that outlives the store: a snapshot copied to a vault in another account, a dump
    with another provider.

Limits
    A vendor's undo window is not counted as a copy.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.catalogue import catalogue
from graph.domains import Pair
from graph.model import Guard
from graph.values import Truth
from rules.costs import copy_name
from rules.finding import Finding, Fix, Severity
from rules.isolation import Standing, afford, fresh, shown, standings, store_finding, survivors
from rules.rule import Rule
from rules.wording import listed
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores with dying copies and no young survivor."""
    for found in standings(world):
        if found.dying and not fresh(world, found):
            yield _finding(world, found)


def _finding(world: World, found: Standing) -> Finding:
    fix = "Keep a recent copy that outlives it: in another account, or with another provider."
    return store_finding(
        world,
        found,
        RULE.id,
        Severity.MEDIUM if _guard(found) else Severity.HIGH,
        title=_title(world, found),
        details=tuple(_details(world, found)),
        fixes=(Fix(fix, source=found.node.location),),
    )


def _guard(found: Standing) -> Guard | None:
    """A protection that stands before the deletion; Terraform's own stop no caller of the API."""
    guards = (g for g in found.store.store.guards if g.grade != "terraform_only")
    return next((guard for guard in guards if guard.on is Truth.YES), None)


def _title(world: World, found: Standing) -> str:
    there = [pair for pair in found.dying if pair.copy.attached is Truth.YES]
    names = [copy_name(world, pair.copy) for pair in there or found.dying]
    if there and len(names) == 1:
        return f"The backup of {shown(found.node)} dies with it: {names[0]}"
    if there:
        return f"The backups of {shown(found.node)} die with it: {listed(names)}"
    return f"If {shown(found.node)} has backups, they die with it: {listed(names)}"


def _details(world: World, found: Standing) -> Iterator[str]:
    reasons = {_why(pair): copy_name(world, pair.copy) for pair in found.dying}
    for why, name in reasons.items():
        yield f"{name}: {why}."
    if found.surviving:
        yield f"What survives: {survivors(world, found)}; {afford(world, found)}."
    else:
        yield "No other copy is known."
    guard = _guard(found)
    if guard is not None:
        yield f"It is protected from deletion ({guard.evidence.text}): it takes one more call."


def _why(pair: Pair) -> str:
    """The mechanism's own words where the tables have some."""
    row = catalogue().mechanisms.get(pair.copy.mechanism)
    return row.note if row and row.note else pair.dimensions["lifecycle"].why


RULE = Rule(
    "backup-dies-with-source",
    "A production store's backups die with it",
    check,
    controls=("nist-800-53:CP-9", "nist-800-53:CP-6"),
)
