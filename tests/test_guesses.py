"""Names that are not known and might be equal: said, not shouted."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.policy.documents import Clause
from graph.policy.globs import compiled
from graph.policy.guesses import guesses
from graph.policy.names import Hole, Name
from rules.finding import Certainty, Severity
from rules.registry import judge
from tests.conftest import analyzed

A, B = Hole("var.a", "var.a"), Hole("var.b", "var.b")
SOMETHING = Hole(anything=True)
S3 = "arn:aws:s3:::"


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ((S3, A, "-logs/*"), (S3, B, "-data/", SOMETHING), ("var.a", "var.b")),
        ((S3, A, "/*"), (S3 + "orders/", SOMETHING), ("var.a",)),
        ((A,), (S3 + "orders/", SOMETHING), ("var.a",)),
        ((S3, A, "-data/tenant/*"), (S3, A, "-data/", SOMETHING), ()),
        ((S3 + "data/", A, "*"), (S3 + "data/", SOMETHING), ()),
        (
            (S3 + "*/tool-*",),
            (S3 + "data/", SOMETHING),
            (f"whether anything in it is called {S3}*/tool-*",),
        ),
        (("arn:aws:rds:", A, ":1:db:x"), ("arn:aws:rds:", B, ":1:db:x"), ()),
    ],
)
def test_what_decides_is_what_differs_in_the_name_itself(pattern, name, expected):
    parts = (pattern,) if isinstance(pattern, str) else pattern
    clause = Clause(((compiled(Name(parts)),),))
    assert guesses(clause, Name(name)) == expected


MAIN = """
variable "env" {}
variable "other" {}
resource "aws_s3_bucket" "orders" {
  bucket = "orders-${var.other}"
  tags   = { Environment = "production" }
}
resource "aws_iam_user" "ci" { name = "ci" }
resource "aws_iam_user_policy" "p" {
  user   = aws_iam_user.ci.name
  policy = jsonencode({ Statement = [{
    Effect = "Allow", Action = "s3:DeleteObject", Resource = "arn:aws:s3:::%s/*"
  }] })
}
"""


def destroying(folder: Path, bucket: str, more: str = ""):
    (folder / "main.tf").write_text(MAIN % bucket + more)
    found = judge(analyzed(folder).world)[0]
    return [it for it in found if it.rule == "credential-destroys-production"]


def test_a_guess_is_medium_and_says_what_it_hangs_on(tmp_path):
    (found,) = destroying(tmp_path, "${var.env}-logs")
    assert (found.severity, found.certainty) == (Severity.MEDIUM, Certainty.POSSIBLE)
    assert "It hangs on what is not known: var.env and var.other." in found.details


def test_a_guess_beside_what_is_known_is_a_detail(tmp_path):
    more = 'resource "aws_s3_bucket" "logs" { bucket = "${var.env}-logs" }\n'
    (found,) = destroying(tmp_path, "${var.env}-logs", more)
    assert found.target == "aws_s3_bucket.logs"
    assert found.also == ()
    assert any("1 more data store may be meant" in line for line in found.details)


def test_the_same_unknown_name_is_no_guess(tmp_path):
    (found,) = destroying(tmp_path, "orders-${var.other}")
    assert (found.severity, found.certainty) == (Severity.CRITICAL, Certainty.PROVEN)


def test_the_only_way_to_a_total_loss_may_be_a_guess(tmp_path):
    more = """
resource "aws_s3_bucket_versioning" "v" {
  bucket = aws_s3_bucket.orders.id
  versioning_configuration { status = "Enabled" }
}
"""
    text = (MAIN % "${var.env}-logs").replace('"s3:DeleteObject"', '"s3:*"') + more
    (tmp_path / "main.tf").write_text(text)
    found = judge(analyzed(tmp_path).world)[0]
    (one,) = [it for it in found if it.rule == "single-credential-total-loss"]
    assert one.severity is Severity.MEDIUM
    assert one.details[0].startswith("It hangs on what is not known: var.env")


def test_a_store_that_may_not_be_there_is_possible(tmp_path):
    more = 'variable "n" { type = number }\n'
    text = (MAIN % "orders-${var.other}").replace("  tags", "  count = var.n\n  tags")
    (tmp_path / "main.tf").write_text(text + more)
    (found,) = [
        it
        for it in judge(analyzed(tmp_path).world)[0]
        if it.rule == "credential-destroys-production"
    ]
    assert found.certainty is Certainty.POSSIBLE
    assert "Whether it exists is not known: var.n decides." in found.details
