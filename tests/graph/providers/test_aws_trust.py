"""Who becomes what: trust policies, federation, takeovers."""

from __future__ import annotations

import pytest

from graph.model import EdgeKind, Kind
from graph.powers import powers_of
from graph.problems import ProblemKind
from graph.reach import Reach
from graph.survival import survive
from graph.values import Truth
from tests.graph.providers.aws import graph_from

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES
ACCOUNT = "111111111111"
USER = 'resource "aws_iam_user" "u" { name = "u" }\n'
ASSUME = '{ Effect = "Allow", Action = "sts:AssumeRole", Resource = "*" }'


def role(principal: str, more: str = "", action: str = "sts:AssumeRole") -> str:
    return f"""
resource "aws_iam_role" "r" {{
  name = "r"
  assume_role_policy = jsonencode({{ Version = "2012-10-17", Statement = [{{
    Effect = "Allow", Action = "{action}", Principal = {principal} {more} }}] }})
}}
"""


def may(*statements: str) -> str:
    return f"""
resource "aws_iam_user_policy" "p" {{
  user   = aws_iam_user.u.name
  policy = jsonencode({{ Version = "2012-10-17", Statement = [{", ".join(statements)}] }})
}}
"""


def becoming(graph, source="aws_iam_user.u", target="aws_iam_role.r"):
    kinds = {EdgeKind.ASSUMES, EdgeKind.OBTAINS}
    return [e for e in graph.outgoing.get(source, ()) if e.target == target and e.kind in kinds]


def assumes(graph) -> Truth:
    return max((edge.truth for edge in becoming(graph)), default=NO)


def arn(name: str) -> str:
    return f'{{ AWS = "arn:aws:iam::{ACCOUNT}:{name}" }}'


@pytest.mark.parametrize(
    ("principal", "policies", "wanted"),
    [
        (arn("user/u"), "", YES),
        ("{ AWS = aws_iam_user.u.arn }", "", YES),
        (arn("root"), "", NO),
        (arn("root"), ASSUME, YES),
        (f'{{ AWS = "{ACCOUNT}" }}', ASSUME, YES),
        (arn("user/other"), ASSUME, NO),
        ('{ AWS = "arn:aws:iam::222222222222:root" }', ASSUME, NO),
        (arn("user/u"), ASSUME.replace("Allow", "Deny"), NO),
    ],
)
def test_trust_within_an_account(tmp_path, principal, policies, wanted):
    text = USER + role(principal) + (may(policies) if policies else "")
    assert assumes(graph_from(tmp_path, text)) is wanted


def test_conditions_of_a_trust_policy_are_said(tmp_path):
    mfa = ', Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }'
    [edge] = becoming(graph_from(tmp_path, USER + role(arn("user/u"), mfa)))
    assert (edge.truth, edge.condition, edge.calls) == (MAYBE, "with MFA", ("sts:AssumeRole",))
    external = ', Condition = { StringEquals = { "sts:ExternalId" = "x1" } }'
    [edge] = becoming(graph_from(tmp_path, USER + role(arn("user/u"), external)))
    assert edge.condition == "if the external id is x1"


def holders(graph, target="aws_iam_role.r"):
    return {
        edge.source: edge for edge in graph.incoming.get(target, ()) if edge.kind is EdgeKind.HOLDS
    }


GITHUB = (
    f'{{ Federated = "arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com" }}'
)


def federated(*subjects: str, operator: str = "StringLike") -> str:
    host = "token.actions.githubusercontent.com"
    tests = f'StringEquals = {{ "{host}:aud" = "sts.amazonaws.com" }}'
    if subjects:
        listed = ", ".join(f'"{subject}"' for subject in subjects)
        tests += f', {operator} = {{ "{host}:sub" = [{listed}] }}'
    return role(GITHUB, f", Condition = {{ {tests} }}", "sts:AssumeRoleWithWebIdentity")


@pytest.mark.parametrize(
    ("subjects", "actors"),
    [
        (("repo:acme/shop:*",), {"ci:github:acme/shop"}),
        (("repo:acme@12/shop@34:*",), {"ci:github:acme/shop"}),
        (
            ("repo:acme/a:*", "repo:acme/b:ref:refs/heads/main"),
            {"ci:github:acme/a", "ci:github:acme/b:ref:refs/heads/main"},
        ),
        (("repo:acme/*",), {"ci:github:acme/*"}),
        ((), {"ci:github:*"}),
    ],
)
def test_github_jobs_by_their_subject(tmp_path, subjects, actors):
    found = holders(graph_from(tmp_path, federated(*subjects)))
    assert set(found) == actors
    assert {edge.truth for edge in found.values()} == {YES}
    assert all(edge.evidence[0].location for edge in found.values())


def test_the_issuer_may_be_a_resource(tmp_path):
    text = 'resource "aws_iam_openid_connect_provider" "gl" { url = "https://gitlab.com" }\n'
    condition = ', Condition = { StringLike = { "gitlab.com:sub" = "project_path:acme/shop:*" } }'
    trust = role(
        "{ Federated = aws_iam_openid_connect_provider.gl.arn }",
        condition,
        "sts:AssumeRoleWithWebIdentity",
    )
    assert set(holders(graph_from(tmp_path, text + trust))) == {"ci:gitlab:acme/shop"}


def test_services_accounts_and_anyone(tmp_path):
    graph = graph_from(tmp_path, role('{ Service = "ec2.amazonaws.com" }'))
    assert set(holders(graph)) == {"service:ec2.amazonaws.com"}
    assert graph.nodes["service:ec2.amazonaws.com"].kind is Kind.ACTOR
    assert "used_by_aws" not in graph.nodes["aws_iam_role.r"].facts
    graph = graph_from(tmp_path, role('{ Service = "backup.amazonaws.com" }'))
    assert graph.nodes["aws_iam_role.r"].facts["used_by_aws"] == "backup.amazonaws.com"
    assert set(
        holders(graph_from(tmp_path, role(arn("root").replace(ACCOUNT, "222222222222"))))
    ) == {"account:222222222222"}
    assert not holders(graph_from(tmp_path, role(arn("root"))))
    assert set(holders(graph_from(tmp_path, role('"*"')))) == {"anyone"}
    organization = ', Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-1" } }'
    edge = holders(graph_from(tmp_path, role('"*"', organization)))["anyone"]
    assert (edge.truth, edge.condition) == (MAYBE, "if the identity's organization is o-1")


def test_an_access_key_opens_its_user(tmp_path):
    graph = graph_from(
        tmp_path, USER + 'resource "aws_iam_access_key" "k" { user = aws_iam_user.u.name }\n'
    )
    [edge] = graph.outgoing["aws_iam_access_key.k"]
    assert (edge.kind, edge.target, edge.truth) == (EdgeKind.OPENS, "aws_iam_user.u", YES)
    assert graph.nodes["aws_iam_access_key.k"].kind is Kind.CREDENTIAL


def test_a_looked_up_role_is_a_gap_with_what_the_code_attaches(tmp_path):
    text = """
data "aws_iam_role" "r" { name = "deployer" }
resource "aws_s3_bucket" "b" { bucket = "b" }
resource "aws_iam_role_policy_attachment" "x" {
  role       = data.aws_iam_role.r.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
}
"""
    graph = graph_from(tmp_path, text)
    assert {edge.target for edge in graph.outgoing["data.aws_iam_role.r"]} == {"aws_s3_bucket.b"}
    assert any(p.what == "data.aws_iam_role.r" for p in graph.problems)


TARGETS = (
    USER
    + 'resource "aws_iam_user" "t" { name = "t" }\n'
    + role('{ Service = "ec2.amazonaws.com" }')
)


def takeover(call: str, on: str = "*") -> str:
    return may(f'{{ Effect = "Allow", Action = "{call}", Resource = "{on}" }}')


def test_one_call_makes_another_user_or_role(tmp_path):
    graph = graph_from(tmp_path, TARGETS + takeover("iam:CreateAccessKey"))
    [edge] = becoming(graph, target="aws_iam_user.t")
    assert (edge.kind, edge.truth, edge.calls) == (EdgeKind.OBTAINS, YES, ("iam:CreateAccessKey",))
    graph = graph_from(tmp_path, TARGETS + takeover("iam:UpdateAssumeRolePolicy"))
    [edge] = becoming(graph)
    assert edge.calls == ("iam:UpdateAssumeRolePolicy", "sts:AssumeRole")
    graph = graph_from(
        tmp_path, TARGETS + takeover("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/u")
    )
    assert not becoming(graph, target="aws_iam_user.t")


def test_a_denied_assume_role_makes_a_new_trust_policy_useless(tmp_path):
    refused = may(
        '{ Effect = "Allow", Action = "iam:*", Resource = "*" }',
        '{ Effect = "Deny", Action = "sts:AssumeRole", Resource = "*" }',
    )
    assert not becoming(graph_from(tmp_path, TARGETS + refused))


def test_a_console_password_is_changed_where_there_is_one(tmp_path):
    graph = graph_from(tmp_path, TARGETS + takeover("iam:UpdateLoginProfile"))
    [edge] = becoming(graph, target="aws_iam_user.t")
    assert (edge.truth, edge.condition) == (MAYBE, "if the user has a console password")
    profile = 'resource "aws_iam_user_login_profile" "t" { user = aws_iam_user.t.name }\n'
    [edge] = becoming(
        graph_from(tmp_path, TARGETS + profile + takeover("iam:UpdateLoginProfile")),
        target="aws_iam_user.t",
    )
    assert edge.truth is YES
    graph = graph_from(tmp_path, TARGETS + profile + takeover("iam:CreateLoginProfile"))
    assert not becoming(graph, target="aws_iam_user.t")


def not_followed(graph):
    return [
        p
        for p in graph.problems
        if p.kind is ProblemKind.UNSUPPORTED and p.what == "aws_iam_user.u"
    ]


def test_what_no_rule_follows_is_one_gap(tmp_path):
    [gap] = not_followed(graph_from(tmp_path, USER + takeover("iam:SetDefaultPolicyVersion")))
    assert gap.why.startswith("it may bring back older versions of policies (iam:SetDefault")
    assert gap.whose == ("aws_iam_user.u",)
    for everything in ("*", "iam:*"):
        assert not not_followed(graph_from(tmp_path, USER + takeover(everything)))


def test_who_could_bring_back_older_policies_may_destroy_anything(tmp_path):
    text = USER + 'resource "aws_db_instance" "d" { identifier = "d" }\n'
    losses = []
    for actions in ("iam:SetDefaultPolicyVersion", "iam:GetUser", "iam:PutUserPolicy"):
        graph = graph_from(tmp_path, text + takeover(actions))
        found = survive(graph, powers_of(Reach(graph))).stores["aws_db_instance.d"]
        losses.append((str(found.rogue), found.k_min, found.k_max))
    assert losses == [("unknown", 1, None), ("none", None, None), ("total loss", 1, 1)]


def test_nobody_loses_data_by_a_role_that_aws_alone_uses(tmp_path):
    text = """
    resource "aws_s3_bucket" "b" { bucket = "b" }
    resource "aws_iam_role_policy" "p" {
      role   = aws_iam_role.r.name
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:DeleteObject", Resource = "*" }] })
    }
    """
    for service, names in (("backup", ()), ("ec2", ("aws_iam_role.r",))):
        trust = role(f'{{ Service = "{service}.amazonaws.com" }}')
        reach = Reach(graph_from(tmp_path, text + trust))
        assert powers_of(reach).names == names
        assert [node.id for node in reach.credentials] == ["aws_iam_role.r"]
