"""The smallest change to policies that takes destructions away, applied and recounted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from graph.model import EdgeKind, NodeId, Verb
from graph.reach import Power, Powers
from graph.whatif import Cut, covered
from rules.finding import Fix, Routes
from rules.wording import listed
from rules.world import World


def cutting(world: World, credential: NodeId, powers: Sequence[Power]) -> Fix | None:
    """What to take out of the policies of the identity by which most of the powers come; `None`
    where they come from no policy that could say less.

    What is left after that comes by another identity: how it is reached is named besides.
    """
    targets = [power.target for power in powers]
    held = world.reach.powers(credential)
    roots = [_root(held, power).edge for power in powers]
    actor, _ = Counter(edge.source for edge in roots).most_common(1)[0]
    wanted = frozenset(edge.target for edge in roots if edge.source == actor)
    found = world.narrowed(actor, wanted)
    if found is None or not found.cuts:
        return None
    then = world.reach.instead(credential, actor, wanted, found.left)
    kept = [then[key] for target in targets if (key := (Verb.DESTROY, target)) in then]
    fix = worded(found.cuts, Routes(len(targets), len(kept)))
    rest = _rest(world, credential, _root(then, kept[0])) if kept else ""
    return replace(fix, effect=f"{fix.effect} {rest}".strip())


def _rest(world: World, credential: NodeId, power: Power) -> str:
    """How a power is still there: the step to somebody else that is to be ended as well."""
    for edge in world.reach.way(credential, power):
        if edge.verb is Verb.ESCALATE and edge.calls:
            return (
                f"To end what is left, take {edge.calls[0]} away from {edge.also or edge.source}."
            )
        if edge.kind is EdgeKind.ASSUMES:
            return f"To end what is left, do not let {edge.source} become {edge.target}."
    return ""


def closed(world: World, credential: NodeId, target: NodeId, cuts: Sequence[Cut]) -> bool:
    """Whether the cuts end what another credential can do to a target as well."""
    held = world.reach.powers(credential)
    edge = _root(held, held[Verb.DESTROY, target]).edge
    wanted = frozenset({edge.target})
    found = world.narrowed(edge.source, wanted)
    if found is None or not covered(found.cuts, cuts):
        return False
    then = world.reach.instead(credential, edge.source, wanted, found.left)
    return (Verb.DESTROY, target) not in then


def worded(cuts: tuple[Cut, ...], routes: Routes) -> Fix:
    """Cuts as a fix: `Take s3:DeleteObject out of policy ci (main.tf:18).`"""
    out = [f"{listed(cut.calls, 4)} out of {_policy(cut)}" for cut in cuts if not cut.fixed]
    off = [_policy(cut) for cut in cuts if cut.fixed]
    steps = [f"take {listed(out)}"] if out else []
    if off:
        steps.insert(0, f"detach {listed(off)}")
    text = " and ".join(steps)
    place = next((cut.location for cut in cuts if cut.location), None)
    return Fix(f"{text[0].upper()}{text[1:]}.", _left(routes), place, "", cuts, routes)


def _left(routes: Routes) -> str:
    if routes.before == 1:
        return f"Its only destructive route is {'still open' if routes.after else 'closed'} then."
    if routes.after == routes.before:
        return f"That alone closes none of {routes.before} destructive routes."
    return f"That leaves {routes.after} of {routes.before} destructive routes."


def _policy(cut: Cut) -> str:
    return f"{cut.policy} ({cut.location})" if cut.location else cut.policy


def _root(held: Powers, power: Power) -> Power:
    """The power by a call that one follows from (the key whose deletion makes data unreadable)."""
    while power.cause is not None:
        power = held[power.cause]
    return power
