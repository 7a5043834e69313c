"""Plan and state JSON → resources: `terraform show -json` of either, and a raw `terraform.tfstate`.

Values that Terraform marks sensitive, or whose name promises a secret, are replaced before they
reach any object that could be shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analyzer.readers import redact
from analyzer.readers.plan.configuration import Configuration, mapping, maps
from analyzer.readers.plan.links import hidden, linked
from analyzer.readers.plan.providers import Providers, plain
from analyzer.readers.plan.rows import Lines, addressed, merged, redacted, resource, resources
from analyzer.readers.plan.state import raw_state
from graph.modelled import matters
from graph.problems import Problem, ProblemKind
from graph.resource import Resource
from graph.values import Location, Value, Why, holes

MAX_VALUES = 1_000_000
_MEND = "write it with `terraform show -json PLAN`"


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
    """Resources after the plan (or in the state), and the changes that lead there.

    `alone`: what is missing where the code is not read too. `variables` are those of the root
    module that are no secret, `modules` the calls that the plan has looked into.
    """

    resources: tuple[Resource, ...]
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    planned: bool = False
    alone: tuple[Problem, ...] = ()
    variables: Mapping[str, Value] = field(default_factory=dict)
    modules: frozenset[str] = frozenset()


def read_plan(text: str, path: str) -> PlanResult:
    """Resources of a plan or state; a text that is neither is a problem, never an exception."""
    try:
        return _read(text, path)
    except RecursionError:
        return unreadable(path, "it is nested too deep")


def _read(text: str, path: str) -> PlanResult:
    if len(text) > MAX_VALUES and text.count(",") > MAX_VALUES:
        return unreadable(path, f"it has over {MAX_VALUES} values")
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
    lines = Lines(text, path)
    if isinstance(found.get("planned_values"), dict):
        return _plan(found, lines)
    if isinstance(found.get("values"), dict):
        rows = resources(found["values"].get("root_module"), {}, lines, Providers())
        return PlanResult(tuple(rows))
    if isinstance(found.get("resources"), list) and "lineage" in found:
        return PlanResult(tuple(raw_state(found["resources"], lines)))
    if set(found) <= {"format_version", "terraform_version"}:
        return PlanResult(())  # the state of nothing
    return unreadable(path, "it is neither a plan nor a state")


def _plan(found: Mapping[str, Any], lines: Lines) -> PlanResult:
    rows = [row for row in maps(found.get("resource_changes")) if addressed(row)]
    changes = {row["address"]: row for row in rows if "deposed" not in row}
    configuration = Configuration(found.get("configuration"), tuple(changes))
    providers = Providers(configuration, found)
    planned = tuple(
        resources(found["planned_values"].get("root_module"), changes, lines, providers)
    )
    read = _data_sources(found, rows, planned, lines, providers)
    all_ = linked((*planned, *read), configuration)
    kept = [_change(row, lines) for row in rows]
    changed = tuple(change for change in kept if change.actions)
    gaps = _gaps(all_, configuration, lines)
    return PlanResult(
        all_,
        changed,
        planned=True,
        alone=gaps,
        variables=_variables(found, configuration),
        modules=frozenset(configuration.modules()),
    )


def _variables(found: Mapping[str, Any], configuration: Configuration) -> dict[str, Value]:
    """The values that the plan was made with, secrets left out."""
    declared = configuration.variables()
    return {
        name: redact.safe(plain(mapping(row)["value"]), name)
        for name, row in mapping(found.get("variables")).items()
        if "value" in mapping(row) and not mapping(declared.get(name)).get("sensitive")
    }


def _data_sources(
    found: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    planned: Sequence[Resource],
    lines: Lines,
    providers: Providers,
) -> Iterator[Resource]:
    """Data sources: those that were read before the plan stand in the prior state only, those
    that will be read when it is applied perhaps among its changes only.
    """
    seen = {item.address for item in planned}
    for row in rows:
        change = mapping(row.get("change"))
        if row.get("mode") == "data" and row["address"] not in seen:
            seen.add(row["address"])
            shown = {
                **row,
                "values": change.get("after"),
                "sensitive_values": change.get("after_sensitive"),
            }
            yield resource(shown, change, str(row.get("module_address") or ""), lines, providers)
    prior = mapping(mapping(found.get("prior_state")).get("values")).get("root_module")
    for item in resources(prior, {}, lines, providers):
        if item.mode == "data" and item.address not in seen:
            yield item


def _gaps(
    found: Sequence[Resource], configuration: Configuration, lines: Lines
) -> tuple[Problem, ...]:
    """What only the code tells: everything, where the plan has no configuration; else what stands
    in local values.
    """
    where = Location(lines.path, 1)
    if not configuration:
        if not any(_makes(item) for item in found):
            return ()
        why = "it has no configuration part, which says what refers to what"
        effect = "powers and backups of what it creates may be missing"
        kind = ProblemKind.INVALID
        what = f"{lines.path} without its configuration"
    else:
        behind = hidden((item for item in found if matters(item.type)), configuration)
        if not behind:
            return ()
        others = f" and {len(behind) - 1} more" if len(behind) > 1 else ""
        why = "a plan does not hold local values, and what is known after apply may be in them"
        effect = f"values of {behind[0]}{others} are open"
        kind = ProblemKind.UNRESOLVED
        what = f"local values behind {lines.path}"
    mend = "; name the folder of its *.tf files as PATH too"
    return (Problem(kind, what, why, effect + mend, where),)


def _makes(item: Resource) -> bool:
    return any(hole.why is Why.COMPUTED for _, hole in holes(dict(item.attributes)))


def _change(change: Mapping[str, Any], lines: Lines) -> Change:
    body = mapping(change.get("change"))
    where = lines.location(change["address"])
    given = body.get("actions")
    actions = tuple(map(str, given)) if isinstance(given, list) else ()
    before = redacted(
        merged(body.get("before") or {}, {}, "", where), body.get("before_sensitive"), where
    )
    after = redacted(
        merged(body.get("after") or {}, body.get("after_unknown"), change["address"], where),
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
