"""One operation on every alternative of its operands, some of which may fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.types.errors import EvaluationError
from analyzer.readers.terraform.types.partial import one_of
from graph.values import Unknown


class Failures:
    """How many alternatives were left out so far. Terraform would refuse each of them, so it has
    no value; but `try` and `can` would go on, and need to know.
    """

    count = 0


def of_alternatives(attempts: Iterable[Callable[[], Data]], why: Unknown) -> Data:
    """What the attempts give; raises EvaluationError where every one of them fails."""
    found: list[Data] = []
    failure: EvaluationError | None = None
    for attempt in attempts:
        try:
            found.append(attempt())
        except EvaluationError as error:
            failure = error
            Failures.count += 1
    if failure and not found:
        raise failure
    return one_of(found, why)
