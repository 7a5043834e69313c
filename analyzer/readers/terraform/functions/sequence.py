"""Functions that make lists and maps out of others."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from analyzer.readers.terraform import operators
from analyzer.readers.terraform.data import Data, ListValue, MapValue, Sensitive, SetValue
from analyzer.readers.terraform.functions.collection import sequence
from analyzer.readers.terraform.functions.derived import is_collection
from analyzer.readers.terraform.functions.registry import (
    FunctionError,
    Marks,
    Parameter,
    anything,
    function,
)
from analyzer.readers.terraform.types import (
    ANY,
    NUMBER,
    STRING,
    ListType,
    MapType,
    convert,
    type_of,
    unify,
)
from analyzer.readers.terraform.types.numbers import Number, whole
from analyzer.readers.terraform.types.partial import (
    MAX_OPTIONS,
    blame,
    identity,
    known,
    mark,
    one_of,
    rebuild,
    with_and_without,
)
from analyzer.readers.terraform.types.sets import definite
from graph.values import OneOf, Text, Unknown, Why

_LIST = anything("list", ListType(ANY))
_MAX_RANGE = 1024


@function("concat", rest=anything("seqs"), marks=Marks.INNER)
def concat(*sequences: Data) -> Data:
    if not sequences:
        raise FunctionError("at least one argument is required")
    unknown = [items for items in sequences if isinstance(items, Unknown)]
    lists = [
        sequence(items, "all arguments must be lists or tuples", sets=False)
        for items in sequences
        if not isinstance(items, Unknown)
    ]
    if unknown:
        return blame(*unknown, *lists)
    joined = [item for items in lists for item in items]
    if not all(isinstance(items, ListValue) for items in lists):
        return tuple(joined)
    common = unify(type_of(items) for items in lists)
    if common is None:
        return tuple(joined)
    return convert(ListValue(joined), common)


@function("merge", rest=anything("maps", nullable=True), marks=Marks.INNER)
def merge(*maps: Data) -> Data:
    merged: dict[str, Data] = {}
    for mapping in maps:
        if isinstance(mapping, Unknown):
            return blame(*maps)
        if not isinstance(mapping, dict | None):
            raise FunctionError("arguments must be maps or objects")
        merged.update(mapping or {})
    given = [mapping for mapping in maps if mapping is not None]
    if given and all(isinstance(mapping, MapValue) for mapping in given):
        kinds = {type_of(mapping) for mapping in given if mapping}
        if len(kinds) <= 1:
            return MapValue(merged)
    return merged


@function("flatten", anything("list"), marks=Marks.INNER)
def flatten(items: Data) -> Data:
    if isinstance(items, Unknown):
        return blame(items)
    members, secret = _opened(sequence(items, "can only flatten lists, sets and tuples"))
    result = _flattened(members)
    return mark(result) if secret else result


def _opened(items: tuple[Data, ...]) -> tuple[tuple[Data, ...], bool]:
    """The same without marks on lists inside: what is in them becomes part of the result."""
    found: list[Data] = []
    secret = False
    for item in items:
        inner = item.value if isinstance(item, Sensitive) else item
        if not isinstance(inner, tuple):
            found.append(item)
            continue
        opened, marked = _opened(inner)
        found.append(opened)
        secret = secret or marked or inner is not item
    return rebuild(items, found), secret


def _flattened(members: tuple[Data, ...]) -> Data:
    found = _flat(members)
    choices = [item for item in members if isinstance(item, OneOf)]
    if found is None:
        return blame(*choices, members)
    return one_of(map(_settled_list, found), blame(*choices, members))


def _settled_list(flat: list[Data]) -> Data:
    if all(map(_settled, flat)):
        return tuple(flat)
    return blame(*(item for item in flat if not _settled(item)), *flat)


def _flat(items: tuple[Data, ...]) -> list[list[Data]] | None:
    """The flat list, or each that it may be where lists are one of several; `None` for too many."""
    if not definite(items):
        return [[blame(items)]]
    found: list[list[Data]] = [[]]
    for item in items:
        ways = _ways(item)
        if ways is None or len(found) * len(ways) > MAX_OPTIONS:
            return None
        if len(ways) == 1:
            for flat in found:
                flat.extend(ways[0])
        else:
            found = [[*flat, *way] for flat in found for way in ways]
    return found


def _ways(item: Data) -> list[list[Data]] | None:
    if isinstance(item, tuple):
        return _flat(item)
    if not isinstance(item, OneOf) or not any(isinstance(o, tuple) for o in item.options):
        return [[item]]
    found: list[list[Data]] = []
    for option in cast("tuple[Data, ...]", item.options):
        ways = _ways(option)
        if ways is None:
            return None
        found.extend(ways)
    return found


def _settled(item: Data) -> bool:
    """Whether an element is known to be one element; an attribute of a resource is taken as one,
    since lists are the exception there, as they are not with variables and outputs.
    """
    if not isinstance(item, Unknown):
        return True
    attribute = item.symbol is not None and item.why is Why.COMPUTED
    return attribute and not is_collection(item.symbol or "")


@function("compact", anything("list", ListType(STRING)))
def compact(items: Data) -> Data:
    if not isinstance(items, tuple):
        return blame(items)
    kept = ListValue(item for item in items if item is not None and item != "")
    doubts = {at: blame(item) for at, item in enumerate(kept) if _maybe_dropped(item)}
    return with_and_without(kept, doubts)


def _maybe_dropped(item: Data) -> bool:
    if isinstance(item, Text):
        return not any(isinstance(part, str) for part in item.parts)
    return not known(item)


@function("distinct", _LIST)
def distinct(items: Data) -> Data:
    if not isinstance(items, tuple):
        return blame(items)
    seen: dict[object, Data] = {}
    for item in items:
        seen.setdefault(identity(item), item)
    first = ListValue(seen.values())
    doubts = {
        at: blame(item)
        for at, item in enumerate(first)
        if any(isinstance(operators.equal(item, other), Unknown) for other in first[:at])
    }
    return with_and_without(first, doubts)


@function("reverse", anything("list"), marks=Marks.INNER)
def reverse(items: Data) -> Data:
    if isinstance(items, Unknown):
        return blame(items)
    members = sequence(items, "can only reverse list or tuple values")
    if not definite(members):
        return blame(members)
    backwards = members[::-1]
    return ListValue(backwards) if isinstance(members, SetValue | ListValue) else tuple(backwards)


@function("sort", Parameter("list", ListType(STRING)))
def sort(items: tuple[str, ...]) -> Data:
    if None in items:
        raise FunctionError("given list element is null; a null string cannot be sorted")
    return ListValue(sorted(items))


@function(
    "slice",
    anything("list"),
    Parameter("start_index", NUMBER),
    Parameter("end_index", NUMBER),
    marks=Marks.INNER,
)
def slice_of(items: Data, start: Number, end: Number) -> Data:
    first, last = whole(start, "start index"), whole(end, "end index")
    if isinstance(items, Unknown):
        return blame(items)
    members = sequence(items, "must be a list or tuple value", sets=False)
    if not 0 <= first <= last <= len(members):
        raise FunctionError("the indices must lie within the list, the start not after the end")
    return rebuild(members, members[first:last])


@function("chunklist", _LIST, Parameter("size", NUMBER), marks=Marks.INNER)
def chunklist(items: Data, size: Number) -> Data:
    width = whole(size, "size")
    if not isinstance(items, tuple):
        return blame(items)
    if width < 0:
        raise FunctionError("the size argument must be positive")
    width = width or max(len(items), 1)
    return ListValue(
        ListValue(items[start : start + width]) for start in range(0, len(items), width)
    )


@function("range", rest=Parameter("params", NUMBER))
def range_of(*bounds: Number) -> Data:
    start: Number
    step: Number
    match bounds:
        case (end,):
            start, step = 0, -1 if end < 0 else 1
        case (start, end):
            step = -1 if end < start else 1
        case (start, end, step):
            pass
        case _:
            raise FunctionError("must have one, two, or three arguments")
    if step == 0:
        raise FunctionError("step must not be zero")
    if (step > 0 and end < start) or (step < 0 and end > start):
        raise FunctionError("the step must lead from the start to the end")
    if isinstance(start, int) and isinstance(end, int) and isinstance(step, int):
        whole_numbers = range(start, end, step)
        if whole_numbers[_MAX_RANGE:]:
            raise FunctionError(f"more than {_MAX_RANGE} values were generated")
        return ListValue(whole_numbers)
    numbers: list[Data] = []
    current: Data = start
    while isinstance(current, int | Decimal) and (current < end if step > 0 else current > end):
        if len(numbers) >= _MAX_RANGE:
            raise FunctionError(f"more than {_MAX_RANGE} values were generated")
        numbers.append(current)
        current = operators.binary("+", current, step)
    return ListValue(numbers)


@function("sum", Parameter("list"))
def sum_of(items: Data) -> Data:
    members = sequence(items, "argument must be list, set, or tuple of numbers")
    if not members:
        raise FunctionError("cannot sum an empty list")
    if None in members:
        raise FunctionError("argument must be list, set, or tuple of number values")
    result: Data = convert(members[0], NUMBER)
    for member in members[1:]:
        result = operators.binary("+", result, convert(member, NUMBER))
    return result


@function("zipmap", Parameter("keys", ListType(STRING)), anything("values"), marks=Marks.INNER)
def zipmap(names: tuple[str, ...], items: Data) -> Data:
    if isinstance(items, Unknown):
        return blame(items)
    members = sequence(items, "values argument must be a list or tuple value", sets=False)
    if len(names) != len(members):
        raise FunctionError(
            f"number of keys ({len(names)}) does not match number of values ({len(members)})"
        )
    if None in names:
        raise FunctionError("keys must not be null")
    pairs = zip(names, members, strict=True)
    return MapValue(pairs) if isinstance(members, ListValue) else dict(pairs)


@function(
    "matchkeys",
    _LIST,
    Parameter("keys", ListType(ANY)),
    Parameter("searchset", ListType(ANY)),
)
def matchkeys(items: Data, names: tuple[Data, ...], wanted: tuple[Data, ...]) -> Data:
    if not isinstance(items, tuple):
        return blame(items)
    if len(items) != len(names):
        raise FunctionError("length of keys and values should be equal")
    common = unify((type_of(names), type_of(wanted)))
    if common is None:
        raise FunctionError("keys and searchset must be of the same type")
    chosen = {identity(item) for item in _members(convert(wanted, common))}
    pairs = zip(items, _members(convert(names, common)), strict=True)
    return ListValue(item for item, name in pairs if identity(name) in chosen)


def _members(data: Data) -> tuple[Data, ...]:
    assert isinstance(data, tuple)
    return data


@function("transpose", Parameter("values", MapType(ListType(STRING))))
def transpose(mapping: dict[str, tuple[str, ...]]) -> Data:
    turned: dict[str, list[Data]] = {}
    for key in sorted(mapping):
        for item in mapping[key] or ():
            if item is None:
                raise FunctionError("input must not contain null values")
            turned.setdefault(item, []).append(key)
    return MapValue({key: ListValue(turned[key]) for key in sorted(turned)})
