"""Policy documents written as text around values that are not known."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from graph.policy import holed
from graph.policy.documents import policy
from graph.values import OneOf, Text, Truth, Unknown, Why
from tests.graph.providers.aws import access, graph_from

ENV = Unknown(Why.VARIABLE, "var.env", symbol="var.env")


def test_a_hole_within_quotes_is_a_part_of_a_string():
    text = Text(('{"Resource": "arn:aws:s3:::', ENV, '-data/*", "n": [1, null, true]}'))
    expected = {"Resource": Text(("arn:aws:s3:::", ENV, "-data/*")), "n": (1, None, True)}
    assert holed.document(text) == expected


def test_a_hole_outside_of_quotes_is_a_value():
    assert holed.document(Text(('{"Action": [', ENV, ', "s3:Get"]}'))) == {
        "Action": (ENV, "s3:Get")
    }
    assert holed.document(Text(('{"Action": "', ENV, '"}'))) == {"Action": ENV}


def test_an_escaped_quote_ends_no_string():
    assert holed.document(Text(('{"a": "\\"', ENV, '"}'))) == {"a": Text(('"', ENV))}


def test_alternatives_outside_of_quotes_are_documents_of_their_own():
    more = OneOf(("", ', "s3:DeleteObject"'), ENV)
    found = holed.document(Text(('{"Action": ["s3:GetObject"', more, "]}")))
    assert found == OneOf(
        ({"Action": ("s3:GetObject",)}, {"Action": ("s3:GetObject", "s3:DeleteObject")}), ENV
    )


def test_what_is_no_json_around_its_holes_stays_unknown():
    assert holed.document(Text(("{", ENV, "}"))) is None
    assert holed.document(Text(("[1, ", OneOf(("2", "}"), ENV), "]"))) is None
    many = OneOf(tuple(str(n) for n in range(10)), ENV)
    assert holed.document(Text(("[", many, ",", many, "]"))) is None


def test_keys_with_holes_stay_apart_and_keep_their_end():
    text = Text(('{"', ENV, ':sub": 1, "', ENV, ':sub": 2}'))
    assert holed.document(text) == {"${var.env}:sub": 1, "${again}${var.env}:sub": 2}


def test_the_signs_that_stand_for_holes_cannot_be_forged():
    text = Text(('{"a": "\ue0000\ue001", "b": ', ENV, "}"))
    assert holed.document(text) == {"a": "\ufffd0\ufffd", "b": ENV}


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="ascii")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="ascii")), inner),
    max_leaves=8,
)


@given(PLAIN, st.text(st.characters(codec="ascii")))
def test_what_stands_beside_a_hole_is_read_as_json_reads_it(value, before):
    text = Text((json.dumps({"v": value, "h": before})[:-2], ENV, '"}'))
    found = holed.document(text)
    assert json.dumps(found["v"]) == json.dumps(value)  # tuples are lists there
    assert found["h"] == (Text((before, ENV)) if before else ENV)


def test_a_statement_that_is_not_known_is_a_gap_and_the_others_count():
    text = Text(('{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, ', ENV, "]}"))
    found = policy(text, "policy p")
    assert found.known
    assert len(found.statements) == 1
    assert [gap.what for gap in found.gaps] == ["a statement"]


HEREDOC = """
variable "env" {}
variable "claim" {}
resource "aws_s3_bucket" "b" { bucket = "${var.env}-data" }
resource "aws_iam_user" "u" { name = "u" }
resource "aws_iam_user_policy" "p" {
  user   = aws_iam_user.u.name
  policy = <<EOF
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:DeleteObject",
  "Resource": "arn:aws:s3:::${var.env}-data/*"%s}]}
EOF
}
"""


def test_a_heredoc_about_an_unknown_name_is_about_the_bucket_of_that_name(tmp_path):
    graph = graph_from(tmp_path, HEREDOC % "")
    assert access(graph, "aws_iam_user.u")["aws_s3_bucket.b"].truth is Truth.YES


def test_a_condition_on_an_unknown_key_leaves_it_possible(tmp_path):
    tests = ', "Condition": {"StringEquals": {"${var.claim}:sub": "x"}}'
    graph = graph_from(tmp_path, HEREDOC % tests)
    assert access(graph, "aws_iam_user.u")["aws_s3_bucket.b"].truth is Truth.MAYBE


def test_a_source_document_with_a_hole_is_merged(tmp_path):
    text = """
variable "env" {}
resource "aws_s3_bucket" "b" { bucket = "${var.env}-data" }
resource "aws_iam_user" "u" { name = "u" }
data "aws_iam_policy_document" "d" {
  source_policy_documents = [<<EOF
{"Statement": [{"Effect": "Allow", "Action": "s3:DeleteObject",
  "Resource": "arn:aws:s3:::${var.env}-data/*"}]}
EOF
  ]
}
resource "aws_iam_user_policy" "p" {
  user   = aws_iam_user.u.name
  policy = data.aws_iam_policy_document.d.json
}
"""
    graph = graph_from(tmp_path, text)
    assert access(graph, "aws_iam_user.u")["aws_s3_bucket.b"].truth is Truth.YES
