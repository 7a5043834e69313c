"""Patterns against names: a brute-force reference, holes, hostile input."""

from __future__ import annotations

import time
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from graph.policy.globs import NO_VALUE, compiled, lower, matches
from graph.policy.names import Hole, Name, joined, literal, names
from graph.values import OneOf, Text, Truth, Unknown, Why

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES


def glob(text, **how):
    return compiled(text if isinstance(text, Name) else literal(text), **how)


def name(*parts, owner="", type_=""):
    return Name(joined(parts), owner, type_)


@cache
def reference(pattern: str, text: str) -> bool:
    """The definition, spelled out."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return reference(pattern[1:], text) or (bool(text) and reference(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and reference(pattern[1:], text[1:])


texts = st.text("ab:/", max_size=8)
patterns = st.text("ab:/*?", max_size=7)


@given(patterns, texts)
def test_equals_the_reference(pattern, text):
    assert matches(glob(pattern), literal(text)) is Truth.of(reference(pattern, text))


parts = st.lists(
    st.one_of(st.text("ab/", max_size=3), st.sampled_from([Hole("x"), Hole("y"), Hole()])),
    max_size=3,
)
fills = st.fixed_dictionaries({"x": st.text("ab/", max_size=2), "y": st.text("ab/", max_size=2)})


def filled(given_parts, values, anonymous):
    return "".join(
        p if isinstance(p, str) else values.get(p.symbol, anonymous) for p in given_parts
    )


@given(patterns, parts, fills, st.text("ab/", max_size=2))
def test_a_hole_in_the_name_never_hides_what_a_value_of_it_would_match(
    pattern, found, values, anonymous
):
    answer = matches(glob(pattern), name("c", *found))
    truth = reference(pattern, "c" + filled(found, values, anonymous))
    assert answer is not (NO if truth else YES)


@given(parts, parts, fills, st.text("ab/", max_size=2), st.text("ab/*?", max_size=2))
def test_holes_on_both_sides_agree_with_every_filling(left, right, values, one, other):
    answer = matches(compiled(name(*left), wild=False), name("c", *right))
    truth = filled(left, values, other) == "c" + filled(right, values, one)
    assert answer is not (NO if truth else YES)


ids = st.lists(
    st.one_of(
        st.text("a1:", max_size=3),
        st.sampled_from([Hole("x", digits=True), Hole("y"), Hole(digits=True)]),
    ),
    max_size=3,
)
numbers = st.fixed_dictionaries({"x": st.text("12", max_size=2), "y": st.text("a1", max_size=2)})


@given(ids, ids, numbers, st.text("12", max_size=2), st.text("12", max_size=2))
def test_holes_of_digits_agree_with_every_filling_of_digits(left, right, values, one, other):
    answer = matches(compiled(name(*left), wild=False), name("c", *right))
    truth = filled(left, values, other) == "c" + filled(right, values, one)
    assert answer is not (NO if truth else YES)


def test_an_account_is_no_word():
    own = name("arn:aws:iam::", Hole("account:", digits=True), ":policy/p")
    assert matches(glob("arn:aws:iam::aws:policy/*"), own) is NO
    assert matches(glob("arn:aws:iam::111111111111:policy/*"), own) is MAYBE
    assert matches(glob("arn:aws:iam::*:policy/*"), own) is YES
    there = name("arn:aws:iam::", Hole(detail="any", digits=True), ":policy/*")
    assert matches(glob(there), literal("arn:aws:iam::aws:policy/p")) is NO
    assert matches(glob(there), literal("arn:aws:iam::111111111111:policy/p")) is MAYBE


def test_a_hole_equals_itself_and_nothing_else_for_certain():
    bucket = Hole("aws_s3_bucket.b.bucket")
    own = name("arn:aws:s3:::", bucket)
    assert matches(compiled(own), own) is YES
    assert matches(glob("arn:aws:s3:::*"), own) is YES
    assert matches(glob("arn:aws:s3:::logs"), own) is MAYBE
    assert matches(glob("arn:aws:s3:::????"), own) is MAYBE
    assert matches(compiled(own), literal("arn:aws:s3:::logs")) is MAYBE
    assert matches(glob("arn:aws:rds:*"), own) is NO


def test_a_hole_in_an_arn_holds_no_colon():
    instance = name("arn:aws:rds:eu-west-1:", Hole("account:"), ":db:", Hole("i"))
    assert matches(glob("arn:aws:rds:*:cluster:x"), instance) is NO
    assert matches(glob("arn:aws:rds:eu-west-1:111111111111:db:x"), instance) is MAYBE


def test_the_identity_of_one_resource_is_not_that_of_another():
    mine = Hole("aws_s3_bucket.a.bucket", "", "aws_s3_bucket.a", "aws_s3_bucket", "bucket")
    theirs = name("arn:aws:s3:::", "known", owner="aws_s3_bucket.b", type_="aws_s3_bucket")
    assert matches(compiled(name("arn:aws:s3:::", mine, "/*")), theirs + "/key") is NO
    assert matches(compiled(name("arn:aws:s3:::", mine, "*")), theirs) is MAYBE
    table = name("arn:aws:dynamodb:::known", owner="t", type_="aws_dynamodb_table")
    assert matches(compiled(name("arn:aws:dynamodb:::", mine)), table) is MAYBE
    queue = Hole("aws_sqs_queue.q.arn", "", "aws_sqs_queue.q", "aws_sqs_queue", "arn")
    assert matches(compiled(name(queue)), table) is NO


def test_case_counts_in_arns_and_not_in_actions():
    assert matches(glob("arn:aws:s3:::A"), literal("arn:aws:s3:::a")) is NO
    assert matches(lower(glob("S3:Get*")), literal("s3:getobject")) is YES


def test_variables_are_filled_or_unknown_and_escapes_are_literal():
    pattern = glob("home/${aws:username}/${*}")
    assert matches(pattern.filled({"aws:username": ("ann",)}.get), literal("home/ann/*")) is YES
    assert matches(pattern.filled({"aws:username": ("ann",)}.get), literal("home/bob/*")) is NO
    assert matches(pattern.filled({}.get), literal("home/bob/*")) is MAYBE
    assert matches(pattern.filled({}.get), literal("home/bob/x")) is NO


def test_a_default_is_for_a_variable_that_has_no_value_not_for_one_that_is_not_known():
    no_value = {"aws:username": NO_VALUE}.get
    known = {"aws:username": ("bob",)}.get
    pattern = glob("${aws:username, 'ann'}")
    assert matches(pattern.filled(no_value), literal("ann")) is YES
    assert matches(pattern.filled(known), literal("ann")) is NO
    assert matches(pattern.filled({}.get), literal("ann")) is MAYBE
    assert matches(glob("*${aws:username}*").filled(no_value), literal("ann")) is NO
    assert matches(glob("${aws:username}", variables=False), literal("${aws:username}")) is YES


def test_what_a_value_may_be():
    assert [n.shown for n in names(OneOf(("a", "b"), Unknown(Why.VARIABLE)))] == ["a", "b"]
    text = Text(("x-", OneOf(("a", "b"), Unknown(Why.VARIABLE)), Unknown(Why.VARIABLE, "var.c")))
    assert [n.shown for n in names(text)] == ["x-a${var.c}", "x-b${var.c}"]
    assert names(()) is None
    many = OneOf(tuple(str(i) for i in range(40)), Unknown(Why.VARIABLE))
    assert matches(glob("x"), names(many)[0]) is MAYBE


def test_hostile_patterns_end_soon():
    started = time.perf_counter()
    assert matches(glob("a*" * 200 + "b"), literal("a" * 2000)) is NO
    assert matches(glob("a?*" * 200 + "b"), literal("a" * 2000)) is NO
    assert matches(glob("a*" * 300 + "b"), name("a" * 500, Hole(), "c")) is NO
    assert matches(glob("a*" * 3000 + "b"), name("a" * 3000, Hole())) is MAYBE
    assert time.perf_counter() - started < 2


def test_reserved_characters_of_the_input_are_no_holes():
    assert matches(glob("\x01x\x02"), name(Hole("x"))) is not YES
