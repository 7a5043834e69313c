"""Backups can be overwritten by who can overwrite the source.

What it finds
    Every surviving copy can be overwritten by a credential that writes the store's data.

Why it matters
    Ransomware does not delete, it overwrites; so does a faulty migration.

Example
    An application key that writes to the table and to the bucket that the nightly dumps go to.

Fix
    Let the application write where past versions are kept, and make the copies with an identity
    that the application does not have.

Limits
    Rights inside a database (SQL grants) are not in infrastructure code. A bucket that keeps past
    versions counts as safe from overwriting.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.finding import Finding, Severity
from rules.isolation import shares
from rules.rule import Rule
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores all of whose surviving copies share this, and nothing graver."""
    what = "can be overwritten by a credential that can overwrite the store"
    fix = (
        "Make the copies with an identity that the application does not have, or keep past"
        " versions where they lie."
    )
    return shares(world, RULE.id, "data_credential", Severity.HIGH, what, fix)


RULE = Rule(
    "backup-shares-data-credential",
    "Backups can be overwritten by who can overwrite the source",
    check,
    controls=("nist-800-53:CP-9",),
)
