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
from graph.reach import Path
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
    sure = total is Truth.YES
    certain = sure and world.production(found.node.id) is Truth.YES
    lost = cost(world, first, found.node.id).lost
    yield Finding(
        rule=RULE.id,
        severity=_severity(path),
        certainty=Certainty.PROVEN if certain else Certainty.POSSIBLE,
        title=f"{first} alone can destroy {shown(found.node)} and every copy of it:"
        f" {listed(copies)}",
        target=found.node.id,
        credential=first,
        verb=Verb.DESTROY,
        location=found.node.location,
        path=(*held(world, first), *walk(world.graph, first, path)),
        calls=path.calls,
        details=(*_details(destroyers, path), *world.doubts(found.node.id)),
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


def _severity(path: Path) -> Severity:
    """An approval makes it less grave, and so does that it is but a guess."""
    if path.guesses:
        return Severity.MEDIUM
    return Severity.HIGH if path.approvals else Severity.CRITICAL


def _details(destroyers: list[tuple[NodeId, Truth]], path: Path) -> Iterator[str]:
    if path.guesses:
        yield f"It hangs on what is not known: {listed(path.guesses)}."
    for truth, word in ((Truth.YES, "can"), (Truth.MAYBE, "may")):
        names = [name for name, sure in destroyers[1:] if sure is truth]
        if names:
            more = counted(len(names), "more credential")
            yield f"{more} {word} do the same: {listed(names, 5)}."


def _destroyers(world: World, store: NodeId) -> list[tuple[NodeId, Truth]]:
    """Principals after whom nothing is left: those for certain first, then by the fewest calls;
    who only may mean the store by a name that is not known, where there is nobody else.
    """
    found = []
    for name in world.destroyers.get(store, ()):
        total = cost(world, name, store).total
        if total is not Truth.NO:
            power = world.reach.powers(name)[Verb.DESTROY, store]
            path = world.witness(name, power)
            sure = total & power.truth & Truth.of(not path.conditions or None)
            found.append((bool(path.guesses), -sure, power.calls, name, sure))
    found.sort()
    return [(row[3], row[4]) for row in found if row[0] == found[0][0]]


RULE = Rule(
    "single-credential-total-loss",
    "One credential can destroy a production store and every copy of it",
    check,
    controls=("nist-800-53:CP-9", "nist-800-53:AC-5", "cis-8.1:11.4"),
)
