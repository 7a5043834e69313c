"""Functions on sets."""

from __future__ import annotations

import itertools
import math
from functools import reduce

from analyzer.readers.terraform.data import Data, ListValue, SetValue
from analyzer.readers.terraform.functions.registry import (
    MAX_ELEMENTS,
    FunctionError,
    Marks,
    Parameter,
    anything,
    function,
)
from analyzer.readers.terraform.types import ANY, SetType, convert, type_of, unify
from analyzer.readers.terraform.types.errors import ConversionError, LimitError
from analyzer.readers.terraform.types.partial import blame, identity
from analyzer.readers.terraform.types.sets import definite, make
from graph.values import Unknown

_SET = SetType(ANY)


def _unified(sets: tuple[SetValue, ...]) -> list[SetValue]:
    common = unify(type_of(members) for members in sets)
    if common is None:
        raise FunctionError("all the sets must have the same element type")
    return [members for given in sets if isinstance(members := convert(given, common), SetValue)]


@function("setunion", anything("first_set", _SET), rest=anything("other_sets", _SET))
def setunion(*sets: Data) -> Data:
    members = tuple(given for given in sets if isinstance(given, SetValue))
    if len(members) != len(sets):
        return blame(*sets)
    return make(itertools.chain.from_iterable(_unified(members)))


@function("setintersection", Parameter("first_set", _SET), rest=Parameter("other_sets", _SET))
def setintersection(*sets: SetValue) -> Data:
    keyed = [{identity(item): item for item in members} for members in _unified(sets)]
    shared = reduce(lambda left, right: {k: v for k, v in left.items() if k in right}, keyed)
    return make(shared.values())


@function("setsubtract", Parameter("a", _SET), Parameter("b", _SET))
def setsubtract(left: SetValue, right: SetValue) -> Data:
    kept, removed = _unified((left, right))
    gone = {identity(item) for item in removed}
    return make(item for item in kept if identity(item) not in gone)


@function("setproduct", rest=anything("sets"), marks=Marks.INNER)
def setproduct(*sets: Data) -> Data:
    if len(sets) < 2:  # Terraform's own least number
        raise FunctionError("at least two arguments are required")
    columns: list[tuple[Data, ...]] = []
    for given in sets:
        if isinstance(given, Unknown) or (isinstance(given, tuple) and not definite(given)):
            return blame(*sets)
        columns.append(_column(given))
    if math.prod(map(len, columns)) > MAX_ELEMENTS:
        raise LimitError(f"more than {MAX_ELEMENTS} elements")
    rows = itertools.product(*columns)
    return make(rows) if any(isinstance(given, SetValue) for given in sets) else ListValue(rows)


def _column(given: Data) -> tuple[Data, ...]:
    if not isinstance(given, tuple):
        raise FunctionError("a set or a list is required")
    if isinstance(given, ListValue | SetValue):
        return given
    kind = unify(type_of(item) for item in given)
    if kind is None:
        raise FunctionError("all elements must be of the same type")
    try:
        return tuple(convert(item, kind) for item in given)
    except ConversionError as error:
        raise FunctionError(str(error)) from None
