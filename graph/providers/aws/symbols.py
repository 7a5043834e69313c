"""What the holes in policies and ARNs refer to, and the ARNs of nodes, in one language.

`aws_s3_bucket.b.arn` in a policy and the bucket's own ARN become the same parts, whether the
reader filled in what is known or left the reference as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from graph import identities
from graph.estate import Estate
from graph.model import Node, Place
from graph.places import region
from graph.policy.names import Hole, Name, Part, literal, names
from graph.resource import Resource
from graph.storetypes import store_table
from graph.values import Text, Unknown, Value

_ACCOUNT = Hole("account:", "the account", digits=True)
_WILD = re.compile(r"([*?]+)")


@dataclass(frozen=True)
class Symbols:
    """The estate's resources by what unknown values call them."""

    estate: Estate

    def hole(self, unknown: Unknown) -> tuple[Part, ...]:
        """The parts an unknown stands for."""
        owner, attribute = self._owner(unknown.symbol or "")
        if owner is None or owner.mode == "data":
            return (self._plain(unknown),)
        value = identities.of(owner, attribute)
        if isinstance(value, str):
            return (value,)
        if isinstance(value, Text) and all(isinstance(part, str | Unknown) for part in value.parts):
            return tuple(item for part in value.parts for item in self._part(part))
        return (Hole(unknown.symbol, unknown.detail, owner.address, owner.type, attribute),)

    def names(self, value: Value) -> tuple[Name, ...]:
        """What a value may be, empty for what is no string."""
        return names(value, self.hole) or ()

    def has_arn(self, resource: Resource) -> bool:
        """Whether a table says how AWS names such a resource."""
        return resource.type in self._store_arns or bool(identities.identity(resource.type, "arn"))

    def arns(self, resource: Resource) -> tuple[Name, ...]:
        """The ARN of a resource; several where a part is one of several."""
        value = identities.of(resource, "arn")
        template = self._store_arns.get(resource.type)
        if isinstance(value, Unknown) and template:
            value = identities.fill(template, resource.get, resource.provider, resource.address)
        found = self.names(value)
        return tuple(Name(name.parts, resource.address, resource.type) for name in found)

    def account(self, resource: Resource) -> Name:
        """The account of a resource's provider configuration."""
        return place(resource.provider.account, digits=True) or Name((_ACCOUNT,))

    def path(self, node: Node) -> tuple[Name, ...]:
        """The ARN of a node that no resource stands for; what its path leaves open are holes."""
        return tuple(_from_path(text, node) for text in node.paths if text.startswith("arn:"))

    def _part(self, part: Part | Unknown | object) -> Iterable[Part]:
        if isinstance(part, str):
            return (part,)
        assert isinstance(part, Unknown), "checked by the caller"
        owner, attribute = self._owner(part.symbol or "")
        if owner is None or owner.mode == "data":
            return (self._plain(part),)
        return (Hole(part.symbol, part.detail, owner.address, owner.type, attribute),)

    def _plain(self, unknown: Unknown) -> Hole:
        """A hole of which nothing more is known than whether it is an account's id."""
        digits = unknown.symbol in self._accounts
        return Hole(unknown.symbol, unknown.detail, digits=digits)

    def _owner(self, symbol: str) -> tuple[Resource | None, str]:
        address, dot, attribute = symbol.rpartition(".")
        while dot:
            found = self.estate.by_address.get(address)
            if found is not None:
                return found, attribute
            address, dot, more = address.rpartition(".")
            attribute = f"{more}.{attribute}"
        return None, ""

    @cached_property
    def _accounts(self) -> frozenset[str]:
        """What the ids of accounts that code does not say are called."""
        owners = (item.provider.account for item in self.estate.resources)
        found = (item.symbol for item in owners if isinstance(item, Unknown))
        return frozenset(("account:", *filter(None, found)))

    @cached_property
    def _store_arns(self) -> dict[str, str]:
        rows = store_table().types.values()
        return {row.tf: row.arn for row in rows if row.arn and not _WILD.search(row.arn)}


def place(where: Place, *, digits: bool = False) -> Name | None:
    """An account, which has an id of `digits`, or a region as a name."""
    match where:
        case str():
            return literal(where)
        case Unknown():
            return Name((Hole(where.symbol, where.detail, digits=digits),))
    return None


def region_of(resource: Resource) -> Name | None:
    """The region of a resource."""
    own = resource.get("region")
    return literal(own) if isinstance(own, str) else place(region(resource))


def _from_path(text: str, node: Node) -> Name:
    """A path of the graph: `*` stands for what is not known, account and region are the node's."""
    parts: list[Part] = []
    segments = text.split(":", 5)
    for index, segment in enumerate(segments):
        if index:
            parts.append(":")
        known = {3: node.scope.region, 4: node.scope.account}.get(index)
        name = place(known, digits=index == 4) if segment == "*" else None
        if name is not None:
            parts.extend(name.parts)
        else:
            last = index == len(segments) - 1
            pieces = _WILD.split(segment)
            parts.extend(Hole(anything=last) if _WILD.fullmatch(it) else it for it in pieces)
    return Name((), node.id, node.type) + Name(tuple(parts))
