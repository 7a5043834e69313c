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

from graph.values import Truth
from rules.finding import Finding, Fix, Severity
from rules.isolation import Standing, aged_words, fresh, shown, standings, store_finding
from rules.rule import Rule
from rules.wording import listed
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores with dying copies and no young survivor."""
    for found in standings(world):
        if found.dying and not fresh(world, found):
            yield _finding(world, found)


def _finding(world: World, found: Standing) -> Finding:
    names = [world.node(pair.copy.node).name for pair in found.dying]
    there = [pair for pair in found.dying if pair.copy.attached is Truth.YES]
    if there:
        title = f"{listed(names)} {'dies' if len(names) == 1 else 'die'} with {shown(found.node)}"
    else:
        title = f"If {shown(found.node)} has {listed(names)}, they die with it"
    details = [
        f"{world.node(p.copy.node).name}: {p.dimensions['lifecycle'].why}." for p in found.dying
    ]
    facts = [e.text for pair in found.dying for e in pair.copy.evidence if e.fact]
    details.extend(f"{text[:1].upper()}{text[1:]}." for text in dict.fromkeys(facts))
    if found.surviving:
        copies = [f"{world.node(p.copy.node).name}, {aged_words(p.copy)}" for p in found.surviving]
        details.append(f"What survives: {listed(copies)}.")
    else:
        details.append("No other copy is known.")
    fix = "Keep a copy that outlives it: in another account, or with another provider."
    return store_finding(
        world,
        found,
        RULE.id,
        Severity.HIGH,
        title=title,
        details=tuple(details),
        fixes=(Fix(fix, source=found.node.location),),
    )


RULE = Rule(
    "backup-dies-with-source",
    "A production store's backups die with it",
    check,
    controls=("nist-800-53:CP-9", "nist-800-53:CP-6"),
)
