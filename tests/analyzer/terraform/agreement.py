"""Whether a value of ours and Terraform's are the same, may be the same, or cannot be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import IntEnum
from typing import Any

from analyzer.readers.terraform.data import Data, Sensitive, SetValue
from analyzer.readers.terraform.types import (
    ANY,
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
    type_of,
)
from analyzer.readers.terraform.types.partial import known
from graph.values import Json, OneOf, Text, Unknown
from tests.analyzer.terraform.oracle import Judgement, Refused


class Agreement(IntEnum):
    """From the best to the worst."""

    SAME = 0  # equal, or unknown to both, or an error to both
    COARSER = 1  # Terraform knows what we do not; it is not excluded by what we know
    FINER = 2  # we know what Terraform does not
    TYPED = 3  # equal, but of another type
    WRONG = 4  # we know something else


def agreement(found: Data, real: Judgement) -> Agreement:
    """How a value of ours stands to what Terraform says."""
    if isinstance(real, Refused):
        return Agreement.WRONG if known(found) else Agreement.SAME
    worst = compare(found, real.value, real.unknown)
    if worst is Agreement.SAME and real.type is not None and not fits(type_of(found), real.type):
        return Agreement.TYPED
    return worst


def compare(found: Data, value: Any, unknown: Any = False) -> Agreement:
    """The worst agreement of all parts; `unknown` is the tree of what Terraform does not know."""
    if isinstance(found, Sensitive):
        return compare(found.value, value, unknown)
    if unknown is True:
        return Agreement.FINER if known(found) else Agreement.SAME
    match found:
        case Unknown():
            return Agreement.COARSER
        case OneOf(options=options):
            best = min(compare(option, value, unknown) for option in options)  # type: ignore[arg-type]
            return Agreement.WRONG if best is Agreement.WRONG else Agreement.COARSER
        case Text() | Json():
            return Agreement.COARSER if _may_be(found, value) else Agreement.WRONG
        case SetValue() if not known(found):
            return _compare_sets(found, value, unknown)
        case tuple():
            return _compare_lists(found, value, unknown)
        case dict():
            return _compare_objects(found, value, unknown)
    return Agreement.SAME if _same(found, value) else Agreement.WRONG


def _same(found: Data, value: Any) -> bool:
    if isinstance(found, bool) or isinstance(value, bool) or found is None or value is None:
        return found is value
    if isinstance(found, str) or isinstance(value, str):
        return found == value
    return isinstance(value, int | Decimal) and Decimal(str(found)) == Decimal(value)


def _compare_lists(found: Sequence[Data], value: Any, unknown: Any) -> Agreement:
    if not isinstance(value, list) or len(value) != len(found):
        return Agreement.WRONG
    marks = unknown if isinstance(unknown, list) else [False] * len(value)
    return _worst(map(compare, found, value, marks))


def _compare_objects(found: dict[str, Data], value: Any, unknown: Any) -> Agreement:
    marks = unknown if isinstance(unknown, dict) else {}
    names = {*(value if isinstance(value, dict) else ()), *marks}
    if not isinstance(value, dict) or names != found.keys():
        return Agreement.WRONG
    return _worst(
        compare(item, value.get(name), marks.get(name, False)) for name, item in found.items()
    )


def _compare_sets(found: SetValue, value: Any, unknown: Any) -> Agreement:
    """Members that are not known may equal others, and stand anywhere."""
    if not isinstance(value, list):
        return Agreement.WRONG
    marks = unknown if isinstance(unknown, list) else [False] * len(value)
    certain = [member for member in found if known(member)]
    real = [member for member, mark in zip(value, marks, strict=True) if not mark]
    if len(real) > len(found):
        return Agreement.WRONG
    for member in certain:
        if all(compare(member, other) is Agreement.WRONG for other in real):
            return Agreement.WRONG
    alike = len(certain) == len(real) and len(value) == len(found)
    return Agreement.SAME if alike else Agreement.COARSER


def _worst(found: Iterable[Agreement]) -> Agreement:
    return max(found, default=Agreement.SAME)


def _may_be(found: Text | Json, value: Any) -> bool:
    """Whether a string with holes can be this string."""
    if not isinstance(value, str):
        return False
    if isinstance(found, Json):
        try:
            decoded = json.loads(value, parse_float=Decimal)
        except ValueError:
            return False
        return compare(found.document, decoded) is not Agreement.WRONG  # type: ignore[arg-type]
    pieces = (re.escape(part) if isinstance(part, str) else ".*" for part in found.parts)
    return re.fullmatch("".join(pieces), value, re.DOTALL) is not None


def fits(kind: Type, real: Any) -> bool:
    """Whether a type of ours is Terraform's; an empty collection of ours may be one of anything."""
    if kind == ANY or real == "dynamic":
        return True
    if isinstance(real, str):
        return getattr(kind, "name", None) == real
    name, inner = real
    match kind:
        case ListType(element=element):
            return bool(name == "list") and fits(element, inner)
        case SetType(element=element):
            return bool(name == "set") and fits(element, inner)
        case MapType(element=element):
            return bool(name == "map") and fits(element, inner)
        case TupleType(elements=elements):
            return bool(name == "tuple") and all(map(fits, elements, inner))
        case ObjectType(attributes=attributes):
            return bool(name == "object") and all(
                fits(item, inner[key]) for key, item in attributes
            )
    return False
