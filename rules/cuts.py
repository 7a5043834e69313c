"""The smallest change to policies that takes destructions away, applied and recounted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from graph.model import NodeId, Verb
from graph.reach import Power, Powers
from graph.whatif import Cut, covered
from rules.finding import Fix, Routes
from rules.wording import listed
from rules.world import World


def cutting(world: World, credential: NodeId, powers: Sequence[Power]) -> Fix | None:
    """What to take out of the policies of the identity by which most of the powers come; `None`
    where they come from no policy that could say less.
    """
    held = world.reach.powers(credential)
    roots = {power.target: _root(held, power).edge for power in powers}
    actor, _ = Counter(edge.source for edge in roots.values()).most_common(1)[0]
    targets = frozenset(edge.target for edge in roots.values() if edge.source == actor)
    found = world.narrowed(actor, targets)
    if found is None or not found.cuts:
        return None
    then = world.reach.instead(credential, actor, targets, found.left)
    after = sum((Verb.DESTROY, target) in then for target in roots)
    return worded(found.cuts, Routes(len(roots), after))


def closed(world: World, credential: NodeId, target: NodeId, cuts: Sequence[Cut]) -> bool:
    """Whether the cuts end what another credential can do to a target as well."""
    held = world.reach.powers(credential)
    edge = _root(held, held[Verb.DESTROY, target]).edge
    found = world.narrowed(edge.source, frozenset({edge.target}))
    if found is None or not covered(found.cuts, cuts):
        return False
    then = world.reach.instead(credential, edge.source, frozenset({edge.target}), found.left)
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
        return "" if routes.after else "That closes its only destructive route."
    return f"That leaves {routes.after or 'none'} of {routes.before} destructive routes."


def _policy(cut: Cut) -> str:
    return f"{cut.policy} ({cut.location})" if cut.location else cut.policy


def _root(held: Powers, power: Power) -> Power:
    """The power by a call that one follows from (the key whose deletion makes data unreadable)."""
    while power.cause is not None:
        power = held[power.cause]
    return power
