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
from dataclasses import replace

from graph.actions import actions_on
from graph.losses import NOTHING
from graph.model import Cascade, Copy, Edge, EdgeKind, Node, NodeId, Verb
from graph.reach import Path, Power
from graph.values import Location, Truth
from graph.whatif import Cut
from rules.costs import Cost, copy_name, cost, exceeds, left, sentence
from rules.cuts import closed, cutting
from rules.destroyers import destructions, guessed
from rules.finding import Certainty, Finding, Fix, Severity
from rules.people import held, is_workload, purpose, users
from rules.rule import Rule
from rules.wording import counted, listed, walk
from rules.world import World

_ONWARD = frozenset({EdgeKind.ASSUMES, EdgeKind.OBTAINS})
_GAINING = frozenset({Verb.ESCALATE, Verb.READ})  # what leads to more rights, a secret read too
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
    powers.sort(key=lambda p: (p.truth, _weight(costs[p.target])), reverse=True)
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
        left=left(_elsewhere(world, path, found).left),
        data_loss=str(found.loss),
        environment=environment,
        fixes=(_fix(world, principal, path, powers),),
        unconfirmed=tuple(
            e.fact or e.text for edge in path.edges for e in edge.evidence if not e.confirmed
        ),
    )


def _severity(world: World, principal: Node, costs: dict[NodeId, Cost], path: Path) -> Severity:
    """Critical where the loss is, or may be, more than can be afforded; an approval is one less,
    and a guess that two names are the same is medium at most.

    Below that, objects: that a workload deletes those of its store is its work, and where past
    versions stay nothing is lost.
    """
    severity = Severity.HIGH
    if max(exceeds(world, target, each.loss) for target, each in costs.items()) is not Truth.NO:
        severity = Severity.CRITICAL
    elif _one_by_one(world.node(path.edges[-1].target), path):
        spared = all(each.loss.high == NOTHING for each in costs.values())
        severity = Severity(severity - is_workload(world, principal.id) - spared)
    if path.guesses:
        severity = min(severity, Severity.MEDIUM)
    return Severity(severity - 1) if path.approvals and severity > Severity.LOW else severity


def _weight(found: Cost) -> tuple[int, float]:
    high = found.loss.high
    return (int(high.extent), high.age.total_seconds())


def _location(world: World, principal: Node, path: Path) -> Location | None:
    """Where it leads on to another credential or identity, else where it is granted."""
    onward = [edge for edge in path.edges[:-1] if edge.kind in _ONWARD or edge.verb is Verb.READ]
    access = [edge for edge in path.edges if edge.kind is EdgeKind.ACCESS]
    edges = (*onward[:1], *(access or path.edges)[-1:])
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
    """How many calls it takes; a call that deletes one thing is made for each."""
    each = _one_by_one(node, path)
    if each:
        return f" {each} by {each}, with {listed(path.calls, 5)}"
    if len(path.calls) == 1:
        return f" with one call, {path.calls[0]}"
    return f" with {len(path.calls)} calls, {listed(path.calls, 5)}" if path.calls else ""


def _one_by_one(node: Node, path: Path) -> str:
    """What the last call deletes one of (an object, an item), so that it takes many; else ""."""
    last = path.calls[-1] if path.calls else ""
    rows = (row for row in actions_on(node.type) if row.name == last and row.verb is Verb.DESTROY)
    return next((row.each for row in rows if row.each), "")


def _production(world: World, id_: str) -> str:
    return "production " if world.production(id_) is Truth.YES else ""


def _who(principal: Node) -> str:
    kind = principal.type.rsplit("/", 1)[-1].replace("-", " ").replace("iam ", "IAM ")
    shown = principal.id if principal.name in principal.id else f"{principal.name} ({principal.id})"
    return f"The {kind} {shown}"


def _details(
    world: World, principal: Node, worst: Power, found: Cost, path: Path, powers: list[Power]
) -> Iterator[str]:
    if path.edges[-1].kind is EdgeKind.ENCRYPTS:
        yield _unreadable(world, path.edges[-1], found)
    elsewhere = _elsewhere(world, path, found)
    if elsewhere.left or not found.left:
        yield sentence(world, worst.target, elsewhere)
    yield from _backups(world, principal, found)
    if len(powers) > 1:
        yield f"The others: {listed([world.node(power.target).id for power in powers[1:]], 5)}."
    yield from filter(None, (purpose(world, principal.id),))
    yield from filter(None, (users(world, principal.id, path.approvals),))
    takers = world.takers(principal.id)
    if takers:
        yield f"Who can become it: {listed(takers)}."
    undo = world.graph.stores[worst.target].undo
    if undo is not None:
        yield _undo(undo.window.total_seconds() / 3600, undo.how)
    for condition in path.conditions:
        yield f"Only {condition}."
    yield from _guesses(world, principal, path)
    yield from world.doubts(worst.target)


def _guesses(world: World, principal: Node, path: Path) -> Iterator[str]:
    """What hangs on names that are not known: this finding, or what it leaves out."""
    if path.guesses:
        yield f"It hangs on what is not known: {listed(path.guesses)}."
        return
    more = guessed(world, principal)
    if more:
        inputs = dict.fromkeys(g for it in more for g in world.witness(principal.id, it).guesses)
        yield (
            f"{counted(len(more), 'more data store')} may be meant; it hangs on what is not known:"
            f" {listed(tuple(inputs))}."
        )


def _elsewhere(world: World, path: Path, found: Cost) -> Cost:
    """Without the copies that the same key encrypts, where it is a key that is destroyed."""
    last = path.edges[-1]
    if last.kind is not EdgeKind.ENCRYPTS:
        return found
    gone = {edge.target for edge in world.graph.outgoing[last.source] if edge.kind is last.kind}
    return replace(found, left=tuple(copy for copy in found.left if copy.node not in gone))


def _unreadable(world: World, edge: Edge, found: Cost) -> str:
    """What the deletion of a key takes, and how long it can be cancelled."""
    key, store = world.node(edge.source), world.node(edge.target).name
    gone = {other.target for other in world.graph.outgoing[key.id] if other.kind is edge.kind}
    names = [copy_name(world, copy) for copy in found.left if copy.node in gone]
    what = listed([store, *names], 5)
    days = key.facts.get("deletion_window_days")
    until = (
        f"The key's deletion can be cancelled for {days} days; then"
        if days
        else "Once the key is gone,"
    )
    rest = "; no other copy is known" if len(names) == len(found.left) else ""
    return f"{until} {what} cannot be read any more{rest}."


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
    """What to cut: a token as a whole, else the permission, of an escalation the first call of it;
    and who can destroy it after that.
    """
    access = next(edge for edge in reversed(path.edges) if edge.kind is EdgeKind.ACCESS)
    place = next((e.location for e in access.evidence if e.location), principal.location)
    declared = world.declared.get(principal.id)
    if declared is not None and not declared.kind.startswith("aws/"):
        text = f"Revoke {principal.id} and use a token that can do no more than its purpose needs."
        return Fix(text, _effect(world, principal, principal.id, powers[0].target), place)
    gained = next((edge for edge in path.edges[:-1] if edge.verb in _GAINING), None)
    if gained is not None and gained.calls:
        cut = gained.also or gained.source
        place = next((e.location for e in gained.evidence if e.location), place)
        text = f"Take {gained.calls[0]} away from {cut}, or limit what it is for."
        after = _effect(world, principal, cut, powers[0].target)
        cuts = (Cut(f"policies of {cut}", gained.calls[:1], place),)
        return Fix(text, after, place, cuts=cuts)
    fix = cutting(world, principal.id, powers)
    if fix is not None:
        left = fix.routes is not None and fix.routes.after
        after = _effect(world, principal, access.source, powers[0].target, fix.cuts)
        return fix if left else replace(fix, effect=f"{fix.effect} {after}".strip())
    calls = listed(
        sorted({call for power in powers for call in power.edge.calls or access.calls}), 4
    )
    text = f"Take {calls or 'the destroying calls'} away from {access.source}, or deny it there."
    return Fix(text, _effect(world, principal, access.source, powers[0].target), place)


def _effect(
    world: World, principal: Node, cut: NodeId, target: NodeId, cuts: tuple[Cut, ...] = ()
) -> str:
    """Who, of those known, still destroys the store when nothing goes through `cut` any more, or
    when the `cuts` of policies are made.
    """
    others = [name for name in world.destroyers.get(target, ()) if name != principal.id]
    name = world.node(target).name
    if not others:
        return f"Then nobody known here can destroy {name}."
    if len(others) > MOST_OTHERS:
        return ""
    if cuts:
        still = [other for other in others if not closed(world, other, target, cuts)]
    else:
        still = [other for other in others if not _passes(world, other, cut, target)]
    if not still:
        return f"Then nobody known here can destroy {name}." if cuts else ""
    power = (Verb.DESTROY, target)
    sure = [o for o in still if world.reach.powers(o)[power].truth is Truth.YES]
    return f"Then {listed(sure or still)} {'can' if sure else 'may'} still destroy {name}."


def _passes(world: World, other: NodeId, cut: NodeId, target: NodeId) -> bool:
    path = world.reach.witness(other, Verb.DESTROY, target)
    return path is not None and any(cut in {edge.source, edge.target} for edge in path.edges)


RULE = Rule(
    "credential-destroys-production",
    "A credential can destroy a production data store",
    check,
    controls=("nist-800-53:AC-6", "nist-800-53:CP-9"),
)
