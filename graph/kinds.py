"""Kinds of credentials: what each can do when nothing narrower is known, from `kinds.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from graph.tables import tables

LADDER = ("read", "write", "destroy", "admin")
BY_POLICY = "policy"


@dataclass(frozen=True, slots=True)
class CredentialKind:
    """One kind; `can` are levels, empty where only its grants or its provider's policies tell.

    `scope` is a selector whose `{placeholders}` the user may fill; `bound_by` is what the platform
    lets one narrow. `confirmed` is False where no documentation was read for the row.
    """

    id: str
    can: tuple[str, ...]
    scope: str
    bound_by: tuple[str, ...]
    as_of: date
    names: tuple[str, ...] = ()
    mints: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()
    expires: str | None = None
    note: str = ""
    confirmed: bool = True

    @property
    def provider(self) -> str:
        """The word before the slash."""
        return self.id.split("/", 1)[0]

    @property
    def by_policy(self) -> bool:
        """Whether policies decide, which the provider's own code reads."""
        return BY_POLICY in self.bound_by


@cache
def kinds() -> Mapping[str, CredentialKind]:
    """Every kind by its id."""
    found = (_kind(row) for rows in tables("kinds").values() for row in rows.get("kind", ()))
    return {kind.id: kind for kind in found}


def kind_of(id_: str) -> CredentialKind | None:
    """The kind of that id, `None` for an unknown one."""
    return kinds().get(id_)


@cache
def kinds_named(variable: str) -> tuple[CredentialKind, ...]:
    """The kinds that go by a variable's name."""
    return tuple(kind for kind in kinds().values() if variable in kind.names)


def up_to(level: str) -> tuple[str, ...]:
    """A level and those below it."""
    return LADDER[: LADDER.index(level) + 1] if level in LADDER else ()


def _kind(row: Mapping[str, Any]) -> CredentialKind:
    can = row["can"]
    return CredentialKind(
        id=row["id"],
        can=tuple(can) if isinstance(can, list) else up_to(can),
        scope=row.get("scope", ""),
        bound_by=tuple(row["bound_by"]),
        as_of=row["as_of"],
        names=tuple(row.get("names", ())),
        mints=tuple(row.get("mints", ())),
        skips=tuple(row.get("skips", ())),
        expires=row.get("expires"),
        note=row.get("note", ""),
        confirmed=row["status"] == "confirmed",
    )
