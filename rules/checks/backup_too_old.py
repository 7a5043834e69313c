"""The newest copy of a production store is too old.

What it finds
    A store whose copies all outlive it, the newest of them older than what its owner can afford to
    lose (`max_loss` in the grants file, else `--max-loss`, else two days).

Why it matters
    Data since that copy is lost for good.

Example
    A database whose only backup is a dump that somebody made in January.

Fix
    Make the surviving copy as often as `max_loss` says.

Limits
    Ages are worst cases of a declared schedule, or the observed day that the grants file names. A
    copy of unknown age is reported as possible only where `max_loss` is declared. Where there are
    younger copies that go with the store, that is `backup-dies-with-source`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from graph.model import Copy
from graph.values import Truth
from rules.costs import copy_name
from rules.finding import Finding, Fix, Severity
from rules.isolation import (
    Standing,
    afford,
    aged_words,
    fresh,
    shown,
    standings,
    store_finding,
    survivors,
)
from rules.rule import Rule
from rules.wording import age, capital
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores whose survivors are all too old, or of unknown age though a limit is declared."""
    for found in standings(world):
        if found.dying:
            continue
        real = tuple(p for p in found.surviving if p.copy.attached is Truth.YES)
        if real and not fresh(world, found):
            yield _finding(world, found, sure=True)
        elif real and _undated(world, found):
            yield _finding(world, found, sure=False)


def _undated(world: World, found: Standing) -> bool:
    declared = world.graph.stores[found.node.id].max_loss is not None
    return declared and all(pair.copy.age is None for pair in found.surviving)


def _finding(world: World, found: Standing, *, sure: bool) -> Finding:
    limit = world.max_loss(found.node.id)
    declared = world.graph.stores[found.node.id].max_loss is not None
    newest = _newest(found)
    name = copy_name(world, newest)
    often = "day" if age(limit) == "1 day" else age(limit)
    return store_finding(
        world,
        found,
        RULE.id,
        Severity.HIGH if declared and sure else Severity.MEDIUM,
        title=f"The newest copy of {shown(found.node)} is {aged_words(newest)}: {name}",
        details=tuple(_details(world, found)),
        fixes=(Fix(f"Renew {name} at least every {often}.", source=found.node.location),),
        sure=sure,
    )


def _details(world: World, found: Standing) -> Iterator[str]:
    yield f"{capital(afford(world, found))}."
    if len(found.surviving) > 1:
        yield f"What there is: {survivors(world, found)}."


def _newest(found: Standing) -> Copy:
    return min((pair.copy for pair in found.surviving), key=_oldest)


def _oldest(copy: Copy) -> timedelta:
    return copy.age[1] if copy.age and copy.age[1] is not None else timedelta.max


RULE = Rule(
    "backup-too-old",
    "The newest copy of a production store is too old",
    check,
    controls=("nist-800-53:CP-9", "nist-800-53:CP-6"),
)
