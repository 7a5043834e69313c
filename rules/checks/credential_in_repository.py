"""A credential that can change or destroy production lies in a file of the repository.

What it finds
    A credential placed in a file of the repository (said by the grants file or found by the
    variable's name) that can write or destroy a production data store or its backups.

Why it matters
    Everyone and everything with a checkout holds it: developers, CI jobs, coding agents, laptops,
    forks. Deleting the line does not help: it stays in the history.

Example
    A platform token exported in `scripts/add-domain.sh`.

Fix
    Revoke it, make a narrower one, and keep that in the CI's secret store or a secrets manager.

Limits
    The value is never read, so whether it is still valid is not known. A placement whose `readers`
    the grants file names (an encrypted file, say) counts only where it also lies in the history.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.grants import Credential, Placement
from graph.holders import is_repository_file
from graph.model import Verb
from graph.reach import Power
from graph.values import Truth
from rules.finding import Certainty, Finding, Fix, Severity
from rules.people import held
from rules.rule import Rule
from rules.wording import listed, walk
from rules.world import World

_EVERYWHERE = (
    "Every clone, fork and CI checkout has it, and so has the git history: to delete the line is"
    " not enough."
)
_GRAVE = (Verb.DESTROY, Verb.DESTROY_BACKUP, Verb.WRITE)


def check(world: World) -> Iterator[Finding]:
    """One finding a credential that lies in the repository."""
    for declared in world.estate.grants.credentials:
        places = [place for place in declared.held_in if _open(place)]
        worst = _worst(world, declared.id) if places else None
        if worst is not None:
            yield _finding(world, declared, places, worst)


def _open(place: Placement) -> bool:
    """Whether everyone with a checkout reads it."""
    return is_repository_file(place.at) and (place.readers is None or place.history)


def _worst(world: World, credential: str) -> Power | None:
    found = [
        power
        for (verb, target), power in world.reach.powers(credential).items()
        if verb in _GRAVE
        and target in world.graph.stores
        and world.production(target) is not Truth.NO
    ]
    return min(found, key=lambda p: (-p.truth, _GRAVE.index(p.verb), p.target), default=None)


def _finding(world: World, declared: Credential, places: list[Placement], worst: Power) -> Finding:
    files = [place.at.split("#", 1)[0] for place in places]
    path = world.witness(declared.id, worst)
    node = world.node(worst.target)
    sure = (
        worst.truth is Truth.YES and world.production(node.id) is Truth.YES and not path.conditions
    )
    return Finding(
        rule=RULE.id,
        severity=Severity.HIGH if worst.verb is not Verb.WRITE else Severity.MEDIUM,
        certainty=Certainty.PROVEN if sure else Certainty.POSSIBLE,
        title=f"{declared.id}, which can {_verb(worst)} {node.name}, lies in the repository:"
        f" {listed(files)}",
        target=worst.target,
        credential=declared.id,
        verb=worst.verb,
        location=places[0].location or declared.location,
        path=(*held(world, declared.id), *walk(world.graph, declared.id, path)),
        calls=path.calls,
        details=(_EVERYWHERE,),
        environment=world.environment(node.id),
        fixes=(
            Fix(
                "Revoke it, and keep the next one in the CI's secrets or a secrets manager.",
                source=places[0].location or declared.location,
            ),
        ),
    )


def _verb(power: Power) -> str:
    return "destroy the backup of" if power.verb is Verb.DESTROY_BACKUP else str(power.verb)


RULE = Rule(
    "credential-in-repository",
    "A credential that can change or destroy production lies in a file of the repository",
    check,
    controls=("nist-800-53:IA-5",),
)
