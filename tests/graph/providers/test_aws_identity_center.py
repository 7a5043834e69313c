"""Identity Center: permission sets in accounts, what they may do and who has them."""

from __future__ import annotations

from graph.model import EdgeKind, Kind
from graph.problems import ProblemKind
from graph.values import Truth
from tests.graph.providers.aws import access, graph_from

HERE = "aws_ssoadmin_permission_set.dba@111111111111"
ELSEWHERE = "aws_ssoadmin_permission_set.dba@222222222222"
BUCKET = "aws_s3_bucket.b"
STORE = """
resource "aws_s3_bucket" "b" { bucket = "b" }
resource "aws_ssoadmin_permission_set" "dba" {
  name         = "dba"
  instance_arn = "arn:aws:sso:::instance/ssoins-1"
}
"""
DELETES = """jsonencode({ Version = "2012-10-17", Statement = [
  { Effect = "Allow", Action = "s3:DeleteObject", Resource = "*" }] })"""
ABOUT = """
  instance_arn       = aws_ssoadmin_permission_set.dba.instance_arn
  permission_set_arn = aws_ssoadmin_permission_set.dba.arn
"""


def assigned(account: str = '"111111111111"', who: str = '"g-1"', kind: str = "GROUP") -> str:
    return f"""
    resource "aws_ssoadmin_account_assignment" "a" {{ {ABOUT}
      principal_type = "{kind}"
      principal_id   = {who}
      target_type    = "AWS_ACCOUNT"
      target_id      = {account}
    }}
    """


def inline() -> str:
    return f"""
    resource "aws_ssoadmin_permission_set_inline_policy" "p" {{ {ABOUT}
      inline_policy = {DELETES}
    }}
    """


def customer(name: str) -> str:
    return f"""
    resource "aws_iam_policy" "p" {{
      name   = "deletes"
      policy = {DELETES}
    }}
    resource "aws_ssoadmin_customer_managed_policy_attachment" "p" {{ {ABOUT}
      customer_managed_policy_reference {{ name = "{name}" }}
    }}
    """


def test_a_set_acts_in_the_accounts_it_is_assigned_in(tmp_path):
    graph = graph_from(tmp_path, STORE + inline() + assigned())
    assert graph.nodes[HERE].kind is Kind.IDENTITY
    assert access(graph, HERE)[BUCKET].truth is Truth.YES
    graph = graph_from(tmp_path, STORE + inline() + assigned('"222222222222"'))
    assert not access(graph, ELSEWHERE)
    assert HERE not in graph.nodes


def test_policies_of_aws_and_of_the_account(tmp_path):
    managed = f"""
    resource "aws_ssoadmin_managed_policy_attachment" "p" {{ {ABOUT}
      managed_policy_arn = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    }}
    """
    for policies in (managed, customer("deletes")):
        graph = graph_from(tmp_path, STORE + policies + assigned())
        assert access(graph, HERE)[BUCKET].truth is Truth.YES
    graph = graph_from(tmp_path, STORE + customer("other") + assigned())
    assert not access(graph, HERE)
    assert any(HERE in problem.whose for problem in graph.problems)


def test_a_boundary_limits_it(tmp_path):
    boundary = f"""
    resource "aws_ssoadmin_permissions_boundary_attachment" "b" {{ {ABOUT}
      permissions_boundary {{
        managed_policy_arn = "arn:aws:iam::aws:policy/AmazonRDSFullAccess"
      }}
    }}
    """
    graph = graph_from(tmp_path, STORE + inline() + boundary + assigned())
    assert not access(graph, HERE)


def test_who_is_in_the_group_has_it(tmp_path):
    people = """
    resource "aws_identitystore_group" "g" {
      identity_store_id = "d-1"
      display_name      = "dba"
    }
    resource "aws_identitystore_user" "u" {
      identity_store_id = "d-1"
      user_name         = "ann"
      display_name      = "Ann A."
      name {
        given_name  = "Ann"
        family_name = "A."
      }
    }
    resource "aws_identitystore_group_membership" "m" {
      identity_store_id = "d-1"
      group_id          = aws_identitystore_group.g.group_id
      member_id         = aws_identitystore_user.u.user_id
    }
    """
    whose = {
        ("aws_identitystore_group.g.group_id", "GROUP"): {"human:group:dba", "human:ann"},
        ("aws_identitystore_user.u.user_id", "USER"): {"human:ann"},
        ('"g-1"', "GROUP"): {"human:group:g-1"},
    }
    for (who, kind), wanted in whose.items():
        graph = graph_from(tmp_path, STORE + people + assigned(who=who, kind=kind))
        holds = [e for e in graph.incoming[HERE] if e.kind is EdgeKind.HOLDS]
        assert {edge.source for edge in holds} == wanted
        assert all(edge.evidence[0].location for edge in holds)


def test_nobody_in_the_account_changes_what_the_set_may_do(tmp_path):
    user = """
    resource "aws_iam_user" "u" { name = "u" }
    resource "aws_iam_user_policy" "p" {
      user   = aws_iam_user.u.name
      policy = jsonencode({ Version = "2012-10-17", Statement = [
        { Effect = "Allow", Action = ["iam:PutRolePolicy", "sts:AssumeRole"], Resource = "*" }] })
    }
    """
    graph = graph_from(tmp_path, STORE + inline() + assigned() + user)
    assert all(edge.target != HERE for edge in graph.outgoing.get("aws_iam_user.u", ()))


def test_a_set_that_is_looked_up_is_a_gap(tmp_path):
    looked_up = (STORE + inline() + assigned()).replace(
        "aws_ssoadmin_permission_set.dba", "data.aws_ssoadmin_permission_set.dba"
    )
    looked_up = looked_up.replace(
        'resource "aws_ssoadmin_permission_set"', 'data "aws_ssoadmin_permission_set"'
    )
    graph = graph_from(tmp_path, looked_up)
    assert access(graph, f"data.{HERE}")[BUCKET].truth is Truth.YES
    [gap] = [p for p in graph.problems if p.what == "data.aws_ssoadmin_permission_set.dba"]
    assert gap.kind is ProblemKind.UNRESOLVED
