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
from graph.policy.callers import Book, Caller
from graph.policy.conditions import ABSENT, Fact, Source
from graph.policy.decide import ResourcePolicy
from graph.policy.documents import Statement
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
    for address in sides.documents:
        if _for_everybody(sides.of(address)) is not None:
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
        policy = _for_everybody(target.policy)
        if policy is None:
            continue
        owner = sides.attachments.estate.by_address.get(owners.get(id(target.policy), ""))
        open_, why = _open(owner, sides.attachments)
        for edge in access([_principal()], [replace(target, policy=policy)]):
            # A policy that asks for certain addresses is not public in the sense of the block.
            truth, words = (edge.truth, "") if edge.condition else (edge.truth & open_, why)
            if truth:
                words = " and ".join(filter(None, (edge.condition, words)))
                yield replace(edge, truth=truth, condition=words)


def _for_everybody(policy: ResourcePolicy | None) -> ResourcePolicy | None:
    """A policy without what it allows to somebody, `None` where nothing is left: an account that is
    not known is one account, and a policy of which nothing is known need not be public.
    """
    if policy is None or policy.vague:
        return None
    kept = tuple(it for it in policy.book.statements if not it.allow or _open_to_all(it))
    return replace(policy, book=Book(kept)) if any(it.allow for it in kept) else None


def _open_to_all(statement: Statement) -> bool:
    principals = statement.principals
    return principals is not None and (
        principals.negated
        or any(name.code == "*" for _, options in principals.entries for name in options)
    )


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
