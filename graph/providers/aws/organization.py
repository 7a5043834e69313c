"""What the service and resource control policies of an organization leave to an account.

Every level from the root to the account must allow; AWS attaches a policy that allows everything
to each of them, so that code alone takes away by denies. Who may be outside the organization may
not be denied anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache, reduce
from typing import Any

from graph import identities
from graph.conditions import values_at
from graph.model import Place
from graph.places import account, same
from graph.policy.callers import Book, book
from graph.policy.documents import Policy, Statement, everything
from graph.providers.aws.attachments import Attachments
from graph.providers.aws.identities import present
from graph.resource import Presence, Resource
from graph.tables import table
from graph.values import Truth, Unknown, Value

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
_UNLIMITED = everything("the policy that AWS attaches by itself")
_DEPTH = 8  # units nest five deep


@dataclass(frozen=True)
class Level:
    """One root, unit or account with the policies of one kind that are attached to it."""

    target: Value
    at: Resource
    policies: tuple[tuple[Policy, Truth], ...]


@dataclass
class Organization:
    """The control policies of an estate, by the account that they are for."""

    attachments: Attachments
    _known: dict[tuple[str, str], tuple[Book, ...]] = field(default_factory=dict)

    def limits(self, kind: str, where: Place) -> tuple[Book, ...]:
        """The books of all levels above an account, each of which must allow."""
        key = (kind, where.symbol or str(where) if isinstance(where, Unknown) else str(where))
        if key not in self._known:
            self._known[key] = tuple(self._books(kind, where))
        return self._known[key]

    def spares(self, role: Resource) -> bool:
        """Whether a role is one that only an AWS service made and uses."""
        path = role.get("path")
        return isinstance(path, str) and path.startswith(_table()["linked"]["path"])

    def _books(self, kind: str, where: Place) -> Iterator[Book]:
        for level in self._levels.get(kind, ()):
            inside = self._inside(level, where) & ~self._management(level.at, where)
            if not inside:
                continue
            kept = [_weaker(policy, truth & inside) for policy, truth in level.policies]
            if self._has_default(kind, level) or inside is not Truth.YES:
                kept.append(_UNLIMITED)
            yield book(kept)

    @cached_property
    def _levels(self) -> Mapping[str, tuple[Level, ...]]:
        row = _table()["attachment"]
        estate, references = self.attachments.estate, self.attachments.references
        found: defaultdict[str, list[Level]] = defaultdict(list)
        for at in present(estate, row["tf"]):
            value, target = at.get(row["policy"]), at.get(row["target"])
            if value in _defaults():
                continue
            sure = Truth.of(at.presence is Presence.CERTAIN or None)
            named = references.resolve(value, [_table()["policy"]["tf"]], at)
            if not named:
                self.attachments.lost(at, f"{row['policy']} names no policy of this code")
            for address, truth in named.items():
                owner = estate.by_address[address]
                level = Level(target, at, ((self._read(owner), truth & sure),))
                found[_kind(owner)].append(level)
        return {kind: tuple(self._merged(levels)) for kind, levels in found.items()}

    def _merged(self, levels: list[Level]) -> Iterator[Level]:
        """One level a target, however many policies are attached to it."""
        groups: dict[str, Level] = {}
        for number, level in enumerate(levels):
            own = self._targets(level)
            key = next(iter(own)) if len(own) == 1 else _plain(level.target) or f"#{number}"
            before = groups.get(key)
            policies = (*(before.policies if before else ()), *level.policies)
            groups[key] = replace(level, policies=policies)
        yield from groups.values()

    def _read(self, owner: Resource) -> Policy:
        attribute = _table()["policy"]["document"]
        name = f"policy {owner.address}"
        return self.attachments.document(owner, attribute, owner.get(attribute), name)

    def _has_default(self, kind: str, level: Level) -> bool:
        """Whether what AWS attaches by itself is still there, as far as somebody read it."""
        row = _table()["listing"]
        mine = self._targets(level)
        for at in self.attachments.estate.of_type(row["tf"]):
            listed = at.get(row["policies"])
            if at.get(row["kind"]) != kind or not isinstance(listed, tuple):
                continue
            other = self._targets(Level(at.get(row["target"]), at, ()))
            same_target = bool(mine and mine == other) or at.get(row["target"]) == level.target
            if same_target and all(isinstance(it, str) for it in listed):
                return any(it in _defaults() for it in listed)
        return True

    def _inside(self, level: Level, where: Place) -> Truth:
        """Whether a level is above an account, or it itself."""
        text = _plain(level.target)
        if text is not None and text.isdigit():
            return same(text, where)
        own = self._own_account(where)
        named = self._targets(level)
        types = {self.attachments.estate.by_address[it].type for it in named}
        if types and types <= set(_table()["account"]["tf"]):
            return self._any(same(self._id(it), where) & sure for it, sure in named.items())
        if own is None:
            return Truth.MAYBE
        if not named:  # a root or unit of which code says no more than its id
            root = text is not None and text.startswith("r-")
            return Truth.YES if root else Truth.MAYBE
        if types & set(_table()["organization"]["tf"]):
            return Truth.YES  # its root
        above = self._above(own)
        return self._any(sure for it, sure in named.items() if it in above) or (
            Truth.NO if above and "" not in above else Truth.MAYBE
        )

    def _own_account(self, where: Place) -> Resource | None:
        """The resource that makes an account."""
        accounts = present(self.attachments.estate, *_table()["account"]["tf"])
        return next((it for it in accounts if same(self._id(it.address), where) is Truth.YES), None)

    def _above(self, at: Resource) -> frozenset[str]:
        """The units and the organization above an account; "" where the way up is not known."""
        found: set[str] = set()
        row, types = _table()["account"], (*_table()["unit"]["tf"], *_table()["organization"]["tf"])
        for _ in range(_DEPTH):
            parent = at.get(row["parent"])
            if parent is None:
                break  # the root
            named = self.attachments.references.resolve(parent, types, at)
            if len(named) != 1 or Truth.MAYBE in named.values():
                return frozenset({*found, ""})
            (address,) = named
            found.add(address)
            at = self.attachments.estate.by_address[address]
            if at.type in _table()["organization"]["tf"]:
                break
        return frozenset(found)

    def _targets(self, level: Level) -> Mapping[str, Truth]:
        tables = (_table()[name]["tf"] for name in ("account", "unit", "organization"))
        types = [tf for each in tables for tf in each]
        return self.attachments.references.resolve(level.target, types, level.at)

    def _management(self, at: Resource, where: Place) -> Truth:
        """Whether an account is the management account, in which policies are usually made."""
        found = tuple(present(self.attachments.estate, *_table()["organization"]["tf"]))
        equal = self._any(same(account(it), where) for it in found or (at,))
        if equal is Truth.MAYBE and self._own_account(where) is not None:
            return Truth.NO  # it is one that the organization made
        return equal if found else equal & Truth.MAYBE

    def _id(self, address: str) -> Place:
        value = identities.of(self.attachments.estate.by_address[address], "id")
        return value if isinstance(value, str | Unknown) else None

    @staticmethod
    def _any(truths: Iterator[Truth]) -> Truth:
        return reduce(Truth.__or__, truths, Truth.NO)


def controlling(call: str, levels: tuple[Book, ...]) -> tuple[Book, ...]:
    """The resource control policies that have a say in a call: not every service asks them."""
    return _asked(call.partition(":")[0].lower(), levels) if levels else ()


@lru_cache(maxsize=1_000)
def _asked(service: str, levels: tuple[Book, ...]) -> tuple[Book, ...]:
    for row in _table()["rcp"]:
        if service in row["services"]:
            if row["status"] == "confirmed":
                return levels
            return tuple(Book(tuple(_possibly(level))) for level in levels)
    return ()


def _possibly(level: Book) -> Iterator[Statement]:
    """A level that a service may not ask: it denies nothing for certain."""
    for item in level.statements:
        yield item if item.allow else replace(item, truth=item.truth & Truth.MAYBE)


def _weaker(policy: Policy, truth: Truth) -> Policy:
    if truth >= Truth.YES:
        return policy
    statements = tuple(replace(it, truth=it.truth & truth) for it in policy.statements)
    return replace(policy, statements=statements)


def _kind(policy: Resource) -> str:
    row = _table()["policy"]
    value = next(iter(values_at(policy, row["kind"])), None)
    return value if isinstance(value, str) else str(row["usual"])


def _plain(value: Value) -> str | None:
    return value if isinstance(value, str) else None


@cache
def _defaults() -> frozenset[str]:
    return frozenset(row["default"] for row in _table()["kind"])


def _table() -> Mapping[str, Any]:
    return table("aws", "organization")
