"""Schedules → the longest time between two runs: cron of AWS and Unix, rates, plain words."""

from __future__ import annotations

import re
from datetime import timedelta

_WORDS = {
    "continuous": timedelta(minutes=5),
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=31),
    "yearly": timedelta(days=366),
}
_UNITS = {"minute": 1 / 60, "hour": 1, "day": 24, "week": 168, "month": 744}
_EVERY = re.compile(r"(?:rate\()?\s*(?:every\s+)?(\d+)\s*([a-z]+?)s?\s*\)?$")
_SHORT = {"m": "minute", "min": "minute", "h": "hour", "d": "day", "w": "week"}
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def longest_gap(schedule: str) -> timedelta | None:
    """The longest time between two runs, `None` where the text is not understood."""
    words = schedule.strip().lower().removeprefix("@").removeprefix("every ")
    if words in _WORDS:
        return _WORDS[words]
    if words in _UNITS:
        return timedelta(hours=_UNITS[words])
    every = _EVERY.fullmatch(words)
    if every:
        unit = _SHORT.get(every[2], every[2])
        return timedelta(hours=int(every[1]) * _UNITS[unit]) if unit in _UNITS else None
    inner = re.fullmatch(r"cron\((.*)\)", schedule.strip())
    fields = (inner[1] if inner else schedule).upper().split()
    return _cron(fields, from_one=inner is not None) if len(fields) in {5, 6} else None


def _cron(fields: list[str], *, from_one: bool) -> timedelta | None:
    minute, hour, day, month, weekday = fields[:5]
    if month not in {"*", "?"}:
        return timedelta(days=366)
    if day not in {"*", "?"}:
        days = _numbers(day, 31, first=1)
        return timedelta(days=_widest(days, 31) if days else 31)
    if weekday not in {"*", "?"}:
        days = _numbers(_numeric(weekday, from_one=from_one), 7, first=int(from_one))
        return timedelta(days=_widest(days, 7)) if days else timedelta(days=31)
    hours = _numbers(hour, 24)
    if hours is None:
        return None
    if len(hours) < 24:
        return timedelta(hours=_widest(hours, 24))
    minutes = _numbers(minute, 60)
    return timedelta(minutes=_widest(minutes, 60)) if minutes else None


def _numeric(field: str, *, from_one: bool) -> str:
    for number, name in enumerate(_DAYS):
        field = field.replace(name, str(number + from_one))
    return field


def _numbers(field: str, size: int, first: int = 0) -> list[int] | None:
    """The values of one cron field modulo `size`; `None` for what it does not understand."""
    found: set[int] = set()
    for part in field.split(","):
        match = re.fullmatch(r"(\*|\?|\d{1,3})(?:-(\d{1,3}))?(?:/(\d{1,3}))?", part)
        if not match or match[3] == "0":
            return None
        wild = match[1] in "*?"
        start = first if wild else int(match[1])
        end = (
            int(match[2])
            if match[2]
            else (start if not wild and not match[3] else first + size - 1)
        )
        found |= {value % size for value in range(start, end + 1, int(match[3] or 1))}
    return sorted(found) or None


def _widest(values: list[int], size: int) -> int:
    following = [*values[1:], values[0] + size]
    return max(after - before for before, after in zip(values, following, strict=True))
