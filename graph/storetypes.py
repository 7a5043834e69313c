"""The Terraform types that hold data, keys and secrets: every provider's `stores.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from graph.conditions import Condition, conditions
from graph.tables import tables


@dataclass(frozen=True, slots=True)
class StoreType:
    """One Terraform type: what its node is, and which attributes say name, place and key.

    `kind` is a word of `graph.model.Kind`, or `alias` for a second name of a key (`alias_of` is
    the attribute that says of which). `region` and `zone` are attribute paths; without `region`
    the provider configuration's region counts.
    """

    tf: str
    node: str
    kind: str
    what: str
    vendor: str
    source: str
    ids: tuple[str, ...] = ()
    label: tuple[str, ...] = ("name", "name_prefix")
    arn: str = ""
    key: tuple[str, ...] = ()
    key_from: Mapping[str, str] = field(default_factory=dict)
    account: tuple[str, ...] = ()
    region: tuple[str, ...] = ("region",)
    zone: tuple[str, ...] = ()
    roles: str = ""
    alias_of: str = ""
    window: Mapping[str, Any] = field(default_factory=dict)
    parent: tuple[str, ...] = ()
    replica: tuple[Condition, ...] = ()
    skip: tuple[Condition, ...] = ()
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class GuardRule:
    """A protection: `when` it is on, how strong, which calls it `stops`, and which lift it (by
    Terraform type).
    """

    id: str
    on: tuple[str, ...]
    when: tuple[Condition, ...]
    attr: str
    grade: str
    what: str
    source: str
    removable_by: Mapping[str, tuple[str, ...]]
    stops: tuple[str, ...] = ()
    link: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class StoreTable:
    """All providers' rows; `keys` and `own_keys`: what names a key, what is no key to lose."""

    types: Mapping[str, StoreType]
    guards: tuple[GuardRule, ...]
    keys: tuple[str, ...]
    own_keys: tuple[str, ...]
    backends: tuple[Mapping[str, str], ...]

    @property
    def identity(self) -> Mapping[str, tuple[str, ...]]:
        """The attributes that name a resource, by Terraform type."""
        return {row.tf: row.ids for row in self.types.values()}


@cache
def store_table() -> StoreTable:
    """Every provider's store types and guards."""
    types: dict[str, StoreType] = {}
    guards: list[GuardRule] = []
    keys: list[str] = []
    own: list[str] = []
    backends: list[Mapping[str, str]] = []
    for table in tables("stores").values():
        defaults = {"vendor": table.get("vendor", ""), "source": table.get("source", "")}
        for row in table.get("type", ()):
            types[row["tf"]] = _type({**defaults, **row})
        guards.extend(_guard({**defaults, **row}) for row in table.get("guard", ()))
        keys.extend(table.get("keys", ()))
        own.extend(table.get("own_keys", ()))
        backends.extend(table.get("backend", ()))
    return StoreTable(types, tuple(guards), tuple(keys), tuple(own), tuple(backends))


def _type(row: Mapping[str, Any]) -> StoreType:
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.items()
    }
    for key in ("replica", "skip"):
        fields[key] = conditions(row.get(key, ()))
    fields["confirmed"] = fields.pop("status", "confirmed") == "confirmed"
    return StoreType(**fields)


def _guard(row: Mapping[str, Any]) -> GuardRule:
    return GuardRule(
        id=row["id"],
        on=tuple(row["on"]),
        when=conditions(row["when"]),
        attr=row["attr"],
        grade=row["grade"],
        what=row["what"],
        source=row["source"],
        removable_by={tf: tuple(calls) for tf, calls in row.get("removable_by", {}).items()},
        stops=tuple(row.get("stops", ())),
        link=row.get("link", ""),
        confirmed=row.get("status", "confirmed") == "confirmed",
    )
