"""A finding: one mistake, with its witness, what it costs and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from hashlib import sha256

from graph.model import Verb
from graph.values import Location
from graph.whatif import Cut


class Severity(IntEnum):
    """Ordered, so that thresholds compare."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        return self.name.lower()


class Certainty(StrEnum):
    """`PROVEN` rests on nothing unknown; gates run on it. `POSSIBLE` has an unknown in its path."""

    PROVEN = "proven"
    POSSIBLE = "possible"


class State(StrEnum):
    """Against what the finding was compared with; a run without a base knows only `NEW`."""

    NEW = "new"
    WORSE = "worse"
    BETTER = "better"
    UNCHANGED = "unchanged"
    RESOLVED = "resolved"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a witness: a node, why the step is possible, and where that stands."""

    node: str
    kind: str
    why: str
    source: Location | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A copy that survives, with its age as text (`90d`), or "unknown"."""

    id: str
    age: str


@dataclass(frozen=True, slots=True)
class Routes:
    """How many stores are destroyed, before and after a change: a computed what-if."""

    before: int
    after: int

    def __add__(self, other: Routes) -> Routes:
        return Routes(self.before + other.before, self.after + other.after)


@dataclass(frozen=True, slots=True)
class Fix:
    """One change that helps: in words, where, and what it would leave.

    `cuts` is the change as data: the calls to take out of each policy; `routes` what that leaves.
    """

    text: str
    effect: str = ""
    source: Location | None = None
    snippet: str = ""
    cuts: tuple[Cut, ...] = ()
    routes: Routes | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One row a (credential, environment) or a (store); `also` holds further targets it covers,
    `also_by` further credentials of which the same holds for the same cause.

    `title` is one plain sentence; `details` further plain sentences in reading order.
    """

    rule: str
    severity: Severity
    certainty: Certainty
    title: str
    target: str
    credential: str | None = None
    verb: Verb | None = None
    location: Location | None = None
    path: tuple[Hop, ...] = ()
    calls: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    also_by: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()
    data_loss: str | None = None
    environment: str | None = None
    fixes: tuple[Fix, ...] = ()
    controls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    state: State = State.NEW
    unconfirmed: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Stable over moved lines and files: rule, credential, verb and target only."""
        parts = (self.rule, self.credential or "", str(self.verb or ""), self.target)
        return "bw1:" + sha256("\0".join(parts).encode()).hexdigest()[:16]
