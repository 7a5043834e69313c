"""Functions on dates and times; the present is an unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.functions.registry import FunctionError, function, string
from graph.values import Unknown, Why

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:(Z)|([+-])(\d\d):(\d\d))", re.ASCII
)
_DURATION = re.compile(r"(\d*\.?\d*)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)")
_UNITS = {
    "ns": 1, "us": 10**3, "\u00b5s": 10**3, "\u03bcs": 10**3, "ms": 10**6,
    "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
_TOKEN = re.compile(r"([A-Za-z])\1*|'(?:[^']|'')*(?:'|\Z)|[^A-Za-z']+")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SECOND = 10**9
_EPOCH = datetime(1, 1, 1)  # noqa: DTZ001 (offsets are kept beside)


@dataclass(frozen=True, slots=True)
class _Time:
    """A moment: local date and time, nanoseconds within the second, minutes east of Greenwich."""

    local: datetime
    nanosecond: int
    offset: int

    @property
    def since(self) -> int:
        """Nanoseconds since the year 1, for comparison."""
        moment = self.local - timedelta(minutes=self.offset)
        return int((moment - _EPOCH).total_seconds()) * _SECOND + self.nanosecond


def _parse(text: str) -> _Time:
    found = _RFC3339.fullmatch(text)
    if found is None:
        raise FunctionError("not a valid RFC3339 timestamp")
    try:
        local = datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007
    except ValueError:
        raise FunctionError("not a valid RFC3339 timestamp") from None
    nanosecond = int((found[7] or "0")[:9].ljust(9, "0"))
    offset = 0
    if found[8] is None:
        offset = (int(found[10]) * 60 + int(found[11])) * (-1 if found[9] == "-" else 1)
    return _Time(local, nanosecond, offset)


def _zone(offset: int, *, colon: bool, zulu: bool) -> str:
    if zulu and offset == 0:
        return "Z"
    sign = "-" if offset < 0 else "+"
    hours, minutes = divmod(abs(offset), 60)
    return f"{sign}{hours:02d}{':' if colon else ''}{minutes:02d}"


@function("timeadd", string("timestamp"), string("duration"))
def timeadd(timestamp: str, duration: str) -> Data:
    time = _parse(timestamp)
    total = time.nanosecond + _nanoseconds(duration)
    seconds, _ = divmod(total, _SECOND)
    try:
        local = time.local + timedelta(seconds=seconds)
    except OverflowError:
        raise FunctionError("the result is out of range") from None
    return f"{local:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + _zone(time.offset, colon=True, zulu=True)


def _nanoseconds(duration: str) -> int:
    sign = -1 if duration.startswith("-") else 1
    rest = duration[1:] if duration[:1] in {"+", "-"} else duration
    if rest == "0":
        return 0
    total, at = Fraction(0), 0
    while at < len(rest):
        found = _DURATION.match(rest, at)
        if found is None or found[1] in {"", "."} or len(found[1]) > 30:
            break
        total += Fraction(found[1]) * _UNITS[found[2]]
        at = found.end()
    if not rest or at < len(rest) or total >= 1 << 63:
        raise FunctionError(f"invalid duration {duration!r}")
    return sign * int(total)


@function("timecmp", string("timestamp_a"), string("timestamp_b"))
def timecmp(one: str, two: str) -> Data:
    left, right = _parse(one).since, _parse(two).since
    return (left > right) - (left < right)


@function("timestamp")
def timestamp() -> Data:
    return Unknown(Why.IMPURE, "timestamp()")


@function("plantimestamp")
def plantimestamp() -> Data:
    return Unknown(Why.IMPURE, "plantimestamp()")


@function("formatdate", string("format"), string("time"))
def formatdate(template: str, timestamp: str) -> Data:
    time = _parse(timestamp).local, _parse(timestamp).offset
    pieces: list[str] = []
    for found in _TOKEN.finditer(template):
        piece = found.group()
        if piece == "''":
            pieces.append("'")
        elif piece.startswith("'"):
            if len(piece) < 2 or not piece.endswith("'"):
                raise FunctionError("invalid date format: unterminated literal '")
            pieces.append(piece[1:-1].replace("''", "'"))
        elif piece[0].isalpha():
            pieces.append(_date_part(piece, *time))
        else:
            pieces.append(piece)
    return "".join(pieces)


def _date_part(verb: str, local: datetime, offset: int) -> str:
    local = local.replace(tzinfo=UTC)
    month, day = _MONTHS[local.month - 1], _DAYS[local.weekday()]
    half = local.hour % 12 or 12
    parts = {
        "YYYY": f"{local.year:04d}", "YY": f"{local.year % 100:02d}",
        "MMMM": month, "MMM": month[:3], "MM": f"{local.month:02d}", "M": str(local.month),
        "DD": f"{local.day:02d}", "D": str(local.day),
        "EEEE": day, "EEE": day[:3],
        "hh": f"{local.hour:02d}", "h": str(local.hour),
        "HH": f"{half:02d}", "H": str(half),
        "AA": "PM" if local.hour >= 12 else "AM", "aa": "pm" if local.hour >= 12 else "am",
        "mm": f"{local.minute:02d}", "m": str(local.minute),
        "ss": f"{local.second:02d}", "s": str(local.second),
        "ZZZZZ": _zone(offset, colon=True, zulu=False),
        "ZZZZ": _zone(offset, colon=False, zulu=False),
        "ZZZ": "UTC" if offset == 0 else _zone(offset, colon=False, zulu=False),
        "Z": _zone(offset, colon=True, zulu=True),
    }  # fmt: skip
    if verb not in parts:
        raise FunctionError(f"invalid date format verb {verb!r}")
    return parts[verb]
