"""Durations as people write and read them: `48h`, `90d`."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86400,
    "w": 7 * 86400,
    "mo": 30 * 86400,
    "y": 365 * 86400,
}
_SHAPE = re.compile(r"(\d{1,6})(s|mo|m|h|d|w|y)\Z")


def parse_duration(text: str) -> timedelta:
    """`1d` → one day.

    Raises:
        ValueError: not a number with one of s, m, h, d, w, mo, y.

    """
    match = _SHAPE.match(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a duration; write a number and s, m, h, d, w, mo or y")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])
