"""One mistake in code that several environments share is one finding, not one an environment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from rules.finding import Finding
from rules.wording import listed
from rules.world import World


def folded(world: World, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings; of those that say the same about several environments of a root module, the
    first one, which names the others. What differs in any fact stays apart.
    """
    stacks = {item.stack.id: item.stack for item in world.estate.resources}
    bases = {f"{id_}:": f"{stack.path}:" for id_, stack in stacks.items() if stack.environment}
    if not bases:
        return tuple(findings)
    names = {f"{id_}:": stack.environment for id_, stack in stacks.items()}
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_mistake(finding, bases), []).append(finding)
    return tuple(_one(group, names) for group in groups.values())


def _mistake(finding: Finding, bases: Mapping[str, str]) -> object:
    """What two findings about one mistake have in common."""
    return (
        finding.rule,
        finding.severity,
        finding.certainty,
        finding.state,
        finding.verb,
        finding.location,
        finding.calls,
        finding.data_loss,
        tuple(copy.age for copy in finding.left),
        len(finding.lost),
        tuple(
            _local(name, bases)
            for name in (finding.credential or "", finding.target, *finding.also)
        ),
    )


def _local(id_: str, bases: Mapping[str, str]) -> str:
    stack = _stack(id_)
    return bases[stack] + id_.removeprefix(stack) if stack in bases else id_


def _stack(id_: str) -> str:
    before, colon, _ = id_.partition(":")
    return before + colon


def _one(group: list[Finding], names: Mapping[str, str]) -> Finding:
    first, *others = group
    if not others:
        return first
    also = (target for finding in others for target in (finding.target, *finding.also))
    elsewhere = dict.fromkeys(
        names.get(_stack(finding.target), finding.target) for finding in others
    )
    detail = f"The same holds in {listed(tuple(elsewhere))}."
    return replace(
        first,
        details=(*first.details, detail),
        also=tuple(dict.fromkeys([*first.also, *also])),
    )
