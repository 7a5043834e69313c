"""Backup mechanisms and locks as data: every provider's `backups.toml`.

A row says how code declares a copy, where it lives, what becomes of it when its store goes, which
calls destroy it and how old it gets. Adding a mechanism is adding a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from graph.conditions import Condition, conditions
from graph.model import Cascade, Evidence, Grade
from graph.tables import tables
from graph.values import Location, Truth


@dataclass(frozen=True, slots=True)
class Declaration:
    """One way in which code shows a mechanism.

    `link` is the attribute that names the store (or a copy of it), empty where the declaring
    resource is the store. `container` names the bucket or vault that holds the copy, `region`,
    `account` and `key` attributes that say where it lives; `each` a nested block of which every
    one makes a copy.
    """

    tf: str
    when: tuple[Condition, ...] = ()
    link: tuple[str, ...] = ()
    container: str = ""
    region: str = ""
    account: str = ""
    key: str = ""
    each: str = ""
    age: Mapping[str, Any] = field(default_factory=dict)
    keep: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a copy when its store is deleted.

    With `attr`, the copy dies when that attribute (or its default) equals `dies_when`, else
    `otherwise` holds. `by_caller`: the attribute is an argument of the delete call, which an API
    caller chooses for himself. `grace` bounds how long a copy outlives its store.
    """

    mode: Cascade
    by_caller: bool = False
    when: Condition | None = None
    otherwise: Cascade = Cascade.NEVER
    grace: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One way to make copies of stores of the types `protects`; `node` is the copies' node type.

    `key` is `source`, `container`, `none` (nobody can delete it) or `own` (the declaration's
    attribute, else none). `matcher` names a special way to find the stores. `unseen`: code cannot
    show it, so every store of the type may have it. `is_resource`: the declaring resource is the
    copy, so destroying its stack deletes it.
    """

    id: str
    name: str
    protects: tuple[str, ...]
    node: str
    source: str
    declared: tuple[Declaration, ...] = ()
    fate: Fate = Fate(Cascade.NEVER)
    inside: bool = False
    key: str = "source"
    counts: bool = True
    isolated: Truth = Truth.YES
    grade: Grade = Grade.NONE
    window: Mapping[str, Any] = field(default_factory=dict)
    age: Mapping[str, Any] = field(default_factory=dict)
    keep: Mapping[str, Any] = field(default_factory=dict)
    destroys: tuple[str, ...] = ()
    lifted_by: tuple[str, ...] = ()
    path: str = ""
    matcher: str = ""
    unseen: bool = False
    is_resource: bool = False
    only_terraform: bool = False
    note: str = ""
    confirmed: bool = True

    def evidence(self, text: str, location: Location | None = None) -> Evidence:
        """A claim that rests on this row."""
        return Evidence(text, location, self.id, self.source, self.confirmed)


@dataclass(frozen=True, slots=True)
class Lock:
    """What raises the grade of every copy in a container, and for how long."""

    id: str
    tf: str
    link: tuple[str, ...]
    when: tuple[Condition, ...]
    grade: Grade
    what: str
    source: str
    window: Mapping[str, Any] = field(default_factory=dict)
    lifted_by: tuple[str, ...] = ()
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Point:
    """What a copy in a vault is, by what it was made of: node type, ARN and whose key."""

    node: str
    path: str
    key: str

    def made_by(self, mechanism: Mechanism) -> Mechanism:
        """The mechanism for this kind of store; a copy of a copy has its container's key anyway."""
        key = self.key if mechanism.key == "source" else mechanism.key
        return replace(mechanism, node=self.node, path=self.path, key=key)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All mechanisms by id, locks, and what points in a vault are, by the type of their store."""

    mechanisms: Mapping[str, Mechanism]
    locks: tuple[Lock, ...]
    points: Mapping[str, Point]


@cache
def catalogue() -> Catalogue:
    """Every provider's mechanisms, locks and points."""
    mechanisms: dict[str, Mechanism] = {}
    locks: list[Lock] = []
    points: dict[str, Point] = {}
    for table in tables("backups").values():
        default = table.get("source", "")
        for row in table.get("mechanism", ()):
            mechanisms[row["id"]] = _mechanism({"source": default, **row})
        locks.extend(_lock({"source": default, **row}) for row in table.get("lock", ()))
        for row in table.get("point", ()):
            point = Point(row["node"], row["path"], row["key"])
            points |= dict.fromkeys(row["stores"], point)
    return Catalogue(mechanisms, tuple(locks), points)


def _mechanism(row: Mapping[str, Any]) -> Mechanism:
    fields = dict(row)
    fields["declared"] = tuple(_declaration(item) for item in row.get("declared", ()))
    fields["fate"] = _fate(fields.pop("cascade"))
    fields["grade"] = Grade(row.get("grade", "none"))
    fields["isolated"] = Truth.of(row.get("isolated", True))
    fields["confirmed"] = fields.pop("status", "confirmed") == "confirmed"
    for name in ("protects", "destroys", "lifted_by"):
        fields[name] = tuple(row.get(name, ()))
    return Mechanism(**fields)


def _declaration(row: Mapping[str, Any]) -> Declaration:
    fields = dict(row)
    link = row.get("link", ())
    fields["link"] = (link,) if isinstance(link, str) else tuple(link)
    fields["when"] = conditions(row.get("when", ()))
    return Declaration(**fields)


def _fate(row: Mapping[str, Any] | str) -> Fate:
    if isinstance(row, str):
        return Fate(Cascade(row))
    test = None
    if "attr" in row:
        test = Condition(row["attr"], "eq", row["dies_when"], row["default"])
    return Fate(
        mode=Cascade(row["mode"]),
        by_caller=row.get("by_caller", False),
        when=test,
        otherwise=Cascade(row.get("otherwise", "never")),
        grace=row.get("grace", {}),
    )


def _lock(row: Mapping[str, Any]) -> Lock:
    fields = dict(row)
    link = row["link"]
    fields["link"] = (link,) if isinstance(link, str) else tuple(link)
    fields["when"] = conditions(row.get("when", ()))
    fields["grade"] = Grade(row["grade"])
    fields["lifted_by"] = tuple(row.get("lifted_by", ()))
    fields["confirmed"] = fields.pop("status", "confirmed") == "confirmed"
    return Lock(**fields)
