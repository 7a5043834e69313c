"""What only may exist (`count = var.on ? 1 : 0`) proves nothing, and says what decides."""

from __future__ import annotations

from datetime import date

import pytest

from analyzer.pipeline import analyze
from analyzer.settings import Settings
from rules.finding import Certainty

TODAY = date(2026, 11, 24)
PROVEN, POSSIBLE = Certainty.PROVEN, Certainty.POSSIBLE
MAIN = """
variable "on" { type = bool }
provider "aws" { region = "eu-west-1" }
resource "aws_db_instance" "orders" {
  %(store)s
  identifier          = "orders-production"
  skip_final_snapshot = true
}
resource "aws_iam_user" "u" {
  %(user)s
  name = "u"
}
resource "aws_iam_access_key" "k" {
  %(key)s
  user = "u"
}
resource "aws_iam_user_policy" "p" {
  %(policy)s
  user   = "u"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect = "Allow", Action = "rds:DeleteDBInstance", Resource = "*" }] })
}
"""
PARTS = ("store", "user", "key", "policy")
COUNTS = {"count": "count = var.on ? 1 : 0", "for_each": 'for_each = var.on ? toset(["a"]) : []'}


def findings(tmp_path, part, count):
    text = MAIN % {name: count if name == part else "" for name in PARTS}
    (tmp_path / "main.tf").write_text(text)
    return analyze(Settings(paths=(tmp_path,), today=TODAY)).findings


def test_what_certainly_exists_is_proven(tmp_path):
    found = findings(tmp_path, "", "")
    assert {f.rule: f.certainty for f in found} == {
        "credential-destroys-production": PROVEN,
        "backup-missing": PROVEN,
    }


@pytest.mark.parametrize("count", COUNTS.values(), ids=COUNTS)
@pytest.mark.parametrize("part", ["store", "user", "key"])
def test_what_may_exist_is_possible_and_names_what_decides(part, count, tmp_path):
    found = [f for f in findings(tmp_path, part, count) if f.credential]
    assert found
    assert {f.certainty for f in found} == {POSSIBLE}
    assert all("var.on decides" in " ".join(f.details) for f in found)


@pytest.mark.parametrize("count", COUNTS.values(), ids=COUNTS)
def test_a_policy_that_may_be_there_proves_nothing(count, tmp_path):
    found = [f for f in findings(tmp_path, "policy", count) if f.credential]
    assert {f.certainty for f in found} == {POSSIBLE}


def test_the_backup_of_a_store_that_may_exist_is_not_certainly_missing(tmp_path):
    found = findings(tmp_path, "store", COUNTS["count"])
    (missing,) = [f for f in found if f.rule == "backup-missing"]
    assert missing.certainty is POSSIBLE
    assert "Whether it exists is not known: var.on decides." in missing.details


def test_a_count_inside_a_module_is_named_too(tmp_path):
    (tmp_path / "m").mkdir()
    inner = 'resource "aws_db_instance" "orders" {\n  identifier = "orders-production"\n}\n'
    (tmp_path / "m/main.tf").write_text(inner)
    text = 'variable "on" {}\nmodule "m" {\n  source = "./m"\n  count  = var.on ? 1 : 0\n}\n'
    (tmp_path / "main.tf").write_text(text)
    (missing,) = analyze(Settings(paths=(tmp_path,), today=TODAY)).findings
    assert missing.certainty is POSSIBLE
    assert "Whether it exists is not known: var.on decides." in missing.details
