"""Plan and state JSON → resources: `terraform show -json` of either, and a raw `terraform.tfstate`.

Values that Terraform marks sensitive, or whose name promises a secret, are replaced before they
reach any object that could be shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.readers import redact
from graph.problems import Problem, ProblemKind
from graph.resource import ProviderConfig, Resource, Stack
from graph.values import Location, Unknown, Value, Why

_MEND = "write it with `terraform show -json PLAN`"
MAX_DEPTH = 64


@dataclass(frozen=True, slots=True)
class Change:
    """What a plan does to one resource: `actions` as Terraform writes them."""

    address: str
    previous_address: str | None
    actions: tuple[str, ...]
    before: Mapping[str, Value]
    after: Mapping[str, Value]
    location: Location


@dataclass(frozen=True, slots=True)
class PlanResult:
    """Resources after the plan (or in the state), and the changes that lead there."""

    resources: tuple[Resource, ...]
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    planned: bool = False


def read_plan(text: str, path: str) -> PlanResult:
    """Resources of a plan or state; a text that is neither is a problem, never an exception."""
    try:
        return _read(text, path)
    except RecursionError:
        return unreadable(path, "it is nested too deep")


def _read(text: str, path: str) -> PlanResult:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return unreadable(path, "it is not JSON")
    if not isinstance(found, dict):
        return unreadable(path, "it is not an object")
    version = str(found.get("format_version", "1")).split(".")[0]
    if version not in {"0", "1"}:
        why = f"its format_version is {found['format_version']}, and 0.x and 1.x are known"
        return unreadable(path, why, "write it with a Terraform that this version knows")
    lines = _Lines(text, path)
    if isinstance(found.get("planned_values"), dict):
        return _plan(found, lines)
    if isinstance(found.get("values"), dict):
        return PlanResult(tuple(_module(found["values"].get("root_module"), {}, lines)))
    if isinstance(found.get("resources"), list) and "lineage" in found:
        return PlanResult(tuple(_raw_state(found["resources"], lines)))
    if set(found) <= {"format_version", "terraform_version"}:
        return PlanResult(())  # the state of nothing
    return unreadable(path, "it is neither a plan nor a state")


class _Lines:
    """Where an address stands in the file: the first line that holds it."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self._places: dict[str, int] = {}
        for number, line in enumerate(text.split("\n"), 1):
            key, _, rest = line.strip().partition(":")
            if key == '"address"':
                self._places.setdefault(rest.strip().strip('",'), number)

    def location(self, address: str) -> Location:
        return Location(self.path, self._places.get(json.dumps(address)[1:-1], 1))


def _plan(found: Mapping[str, Any], lines: _Lines) -> PlanResult:
    rows = [row for row in _rows(found.get("resource_changes")) if _addressed(row)]
    changes = {row["address"]: row for row in rows if "deposed" not in row}
    configs = _mapping(_mapping(found.get("configuration")).get("provider_config"))
    resources = [
        *_module(found["planned_values"].get("root_module"), changes, lines, configs),
        *_data_sources(found, changes, lines, configs),
    ]
    kept = [_change(row, lines) for row in rows]
    changed = tuple(change for change in kept if change.actions)
    return PlanResult(tuple(resources), changed, planned=True)


def _data_sources(
    found: Mapping[str, Any],
    changes: Mapping[str, Any],
    lines: _Lines,
    configs: Mapping[str, Any],
) -> Iterator[Resource]:
    """Data sources that were read before the plan stand in the prior state only."""
    prior = _mapping(_mapping(found.get("prior_state")).get("values")).get("root_module")
    for resource in _module(prior, changes, lines, configs):
        if resource.mode == "data":
            yield resource


def _module(
    module: Any,
    changes: Mapping[str, Any],
    lines: _Lines,
    configs: Mapping[str, Any] | None = None,
    depth: int = 0,
) -> Iterator[Resource]:
    if not isinstance(module, dict) or depth > MAX_DEPTH:
        return
    for row in _rows(module.get("resources")):
        if _addressed(row) and "deposed_key" not in row:
            change = _mapping(_mapping(changes.get(row["address"])).get("change"))
            yield _resource(row, change, str(module.get("address") or ""), lines, configs or {})
    for child in _rows(module.get("child_modules")):
        yield from _module(child, changes, lines, configs, depth + 1)


def _resource(
    row: Mapping[str, Any],
    change: Mapping[str, Any],
    module: str,
    lines: _Lines,
    configs: Mapping[str, Any],
) -> Resource:
    address = row["address"]
    where = lines.location(address)
    values = _mapping(row.get("values"))
    unknown = change.get("after_unknown") or {}
    merged = _merged(values, unknown, f"{address}", where)
    marked = _redacted(merged, row.get("sensitive_values") or {}, where)
    assert isinstance(marked, dict)
    attributes = redact.attributes(str(row.get("type", "")), marked)
    provider = str(row.get("provider_name") or row.get("type", "")).rsplit("/", 1)[-1]
    return Resource(
        address=address,
        type=str(row.get("type", "")),
        name=str(row.get("name", "")),
        attributes=attributes,
        location=where,
        stack=Stack("", "", location=where),
        provider=_provider(provider, attributes, configs),
        mode=str(row.get("mode", "managed")),
        module=module,
    )


def _merged(value: Any, unknown: Any, path: str, where: Location) -> Value:
    """`value` with everything that `unknown` marks True replaced; keys only there are added."""
    if unknown is True:
        return Unknown(Why.COMPUTED, path, where, symbol=path)
    if isinstance(value, dict) or (value is None and isinstance(unknown, dict) and unknown):
        marks = _mapping(unknown)
        keys = dict.fromkeys([*(value or {}), *marks])
        items = (
            (key, _merged((value or {}).get(key), marks.get(key), f"{path}.{key}", where))
            for key in keys
        )
        return {str(key): item for key, item in items}
    if isinstance(value, list):
        known = unknown if isinstance(unknown, list) else []
        padded = [*known, *([None] * (len(value) - len(known)))]
        return tuple(
            _merged(item, mark, f"{path}[{i}]", where)
            for i, (item, mark) in enumerate(zip(value, padded, strict=False))
        )
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _redacted(value: Value, marks: Any, where: Location, name: str = "") -> Value:
    """What the plan marks sensitive goes here; what a name or a shape promises goes afterwards."""
    if marks is True:
        return Unknown(Why.SENSITIVE, name, where)
    if isinstance(value, Mapping):
        inner = _mapping(marks)
        return {key: _redacted(item, inner.get(key), where, key) for key, item in value.items()}
    if isinstance(value, tuple):
        inner_marks: Sequence[Any] = marks if isinstance(marks, list) else ()
        return tuple(
            _redacted(item, inner_marks[i] if i < len(inner_marks) else None, where, name)
            for i, item in enumerate(value)
        )
    return value


def _provider(
    name: str, attributes: Mapping[str, Value], configs: Mapping[str, Any]
) -> ProviderConfig:
    """What exists has account and region in its ARN; a planned thing has its provider's region."""
    arn = attributes.get("arn")
    region = attributes.get("region")
    expressions = _mapping(_mapping(configs.get(name)).get("expressions"))
    constant = _mapping(expressions.get("region")).get("constant_value")
    account: str | Unknown = Unknown(Why.COMPUTED, f"account of provider {name}", symbol="account:")
    if isinstance(arn, str) and arn.startswith("arn:") and arn.count(":") >= 5:
        _, _, _, arn_region, arn_account, _ = arn.split(":", 5)
        account = arn_account or account
        region = arn_region or region
    if not isinstance(region, str):
        region = constant if isinstance(constant, str) else None
    return ProviderConfig(name, account=account, region=region)


def _raw_state(rows: Sequence[Any], lines: _Lines) -> Iterator[Resource]:
    for row in _rows(rows):
        yield from _instances(row, lines)


def _instances(row: Mapping[str, Any], lines: _Lines) -> Iterator[Resource]:
    prefix = f"{row['module']}." if row.get("module") else ""
    data = "data." if row.get("mode") == "data" else ""
    name = f"{prefix}{data}{row.get('type')}.{row.get('name')}"
    source = str(row.get("provider", "")).rsplit("/", 1)[-1].split('"', 1)[0]
    source = source.removeprefix("provider.")
    for instance in _rows(row.get("instances")):
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
        yield _resource(shown, {}, str(row.get("module") or ""), lines, {})


def _sensitive_paths(paths: Any) -> dict[str, Any]:
    """The first step of each path is enough: the whole attribute is left out."""
    marks: dict[str, Any] = {}
    for path in paths if isinstance(paths, list) else ():
        step = path[0] if isinstance(path, list) and path else path
        if isinstance(step, dict) and isinstance(step.get("value"), str):
            marks[step["value"]] = True
    return marks


def _change(change: Mapping[str, Any], lines: _Lines) -> Change:
    body = _mapping(change.get("change"))
    where = lines.location(change["address"])
    given = body.get("actions")
    actions = tuple(map(str, given)) if isinstance(given, list) else ()
    before = _redacted(
        _merged(body.get("before") or {}, {}, "", where), body.get("before_sensitive"), where
    )
    after = _redacted(
        _merged(body.get("after") or {}, body.get("after_unknown"), change["address"], where),
        body.get("after_sensitive"),
        where,
    )
    previous = change.get("previous_address")
    kind = str(change.get("type", ""))
    return Change(
        change["address"],
        previous if isinstance(previous, str) else None,
        () if actions in {("no-op",), ("read",)} else actions,
        redact.attributes(kind, before) if isinstance(before, dict) else {},
        redact.attributes(kind, after) if isinstance(after, dict) else {},
        where,
    )


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _addressed(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("address"), str)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def unreadable(path: str, why: str, mend: str = _MEND) -> PlanResult:
    """No plan, and what to do about it."""
    problem = Problem(
        ProblemKind.INVALID,
        f"the plan or state {path}",
        f"{why}; {mend}",
        "its resources were not analysed",
        Location(path, 1),
    )
    return PlanResult((), (), (problem,))
