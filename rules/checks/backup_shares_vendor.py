"""Backups lie with the vendor of their source.

What it finds
    Every surviving copy lies with the same company. Reported on demand only.

Why it matters
    A suspended contract or a vendor's own mistake takes everything there.

Example
    All copies of a platform's volume with the platform.

Fix
    Copy to another provider.

Limits
    Vendors that build on the same cloud are not yet seen as one.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.finding import Finding, Severity
from rules.isolation import shares
from rules.rule import Rule
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores all of whose surviving copies share this, and nothing graver."""
    what = "lies with the same vendor"
    fix = "Copy to another provider."
    return shares(world, RULE.id, "vendor", Severity.LOW, what, fix)


RULE = Rule(
    "backup-shares-vendor",
    "Backups lie with the vendor of their source",
    check,
    controls=("nist-800-53:CP-9",),
    on_demand=True,
)
