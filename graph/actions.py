"""API calls and what they do, from every provider's `actions.toml`.

No name pattern finds destruction, so every call that reads, changes or destroys data, a copy, a
key or a permission stands in a table with its source ("Add a resource type" in CONTRIBUTING.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from graph.model import Evidence, Undo, Verb
from graph.tables import tables


@dataclass(frozen=True, slots=True)
class UndoRule:
    """How long a deletion can be undone, for days in `since` (inclusive) to `until` (exclusive)."""

    window: timedelta
    how: str
    source: str
    since: date = date.min
    until: date = date.max


@dataclass(frozen=True, slots=True)
class Action:
    """One API call: `verb` on nodes of the types `on`.

    `removes_guard` is for a call that lifts a protection so that another call can destroy.
    `spans_environments`: the call names no environment, so every environment's instance is hit.
    `permission` is what a policy must allow where that differs from the call's name; `at` says on
    what: "" the node itself, `/*` and the like what its ARN goes on with, `*` nothing narrower than
    everything (the provider has no resource-level permission for it). `needs` are further
    permissions on the same terms, without which the call fails. `only_if` is what must hold besides
    and no policy says, in words: with it the access is possible, not proven. `each`: what one call
    deletes of the many things in the store, so that it takes a call for each. `decrypts` is the
    permission that it needs besides on the customer's key with which the node is encrypted.
    """

    name: str
    verb: Verb
    on: tuple[str, ...]
    source: str
    permission: str
    at: str = ""
    removes_guard: bool = False
    spans_environments: bool = False
    needs: tuple[str, ...] = ()
    only_if: str = ""
    each: str = ""
    undo: tuple[UndoRule, ...] = ()
    decrypts: str = ""
    note: str = ""
    confirmed: bool = True

    def undo_on(self, day: date) -> Undo | None:
        """The undo window in force on `day`, `None` where nothing is known of one."""
        for rule in self.undo:
            if rule.since <= day < rule.until:
                evidence = Evidence(rule.how, fact=self.name, source=rule.source)
                return Undo(rule.window, rule.how, evidence)
        return None


@cache
def actions() -> tuple[Action, ...]:
    """Every action of every provider."""
    return tuple(
        _action(row) for rows in tables("actions").values() for row in rows.get("action", ())
    )


@cache
def actions_on(type_: str) -> tuple[Action, ...]:
    """The actions that concern nodes of a type."""
    return _by_type().get(type_, ())


@cache
def _by_type() -> Mapping[str, tuple[Action, ...]]:
    groups: defaultdict[str, list[Action]] = defaultdict(list)
    for action in actions():
        for type_ in action.on:
            groups[type_].append(action)
    return {type_: tuple(found) for type_, found in groups.items()}


def _action(row: Mapping[str, Any]) -> Action:
    return Action(
        name=row["name"],
        verb=Verb(row["verb"]),
        on=tuple(row["on"]),
        source=row["source"],
        permission=row.get("permission", row["name"]),
        at=row.get("at", ""),
        removes_guard=row.get("removes_guard", False),
        spans_environments=row.get("spans_environments", False),
        needs=tuple(row.get("needs", ())),
        only_if=row.get("only_if", ""),
        each=row.get("each", ""),
        undo=tuple(_undo(rule, row["source"]) for rule in row.get("undo", ())),
        decrypts=row.get("decrypts", ""),
        note=row.get("note", ""),
        confirmed=row.get("status", "confirmed") == "confirmed",
    )


def _undo(rule: Mapping[str, Any], source: str) -> UndoRule:
    return UndoRule(
        window=timedelta(hours=rule["hours"]),
        how=rule["how"],
        source=rule.get("source", source),
        since=rule.get("since", date.min),
        until=rule.get("until", date.max),
    )
