"""Accounts that an organization creates: the role that comes with each, and what closing takes."""

from __future__ import annotations

from datetime import date

from analyzer.pipeline import analyze
from analyzer.settings import Settings
from graph.model import Verb
from graph.values import Truth

ROLE = "aws_organizations_account.shop#access-role"
CODE = """
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}
resource "aws_organizations_account" "shop" {
  name  = "shop"
  email = "shop@example.com"
}
provider "aws" {
  alias  = "shop"
  region = "eu-west-1"
  assume_role { role_arn = "arn:aws:iam::${aws_organizations_account.shop.id}:role/OrganizationAccountAccessRole" }
}
resource "aws_db_instance" "main" {
  provider   = aws.shop
  identifier = "shop-prod"
}
resource "aws_db_instance" "here" { identifier = "here-prod" }
resource "aws_iam_user" "ops" { name = "ops" }
resource "aws_iam_user_policy" "ops" {
  user   = aws_iam_user.ops.name
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "ACTION", Resource = "RESOURCE" }] })
}
"""


def destroyers(tmp_path, action, resource="*", target="aws_db_instance.main"):
    (tmp_path / "main.tf").write_text(
        CODE.replace("ACTION", action).replace("RESOURCE", resource), encoding="utf-8"
    )
    report = analyze(Settings((tmp_path,), today=date(2026, 11, 24)))
    found = report.world.reach.who(target, Verb.DESTROY)
    return {name: (power.truth, power.edge.calls) for name, power in found}


def test_who_may_assume_the_role_is_admin_there(tmp_path):
    found = destroyers(tmp_path, "sts:AssumeRole")
    assert found["aws_iam_user.ops"] == (Truth.YES, ("rds:DeleteDBInstance",))
    assert ROLE in found


def test_it_is_admin_there_only(tmp_path):
    found = destroyers(tmp_path, "sts:AssumeRole", target="aws_db_instance.here")
    assert {truth for truth, _ in found.values()} <= {Truth.MAYBE}  # a number may be its own


def test_another_role_is_not_it(tmp_path):
    found = destroyers(tmp_path, "sts:AssumeRole", "arn:aws:iam::*:role/ci")
    assert "aws_iam_user.ops" not in found


def test_who_closes_the_account_takes_all_that_is_in_it(tmp_path):
    found = destroyers(tmp_path, "organizations:CloseAccount")
    assert found["aws_iam_user.ops"][0] is Truth.YES
    here = destroyers(tmp_path, "organizations:CloseAccount", target="aws_db_instance.here")
    assert "aws_iam_user.ops" not in here
    assert "aws_iam_user.ops" not in destroyers(tmp_path, "organizations:ListAccounts")
