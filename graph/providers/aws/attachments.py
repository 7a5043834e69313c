"""Which policies a user, role or group has: attached, inline, by membership, by ARN."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

from graph.conditions import values_at
from graph.estate import Estate
from graph.managed_policies import managed_arn, managed_policy
from graph.missing import SAID
from graph.model import Place
from graph.places import account, same
from graph.policy.documents import Policy, policy
from graph.problems import Problem, ProblemKind
from graph.providers.aws.identities import present
from graph.providers.aws.symbols import Symbols
from graph.references import References, spelled
from graph.resource import Presence, Resource
from graph.tables import table
from graph.values import Location, OneOf, Text, Truth, Unknown, Value

AWS_MANAGED = ":iam::aws:policy/"


@dataclass(frozen=True, eq=False)
class Given:
    """A policy that a principal has: inline or attached, itself or by a group.

    `origin` is the customer-managed policy's address, or the ARN of one of AWS's.
    """

    policy: Policy
    inline: bool
    origin: str = ""
    group: str = ""


@dataclass
class Attachments:
    """The policies of every principal and group of an estate, each compiled once."""

    estate: Estate
    symbols: Symbols
    references: References
    problems: dict[Problem, str] = field(default_factory=dict)
    _compiled: dict[tuple[str, str], Policy] = field(default_factory=dict)
    _weaker: dict[Policy, Policy] = field(default_factory=dict)
    _origins: dict[int, str] = field(default_factory=dict)

    def of(self, address: str) -> tuple[Policy, ...]:
        """The identity policies of a user or role, those of its groups included."""
        return tuple(dict.fromkeys(given.policy for given in self.given(address)))

    def given(self, address: str) -> Iterator[Given]:
        """The same, each with how the user or role has it."""
        yield from self._attached.get(address, ())
        for group, truth in self.groups.get(address, {}).items():
            for given in self._attached.get(group, ()):
                found = given if truth is Truth.YES else self._weakly(given)
                yield replace(found, group=group)

    def boundary(self, principal: Resource) -> tuple[Policy, ...] | None:
        """The permissions boundary: `None` without one, empty where it could not be read."""
        value = principal.get("permissions_boundary")
        if value is None or value == "":
            return None
        found = self._named(value, principal, "permissions_boundary")
        return tuple(found) if all(item.known for item in found) else ()

    def boundary_given(self, principal: Resource) -> tuple[Given, ...]:
        """The policies that are its boundary, each with where it is written."""
        found = self.boundary(principal) or ()
        return tuple(Given(it, False, self._origins.get(id(it), "")) for it in found)

    def of_group(self, address: str) -> tuple[Policy, ...]:
        """The policies of a group."""
        return tuple(given.policy for given in self._attached.get(address, ()))

    def by_origin(self, origin: str) -> Policy | None:
        """A managed policy by its address or, where it is one of AWS's, its ARN."""
        if AWS_MANAGED in origin:
            return self.managed(origin)
        return self._customer(self.estate.by_address[origin], Truth.YES)

    def document(self, at: Resource, attribute: str, value: Value, name: str) -> Policy:
        """A document written in a resource."""
        key = (at.address, f"{attribute}/{name}")
        if key not in self._compiled:
            place = at.place(attribute.split(".", maxsplit=1)[0])
            self._compiled[key] = self._noted(policy(value, name, place, self.symbols.hole), at)
        return self._compiled[key]

    @cached_property
    def _attached(self) -> Mapping[str, list[Given]]:
        found: defaultdict[str, list[Given]] = defaultdict(list)
        for row in table("aws", "attachments")["attachment"]:
            for at in present(self.estate, row["tf"]):
                policies = list(self._policies(row, at))
                for address in self._receivers(row, at) if policies else ():
                    found[address].extend(policies)
        return found

    def _policies(self, row: Mapping[str, Any], at: Resource) -> Iterator[Given]:
        sure = at.presence is Presence.CERTAIN or row.get("self", False)
        for place, value in enumerate(documents_at(at, row.get("document", ""))):
            inline = f", inline {place + 1}" if row.get("self") else ""
            name = f"policy {_name(at)}{inline}"
            found = self.document(at, row["document"], value, name)
            yield Given(found if sure else self._possible(found), inline=True)
        for value in values_at(at, row.get("arn", "")) or ():
            for found in self._named(value, at, row["arn"]):
                origin = self._origins.get(id(found), "")
                yield Given(found if sure else self._possible(found), inline=False, origin=origin)

    def _weakly(self, given: Given) -> Given:
        return replace(given, policy=self._possible(given.policy))

    def _receivers(self, row: Mapping[str, Any], at: Resource) -> Iterator[str]:
        if row.get("self"):
            yield at.address
            return
        for attribute, type_ in row["to"].items():
            for value in (item for found in values_at(at, attribute) for item in _each(found)):
                addresses = self.resolve(value, type_, at)
                if not addresses:
                    self.lost(at, f"{attribute} names nothing in this code")
                yield from addresses

    def resolve(self, value: Value, type_: str, at: Resource) -> dict[str, Truth]:
        """The users, roles or groups a value names, those of data sources included."""
        found = self.references.resolve(value, [type_], at)
        if found or not isinstance(value, str):
            return found
        return {
            item.address: Truth.YES
            for item in present(self.estate, f"data.{type_}")
            if value in (item.get("name"), item.get("user_name"), item.get("group_name"))
        }

    def _named(self, value: Value, at: Resource, attribute: str) -> list[Policy]:
        """The policies that an ARN, several or one of several, names."""
        match value:
            case tuple():
                return [found for item in value for found in self._named(item, at, attribute)]
            case OneOf(options, _):
                each = (found for item in options for found in self._named(item, at, attribute))
                return [self._possible(found) for found in each]
            case str() if AWS_MANAGED in value:
                return [self._managed(value, at, attribute)]
        found = [
            self._customer(self.estate.by_address[address], truth)
            for address, truth in self.references.resolve(value, _customer_types(), at).items()
        ]
        return found or [self._unread(value, at, attribute)]

    def _customer(self, resource: Resource, truth: Truth) -> Policy:
        if resource.mode == "data":
            found = self._looked_up(resource)
        else:
            name = f"policy {_name(resource)}"
            found = self.document(resource, "policy", resource.get("policy"), name)
        self._origins.setdefault(id(found), resource.address)
        if truth is not Truth.YES:
            found = self._possible(found)
            self._origins.setdefault(id(found), resource.address)
        return found

    def _looked_up(self, data: Resource) -> Policy:
        """A `data.aws_iam_policy`: of AWS by ARN or by name, else a policy of this code."""
        arn, name = data.get("arn"), data.get("name")
        if isinstance(arn, str) and AWS_MANAGED in arn:
            return self._managed(arn, data, "arn")
        of_aws = managed_arn(name) if isinstance(name, str) else None
        if of_aws is not None:
            return self._managed(of_aws, data, "name")
        for other in self.estate.of_type("aws_iam_policy"):
            if isinstance(name, str) and other.get("name") == name:
                return self._customer(other, Truth.YES)
        return self._unread(arn or name, data, "arn")

    def called(self, name: Value, at: Resource, attribute: str, where: Place) -> list[Policy]:
        """The customer-managed policies of a name in one account."""
        found = [
            self._customer(item, same(account(item), where))
            for item in present(self.estate, *_customer_types())
            if name is not None and spelled(item.get("name"), item) == spelled(name, at)
            if same(account(item), where)
        ]
        return found or [self._unread(name, at, attribute)]

    def possible(self, given: Policy, *, there: bool) -> Policy:
        """The policy, and where what attaches it may not be there, one that may not apply."""
        return given if there else self._possible(given)

    def managed(self, arn: str, location: Location | None = None) -> Policy | None:
        """An AWS-managed policy, `None` for one that is not known here."""
        key = (arn, str(location))
        if key not in self._compiled:
            document = managed_policy(arn)
            if document is None:
                return None
            name = f"policy {arn.split(AWS_MANAGED)[1]}"
            self._compiled[key] = policy(document, name, location)
            self._origins[id(self._compiled[key])] = arn
        return self._compiled[key]

    def _managed(self, arn: str, at: Resource, attribute: str) -> Policy:
        found = self.managed(arn, at.place(attribute))
        if found is None:
            self.lost(at, f"{arn} is no AWS-managed policy that is known here")
        return found or Policy(at.address, known=False)

    def _unread(self, value: Value, at: Resource, attribute: str) -> Policy:
        shown = value if isinstance(value, str) else _shown(value)
        self.lost(at, f"{attribute} is {shown}, a policy that is not in this code")
        return Policy(at.address, known=False)

    def _possible(self, given: Policy) -> Policy:
        """The policy where it is not certain that it applies."""
        if given not in self._weaker:
            weaker = tuple(
                replace(item, truth=item.truth & Truth.MAYBE) for item in given.statements
            )
            self._weaker[given] = replace(given, statements=weaker)
            self._origins[id(self._weaker[given])] = self._origins.get(id(given), "")
        return self._weaker[given]

    @cached_property
    def groups(self) -> Mapping[str, dict[str, Truth]]:
        """The groups of each user."""
        found: defaultdict[str, dict[str, Truth]] = defaultdict(dict)
        for row in table("aws", "attachments")["membership"]:
            for at in present(self.estate, row["tf"]):
                users = self._members(at, row["user"], "aws_iam_user")
                groups = self._members(at, row["group"], "aws_iam_group")
                for user, one in users.items():
                    for group, other in groups.items():
                        found[user][group] = one & other
        return found

    def _members(self, at: Resource, attribute: str, type_: str) -> dict[str, Truth]:
        found: dict[str, Truth] = {}
        for value in (item for given in values_at(at, attribute) for item in _each(given)):
            named = self.resolve(value, type_, at)
            if not named:
                self.lost(at, f"{attribute} names nothing in this code")
            found |= named
        return found

    def _noted(self, found: Policy, at: Resource) -> Policy:
        what = found.name if at.address in found.name else f"policy {at.address}"
        for gap in found.gaps:
            if found.whole and gap.hole is not None and gap.hole.why in SAID:
                continue  # the missing input is a gap of its own, and the rest was read
            effect = "what it allows is possible at most, and what it denies protects nothing"
            if not found.whole:
                effect = "what it allows or denies is not known"
            why = f"{gap.what}: {gap.why}"
            problem = Problem(ProblemKind.UNRESOLVED, what, why, effect, gap.location)
            self.problems.setdefault(problem, found.name)
        return found

    def lost(self, at: Resource, why: str) -> None:
        """A policy that could not be followed."""
        effect = "what this gives or takes away is not known"
        problem = Problem(ProblemKind.UNRESOLVED, at.address, why, effect, at.location)
        self.problems.setdefault(problem, at.address)


def documents_at(at: Resource, path: str) -> list[Value]:
    """The policy documents that stand there; a state has an empty text where there is none."""
    return [value for value in values_at(at, path) or () if value != ""]


@cache
def _customer_types() -> list[str]:
    return [row["tf"] for row in table("aws", "attachments")["policy"]]


def _each(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else (value,)


def _shown(value: Value) -> str:
    match value:
        case Unknown():
            return str(value)
        case Text(parts):
            return "".join(part if isinstance(part, str) else "*" for part in parts)
    return "not known"


def _name(resource: Resource) -> str:
    name = resource.get("name")
    return name if isinstance(name, str) and name else resource.address
