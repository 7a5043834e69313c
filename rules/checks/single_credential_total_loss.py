"""One credential can destroy a production store and every copy of it.

What it finds
    A production store that has copies, all of which one and the same credential can destroy
    together with the store: by its own permissions, or because the provider takes the copies along.

Why it matters
    One stolen, leaked or careless credential ends the business. It is what happened to PocketOS
    and, in 2014, to Code Spaces.

Example
    An account-wide platform token, a volume, and backups that live in the volume.

Fix
    Keep one copy that no credential able to destroy the store can delete: another account, another
    provider, or a vault with a compliance lock.

Limits
    Credentials that code and the grants file do not show are not counted. A store without any copy
    is `backup-missing`.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import NodeId, Verb
from graph.values import Truth
from rules.costs import cost
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
    sure = any(truth is Truth.YES for _, truth in destroyers)
    first = next(name for name, truth in destroyers if truth is Truth.YES or not sure)
    power = world.reach.powers(first)[Verb.DESTROY, found.node.id]
    path = world.witness(first, power)
    names = [name for name, _ in destroyers]
    copies = [world.node(pair.copy.node).name for pair in found.usable]
    certain = sure and power.truth is Truth.YES and world.production(found.node.id) is Truth.YES
    lost = cost(world, first, found.node.id).lost
    yield Finding(
        rule=RULE.id,
        severity=Severity.CRITICAL,
        certainty=Certainty.PROVEN if certain and not path.conditions else Certainty.POSSIBLE,
        title=f"{shown(found.node)[:1].upper()}{shown(found.node)[1:]} and every copy of it can be"
        f" destroyed with {first} alone",
        target=found.node.id,
        credential=first,
        verb=Verb.DESTROY,
        location=found.node.location,
        path=(*held(world, first), *walk(world.graph, first, path)),
        calls=path.calls,
        details=(
            f"All of its copies go: {listed(copies, 5)}.",
            f"{counted(len(names), 'credential')} can do it: {listed(names, 5)}.",
        ),
        lost=tuple(copy.node for copy in lost),
        data_loss="total loss" if certain else str(found.store.rogue),
        environment=world.environment(found.node.id),
        fixes=(
            Fix(
                "Keep one copy where none of these credentials can delete it.",
                source=found.node.location,
            ),
        ),
    )


def _destroyers(world: World, store: NodeId) -> list[tuple[NodeId, Truth]]:
    """Principals after whom nothing is left, those for certain first."""
    found = []
    for principal in world.principals:
        if (Verb.DESTROY, store) in world.reach.powers(principal.id):
            total = cost(world, principal.id, store).total
            if total is not Truth.NO:
                found.append((principal.id, total))
    return sorted(found, key=lambda row: (-row[1], row[0]))


RULE = Rule(
    "single-credential-total-loss",
    "One credential can destroy a production store and every copy of it",
    check,
    controls=("nist-800-53:CP-9", "nist-800-53:AC-5", "cis-8.1:11.4"),
)
