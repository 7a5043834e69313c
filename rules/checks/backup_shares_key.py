"""Backups are encrypted with the key of their source.

What it finds
    Every surviving copy needs the same customer-managed key as the store.

Why it matters
    A key that is deleted or disabled makes both unreadable; a lock on the copy does not help.

Example
    A vault whose `kms_key_arn` is the database's key.

Fix
    Encrypt the copy with a key of the account that keeps it.

Limits
    A key's waiting period of 7 to 30 days is time to notice, not a copy.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.finding import Finding, Severity
from rules.isolation import shares
from rules.rule import Rule
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores all of whose surviving copies share this, and nothing graver."""
    what = "needs the encryption key of the store"
    fix = "Encrypt the copy with a key of the account that keeps it."
    return shares(world, RULE.id, "key", Severity.MEDIUM, what, fix)


RULE = Rule(
    "backup-shares-key",
    "Backups are encrypted with the key of their source",
    check,
    controls=("nist-800-53:CP-9",),
)
