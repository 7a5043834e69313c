"""The decision, rule by rule, against a brute-force evaluator, and its laws."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.policy.callers import book
from graph.policy.decide import ResourcePolicy
from graph.policy.documents import policy
from graph.values import OneOf, Truth, Unknown, Why
from tests.graph.policy.requests import (
    ACCOUNT,
    ROLE,
    ROOT,
    USER,
    allow,
    ask,
    caller,
    deny,
    document,
    read,
    side,
    truth,
)

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES
UNKNOWN = Unknown(Why.VARIABLE, "var.x")


def test_nothing_is_allowed_by_default_and_a_deny_wins():
    assert truth(caller()) is NO
    assert truth(caller(allow())) is YES
    assert truth(caller(allow(), deny("s:a", "r1"))) is NO
    assert truth(caller(allow(), deny("s:b", "r1"))) is YES
    assert truth(caller(allow(), deny("s:a", "r2"))) is YES


def test_not_action_and_not_resource_exclude_all_their_entries():
    everything_but = {"Effect": "Allow", "NotAction": ("s:a", "s:b"), "Resource": "*"}
    assert truth(caller(everything_but)) is NO
    assert truth(caller(everything_but), "s:c") is YES
    elsewhere = {"Effect": "Allow", "Action": "*", "NotResource": ("r1", "r2")}
    assert truth(caller(elsewhere)) is NO
    assert truth(caller(elsewhere), resource="r2") is NO
    assert truth(caller(elsewhere), resource="r3") is YES


def test_a_call_without_resource_permissions_needs_a_star():
    assert truth(caller(allow("s:a", "arn:aws:s:::x")), resource="*") is NO
    assert truth(caller(allow("s:a", "*")), resource="*") is YES


def test_a_boundary_limits_and_denies():
    assert truth(caller(allow(), boundary=[allow("s:b")])) is NO
    assert truth(caller(allow(), boundary=[allow("s:*")])) is YES
    assert truth(caller(allow(), boundary=[allow(), deny("s:a")])) is NO
    assert truth(caller(boundary=[allow()])) is NO
    answer = ask(caller(allow(), vague=True))
    assert answer.truth is MAYBE
    assert "boundary" in answer.words[0]


@pytest.mark.parametrize(
    ("who", "principal", "within"),
    [
        ("user", USER, YES),
        ("user", "*", YES),
        ("role", "*", YES),
        ("role", ROLE, YES),
        ("role", USER, NO),
        ("user", ROOT, NO),
        ("user", ACCOUNT, NO),
        ("user", f"{ROOT[:-4]}user/*", NO),
        ("user", "arn:aws:iam::222222222222:root", NO),
        ("role", f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s", MAYBE),
        ("role", f"arn:aws:sts::{ACCOUNT}:assumed-role/other/s", NO),
    ],
)
def test_a_resource_policy_that_names_a_caller_of_its_account_suffices(who, principal, within):
    policy_ = side(allow(Principal={"AWS": principal}))
    assert truth(caller(kind=who), policy=policy_) is within


def test_an_account_as_principal_delegates_to_its_policies():
    mandatory = side(allow(Principal={"AWS": ROOT}), mandatory=True)
    assert truth(caller(), policy=mandatory) is NO
    assert truth(caller(allow()), policy=mandatory) is YES
    orphaned = side(allow(Principal={"AWS": f"{ROOT[:-4]}user/bob"}), mandatory=True)
    assert truth(caller(allow()), policy=orphaned) is NO
    named = side(allow(Principal={"AWS": USER}), mandatory=True)
    assert truth(caller(), policy=named) is YES


def test_across_accounts_both_sides_must_allow():
    policy_ = side(allow(Principal={"AWS": USER}))
    assert truth(caller(), policy=policy_, together=NO) is NO
    assert truth(caller(allow()), together=NO) is NO
    assert truth(caller(allow()), policy=policy_, together=NO) is YES
    assert truth(caller(allow()), policy=side(allow(Principal={"AWS": ROOT})), together=NO) is YES


def test_whether_two_accounts_are_one_may_be_unknown():
    answer = ask(caller(allow()), together=MAYBE)
    assert answer.truth is MAYBE
    assert answer.words == ("if both are in the same account",)
    assert truth(caller(allow()), policy=side(allow(Principal="*")), together=MAYBE) is YES


def test_a_boundary_limits_a_role_that_is_named_but_not_a_user():
    policy_of = {
        kind: side(allow(Principal={"AWS": arn})) for kind, arn in (("user", USER), ("role", ROLE))
    }
    assert truth(caller(kind="user", boundary=[allow("s:b")]), policy=policy_of["user"]) is YES
    assert truth(caller(kind="role", boundary=[allow("s:b")]), policy=policy_of["role"]) is NO


def test_denies_of_the_resource_reach_identities_and_whole_accounts():
    for principal in (USER, ROOT, ACCOUNT, "*"):
        assert truth(caller(allow()), policy=side(deny(Principal={"AWS": principal}))) is NO
    assert truth(caller(allow()), policy=side(deny(Principal={"AWS": ROLE}))) is YES


def not_principal(effect, *arns):
    return {"Effect": effect, "NotPrincipal": {"AWS": arns}, "Action": "*", "Resource": "*"}


def test_not_principal_spares_who_is_listed_but_nobody_with_a_boundary():
    listed = side(not_principal("Deny", USER, ROOT))
    assert truth(caller(allow()), policy=listed) is YES
    assert truth(caller(allow()), policy=side(not_principal("Deny", ROLE))) is NO
    assert truth(caller(allow(), boundary=[allow()]), policy=listed) is NO
    assert truth(caller(allow(), kind="role"), policy=side(not_principal("Deny", ROLE))) is MAYBE


def test_what_is_unknown_is_possible_and_an_unknown_deny_is_no_protection():
    assert truth(caller(allow(UNKNOWN))) is MAYBE
    assert truth(caller(allow("s:a", UNKNOWN))) is MAYBE
    assert truth(caller(allow(), deny(UNKNOWN))) is MAYBE
    assert truth(caller(allow(), deny("s:a", UNKNOWN))) is MAYBE
    assert truth(caller({"Effect": UNKNOWN, "Action": "*", "Resource": "*"})) is MAYBE
    assert truth(caller(allow(OneOf(("s:a", "s:b"), UNKNOWN)))) is MAYBE
    assert truth(caller(allow(Condition=UNKNOWN))) is MAYBE
    assert truth(caller(allow(), deny(Condition=UNKNOWN))) is MAYBE
    assert truth(caller(), policy=side(allow(Principal={"AWS": UNKNOWN}))) is MAYBE
    vague = ResourcePolicy(book([]), mandatory=True, vague=True)
    assert truth(caller(allow()), policy=vague) is MAYBE
    assert truth(caller(), policy=vague) is NO


def test_every_doubt_is_said_in_words():
    for who in (
        caller(allow(UNKNOWN)),
        caller(allow("s:a", UNKNOWN)),
        caller(allow(), deny("s:a", UNKNOWN)),
        caller(allow(Condition=UNKNOWN)),
    ):
        assert all(word.startswith(("if ", "unless ")) for word in ask(who).words)
        assert ask(who).words


actions = st.sampled_from(["*", "s:*", "s:a", "s:b", "S:A", "t:*"])
resources = st.sampled_from(["*", "r*", "r1", "r?", "q"])
several = lambda items: st.lists(items, min_size=1, max_size=2)  # noqa: E731


@st.composite
def statements(draw):
    found = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    found[draw(st.sampled_from(["Action", "NotAction"]))] = tuple(draw(several(actions)))
    found[draw(st.sampled_from(["Resource", "NotResource"]))] = tuple(draw(several(resources)))
    return found


PRINCIPALS = {USER: "direct", "*": "direct", ROOT: "account", ROLE: "nobody"}


@st.composite
def resource_statements(draw):
    return draw(statements()) | {"Principal": {"AWS": draw(st.sampled_from(list(PRINCIPALS)))}}


def about(statement, action, resource):
    """One statement, by the words of the documentation."""

    def listed(key, value):
        patterns = [
            p.lower() if key == "Action" else p
            for p in statement.get(key) or statement[f"Not{key}"]
        ]
        found = any(fnmatchcase(value, pattern) for pattern in patterns)
        return found if key in statement else not found

    return listed("Action", action) and listed("Resource", resource)


def brute(identity, boundary, resource_side, mandatory, together, action, resource):
    def effect(rows, wanted):
        return any(s["Effect"] == wanted and about(s, action, resource) for s in rows)

    def named(*how):
        return [s for s in resource_side if PRINCIPALS[s["Principal"]["AWS"]] in how]

    if (
        effect(identity, "Deny")
        or effect(boundary or [], "Deny")
        or effect(named("direct", "account"), "Deny")
    ):
        return False
    own = effect(identity, "Allow") and (boundary is None or effect(boundary, "Allow"))
    direct, account = effect(named("direct"), "Allow"), effect(named("account"), "Allow")
    if not together:
        return own and (direct or account)
    if mandatory:
        return direct or (account and own)
    return own or direct


lists = lambda items: st.lists(items, max_size=3)  # noqa: E731


@given(
    lists(statements()),
    st.none() | lists(statements()),
    lists(resource_statements()),
    st.booleans(),
    st.booleans(),
)
def test_equals_the_brute_force_evaluator(identity, boundary, resource_side, mandatory, together):
    who = caller(*identity, boundary=boundary)
    policy_ = side(*resource_side, mandatory=mandatory)
    for action in ("s:a", "t:b"):
        for resource in ("r1", "q"):
            wanted = brute(identity, boundary, resource_side, mandatory, together, action, resource)
            found = truth(who, action, resource, policy_, Truth.of(together))
            assert found is Truth.of(wanted)


@given(lists(statements()), statements())
def test_a_grant_never_shrinks_and_a_deny_never_grows(before, more):
    old, new = truth(caller(*before)), truth(caller(*before, more))
    assert new >= old if more["Effect"] == "Allow" else new <= old


@st.composite
def blurred(draw):
    """Statements, and the same with one part replaced by an unknown."""
    rows = draw(st.lists(statements(), min_size=1, max_size=3))
    at = draw(st.integers(0, len(rows) - 1))
    key = draw(st.sampled_from(sorted(rows[at])))
    value = UNKNOWN
    if key != "Effect" and draw(st.booleans()):
        value = (UNKNOWN, *rows[at][key][1:])
    return rows, [*rows[:at], rows[at] | {key: value}, *rows[at + 1 :]]


@given(blurred())
def test_an_unknown_part_never_removes_a_possible_answer(pair):
    known, unknown = pair
    assert bool(truth(caller(*unknown))) or not truth(caller(*known))


def test_documents_of_every_shape_are_read():
    text = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s:a","Resource":"*"}}'
    assert len(policy(text, "p").statements) == 1
    assert policy(document(allow()), "p").gaps == ()
    for broken in ("{", "[]", "3", "", None, {}, {"Statement": ("x",)}, UNKNOWN):
        assert policy(broken, "p").gaps
        assert not policy(broken, "p").statements
    assert not policy(UNKNOWN, "p").known
    either = policy(OneOf((document(allow()), document(deny())), UNKNOWN), "p")
    assert [s.truth for s in either.statements] == [MAYBE, MAYBE]
    assert policy({"Statement": ({"Effect": "Allow", "Resource": "*"},)}, "p").gaps
    assert policy("[" * 100_000, "p").gaps


def test_variables_work_in_the_newer_version_only():
    home = allow("s:a", "home/${aws:username}")
    assert truth(caller(home), resource="home/ann") is YES
    assert truth(caller(home), resource="home/bob") is NO
    old = read(home, version="2008-10-17").statements[0]
    assert not old.resources.entries[0][0].variable


def test_variables_in_the_resources_own_policy_are_those_of_the_caller():
    home = side(allow("s:a", "home/${aws:username}", Principal={"AWS": USER}))
    assert truth(caller(), resource="home/ann", policy=home) is YES
    assert truth(caller(), resource="home/bob", policy=home) is NO
    spared = side(deny("s:a", "home/${aws:username}", Principal="*"))
    assert truth(caller(allow()), resource="home/ann", policy=spared) is NO
    assert truth(caller(allow()), resource="home/bob", policy=spared) is YES
