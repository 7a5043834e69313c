"""What readers hand over (resources, values, problems) ↔ JSON, to be kept between runs.

JSON's own values stand for themselves; an array begins with the tag of what it holds. Places and
unknowns, of which there are few and which many share, stand once in a table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from decimal import Decimal
from enum import Enum
from typing import Any

from graph.problems import Problem, ProblemKind
from graph.resource import Presence, ProviderConfig, Resource, Stack
from graph.values import Json, Location, OneOf, Text, Unknown, Why

_PLAIN = frozenset({str, int, bool, float, type(None)})
_RECORDS = (Location, Unknown, Stack, ProviderConfig, Resource, Problem, Text, Json, OneOf)
_ENUMS = (Why, Presence, ProblemKind)
_SHARED = frozenset({Location, Unknown, Stack, ProviderConfig, *_ENUMS})
_TUPLE, _DECIMAL, _REFERENCE, _SET, _PAIRS, _FIRST = range(6)


class UnencodableError(Exception):
    """A value of a type that no reader hands over."""


def encode(value: Any, more: tuple[type, ...] = ()) -> Iterator[str]:
    """JSON, piece by piece, so that it need not be in memory as a whole; `more` are dataclasses
    that may stand in it besides those of `graph`.

    Raises:
        UnencodableError: something in it is none of the above.

    """
    encoder = _Encoder(more)
    try:
        yield "["
        yield from encoder.pieces(value)
        yield f",{_dumps(encoder.table)}]"
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; deep nesting
        raise UnencodableError(type(error).__name__) from None


def decode(text: str, more: tuple[type, ...] = ()) -> Any:
    """What `encode` was given with the same `more`; raises ValueError for any other text."""
    try:
        encoded, table = json.loads(text)
        decoder = _Decoder(more)
        for item in table:
            decoder.table.append(decoder.any(item))
        return decoder.any(encoded)
    except (TypeError, LookupError, RecursionError, ArithmeticError) as error:
        raise ValueError(type(error).__name__) from None


_dumps = json.JSONEncoder(separators=(",", ":")).encode


class _Encoder:
    def __init__(self, more: tuple[type, ...]) -> None:
        self.table: list[Any] = []
        self._tags = _tags(more)
        self._fields: dict[type, tuple[str, ...]] = {}
        self._places: dict[object, int] = {}
        self._alive: list[object] = []  # an id is an object's own only as long as that lives

    def pieces(self, value: Any, depth: int = 2) -> Iterator[str]:
        """What `any` gives, as JSON; the items of the outer tuples one by one."""
        if type(value) is not tuple or not depth:
            yield _dumps(self.any(value))
            return
        yield f"[{_TUPLE}"
        for item in value:
            yield ","
            yield from self.pieces(item, depth - 1)
        yield "]"

    def any(self, value: Any) -> Any:
        type_ = type(value)
        if type_ in _PLAIN:
            return value
        if type_ is dict:
            if not all(type(key) is str for key in value):
                return [_PAIRS, *([self.any(key), self.any(item)] for key, item in value.items())]
            return {key: self.any(item) for key, item in value.items()}
        if type_ is tuple:
            return [_TUPLE, *map(self.any, value)]
        if type_ is frozenset:
            return [_SET, *map(self.any, sorted(value, key=repr))]
        if type_ is Decimal:
            return [_DECIMAL, str(value)]
        if type_ not in self._tags:
            raise UnencodableError(type_.__name__)
        return self._shared(value) if type_ in _SHARED else self._record(value)

    def _record(self, value: Any) -> list[Any]:
        type_ = type(value)
        if isinstance(value, Enum):
            return [self._tags[type_], value.value]
        names = self._fields.get(type_)
        if names is None:
            names = self._fields[type_] = tuple(field.name for field in fields(type_))
        return [self._tags[type_], *[self.any(getattr(value, name)) for name in names]]

    def _shared(self, value: Any) -> list[int]:
        whole = isinstance(value, Location | Unknown | Enum)
        key = (type(value), value) if whole else id(value)
        place = self._places.get(key)
        if place is None:
            self._alive.append(value)
            record = self._record(value)
            place = self._places[key] = len(self.table)
            self.table.append(record)
        return [_REFERENCE, place]


class _Decoder:
    def __init__(self, more: tuple[type, ...]) -> None:
        self.table: list[Any] = []
        self._makers: dict[int, Callable[[list[Any]], Any]] = {
            _TUPLE: lambda item: tuple(self._rest(item)),
            _DECIMAL: lambda item: Decimal(item[1]),
            _REFERENCE: lambda item: self.table[item[1]],
            _SET: lambda item: frozenset(self._rest(item)),
            _PAIRS: lambda item: {self.any(key): self.any(value) for key, value in item[1:]},
        }
        for type_, tag in _tags(more).items():
            self._makers[tag] = self._maker(type_)

    def any(self, item: Any) -> Any:
        type_ = type(item)
        if type_ is dict:
            return {
                key: value if type(value) in _PLAIN else self.any(value)
                for key, value in item.items()
            }
        return self._makers[item[0]](item) if type_ is list else item

    def _maker(self, type_: Callable[..., Any]) -> Callable[[list[Any]], Any]:
        return lambda item: type_(*self._rest(item))

    def _rest(self, item: list[Any]) -> list[Any]:
        return [value if type(value) in _PLAIN else self.any(value) for value in item[1:]]


def _tags(more: tuple[type, ...]) -> dict[type, int]:
    return {type_: tag for tag, type_ in enumerate((*_RECORDS, *_ENUMS, *more), _FIRST)}
