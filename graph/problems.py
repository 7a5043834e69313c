"""Gaps and faults in the input, as data: what could not be read, resolved or modelled."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graph.values import Location


class ProblemKind(StrEnum):
    """`UNREADABLE` and `INVALID` make a run incomplete; the others are limits of what was seen."""

    UNREADABLE = "unreadable"
    INVALID = "invalid"
    UNRESOLVED = "unresolved"
    UNSUPPORTED = "unsupported"
    RULE_CRASHED = "rule-crashed"


@dataclass(frozen=True, slots=True)
class Problem:
    """One gap: `what` it is, `why` it is there, and its `effect` on the analysis.

    `whose`: the identities whose powers are not fully known for it.
    """

    kind: ProblemKind
    what: str
    why: str
    effect: str
    location: Location | None = None
    whose: tuple[str, ...] = ()
