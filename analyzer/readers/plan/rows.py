"""Rows of a plan or state → resources: places, values without secrets, unknowns in their stead."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analyzer.readers import redact
from analyzer.readers.plan.configuration import mapping, maps
from analyzer.readers.plan.providers import Providers
from graph.resource import Resource, Stack
from graph.values import Location, Unknown, Value, Why

MAX_DEPTH = 64


class Lines:
    """Where an address stands in the file: the first line that holds it.

    A file of one line has no lines to tell apart: there the address itself is the place.
    """

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self._places: dict[str, int] = {}
        self._compact = "\n" not in text.strip()
        for number, line in enumerate(text.split("\n"), 1):
            key, _, rest = line.strip().partition(":")
            if key == '"address"':
                self._places.setdefault(rest.strip().strip('",'), number)

    def location(self, address: str) -> Location:
        """The line of an address; the first where it has none."""
        if self._compact:
            return Location(f"{self.path}#{address}", 1)
        return Location(self.path, self._places.get(json.dumps(address)[1:-1], 1))


def resources(
    module: Any,
    changes: Mapping[str, Any],
    lines: Lines,
    providers: Providers,
    depth: int = 0,
) -> Iterator[Resource]:
    """All resources of a module of values and of those that it calls."""
    if not isinstance(module, dict) or depth > MAX_DEPTH:
        return
    for row in maps(module.get("resources")):
        if addressed(row) and "deposed_key" not in row:
            change = mapping(mapping(changes.get(row["address"])).get("change"))
            yield resource(row, change, str(module.get("address") or ""), lines, providers)
    for child in maps(module.get("child_modules")):
        yield from resources(child, changes, lines, providers, depth + 1)


def resource(
    row: Mapping[str, Any],
    change: Mapping[str, Any],
    module: str,
    lines: Lines,
    providers: Providers,
) -> Resource:
    """One row; `change` says which of its values are known after apply only."""
    address = row["address"]
    where = lines.location(address)
    values = merged(mapping(row.get("values")), change.get("after_unknown") or {}, address, where)
    marked = redacted(values, row.get("sensitive_values") or {}, where)
    assert isinstance(marked, dict)
    attributes = redact.attributes(str(row.get("type", "")), marked)
    name = str(row.get("provider_name") or row.get("type", "")).rsplit("/", 1)[-1]
    return Resource(
        address=address,
        type=str(row.get("type", "")),
        name=str(row.get("name", "")),
        attributes=attributes,
        location=where,
        stack=Stack("", "", location=where),
        provider=providers.of(address, module, name, attributes),
        mode=str(row.get("mode", "managed")),
        module=module,
    )


def merged(value: Any, unknown: Any, path: str, where: Location) -> Value:
    """`value` with everything that `unknown` marks True replaced; keys only there are added."""
    if unknown is True:
        return Unknown(Why.COMPUTED, path, where, symbol=path)
    if isinstance(value, dict) or (value is None and isinstance(unknown, dict) and unknown):
        marks = mapping(unknown)
        keys = dict.fromkeys([*(value or {}), *marks])
        items = (
            (key, merged((value or {}).get(key), marks.get(key), f"{path}.{key}", where))
            for key in keys
        )
        return {str(key): item for key, item in items}
    if isinstance(value, list) or (value is None and isinstance(unknown, list) and unknown):
        value = [None] * len(unknown) if value is None else value
        known = unknown if isinstance(unknown, list) else []
        padded = [*known, *([None] * (len(value) - len(known)))]
        return tuple(
            merged(item, mark, f"{path}[{i}]", where)
            for i, (item, mark) in enumerate(zip(value, padded, strict=False))
        )
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def redacted(value: Value, marks: Any, where: Location, name: str = "") -> Value:
    """What the plan marks sensitive goes here; what a name or a shape promises goes afterwards."""
    if marks is True:
        return Unknown(Why.SENSITIVE, name, where)
    if isinstance(value, Mapping):
        inner = mapping(marks)
        return {key: redacted(item, inner.get(key), where, key) for key, item in value.items()}
    if isinstance(value, tuple):
        inner_marks: Sequence[Any] = marks if isinstance(marks, list) else ()
        return tuple(
            redacted(item, inner_marks[i] if i < len(inner_marks) else None, where, name)
            for i, item in enumerate(value)
        )
    return value


def addressed(row: Mapping[str, Any]) -> bool:
    """Whether a row says what it is about."""
    return isinstance(row.get("address"), str)
