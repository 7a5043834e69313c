"""`blastwall inspect`: evaluated instances and outputs, as Terraform would plan them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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


def inspect(settings: Settings, wanted: str | None) -> tuple[Answer, tuple[Problem, ...]]:
    """Every managed instance (or those at or below the address `wanted`) and all outputs, and
    what could not be read.
    """
    found = find(settings)
    resources = [_resource(item) for item in found.resources if _shown(item, wanted)]
    if wanted is not None and found.resources and not resources:
        known = [item.address for item in found.resources]
        raise click.UsageError(f"no resource {printable(wanted)!r}{nearest(wanted, known)}")
    stacks = found.outputs or {}
    several = len(stacks) > 1
    outputs = {
        f"{stack}:{name}" if several and stack else name: _leaf(value)
        for stack, values in stacks.items()
        for name, value in values.items()
    }
    data = {"resources": resources, "outputs": {} if wanted else outputs}
    faults = tuple(problem for problem in found.problems if problem.kind in INCOMPLETE)
    return Answer(tuple(_lines(data)), data), faults


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
        return resource.mode == "managed" and resource.presence is not Presence.LATENT
    return resource.address.startswith(wanted)


def _lines(data: Mapping[str, Any]) -> Iterator[str]:
    for resource in data["resources"]:
        yield printable(resource["address"])
        yield from _shown_values(resource["values"], resource["unknown"])
        yield ""
    for name, output in data["outputs"].items():
        value = json.dumps(output["value"], ensure_ascii=False)
        yield f"output {printable(name)} = {printable(value)}"
        yield from _shown_unknowns(output["unknown"])


def _shown_values(values: Mapping[str, Any], unknowns: list[dict[str, Any]]) -> Iterator[str]:
    for name, value in values.items():
        if value is not None:
            yield f"  {name} = {printable(json.dumps(value, ensure_ascii=False), 200)}"
    yield from _shown_unknowns(unknowns)


def _shown_unknowns(unknowns: list[dict[str, Any]]) -> Iterator[str]:
    for unknown in unknowns:
        where = (
            f" ({unknown['source']['path']}:{unknown['source']['line']})"
            if unknown["source"]
            else ""
        )
        yield f"  {unknown['path'] or 'value'} is unknown: {printable(unknown['why'])}{where}"
