"""Backups lie in the region of their source.

What it finds
    Every surviving copy lies in the region of the store.

Why it matters
    A regional outage or disaster takes both for as long as it lasts.

Example
    A backup plan without a `copy_action`.

Fix
    Copy to another region.

Limits
    Which of a service's own copies lie elsewhere is the provider's documentation's word.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.finding import Finding, Severity
from rules.isolation import shares
from rules.rule import Rule
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores all of whose surviving copies share this, and nothing graver."""
    what = "lies in the same region"
    fix = "Copy to another region."
    return shares(world, RULE.id, "region", Severity.LOW, what, fix)


RULE = Rule(
    "backup-shares-region",
    "Backups lie in the region of their source",
    check,
    controls=("nist-800-53:CP-9",),
)
