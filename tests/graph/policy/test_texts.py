"""Policies written as text with holes: what is known of them is read."""

from graph.policy.documents import policy
from graph.policy.texts import decoded
from graph.values import OneOf, Text, Truth, Unknown, Why

ACCOUNT = Unknown(Why.COMPUTED, "the account", symbol="account")
ANY = Unknown(Why.VARIABLE, "var.x")


def test_a_hole_in_a_string_stays_one() -> None:
    text = Text(('{"Statement": {"Resource": "arn:aws:logs:*:', ACCOUNT, ':group:x*"}}'))
    assert decoded(text) == {
        "Statement": {"Resource": Text(("arn:aws:logs:*:", ACCOUNT, ":group:x*"))}
    }


def test_a_string_that_is_only_a_hole_is_that_hole() -> None:
    assert decoded(Text(('{"a": "', ACCOUNT, '"}'))) == {"a": ACCOUNT}


def test_a_bare_hole_equals_nothing() -> None:
    """`"Resource": ${jsonencode(list)}`: it is JSON of any shape, not a string."""
    found = decoded(Text(('{"a": ', ACCOUNT, ', "b": [', OneOf(("[]", '["x"]'), ANY), "]}")))
    assert found == {"a": Unknown(Why.COMPUTED, "the account"), "b": (ANY,)}


def test_what_is_no_json_around_its_holes_is_not_read() -> None:
    assert decoded(Text(('{"a": 1} ', ANY, " }"))) is None
    assert decoded(Text(("[", ANY, "]"))) is None


def test_marks_in_the_input_are_refused() -> None:
    assert decoded(Text(('{"a": "\ufdd07\ufdd1', ANY, '"}'))) is None
    assert decoded(Text(('{"a": "\ufdd27\ufdd1', ANY, '"}'))) is None


def test_a_policy_keeps_its_statement() -> None:
    text = Text(
        (
            '{"Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "arn:',
            ACCOUNT,
            ':x"}]}',
        )
    )
    found = policy(text, "p")
    assert found.known
    assert not found.gaps
    assert [it.truth for it in found.statements] == [Truth.YES]
