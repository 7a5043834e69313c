"""Backups follow the writes of their source.

What it finds
    Every surviving copy is a replica: what is written or deleted in the store is written or deleted in
    it.

Why it matters
    Most losses are writes: a bad migration, a script in the wrong place, ransomware.

Example
    A bucket replicated without versioning of the replica.

Fix
    Keep past versions: point-in-time recovery, snapshots, or a bucket with versioning.

Limits
    What a database replica can be wound back to is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.finding import Finding, Severity
from rules.isolation import shares
from rules.rule import Rule
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores all of whose surviving copies share this, and nothing graver."""
    event = "One bad write reaches"
    fix = "Keep past versions: point-in-time recovery, snapshots, or a bucket with versioning."
    return shares(world, RULE.id, "version", Severity.MEDIUM, event, fix)


RULE = Rule(
    "backup-shares-version",
    "Backups follow the writes of their source",
    check,
    controls=("nist-800-53:CP-9",),
)
