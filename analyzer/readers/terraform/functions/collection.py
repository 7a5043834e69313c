"""Functions that look into collections: length, keys, elements, membership, first of several."""

from __future__ import annotations

from analyzer.readers.terraform.data import Data, ListValue, MapValue, SetValue
from analyzer.readers.terraform.functions.graphemes import count
from analyzer.readers.terraform.functions.registry import (
    FunctionError,
    Marks,
    Parameter,
    anything,
    function,
)
from analyzer.readers.terraform.operators import equal
from analyzer.readers.terraform.types import (
    BOOL,
    NUMBER,
    STRING,
    ListType,
    MapType,
    convert,
    friendly,
    type_of,
    unify,
)
from analyzer.readers.terraform.types.errors import ConversionError
from analyzer.readers.terraform.types.numbers import Number, whole
from analyzer.readers.terraform.types.partial import blame, one_of
from analyzer.readers.terraform.types.sets import definite
from graph.values import Json, Text, Unknown

_LIST = anything("list")


def sequence(data: Data, message: str, *, sets: bool = True) -> tuple[Data, ...]:
    """Require a list or tuple, or where allowed a set; raises FunctionError."""
    if not isinstance(data, tuple) or (isinstance(data, SetValue) and not sets):
        raise FunctionError(message)
    return data


@function("length", anything("value"), marks=Marks.INNER)
def length(value: Data) -> Data:
    match value:
        case Unknown() | Text() | Json():
            return blame(value)
        case str():
            return count(value)
        case dict():
            return len(value)
        case tuple():
            return len(value) if definite(value) else blame(value)
    raise FunctionError("argument must be a string, a collection type, or a structural type")


@function("keys", anything("inputMap"), marks=Marks.INNER)
def keys(mapping: Data) -> Data:
    match mapping:
        case Unknown():
            return blame(mapping)
        case MapValue():
            return ListValue(sorted(mapping))
        case dict():
            return tuple(sorted(mapping))
    raise FunctionError("must have map or object type")


@function("values", anything("mapping"), marks=Marks.INNER)
def values(mapping: Data) -> Data:
    match mapping:
        case Unknown():
            return blame(mapping)
        case MapValue():
            return ListValue(mapping[key] for key in sorted(mapping))
        case dict():
            return tuple(mapping[key] for key in sorted(mapping))
    raise FunctionError("values() requires a map as the first argument")


@function(
    "lookup",
    anything("inputMap"),
    anything("key", STRING),
    rest=anything("default", nullable=True),
    marks=Marks.INNER,
)
def lookup(mapping: Data, key: Data, *default: Data) -> Data:
    if len(default) > 1:
        raise FunctionError("takes two or three arguments")
    if isinstance(mapping, Unknown):
        return blame(mapping, key)
    if not isinstance(mapping, dict):
        raise FunctionError("requires a map as the first argument")
    fallback = default[0] if default else None
    if default and isinstance(mapping, MapValue):
        fallback = _map_default(mapping, fallback)
    if not isinstance(key, str):
        return blame(key, mapping, fallback)
    if key in mapping:
        return mapping[key]
    if not default:
        raise FunctionError(f'failed to find key "{key}"')
    return fallback


def _map_default(mapping: MapValue, default: Data) -> Data:
    kind = type_of(mapping)
    assert isinstance(kind, MapType)
    try:
        return convert(default, kind.element)
    except ConversionError:
        raise FunctionError(
            "the default value must have the same type as the map elements"
        ) from None


@function("element", anything("list"), Parameter("index", NUMBER), marks=Marks.INNER)
def element(items: Data, position: Number) -> Data:
    index = whole(position, "index")
    if isinstance(items, Unknown):
        return blame(items)
    if not isinstance(items, tuple) or isinstance(items, SetValue):
        raise FunctionError(f"cannot read elements from {friendly(type_of(items))}")
    if not items:
        raise FunctionError("cannot use element function with an empty list")
    return items[index % len(items)]


@function("index", _LIST, anything("value"))
def index_of(items: Data, value: Data) -> Data:
    if isinstance(items, Unknown):
        return blame(items, value)
    if not isinstance(items, tuple) or isinstance(items, SetValue):
        raise FunctionError("argument must be a list or tuple")
    if not items:
        raise FunctionError("cannot search an empty list")
    for position, item in enumerate(items):
        same = equal(item, value)
        if same is True:
            return position
        if isinstance(same, Unknown):
            return same
    raise FunctionError("item not found")


@function("contains", _LIST, anything("value", nullable=True))
def contains(items: Data, value: Data) -> Data:
    if isinstance(items, Unknown):
        return blame(items, value)
    found = [equal(item, value) for item in sequence(items, "argument must be list, tuple, or set")]
    if True in found:
        return True
    unclear = [same for same in found if isinstance(same, Unknown)]
    return blame(*unclear) if unclear else False


@function("one", _LIST, marks=Marks.INNER)
def one(items: Data) -> Data:
    if isinstance(items, Unknown):
        return blame(items)
    members = sequence(
        items,
        "must be a list, set, or tuple value with either zero or one elements",
    )
    if not definite(members):
        return blame(members)
    if len(members) > 1:
        raise FunctionError("must be a list, set, or tuple value with either zero or one elements")
    return members[0] if members else None


@function("coalesce", rest=anything("vals", nullable=True))
def coalesce(*candidates: Data) -> Data:
    if not candidates:
        raise FunctionError("at least one argument is required")
    common = unify(type_of(value) for value in candidates)
    if common is None:
        raise FunctionError("all arguments must have the same type")
    possible: list[Data] = []
    for candidate in candidates:
        value = convert(candidate, common)
        if value is None or value == "":
            continue
        possible.append(value)
        if not _maybe_empty(value):
            break
    else:
        if not possible:
            raise FunctionError("no non-null, non-empty-string arguments")
    return possible[0] if len(possible) == 1 else one_of(possible, blame(*possible[:-1]))


def _maybe_empty(value: Data) -> bool:
    """Whether an unknown value may turn out null or empty."""
    if isinstance(value, Text):
        return not any(isinstance(part, str) for part in value.parts)
    return isinstance(value, Unknown)


@function("coalescelist", rest=anything("vals", nullable=True), marks=Marks.INNER)
def coalescelist(*candidates: Data) -> Data:
    if not candidates:
        raise FunctionError("at least one argument is required")
    for candidate in candidates:
        if isinstance(candidate, Unknown):
            return blame(*candidates)
        if candidate is None:
            continue
        if sequence(candidate, "arguments must be lists or tuples", sets=False):
            return candidate
    raise FunctionError("no non-null arguments")


@function("alltrue", anything("list", ListType(BOOL)))
def alltrue(items: Data) -> Data:
    if not isinstance(items, tuple):
        return blame(items)
    if any(item is False or item is None for item in items):
        return False
    return True if all(item is True for item in items) else blame(items)


@function("anytrue", anything("list", ListType(BOOL)))
def anytrue(items: Data) -> Data:
    if not isinstance(items, tuple):
        return blame(items)
    if any(item is True for item in items):
        return True
    return False if all(item is False or item is None for item in items) else blame(items)
