"""The newest surviving copy of a production store is too old.

What it finds
    A store that has copies which outlive it, the newest of them older than what its owner can
    afford to lose (`max_loss` in the grants file, else `--max-loss`, else two days).

Why it matters
    Data since that copy is lost for good.

Example
    A dump on a laptop from January, while the daily snapshots live in the volume.

Fix
    Make the surviving copy as often as `max_loss` says.

Limits
    Ages are worst cases of a declared schedule, or the observed day that the grants file names. A
    copy of unknown age is reported as possible only where `max_loss` is declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from graph.model import Copy
from graph.values import Truth
from rules.finding import Finding, Fix, Severity
from rules.isolation import Standing, aged_words, fresh, shown, standings, store_finding
from rules.rule import Rule
from rules.wording import age, listed
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores whose survivors are all too old, or of unknown age though a limit is declared."""
    for found in standings(world):
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
    copies = [f"{world.node(p.copy.node).name}, {aged_words(p.copy)}" for p in found.surviving]
    said = "you can afford to lose" if declared else "the limit where nothing is declared is"
    return store_finding(
        world,
        found,
        RULE.id,
        Severity.HIGH if declared and sure else Severity.MEDIUM,
        title=f"The newest surviving copy of {shown(found.node)} is {aged_words(_newest(found))}",
        details=(f"What survives: {listed(copies)}; {said} {age(limit)}.",),
        fixes=(Fix(f"Renew {copies[0].split(',', 1)[0]} at least every {age(limit)}."),),
        sure=sure,
    )


def _newest(found: Standing) -> Copy:
    return min((pair.copy for pair in found.surviving), key=_oldest)


def _oldest(copy: Copy) -> timedelta:
    return copy.age[1] if copy.age and copy.age[1] is not None else timedelta.max


RULE = Rule(
    "backup-too-old",
    "The newest surviving copy of a production store is too old",
    check,
    controls=("nist-800-53:CP-9", "nist-800-53:CP-6"),
)
