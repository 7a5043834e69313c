"""What belongs to staging reaches production.

What it finds
    A credential of a non-production environment (by its intent, its resource's environment or its
    name) that can write or destroy a production store; and a store that serves production and
    another environment under one id, so that a call meant for the one hits the other.

Why it matters
    People and agents are careless in staging, and may be. The call that ended PocketOS' production
    was meant for staging.

Example
    A `staging-deploy` role with `rds:*` on all instances; a Railway volume, whose id is the same in
    every environment of its project.

Fix
    Give each environment its own account or project, its own stores and its own credentials.

Limits
    A credential whose environment nothing tells is not judged by this rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graph.actions import actions_on
from graph.model import Environment, Node, NodeId, Verb
from graph.production import is_production
from graph.reach import Power
from graph.values import Truth
from rules.cuts import cutting
from rules.finding import Certainty, Finding, Fix, Severity
from rules.people import held
from rules.rule import Rule
from rules.wording import counted, listed, walk
from rules.world import World

_GRAVE = (Verb.DESTROY, Verb.WRITE)


def check(world: World) -> Iterator[Finding]:
    """Credentials of other environments, then stores that several environments share."""
    for principal in world.principals:
        name = _environment(world, principal)
        found = _production_powers(world, principal.id) if name else []
        if name and found:
            yield _reaching(world, principal, name, found)
    for id_ in world.graph.stores:
        node = world.node(id_)
        if node.environment and node.environment.also_in and world.production(id_) is Truth.YES:
            yield _shared(node, node.environment)


def _environment(world: World, principal: Node) -> str | None:
    """The non-production environment a credential belongs to, `None` where there is none."""
    declared = world.declared.get(principal.id)
    if declared and declared.intended and declared.intended.env:
        names = declared.intended.env
        known = {is_production(name, world.estate) for name in names}
        return names[0] if known == {Truth.NO} else None
    environment = principal.environment
    if environment is not None and environment.production is Truth.NO:
        return environment.name
    return None


def _production_powers(world: World, credential: NodeId) -> list[Power]:
    found = [
        power
        for (verb, target), power in world.reach.powers(credential).items()
        if verb in _GRAVE and target in world.graph.stores and world.production(target) is Truth.YES
    ]
    return sorted(found, key=lambda p: (-p.truth, _GRAVE.index(p.verb), p.target))


def _reaching(world: World, principal: Node, name: str, found: list[Power]) -> Finding:
    worst = found[0]
    path = world.witness(principal.id, worst)
    node = world.node(worst.target)
    targets = tuple(dict.fromkeys(power.target for power in found))
    more = f" and {counted(len(targets) - 1, 'more store')}" if len(targets) > 1 else ""
    sure = worst.truth is Truth.YES and not path.conditions
    return Finding(
        rule=RULE.id,
        severity=Severity.HIGH,
        certainty=Certainty.PROVEN if sure else Certainty.POSSIBLE,
        title=f"{principal.id} belongs to {name} and can {worst.verb} the production"
        f" {node.facts.get('what', 'store')} {node.name}{more}",
        target=worst.target,
        credential=principal.id,
        verb=worst.verb,
        location=principal.location,
        path=(*held(world, principal.id), *walk(world.graph, principal.id, path)),
        calls=path.calls,
        also=targets[1:],
        environment=world.environment(node.id),
        fixes=(_limit(world, principal, name, found),),
    )


def _limit(world: World, principal: Node, name: str, found: list[Power]) -> Fix:
    """To its own environment; where policies let it destroy, what they have to lose for that."""
    text = f"Limit {principal.id} to {name}."
    destroying = [power for power in found if power.verb is Verb.DESTROY]
    fix = cutting(world, principal.id, destroying) if destroying else None
    if fix is None:
        return Fix(text, source=principal.location)
    return replace(fix, text=f"{text} {fix.text}")


def _shared(node: Node, environment: Environment) -> Finding:
    what = node.facts.get("what", "store")
    others = listed(environment.also_in)
    own = "its own" if len(environment.also_in) == 1 else "their own"
    spanning = [action.name for action in actions_on(node.type) if action.spans_environments]
    return Finding(
        rule=RULE.id,
        severity=Severity.HIGH,
        certainty=Certainty.PROVEN,
        title=f"The production {what} {node.name} serves {others} too, under the same id",
        target=node.id,
        location=node.location,
        details=(
            f"{listed(spanning)} takes that id and no environment: a call meant for {others}"
            " destroys production."
            if spanning
            else f"What is done to it for {others} is done to production.",
        ),
        environment=environment.name,
        fixes=(Fix(f"Give {others} {own} project and {what}.", source=node.location),),
    )


RULE = Rule(
    "staging-reaches-production",
    "What belongs to staging reaches production",
    check,
    controls=("nist-800-53:AC-6", "nist-800-53:SC-7"),
)
