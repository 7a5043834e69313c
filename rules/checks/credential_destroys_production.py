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

from collections.abc import Iterator

from graph.actions import actions_on
from graph.losses import NOTHING
from graph.model import Cascade, Copy, EdgeKind, Node, NodeId, Verb
from graph.reach import Path, Power
from graph.values import Location, Truth
from rules.costs import Cost, copy_name, cost, exceeds, left, sentence
from rules.destroyers import destructions
from rules.finding import Certainty, Finding, Fix, Severity
from rules.people import held, is_workload, purpose, users
from rules.rule import Rule
from rules.wording import counted, listed, walk
from rules.world import World

_ONWARD = frozenset({EdgeKind.ASSUMES, EdgeKind.OBTAINS})
MOST_OTHERS = 20  # more credentials than this are not compared one by one


def check(world: World) -> Iterator[Finding]:
    """One finding a principal, environment and certainty."""
    for principal in world.principals:
        for (environment, sure), powers in destructions(world, principal).items():
            yield _finding(world, principal, environment, powers, sure=sure)


def _finding(
    world: World, principal: Node, environment: str | None, powers: list[Power], *, sure: bool
) -> Finding:
    costs = {power.target: cost(world, principal.id, power.target) for power in powers}
    powers = sorted(powers, key=lambda p: (p.calls, p.target))
    powers.sort(key=lambda p: _weight(costs[p.target]), reverse=True)
    worst, found = powers[0], costs[powers[0].target]
    path = world.witness(principal.id, worst)
    return Finding(
        rule=RULE.id,
        severity=_severity(world, principal, costs, path),
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
        fixes=(_fix(world, principal, path, powers),),
        unconfirmed=tuple(
            e.fact or e.text for edge in path.edges for e in edge.evidence if not e.confirmed
        ),
    )


def _severity(world: World, principal: Node, costs: dict[NodeId, Cost], path: Path) -> Severity:
    """Critical where the loss is, or may be, more than can be afforded; an approval is one less.

    Below that, objects: that a workload deletes those of its store is its work, and where past
    versions stay nothing is lost.
    """
    severity = Severity.HIGH
    if max(exceeds(world, target, each.loss) for target, each in costs.items()) is not Truth.NO:
        severity = Severity.CRITICAL
    elif _by_object(world.node(path.edges[-1].target), path):
        spared = all(each.loss.high == NOTHING for each in costs.values())
        severity = Severity(severity - is_workload(world, principal.id) - spared)
    return Severity(severity - 1) if path.approvals and severity > Severity.LOW else severity


def _weight(found: Cost) -> tuple[int, float]:
    high = found.loss.high
    return (int(high.extent), high.age.total_seconds())


def _location(world: World, principal: Node, path: Path) -> Location | None:
    """Where it leads on to another credential or identity, else where it is granted."""
    onward = [edge for edge in path.edges if edge.kind in _ONWARD]
    edges = (*onward[:1], path.edges[-1])
    places = [e.location for edge in edges for e in edge.evidence]
    places.extend(hop.source for hop in held(world, principal.id))
    return next((place for place in (*places, principal.location) if place), None)


def _title(world: World, principal: Node, powers: list[Power], found: Cost, path: Path) -> str:
    node = world.node(powers[0].target)
    what = f"{_production(world, node.id)}{node.facts.get('what', 'data store')} {node.name}"
    more = f"; and {counted(len(powers) - 1, 'more data store')}" if len(powers) > 1 else ""
    copies, calls = _copies(world, found), _calls(node, path)
    apart = any(copy.cascade is not Cascade.ALWAYS for copy in found.lost)
    together = f"{calls},{copies} with further calls" if calls and apart else f"{copies}{calls}"
    return f"{_who(principal)} can destroy the {what}{together}{more}"


def _copies(world: World, found: Cost) -> str:
    """The copies that go too: by name, all of them, or what there may be."""
    there = [copy_name(world, copy) for copy in found.lost if copy.attached is Truth.YES]
    if found.lost and found.total is Truth.YES:
        return " and every backup of it"
    if there:
        return f" and its backup{'s' if len(there) > 1 else ''} {listed(there)}"
    return " and whatever backups it has" if found.lost else ""


def _calls(node: Node, path: Path) -> str:
    """How many calls it takes; a call that deletes one object is made for each."""
    if _by_object(node, path):
        return f" object by object, with {listed(path.calls, 5)}"
    if len(path.calls) == 1:
        return f" with one call, {path.calls[0]}"
    return f" with {len(path.calls)} calls, {listed(path.calls, 5)}" if path.calls else ""


def _by_object(node: Node, path: Path) -> bool:
    """Whether the last call deletes one object, so that it takes as many as there are objects."""
    last = path.calls[-1] if path.calls else ""
    return any(action.at == "/*" for action in actions_on(node.type) if action.name == last)


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
    yield from _backups(world, principal, found)
    if len(powers) > 1:
        yield f"The others: {listed([world.node(power.target).id for power in powers[1:]], 5)}."
    yield from filter(None, (purpose(world, principal.id),))
    yield from filter(None, (users(world, principal.id, path.approvals),))
    undo = world.graph.stores[worst.target].undo
    if undo is not None:
        yield _undo(undo.window.total_seconds() / 3600, undo.how)
    for condition in path.conditions:
        yield f"Only {condition}."
    environment = world.node(worst.target).environment
    if environment and environment.production is Truth.MAYBE:
        yield f"Whether this is production is not known: {environment.because}."


def _backups(world: World, principal: Node, found: Cost) -> Iterator[str]:
    """The lost copies that the title does not name, with the calls that take those which stay."""
    there = [copy for copy in found.lost if copy.attached is Truth.YES]
    names = [_with_calls(world, principal, copy) for copy in there]
    stays = any(copy.cascade is not Cascade.ALWAYS for copy in there)
    if there and (stays or found.total is Truth.YES):
        yield f"{'Its backup' if len(names) == 1 else 'Its backups'}: {listed(names, 5)}."
    maybe = [copy_name(world, copy) for copy in found.lost if copy.attached is not Truth.YES]
    if maybe:
        yield f"What also goes, if there is any: {listed(maybe, 5)}."


def _with_calls(world: World, principal: Node, copy: Copy) -> str:
    calls = () if copy.cascade is Cascade.ALWAYS else _deleting(world, principal, copy)
    return f"{copy_name(world, copy)} ({listed(calls)})" if calls else copy_name(world, copy)


def _deleting(world: World, principal: Node, copy: Copy) -> tuple[str, ...]:
    """The calls that take a copy which does not go with its store."""
    powers = world.reach.powers(principal.id)
    keys = [
        (Verb.DESTROY_BACKUP, copy.node),
        (Verb.DESTROY_BACKUP, copy.container or ""),
        (Verb.DESTROY_BACKUP, copy.store),
        (Verb.DESTROY, copy.container or ""),
    ]
    return next((powers[key].edge.calls for key in keys if key in powers), ())


def _undo(hours: float, how: str) -> str:
    if not hours:
        return f"There is no undo: {how}."
    span = f"{hours / 24:.0f} days" if hours > 72 else f"{hours:.0f} hours"
    return (
        f"It can be undone for {span}: {how}. That is no backup: it helps only those who"
        " notice in time, it holds no earlier state, and it lies in the same account."
    )


def _fix(world: World, principal: Node, path: Path, powers: list[Power]) -> Fix:
    """What to cut: a token as a whole, else the permission; and who can destroy it after that."""
    access = next(edge for edge in reversed(path.edges) if edge.kind is EdgeKind.ACCESS)
    place = next((e.location for e in access.evidence if e.location), principal.location)
    declared = world.declared.get(principal.id)
    if declared is not None and not declared.kind.startswith("aws/"):
        text = f"Revoke {principal.id} and use a token that can do no more than its purpose needs."
        return Fix(text, _effect(world, principal, principal.id, powers[0].target), place)
    calls = listed(sorted({call for power in powers for call in power.edge.calls}), 4)
    text = f"Take {calls or 'the destroying calls'} away from {access.source}, or deny it there."
    return Fix(text, _effect(world, principal, access.source, powers[0].target), place)


def _effect(world: World, principal: Node, cut: NodeId, target: NodeId) -> str:
    """Who, of those known, still destroys the store when nothing goes through `cut` any more."""
    others = [name for name in world.destroyers.get(target, ()) if name != principal.id]
    name = world.node(target).name
    if not others:
        return f"Then nobody known here can destroy {name}."
    if len(others) > MOST_OTHERS:
        return ""
    still = [other for other in others if not _passes(world, other, cut, target)]
    return f"Then {listed(still)} can still destroy {name}." if still else ""


def _passes(world: World, other: NodeId, cut: NodeId, target: NodeId) -> bool:
    path = world.reach.witness(other, Verb.DESTROY, target)
    return path is not None and any(cut in {edge.source, edge.target} for edge in path.edges)


RULE = Rule(
    "credential-destroys-production",
    "A credential can destroy a production data store",
    check,
    controls=("nist-800-53:AC-6", "nist-800-53:CP-9"),
)
