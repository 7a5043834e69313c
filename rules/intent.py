"""Whether a power lies within what its credential is meant for."""

from __future__ import annotations

from graph.grants import Intent
from graph.model import Node, Verb
from graph.reach import Power
from graph.selectors import selects
from graph.values import Truth
from rules.world import World

LEVELS = {
    Verb.READ: "read",
    Verb.WRITE: "write",
    Verb.DESTROY: "destroy",
    Verb.DESTROY_BACKUP: "destroy",
}


def within(world: World, node: Node, power: Power, intent: Intent) -> Truth:
    """Whether level, target and environment are all intended; what is not said is free."""
    level = Truth.of(intent.can is None or LEVELS.get(power.verb, "admin") in intent.can)
    target = selects(intent.to, node) if intent.to else Truth.YES
    environment = world.environment(node.id)
    known = None if environment is None else environment in intent.env
    return level & target & Truth.of(known if intent.env else True)
