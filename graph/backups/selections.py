"""Copies by selection: AWS Backup plans and snapshot lifecycle policies choose their stores.

A plan whose selection misses the store is no backup, whatever else it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from graph.backups.context import Context, Found
from graph.backups.dlm import lifecycle_policies
from graph.backups.plans import backup_plans
from graph.catalogue import Mechanism, catalogue

Matcher = Callable[[Context, Mechanism], Iterator[Found]]

MATCHERS: Mapping[str, Matcher] = {
    "aws_backup_plan": backup_plans,
    "aws_dlm": lifecycle_policies,
}


def selected(context: Context) -> Iterator[Found]:
    """Copies by every mechanism that has a matcher of its own."""
    for mechanism in catalogue().mechanisms.values():
        if mechanism.matcher:
            yield from MATCHERS[mechanism.matcher](context, mechanism)
