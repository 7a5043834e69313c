"""Values with some of their holes filled: one walk for all who come to know more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from graph.resource import Resource
from graph.values import Json, OneOf, Text, Unknown, Value

Change = Callable[[Unknown], Value]


def rewritten(value: Value, change: Change) -> Value:
    """The value with every hole changed; `change` gives back the hole that stays."""
    match value:
        case Unknown():
            return change(value)
        case Text(parts):
            return _joined([(part, rewritten(part, change)) for part in parts])
        case Json(document):
            return Json(rewritten(document, change))
        case OneOf(options, why):
            return OneOf(tuple(rewritten(option, change) for option in options), why)
        case Mapping():
            return {key: rewritten(item, change) for key, item in value.items()}
        case tuple():
            return tuple(rewritten(item, change) for item in value)
    return value


def changed(resource: Resource, change: Change) -> Resource:
    """A resource with the holes of its attributes changed."""
    attributes = rewritten(resource.attributes, change)
    assert isinstance(attributes, Mapping)
    return replace(resource, attributes=attributes)


def _joined(parts: Iterable[tuple[Value, Value]]) -> Value:
    """A text, plain where no hole is left; what has no place in a text leaves its hole there."""
    found: list[str | Unknown | OneOf] = []
    for old, new in parts:
        for part in _pieces(old, new):
            if isinstance(part, str) and found and isinstance(found[-1], str):
                found[-1] += part
            else:
                found.append(part)
    return found[0] if len(found) == 1 and isinstance(found[0], str) else Text(tuple(found))


def _pieces(old: Value, new: Value) -> tuple[str | Unknown | OneOf, ...]:
    match new:
        case Text(parts):
            return parts
        case str() | Unknown() | OneOf():
            return (new,)
        case int() if not isinstance(new, bool):
            return (str(new),)
    assert isinstance(old, str | Unknown | OneOf)
    return (old,)
