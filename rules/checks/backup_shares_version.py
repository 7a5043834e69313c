"""The only backup of a production store is a replica.

What it finds
    A store that is repeated only by replicas: what is written or deleted in the store is written or
    deleted in them.

Why it matters
    Most losses are writes: a bad migration, a script in the wrong place, ransomware. A replica is
    for the loss of a machine, not for those.

Example
    An RDS instance with a read replica and `backup_retention_period = 0`.

Fix
    Keep past versions: point-in-time recovery, snapshots, or a bucket with versioning.

Limits
    What a replica can be wound back to (a delayed replica, an engine's own history) is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.costs import copy_name
from rules.finding import Finding, Fix, Severity
from rules.isolation import shown, standings, store_finding
from rules.rule import Rule
from rules.wording import listed
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores that have replicas and no copy."""
    for found in standings(world):
        if not found.replicas or found.usable:
            continue
        names = [copy_name(world, pair.copy) for pair in found.replicas]
        replicas = "only a replica" if len(names) == 1 else "only replicas"
        yield store_finding(
            world,
            found,
            RULE.id,
            Severity.HIGH,
            title=f"No backup of {shown(found.node)} is known, {replicas}: {listed(names)}",
            details=("A bad write or delete in the store is repeated there at once.",),
            fixes=(
                Fix(
                    "Keep past versions: point-in-time recovery, snapshots, or a bucket with"
                    " versioning.",
                    source=found.node.location,
                ),
            ),
        )


RULE = Rule(
    "backup-shares-version",
    "The only backup of a production store is a replica",
    check,
    controls=("nist-800-53:CP-9",),
)
