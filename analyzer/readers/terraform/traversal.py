"""`source.name` and `source[key]`, on values and on names that are not evaluated yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias, cast

from analyzer.readers.terraform.data import (
    Data,
    MapValue,
    OpenObject,
    Sensitive,
    SetValue,
    Where,
)
from analyzer.readers.terraform.secrecy import guarded
from analyzer.readers.terraform.types import EvaluationError, to_string
from analyzer.readers.terraform.types.partial import (
    Failures,
    blame,
    each_option,
    known,
    mark,
    one_of,
    unmark,
)
from graph.values import OneOf, Unknown


class Reference:
    """A name that stands for something not evaluated yet: a resource, a module, all variables.

    (No ABC: every step of an evaluation asks `isinstance`, which an ABC makes slow.)
    """

    def attribute(self, name: str, where: Where) -> Found:
        """`reference.name`; raises EvaluationError where there is none."""
        raise NotImplementedError

    def index(self, key: Data, where: Where) -> Found:
        """`reference[key]`; raises EvaluationError where there is none."""
        raise NotImplementedError

    def value(self) -> Data:
        """The whole of it."""
        raise NotImplementedError

    def doubt(self, key: Data) -> Unknown | None:
        """Why `reference[key]` may not be there under the settings that are not known."""
        del key
        return None


Found: TypeAlias = "Data | Reference"


def attribute(source: Found, name: str, where: Where) -> Found:
    """`source.name`; raises EvaluationError where there is no such attribute."""
    if isinstance(source, Reference):
        return source.attribute(name, where)
    return member(source, name, where)


def index(source: Found, key: Data, where: Where) -> Found:
    """`source[key]`; raises EvaluationError where there is no such element."""
    if isinstance(source, Reference):
        return source.index(key, where)
    return element(source, key, where)


def member(source: Data, name: str, where: Where) -> Data:
    """`source.name` of a value."""
    match source:
        case OpenObject():
            return source.member(name, where)
        case dict():
            if name not in source:
                raise EvaluationError(f"this object has no attribute {name!r}")
            return guarded(name, source[name])
        case Sensitive(value=value):
            return mark(member(value, name, where))
        case Unknown():
            return _below(source, f".{name}", where)
        case OneOf():
            return each_option(source, lambda option: member(option, name, where))
        case None:
            raise EvaluationError(f"the value is null and has no attribute {name!r}")
        case tuple() if name.isdigit():
            return element(source, int(name), where)
    raise EvaluationError(f"the value has no attribute {name!r}")


def element(source: Data, key: Data, where: Where) -> Data:
    """`source[key]` of a value."""
    plain, secret = unmark(key)
    if secret:
        try:
            return mark(element(source, plain, where))
        except EvaluationError:  # its message would quote the key
            raise EvaluationError("there is no element with this sensitive key") from None
    match source:
        case Sensitive(value=value):
            return mark(element(value, plain, where))
        case Unknown():
            return _below(source, _step(plain), where)
        case OneOf():
            return each_option(source, lambda option: element(option, plain, where))
        case None:
            raise EvaluationError("the value is null and has no elements")
    if isinstance(plain, OneOf):
        return each_option(plain, lambda option: element(source, option, where))
    if not known(plain):
        return _any_of(source, plain)
    return _known_element(source, plain, where)


def _step(key: Data) -> str:
    if isinstance(key, str):
        return f'["{key}"]'
    return f"[{key}]" if isinstance(key, int) else "[?]"


def _known_element(source: Data, key: Data, where: Where) -> Data:
    if isinstance(source, SetValue):
        raise EvaluationError("a set's elements have no index")
    if isinstance(source, tuple):
        return source[_position(key, len(source))]
    if isinstance(source, dict):
        name = to_string(key)
        if not isinstance(name, str):
            raise EvaluationError("an object's key must be a string")
        if isinstance(source, MapValue) and name not in source:
            raise EvaluationError(f"the map has no element with the key {name!r}")
        return member(source, name, where)
    raise EvaluationError("the value has no elements")


def _position(key: Data, length: int) -> int:
    whole = isinstance(key, int) or (isinstance(key, str) and key.isdecimal() and len(key) < 19)
    if not whole or isinstance(key, bool):
        raise EvaluationError("a list's index must be a whole number")
    position = int(cast("int | str", key))
    if not 0 <= position < length:
        raise EvaluationError(f"the list has {length} elements, none has the index {position}")
    return position


def _any_of(source: Data, key: Data) -> Data:
    """An unknown key may choose any element, or none, which would be an error."""
    Failures.count += 1
    items: Iterable[Data] = ()
    if isinstance(source, dict):
        items = source.values()
    elif isinstance(source, tuple):
        items = source
    found = list(items)
    return one_of(found, blame(key)) if found else blame(key)


def _below(source: Unknown, step: str, where: Where) -> Unknown:
    """A part of something unknown; what has no identity is named by its cause alone."""
    location = source.location or where()
    if source.symbol is None:
        return replace(source, location=location)
    return replace(
        source, detail=source.detail + step, symbol=source.symbol + step, location=location
    )
