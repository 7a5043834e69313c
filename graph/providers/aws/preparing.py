"""Calls that change what a target's own side or tags say to the next call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property

from graph.places import same
from graph.policy.conditions import ABSENT, Fact, Source
from graph.policy.decide import REFUSED, Answer, Request, decide
from graph.policy.documents import Statement
from graph.policy.names import Name, literal
from graph.providers.aws.callers import Principal
from graph.providers.aws.context import Facts, lookup
from graph.providers.aws.organization import controlling
from graph.providers.aws.sides import OPEN
from graph.providers.aws.targets import Target
from graph.tables import table
from graph.values import Truth

IN_REQUEST = ("aws:requesttag/", "aws:tagkeys")
_TAG = "tag/"


@dataclass(frozen=True)
class Preparation:
    """A call after which a target's policy says what the caller likes, or its tags do.

    `kept`: it is the policy of what holds the target.
    """

    call: str
    choose: str
    on: frozenset[str]
    kept: bool = False

    @cached_property
    def permission(self) -> Name:
        """What a policy must allow for it."""
        return literal(self.call.lower())


@dataclass(frozen=True, eq=False)
class Prepared:
    """A target as a preparation leaves it: whether one may make the call, and which."""

    answer: Answer
    call: str
    target: Target


@cache
def _every() -> tuple[Preparation, ...]:
    rows = table("aws", "escalations")["preparation"]
    return tuple(Preparation(row["call"], row["choose"], frozenset(row["on"])) for row in rows)


def preparing(targets: Iterable[Target]) -> tuple[Preparation, ...]:
    """The preparations for targets of one type: their own, and those of what holds them."""
    own, keepers = set(), set()
    for target in targets:
        own.add(target.node.type)
        if target.keeper is not None:
            keepers.add(target.keeper.type)
    found = [row for row in _every() if row.on & own]
    kept = (row for row in _every() if row.on & keepers and row.choose == "policy")
    return (*found, *(replace(row, kept=True) for row in kept))


def mentioned(principal: Principal, row: Preparation) -> bool:
    """Whether the principal's policies allow such a call at all."""
    return any(item.allow for item, _ in principal.caller.identity.on(row.permission))


def prepared(
    principal: Principal,
    target: Target,
    rows: Iterable[Preparation],
    statements: Iterable[Statement],
) -> Iterator[Prepared]:
    """The target as each preparation that the principal may make leaves it."""
    tagged = _by_tags(statements)
    for row in rows:
        if row.choose != "policy" and not tagged:
            continue
        if not row.kept:
            answer = _may(principal, target, row, target.arns, target.facts)
        elif target.keeper is not None and target.keeper.type in row.on:
            answer = _may(principal, target, row, target.keeper.arns, target.keeper.facts)
        else:
            continue
        if answer.truth:
            yield Prepared(answer, row.call, _after(target, row.choose))


def _may(
    principal: Principal, target: Target, row: Preparation, arns: tuple[Name, ...], facts: Facts
) -> Answer:
    together = Truth.YES if principal.account is None else same(principal.account, target.account)
    usual = lookup(principal.caller.facts, facts, row.call)
    levels = controlling(row.call, target.organization)

    def find(key: str) -> Fact:
        if key.lower().startswith(IN_REQUEST):
            return Fact(Source.OPEN, label="the tag in the request")
        return usual(key)

    asked = (
        decide(
            principal.caller, Request(row.permission, arn, find, levels), target.policy, together
        )
        for arn in arns
    )
    return min(asked, key=lambda answer: answer.truth, default=REFUSED)


def _after(target: Target, choose: str) -> Target:
    if choose == "policy":
        return replace(target, policy=OPEN)
    fact = Fact(Source.CHOSEN) if choose == "tags" else ABSENT
    return replace(
        target, facts={key: fact if _TAG in key else old for key, old in target.facts.items()}
    )


def _by_tags(statements: Iterable[Statement]) -> bool:
    """Whether some statement asks for tags of the target."""
    return any(
        _TAG in test.key.lower() and not test.key.lower().startswith(("aws:principal", *IN_REQUEST))
        for item in statements
        for test in item.tests
    )
