"""The type several values have in common: conditionals, `tolist`, elements of collections."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import cast

from analyzer.readers.terraform.data import (
    Data,
    ListValue,
    MapValue,
    OpenObject,
    Sensitive,
    SetValue,
)
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
)
from graph.values import Json, OneOf, Text


def type_of(data: Data) -> Type:
    """Return the type of a value; `ANY` for null and for what is not known."""
    match data:
        case bool():
            return BOOL
        case int() | Decimal():
            return NUMBER
        case str() | Text() | Json():
            return STRING
        case Sensitive(value=value):
            return type_of(value)
        case tuple():
            return _sequence_type(data)
        case OpenObject():
            return ANY  # code does not say what else it has
        case MapValue():
            return MapType(_common(data.values()))
        case dict():
            return ObjectType(tuple(sorted((key, type_of(item)) for key, item in data.items())))
        case OneOf(options=options):
            return _common(cast("tuple[Data, ...]", options))
    return ANY


def _sequence_type(data: tuple[Data, ...]) -> Type:
    if isinstance(data, ListValue):
        return ListType(_common(data))
    if isinstance(data, SetValue):
        return SetType(_common(data))
    return TupleType(tuple(type_of(item) for item in data))


def _common(items: Iterable[Data]) -> Type:
    return unify(type_of(item) for item in items) or ANY


def unify(types: Iterable[Type]) -> Type | None:
    """Find the type all of `types` convert to, or None; what is not known adapts to the others."""
    wanted = tuple(dict.fromkeys(kind for kind in types if kind != ANY))
    if not wanted:
        return ANY
    if len(wanted) == 1:
        return wanted[0]
    kinds = {type(kind) for kind in wanted}
    if kinds == {Primitive}:
        return STRING if STRING in wanted else None
    if kinds == {ObjectType}:
        return _unify_objects([kind for kind in wanted if isinstance(kind, ObjectType)])
    if kinds == {TupleType}:
        return _unify_tuples([kind for kind in wanted if isinstance(kind, TupleType)])
    if kinds <= {MapType, ObjectType}:
        element = _elements(wanted)
        return MapType(element) if element else None
    return _unify_sequences(wanted, kinds)


def _unify_sequences(wanted: tuple[Type, ...], kinds: set[type[Type]]) -> Type | None:
    if kinds <= {ListType, TupleType} or kinds == {SetType}:
        element = _elements(wanted)
        if element is None:
            return None
        return SetType(element) if kinds == {SetType} else ListType(element)
    if kinds <= {ListType, TupleType, SetType}:
        preferred = ListType if ListType in kinds else SetType
        element = _elements(kind for kind in wanted if isinstance(kind, preferred))
        return preferred(element) if element else None
    return None


def _elements(types: Iterable[Type]) -> Type | None:
    inner: list[Type] = []
    for kind in types:
        match kind:
            case ListType(element=element) | SetType(element=element) | MapType(element=element):
                inner.append(element)
            case TupleType(elements=elements):
                inner.extend(elements)
            case ObjectType(attributes=attributes):
                inner.extend(kind for _, kind in attributes)
    return unify(inner)


def _unify_objects(objects: list[ObjectType]) -> Type | None:
    names = {tuple(name for name, _ in kind.attributes) for kind in objects}
    if len(names) > 1:
        element = _elements(objects)
        return MapType(element) if element else None
    merged: list[tuple[str, Type]] = []
    for index, name in enumerate(names.pop()):
        inner = unify(kind.attributes[index][1] for kind in objects)
        if inner is None:
            return None
        merged.append((name, inner))
    return ObjectType(tuple(merged))


def _unify_tuples(tuples: list[TupleType]) -> Type | None:
    if len({len(kind.elements) for kind in tuples}) > 1:
        element = _elements(tuples)
        return ListType(element) if element else None
    merged: list[Type] = []
    for column in zip(*(kind.elements for kind in tuples), strict=True):
        inner = unify(column)
        if inner is None:
            return None
        merged.append(inner)
    return TupleType(tuple(merged))
