"""Accounts that an organization has in code: what lies in each goes when it is closed."""

from __future__ import annotations

from collections.abc import Iterator

from graph import identities
from graph.estate import Estate
from graph.model import Edge, EdgeKind, Evidence, Kind
from graph.places import same
from graph.providers.aws.identities import present
from graph.store import Graph
from graph.values import Truth, Unknown

_INSIDE = (Kind.STORE, Kind.BACKUP, Kind.KEY)


def contain(estate: Estate, graph: Graph) -> Iterator[Edge]:
    """Which stores, copies and keys lie in which account."""
    for account in present(estate, "aws_organizations_account"):
        number = identities.of(account, "id")
        if not isinstance(number, str | Unknown):
            continue
        why = Evidence(f"it lies in the account {account.address}", account.location)
        for node in graph.of_kind(*_INSIDE):
            if node.scope.vendor == "aws" and same(node.scope.account, number) is Truth.YES:
                yield Edge(account.address, node.id, EdgeKind.CONTAINS, (why,))
