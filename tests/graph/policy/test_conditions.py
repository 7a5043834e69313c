"""Conditions: operators, missing keys, who decides what a key holds."""

from __future__ import annotations

import pytest

from graph.policy.conditions import Fact, Source
from graph.policy.names import Hole, Name, literal
from graph.values import Truth, Unknown, Why
from tests.graph.policy.requests import allow, ask, caller, deny

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES


def fixed(*values):
    return Fact(Source.FIXED, tuple(literal(value) for value in values))


ABSENT = Fact(Source.FIXED)
CHOSEN = Fact(Source.CHOSEN)
OPEN = Fact(Source.OPEN)


def allowed(operator, value, fact, *, effect=allow):
    rows = [effect(Condition={operator: {"k": value}})]
    if effect is deny:
        rows.append(allow())
    return ask(caller(*rows), facts={"k": fact}).truth


@pytest.mark.parametrize(
    ("operator", "value", "given", "wanted"),
    [
        ("StringEquals", "a", "a", YES),
        ("StringEquals", ("x", "a"), "a", YES),
        ("StringEquals", "A", "a", NO),
        ("StringEquals", "a*", "ab", NO),
        ("StringNotEquals", ("x", "a"), "a", NO),
        ("StringNotEquals", "x", "a", YES),
        ("StringEqualsIgnoreCase", "A", "a", YES),
        ("StringLike", "a*", "ab", YES),
        ("StringNotLike", "a*", "ab", NO),
        ("ArnLike", "arn:aws:iam::*:role/x*", "arn:aws:iam::1:role/xy", YES),
        ("ArnEquals", "arn:aws:iam::*:role/x", "arn:aws:iam::1:role/x", YES),
        ("ArnLike", "arn:aws:*:x", "arn:aws:iam::1:x", NO),
        ("ArnLike", "*", "arn:aws:iam::1:x", MAYBE),
        ("ArnNotLike", "*", "arn:aws:iam::1:x", MAYBE),
        ("ArnNotLike", "arn:aws:iam::1:role/x", "arn:aws:iam::1:role/y", YES),
        ("Bool", "true", "true", YES),
        ("Bool", True, "false", NO),
        ("NumericLessThan", "10", "9", YES),
        ("NumericLessThanEquals", 10, "10", YES),
        ("NumericGreaterThan", "10", "9", NO),
        ("NumericEquals", "ten", "10", NO),
        ("NumericNotEquals", "10", "9", YES),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", YES),
        ("DateLessThan", "2026-01-01", "1780000000", NO),
        ("IpAddress", "203.0.113.0/24", "203.0.113.7", YES),
        ("IpAddress", "203.0.113.0/24", "198.51.100.1", NO),
        ("NotIpAddress", ("203.0.113.0/24",), "198.51.100.1", YES),
        ("IpAddress", "2001:db8::/32", "203.0.113.7", NO),
        ("Null", "true", "a", NO),
        ("Null", "false", "a", YES),
        ("StringEqualsIfExists", "a", "b", NO),
    ],
)
def test_operators(operator, value, given, wanted):
    assert allowed(operator, value, fixed(given)) is wanted


@pytest.mark.parametrize(
    ("operator", "value", "wanted"),
    [
        ("StringEquals", "a", NO),
        ("StringNotEquals", "a", YES),
        ("StringEqualsIfExists", "a", YES),
        ("Bool", "false", NO),
        ("BoolIfExists", "false", YES),
        ("ArnNotEquals", "arn:aws:iam::1:role/x", YES),
        ("NotIpAddress", "203.0.113.0/24", YES),
        ("Null", "true", YES),
        ("Null", "false", NO),
        ("ForAllValues:StringEquals", "a", YES),
        ("ForAnyValue:StringEquals", "a", NO),
    ],
)
def test_a_missing_key(operator, value, wanted):
    assert allowed(operator, value, ABSENT) is wanted
    denied = allowed(operator, value, ABSENT, effect=deny)
    assert denied is (NO if wanted is YES else YES)


def test_sets_of_values():
    assert allowed("ForAllValues:StringEquals", ("a", "b"), fixed("a", "b")) is YES
    assert allowed("ForAllValues:StringEquals", ("a",), fixed("a", "b")) is NO
    assert allowed("ForAnyValue:StringEquals", ("a",), fixed("a", "b")) is YES
    assert allowed("ForAnyValue:StringLike", ("c*",), fixed("a", "b")) is NO


def test_who_chooses_a_key_meets_an_allow_and_escapes_a_deny():
    assert allowed("StringEquals", "a", CHOSEN) is YES
    assert allowed("StringNotEquals", "a", CHOSEN, effect=deny) is YES


def test_the_environment_makes_both_possible_with_words_for_each():
    who = caller(allow(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}))
    answer = ask(who, facts={"aws:sourceip": Fact(Source.OPEN, label="the source IP")})
    assert answer.truth is MAYBE
    assert answer.words == ("if the source IP is in 203.0.113.0/24",)
    who = caller(allow(), deny(Condition={"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}))
    answer = ask(who, facts={"aws:sourceip": Fact(Source.OPEN, label="the source IP")})
    assert answer.truth is MAYBE
    assert answer.words == ("if the source IP is in 203.0.113.0/24",)


MFA = {"aws:multifactorauthpresent": Fact(Source.OPTIONAL, label="with MFA")}


def mfa(operator, value, effect):
    rows = [effect(Condition={operator: {"aws:MultiFactorAuthPresent": value}})]
    rows += [allow()] if effect is deny else []
    return ask(caller(*rows), facts=MFA)


def test_a_long_term_key_carries_no_mfa():
    assert mfa("Bool", "true", allow).truth is MAYBE
    assert mfa("Bool", "true", allow).words == ("with MFA",)
    assert mfa("Bool", "false", deny).truth is YES
    assert mfa("BoolIfExists", "false", deny).truth is MAYBE
    assert mfa("BoolIfExists", "false", deny).words == ("with MFA",)
    assert mfa("BoolIfExists", "true", allow).truth is YES


def test_all_conditions_of_a_statement_must_hold():
    both = {"StringEquals": {"k": "a", "l": "b"}}
    known = {"k": fixed("a"), "l": fixed("b")}
    assert ask(caller(allow(Condition=both)), facts=known).truth is YES
    assert ask(caller(allow(Condition=both)), facts=known | {"l": fixed("c")}).truth is NO
    escaped = [allow(), deny(Condition=both)]
    assert ask(caller(*escaped), facts=known | {"l": CHOSEN}).truth is YES


def test_unknown_values_and_operators_are_possible():
    unknown = Unknown(Why.VARIABLE, "var.x")
    assert allowed("StringEquals", unknown, fixed("a")) is MAYBE
    assert allowed("StringNotEquals", unknown, fixed("a"), effect=deny) is MAYBE
    assert allowed("StringEquals", "a", Fact(Source.FIXED, (Name((Hole("x"),)),))) is MAYBE
    assert allowed("NumericEquals", unknown, fixed("1")) is MAYBE
    assert allowed("Null", unknown, fixed("1")) is MAYBE
    assert allowed("NewOperator", "a", fixed("a")) is MAYBE
    assert allowed("ForSome:StringEquals", "a", fixed("a"), effect=deny) is MAYBE


def test_a_symbol_equals_itself():
    account = Unknown(Why.COMPUTED, "the account", symbol="account:x")
    fact = Fact(Source.FIXED, (Name((Hole("account:x"),)),))
    assert allowed("StringEquals", account, fact) is YES
    assert allowed("StringNotEquals", account, fact, effect=deny) is YES


def test_one_value_of_a_chosen_key_must_do_for_every_statement():
    def asked(allowed, denied):
        rows = [allow(Condition=allowed)]
        rows += [deny(Condition=denied)] if denied else []
        return ask(caller(*rows), facts={"k": CHOSEN})

    assert asked({"StringEquals": {"k": "a"}}, {"StringNotEquals": {"k": "a"}}).truth is YES
    assert asked({"StringEquals": {"k": "a"}}, {"StringEquals": {"k": "b"}}).truth is YES
    assert asked({"Null": {"k": "true"}}, {"Bool": {"k": "false"}}).truth is YES
    clash = asked({"StringEquals": {"k": "a"}}, {"StringEquals": {"k": "a"}})
    assert clash.truth is MAYBE
    assert clash.words == ("if one value of k does for all of it",)
    inside = {"StringEquals": {"k": "a"}, "StringNotLike": {"k": "a*"}}
    assert asked(inside, None).truth is MAYBE


def test_several_values_need_a_quantifier_and_an_unsaid_case_is_possible():
    several = fixed("a", "b")
    assert allowed("StringEquals", "a", several) is MAYBE
    assert allowed("ForAnyValue:StringEquals", "a", several) is YES
    assert allowed("ForAnyValue:StringEqualsIfExists", "a", ABSENT) is MAYBE


def test_an_optional_key_is_left_as_it_is_usual():
    direct = Fact(Source.OPTIONAL, (literal("false"),))
    assert allowed("Bool", "false", direct) is YES
    assert allowed("Bool", "true", direct) is MAYBE
    assert allowed("Bool", "true", direct, effect=deny) is YES
    assert allowed("Bool", "false", direct, effect=deny) is MAYBE
