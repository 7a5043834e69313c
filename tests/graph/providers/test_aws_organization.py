"""Control policies of AWS Organizations: whom they hold back, and who may escape them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.build import build
from graph.estate import Estate
from graph.model import EdgeKind, Verb
from graph.values import Truth
from tests.graph.providers.aws import access, estate_from, graph_from

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES
ESTATE = """
provider "aws" {
  alias = "member"
  region = "eu-west-1"
  allowed_account_ids = ["222222222222"]
}
resource "aws_s3_bucket" "own" {}
resource "aws_s3_bucket" "member" { provider = aws.member }
resource "aws_iam_user" "own" { name = "own" }
resource "aws_iam_user" "member" {
  provider = aws.member
  name     = "member"
}
resource "aws_iam_user_policy" "own" {
  user   = aws_iam_user.own.name
  policy = local.all
}
resource "aws_iam_user_policy" "member" {
  provider = aws.member
  user     = aws_iam_user.member.name
  policy   = local.all
}
locals {
  all = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}
"""
ORGANIZATION = 'resource "aws_organizations_organization" "o" { feature_set = "ALL" }\n'
MEMBER = """
resource "aws_organizations_organizational_unit" "outer" {
  name      = "outer"
  parent_id = aws_organizations_organization.o.roots[0].id
}
resource "aws_organizations_organizational_unit" "inner" {
  name      = "inner"
  parent_id = aws_organizations_organizational_unit.outer.id
}
resource "aws_organizations_organizational_unit" "other" {
  name      = "other"
  parent_id = aws_organizations_organization.o.roots[0].id
}
resource "aws_organizations_account" "m" {
  name      = "m"
  email     = "m@example.com"
  parent_id = aws_organizations_organizational_unit.inner.id
}
"""
ROOT = "aws_organizations_organization.o.roots[0].id"
DENY = '{ Effect = "Deny", Action = "s3:*", Resource = "*" }'


def control(target: str, statement: str = DENY, kind: str = "SERVICE_CONTROL_POLICY") -> str:
    return f"""
resource "aws_organizations_policy" "p" {{
  name    = "p"
  type    = "{kind}"
  content = jsonencode({{ Version = "2012-10-17", Statement = [{statement}] }})
}}
resource "aws_organizations_policy_attachment" "p" {{
  policy_id = aws_organizations_policy.p.id
  target_id = {target}
}}
"""


def destroys(graph, who: str, bucket: str = "") -> Truth:
    found = access(graph, f"aws_iam_user.{who}", Verb.DESTROY)
    edge = found.get(f"aws_s3_bucket.{bucket or who}")
    return edge.truth if edge else NO


@pytest.mark.parametrize(
    ("target", "member"),
    [
        ('"222222222222"', NO),
        ('"333333333333"', YES),
        ("var.somewhere", MAYBE),
        (ROOT, MAYBE),  # nothing says that 222222222222 is in this organization
        ('"ou-ab12-cdefghij"', MAYBE),
    ],
)
def test_a_deny_holds_where_its_target_is_or_may_be_above_the_account(tmp_path, target, member):
    text = ESTATE + ORGANIZATION + 'variable "somewhere" {}\n' + control(target)
    graph = graph_from(tmp_path, text)
    assert destroys(graph, "member") is member
    assert destroys(graph, "own") is YES, "the management account is spared"


def test_without_an_organization_its_own_account_may_be_spared(tmp_path):
    graph = graph_from(tmp_path, ESTATE + control('"111111111111"'))
    assert destroys(graph, "own") is MAYBE


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        (ROOT, NO),
        ("aws_organizations_account.m.id", NO),
        ("aws_organizations_organizational_unit.inner.id", NO),
        ("aws_organizations_organizational_unit.outer.id", NO),
        ("aws_organizations_organizational_unit.other.id", YES),
    ],
)
def test_units_pass_their_policies_on_to_the_accounts_in_them(tmp_path, target, wanted):
    role = '"arn:aws:iam::${aws_organizations_account.m.id}:role/OrganizationAccountAccessRole"'
    member = ESTATE.replace(
        'allowed_account_ids = ["222222222222"]', f"assume_role {{ role_arn = {role} }}"
    )
    graph = graph_from(tmp_path, member + ORGANIZATION + MEMBER + control(target))
    assert destroys(graph, "member") is wanted


def test_what_a_policy_allows_limits_nothing_unless_the_default_was_taken_off(tmp_path):
    only_ec2 = '{ Effect = "Allow", Action = "ec2:*", Resource = "*" }'
    text = ESTATE + ORGANIZATION + control('"222222222222"', only_ec2)
    assert destroys(graph_from(tmp_path, text), "member") is YES


def test_service_linked_roles_are_spared(tmp_path):
    roles = """
resource "aws_iam_role" "%s" {
  provider = aws.member
  name     = "%s"
  path     = "%s"
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "222222222222" } }] })
  inline_policy {
    name   = "p"
    policy = local.all
  }
}
"""
    linked = roles % ("linked", "linked", "/aws-service-role/x.amazonaws.com/")
    text = ESTATE + ORGANIZATION + linked + roles % ("plain", "plain", "/")
    graph = graph_from(tmp_path, text + control('"222222222222"'))
    assert "aws_s3_bucket.member" in access(graph, "aws_iam_role.linked", Verb.DESTROY)
    assert "aws_s3_bucket.member" not in access(graph, "aws_iam_role.plain", Verb.DESTROY)


def test_a_resource_control_policy_holds_back_whoever_asks(tmp_path):
    across = """
resource "aws_s3_bucket_policy" "member" {
  provider = aws.member
  bucket   = aws_s3_bucket.member.id
  policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "111111111111" }, Action = "s3:*", Resource = "*" }] })
}
"""
    statement = DENY.replace("}", ', Principal = "*" }')
    text = ESTATE + ORGANIZATION + across
    assert destroys(graph_from(tmp_path, text), "own", "member") is YES
    held = control('"222222222222"', statement, "RESOURCE_CONTROL_POLICY")
    graph = graph_from(tmp_path, text + held)
    assert destroys(graph, "own", "member") is NO
    assert destroys(graph, "member", "member") is NO
    assert destroys(graph, "own", "own") is YES


def test_control_policies_hold_back_powers_that_are_gained(tmp_path):
    text = ESTATE.replace('Action = "s3:*"', 'Action = "iam:PutUserPolicy"') + ORGANIZATION

    def gained(graph) -> Truth:
        edges = graph.outgoing["aws_iam_user.member"]
        powers = [edge.target for edge in edges if edge.kind is EdgeKind.OBTAINS]
        found = [access(graph, it, Verb.DESTROY).get("aws_s3_bucket.member") for it in powers]
        return max((edge.truth for edge in found if edge), default=NO)

    assert gained(graph_from(tmp_path, text)) is YES
    assert gained(graph_from(tmp_path, text + control('"222222222222"'))) is NO


def test_a_policy_that_is_not_in_the_code_is_a_gap(tmp_path):
    text = ESTATE + ORGANIZATION + control('"222222222222"')
    text = text.replace("policy_id = aws_organizations_policy.p.id", 'policy_id = "p-12345678"')
    graph = graph_from(tmp_path, text)
    assert destroys(graph, "member") is YES
    assert any("policy_id names no policy" in problem.why for problem in graph.problems)


def test_a_default_that_was_taken_off_leaves_what_is_attached(tmp_path):
    only_ec2 = '{ Effect = "Allow", Action = "ec2:*", Resource = "*" }'
    text = ESTATE + ORGANIZATION + control('"222222222222"', only_ec2)
    estate = estate_from(tmp_path, text)
    listed = {"target_id": "222222222222", "filter": "SERVICE_CONTROL_POLICY"}

    def with_listing(*ids: str):
        at = estate.of_type("aws_organizations_policy")[0]
        name = "data.aws_organizations_policies_for_target"
        row = replace(
            at, address=f"{name}.x", mode="data", attributes=listed | {"ids": ids}, type=name[5:]
        )
        return build(Estate((*estate.resources, row), estate.grants, estate.today))

    assert destroys(with_listing("p-FullAWSAccess", "p-1"), "member") is YES
    assert destroys(with_listing("p-1"), "member") is NO
