"""One mistake is one finding: in code that environments share, in a policy that many have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce

from graph.whatif import merged
from rules.cuts import worded
from rules.finding import Finding, Fix, Routes
from rules.wording import counted, listed
from rules.world import World

ONE_BLOCK = frozenset({"single-credential-total-loss"})


def folded(world: World, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings: of those that one edit mends the first, which names the others."""
    return by_cause(world, _by_environment(world, findings))


def by_cause(world: World, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Of the credentials of one kind that the same places of policies let destroy something, the
    first; of the stores of one block that the same credential loses for good, the first.
    """
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_cause(world, finding), []).append(finding)
    return tuple(_caused(world, group) for group in groups.values())


def _cause(world: World, finding: Finding) -> object:
    cuts = finding.fixes[0].cuts if finding.fixes else ()
    if cuts and finding.credential:
        kind = world.node(finding.credential).type
        cause: object = (kind, frozenset(cut.where for cut in cuts))
    elif finding.rule in ONE_BLOCK:
        cause = (finding.credential, finding.location)
    else:
        return finding.fingerprint, finding.certainty, finding.environment
    return finding.rule, finding.certainty, finding.state, cause


def _caused(world: World, group: list[Finding]) -> Finding:
    first, *others = group
    if not others:
        return first
    names = [f.credential for f in others if f.credential and f.credential != first.credential]
    more = tuple(dict.fromkeys(names))
    targets = dict.fromkeys(target for f in group for target in (f.target, *f.also))
    also = tuple(target for target in targets if target != first.target)
    said: tuple[str, ...] = ()
    if more:
        word = counted(len(more), "more credential")
        said = (f"The same lets {word} destroy data: {listed(more, 5)}.",)
    new = [target for target in also if target not in first.also]
    if new:
        word = counted(len(new), "more data store")
        shown = listed([world.node(target).id for target in new], 5)
        said = (*said, f"It is the same with {word}: {shown}.")
    return replace(
        first,
        title=_with_others(first.title, len(more), len(new)),
        details=(*first.details, *said),
        also=also,
        also_by=more,
        lost=tuple(dict.fromkeys(copy for f in group for copy in f.lost)),
        fixes=(_one_fix([f.fixes[0] for f in group]), *first.fixes[1:]),
    )


def _with_others(title: str, credentials: int, stores: int) -> str:
    """`…; 29 more credentials and 4 more data stores by the same cause`."""
    counts = ((credentials, "more credential"), (stores, "more data store"))
    more = [counted(number, word) for number, word in counts if number]
    return f"{title}; likewise {' and '.join(more)}" if more else title


def _one_fix(fixes: list[Fix]) -> Fix:
    """The cuts of all, and what they leave in all."""
    first, cuts = fixes[0], merged(cut for fix in fixes for cut in fix.cuts)
    routes = [fix.routes for fix in fixes if fix.routes]
    if len(routes) == len(fixes):
        total = worded(cuts, reduce(Routes.__add__, routes))
        others = first.effect.partition(". ")[2]
        return replace(total, effect=f"{total.effect} {others}".strip())
    if cuts:
        at = listed([f"{listed(cut.calls)} out of the policy at {cut.where[0]}" for cut in cuts])
        return replace(first, text=f"Take {at}, or limit what it is for.", cuts=cuts)
    return first


def _by_environment(world: World, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Of those that say the same about several environments of a root module, the first one,
    which names the others. What differs in any fact stays apart.
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
