"""IAM Identity Center: permission sets as roles in accounts, and the people who have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from graph.conditions import first_at, values_at
from graph.facts import Facts
from graph.model import Edge, EdgeKind, Evidence, Kind, Node, NodeId, Place, Scope
from graph.places import text
from graph.policy.callers import Caller, book
from graph.policy.conditions import ABSENT, Fact, Source
from graph.policy.documents import Policy
from graph.policy.names import Hole, Name, literal
from graph.problems import Problem, ProblemKind
from graph.providers.aws.attachments import Attachments
from graph.providers.aws.callers import Principal
from graph.providers.aws.identities import present
from graph.providers.aws.organization import SCP, Organization
from graph.providers.aws.symbols import place
from graph.resource import Presence, Resource
from graph.values import Truth, Unknown, Value, Why

SET = "aws_ssoadmin_permission_set"
ASSIGNMENT = "aws_ssoadmin_account_assignment"
CUSTOMER = "aws_ssoadmin_customer_managed_policy_attachment"
BOUNDARY = "aws_ssoadmin_permissions_boundary_attachment"
MEMBERSHIP = "aws_identitystore_group_membership"
PEOPLE = {"GROUP": "aws_identitystore_group", "USER": "aws_identitystore_user"}
_NAMES = ("user_name", "display_name", "alternate_identifier.unique_attribute.attribute_value")
_REFERENCE = "customer_managed_policy_reference.name"


@dataclass(frozen=True)
class Assigned:
    """A permission set in one account: a role there, which nobody else in the account changes."""

    set: Resource
    account: Place
    assignments: tuple[tuple[Resource, Truth], ...]

    @property
    def node(self) -> NodeId:
        """`<address of the set>@<account>`."""
        where = self.account
        return f"{self.set.address}@{where.detail if isinstance(where, Unknown) else where}"


def describe(attachments: Attachments) -> Facts:
    """An identity for each permission set and account, with the people who may use it."""
    nodes: dict[NodeId, Node] = {}
    edges: list[Edge] = []
    people = _People(attachments)
    for one in _assigned(attachments):
        nodes[one.node] = _identity(one)
        for assignment, truth in one.assignments:
            for actor in people.of(assignment):
                nodes.setdefault(actor, _actor(actor, assignment))
                edges.append(_holds(actor, one, assignment, truth))
    return Facts(tuple(nodes.values()), tuple(edges), problems=tuple(_unseen(attachments)))


def callers(attachments: Attachments, organization: Organization) -> Iterator[Principal]:
    """The same identities with their policies; no call changes those but Identity Center's own."""
    for one in _assigned(attachments):
        policies = tuple(_policies(one, attachments))
        boundary = _boundary(one, attachments)
        where = place(one.account) or Name((Hole(detail="the account"),))
        arn = _arn(one, where)
        facts = {
            "aws:principalarn": Fact(Source.FIXED, (arn,)),
            "aws:principalaccount": Fact(Source.FIXED, (where,)),
            "aws:principaltype": Fact(Source.FIXED, (literal("AssumedRole"),)),
            "aws:principalisawsservice": Fact(Source.FIXED, (literal("false"),)),
            "aws:viaawsservice": Fact(Source.FIXED, (literal("false"),)),
            "aws:calledvia": ABSENT,
        }
        limit = book(boundary) if boundary and all(it.known for it in boundary) else None
        vague = bool(boundary) and limit is None
        caller = Caller(
            one.node,
            "role",
            arn,
            where,
            book(policies),
            limit,
            vague,
            facts,
            organization=organization.limits(SCP, one.account),
        )
        yield Principal(one.node, caller, one.account, policies=policies)


def _assigned(attachments: Attachments) -> Iterator[Assigned]:
    found: defaultdict[tuple[str, str], list[tuple[Resource, Truth, Place]]] = defaultdict(list)
    for at in present(attachments.estate, ASSIGNMENT):
        where = _account(at)
        there = Truth.YES if at.presence is Presence.CERTAIN else Truth.MAYBE
        for address, truth in attachments.resolve(at.get("permission_set_arn"), SET, at).items():
            found[address, str(where)].append((at, truth & there, where))
    for (address, _), rows in found.items():
        resource = attachments.estate.by_address[address]
        yield Assigned(resource, rows[0][2], tuple((at, truth) for at, truth, _ in rows))


def _unseen(attachments: Attachments) -> Iterator[Problem]:
    """Permission sets that are looked up: what they allow is written elsewhere."""
    for address, resource in {it.set.address: it.set for it in _assigned(attachments)}.items():
        if resource.mode == "data":
            why = "it is looked up, so its own policies are not in this code"
            effect = "only what this code attaches to it is known of its reach"
            kind = ProblemKind.UNRESOLVED
            yield Problem(kind, address, why, effect, resource.location)


def _account(assignment: Resource) -> Place:
    value = assignment.get("target_id")
    if isinstance(value, str | Unknown):
        return value
    return Unknown(Why.COMPUTED, f"the account of {assignment.address}")


def _policies(one: Assigned, attachments: Attachments) -> Iterator[Policy]:
    yield from attachments.of(one.set.address)
    for at in _about(one, CUSTOMER, attachments):
        there = at.presence is Presence.CERTAIN
        for name in values_at(at, _REFERENCE):
            for found in attachments.called(
                name, at, "customer_managed_policy_reference", one.account
            ):
                yield attachments.possible(found, there=there)


def _boundary(one: Assigned, attachments: Attachments) -> tuple[Policy, ...]:
    """Its permissions boundary: a policy of AWS, or one of that name in the account."""
    found: list[Policy] = []
    for at in _about(one, BOUNDARY, attachments):
        managed = at.get("permissions_boundary.managed_policy_arn")
        if isinstance(managed, str):
            found.append(attachments.managed(managed) or Policy(at.address, known=False))
            continue
        name = at.get(f"permissions_boundary.{_REFERENCE}")
        found.extend(attachments.called(name, at, "permissions_boundary", one.account))
    return tuple(found)


def _about(one: Assigned, type_: str, attachments: Attachments) -> Iterator[Resource]:
    """What code attaches to the set."""
    found = attachments.references.companions(type_, ("permission_set_arn",), (SET,))
    return (it for it in found.get(one.set.address, ()) if it.presence is not Presence.LATENT)


def _arn(one: Assigned, where: Name) -> Name:
    """Identity Center chooses the end of the name, and where it lies by its region."""
    name = text(one.set.get("name"))
    start = literal("arn:aws:iam::") + where + ":role/aws-reserved/sso.amazonaws.com/"
    role = start + Name((Hole(anything=True), f"AWSReservedSSO_{name}_", Hole()))
    return Name(role.parts, one.node, SET)


def _identity(one: Assigned) -> Node:
    name = text(one.set.get("name"))
    scope = Scope("aws", one.account, stack=one.set.stack.id)
    shown = name if name.strip("*") else one.set.name
    return Node(one.node, Kind.IDENTITY, "aws/permission-set", shown, scope, one.set.location)


def _actor(actor: str, at: Resource) -> Node:
    return Node(actor, Kind.ACTOR, "actor/human", actor, Scope(""), at.location)


def _holds(actor: str, one: Assigned, at: Resource, truth: Truth) -> Edge:
    why = Evidence(f"{at.address} assigns {one.set.address}", at.place("principal_id"))
    return Edge(actor, one.node, EdgeKind.HOLDS, (why,), truth)


@dataclass(frozen=True)
class _People:
    """Who a principal of Identity Center is: a user, or a group with the members in the code."""

    attachments: Attachments

    def of(self, assignment: Resource) -> Iterator[str]:
        """The actors that an assignment is for."""
        kind = text(assignment.get("principal_type"))
        value = assignment.get("principal_id")
        found = self._found(value, PEOPLE.get(kind, ""), assignment)
        label = "group:" if kind == "GROUP" else ""
        for address in found:
            yield f"human:{label}{self._name(address)}"
            for member in self._members.get(address, ()):
                yield f"human:{member}"
        if not found:
            yield f"human:{label}{value if isinstance(value, str) else _detail(value)}"

    @cached_property
    def _members(self) -> Mapping[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for at in present(self.attachments.estate, MEMBERSHIP):
            users = self._found(at.get("member_id"), PEOPLE["USER"], at)
            for group in self._found(at.get("group_id"), PEOPLE["GROUP"], at):
                found[group].extend(self._name(user) for user in users)
        return found

    def _found(self, value: Value, type_: str, at: Resource) -> Mapping[str, Truth]:
        return self.attachments.references.resolve(value, [type_], at)

    def _name(self, address: str) -> str:
        resource = self.attachments.estate.by_address[address]
        name = first_at(resource, *_NAMES, "filter.attribute_value")
        return name if isinstance(name, str) else address


def _detail(value: Value) -> str:
    return value.detail if isinstance(value, Unknown) else "not known"
