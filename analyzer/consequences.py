"""What follows from using one power: what it takes along, which copies go, whether it was meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from graph.model import Copy, NodeId, Verb
from graph.reach import CONSEQUENCES, Power
from graph.values import Truth
from rules.intent import within
from rules.world import World

DESTROYING = frozenset({Verb.DESTROY, Verb.DESTROY_BACKUP})


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; `action` is a verb or an API call, `target` a name or glob."""

    credential: NodeId
    action: str | None = None
    target: str | None = None


def taken(world: World, power: Power) -> dict[NodeId, Truth]:
    """What a destroying power takes along: the target and all that dies with it."""
    found = {power.target: power.truth}
    queue = [power.target] if power.verb in DESTROYING else []
    while queue:
        node = queue.pop()
        for edge in world.graph.outgoing.get(node, ()):
            truth = found[node] & edge.truth
            if edge.kind in CONSEQUENCES and truth > found.get(edge.target, Truth.NO):
                found[edge.target] = truth
                queue.append(edge.target)
    return found


def production(world: World, power: Power) -> Truth:
    """Whether any of it is production; unknown where nothing says."""
    nodes = [world.node(node) for node in taken(world, power)]
    said = [node.environment.production for node in nodes if node.environment is not None]
    return max(said, default=Truth.MAYBE)


def outside(world: World, question: Question, power: Power) -> bool:
    """Whether the power is beyond what the credential is meant for."""
    declared = world.declared.get(question.credential)
    if declared is None or declared.intended is None:
        return False
    return within(world, world.node(power.target), power, declared.intended) is not Truth.YES


def approvals(world: World, question: Question, power: Power) -> tuple[str, ...]:
    """Who has to approve, as the platform enforces it."""
    witness = world.reach.witness(question.credential, power.verb, power.target)
    return witness.approvals if witness else ()


def stores_in(world: World, power: Power) -> list[NodeId]:
    """The data stores that a destroying power takes, the target first."""
    if power.verb is not Verb.DESTROY:
        return []
    return [node for node in taken(world, power) if node in world.graph.stores]


def copies_in(world: World, question: Question, power: Power) -> tuple[list[Copy], list[Copy]]:
    """Copies that go and copies that stay: by the one call that is asked about, or by all that the
    credential can do.
    """
    going = taken(world, power)
    lost: list[Copy] = []
    left: list[Copy] = []
    for store in stores_in(world, power):
        if question.action is None:
            lost.extend(world.survival.lost(question.credential, store))
            left.extend(world.survival.left(question.credential, store))
            continue
        for copy in world.graph.copies_of.get(store, ()):
            fate = going.get(copy.node, Truth.NO)
            if copy.counts and copy.attached is Truth.YES and fate is not Truth.MAYBE:
                (lost if fate else left).append(copy)
    return lost, sorted(left, key=oldest)


def oldest(copy: Copy) -> timedelta:
    """How old the copy is at worst."""
    return copy.age[1] if copy.age and copy.age[1] is not None else timedelta.max
