"""One credential can destroy a production store and every copy of it.

What it finds
    A production store with copies that would outlive it, all of which one and the same credential
    can destroy together with the store.

Why it matters
    One stolen, leaked or careless credential ends the business. It is what happened to PocketOS
    and, in 2014, to Code Spaces.

Example
    A deploy role with `rds:*` and `backup:*`: it deletes the database, then its recovery points.

Fix
    Keep one copy that no credential able to destroy the store can delete: another account, another
    provider, or a vault with a compliance lock.

Limits
    Credentials that code and the grants file do not show are not counted. A store without any copy
    is `backup-missing`, one whose copies go by themselves `backup-dies-with-source`.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import NodeId, Verb
from graph.values import Truth
from rules.costs import copy_name, cost
from rules.finding import Certainty, Finding, Fix, Severity
from rules.isolation import Standing, shown, standings, total_by_one
from rules.people import held
from rules.rule import Rule
from rules.wording import counted, listed, walk
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """Stores that one credential loses for good."""
    for found in standings(world):
        if total_by_one(found) is not Truth.NO:
            yield from _finding(world, found)


def _finding(world: World, found: Standing) -> Iterator[Finding]:
    destroyers = _destroyers(world, found.node.id)
    if not destroyers:
        return
    first, total = destroyers[0]
    power = world.reach.powers(first)[Verb.DESTROY, found.node.id]
    path = world.witness(first, power)
    copies = [copy_name(world, pair.copy) for pair in found.usable]
    sure = total is Truth.YES and power.truth is Truth.YES and not path.conditions
    certain = sure and world.production(found.node.id) is Truth.YES
    lost = cost(world, first, found.node.id).lost
    yield Finding(
        rule=RULE.id,
        severity=Severity.HIGH if path.approvals else Severity.CRITICAL,
        certainty=Certainty.PROVEN if certain else Certainty.POSSIBLE,
        title=f"{first} alone can destroy {shown(found.node)} and every copy of it:"
        f" {listed(copies)}",
        target=found.node.id,
        credential=first,
        verb=Verb.DESTROY,
        location=found.node.location,
        path=(*held(world, first), *walk(world.graph, first, path)),
        calls=path.calls,
        details=tuple(_others([name for name, _ in destroyers[1:]])),
        lost=tuple(copy.node for copy in lost),
        data_loss="total loss" if sure else str(found.store.rogue),
        environment=world.environment(found.node.id),
        fixes=(
            Fix(
                "Keep one copy that no credential able to destroy the store can delete: in another"
                " account, or in a locked vault.",
                source=found.node.location,
            ),
        ),
    )


def _others(names: list[str]) -> Iterator[str]:
    if names:
        yield f"{counted(len(names), 'more credential')} can do the same: {listed(names, 5)}."


def _destroyers(world: World, store: NodeId) -> list[tuple[NodeId, Truth]]:
    """Principals after whom nothing is left: those for certain first, then by the fewest calls."""
    found = []
    for name in world.destroyers.get(store, ()):
        total = cost(world, name, store).total
        if total is not Truth.NO:
            calls = world.reach.powers(name)[Verb.DESTROY, store].calls
            found.append((-total, calls, name, total))
    return [(name, total) for _, _, name, total in sorted(found)]


RULE = Rule(
    "single-credential-total-loss",
    "One credential can destroy a production store and every copy of it",
    check,
    controls=("nist-800-53:CP-9", "nist-800-53:AC-5", "cis-8.1:11.4"),
)
