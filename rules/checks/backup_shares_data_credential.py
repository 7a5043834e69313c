"""Backups can be overwritten by who can overwrite the source.

What it finds
    Every surviving copy can be overwritten by a credential that writes the store's data.

Why it matters
    Ransomware does not delete, it overwrites; so does a faulty migration.

Example
    A role with `s3:PutObject` and `s3:DeleteObjectVersion` on the bucket and on its replica.

Fix
    Let the application write where no past version can be deleted, and copy with an identity that reads only.

Limits
    Rights inside a database (SQL grants) are not in infrastructure code.
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
        "Let the application write where no past version can be deleted, and "
        "copy with an identity that reads only."
    )
    return shares(world, RULE.id, "data_credential", Severity.HIGH, what, fix)


RULE = Rule(
    "backup-shares-data-credential",
    "Backups can be overwritten by who can overwrite the source",
    check,
    controls=("nist-800-53:CP-9",),
)
