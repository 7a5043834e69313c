"""A credential can do more than it is meant for.

What it finds
    A credential whose `intended` in the grants file is narrower than what it can do: it can write
    or destroy data stores, backups, keys, secrets or states that are not what it is for.

Why it matters
    Nobody guards what nobody knows. The token of the PocketOS incident was made to add domains.

Example
    `intended: { can: write, to: "type:railway/custom-domain" }` on an account-wide token.

Fix
    Replace it by a credential with just that reach; where the platform has none so narrow, keep the
    wide one out of files and give it an owner.

Limits
    Only credentials with `intended` are judged. Powers over things that hold no data (services,
    domains) are not listed.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.grants import Intent
from graph.model import Kind, Node, Verb
from graph.reach import Power
from graph.values import Truth
from rules.finding import Certainty, Finding, Fix, Severity
from rules.intent import LEVELS, within
from rules.people import held, intent_words, purpose
from rules.rule import Rule
from rules.wording import listed, walk
from rules.world import World

_KINDS = frozenset({Kind.STORE, Kind.BACKUP, Kind.KEY, Kind.SECRET, Kind.STATE})
_ORDER = (Verb.DESTROY, Verb.DESTROY_BACKUP, Verb.WRITE, Verb.READ)


def check(world: World) -> Iterator[Finding]:
    """One finding a credential with an intent that it exceeds."""
    for declared in world.estate.grants.credentials:
        if declared.intended is not None and declared.id in world.graph.nodes:
            beyond = sorted(_beyond(world, declared.id, declared.intended), key=_weight)
            if beyond:
                yield _finding(world, world.node(declared.id), declared.intended, beyond)


def _beyond(world: World, credential: str, intent: Intent) -> Iterator[Power]:
    for power in world.reach.powers(credential).values():
        node = world.node(power.target)
        if node.kind in _KINDS and power.verb in LEVELS and not within(world, node, power, intent):
            yield power


def _weight(power: Power) -> tuple[int, int, str]:
    return (-power.truth, _ORDER.index(power.verb), power.target)


def _finding(world: World, node: Node, intent: Intent, beyond: list[Power]) -> Finding:
    worst = beyond[0]
    path = world.witness(node.id, worst)
    lines = []
    for verb in _ORDER:
        targets = [world.node(power.target).name for power in beyond if power.verb is verb]
        if targets:
            lines.append(f"It can also {str(verb).replace('-', ' ')}: {listed(targets, 4)}.")
    grave = (
        worst.verb in {Verb.DESTROY, Verb.DESTROY_BACKUP}
        and world.production(worst.target) is not Truth.NO
    )
    words = intent_words(intent)
    return Finding(
        rule=RULE.id,
        severity=Severity.HIGH if grave else Severity.MEDIUM,
        certainty=Certainty.PROVEN
        if worst.truth is Truth.YES and not path.conditions
        else Certainty.POSSIBLE,
        title=f"{node.id} is meant to {words}, and can {str(worst.verb).replace('-', ' ')} {world.node(worst.target).name}",
        target=worst.target,
        credential=node.id,
        verb=worst.verb,
        location=intent.location or node.location,
        path=(*held(world, node.id), *walk(world.graph, node.id, path)),
        calls=path.calls,
        details=(*lines, *filter(None, [purpose(world, node.id)])),
        also=tuple(dict.fromkeys(p.target for p in beyond[1:] if p.target != worst.target)),
        environment=world.environment(worst.target),
        fixes=(Fix(f"Replace it by a credential that can only {words}.", source=node.location),),
    )


RULE = Rule(
    "credential-exceeds-intent",
    "A credential can do more than it is meant for",
    check,
    controls=("nist-800-53:AC-6",),
)
