"""How much data a loss costs: nothing, an age, an age nobody knows, or everything.

`Loss` is an interval: unknown powers and unknown copies widen it, and what is printed never
promises more than its worse end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from functools import total_ordering

FOREVER = timedelta(days=36_500)


class Extent(IntEnum):
    """What is left, from all to nothing; `AGED` is the age of the freshest usable survivor."""

    NONE = 0
    AGED = 1
    UNDATED = 2
    TOTAL = 3


@total_ordering
@dataclass(frozen=True, slots=True)
class Amount:
    """One amount of loss; `age` counts for `AGED` only."""

    extent: Extent
    age: timedelta = timedelta(0)

    def __lt__(self, other: Amount) -> bool:
        return (self.extent, self.age) < (other.extent, other.age)

    def __str__(self) -> str:
        match self.extent:
            case Extent.NONE:
                return "none"
            case Extent.AGED:
                return duration(self.age)
            case Extent.UNDATED:
                return "unknown"
            case Extent.TOTAL:
                return "total loss"


NOTHING = Amount(Extent.NONE)
UNDATED = Amount(Extent.UNDATED)
TOTAL = Amount(Extent.TOTAL)


def aged(age: timedelta | None) -> Amount:
    """The loss that restoring a copy of that age leaves; an age of zero loses nothing."""
    if age is None:
        return UNDATED
    return Amount(Extent.AGED, age) if age > timedelta(0) else NOTHING


@dataclass(frozen=True, slots=True)
class Loss:
    """`low` is the loss for certain, `high` the most that cannot be excluded."""

    low: Amount = NOTHING
    high: Amount = NOTHING

    def __str__(self) -> str:
        """The `LOSS` string of reports: total loss is printed only where it is certain."""
        if self.high.extent is Extent.TOTAL and self.low.extent is not Extent.TOTAL:
            return "unknown"
        return str(self.high)

    def __or__(self, other: Loss) -> Loss:
        """The worse of two, end by end."""
        return Loss(max(self.low, other.low), max(self.high, other.high))


def duration(span: timedelta) -> str:
    """A span in the largest sensible unit, rounded up: `5m`, `24h`, `90d`; days from 48 hours."""
    minutes = -(-int(span.total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes}m"
    hours = -(-minutes // 60)
    return f"{hours}h" if hours <= 48 else f"{-(-hours // 24)}d"
