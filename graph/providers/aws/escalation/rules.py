"""The rules of `escalations.toml` as values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from graph.model import Evidence
from graph.tables import table

NEW = "new:"
PLACES = frozenset({"target", "workload", "policy", "group", "boundary", "code"})


@dataclass(frozen=True)
class Need:
    """What a rule asks for: a call allowed on all of `on`, other needs, or what nobody can read.

    `context`: condition keys that the request carries, "" for one that it must not carry. `kind`
    limits it to policies that are given in this way. `tags`: the request carries some.
    """

    call: str = ""
    on: tuple[str, ...] = ()
    context: tuple[tuple[str, str], ...] = ()
    given: bool = False
    either: tuple[Need, ...] = ()
    every: tuple[Need, ...] = ()
    declared: str = ""
    only_if: str = ""
    kind: str = ""
    tags: bool = False

    @cached_property
    def bound(self) -> bool:
        """Whether the answer depends on the target."""
        if self.declared or not PLACES.isdisjoint(self.on):
            return True
        if any(value.startswith("$") for _, value in self.context):
            return True
        return any(need.bound for need in (*self.either, *self.every))

    @cached_property
    def templates(self) -> tuple[str, ...]:
        """The ARNs of which the caller chooses the names."""
        own = [place for place in self.on if place.startswith(NEW)]
        inner = (text for need in (*self.either, *self.every) for text in need.templates)
        return tuple(dict.fromkeys((*own, *inner)))

    def parts(self) -> Iterator[Need]:
        """Itself and all that is in it."""
        yield self
        for need in (*self.either, *self.every):
            yield from need.parts()

    def calls(self) -> Iterator[Need]:
        """Every call in it."""
        return (need for need in self.parts() if need.call)


@dataclass(frozen=True)
class Rule:
    """One way to act as another identity, or with more ("escalations.toml" says how)."""

    id: str
    effect: str
    needs: tuple[Need, ...]
    evidence: Evidence
    target: tuple[str, ...] = ()
    trusts: str = ""
    through: str = ""
    lacks: str = ""
    chooses: str = ""
    workload: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def ordered(self, calls: Iterable[str]) -> tuple[str, ...]:
        """Calls in the order of the rule, each once."""
        every = [each.call for need in self.needs for each in need.calls()]
        return tuple(sorted(dict.fromkeys(calls), key=every.index))

    @cached_property
    def choosing(self) -> tuple[str, ...]:
        """The calls in which the caller names a managed policy of his choice."""
        every = (each for need in self.needs for each in need.calls())
        names = (each.call for each in every if f"${self.chooses}" in dict(each.context).values())
        return tuple(dict.fromkeys(names))

    @cached_property
    def free(self) -> Need:
        """What does not depend on the target."""
        return Need(every=tuple(need for need in self.needs if not need.bound))

    @cached_property
    def bound(self) -> Need:
        """What depends on the target."""
        return Need(every=tuple(need for need in self.needs if need.bound))


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, those first that give an identity more of its own."""
    found = [_rule(row) for row in table("aws", "escalations")["rule"]]
    return tuple(sorted(found, key=lambda rule: rule.effect not in {"grant", "new"}))


def _rule(row: Mapping[str, Any]) -> Rule:
    confirmed = row.get("status", "confirmed") == "confirmed"
    return Rule(
        row["id"],
        row["effect"],
        tuple(map(_need, row["needs"])),
        Evidence(row["note"], None, row["id"], row["source"], confirmed),
        tuple(f"aws_iam_{kind}" for kind in row.get("target", "").split(" or ") if kind),
        row.get("trusts", ""),
        row.get("through", ""),
        row.get("lacks", ""),
        row.get("chooses", ""),
        tuple(row.get("workload", ())),
        tuple(row.get("code", ())),
        tuple(row["paths"]),
    )


def _need(row: Mapping[str, Any]) -> Need:
    return Need(
        row.get("call", ""),
        tuple(row.get("on", ())),
        tuple(row.get("with", {}).items()),
        row.get("given", False),
        tuple(map(_need, row.get("any", ()))),
        tuple(map(_need, row.get("all", ()))),
        row.get("declared", ""),
        row.get("only_if", ""),
        row.get("kind", ""),
        row.get("tags", False),
    )
