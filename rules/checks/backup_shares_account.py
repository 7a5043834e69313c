"""Backups lie in the account of their source.

What it finds
    Every surviving copy lies in the account, project or subscription of the store.

Why it matters
    A suspended, closed or taken-over account takes everything in it, whatever the region.

Example
    Automated backups and snapshots of an RDS instance with no cross-account copy.

Fix
    Copy to a vault in another account (for AWS Backup: a `copy_action` to a vault there).

Limits
    An account is told from another by provider configuration and ARN; organization-wide powers are
    a dimension of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.finding import Finding, Severity
from rules.isolation import shares
from rules.rule import Rule
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores all of whose surviving copies share this, and nothing graver."""
    what = "lies in the same account"
    fix = "Copy to a vault in another account (for AWS Backup: a `copy_action` to a vault there)."
    return shares(world, RULE.id, "account", Severity.MEDIUM, what, fix)


RULE = Rule(
    "backup-shares-account",
    "Backups lie in the account of their source",
    check,
    controls=("nist-800-53:CP-9",),
)
