"""IAM users and roles as callers: their policies compiled, their boundary, what they fix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from graph.model import NodeId, Place
from graph.places import account
from graph.policy.callers import Book, Caller, book, bound, filler
from graph.policy.documents import Policy
from graph.policy.names import Name
from graph.providers.aws.attachments import Attachments
from graph.providers.aws.context import caller_facts
from graph.providers.aws.identities import principals
from graph.providers.aws.organization import SCP, Organization
from graph.resource import Resource


@dataclass(frozen=True, eq=False)
class Principal:
    """A node that calls AWS, with the account it calls from; `policies` are those it has."""

    node: NodeId
    caller: Caller
    account: Place
    resource: Resource | None = None
    policies: tuple[Policy, ...] = ()


@dataclass
class Books:
    """Compiled policies, one book a distinct set."""

    _known: dict[tuple[int, ...], tuple[tuple[Policy, ...], Book]] = field(default_factory=dict)

    def of(self, policies: tuple[Policy, ...]) -> Book:
        """The book of these policies."""
        key = tuple(id(item) for item in policies)
        if key not in self._known:
            self._known[key] = (policies, book(policies))
        return self._known[key][1]


def callers(attachments: Attachments, organization: Organization) -> Iterator[Principal]:
    """Every user and role of the estate."""
    books = Books()
    for resource in principals(attachments.estate):
        arns = attachments.symbols.arns(resource)
        arn = arns[0] if len(arns) == 1 else Name((), resource.address, resource.type)
        facts = caller_facts(resource, arn, attachments.symbols)
        fill = filler(facts)
        boundary = attachments.boundary(resource)
        policies = attachments.of(resource.address)
        caller = Caller(
            resource.address,
            "role" if resource.type == "aws_iam_role" else "user",
            arn,
            attachments.symbols.account(resource),
            bound(books.of(policies), fill),
            bound(books.of(boundary), fill) if boundary else None,
            boundary == (),
            facts,
            organization=tuple(
                bound(level, fill) for level in organization.limits(SCP, account(resource))
            ),
        )
        if organization.spares(resource):
            caller = replace(caller, organization=(), spared=True)
        yield Principal(resource.address, caller, account(resource), resource, policies)
