"""A resource's body → attributes as a plan shows them: nested blocks as lists, dynamic ones too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from analyzer.readers.terraform.data import Data, SetValue
from analyzer.readers.terraform.evaluate import Evaluator
from analyzer.readers.terraform.parse import blocks_of
from analyzer.readers.terraform.scope import Scope
from analyzer.readers.terraform.secrecy import guarded
from analyzer.readers.terraform.syntax import Block, Body, Literal, Tuple
from analyzer.readers.terraform.types import EvaluationError, LimitError
from analyzer.readers.terraform.types.partial import blame, known, unmark
from graph.values import Location, OneOf, Unknown, Value, Why

META = frozenset(
    {"count", "for_each", "provider", "depends_on", "lifecycle", "providers", "source", "version"}
)
_BLOCKS = {"lifecycle": 0, "dynamic": 1, "provisioner": 1, "connection": 0}
_BLOCK_WORK = 10  # of one nested block, in steps of a loop
NOT_ATTRIBUTES = frozenset({"lifecycle", "provisioner", "connection", "dynamic"})


@dataclass
class Attributes:
    """Evaluated attributes with the place of each, by dotted path."""

    values: dict[str, Data] = field(default_factory=dict)
    places: dict[str, Location] = field(default_factory=dict)


def attributes(evaluator: Evaluator, body: Body, scope: Scope, *, top: bool = True) -> Attributes:
    """All attributes and nested blocks of a body."""
    found = Attributes()
    for name, argument in body.arguments.items():
        if not (top and name in META) and not (body.json and name in _BLOCKS):
            found.values[name] = guarded(name, evaluator.value(argument.value, scope))
            found.places[name] = scope.file.location(argument.span)
    for block in blocks_of(body, _BLOCKS):
        if block.type == "dynamic" and block.labels:
            _dynamic(evaluator, block, scope, found)
        elif block.type not in NOT_ATTRIBUTES:
            _nested(
                evaluator, block.type, block.body, scope, found, scope.file.location(block.span)
            )
    return found


def _nested(
    evaluator: Evaluator,
    name: str,
    body: Body,
    scope: Scope,
    found: Attributes,
    place: Location,
    doubt: Unknown | None = None,
) -> None:
    """A nested block; with a `doubt`, one that may not be there."""
    inner = attributes(evaluator, body, scope, top=False)
    before = found.values.get(name)
    elements = before if isinstance(before, tuple) else ()
    path = f"{name}[{len(elements)}]"
    element = inner.values if doubt is None else OneOf((cast("Value", inner.values), None), doubt)
    found.values[name] = (*elements, element)
    found.places.setdefault(name, place)
    found.places[path] = place
    found.places.update({f"{path}.{key}": where for key, where in inner.places.items()})


def _dynamic(evaluator: Evaluator, block: Block, scope: Scope, found: Attributes) -> None:
    """One nested block an element; an unknown collection gives one that may not be there."""
    name = block.labels[0]
    place = scope.file.location(block.span)
    content = next(
        (b.body for b in blocks_of(block.body, {"content": 0}) if b.type == "content"), None
    )
    collection = block.body.arguments.get("for_each")
    if content is None or collection is None:
        return
    iterator = _iterator(block, name)
    given, _ = unmark(evaluator.value(collection.value, scope))
    elements = _affordable(evaluator, _elements(given))
    if elements is None or isinstance(elements, Unknown):
        hole = elements or _hole(given, place)
        both: dict[str, Data] = {"key": hole, "value": hole}
        bound = scope.bind(**{iterator: both})
        _nested(evaluator, name, content, bound, found, place, hole)
        elements = ()
    for key, item in elements:
        bound = scope.bind(**{iterator: {"key": key, "value": item}})
        _nested(evaluator, name, content, bound, found, place)
    found.values.setdefault(name, ())


def _iterator(block: Block, name: str) -> str:
    argument = block.body.arguments.get("iterator")
    return getattr(argument.value, "name", name) if argument else name


def _elements(plain: Data) -> Sequence[tuple[Data, Data]] | None:
    """Keys and values of a collection, `None` where nobody knows which there are."""
    if isinstance(plain, Mapping):
        return [(key, plain[key]) for key in sorted(plain)]
    if isinstance(plain, SetValue) and known(plain):
        return [(item, item) for item in plain]
    if isinstance(plain, tuple) and not isinstance(plain, SetValue):
        return list(enumerate(plain))
    return [] if plain is None else None


def _hole(collection: Data, place: Location) -> Unknown:
    fault = Unknown(Why.ERROR, "for_each is no collection", place)
    return fault if known(collection) else blame(collection)


def _affordable(
    evaluator: Evaluator, elements: Sequence[tuple[Data, Data]] | None
) -> Sequence[tuple[Data, Data]] | Unknown | None:
    """The elements, or why they are too many to evaluate."""
    try:
        evaluator.spend(_BLOCK_WORK * len(elements or ()))
    except LimitError as error:
        return Unknown(Why.LIMIT, str(error))
    return elements


def lifecycle(evaluator: Evaluator, body: Body, scope: Scope) -> dict[str, Data]:
    """The lifecycle block's arguments that are plain values."""
    found: dict[str, Data] = {}
    for block in blocks_of(body, _BLOCKS):
        if block.type == "lifecycle":
            for name, argument in block.body.arguments.items():
                if isinstance(argument.value, Literal | Tuple) and name != "ignore_changes":
                    try:
                        found[name] = evaluator.strict(argument.value, scope)
                    except EvaluationError:
                        continue
    return found
