"""Backups lie inside their source.

What it finds
    Every surviving copy lies in the same bucket, volume or vault as the data.

Why it matters
    Versions help against a wrong write, not against who empties the bucket with its versions.

Example
    Object versions as the only backup of a bucket.

Fix
    Copy to another bucket, vault or volume.

Limits
    Only units that code names are compared. A copy that goes with the store by itself is
    `backup-dies-with-source`.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.finding import Finding, Severity
from rules.isolation import shares
from rules.rule import Rule
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores all of whose surviving copies share this, and nothing graver."""
    what = "lies inside it"
    fix = "Keep a copy in another bucket, vault or volume, which other credentials delete."
    return shares(world, RULE.id, "storage_unit", Severity.MEDIUM, what, fix)


RULE = Rule(
    "backup-shares-storage-unit",
    "Backups lie inside their source",
    check,
    controls=("nist-800-53:CP-9",),
)
