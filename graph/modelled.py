"""Which Terraform types the providers' tables speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from graph.tables import tables

TABLES = ("stores", "backups", "attachments")


def matters(type_: str) -> bool:
    """Whether some table speaks of this Terraform type, so that its values count."""
    return type_ in _types()


@cache
def _types() -> frozenset[str]:
    """Every Terraform type that a table names."""
    return frozenset(
        name
        for kind in TABLES
        for table in tables(kind).values()
        for key, rows in table.items()
        if key != "use"  # what sends logs somewhere holds nothing itself
        for name in _named(rows)
    )


def _named(table: Any) -> Iterator[str]:
    if isinstance(table, Mapping):
        for key, value in table.items():
            if key == "tf":
                yield from (value,) if isinstance(value, str) else value
            elif key == "to" and isinstance(value, Mapping):
                yield from value.values()
            else:
                yield from _named(value)
    elif isinstance(table, list):
        for item in table:
            yield from _named(item)
