"""Exports beside code: what has one ARN is one thing, and what code leaves open the export says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from analyzer.readers.iam import Export
from graph.identities import of
from graph.references import spelled
from graph.resource import Resource
from graph.tables import table
from graph.values import Value, known

_PRINCIPALS = ("aws_iam_user", "aws_iam_role", "aws_iam_group")


def with_exports(written: Sequence[Resource], exports: Iterable[Export]) -> tuple[Resource, ...]:
    """The resources of the code, and those of the exports that are in no code.

    What an export attaches to a thing of the code refers to it by ARN, so that it needs no change.
    """
    exported = {item.address: item for export in exports for item in export.resources}
    if not exported:
        return tuple(written)
    arns = {item.address: spelled(of(item, "arn"), item) for item in written if _managed(item)}
    told = {address: exported[arn] for address, arn in arns.items() if arn in exported}
    names = {name for arn in told.values() for name in (arn.address, arn.name)}
    kept = (item for item in written if not _superseded(item, names))
    code = [_filled(it, told[it.address]) if it.address in told else it for it in kept]
    known_arns = {item.address for item in told.values()}
    return (*code, *(item for item in exported.values() if item.address not in known_arns))


def _managed(item: Resource) -> bool:
    return item.mode == "managed" and item.type.startswith("aws_iam_")


def _filled(item: Resource, told: Resource) -> Resource:
    """What is written, and of what is not known there the export's."""
    values: dict[str, Value] = dict(item.attributes)
    for name, value in told.attributes.items():
        if name in values and known(values[name]):
            continue
        values[name] = value
    for name in ("inline_policy", "managed_policy_arns"):
        if name in values and not known(values[name]):
            del values[name]  # the export has them as resources of their own
    return replace(item, attributes=values)


def _superseded(item: Resource, names: set[str]) -> bool:
    """Whether it attaches what is not known to somebody of whom the export says all."""
    row = _attachments().get(item.type)
    if row is None or item.mode == "data":
        return False
    open_ = not known(item.get(row.get("arn", ""))) or not known(item.get(row.get("document", "")))
    return open_ and all(
        isinstance(name, str) and name in names
        for attribute in row.get("to", {})
        for name in _each(item.get(attribute))
    )


def _each(value: Value) -> Iterator[Value]:
    yield from value if isinstance(value, tuple) else (value,)


def _attachments() -> Mapping[str, Mapping[str, Any]]:
    return {row["tf"]: row for row in table("aws", "attachments")["attachment"] if "to" in row}
