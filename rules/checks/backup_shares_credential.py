"""Backups can be destroyed by who can destroy the source.

What it finds
    Every copy that survives the deletion of a production store can be deleted by a credential that can
    also delete the store.

Why it matters
    One stolen or careless credential costs the data and the way back. Where a copy lies matters less
    than who can delete it.

Example
    A CI role with `rds:*` on the instance and `backup:*` on everything.

Fix
    Keep a copy that the credential cannot delete: in another account, in a locked vault, or with a role of its own.

Limits
    A finding names the dimension only; `single-credential-total-loss` is reported instead where the
    same credential takes every copy.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.finding import Finding, Severity
from rules.isolation import shares
from rules.rule import Rule
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores all of whose surviving copies share this, and nothing graver."""
    what = "can be deleted by a credential that can delete the store"
    fix = (
        "Keep a copy that no credential able to delete the store can delete: "
        "in another account, or in a locked vault."
    )
    return shares(world, RULE.id, "credential", Severity.HIGH, what, fix)


RULE = Rule(
    "backup-shares-credential",
    "Backups can be destroyed by who can destroy the source",
    check,
    controls=("nist-800-53:CP-9",),
)
