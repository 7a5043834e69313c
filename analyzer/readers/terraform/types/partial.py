"""Data of which parts are unknown or sensitive: finding, blaming and joining them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from itertools import combinations
from typing import cast

from analyzer.readers.terraform.data import (
    Data,
    ListValue,
    MapValue,
    OpenObject,
    Sensitive,
    SetValue,
)
from analyzer.readers.terraform.types.errors import EvaluationError
from graph.values import Json, OneOf, Text, Unknown, Value, Why

MAX_OPTIONS = 16
MAX_PARTS = 2000
# Nearly all values are of these very types: asked for first, they save the rest of the questions.
_KNOWN = frozenset({str, int, bool, type(None), Decimal})
_UNMARKED = _KNOWN | {Unknown, Text, Json}


def holes(data: Data) -> Iterator[Unknown]:
    """Yield every unknown inside `data`, through marks, texts, documents and alternatives."""
    if isinstance(data, Unknown):
        yield data
        return
    if isinstance(data, OneOf):
        yield data.why
    for part in _inside(data):
        yield from holes(part)


def _inside(data: Data) -> Iterable[Data]:
    match data:
        case Sensitive(value=value):
            return (value,)
        case Text(parts=parts):
            return parts
        case Json(document=document):
            return (_as_data(document),)
        case OneOf(options=options):
            return cast("tuple[Data, ...]", options)
        case dict():
            return data.values()
        case tuple():
            return data
    return ()


def _as_data(value: object) -> Data:
    return cast("Data", value)  # a Value made from Data holds nothing else


def known(data: Data) -> bool:
    """Whether nothing inside `data` is unknown."""
    if type(data) in _KNOWN:
        return True
    if isinstance(data, tuple | dict):
        for item in data.values() if isinstance(data, dict) else data:
            if type(item) not in _KNOWN and not known(item):
                return False
        return True
    return next(holes(data), None) is None


def blame(*data: Data, detail: str = "") -> Unknown:
    """Make the unknown that results where `data` is needed but not known: the first reason, all
    references. It has no symbol, since it is another value than the ones it comes from.
    """
    first: Unknown | None = None
    references: dict[str, None] = {}
    for item in data:
        for hole in holes(item):
            first = first or hole
            references.update(dict.fromkeys(hole.references))
    if first is None:
        return Unknown(Why.ERROR, detail or "an operand is not known")
    return Unknown(first.why, detail or first.detail, first.location, None, tuple(references))


def anonymous(hole: Unknown | OneOf) -> Unknown:
    """Take the hole without its identity: its content was changed."""
    return blame(hole)


def text(parts: Iterable[Data]) -> Data:
    """Join strings and holes; a plain `str` where there are no holes, the hole itself where there
    is nothing else. The parts must be strings, `Text`, `Unknown` or `OneOf`.
    """
    joined: list[str | Unknown | OneOf] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Text) else (part,):
            if isinstance(piece, str):
                if joined and isinstance(joined[-1], str):
                    joined[-1] += piece
                elif piece:
                    joined.append(piece)
            elif isinstance(piece, Unknown | OneOf):
                joined.append(piece)
            else:
                joined.append(blame(piece))
    if not joined:
        return ""
    if len(joined) == 1:
        return joined[0]
    if len(joined) > MAX_PARTS:
        return blame(*joined[:MAX_PARTS])
    return Text(tuple(joined))


def one_of(options: Iterable[Data], why: Unknown) -> Data:
    """Alternatives without repetition; the value itself where only one is left, an unknown where
    there are more than the cap. What may be anything is one alternative, for whatever reasons.
    """
    distinct: dict[object, Data] = {}
    for option in options:
        nested = option.options if isinstance(option, OneOf) else (option,)
        for item in nested:
            anything = isinstance(item, Unknown) and item.symbol is None
            key = Unknown if anything else identity(_as_data(item))
            distinct.setdefault(key, _as_data(item))
        if len(distinct) > MAX_OPTIONS:
            return blame(why, *distinct.values())
    values = tuple(distinct.values())
    if len(values) == 1:
        return values[0]
    return OneOf(_as_values(values), why)


def each_option(data: Data, change: Callable[[Data], Data]) -> Data:
    """What `change` makes of `data`, or of each that it may be: one that fails is an error under
    other settings, not a value; one must succeed.
    """
    if not isinstance(data, OneOf):
        return change(data)
    return of_alternatives((partial(change, _as_data(option)) for option in data.options), data.why)


class Failures:
    """How many alternatives were left out so far: `try` and `can` go on where one fails."""

    count = 0


def of_alternatives(attempts: Iterable[Callable[[], Data]], why: Unknown) -> Data:
    """What the attempts give; one that fails is an error under other settings, not a value. Raises
    EvaluationError where all of them fail.
    """
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


def with_and_without(items: tuple[Data, ...], doubts: Mapping[int, Unknown]) -> Data:
    """All lists that remain when any of the items in doubt is left out; an unknown where there are
    more than the cap.
    """
    if not doubts:
        return items
    if 2 ** len(doubts) > MAX_OPTIONS:
        return blame(*doubts.values(), *items)
    options = (
        rebuild(items, (item for at, item in enumerate(items) if at not in left_out))
        for count in range(len(doubts) + 1)
        for left_out in combinations(doubts, count)
    )
    return one_of(options, blame(*doubts.values()))


def _as_values(values: tuple[Data, ...]) -> tuple[Value, ...]:
    return cast("tuple[Value, ...]", values)


def unmark(data: Data) -> tuple[Data, bool]:
    """Strip `data` of every sensitive mark, and tell whether there was one."""
    return (_stripped(data), True) if _marked(data) else (data, False)


def _marked(data: Data) -> bool:
    if type(data) in _UNMARKED:
        return False
    if isinstance(data, dict):
        parts: Iterable[Data] = data.values()
    elif isinstance(data, tuple):
        parts = data
    else:
        return isinstance(data, Sensitive) or any(map(_marked, _inside(data)))
    return any(_marked(part) for part in parts if type(part) not in _UNMARKED)


def _stripped(data: Data) -> Data:
    match data:
        case Sensitive(value=value):
            return _stripped(value)
        case tuple():
            return rebuild(data, map(_stripped, data))
        case dict():
            return with_values(data, {key: _stripped(item) for key, item in data.items()})
        case OneOf(options=options, why=why):
            return OneOf(_as_values(tuple(_stripped(_as_data(it)) for it in options)), why)
    return data


def only_declared(data: Data) -> bool:
    """Whether the configuration's own word is all that marks `data` and its parts."""
    if isinstance(data, Sensitive):
        return data.declared and only_declared(data.value)
    return all(map(only_declared, _inside(data)))


def mark(data: Data) -> Data:
    """Mark `data` as sensitive; marks do not stack."""
    return data if isinstance(data, Sensitive) else Sensitive(data)


def rebuild(like: tuple[Data, ...], items: Iterable[Data]) -> tuple[Data, ...]:
    """Make a tuple, list or set of `items`, as `like` is."""
    if isinstance(like, ListValue):
        return ListValue(items)
    if isinstance(like, SetValue):
        return SetValue(items)
    return tuple(items)


def with_values(like: dict[str, Data], values: dict[str, Data]) -> dict[str, Data]:
    """Make an object or map of `values`, as `like` is."""
    if isinstance(like, OpenObject):
        return like.with_values(values)
    return MapValue(values) if isinstance(like, MapValue) else values


def identity(data: Data) -> object:
    """Make a hashable key that is equal exactly where Terraform's values are known to be equal."""
    match data:
        case None | bool() | str():
            return (type(data).__name__, data)
        case Sensitive(value=value):
            return identity(value)
        case dict():
            kind = "map" if isinstance(data, MapValue) else "object"
            return (kind, frozenset((key, identity(item)) for key, item in data.items()))
        case tuple():
            return (type(data).__name__, tuple(identity(item) for item in data))
        case Unknown(symbol=None):
            return ("unknown", id(data))
        case Unknown(symbol=symbol):
            return ("symbol", symbol)
        case Text(parts=parts):
            return ("text", tuple(identity(part) for part in parts))
        case Json(document=document):
            return ("json", identity(_as_data(document)))
        case OneOf():
            return ("one of", id(data))
    return ("number", data)
