"""Backups are in the Terraform state of their source.

What it finds
    One `terraform destroy` of one state takes the store and every copy.

Why it matters
    The commonest mistake with infrastructure code is to run it in the wrong place.

Example
    A database and its only snapshot as resources of one root module.

Fix
    Keep the copies in a state of their own, with its own credentials.

Limits
    Guards that bind Terraform (`prevent_destroy`, a final snapshot) are counted as such.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.finding import Finding, Severity
from rules.isolation import shares
from rules.rule import Rule
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores all of whose surviving copies share this, and nothing graver."""
    what = "is in the same Terraform state"
    fix = "Keep the copies in a state of their own, with its own credentials."
    return shares(world, RULE.id, "iac", Severity.MEDIUM, what, fix)


RULE = Rule(
    "backup-shares-state",
    "Backups are in the Terraform state of their source",
    check,
    controls=("nist-800-53:CP-9",),
)
