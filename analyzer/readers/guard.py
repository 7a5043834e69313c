"""A fault of blastwall while it reads one input: said as a gap, so that the rest is analysed."""

from __future__ import annotations

import traceback
from pathlib import Path

from graph.problems import Problem, ProblemKind
from graph.values import Location

_OURS = "which is its own fault"


def is_crash(problem: Problem) -> bool:
    """Whether a problem is a fault of blastwall, which the next run may not have."""
    return problem.why.endswith(_OURS)


def crashed(path: str, error: Exception) -> Problem:
    """Where the reader broke; never the error's own words, which could hold a value."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Problem(
        ProblemKind.UNREADABLE,
        path,
        f"blastwall's reader failed with {type(error).__name__}{place}, {_OURS}",
        "nothing of it was analysed; please report it",
        Location(path, 1),
    )
