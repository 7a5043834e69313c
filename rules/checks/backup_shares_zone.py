"""Backups lie in the zone of their source.

What it finds
    Every surviving copy lies in the availability zone or building of the store.

Why it matters
    A fire or a flood takes a building.

Example
    A volume dumped to a volume of the backup account, both in `eu-west-1a`.

Fix
    Copy to a service that spreads over zones, or to another region.

Limits
    Zones are compared by the names that code gives them; in old AWS regions two accounts may call
    different buildings by one name.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.finding import Finding, Severity
from rules.isolation import shares
from rules.rule import Rule
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores all of whose surviving copies share this, and nothing graver."""
    what = "lies in the same zone"
    fix = "Copy to a service that spreads over zones, or to another region."
    return shares(world, RULE.id, "az", Severity.LOW, what, fix)


RULE = Rule(
    "backup-shares-zone",
    "Backups lie in the zone of their source",
    check,
    controls=("nist-800-53:CP-9",),
)
