"""What is gained is bounded: by scopes, conditions, denies, boundaries, and names one may choose."""

from __future__ import annotations

import json

import pytest

from graph.model import Kind, Verb
from graph.providers.aws.escalation.closure import MOST_FORMS
from graph.reach import Reach
from graph.values import Truth
from tests.graph.providers.aws import graph_from, graph_of

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES
STORES = """
resource "aws_db_instance" "d" { identifier = "d" }
resource "aws_s3_bucket" "b" { bucket = "b" }
resource "aws_iam_user" "u" { name = "u" }
"""
ROLE = """
resource "aws_iam_role" "t" {
  name = "t"
  assume_role_policy = jsonencode({ Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
}
resource "aws_iam_role_policy" "t" {
  role   = aws_iam_role.t.name
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "rds:*", Resource = "*" }] })
}
"""
PASS = "arn:aws:iam::111111111111:role/"
FUNCTION = "arn:aws:lambda:*:*:function:"


def allow(actions, on="*", **condition):
    return {"Effect": "Allow", "Action": actions, "Resource": on, **condition}


def deny(actions, on="*"):
    return {"Effect": "Deny", "Action": actions, "Resource": on}


def policy(*statements) -> str:
    text = json.dumps(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    return f'resource "aws_iam_user_policy" "u" {{\n  user = "u"\n  policy = {text}\n}}\n'


def bounded(*statements) -> str:
    text = json.dumps(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    limit = f'resource "aws_iam_policy" "l" {{\n  name = "l"\n  policy = {text}\n}}\n'
    return limit + STORES.replace(
        '{ name = "u" }', '{\n  name = "u"\n  permissions_boundary = aws_iam_policy.l.arn\n}'
    )


def sure(graph, target="aws_db_instance.d", start="aws_iam_user.u") -> Truth:
    power = Reach(graph).powers(start).get((Verb.DESTROY, target))
    return power.truth if power else NO


@pytest.mark.parametrize(
    ("statements", "wanted"),
    [
        ([allow("iam:PassRole", PASS + "t"), allow("lambda:*")], YES),
        ([allow("iam:PassRole", PASS + "other"), allow("lambda:*")], NO),
        ([allow(["iam:PassRole", "lambda:*"]), deny("iam:PassRole", PASS + "t")], NO),
        ([allow(["iam:PassRole", "lambda:*"]), deny("lambda:CreateFunction")], NO),
        ([allow("iam:PassRole"), allow("lambda:*", FUNCTION + "dev-*")], YES),
        ([allow(["iam:PassRole", "lambda:*"]), deny("lambda:*", FUNCTION + "prod-*")], YES),
        (
            [
                allow("iam:PassRole"),
                allow("lambda:*", FUNCTION + "dev-*"),
                deny("lambda:*", FUNCTION + "dev-*"),
            ],
            NO,
        ),
    ],
)
def test_a_role_is_passed_within_scopes_and_denies(tmp_path, statements, wanted):
    assert sure(graph_from(tmp_path, STORES + ROLE + policy(*statements))) is wanted


@pytest.mark.parametrize(("service", "wanted"), [("lambda", YES), ("ec2", NO)])
def test_a_role_is_passed_to_the_service_that_a_condition_names(tmp_path, service, wanted):
    test = {"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}}
    text = policy(allow("iam:PassRole", Condition=test), allow("lambda:*"))
    assert sure(graph_from(tmp_path, STORES + ROLE + text)) is wanted


def test_one_function_must_be_both_made_and_called(tmp_path):
    apart = [
        allow("lambda:CreateFunction", FUNCTION + "a"),
        allow("lambda:InvokeFunction", FUNCTION + "b"),
    ]
    graph = graph_from(tmp_path, STORES + ROLE + policy(allow("iam:PassRole"), *apart))
    assert sure(graph) is not YES


def test_any_policy_gives_what_the_boundary_leaves(tmp_path):
    limit = bounded(allow(["iam:*", "s3:*"]))
    text = limit + policy(allow("iam:PutUserPolicy"), deny("iam:*Boundary"))
    graph = graph_from(tmp_path, text.replace('"iam:*Boundary"', '"iam:*Boundary*"'))
    assert sure(graph, "aws_s3_bucket.b") is YES


def test_a_boundary_without_iam_stays(tmp_path):
    text = bounded(allow(["iam:PutUserPolicy", "s3:*"])) + policy(allow("iam:PutUserPolicy"))
    graph = graph_from(tmp_path, text)
    assert sure(graph, "aws_s3_bucket.b") is YES
    assert sure(graph) is NO
    [gained] = [node for node in graph.nodes.values() if node.kind is Kind.POWER]
    assert gained.id == "aws_iam_user.u#any-policy"


def test_a_boundary_that_lets_itself_be_taken_off_is_none(tmp_path):
    graph = graph_from(tmp_path, bounded(allow("iam:*")) + policy(allow("iam:PutUserPolicy")))
    assert sure(graph) is YES
    path = Reach(graph).witness("aws_iam_user.u", Verb.DESTROY, "aws_db_instance.d")
    assert path.calls == (
        "iam:PutUserPolicy",
        "iam:DeleteUserPermissionsBoundary",
        "rds:DeleteDBInstance",
    )


@pytest.mark.parametrize(
    ("forbidden", "wanted"),
    [
        (["rds:*"], YES),
        (["rds:*", "iam:Create*", "iam:Delete*", "iam:Put*", "iam:Detach*", "iam:Update*"], NO),
    ],
)
def test_a_deny_holds_as_long_as_nobody_takes_it_off(tmp_path, forbidden, wanted):
    text = policy(allow("iam:AttachUserPolicy"), deny(forbidden))
    assert sure(graph_from(tmp_path, STORES + text)) is wanted


def test_a_policy_that_may_only_be_attached_if_harmless_gives_nothing(tmp_path):
    test = {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}
    text = policy(allow("iam:AttachUserPolicy", Condition=test))
    assert sure(graph_from(tmp_path, STORES + text)) is NO


def test_a_new_role_needs_the_boundary_that_a_condition_asks_for(tmp_path):
    test = {"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::111111111111:policy/l"}}
    calls = ["iam:CreateRole", "iam:PutRolePolicy"]
    for condition, wanted in (({}, YES), ({"Condition": test}, NO)):
        text = STORES + policy(allow(calls, PASS + "app/*", **condition))
        assert sure(graph_from(tmp_path, text)) is wanted


def test_a_policy_of_an_unknown_account_is_none_of_aws(tmp_path):
    for owner, wanted in (("aws", NO), ("111111111111", MAYBE)):
        text = policy(allow("iam:CreatePolicyVersion", f"arn:aws:iam::{owner}:policy/p*"))
        own = """
        resource "aws_iam_policy" "p" {
          name   = "p"
          policy = jsonencode({ Statement = [] })
        }
        resource "aws_iam_user_policy_attachment" "p" {
          user       = aws_iam_user.u.name
          policy_arn = aws_iam_policy.p.arn
        }
        """
        (tmp_path / "main.tf").write_text(
            'provider "aws" { region = "eu-west-1" }\n' + STORES + text + own
        )
        assert sure(graph_of(tmp_path)) is wanted


def managed(name, *statements) -> str:
    text = json.dumps(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    return f'resource "aws_iam_policy" "{name}" {{\n  name = "{name}"\n  policy = {text}\n}}\n'


def gaps(graph) -> str:
    return " ".join(it.why for it in graph.problems if "aws_iam_user.u" in it.whose)


@pytest.mark.parametrize(
    ("test", "wanted", "gap"),
    [
        ({"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::111111111111:policy/app/x"}}, NO, "app/x"),
        ({"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonRDSFullAccess"}}, YES, ""),
        ({"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonRDSR*"}}, NO, ""),
        ({"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/NoSuch*"}}, NO, "NoSuch*"),
        ({"ArnNotLike": {"iam:PolicyARN": "*/AdministratorAccess"}}, YES, ""),
        ({"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::111111111111:policy/keys"}}, YES, ""),
    ],
)
def test_a_policy_that_may_be_attached_is_followed_or_a_gap(tmp_path, test, wanted, gap):
    admin = 'resource "aws_iam_user" "admin" { name = "admin" }\n' + policy(allow("rds:*")).replace(
        '"u"', '"admin"'
    )
    text = admin + managed("keys", allow("iam:CreateAccessKey"))
    text += policy(allow("iam:AttachUserPolicy", "arn:aws:iam::*:user/u", Condition=test))
    graph = graph_from(tmp_path, STORES + text)
    assert sure(graph) is wanted
    assert gap in gaps(graph)
    assert bool(gap) is bool(gaps(graph))


@pytest.mark.parametrize(
    ("boundary", "wanted", "gap"),
    [("rds", YES, ""), ("s3", NO, ""), ("iam", YES, ""), ("elsewhere", NO, "elsewhere")],
)
def test_a_new_role_has_what_its_boundary_leaves(tmp_path, boundary, wanted, gap):
    """`iam:*` within a boundary makes roles without one."""
    limits = "".join(managed(name, allow(f"{name}:*")) for name in ("rds", "s3", "iam"))
    test = {
        "StringEquals": {"iam:PermissionsBoundary": f"arn:aws:iam::111111111111:policy/{boundary}"}
    }
    text = limits + policy(allow(["iam:CreateRole", "iam:AttachRolePolicy"], Condition=test))
    graph = graph_from(tmp_path, STORES + text)
    assert sure(graph) is wanted
    assert gap in gaps(graph)
    assert bool(gap) is bool(gaps(graph))


@pytest.mark.parametrize(
    ("tag", "on", "wanted"),
    [
        (allow("iam:TagUser"), "aws:PrincipalTag/team", YES),
        (allow("iam:TagUser", "arn:aws:iam::111111111111:user/v"), "aws:PrincipalTag/team", NO),
        (
            allow("iam:TagUser", Condition={"StringEquals": {"aws:RequestTag/team": "web"}}),
            "aws:PrincipalTag/team",
            MAYBE,
        ),
        (allow("iam:TagRole"), "aws:PrincipalTag/team", NO),
        (allow("iam:TagUser"), "aws:PrincipalAccount", NO),
    ],
)
def test_who_tags_himself_meets_a_condition_on_his_tags(tmp_path, tag, on, wanted):
    asked = {"StringEquals": {on: "dba"}}
    graph = graph_from(tmp_path, STORES + policy(tag, allow("rds:*", Condition=asked)))
    assert sure(graph) is wanted


def test_a_tag_in_the_way_is_taken_off(tmp_path):
    tagged = STORES.replace('{ name = "u" }', '{\n  name = "u"\n  tags = { locked = "yes" }\n}')
    held = {**deny("rds:*"), "Condition": {"StringEquals": {"aws:PrincipalTag/locked": "yes"}}}
    for calls, wanted in (("iam:TagUser", YES), ("iam:GetUser", NO)):
        graph = graph_from(tmp_path, tagged + policy(allow(["rds:*", calls]), held))
        assert sure(graph) is wanted


@pytest.mark.parametrize(("count", "wanted"), [(20, NO), (60, MAYBE)])
def test_the_forms_of_one_identity_are_bounded(tmp_path, count, wanted):
    """What more of them could do is possible, so that the bound hides nothing."""
    text = f"""
    resource "aws_iam_group" "g" {{
      count = {count}
      name  = "g${{count.index}}"
    }}
    resource "aws_iam_group_policy" "g" {{
      count  = {count}
      group  = aws_iam_group.g[count.index].name
      policy = jsonencode({{ Statement = [{{
        Effect = "Allow", Action = "s3:DeleteBucket", Resource = "arn:aws:s3:::b${{count.index}}" }}] }})
    }}
    """
    graph = graph_from(tmp_path, STORES + text + policy(allow("iam:AddUserToGroup")))
    forms = [node for node in graph.nodes if node.startswith("aws_iam_user.u#")]
    assert len(forms) == min(count + 1, MOST_FORMS - 1)  # each group, all, and itself as it is
    assert sure(graph) is wanted


def test_nobody_makes_a_role_that_is_there(tmp_path):
    calls = ["iam:CreateRole", "iam:PutRolePolicy"]
    for name, wanted in (("t", MAYBE), ("other", YES)):
        graph = graph_from(tmp_path, STORES + ROLE + policy(allow(calls, PASS + name)))
        assert sure(graph) is wanted


def test_who_gives_himself_access_to_a_cluster_reaches_the_roles_its_pods_assume(tmp_path):
    text = """
    resource "aws_eks_cluster" "c" {
      name     = "c"
      role_arn = "arn:aws:iam::111111111111:role/cluster"
    }
    resource "aws_iam_openid_connect_provider" "c" {
      url = aws_eks_cluster.c.identity[0].oidc[0].issuer
    }
    """
    trust = "{ Federated = aws_iam_openid_connect_provider.c.arn }"
    role = ROLE.replace('{ Service = "lambda.amazonaws.com" }', trust)
    role = role.replace("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity")
    for calls, wanted in ((["eks:*"], MAYBE), (["eks:CreateAccessEntry"], NO)):
        graph = graph_from(tmp_path, STORES + text + role + policy(allow(calls)))
        assert sure(graph) is wanted


def test_two_identities_together_do_what_neither_does(tmp_path):
    """One may write the role's policies, the other may be the role."""
    trust = '{ AWS = "arn:aws:iam::111111111111:user/v" }'
    role = ROLE.replace('{ Service = "lambda.amazonaws.com" }', trust).replace(
        "rds:*", "ec2:Describe*"
    )
    second = 'resource "aws_iam_user" "v" { name = "v" }\n'
    write = allow("iam:PutRolePolicy", PASS + "t")
    alone = graph_from(tmp_path, STORES + role + second + policy(write))
    assert (sure(alone), sure(alone, start="aws_iam_user.v")) == (NO, NO)
    key = allow("iam:CreateAccessKey", "arn:aws:iam::111111111111:user/v")
    both = graph_from(tmp_path, STORES + role + second + policy(write, key))
    assert sure(both) is YES
    path = Reach(both).witness("aws_iam_user.u", Verb.DESTROY, "aws_db_instance.d")
    assert sorted(path.calls) == [
        "iam:CreateAccessKey",
        "iam:PutRolePolicy",
        "rds:DeleteDBInstance",
        "sts:AssumeRole",
    ]


@pytest.mark.parametrize(("own", "wanted"), [([], YES), ([deny("s3:DeleteObject*")], NO)])
def test_who_writes_a_bucket_policy_lets_himself_in(tmp_path, own, wanted):
    text = STORES + policy(allow("s3:PutBucketPolicy"), *own)
    graph = graph_from(tmp_path, text)
    edges = [e for e in graph.outgoing["aws_iam_user.u"] if e.target == "aws_s3_bucket.b"]
    deleting = [e for e in edges if "s3:DeleteObject" in e.calls]
    assert bool(deleting) is (wanted is YES)
    if deleting:
        assert deleting[0].calls == ("s3:PutBucketPolicy", "s3:DeleteObject")


def test_a_bucket_policy_that_forbids_its_change_holds(tmp_path):
    statement = {**deny("s3:PutBucketPolicy"), "Principal": "*"}
    text = json.dumps(json.dumps({"Statement": [statement]}))
    side = f'resource "aws_s3_bucket_policy" "b" {{\n  bucket = "b"\n  policy = {text}\n}}\n'
    graph = graph_from(tmp_path, STORES + side + policy(allow("s3:PutBucketPolicy")))
    assert sure(graph, "aws_s3_bucket.b") is NO


TAGGED = 'resource "aws_db_instance" "p" {\n  identifier = "p"\n  tags = { env = "prod" }\n}\n'


@pytest.mark.parametrize(
    ("calls", "key", "wanted"),
    [
        (["rds:DeleteDBInstance"], "aws:ResourceTag/env", NO),
        (["rds:DeleteDBInstance", "rds:AddTagsToResource"], "aws:ResourceTag/env", NO),
    ],
)
def test_tags_that_only_the_tagged_may_change_protect(tmp_path, calls, key, wanted):
    text = policy(allow(calls, Condition={"StringEquals": {key: "dev"}}))
    assert sure(graph_from(tmp_path, STORES + TAGGED + text), "aws_db_instance.p") is wanted


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [({}, YES), ({"Condition": {"StringEquals": {"aws:RequestTag/env": "x"}}}, MAYBE)],
)
def test_who_may_change_tags_meets_a_condition_on_them(tmp_path, condition, wanted):
    test = {"StringEquals": {"aws:ResourceTag/env": "dev"}}
    text = policy(
        allow("rds:DeleteDBInstance", Condition=test), allow("rds:AddTagsToResource", **condition)
    )
    graph = graph_from(tmp_path, STORES + TAGGED + text)
    assert sure(graph, "aws_db_instance.p") is wanted
    path = Reach(graph).witness("aws_iam_user.u", Verb.DESTROY, "aws_db_instance.p")
    assert path.calls == ("rds:AddTagsToResource", "rds:DeleteDBInstance")


def test_who_writes_a_vault_policy_lets_himself_at_its_copies(tmp_path):
    text = """
    resource "aws_backup_vault" "v" { name = "v" }
    resource "aws_backup_plan" "p" {
      name = "p"
      rule {
        rule_name         = "r"
        target_vault_name = aws_backup_vault.v.name
        schedule          = "cron(0 5 * * ? *)"
      }
    }
    resource "aws_backup_selection" "s" {
      name         = "s"
      plan_id      = aws_backup_plan.p.id
      iam_role_arn = "arn:aws:iam::111111111111:role/backup"
      resources    = [aws_db_instance.d.arn]
    }
    """
    graph = graph_from(tmp_path, STORES + text + policy(allow("backup:PutBackupVaultAccessPolicy")))
    found = {power.edge.calls for power in Reach(graph).powers("aws_iam_user.u").values()}
    assert ("backup:PutBackupVaultAccessPolicy", "backup:DeleteRecoveryPoint") in found


def test_an_administrator_is_no_chain(tmp_path):
    """Who has everything gains nothing by an identity that no policy of a resource knows."""
    graph = graph_from(tmp_path, STORES + ROLE + policy(allow("*")))
    assert not [
        e
        for e in graph.outgoing["aws_iam_user.u"]
        if e.verb is Verb.ESCALATE and e.target == "aws_iam_role.t"
    ]
