"""A credential can destroy a production data store.

What it finds
    A key, token, role or other credential from which a walk of existing permissions leads to a
    call that destroys the data of a production store: by deleting it, by emptying it, by deleting
    what contains it or the key that encrypts it. One finding a credential and environment.

Why it matters
    Whoever has the credential (a person, a CI job, an agent that finds it in a file) can do it, by
    mistake or with intent. What is left afterwards is said in the same finding.

Example
    A CI role with `rds:*` on the production instance; an account-wide platform token in a script.

Fix
    Take the destroying action away from the credential, or narrow it to another environment; let a
    separate identity that needs a person's approval do the deletions.

Limits
    Permissions that are not in code, plans, states or the grants file are not seen. A guard such as
    deletion protection counts only where the credential cannot lift it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from graph.kinds import up_to
from graph.model import EdgeKind, Node, Verb
from graph.reach import Path, Power
from graph.selectors import selects
from graph.values import Location, Truth
from rules.costs import Cost, cost, exceeds, left, sentence
from rules.finding import Certainty, Finding, Fix, Severity
from rules.people import held, purpose, users
from rules.rule import Rule
from rules.wording import counted, listed, walk
from rules.world import World


def check(world: World) -> Iterator[Finding]:
    """One finding a principal, environment and certainty."""
    for principal in world.principals:
        groups: defaultdict[tuple[str | None, bool], list[Power]] = defaultdict(list)
        for power in world.destroyed(principal.id):
            if not meant(world, principal, power):
                sure = _sure(world, principal, power)
                groups[world.environment(power.target), sure].append(power)
        for (environment, sure), powers in groups.items():
            if not _folded(world, principal, powers):
                yield _finding(world, principal, environment, powers, sure=sure)


def meant(world: World, principal: Node, power: Power) -> bool:
    """Whether the grants file says that this destruction is what the credential is for."""
    declared = world.declared.get(principal.id)
    intent = declared.intended if declared else None
    if intent is None or intent.can is None:
        return False
    levels = {level for given in intent.can for level in up_to(given)}
    node = world.node(power.target)
    inside = not intent.to or selects(intent.to, node) is Truth.YES
    return (
        "destroy" in levels
        and inside
        and (not intent.env or world.environment(node.id) in intent.env)
    )


def _sure(world: World, principal: Node, power: Power) -> bool:
    certain = power.truth is Truth.YES and world.production(power.target) is Truth.YES
    return certain and not world.witness(principal.id, power).conditions


def _folded(world: World, principal: Node, powers: list[Power]) -> bool:
    """Whether all of it goes through an identity that a trust lets it take, and that is reported."""
    reported = {node.id for node in world.principals}
    return all(_through(world.witness(principal.id, power)) & reported for power in powers)


def _through(path: Path) -> set[str]:
    return {
        edge.target
        for edge in path.edges
        if edge.kind is EdgeKind.ASSUMES and edge.verb is not Verb.ESCALATE
    }


def _finding(
    world: World, principal: Node, environment: str | None, powers: list[Power], *, sure: bool
) -> Finding:
    costs = {power.target: cost(world, principal.id, power.target) for power in powers}
    powers = sorted(powers, key=lambda p: (p.calls, p.target))
    powers.sort(key=lambda p: _weight(costs[p.target]), reverse=True)
    worst, found = powers[0], costs[powers[0].target]
    path = world.witness(principal.id, worst)
    grave = any(exceeds(world, target, each.loss) is Truth.YES for target, each in costs.items())
    unclear = any(
        exceeds(world, target, each.loss) is Truth.MAYBE for target, each in costs.items()
    )
    severity = Severity.CRITICAL if grave or unclear else Severity.HIGH
    if path.approvals:
        severity = Severity(severity - 1)
    return Finding(
        rule=RULE.id,
        severity=severity,
        certainty=Certainty.PROVEN if sure else Certainty.POSSIBLE,
        title=_title(world, principal, powers, found, path),
        target=worst.target,
        credential=principal.id,
        verb=Verb.DESTROY,
        location=_location(world, principal, path),
        path=(*held(world, principal.id), *walk(world.graph, principal.id, path)),
        calls=path.calls,
        details=tuple(_details(world, principal, worst, found, path, powers)),
        also=tuple(power.target for power in powers[1:]),
        lost=tuple(copy.node for copy in found.lost),
        left=left(found.left),
        data_loss=str(found.loss),
        environment=environment,
        fixes=tuple(_fixes(world, principal, path, powers)),
        unconfirmed=tuple(
            e.fact or e.text for edge in path.edges for e in edge.evidence if not e.confirmed
        ),
    )


def _weight(found: Cost) -> tuple[int, float]:
    high = found.loss.high
    return (int(high.extent), high.age.total_seconds())


def _location(world: World, principal: Node, path: Path) -> Location | None:
    last = next((e.location for e in path.edges[-1].evidence if e.location), None)
    places = [hop.source for hop in held(world, principal.id)]
    return next((place for place in (last, *places, principal.location) if place), None)


def _title(world: World, principal: Node, powers: list[Power], found: Cost, path: Path) -> str:
    node = world.node(powers[0].target)
    what = f"{_production(world, node.id)}{node.facts.get('what', 'data store')} {node.name}"
    copies = [world.node(copy.node).name for copy in found.lost]
    with_copies = (
        f" and {'its backup ' if len(copies) == 1 else 'its backups '}{listed(copies)}"
        if copies
        else ""
    )
    more = f", and {counted(len(powers) - 1, 'more data store')}" if len(powers) > 1 else ""
    calls = f" in {counted(len(path.calls), 'call')}" if path.calls else ""
    return f"{_who(principal)} can destroy the {what}{with_copies}{more}{calls}"


def _production(world: World, id_: str) -> str:
    return "production " if world.production(id_) is Truth.YES else ""


def _who(principal: Node) -> str:
    kind = principal.type.rsplit("/", 1)[-1].replace("-", " ")
    shown = principal.id if principal.name in principal.id else f"{principal.name} ({principal.id})"
    return f"The {kind} {shown}"


def _details(
    world: World, principal: Node, worst: Power, found: Cost, path: Path, powers: list[Power]
) -> Iterator[str]:
    yield sentence(world, worst.target, found)
    node = world.node(worst.target)
    also = node.environment.also_in if node.environment else ()
    if also:
        yield f"The same {node.facts.get('what', 'store')} serves {listed(also)}: {_span(path)}"
    if len(powers) > 1:
        yield f"The others: {listed([world.node(power.target).id for power in powers[1:]], 5)}."
    yield from filter(None, (purpose(world, principal.id), users(world, principal.id)))
    undo = world.graph.stores[worst.target].undo
    if undo is not None:
        yield _undo(undo.window.total_seconds() / 3600, undo.how)
    for condition in path.conditions:
        yield f"Only {condition}."
    if node.environment and node.environment.production is Truth.MAYBE:
        yield f"Whether this is production is not known: {node.environment.because}."


def _span(path: Path) -> str:
    return (
        f"{path.calls[-1]} names no environment, so both go together." if path.calls else "both go."
    )


def _undo(hours: float, how: str) -> str:
    if not hours:
        return f"There is no undo: {how}."
    return (
        f"It can be undone for {hours:.0f} hours: {how}. That is no backup: it helps only who notices"
        " in time, it holds no earlier state, and it lies with the same provider and account."
    )


def _fixes(world: World, principal: Node, path: Path, powers: list[Power]) -> Iterator[Fix]:
    last = path.edges[-1]
    grant = next((edge for edge in reversed(path.edges) if edge.kind is EdgeKind.ACCESS), last)
    place = next((e.location for e in grant.evidence if e.location), principal.location)
    calls = (
        listed(sorted({call for power in powers for call in power.edge.calls}), 4)
        or "the destroying calls"
    )
    effect = f"Then {counted(len(powers), 'data store')} less can be destroyed with it."
    declared = world.declared.get(principal.id)
    if declared is not None and not declared.kind.startswith("aws/"):
        text = (
            f"Replace {principal.id} by a token that is limited to what it is for, and revoke it."
        )
    else:
        text = f"Take {calls} away from {grant.source}, or deny it on these stores."
    yield Fix(text, effect, place)


RULE = Rule(
    "credential-destroys-production",
    "A credential can destroy a production data store",
    check,
    controls=("nist-800-53:AC-6", "nist-800-53:CP-9"),
)
