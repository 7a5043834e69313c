"""`blastwall inspect`: evaluated instances and outputs, as Terraform would plan them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import click

from analyzer.document import source
from analyzer.escape import printable
from analyzer.inputs import find
from analyzer.naming import nearest
from analyzer.queries import Answer
from analyzer.report import INCOMPLETE
from analyzer.settings import Settings
from graph.problems import Problem
from graph.resource import Presence, Resource
from graph.values import Json, OneOf, Text, Unknown, Value, holes

_EXISTENCE = {
    Presence.CERTAIN: "",
    Presence.SYMBOLIC: " (if it exists, and how many, is not known)",
    Presence.LATENT: " (exists under other settings only)",
}


def inspect(settings: Settings, wanted: str | None) -> tuple[Answer, tuple[Problem, ...]]:
    """Every managed instance (or those at or below the address `wanted`) and all outputs, and
    what could not be read. What exists under other settings only is no part of a plan and stands
    apart (`latent`).
    """
    found = find(settings)
    shown = [item for item in found.resources if _shown(item, wanted)]
    if wanted is not None and found.resources and not shown:
        known = [item.address for item in found.resources]
        raise click.UsageError(f"no resource {printable(wanted)!r}{nearest(wanted, known)}")
    stacks = found.outputs or {}
    several = len(stacks) > 1
    outputs = {
        f"{stack}:{name}" if several and stack else name: value
        for stack, values in stacks.items()
        for name, value in values.items()
        if not wanted
    }
    data = {
        "resources": [_resource(item) for item in shown if item.presence is not Presence.LATENT],
        "outputs": {name: _leaf(value) for name, value in outputs.items()},
        "latent": [_resource(item) for item in shown if item.presence is Presence.LATENT],
    }
    faults = tuple(problem for problem in found.problems if problem.kind in INCOMPLETE)
    return Answer(tuple(_lines(shown, outputs)), data), faults


def plain(value: Value) -> Any:
    """A value as a plan shows it: what is not wholly known is null."""
    match value:
        case Unknown() | Text() | Json() | OneOf():
            return None
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case tuple():
            return [plain(item) for item in value]
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
    return value


def _resource(resource: Resource) -> dict[str, Any]:
    return {
        "address": resource.address,
        "type": resource.type,
        "values": plain(resource.attributes),
        "unknown": list(_unknowns(resource.attributes)),
    }


def _leaf(value: Value) -> dict[str, Any]:
    return {"value": plain(value), "unknown": list(_unknowns(value))}


def _unknowns(value: Value) -> Iterator[dict[str, Any]]:
    for path, unknown in holes(value):
        yield {"path": path, "why": str(unknown), "source": source(unknown.location)}


def _shown(resource: Resource, wanted: str | None) -> bool:
    if wanted is None:
        return resource.mode == "managed"
    address = resource.address
    return address.startswith(wanted) and address[len(wanted) : len(wanted) + 1] in {"", ".", "["}


def _lines(shown: Iterable[Resource], outputs: Mapping[str, Value]) -> Iterator[str]:
    """Instances with what is known of them; those that may not exist say so."""
    for resource in sorted(shown, key=lambda item: item.presence is Presence.LATENT):
        yield printable(resource.address) + _EXISTENCE[resource.presence]
        for name, value in resource.attributes.items():
            if value is not None and not isinstance(value, Unknown):
                yield f"  {name} = {printable(_spelled(value), 200)}"
        yield from _unknown_lines(_unknowns(resource.attributes))
        yield ""
    for name, value in outputs.items():
        yield f"output {printable(name)} = {printable(_spelled(value))}"
        yield from _unknown_lines(_unknowns(value))


def _spelled(value: Value) -> str:
    return json.dumps(_with_holes(value), ensure_ascii=False)


def _with_holes(value: Value) -> Any:
    """A value for the eye: a hole as Terraform would write it, alternatives beside each other."""
    match value:
        case Unknown():
            return f"${{{value.detail or value.why}}}"
        case Text(parts):
            return "".join(str(_with_holes(part)) for part in parts)
        case Json(document):
            return _with_holes(document)
        case OneOf(options):
            return {"one of": [_with_holes(option) for option in options]}
        case Mapping():
            return {str(key): _with_holes(item) for key, item in value.items()}
        case tuple():
            return [_with_holes(item) for item in value]
    return plain(value)


def _unknown_lines(unknowns: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for unknown in unknowns:
        place = unknown["source"]
        where = f" ({place['path']}:{place['line']})" if place else ""
        yield f"  {unknown['path'] or 'value'} is unknown: {printable(unknown['why'])}{where}"
