"""Everybody: whom a resource policy lets in that names `*`, without an account or a key of his own.

A request that nobody signs comes from no account, organization or private network; what else a
policy asks for (an address, a header) may hold for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from graph.conditions import conditions as read_conditions
from graph.conditions import holds
from graph.facts import Facts
from graph.model import Edge, Kind, Node, Scope
from graph.policy.callers import Book, Caller, named
from graph.policy.conditions import ABSENT, Fact, Source
from graph.policy.names import literal
from graph.providers.aws.access import access
from graph.providers.aws.attachments import Attachments
from graph.providers.aws.callers import Principal
from graph.providers.aws.identities import present
from graph.providers.aws.sides import Sides
from graph.providers.aws.targets import Target
from graph.resource import Resource
from graph.tables import table
from graph.values import Location, Truth

EVERYBODY = "aws:everybody"
_NOBODY = literal("nobody that is known")


def describe(sides: Sides) -> Facts:
    """A node for everybody, where some policy lets everybody in."""
    caller = _principal().caller
    for address, policies in sides.documents.items():
        for statement in (item for policy in policies for item in policy.statements):
            if statement.allow and named(statement.principals, caller).direct:
                where = sides.attachments.estate.by_address[address].location
                return Facts((_node(where),))
    return Facts()


def _node(where: Location | None) -> Node:
    facts = {"anybody": "yes"}
    kind = "aws/anonymous-caller"
    return Node(EVERYBODY, Kind.IDENTITY, kind, EVERYBODY, Scope("aws"), where, facts=facts)


def public(targets: Iterable[Target], sides: Sides) -> Iterator[Edge]:
    """What everybody may do, and to what."""
    owners = {id(sides.of(address)): address for address in sides.documents}
    for target in targets:
        if target.policy is None or not target.policy.names_callers or target.policy.vague:
            continue
        owner = sides.attachments.estate.by_address.get(owners.get(id(target.policy), ""))
        open_, why = _open(owner, sides.attachments)
        for edge in access([_principal()], [target]):
            # A policy that asks for certain addresses is not public in the sense of the block.
            truth, words = (edge.truth, "") if edge.condition else (edge.truth & open_, why)
            if truth:
                words = " and ".join(filter(None, (edge.condition, words)))
                yield replace(edge, truth=truth, condition=words)


def _principal() -> Principal:
    row = table("aws", "attachments")["public"]
    facts = dict.fromkeys(row["absent"], ABSENT)
    facts |= {key: Fact(Source.FIXED, (literal(value),)) for key, value in row["fixed"].items()}
    caller = Caller(EVERYBODY, "user", _NOBODY, _NOBODY, Book(()), facts=facts)
    return Principal(EVERYBODY, caller, None)


def _open(owner: Resource | None, attachments: Attachments) -> tuple[Truth, str]:
    """Whether nothing switches off the public part of a policy; if that is not certain, when."""
    for row in table("aws", "attachments")["public"]["block"]:
        if owner is None or owner.type != row["on"]:
            continue
        found = Truth.MAYBE
        for at in present(attachments.estate, row["tf"]):
            linked = attachments.references.resolve(at.get(row["link"]), [row["on"]], at)
            if linked.get(owner.address) is Truth.YES:
                found = ~holds(read_conditions(row["when"]), at)
        return found, row["unless"] if found is Truth.MAYBE else ""
    return Truth.YES, ""
