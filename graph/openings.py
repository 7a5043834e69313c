"""How far a trust is open: to whom, beside those it was written for.

Providers say it of an actor as facts of its node; rules read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from graph.model import Node

_KEY = "open_to"


class Reaches(IntEnum):
    """Whom a trust lets in, from the fewest."""

    UNREVIEWED = 1  # code of the intended repository that nobody has reviewed
    ORGANIZATION = 2  # every repository, project or workload of the same owner
    ANYBODY = 3  # people who have nothing to do with the owner


@dataclass(frozen=True, slots=True)
class Opening:
    """`lets_in` says who comes in, `narrower` what to write instead, `hangs_on` what is not known
    of it.
    """

    to: Reaches
    lets_in: str
    narrower: str
    hangs_on: str = ""

    def facts(self) -> Mapping[str, str]:
        """As facts of the actor's node."""
        return {
            _KEY: self.to.name.lower(),
            "lets_in": self.lets_in,
            "narrower": self.narrower,
            "hangs_on": self.hangs_on,
        }


def opening_of(actor: Node) -> Opening | None:
    """How far the trust that lets an actor in is open, `None` where it names who may come."""
    if _KEY not in actor.facts:
        return None
    facts = actor.facts
    to = Reaches[facts[_KEY].upper()]
    return Opening(to, facts["lets_in"], facts["narrower"], facts["hangs_on"])
