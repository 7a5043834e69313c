"""Schedules as people and clouds write them, and the longest time without a copy."""

from __future__ import annotations

from datetime import timedelta

import pytest

from graph.schedules import longest_gap

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("daily", DAY),
        ("@daily", DAY),
        ("Hourly", HOUR),
        ("weekly", 7 * DAY),
        ("continuous", timedelta(minutes=5)),
        ("every day", DAY),
        ("every 6 hours", 6 * HOUR),
        ("12h", 12 * HOUR),
        ("30m", timedelta(minutes=30)),
        ("2 weeks", 14 * DAY),
        ("rate(1 day)", DAY),
        ("rate(12 hours)", 12 * HOUR),
        ("cron(0 3 * * ? *)", DAY),
        ("cron(0 0/6 * * ? *)", 6 * HOUR),
        ("cron(0 5 ? * * *)", DAY),
        ("cron(0 5 ? * MON-FRI *)", 3 * DAY),  # from Friday to Monday
        ("cron(0 5 ? * 1 *)", 7 * DAY),  # AWS counts from Sunday = 1
        ("cron(0 5 1 * ? *)", 31 * DAY),
        ("cron(0 5 1,15 * ? *)", 17 * DAY),
        ("cron(0 5 1/1 * ? *)", DAY),
        ("cron(0 5 L * ? *)", 31 * DAY),
        ("cron(0 5 1 1 ? *)", 366 * DAY),
        ("0 3 * * *", DAY),
        ("0 3 * * 1-5", 3 * DAY),
        ("0 3 * * 0", 7 * DAY),
        ("0 3 * * SUN,WED", 4 * DAY),
        ("0 3 * * MON#1", 31 * DAY),
        ("*/15 * * * *", timedelta(minutes=15)),
        ("0 */4 * * *", 4 * HOUR),
        ("0 8-18 * * *", 14 * HOUR),  # nothing at night
        ("0,30 * * * *", timedelta(minutes=30)),
        ("0 3 */2 * *", 2 * DAY),
    ],
)
def test_longest_gap(text: str, gap: timedelta) -> None:
    assert longest_gap(text) == gap


@pytest.mark.parametrize(
    "text",
    ["", "sometimes", "every full moon", "rate(5 moons)", "* x * * *", "x * * * *", "0 */0 * * *", "1 2 3"],
)  # fmt: skip
def test_what_is_not_understood_is_not_known(text: str) -> None:
    assert longest_gap(text) is None
