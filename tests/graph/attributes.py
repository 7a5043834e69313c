"""Every argument of a Terraform type that a data table names: (file, row, type, dotted path).

What the provider makes up (`id`, an ARN's suffix) is no argument and is left out, and so is what a
data source asks by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graph.tables import tables

Use = tuple[str, str, str, str]
FIELD = re.compile(r"\{([a-z_0-9.,]+)")
PLACES = {"account", "partition", "region", "store", "dns_suffix"}
MADE_UP = {
    "id", "key_id", "suffix", "namespace_id", "cluster_uuid", "revision", "version", "zone_id",
    "kind", "bus", "home", "extent", "master", "organization", "project_number", "stack_set_id",
    "service_id", "agent_id", "config_id", "uuid", "allocation_id", "rule_id", "workgroup_id",
    "association_id", "stream_label", "file_system",
}  # fmt: skip
GIVEN = PLACES | MADE_UP
SELF = "self"  # the container of a copy is the declaring resource
PATHS = ("attr", "key", "link", "container", "region", "account", "zone", "each", "cron")
LISTS = ("ids", "label", "parent", "alias_of", "document", "arn", "user", "group")


def uses() -> Iterator[Use]:
    """Of all tables."""
    for name, find in _FINDERS.items():
        for provider, table in tables(name).items():
            for row, tf, path in find(table):
                yield f"{provider}/{name}.toml", row, tf, path


def _stores(table: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for row in table.get("type", ()):
        tf = row["tf"]
        names = [
            *_paths({**row, "arn": ()}),
            *(n for n in FIELD.findall(row.get("arn", "")) if n not in GIVEN),
        ]
        yield from ((f"type {tf}", tf, name) for name in names if name not in MADE_UP)
        if other := row.get("key_from"):
            yield from ((f"type {tf}, key_from", other["tf"], other[n]) for n in ("link", "attr"))
    for row in table.get("guard", ()):
        yield from ((f"guard {row['id']}", tf, path) for tf in row["on"] for path in _paths(row))
    for row in table.get("use", ()):
        yield f"use {row['tf']}", row["tf"], row["attr"]


def _backups(table: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for row in table.get("mechanism", ()):
        shared = [*_spans(row), *_attr(row["cascade"])]
        for each in row.get("declared", ()):
            for path in [*_paths(each), *shared]:
                if path != SELF:
                    yield f"mechanism {row['id']}", each["tf"], path
    for row in table.get("lock", ()):
        yield from ((f"lock {row['id']}", row["tf"], path) for path in _paths(row))


def _attachments(table: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name in ("attachment", "membership", "resource_policy"):
        for row in table.get(name, ()):
            for path in [*_paths(row), *row.get("to", ())]:
                yield f"{name} {row['tf']}", row["tf"], path


def _identities(table: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for tf, row in table.items():
        if "_" in tf and not tf.startswith("data."):  # else a provider's own block
            given = GIVEN | row.keys()
            found = (
                n
                for template in row.values()
                for names in FIELD.findall(template)
                for n in names.split(",")
            )
            yield from ((f"[{tf}]", tf, name) for name in found if name not in given)


def _workloads(table: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name in ("workload", "declaration"):
        for row in table.get(name, ()):
            named = (row[key] for key in ("key", "link", "attr") if key in row)
            listed = (path for key in ("role", "profile", "code") for path in row.get(key, ()))
            yield from ((f"{name} {row['tf']}", row["tf"], path) for path in (*named, *listed))


def _paths(row: Mapping[str, Any]) -> Iterator[str]:
    """What a row says directly, in its conditions and in its durations."""
    for key in (*PATHS, *LISTS):
        value = row.get(key, ())
        yield from (value,) if isinstance(value, str) else value
    for key in ("when", "replica", "skip"):
        yield from (test["attr"] for test in row.get(key, ()))
    yield from _spans(row)


def _spans(row: Mapping[str, Any]) -> Iterator[str]:
    for key in ("age", "keep", "window", "grace"):
        rule = row.get(key, {})
        for each in (rule, *rule.get("any", ())):
            yield from _attr(each)


def _attr(rule: Any) -> Iterator[str]:
    if isinstance(rule, Mapping):
        yield from (rule[key] for key in ("attr", "cron") if key in rule)


_FINDERS = {
    "stores": _stores,
    "backups": _backups,
    "attachments": _attachments,
    "identities": _identities,
    "workloads": _workloads,
}
