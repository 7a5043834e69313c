"""One statement that many roles have is one finding, with what it takes to mend it, recounted."""

from __future__ import annotations

from datetime import date

from analyzer.pipeline import analyze
from analyzer.settings import Settings
from rules.finding import Certainty, Routes

TODAY = date(2026, 11, 24)
ROLES = 30
BUCKETS = 4
MODULE = """
variable "name" {}
resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow",
    Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::222222222222:root" } }] })
}
resource "aws_iam_role_policy" "this" {
  role   = aws_iam_role.this.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = "s3:Delete*", Resource = "*" }] })
}
"""
MAIN = """
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}
module "role" {
  source   = "./role"
  for_each = toset([for n in range(%d) : "role-${n}"])
  name     = each.value
}
resource "aws_s3_bucket" "data" {
  count  = %d
  bucket = "data-${count.index}-production"
}
"""
OTHER = """
resource "aws_iam_user" "other" { name = "other" }
resource "aws_iam_user_policy" "other" {
  user   = aws_iam_user.other.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = "s3:DeleteObject", Resource = "*" }] })
}
"""


def findings(tmp_path, more="", roles=ROLES):
    (tmp_path / "role").mkdir()
    (tmp_path / "role/main.tf").write_text(MODULE)
    (tmp_path / "main.tf").write_text(MAIN % (roles, BUCKETS) + more)
    found = analyze(Settings(paths=(tmp_path,), today=TODAY)).findings
    return [f for f in found if f.rule == "credential-destroys-production"]


def test_thirty_roles_with_one_statement_are_one_finding_with_counts(tmp_path):
    (found,) = findings(tmp_path)
    assert found.certainty is Certainty.PROVEN
    assert len({found.credential, *found.also_by}) == ROLES
    assert len({found.target, *found.also}) == BUCKETS
    assert f"likewise {ROLES - 1} more credentials" in found.title
    assert "role/main.tf:" in found.fixes[0].text


def test_the_fix_is_recounted_over_all_of_them(tmp_path):
    (found,) = findings(tmp_path)
    (fix,) = found.fixes
    assert fix.routes == Routes(ROLES * BUCKETS, 0)
    assert [cut.calls for cut in fix.cuts] == [("s3:DeleteObject", "s3:DeleteObjectVersion")]
    assert fix.effect == f"That leaves 0 of {ROLES * BUCKETS} destructive routes."


def test_nobody_is_left_where_no_other_statement_allows_it(tmp_path):
    (found,) = findings(tmp_path, roles=3)
    assert found.fixes[0].effect == (
        f"That leaves 0 of {3 * BUCKETS} destructive routes."
        " Then nobody known here can destroy data-0-production."
    )


def test_another_statement_is_another_mistake_and_is_named_as_what_is_left(tmp_path):
    roles, other = sorted(findings(tmp_path, OTHER, roles=3), key=lambda f: not f.also_by)
    assert other.credential == "aws_iam_user.other"
    assert other.also_by == ()
    assert "Then aws_iam_user.other can still destroy" in roles.fixes[0].effect
