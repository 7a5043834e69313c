"""Gaps and faults in the input, as data: what could not be read, resolved or modelled."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

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


def raised_at(error: Exception) -> str:
    """`KeyError at reach.py:12 in powers`; never the message, which could hold an input's value."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{type(error).__name__} at {Path(error.filename).name}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    frame = next(f for f in reversed(frames) if not f.filename.startswith("<frozen "))
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return f"{type(error).__name__} at {place} in {frame.name}"
