"""Sets: distinct elements in the order in which Terraform iterates over them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from functools import cmp_to_key
from typing import cast

from analyzer.readers.terraform.data import Data, ListValue, MapValue, SetValue
from analyzer.readers.terraform.types.partial import identity, known


def make(elements: Iterable[Data]) -> SetValue:
    """Drop repetitions and sort; members that are not wholly known stand at the end."""
    members = list(elements)
    if all(type(member) is str for member in members):
        return SetValue(sorted(set(cast("list[str]", members))))
    distinct = {identity(member): member for member in members}
    certain = [element for element in distinct.values() if known(element)]
    uncertain = [element for element in distinct.values() if not known(element)]
    return SetValue([*sorted(certain, key=cmp_to_key(_compare)), *uncertain])


def definite(members: tuple[Data, ...]) -> bool:
    """Whether the number and order of the members are known: an unknown member may equal another
    one, or stand anywhere.
    """
    return not isinstance(members, SetValue) or len(members) <= 1 or known(members)


def _compare(left: Data, right: Data) -> int:
    if left is None or right is None:
        return (left is None) - (right is None)
    a, b = _rank(left), _rank(right)
    return (a > b) - (a < b)


def _rank(data: Data) -> tuple[int, str | bool | int | Decimal | bytes]:
    if isinstance(data, str):
        return 0, data
    if isinstance(data, bool | int | Decimal):
        return 1, data
    return 2, "".join(_spell(data)).encode("utf-8", "surrogatepass")


def _spell(data: Data) -> Iterable[str]:
    """Write the bytes by which Terraform's library orders members without a natural order."""
    match data:
        case None:
            yield "~"
        case bool():
            yield "T" if data else "F"
        case int() | Decimal():
            yield _ten_digits(data)
        case str():
            yield json.dumps(data, ensure_ascii=False)
        case MapValue():
            yield "{"
            for key in sorted(data):
                yield f"{json.dumps(key, ensure_ascii=False)}:"
                yield from _spell(data[key])
                yield ";"
            yield "}"
        case dict():
            yield from _enclosed((data[key] for key in sorted(data)), "<", ">")
        case ListValue() | SetValue():
            yield from _enclosed(data, "[", "]")
        case tuple():
            yield from _enclosed(data, "<", ">")


def _enclosed(items: Iterable[Data], start: str, end: str) -> Iterable[str]:
    yield start
    for item in items:
        yield from _spell(item)
        yield ";"
    yield end


def _ten_digits(number: int | Decimal) -> str:
    """C's `%.10g`, as the ordering uses it."""
    spelled = f"{Decimal(number):.10g}"
    mantissa, _, exponent = spelled.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    if not exponent:
        return mantissa
    return f"{mantissa}e{exponent[0]}{exponent[1:].zfill(2)}"
