"""Becoming another identity by one call; and who could give himself what nobody follows here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from typing import Any

from graph.model import Edge, EdgeKind, Evidence
from graph.places import same
from graph.policy.callers import Book, covers
from graph.policy.decide import REFUSED, Answer, Request, decide
from graph.policy.names import Hole, Name, literal
from graph.problems import Problem, ProblemKind
from graph.providers.aws.access import evidence, permission
from graph.providers.aws.attachments import Attachments
from graph.providers.aws.callers import Principal
from graph.providers.aws.context import lookup
from graph.providers.aws.identities import present
from graph.tables import table
from graph.values import Truth

_SOMETHING = Name((Hole(detail="something", anything=True),))
_EVERYTHING = literal("*")


def takeovers(principals: Iterable[Principal], attachments: Attachments) -> Iterator[Edge]:
    """Edges from who may make such a call to the identity that he becomes by it."""
    known = tuple(principals)
    for row in table("aws", "takeover")["takeover"]:
        declared = _declared(row, attachments)
        for source in known:
            if not _mentions(source.caller.identity, row["call"]):
                continue
            for target in known:
                resource = target.resource
                if resource is None or resource.type != row["on"] or source is target:
                    continue
                if "unless_declared" in row and target.node in declared:
                    continue
                yield from _edge(source, target, row, sure=target.node in declared)


def unfollowed(principals: Iterable[Principal]) -> Iterator[Problem]:
    """One gap an identity that could give itself more, unless it has everything already."""
    for principal in principals:
        if _has_everything(principal):
            continue
        rows = [
            (row, [call for call in row["calls"] if _may(principal, call)])
            for row in table("aws", "takeover")["unfollowed"]
        ]
        found = [
            f"{row['what']} ({', '.join(calls)})"
            for row, calls in rows
            if calls and _accompanied(principal, row)
        ]
        if found:
            yield Problem(
                ProblemKind.UNSUPPORTED,
                principal.node,
                " and ".join(found),
                "what it could give itself in this way is not followed",
                principal.resource.location if principal.resource else None,
                whose=(principal.node,),
            )


def _edge(
    source: Principal, target: Principal, row: Mapping[str, Any], *, sure: bool
) -> Iterator[Edge]:
    call = row["call"]
    answer = _asked(source, call, target.caller.arn, same(source.account, target.account))
    for then in row.get("then", ()):
        answer &= _not_refused(source, then, target)
    if "only_if" in row and not sure:
        answer &= Answer(Truth.MAYBE, (f"if {row['only_if']}",))
    if not answer.truth:
        return
    fact = Evidence(row["note"], None, call, row["source"])
    yield Edge(
        source.node,
        target.node,
        EdgeKind(row["kind"]),
        (*evidence(answer, permission(call), target.caller.arn), fact),
        answer.truth,
        calls=(call, *row.get("then", ())),
        condition=" and ".join(answer.words),
        guesses=answer.guesses,
    )


def _not_refused(source: Principal, call: str, target: Principal) -> Answer:
    """Whether no Deny stops a call that the target's own policy will allow by then."""
    denied = any(
        not item.allow
        and not item.tests
        and truth is Truth.YES
        and item.truth is Truth.YES
        and item.resources is not None
        and covers(item.resources, target.caller.arn) is Truth.YES
        for item, truth in source.caller.identity.on(permission(call))
    )
    return REFUSED if denied else Answer(Truth.YES)


def _asked(source: Principal, call: str, resource: Name, together: Truth) -> Answer:
    request = Request(permission(call), resource, lookup(source.caller.facts, {}, call))
    return decide(source.caller, request, None, together)


def _may(source: Principal, call: str) -> bool:
    if not _mentions(source.caller.identity, call):
        return False
    return bool(_asked(source, call, _SOMETHING, Truth.YES).truth)


def _accompanied(principal: Principal, row: Mapping[str, Any]) -> bool:
    if any(_may(principal, call) for call in row.get("unless", ())):
        return False
    if "tested" in row and not _tests(principal, tuple(row["tested"])):
        return False
    return "with" not in row or any(_may(principal, call) for call in row["with"])


def _tests(principal: Principal, keys: tuple[str, ...]) -> bool:
    """Whether a condition of its own policies asks for one of the keys."""
    statements = principal.caller.identity.statements
    return any(test.key.lower().startswith(keys) for item in statements for test in item.tests)


def _mentions(book: Book, call: str) -> bool:
    return any(statement.allow for statement, _ in book.on(permission(call)))


def _has_everything(principal: Principal) -> bool:
    caller = principal.caller
    if caller.boundary is not None or caller.vague:
        return False
    if any(not item.allow for item in caller.identity.statements):
        return False
    every = (
        covers(item.actions, _EVERYTHING) & covers(item.resources, _EVERYTHING) & item.truth
        for item in caller.identity.statements
        if item.resources is not None and not item.tests
    )
    return reduce(Truth.__or__, every, Truth.NO) is Truth.YES


def _declared(row: Mapping[str, Any], attachments: Attachments) -> frozenset[str]:
    """Users for whom the code declares what the call needs, or what it must not find."""
    type_ = row.get("unless_declared") or row.get("if_declared")
    if type_ is None:
        return frozenset()
    return frozenset(
        address
        for item in present(attachments.estate, type_)
        for address in attachments.resolve(item.get("user"), row["on"], item)
    )
