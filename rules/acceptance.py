"""Risks that the grants file accepts until a day: their findings are waived, never dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from graph.grants import Accepted
from graph.kinds import up_to
from graph.problems import Problem, ProblemKind
from graph.selectors import selects
from graph.values import Truth
from rules.finding import Finding, State
from rules.intent import LEVELS
from rules.world import World


def accept(world: World, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, those waived that an entry in force covers entirely."""
    entries = [entry for entry in world.estate.grants.accepted if entry.until >= world.today]
    return tuple(
        replace(finding, state=State.WAIVED)
        if any(_covers(entry, finding, world) for entry in entries)
        else finding
        for finding in findings
    )


def expired(world: World) -> Iterator[Problem]:
    """Entries whose day has passed."""
    for entry in world.estate.grants.accepted:
        if entry.until < world.today:
            yield Problem(
                ProblemKind.UNRESOLVED,
                f"accepted risk of {entry.credential}",
                f"it was accepted until {entry.until}, which has passed",
                "its findings count again; decide anew, or take the entry out",
                entry.location,
            )


def _covers(entry: Accepted, finding: Finding, world: World) -> bool:
    if finding.credential != entry.credential:
        return False
    levels = {level for given in entry.can for level in up_to(given)}
    verb = finding.verb and LEVELS.get(finding.verb, "admin")
    if entry.can and verb not in levels:
        return False
    nodes = (world.node(target) for target in (finding.target, *finding.also))
    return not entry.to or all(selects(entry.to, node) is Truth.YES for node in nodes)
