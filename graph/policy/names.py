"""Strings with holes, as policies and ARNs have them: literal parts, and parts that are not known.

A hole with a symbol equals every hole with that symbol and is otherwise unlike anything certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import product
from math import prod

from graph.values import OneOf, Text, Unknown, Value

OPEN, CLOSE = "\x01", "\x02"
MAX_OPTIONS = 16
_RESERVED = re.compile(f"[{OPEN}{CLOSE}]")


@dataclass(frozen=True, slots=True)
class Hole:
    """A part that is not known. `owner` is the address of the resource whose `attribute` it is,
    `type` that resource's type; `anything` where it may hold a `:` (an object's key, a whole ARN);
    `digits` where it holds nothing else (the id of an account).
    """

    symbol: str | None = None
    detail: str = ""
    owner: str = ""
    type: str = ""
    attribute: str = ""
    anything: bool = False
    digits: bool = False

    def takes(self, char: str) -> bool:
        """Whether a character may stand in it."""
        return char.isdigit() if self.digits else self.anything or char != ":"


Part = str | Hole


@dataclass(frozen=True, eq=False)
class Name:
    """A string with holes; `owner` and `type` say which resource it names, where it names one."""

    parts: tuple[Part, ...]
    owner: str = ""
    type: str = ""

    @cached_property
    def code(self) -> str:
        """The name as one string in which equal holes are equal text."""
        return "".join(part if isinstance(part, str) else code(part, "") for part in self.parts)

    @cached_property
    def lead(self) -> str:
        """The beginning that is known, holes that equal themselves included."""
        return lead(self.parts)

    @cached_property
    def plain(self) -> bool:
        """Whether it has no holes."""
        return all(isinstance(part, str) for part in self.parts)

    @cached_property
    def shown(self) -> str:
        """For readers."""
        return shown(self.parts)

    def __add__(self, more: Part | Name) -> Name:
        parts = more.parts if isinstance(more, Name) else (more,)
        return Name(joined((*self.parts, *parts)), self.owner, self.type)


ReadHole = Callable[[Unknown], tuple[Part, ...]]


def as_hole(unknown: Unknown) -> tuple[Part, ...]:
    """The hole an unknown is, when nothing more is known of what it refers to."""
    return (Hole(unknown.symbol, unknown.detail),)


def code(hole: Hole, anonymous: str) -> str:
    """A hole as text; without a symbol it equals nothing of the other side."""
    return f"{OPEN}{hole.symbol or anonymous}{CLOSE}"


def lead(parts: Iterable[object]) -> str:
    """The text and the holes with a symbol that parts begin with."""
    found = ""
    for part in parts:
        if isinstance(part, Hole) and part.symbol:
            found += code(part, "")
        elif isinstance(part, str):
            found += part
        else:
            break
    return found


def contradict(one: str, other: str) -> bool:
    """Whether two beginnings differ in letters, at a place that both reach by equal parts."""
    if one.startswith(other) or other.startswith(one):
        return False
    if OPEN not in one and OPEN not in other:
        return True
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    if OPEN in (one[low], other[low]):
        return False
    return one.rfind(OPEN, 0, low) <= one.rfind(CLOSE, 0, low)


def shown(parts: Iterable[Part]) -> str:
    """Parts for readers: a hole by what it refers to."""
    return "".join(
        part if isinstance(part, str) else "${" + (part.detail or part.symbol or "?") + "}"
        for part in parts
    )


def joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Parts with neighbouring literals made one."""
    found: list[Part] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, str) and isinstance(last, str):
            found[-1] = last + part
        elif part != "":
            found.append(part)
    return tuple(found)


def literal(text: str) -> Name:
    """A name without holes."""
    return Name((_RESERVED.sub("\ufffd", text),))


def names(value: Value, hole: ReadHole = as_hole) -> tuple[Name, ...] | None:
    """What a scalar may be: one name, several where it is one of them; `None` for no scalar."""
    options = list(_options(value, hole))
    if not options:
        return None
    if len(options) > MAX_OPTIONS:
        return (Name((Hole(detail="one of many", anything=True),)),)
    distinct = dict.fromkeys(joined(option) for option in options)
    return tuple(Name(parts) for parts in distinct)


def _options(value: Value, hole: ReadHole) -> Iterator[tuple[Part, ...]]:
    match value:
        case str():
            yield (_RESERVED.sub("\ufffd", value),)
        case bool() | int() | float() | Decimal():
            yield (str(value).lower(),)
        case Unknown():
            yield hole(value)
        case OneOf():
            for option in value.options:
                yield from _options(option, hole)
        case Text(parts):
            yield from _texts(parts, hole)


def _texts(parts: tuple[str | Unknown | OneOf, ...], hole: ReadHole) -> Iterator[tuple[Part, ...]]:
    each = [tuple(_options(part, hole)) for part in parts]
    if prod(max(1, len(options)) for options in each) > MAX_OPTIONS:
        yield (Hole(detail="one of many", anything=True),)
        return
    for chosen in product(*each):
        yield tuple(part for option in chosen for part in option)
