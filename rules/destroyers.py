"""Which production stores a credential destroys that it is not meant to destroy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from graph.kinds import up_to
from graph.model import EdgeKind, Node, Verb
from graph.reach import Path, Power
from graph.selectors import selects
from graph.values import Location, Truth
from rules.world import World

Group = tuple[str | None, bool]


def destructions(world: World, principal: Node) -> Mapping[Group, list[Power]]:
    """Powers by environment and whether they are certain; what is folded elsewhere is left out.

    What only a guess says (`guessed`) counts where there is nothing else, as one group.
    """
    unmeant, only_guesses = _unmeant(world, principal)
    if only_guesses:
        first = max(unmeant, key=lambda power: world.production(power.target))
        one = {(world.environment(first.target), False): unmeant}
        return {} if _folded(world, principal, unmeant) else one
    groups: defaultdict[Group, list[Power]] = defaultdict(list)
    for power in unmeant:
        sure = _sure(world, principal, power)
        groups[world.environment(power.target), sure].append(power)
    return {key: found for key, found in groups.items() if not _folded(world, principal, found)}


def guessed(world: World, principal: Node) -> list[Power]:
    """Powers that hang on names which are not known being equal, and on nothing that is known."""
    return [
        power
        for power in world.destroyed(principal.id)
        if world.witness(principal.id, power).guesses and not meant(world, principal, power)
    ]


def _unmeant(world: World, principal: Node) -> tuple[list[Power], bool]:
    """What it is not meant to destroy, and whether all of that is a guess."""
    every = [
        power
        for power in world.destroyed(principal.id)
        if not (meant(world, principal, power) or _open_to_anybody(world, principal, power))
    ]
    guesses = guessed(world, principal)
    targets = {power.target for power in guesses}
    known = [power for power in every if power.target not in targets]
    return known or guesses, bool(guesses) and not known


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


def _open_to_anybody(world: World, principal: Node, power: Power) -> bool:
    """Whether the statement that allows it lets anybody in: that is reported once, as anybody's."""
    if principal.facts.get("anybody") or not world.anybody:
        return False
    mine = _granting(world.witness(principal.id, power))
    return any(
        mine & _granting(world.witness(node.id, theirs))
        for node in world.anybody
        for theirs in world.destroyed(node.id)
        if theirs.target == power.target and theirs.truth >= power.truth
    )


def _granting(path: Path) -> set[Location]:
    """Where the last step is allowed; what has no place is a fact of the provider's."""
    return {item.location for item in path.edges[-1].evidence if item.location is not None}


def _sure(world: World, principal: Node, power: Power) -> bool:
    certain = power.truth is Truth.YES and world.production(power.target) is Truth.YES
    return certain and not world.witness(principal.id, power).conditions


def _folded(world: World, principal: Node, powers: list[Power]) -> bool:
    """Whether all of it goes through an identity that it may assume and that is reported."""
    return all(
        _through(world.witness(principal.id, power)) & world.principal_ids for power in powers
    )


def _through(path: Path) -> set[str]:
    return {
        edge.target
        for edge in path.edges
        if edge.kind is EdgeKind.ASSUMES and edge.verb is not Verb.ESCALATE
    }
