"""What IAM in Terraform lets identities do: attachments, names, guards, keys, conditions."""

from __future__ import annotations

import pytest

from graph.grants import Credential, Grants, LevelGrant, Requires
from graph.model import EdgeKind, Verb
from graph.powers import powers_of
from graph.problems import ProblemKind
from graph.reach import Reach
from graph.survival import survive
from graph.values import Location, Truth
from tests.graph.providers.aws import access, graph_from

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES
BUCKETS = """
resource "aws_s3_bucket" "a" {}
resource "aws_s3_bucket" "b" { bucket = "named-b" }
resource "aws_iam_user" "u" { name = "u" }
resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
}
"""


def inline(statement: str, who: str = "user", name: str = "u") -> str:
    return f"""
resource "aws_iam_{who}_policy" "p" {{
  {who}  = aws_iam_{who}.{name}.name
  policy = jsonencode({{ Version = "2012-10-17", Statement = [{statement}] }})
}}
"""


def delete(resource: str, more: str = "") -> str:
    return f'{{ Effect = "Allow", Action = "s3:DeleteObject", Resource = {resource} {more} }}'


def destroys(graph, source="aws_iam_user.u"):
    return {target: edge.truth for target, edge in access(graph, source, Verb.DESTROY).items()}


def test_a_reference_names_that_bucket_and_no_other(tmp_path):
    graph = graph_from(tmp_path, BUCKETS + inline(delete('"${aws_s3_bucket.a.arn}/*"')))
    assert destroys(graph) == {"aws_s3_bucket.a": YES}


def test_a_built_arn_names_it_too(tmp_path):
    graph = graph_from(tmp_path, BUCKETS + inline(delete('"arn:aws:s3:::${aws_s3_bucket.a.id}/*"')))
    assert destroys(graph) == {"aws_s3_bucket.a": YES}


def test_a_name_may_be_that_of_a_bucket_that_aws_names(tmp_path):
    graph = graph_from(tmp_path, BUCKETS + inline(delete('"arn:aws:s3:::named-b/*"')))
    assert destroys(graph) == {"aws_s3_bucket.a": MAYBE, "aws_s3_bucket.b": YES}


def test_an_unknown_resource_is_possible_and_a_gap(tmp_path):
    text = BUCKETS + 'variable "x" {}\n' + inline(delete("var.x"))
    graph = graph_from(tmp_path, text)
    assert destroys(graph) == {"aws_s3_bucket.a": MAYBE, "aws_s3_bucket.b": MAYBE}
    assert all(edge.condition for edge in access(graph, "aws_iam_user.u").values())


ATTACHED = {
    "role, attached": (
        'resource "aws_iam_role_policy_attachment" "x" {\n role = aws_iam_role.r.name\n policy_arn = aws_iam_policy.p.arn\n}',
        "aws_iam_role.r",
    ),
    "role, exclusive": (
        'resource "aws_iam_role_policy_attachments_exclusive" "x" {\n role_name = aws_iam_role.r.name\n policy_arns = [aws_iam_policy.p.arn]\n}',
        "aws_iam_role.r",
    ),
    "user, attached": (
        'resource "aws_iam_user_policy_attachment" "x" {\n user = aws_iam_user.u.name\n policy_arn = aws_iam_policy.p.arn\n}',
        "aws_iam_user.u",
    ),
    "several": (
        'resource "aws_iam_policy_attachment" "x" {\n name = "x"\n users = ["u"]\n policy_arn = aws_iam_policy.p.arn\n}',
        "aws_iam_user.u",
    ),
    "group": (
        (
            'resource "aws_iam_group" "g" { name = "g" }\nresource "aws_iam_group_membership" "m" {\n name = "m"\n users = [aws_iam_user.u.name]\n group = aws_iam_group.g.name\n}\n'
            'resource "aws_iam_group_policy_attachment" "x" {\n group = aws_iam_group.g.name\n policy_arn = aws_iam_policy.p.arn\n}'
        ),
        "aws_iam_user.u",
    ),
}


@pytest.mark.parametrize("how", ATTACHED)
def test_every_way_to_attach(tmp_path, how):
    text, who = ATTACHED[how]
    policy = (
        'resource "aws_iam_policy" "p" {\n  name = "p"\n  policy = jsonencode({ Statement = ['
        + delete('"arn:aws:s3:::named-b/*"')
        + "] })\n}\n"
    )
    assert destroys(graph_from(tmp_path, BUCKETS + policy + text), who)["aws_s3_bucket.b"] is YES


def test_blocks_of_the_role_itself(tmp_path):
    text = """
resource "aws_s3_bucket" "b" { bucket = "named-b" }
resource "aws_iam_role" "inline" {
  name = "inline"
  assume_role_policy = "{}"
  inline_policy {
    name   = "x"
    policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:DeleteObject", Resource = "*" }] })
  }
}
resource "aws_iam_role" "managed" {
  name = "managed"
  assume_role_policy = "{}"
  managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonS3FullAccess", "arn:aws:iam::aws:policy/Nothing"]
}
"""
    graph = graph_from(tmp_path, text)
    assert destroys(graph, "aws_iam_role.inline") == {"aws_s3_bucket.b": YES}
    assert destroys(graph, "aws_iam_role.managed") == {"aws_s3_bucket.b": YES}
    assert any("policy/Nothing is no AWS-managed policy" in p.why for p in graph.problems)


def test_a_deny_elsewhere_and_a_boundary_count(tmp_path):
    allowed = inline(delete('"*"'))
    denied = allowed + inline(delete('"arn:aws:s3:::named-b/*"').replace("Allow", "Deny")).replace(
        '"p"', '"d"'
    )
    assert "aws_s3_bucket.b" not in destroys(graph_from(tmp_path, BUCKETS + denied))
    bounded = BUCKETS.replace(
        'name = "u" }',
        'name = "u"\n permissions_boundary = "arn:aws:iam::aws:policy/AmazonRDSFullAccess"\n}',
    )
    assert not destroys(graph_from(tmp_path, bounded + allowed))
    unknown = BUCKETS.replace('name = "u" }', 'name = "u"\n permissions_boundary = var.b\n}')
    assert set(
        destroys(graph_from(tmp_path, unknown + 'variable "b" {}\n' + allowed)).values()
    ) == {MAYBE}


def test_an_attachment_that_may_not_exist_is_possible(tmp_path):
    text = inline(delete('"*"')).replace('"p" {', '"p" {\n  count = var.on ? 1 : 0')
    graph = graph_from(tmp_path, BUCKETS + 'variable "on" { type = bool }\n' + text)
    assert destroys(graph)["aws_s3_bucket.b"] is MAYBE


DATABASE = """
resource "aws_iam_user" "u" { name = "u" }
resource "aws_db_instance" "d" {
  identifier          = "d"
  deletion_protection = PROTECTED
  lifecycle { prevent_destroy = true }
}
variable "protected" { type = bool }
"""


def database(tmp_path, protected, *actions):
    statement = f'{{ Effect = "Allow", Action = [{", ".join(f"{chr(34)}{a}{chr(34)}" for a in actions)}], Resource = "*" }}'
    graph = graph_from(tmp_path, DATABASE.replace("PROTECTED", protected) + inline(statement))
    return access(graph, "aws_iam_user.u", Verb.DESTROY).get("aws_db_instance.d")


def test_deletion_protection_stops_who_cannot_lift_it(tmp_path):
    assert database(tmp_path, "true", "rds:DeleteDBInstance") is None
    edge = database(tmp_path, "true", "rds:DeleteDBInstance", "rds:ModifyDBInstance")
    assert edge.calls == ("rds:ModifyDBInstance", "rds:DeleteDBInstance")
    assert edge.truth is YES
    assert database(tmp_path, "false", "rds:DeleteDBInstance").calls == ("rds:DeleteDBInstance",)


def test_an_unknown_protection_stops_nobody_for_certain(tmp_path):
    edge = database(tmp_path, "var.protected", "rds:DeleteDBInstance")
    assert (edge.truth, edge.condition) == (MAYBE, "if deletion protection is off")
    edge = database(tmp_path, "var.protected", "rds:DeleteDBInstance", "rds:ModifyDBInstance")
    assert edge.truth is YES


KEY = """
resource "aws_iam_user" "u" { name = "u" }
resource "aws_kms_key" "k" { POLICY }
"""
SCHEDULE = '{ Effect = "Allow", Action = "kms:ScheduleKeyDeletion", Resource = "*" }'


def test_a_key_without_a_policy_delegates_to_the_account(tmp_path):
    graph = graph_from(tmp_path, KEY.replace("POLICY", "") + inline(SCHEDULE))
    assert destroys(graph) == {"aws_kms_key.k": YES}


def test_a_key_policy_that_leaves_the_account_out_voids_iam(tmp_path):
    policy = 'policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111111111111:user/PRINCIPAL" }, Action = "kms:*", Resource = "*" }] })'
    other = KEY.replace("POLICY", policy.replace("PRINCIPAL", "admin"))
    assert not destroys(graph_from(tmp_path, other + inline(SCHEDULE)))
    named = KEY.replace("POLICY", policy.replace("PRINCIPAL", "u"))
    assert destroys(graph_from(tmp_path, named)) == {"aws_kms_key.k": YES}


def test_bucket_policies_deny_and_insecure_transport_is_nobodys_limit(tmp_path):
    policy = """
resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*", Condition = CONDITION }] })
}
"""
    tls = policy.replace("CONDITION", '{ Bool = { "aws:SecureTransport" = "false" } }')
    assert (
        destroys(graph_from(tmp_path, BUCKETS + tls + inline(delete('"*"'))))["aws_s3_bucket.b"]
        is YES
    )
    others = policy.replace(
        "CONDITION", '{ StringNotEquals = { "aws:PrincipalTag/team" = "data" } }'
    )
    assert "aws_s3_bucket.b" not in destroys(
        graph_from(tmp_path, BUCKETS + others + inline(delete('"*"')))
    )


def test_tags_of_targets_and_identities_decide(tmp_path):
    text = """
resource "aws_db_instance" "d" {
  identifier = "d"
  tags       = { env = "production" }
}
resource "aws_iam_user" "u" {
  name = "u"
  tags = { env = "staging" }
}
"""
    tagged = '{ Effect = "Allow", Action = "rds:*", Resource = "*", Condition = { StringEquals = { "aws:ResourceTag/env" = VALUE } } }'
    assert destroys(
        graph_from(tmp_path, text + inline(tagged.replace("VALUE", '"production"')))
    ) == {"aws_db_instance.d": YES}
    assert not destroys(
        graph_from(tmp_path, text + inline(tagged.replace("VALUE", '"$${aws:PrincipalTag/env}"')))
    )
    assert not destroys(
        graph_from(
            tmp_path,
            text
            + inline(
                tagged.replace("aws:ResourceTag/env", "aws:ResourceTag/x").replace("VALUE", '"x"')
            ),
        )
    )


def test_a_key_of_another_service_is_never_there(tmp_path):
    impossible = delete(
        '"*"', ', Condition = { StringEquals = { "ec2:InstanceType" = "t3.micro" } }'
    )
    assert not destroys(graph_from(tmp_path, BUCKETS + inline(impossible)))


def test_another_account_needs_both_sides(tmp_path):
    text = """
provider "aws" {
  alias               = "other"
  region              = "eu-west-1"
  allowed_account_ids = ["222222222222"]
}
resource "aws_db_instance" "d" {
  provider   = aws.other
  identifier = "d"
}
resource "aws_iam_user" "u" { name = "u" }
"""
    assert not destroys(
        graph_from(tmp_path, text + inline('{ Effect = "Allow", Action = "*", Resource = "*" }'))
    )


def test_the_state_is_reached_by_its_object(tmp_path):
    text = """
terraform {
  backend "s3" {
    bucket = "states"
    key    = "prod/terraform.tfstate"
  }
}
resource "aws_iam_user" "u" { name = "u" }
"""
    read = '{ Effect = "Allow", Action = "s3:*", Resource = "arn:aws:s3:::states/prod/*" }'
    graph = graph_from(tmp_path, text + inline(read))
    verbs = {
        edge.verb for edge in graph.outgoing["aws_iam_user.u"] if edge.target == "terraform.state"
    }
    assert verbs == {Verb.READ, Verb.WRITE, Verb.DESTROY}
    other = graph_from(tmp_path, text + inline(read.replace("prod/*", "staging/*")))
    assert not access(other, "aws_iam_user.u")


HERE = Location("grants.yaml", 1)


def granted(tmp_path, *grants, **more):
    credential = Credential("ci-key", "aws/access-key", HERE, grants=grants or None, **more)
    return graph_from(tmp_path, BUCKETS, Grants(credentials=(credential,)))


def test_actions_of_the_grants_file_are_decided(tmp_path):
    graph = granted(
        tmp_path,
        LevelGrant(("tf:aws_s3_bucket.b",), actions=("s3:*",)),
        LevelGrant(("*",), "deny", actions=("s3:PutObject",)),
        requires=Requires(mfa=True, approval="lead"),
    )
    edges = [edge for edge in graph.outgoing["ci-key"] if edge.kind is EdgeKind.ACCESS]
    assert {edge.target for edge in edges} == {"aws_s3_bucket.b"}
    assert {edge.verb for edge in edges} == {Verb.READ, Verb.DESTROY, Verb.DESTROY_BACKUP}
    assert {(edge.approval, edge.condition) for edge in edges} == {("lead", "with MFA")}


@pytest.mark.parametrize(
    ("second", "approval"),
    [(None, "lead"), (Requires(approval="boss"), "lead"), (Requires(mfa=True), None)],
)
def test_approval_counts_where_every_grant_asks_for_it(tmp_path, second, approval):
    first = LevelGrant(("*",), actions=("s3:DeleteObject",), requires=Requires(approval="lead"))
    more = [LevelGrant(("*",), actions=("s3:*",), requires=second)] if second else []
    graph = granted(tmp_path, first, *more)
    edges = [edge for edge in graph.outgoing["ci-key"] if edge.kind is EdgeKind.ACCESS]
    assert {edge.approval for edge in edges} == {approval}


def test_policies_of_the_grants_file_are_read_or_named_as_gaps(tmp_path):
    managed = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    graph = granted(tmp_path, LevelGrant(("*",), policies=(managed, "policies/ci.json")))
    assert access(graph, "ci-key", Verb.DESTROY)["aws_s3_bucket.b"].truth is YES
    assert [p.why for p in graph.problems if p.what == "credential ci-key"] == [
        "policy policies/ci.json is in no file that was read"
    ]


def test_a_key_of_which_nothing_is_said_is_a_gap(tmp_path):
    found = [p for p in granted(tmp_path).problems if p.what == "credential ci-key"]
    assert [p.kind for p in found] == [ProblemKind.UNRESOLVED]


def test_what_binds_terraform_alone_stops_no_call():
    from graph.storetypes import store_table

    assert not [g.id for g in store_table().guards if g.grade == "terraform_only" and g.stops]


def test_a_gap_names_the_policy_by_its_address(tmp_path):
    text = BUCKETS + 'variable "x" {}\n' + inline(delete("var.x"))
    text += """
    resource "aws_iam_policy" "whole" {
      name   = "policy"
      policy = var.x
    }
    resource "aws_iam_user_policy_attachment" "a" {
      user       = "u"
      policy_arn = aws_iam_policy.whole.arn
    }
    """
    found = [p.what for p in graph_from(tmp_path, text).problems]
    assert "policy aws_iam_policy.whole" in found


def test_who_has_a_policy_that_nobody_could_read_may_destroy_anything(tmp_path):
    text = """
    variable "policy" {}
    resource "aws_db_instance" "db" {
      identifier              = "db"
      backup_retention_period = 7
    }
    resource "aws_iam_user" "u" { name = "u" }
    resource "aws_iam_user_policy" "p" {
      user   = aws_iam_user.u.name
      policy = POLICY
    }
    """
    known = 'jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })'
    losses = {}
    for policy in ("var.policy", known):
        graph = graph_from(tmp_path, text.replace("POLICY", policy))
        found = survive(graph, powers_of(Reach(graph))).stores["aws_db_instance.db"]
        losses[policy] = (str(found.rogue), found.k_min, found.k_max)
    assert losses == {"var.policy": ("unknown", 1, None), known: ("none", None, None)}


def test_an_empty_policy_as_states_have_it_is_none(tmp_path):
    bucket = 'resource "aws_s3_bucket" "s" {\n  bucket = "named-s"\n  policy = ""\n}\n'
    role = (
        'resource "aws_iam_role" "s" {\n  name = "s"\n  inline_policy {\n    policy = ""\n  }\n}\n'
    )
    graph = graph_from(tmp_path, BUCKETS + bucket + role + inline(delete('"*"')))
    assert destroys(graph)["aws_s3_bucket.s"] is YES
    assert not [it for it in graph.problems if "no JSON" in it.why]
