"""Amounts of loss: their order, their words, and intervals that never promise too much."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from graph.losses import NOTHING, TOTAL, UNDATED, Extent, Loss, aged, duration

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_from_nothing_to_everything() -> None:
    rising = [NOTHING, aged(HOUR), aged(DAY), UNDATED, TOTAL]
    assert all(one < two for one, two in pairwise(rising))
    assert max(rising) is TOTAL


def test_a_copy_of_age_zero_loses_nothing_and_an_unknown_age_is_no_age() -> None:
    assert aged(timedelta(0)) == NOTHING
    assert aged(None) == UNDATED
    assert aged(HOUR).extent is Extent.AGED


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (NOTHING, NOTHING, "none"),
        (NOTHING, aged(DAY), "24h"),
        (aged(HOUR), UNDATED, "unknown"),
        (NOTHING, TOTAL, "unknown"),
        (TOTAL, TOTAL, "total loss"),
        (aged(90 * DAY), aged(90 * DAY), "90d"),
    ],
)
def test_what_is_printed_is_the_worse_end_and_total_only_where_certain(low, high, text) -> None:
    assert str(Loss(low, high)) == text


def test_the_worse_of_two_end_by_end() -> None:
    one, two = Loss(NOTHING, TOTAL), Loss(aged(HOUR), aged(DAY))
    assert one | two == Loss(aged(HOUR), TOTAL)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(0), "0m"),
        (timedelta(seconds=61), "2m"),
        (timedelta(minutes=60), "1h"),
        (timedelta(minutes=61), "2h"),
        (48 * HOUR, "48h"),
        (49 * HOUR, "3d"),
        (90 * DAY, "90d"),
    ],
)
def test_durations_round_up(span, text) -> None:
    assert duration(span) == text
