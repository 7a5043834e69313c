"""What blastwall and the simulator say of a situation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph.policy.callers import Book, Caller, book, bound, filler
from graph.policy.conditions import ABSENT, Fact, Source
from graph.policy.decide import Answer, Request, ResourcePolicy, decide
from graph.policy.documents import policy
from graph.policy.names import literal
from graph.values import Truth
from tests.graph.policy.situations import (
    FIXED,
    KEYS,
    MANDATORY,
    OTHERS,
    OWN,
    SESSION,
    SESSIONS,
    Document,
    Situation,
)

FULL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}  # what AWS attaches to every level


def ours(given: Situation) -> Answer:
    """The answer of `decide`."""
    facts = {key.lower(): ABSENT for key in (*KEYS, *FIXED, "aws:PrincipalTag/")}
    facts |= {key.lower(): _fact(value) for key, value in given.context.items()}
    if given.open:
        facts[given.open.lower()] = Fact(Source.OPEN)
    if given.chosen:
        facts[given.chosen.lower()] = Fact(Source.CHOSEN)

    def lookup(key: str) -> Fact:
        return facts.get(key.lower(), ABSENT)

    fill = filler(facts)
    caller = Caller(
        given.principal,
        "role" if given.is_role else "user",
        literal(given.principal),
        literal(OWN),
        bound(_book(given.identity), fill),
        bound(_book([given.boundary]), fill) if given.boundary else None,
        facts=facts,
        session=bound(_book([given.session]), fill) if given.session else None,
        organization=tuple(bound(_book(level), fill) for level in given.scps),
    )
    request = Request(
        literal(given.action.lower()),
        literal(given.resource),
        lookup,
        tuple(_book([FULL, *level]) for level in given.rcps),
    )
    side = None
    if given.policy is not None:
        side = ResourcePolicy(_book([given.policy]), given.service in MANDATORY)
    return decide(caller, request, side, Truth.of(given.account == OWN))


def _fact(value: str | list[str]) -> Fact:
    values = value if isinstance(value, list) else [value]
    return Fact(Source.FIXED, tuple(map(literal, values)))


def _book(documents: list[Document]) -> Book:
    return book(policy(document, "p") for document in documents)


def requests(given: Situation) -> Iterator[dict[str, Any]]:
    """The same for the simulator: one a name that a role's session may have, and one a value
    that the open or chosen key may hold.
    """
    principals = [SESSION + name for name in SESSIONS] if given.is_role else [given.principal]
    for principal in principals:
        for context in _contexts(given):
            yield _request(given, principal, context)


def outcomes(given: Situation, allowed: list[bool]) -> list[bool]:
    """What comes of the requests: of those that the caller chooses from, the best one."""
    if not given.chosen:
        return allowed
    size = len(list(_contexts(given)))
    return [any(allowed[at : at + size]) for at in range(0, len(allowed), size)]


def _contexts(given: Situation) -> Iterator[dict[str, Any]]:
    yield given.context
    key = given.open or given.chosen
    if key:
        kind, values = KEYS[key]
        for value in (*values, *OTHERS[kind]):
            yield given.context | {key: [value] if kind == "many" else value}


def _request(given: Situation, principal: str, context: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "request": {
            "principal": principal,
            "action": given.action,
            "resource": {"resource": given.resource, "accountId": given.account},
            "contextVariables": context,
        },
        "identityPolicies": _named(given.identity),
        "serviceControlPolicies": _levels(given.scps),
        "resourceControlPolicies": _levels(given.rcps),
    }
    if given.boundary:
        found["permissionBoundaryPolicies"] = _named([given.boundary])
    if given.session:
        found["sessionPolicy"] = given.session
    if given.policy:
        found["resourcePolicy"] = given.policy
    return found


def _named(documents: list[Document]) -> list[Document]:
    return [{"name": f"p{at}", "policy": document} for at, document in enumerate(documents)]


def _levels(levels: list[list[Document]]) -> list[Document]:
    return [
        {"orgIdentifier": f"o{at}", "policies": _named(documents)}
        for at, documents in enumerate(levels)
    ]
