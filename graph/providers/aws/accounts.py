"""Accounts of an organization as containers: closing one takes all that is in it."""

from __future__ import annotations

from collections.abc import Iterator

from graph import identities
from graph.estate import Estate
from graph.model import Edge, EdgeKind, Evidence, Kind
from graph.places import same
from graph.providers.aws.identities import present
from graph.store import Graph
from graph.values import Truth, Unknown

ACCOUNT = "aws_organizations_account"
_INSIDE = (Kind.STORE, Kind.BACKUP, Kind.KEY, Kind.SECRET, Kind.STATE)


def contents(estate: Estate, graph: Graph) -> Iterator[Edge]:
    """What certainly lies in each account; where an account is not known it could be any."""
    for account in present(estate, ACCOUNT):
        number = identities.of(account, "id")
        why = Evidence(f"it is in the account {account.address}", account.location)
        if not isinstance(number, str | Unknown):
            continue
        for node in graph.of_kind(*_INSIDE):
            if node.scope.vendor == "aws" and same(node.scope.account, number) is Truth.YES:
                yield Edge(account.address, node.id, EdgeKind.CONTAINS, (why,))
