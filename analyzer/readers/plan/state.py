"""A raw `terraform.tfstate`, which nobody passed through `terraform show -json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analyzer.readers.plan.configuration import maps
from analyzer.readers.plan.providers import Providers
from analyzer.readers.plan.rows import Lines, resource
from graph.resource import Resource


def raw_state(rows: Sequence[Any], lines: Lines) -> Iterator[Resource]:
    """Every instance of a raw state."""
    for row in maps(rows):
        yield from _instances(row, lines)


def _instances(row: Mapping[str, Any], lines: Lines) -> Iterator[Resource]:
    prefix = f"{row['module']}." if row.get("module") else ""
    data = "data." if row.get("mode") == "data" else ""
    name = f"{prefix}{data}{row.get('type')}.{row.get('name')}"
    source = str(row.get("provider", "")).rsplit("/", 1)[-1].split('"', 1)[0]
    source = source.removeprefix("provider.")
    for instance in maps(row.get("instances")):
        if "deposed" in instance:
            continue
        key = instance.get("index_key")
        suffix = "" if key is None else f"[{json.dumps(key)}]"
        shown = {
            "address": name + suffix,
            "type": row.get("type"),
            "name": row.get("name"),
            "mode": row.get("mode", "managed"),
            "values": instance.get("attributes") or {},
            "provider_name": source,
            "sensitive_values": _sensitive_paths(instance.get("sensitive_attributes")),
        }
        yield resource(shown, {}, str(row.get("module") or ""), lines, Providers())


def _sensitive_paths(paths: Any) -> dict[str, Any]:
    """The first step of each path is enough: the whole attribute is left out."""
    marks: dict[str, Any] = {}
    for path in paths if isinstance(paths, list) else ():
        step = path[0] if isinstance(path, list) and path else path
        if isinstance(step, dict) and isinstance(step.get("value"), str):
            marks[step["value"]] = True
    return marks
