"""A credential can do more than it is meant for.

What it finds
    A credential whose `intended` in the grants file is narrower than what it can do: it can write
    or destroy data stores, backups, keys, secrets or states that are not what it is for.

Why it matters
    Nobody guards what nobody knows it can do.

Example
    `intended: { can: read, to: "store:reports" }` on a key that can write to every table.

Fix
    Replace it by a credential with just that reach; where the platform has none so narrow, keep the
    wide one out of files and give it an owner.

Limits
    Only credentials with `intended` are judged. Powers over things that hold no data (services,
    domains) are not listed. A credential that destroys production without being meant to is one
    finding, `credential-destroys-production`, which says what it is meant for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graph.grants import Intent
from graph.model import Kind, Node, Verb
from graph.reach import Power
from graph.values import Truth
from rules.destroyers import destructions
from rules.finding import Certainty, Finding, Fix, Severity
from rules.intent import LEVELS, within
from rules.people import held, intent_words
from rules.rule import Rule
from rules.wording import listed, walk
from rules.world import World

_KINDS = frozenset({Kind.STORE, Kind.BACKUP, Kind.KEY, Kind.SECRET, Kind.STATE})
_DESTROYING = frozenset({Verb.DESTROY, Verb.DESTROY_BACKUP})
_ORDER = (Verb.DESTROY, Verb.DESTROY_BACKUP, Verb.WRITE, Verb.READ)


def check(world: World) -> Iterator[Finding]:
    """One finding a credential with an intent that it exceeds."""
    for declared in world.estate.grants.credentials:
        node = world.graph.nodes.get(declared.id)
        if node is None or declared.intended is None or destructions(world, node):
            continue
        beyond = sorted(_beyond(world, declared.id, declared.intended), key=_weight)
        if beyond:
            yield _finding(world, node, declared.intended, beyond)


def _beyond(world: World, credential: str, intent: Intent) -> Iterator[Power]:
    """Powers outside of the intent, each as sure as that it is outside."""
    for power in world.reach.powers(credential).values():
        node = world.node(power.target)
        if node.kind in _KINDS and power.verb in LEVELS:
            outside = power.truth & ~within(world, node, power, intent)
            if outside:
                yield replace(power, truth=outside)


def _weight(power: Power) -> tuple[int, int, str]:
    return (-power.truth, _ORDER.index(power.verb), power.target)


def _finding(world: World, node: Node, intent: Intent, beyond: list[Power]) -> Finding:
    worst = beyond[0]
    path = world.witness(node.id, worst)
    grave = worst.verb in _DESTROYING and world.production(worst.target) is not Truth.NO
    sure = worst.truth is Truth.YES and not path.conditions
    words = intent_words(intent)
    return Finding(
        rule=RULE.id,
        severity=Severity.HIGH if grave else Severity.MEDIUM,
        certainty=Certainty.PROVEN if sure else Certainty.POSSIBLE,
        title=f"{node.id} is meant to {words}, and can {_verb(worst)}"
        f" {world.node(worst.target).name}",
        target=worst.target,
        credential=node.id,
        verb=worst.verb,
        location=intent.location or node.location,
        path=(*held(world, node.id), *walk(world.graph, node.id, path)),
        calls=path.calls,
        details=tuple(_more(world, beyond)),
        also=tuple(dict.fromkeys(p.target for p in beyond[1:] if p.target != worst.target)),
        environment=world.environment(worst.target),
        fixes=(Fix(f"Replace it by a credential that can only {words}.", source=node.location),),
    )


def _more(world: World, beyond: list[Power]) -> Iterator[str]:
    """What else it can reach, each by the worst that it can do there, a line a verb."""
    worst: dict[str, Power] = {}
    for power in beyond:
        worst.setdefault(power.target, power)
    for verb in _ORDER:
        powers = [p for p in worst.values() if p.verb is verb and p.target != beyond[0].target]
        if powers:
            names = [world.node(power.target).name for power in powers]
            yield f"It can also {_verb(powers[0])} {listed(names, 4)}."


def _verb(power: Power) -> str:
    """`destroy`, `destroy the backups in`, as it reads before a name."""
    return "destroy the backups in" if power.verb is Verb.DESTROY_BACKUP else str(power.verb)


RULE = Rule(
    "credential-exceeds-intent",
    "A credential can do more than it is meant for",
    check,
    controls=("nist-800-53:AC-6",),
)
