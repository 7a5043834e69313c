"""Values that may be partly unknown, places in files, and three-valued truth.

A `Value` is what an attribute holds after evaluation: plain Python data in which any part may
be an `Unknown`, a string with holes (`Text`), a JSON document with holes (`Json`) or one of
finitely many alternatives (`OneOf`). Unknown is never "safe": it can only widen reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import TypeAlias, TypeVar

from graph.records import record


class Truth(IntEnum):
    """Kleene's three values; `&` is the weakest, `|` the strongest of two, `~` negation."""

    NO = 0
    MAYBE = 1
    YES = 2

    def __and__(self, other: int) -> Truth:
        return self if self <= other else Truth(other)

    def __or__(self, other: int) -> Truth:
        return self if self >= other else Truth(other)

    def __invert__(self) -> Truth:
        return Truth(2 - int(self))

    @classmethod
    def of(cls, value: bool | None) -> Truth:
        """`None` stands for "not known"."""
        if value is None:
            return cls.MAYBE
        return cls.YES if value else cls.NO


@record(order=True)
class Location:
    """A place in an input file; lines and columns count from 1."""

    path: str
    line: int
    column: int = 1
    end_line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Why(StrEnum):
    """Why a value is not known; the word is the one that reports print."""

    VARIABLE = "variable without a value"
    COMPUTED = "known after apply"
    DATA = "data source"
    MODULE = "module not in this repository"
    WORKSPACE = "workspace not named"
    REMOTE_STATE = "output of another state"
    IMPURE = "different at every run"
    FUNCTION = "function not known"
    CYCLE = "refers to itself"
    ERROR = "error in the expression"
    LIMIT = "too large to evaluate"
    SENSITIVE = "secret, not read"


@record()
class Unknown:
    """A value, or a hole in one, that is not known.

    `symbol` names an opaque identity: two unknowns with the same symbol are the same value
    (`aws_s3_bucket.b.id` equals itself, whatever it will be). Without a symbol it may be anything.
    `references` are the addresses (`aws_s3_bucket.b`, `var.x`) that it depends on.
    """

    why: Why
    detail: str = ""
    location: Location | None = None
    symbol: str | None = None
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.detail} ({self.why})" if self.detail else str(self.why)


@record()
class Text:
    """A string with holes; `parts` alternate freely, at least one is an `Unknown` or `OneOf`."""

    parts: tuple[str | Unknown | OneOf, ...]


@record()
class Json:
    """A string that encodes `document`, which has holes; decoding gives the document back."""

    document: Value


@record()
class OneOf:
    """One of `options`, not known which (a conditional on an unknown)."""

    options: tuple[Value, ...]
    why: Unknown


Value: TypeAlias = (
    "bool | int | float | Decimal | str | tuple[Value, ...] | Mapping[str, Value]"
    " | Unknown | Text | Json | OneOf | None"
)


_PLAIN = (str, int, float, type(None))
Key = TypeVar("Key")


def holes(value: Value) -> Iterator[tuple[str, Unknown]]:
    """Every unknown inside `value` with its dotted path (`statement[0].resources[1]`)."""
    yield from _holes(value, "")


def _holes(value: Value, path: str) -> Iterator[tuple[str, Unknown]]:
    match value:
        case Unknown():
            yield path, value
        case Text(parts):
            yield from _in_each(parts, path)
        case Json(document):
            yield from _holes(document, path)
        case OneOf(options, why):
            yield path, why
            yield from _in_each(options, path)
        case Mapping():
            for key, item in _partial(value.items()):
                yield from _holes(item, f"{path}.{key}" if path else str(key))
        case tuple():
            for index, item in _partial(enumerate(value)):
                yield from _holes(item, f"{path}[{index}]")


def _in_each(values: tuple[Value, ...], path: str) -> Iterator[tuple[str, Unknown]]:
    for _, value in _partial(enumerate(values)):
        yield from _holes(value, path)


def _partial(items: Iterable[tuple[Key, Value]]) -> Iterator[tuple[Key, Value]]:
    """Those that can have holes: most values are plain, and there is no need to look into them."""
    return ((key, item) for key, item in items if not isinstance(item, _PLAIN))


def known(value: Value) -> bool:
    """Whether nothing in `value` is unknown."""
    return next(holes(value), None) is None
