"""Backups can be destroyed by who can destroy the source.

What it finds
    Every copy that survives the deletion of a production store can be deleted by a credential that
    can also delete the store, though no single one deletes them all.

Why it matters
    A copy is worth what it takes to delete it. Where it lies matters less than who can.

Example
    Two deploy keys that both delete the database; one deletes the snapshots, the other the dumps.

Fix
    Keep a copy that neither can delete: in another account, in a locked vault, or with a role of
    its own.

Limits
    Where one and the same credential takes every copy, that is `single-credential-total-loss`.
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
        "Keep a copy that no credential able to delete the store can delete: in another account,"
        " or in a locked vault."
    )
    return shares(world, RULE.id, "credential", Severity.HIGH, what, fix)


RULE = Rule(
    "backup-shares-credential",
    "Backups can be destroyed by who can destroy the source",
    check,
    controls=("nist-800-53:CP-9",),
)
