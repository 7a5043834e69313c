"""Laws of escalation: more rights never mean less, a deny never more; brute force on small worlds."""

from __future__ import annotations

import json
from datetime import date
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.build import build
from graph.estate import Estate
from graph.grants import Grants
from graph.model import Edge, EdgeKind, Kind
from graph.reach import BECOMING, Reach
from graph.resource import ProviderConfig, Resource, Stack
from graph.store import Graph
from graph.values import Location, Truth
from tests.graph.worlds import edge, graph

PROVIDER = ProviderConfig("aws", account="111111111111", region="eu-west-1")
STACK = Stack("", "")
ARN = "arn:aws:iam::111111111111:"
NAMES = ("user/u", "user/v", "role/r", "role/s", "group/g", "*")
CALLS = (
    "iam:CreateAccessKey", "iam:PutUserPolicy", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy",
    "iam:AddUserToGroup", "iam:PassRole", "lambda:*", "sts:AssumeRole", "iam:CreateRole",
    "iam:DeleteUserPermissionsBoundary", "iam:PutGroupPolicy", "rds:*",
)  # fmt: skip
statements = st.fixed_dictionaries(
    {
        "Effect": st.just("Allow"),
        "Action": st.sampled_from(CALLS),
        "Resource": st.sampled_from([f"{ARN}{name}" if name != "*" else "*" for name in NAMES]),
    }
)
policies = st.lists(statements, max_size=4)
worlds = st.fixed_dictionaries(dict.fromkeys(("u", "v", "r", "s", "g"), policies))


def resource(type_: str, label: str, **attributes) -> Resource:
    return Resource(
        f"{type_}.{label}", type_, label, attributes, Location("main.tf", 1), STACK, PROVIDER
    )


def document(rows) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": rows})


def reached(world, *, boundary: bool = False) -> dict[str, dict[str, Truth]]:
    """What each identity becomes, and what it may do to the database, by the identity."""
    trust = document(
        [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
            }
        ]
    )
    limit = {"permissions_boundary": f"{ARN}policy/limit"} if boundary else {}
    items = [
        resource("aws_db_instance", "d", identifier="d"),
        resource(
            "aws_iam_policy",
            "limit",
            name="limit",
            arn=f"{ARN}policy/limit",
            policy=document([{"Effect": "Allow", "Action": ["iam:*", "sts:*"], "Resource": "*"}]),
        ),
        resource("aws_iam_user", "u", name="u", **limit),
        resource("aws_iam_user", "v", name="v"),
        resource("aws_iam_group", "g", name="g"),
        resource("aws_iam_role", "r", name="r", assume_role_policy=trust),
        resource("aws_iam_role", "s", name="s", assume_role_policy=trust),
    ]
    for key, rows in world.items():
        kind = {"u": "user", "v": "user", "g": "group"}.get(key, "role")
        if rows:
            owner = {kind: key}
            items.append(resource(f"aws_iam_{kind}_policy", key, policy=document(rows), **owner))
    built = build(Estate(tuple(items), Grants(), date(2026, 11, 24)))
    reach = Reach(built)
    return {
        node.id: {f"{verb}": power.truth for (verb, _), power in reach.powers(node.id).items()}
        for node in reach.credentials
    }


def within(less: dict, more: dict) -> bool:
    return all(
        more.get(who, {}).get(what, Truth.NO) >= truth
        for who, held in less.items()
        for what, truth in held.items()
    )


@settings(max_examples=60, deadline=None)
@given(worlds, st.sampled_from("uvrsg"), statements)
def test_a_right_more_never_means_less(world, who, statement):
    more = {**world, who: [*world[who], statement]}
    assert within(reached(world), reached(more))


@settings(max_examples=60, deadline=None)
@given(worlds, st.sampled_from("uvrs"), statements)
def test_a_deny_never_means_more(world, who, statement):
    less = {**world, who: [*world[who], {**statement, "Effect": "Deny"}]}
    assert within(reached(less), reached(world))


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_a_boundary_never_means_more(world):
    assert within(reached(world, boundary=True), reached(world))


LIMIT = ("iam:", "sts:")  # what the boundary of `u` leaves


class Simple:
    """The rules of the calls above by their definition: try all until nothing changes."""

    def __init__(self, world, *, boundary: bool) -> None:
        self.world, self.limited = world, boundary
        self.raised: set[str] = set()
        self.groups: dict[str, set[str]] = {"u": set(), "v": set()}
        self.held = {"u"}

    def allowed(self, who: str, call: str, on: str) -> bool:
        if who == "u" and self.limited and not call.startswith(LIMIT):
            return False
        if who == "all" or who in self.raised:
            return True
        sets = (self.world[owner] for owner in (who, *self.groups.get(who, ())))
        return any(
            (row["Action"] == call or row["Action"] == f"{call.split(':', maxsplit=1)[0]}:*")
            and row["Resource"] in ("*", on)
            for rows in sets
            for row in rows
        )

    def run(self) -> bool:
        """Whether `u` comes to be somebody who may delete the database."""
        while True:
            before = (set(self.held), set(self.raised), str(self.groups), self.limited)
            for who in sorted(self.held):
                self.step(who)
            if before == (self.held, self.raised, str(self.groups), self.limited):
                return any(self.allowed(who, "rds:DeleteDBInstance", "d") for who in self.held)

    def step(self, who: str) -> None:
        may = partial(self.allowed, who)
        for user in "uv":
            if may("iam:CreateAccessKey", f"{ARN}user/{user}"):
                self.held.add(user)
            if may("iam:PutUserPolicy", f"{ARN}user/{user}"):
                self.raised.add(user)
            if may("iam:AddUserToGroup", f"{ARN}group/g"):
                self.groups[user].add("g")
            if "g" in self.groups[user] and may("iam:PutGroupPolicy", f"{ARN}group/g"):
                self.raised.add(user)
        self.roles(may)
        if may("iam:CreateRole", "new") and may("iam:PutRolePolicy", "new"):
            self.held.add("all")
        if may("iam:DeleteUserPermissionsBoundary", f"{ARN}user/u"):
            self.limited = False

    def roles(self, may) -> None:
        for role in "rs":
            at = f"{ARN}role/{role}"
            if may("iam:PutRolePolicy", at):
                self.raised.add(role)
            passed = may("iam:PassRole", at) and may("lambda:CreateFunction", "f")
            if passed or may("iam:UpdateAssumeRolePolicy", at):
                self.held.add(role)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(worlds, st.booleans())
def test_small_worlds_agree_with_brute_force(world, boundary):
    found = reached(world, boundary=boundary)["aws_iam_user.u"].get("destroy", Truth.NO)
    assert (found is Truth.YES) is Simple(world, boundary=boundary).run()


BEINGS = ("c0", "i0", "i1", "p0", "p1")
KINDS = {
    "c0": Kind.CREDENTIAL,
    "i0": Kind.IDENTITY,
    "i1": Kind.IDENTITY,
    "p0": Kind.POWER,
    "p1": Kind.POWER,
}
edges = st.lists(
    st.builds(
        lambda s, t, k, truth, also: edge(s, t, k, truth=truth, also=also, calls=("call",)),
        st.sampled_from(BEINGS),
        st.sampled_from(BEINGS),
        st.sampled_from(sorted(BECOMING)),
        st.sampled_from([Truth.YES, Truth.MAYBE]),
        st.sampled_from([None, *BEINGS]),
    ),
    max_size=9,
)


def fixpoint(found: list[Edge], start: str) -> dict[str, Truth]:
    """Who one becomes, by trying every edge until nothing changes."""
    held = {start: Truth.YES}
    while True:
        new = dict(held)
        for each in found:
            also = held.get(each.also, Truth.NO) if each.also else Truth.YES
            truth = held.get(each.source, Truth.NO) & also & each.truth
            if truth > new.get(each.target, Truth.NO):
                new[each.target] = truth
        if new == held:
            return held
        held = new


@given(edges)
def test_edges_that_ask_for_two_identities_agree_with_brute_force(found):
    world: Graph = graph(KINDS, found)
    for start in ("c0", "i0"):
        assert dict(Reach(world).becomes(start)) == fixpoint(found, start)


@given(edges)
def test_a_witness_starts_each_step_where_one_is_already(found):
    targets = [edge(each, "s0", EdgeKind.ACCESS, verb="destroy") for each in BEINGS]
    world = graph({**KINDS, "s0": Kind.STORE}, [*found, *targets])
    reach = Reach(world)
    for verb, target in reach.powers("c0"):
        path, there = reach.witness("c0", verb, target), {"c0"}
        for each in path.edges:
            assert {each.source, each.also or each.source} <= there
            there.add(each.target)
        assert len(path.edges) == len(set(path.edges))


@pytest.mark.parametrize("truth", [Truth.YES, Truth.MAYBE])
def test_the_second_identity_may_be_reached_last(truth):
    found = [
        edge("c0", "i0", EdgeKind.ASSUMES),
        edge("i0", "p0", EdgeKind.ASSUMES, also="i1"),
        edge("c0", "i1", EdgeKind.ASSUMES, truth=truth, calls=("a", "b", "c")),
    ]
    assert Reach(graph(KINDS, found)).becomes("c0")["p0"] is truth
