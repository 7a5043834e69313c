"""Conditions of the data tables over a resource's attributes, in three-valued truth.

A table row says `{ attr = "backup_retention_period", op = "gt", value = 0, default = 0 }`; the
default is what the provider does when the attribute is absent, which is where the danger is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import reduce
from typing import Any

from graph.losses import FOREVER
from graph.resource import Resource
from graph.values import Json, OneOf, Text, Truth, Unknown, Value, Why

UNITS = {
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
    "months": timedelta(days=31),
    "years": timedelta(days=366),
}
_SUFFIXES = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One test; `value` and `default` are plain table data, `default` None: absent."""

    attr: str
    op: str
    value: Any = None
    default: Any = None


def conditions(rows: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """The conditions of a table row's list."""
    return tuple(
        Condition(row["attr"], row["op"], row.get("value"), row.get("default")) for row in rows
    )


def holds(tests: Iterable[Condition], resource: Resource) -> Truth:
    """Whether all conditions hold for a resource."""
    return reduce(Truth.__and__, (_holds(test, resource) for test in tests), Truth.YES)


def values_at(resource: Resource, path: str) -> tuple[Value, ...]:
    """Every value at a dotted path, entering each element of nested blocks; absent: empty."""
    found: tuple[Value, ...] = (resource.attributes,)
    for key in path.split("."):
        found = tuple(item for value in found for item in _step(value, key))
    return tuple(value for value in found if value is not None)


def first_at(resource: Resource, *paths: str) -> Value:
    """The first value that is there, else `None`."""
    return next((value for path in paths for value in values_at(resource, path)), None)


def span_at(resource: Resource | None, rule: Mapping[str, Any]) -> timedelta | None:
    """A duration by a table rule: `{ attr, unit, default }`, `{ fixed = "35d" }` or both.

    A negative number is "without end" in every provider that uses one. Unknown is `None`.
    """
    if "attr" in rule and resource is not None:
        value = first_at(resource, rule["attr"])
        value = rule.get("default") if value is None else value
        number = _number(value)
        if number is not None:
            return FOREVER if number < 0 else _scaled(number, UNITS[rule.get("unit", "days")])
        if value is not None:
            return None
    return span(rule["fixed"]) if "fixed" in rule else None


def span(text: str) -> timedelta:
    """A duration of the tables: `5m`, `24h`, `35d`, `forever`."""
    if text == "forever":
        return FOREVER
    return int(text[:-1]) * UNITS[_SUFFIXES[text[-1]]]


def _scaled(number: Decimal, unit: timedelta) -> timedelta:
    return min(FOREVER, unit * float(min(number, Decimal(10) ** 9)))


def _step(value: Value, key: str) -> Iterator[Value]:
    match value:
        case Unknown():
            yield value
        case OneOf(options, why):
            found = [tuple(_step(option, key)) for option in options]
            if all(found):
                yield from (value for each in found for value in each)
            else:  # what may not be there is one of what it holds and nothing
                yield from (OneOf((value, None), why) for each in found for value in each)
        case tuple():
            for item in value:
                yield from _step(item, key)
        case Mapping() if key in value:
            yield value[key]


def _holds(test: Condition, resource: Resource) -> Truth:
    values = values_at(resource, test.attr) or ((test.default,) if test.default is not None else ())
    positive = _NEGATED.get(test.op)
    if positive:
        return ~_any(positive, values, test.value)
    return _any(test.op, values, test.value)


def _any(op: str, values: tuple[Value, ...], wanted: Any) -> Truth:
    judge = _TESTS[op]
    return reduce(Truth.__or__, (_judged(judge, value, wanted) for value in values), Truth.NO)


def _judged(judge: Callable[[Any, Any], bool], value: Value, wanted: Any) -> Truth:
    if isinstance(value, OneOf):
        truths = {_judged(judge, option, wanted) for option in value.options}
        return truths.pop() if len(truths) == 1 else Truth.MAYBE
    if judge is _is_set:
        return _set(value)
    if isinstance(value, Unknown | Text | Json):
        return Truth.MAYBE
    return Truth.of(judge(value, wanted))


def _set(value: Value) -> Truth:
    """A reference to something that will exist is set, a variable without a value may be null."""
    if isinstance(value, Unknown):
        return Truth.YES if value.symbol and value.why is not Why.VARIABLE else Truth.MAYBE
    return Truth.of(value not in (None, "", ()) and value != {})


def _is_set(_value: Any, _wanted: Any) -> bool:
    return True


def _equal(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, bool):
        return _truth(value) is wanted
    if isinstance(wanted, int | float):
        return _number(value) == Decimal(str(wanted))
    return bool(value == wanted)


def _truth(value: Any) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value)
    return value if isinstance(value, bool) else None


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _greater(value: Any, wanted: Any) -> bool:
    number = _number(value)
    return number is not None and number > Decimal(str(wanted))


def _at_least(value: Any, wanted: Any) -> bool:
    number = _number(value)
    return number is not None and number >= Decimal(str(wanted))


_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "set": _is_set,
    "eq": _equal,
    "gt": _greater,
    "gte": _at_least,
    "in": lambda value, wanted: any(_equal(value, item) for item in wanted),
    "true": lambda value, _: _truth(value) is True,
}
_NEGATED = {"unset": "set", "ne": "eq", "notin": "in", "false": "true"}
OPERATORS = (*_TESTS, *_NEGATED)
