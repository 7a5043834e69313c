"""Backups lie in the organization of their source.

What it finds
    Every surviving copy belongs to the organization, tenant or workspace of the store. Reported on
    demand only.

Why it matters
    Whoever administers the organization can reach every account of it.

Example
    A volume and the volume that holds its dumps, in two projects of one Railway workspace.

Fix
    Keep a copy with credentials that no administrator of the organization has.

Limits
    Which organization an account belongs to is rarely in code; unknown is not reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.finding import Finding, Severity
from rules.isolation import shares
from rules.rule import Rule
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores all of whose surviving copies share this, and nothing graver."""
    what = "belongs to the same organization"
    fix = "Keep a copy with credentials that no administrator of the organization has."
    return shares(world, RULE.id, "org", Severity.LOW, what, fix)


RULE = Rule(
    "backup-shares-organization",
    "Backups lie in the organization of their source",
    check,
    controls=("nist-800-53:CP-9",),
    on_demand=True,
)
