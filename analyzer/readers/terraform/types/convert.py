"""Conversion of values to types, as Terraform converts arguments, operands and variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from typing import TypeVar, cast

from analyzer.readers.terraform.data import (
    Data,
    ListValue,
    MapValue,
    OpenObject,
    Sensitive,
    SetValue,
)
from analyzer.readers.terraform.types import numbers, sets
from analyzer.readers.terraform.types.constraints import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    ListType,
    MapType,
    ObjectType,
    Primitive,
    SetType,
    TupleType,
    Type,
    friendly,
)
from analyzer.readers.terraform.types.errors import ConversionError
from analyzer.readers.terraform.types.partial import blame, mark, of_alternatives
from analyzer.readers.terraform.types.unify import type_of, unify
from graph.values import Json, OneOf, Text, Unknown

_Item = TypeVar("_Item")


def convert(data: Data, kind: Type) -> Data:
    """Turn `data` into `kind`, with the defaults of optional attributes at every depth.

    Null stays null, and what is not known stays unknown. Raises ConversionError where Terraform
    would refuse the value.
    """
    match data:
        case None | Unknown():
            return data
        case Sensitive(value=value):
            return mark(convert(value, kind))
        case OneOf(options=options, why=why):
            return _convert_options(options, why, kind)
    match kind:
        case Primitive():
            return data if kind == ANY else _primitive(data, kind)
        case ListType(element=element):
            return _list(data, element)
        case SetType(element=element):
            return _set(data, element)
        case MapType(element=element):
            return _map(data, element)
        case TupleType(elements=elements):
            return _tuple(data, elements)
        case ObjectType():
            return _object(data, kind)


def _convert_options(options: tuple[object, ...], why: Unknown, kind: Type) -> Data:
    """Convert each; an option that does not fit would be an error, not a value; one must fit."""
    chosen = cast("tuple[Data, ...]", options)
    return of_alternatives((partial(convert, option, kind) for option in chosen), why)


def _primitive(data: Data, kind: Primitive) -> Data:
    if kind == STRING:
        return to_string(data)
    if kind == NUMBER:
        return _number(data)
    return _bool(data)


def to_string(data: Data) -> Data:
    """Turn a primitive value into a string."""
    match data:
        case str() | Text() | Json() | None | Unknown():
            return data
        case bool():
            return "true" if data else "false"
        case int() | Decimal():
            return numbers.spell(data)
    raise _mismatch(data, STRING)


def _number(data: Data) -> Data:
    match data:
        case bool():
            raise _mismatch(data, NUMBER)
        case int() | Decimal():
            return data
        case str():
            number = numbers.parse(data)
            if number is None:
                raise ConversionError("a number is required")
            return number
        case Text():
            return blame(data)
    raise _mismatch(data, NUMBER)


def _bool(data: Data) -> Data:
    match data:
        case bool():
            return data
        case "true" | "1":
            return True
        case "false" | "0":
            return False
        case Text():
            return blame(data)
    raise _mismatch(data, BOOL)


def _mismatch(data: Data, kind: Type) -> ConversionError:
    return ConversionError(f"{friendly(kind)} required, but have {friendly(type_of(data))}")


def _each(items: Iterable[tuple[str, _Item]], change: Callable[[_Item], Data]) -> list[Data]:
    result: list[Data] = []
    for step, item in items:
        try:
            result.append(change(item))
        except ConversionError as error:
            raise error.below(step) from None
    return result


def _sequence(data: Data, kind: Type) -> tuple[Data, ...]:
    if not isinstance(data, tuple):
        raise _mismatch(data, kind)
    return data


def _elements(items: tuple[Data, ...], element: Type, what: str) -> list[Data]:
    converted = _each(
        ((f"[{index}]", item) for index, item in enumerate(items)),
        lambda item: convert(item, element),
    )
    return _alike(converted, element, what)


def _alike(items: list[Data], element: Type, what: str) -> list[Data]:
    """Where the type leaves parts open, the elements must agree on them."""
    if not _open(element):
        return items
    common = unify(type_of(item) for item in items)
    if common is None:
        raise ConversionError(f"all {what} elements must have the same type")
    return [convert(item, common) for item in items]


def _open(kind: Type) -> bool:
    match kind:
        case Primitive():
            return kind == ANY
        case ListType(element=inner) | SetType(element=inner) | MapType(element=inner):
            return _open(inner)
        case TupleType(elements=elements):
            return any(_open(inner) for inner in elements)
        case ObjectType(attributes=attributes):
            return any(_open(inner) for _, inner in attributes)


def _list(data: Data, element: Type) -> Data:
    items = _sequence(data, ListType(element))
    if not sets.definite(items):
        return blame(data)
    return ListValue(_elements(items, element, "list"))


def _set(data: Data, element: Type) -> Data:
    return sets.make(_elements(_sequence(data, SetType(element)), element, "set"))


def _map(data: Data, element: Type) -> Data:
    if not isinstance(data, dict):
        raise _mismatch(data, MapType(element))
    converted = _each(
        ((f'["{key}"]', item) for key, item in data.items()), lambda item: convert(item, element)
    )
    return MapValue(zip(data, _alike(converted, element, "map"), strict=True))


def _tuple(data: Data, elements: tuple[Type, ...]) -> Data:
    items = _sequence(data, TupleType(elements))
    if isinstance(data, ListValue | SetValue):
        raise _mismatch(data, TupleType(elements))
    if len(items) != len(elements):
        raise ConversionError(f"tuple of {len(elements)} elements required")
    pairs = zip(items, elements, strict=True)
    return tuple(
        _each(
            ((f"[{index}]", pair) for index, pair in enumerate(pairs)),
            lambda pair: convert(pair[0], pair[1]),
        )
    )


def _object(data: Data, kind: ObjectType) -> Data:
    if not isinstance(data, dict):
        raise _mismatch(data, kind)
    missing = [
        name for name, _ in kind.attributes if name not in data and name not in kind.optional
    ]
    if missing and not isinstance(data, OpenObject):
        names = ", ".join(f'"{name}"' for name in missing)
        verb = "attribute" if len(missing) == 1 else "attributes"
        are = "is" if len(missing) == 1 else "are"
        raise ConversionError(f"{verb} {names} {are} required")
    given = ((f".{name}", (name, inner)) for name, inner in kind.attributes)
    values = _each(given, lambda pair: _attribute(data, pair[0], pair[1], kind))
    return dict(zip((name for name, _ in kind.attributes), values, strict=True))


def _attribute(data: dict[str, Data], name: str, inner: Type, kind: ObjectType) -> Data:
    value = data.member(name) if isinstance(data, OpenObject) else data.get(name)
    if value is None and name in kind.defaults:
        value = kind.defaults[name]
    return convert(value, inner)
