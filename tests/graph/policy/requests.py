"""Callers, policies and requests in few words."""

from __future__ import annotations

from graph.policy.callers import Caller, book, bound, filler
from graph.policy.conditions import Fact, Source
from graph.policy.decide import Request, ResourcePolicy, decide
from graph.policy.documents import policy
from graph.policy.names import literal
from graph.values import Truth

ACCOUNT = "111111111111"
USER = f"arn:aws:iam::{ACCOUNT}:user/ann"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


def allow(action="*", resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action="*", resource="*", **more):
    return allow(action, resource, **{"Effect": "Deny"} | more)


def document(*statements, version="2012-10-17"):
    return {"Version": version, "Statement": tuple(statements)}


def read(*statements, name="policy p", **more):
    return policy(document(*statements, **more), name)


def caller(*statements, boundary=None, kind="user", facts=None, vague=False):
    arn = ROLE if kind == "role" else USER
    known = {
        "aws:principalarn": Fact(Source.FIXED, (literal(arn),)),
        "aws:username": Fact(Source.FIXED, (literal("ann"),)),
    }
    known |= facts or {}
    fill = filler(known)
    limit = None if boundary is None else bound(book([read(*boundary)]), fill)
    return Caller(
        arn,
        kind,
        literal(arn),
        literal(ACCOUNT),
        bound(book([read(*statements)]), fill),
        limit,
        vague,
        known,
    )


def side(*statements, mandatory=False):
    return ResourcePolicy(book([read(*statements, name="policy of r")]), mandatory)


def ask(who, action="s:a", resource="r1", policy=None, together=Truth.YES, facts=None):
    known = dict(who.facts) | (facts or {})

    def lookup(key):
        return known.get(key.lower(), Fact(Source.OPEN))

    request = Request(literal(action.lower()), literal(resource), lookup)
    return decide(who, request, policy, together)


def truth(who, *args, **more):
    return ask(who, *args, **more).truth
