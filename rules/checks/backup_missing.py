"""A production data store has no backup.

What it finds
    A store that is, or may be, production and of which no copy is known: no automated backup, no
    snapshot, no backup plan that really selects it, nothing declared in the grants file.

Why it matters
    Any single mistake costs everything.

Example
    An RDS instance with `backup_retention_period = 0` (Terraform's default); a backup plan whose
    tag selection misses the table.

Fix
    Back it up, somewhere its own credentials do not reach. If the data can be made anew, say so:
    `data_stores: [{ id: …, is: …, no_backup: "rebuilt from … every night" }]` in the grants file.

Limits
    Backups made by hand or by jobs that no code shows are known only if the grants file names them.
    A store that has a replica and nothing else is `backup-shares-version`.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.finding import Finding, Fix, Severity
from rules.isolation import Standing, shown, standings, store_finding
from rules.rule import Rule
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores without anything that repeats their data."""
    for found in standings(world):
        if not found.usable and not found.replicas:
            yield store_finding(
                world,
                found,
                RULE.id,
                Severity.HIGH,
                title=f"No backup of {shown(found.node)} is known",
                details=tuple(_why(found)),
                fixes=(
                    Fix(
                        "Back it up where its own credentials do not reach, or say in the grants"
                        " file why it needs none (data_stores: no_backup).",
                        source=found.node.location,
                    ),
                ),
            )


def _why(found: Standing) -> Iterator[str]:
    """What looks like a backup and is none."""
    if any(pair.copy.made_by_delete for pair in found.store.pairs):
        yield "A final snapshot is made only if the caller of the delete call asks for it."


RULE = Rule(
    "backup-missing",
    "A production data store has no backup",
    check,
    controls=("nist-800-53:CP-9", "cis-8.1:11.2"),
)
