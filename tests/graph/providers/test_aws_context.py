"""Who decides what a condition key holds: the identity, the target, the caller, the environment."""

from __future__ import annotations

import pytest

from graph.model import Verb
from graph.policy.conditions import Fact, Source
from graph.providers.aws.context import lookup
from graph.values import Truth
from tests.graph.providers.aws import access, graph_from

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES
USER = {"aws:tokenissuetime": Fact(Source.OPTIONAL, label="the begin of a session")}


@pytest.mark.parametrize(
    ("permission", "source", "label"),
    [
        ("rds:deletedbinstance", Source.OPTIONAL, "the begin of a session"),
        ("iam:createaccesskey", Source.OPTIONAL, "the begin of a session with MFA"),
        ("sts:assumerole", Source.OPTIONAL, "the begin of a session"),
        ("sts:getfederationtoken", Source.FIXED, ""),
    ],
)
def test_a_user_may_get_a_session_that_not_every_call_accepts(permission, source, label):
    found = lookup(USER, {}, permission)("aws:TokenIssueTime")
    assert (found.source, found.values, found.label) == (source, None, label)


@pytest.mark.parametrize(
    ("key", "permission", "source"),
    [
        ("aws:SecureTransport", "s3:deleteobject", Source.CHOSEN),
        ("aws:RequestTag/env", "rds:deletedbinstance", Source.CHOSEN),
        ("aws:SourceIp", "s3:deleteobject", Source.OPEN),
        ("aws:PrincipalOrgPaths", "s3:deleteobject", Source.OPEN),
        ("aws:CalledVia", "s3:deleteobject", Source.OPTIONAL),
        ("aws:ViaAWSService", "s3:deleteobject", Source.OPTIONAL),
        ("aws:SourceArn", "s3:deleteobject", Source.FIXED),
        ("s3:prefix", "s3:listbucket", Source.CHOSEN),
        ("ec2:Vpc", "s3:deleteobject", Source.FIXED),  # no call of S3 has it
        ("s3:signatureAge", "s3:deleteobject", Source.OPEN),
    ],
)
def test_each_key_has_somebody_who_decides_it(key, permission, source):
    assert lookup({}, {}, permission)(key).source is source


ESTATE = """
resource "aws_s3_bucket" "b" {
  bucket = "named"
  tags   = { env = "production" }
}
resource "aws_iam_user" "u" { name = "u" }
resource "aws_iam_user_policy" "p" {
  user   = aws_iam_user.u.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = "s3:DeleteObject", Resource = "*" },
    { Effect = "Deny", Action = "s3:DeleteObject", Resource = "*", Condition = { %s } },
  ] })
}
"""


@pytest.mark.parametrize(
    ("condition", "wanted", "words"),
    [
        # A request to a bucket carries its tags only where ABAC is on: such a deny may not hold.
        ('StringEquals = { "aws:ResourceTag/env" = "production" }', MAYBE, "ABAC"),
        # With a service in between (CloudFormation, say) the call is not its own.
        ('Bool = { "aws:ViaAWSService" = "false" }', MAYBE, "a service in between"),
        ('Null = { "aws:TokenIssueTime" = "true" }', MAYBE, "the begin of a session"),
        ('Bool = { "aws:ViaAWSService" = "true" }', YES, ""),
        ('Bool = { "aws:SecureTransport" = "false" }', YES, ""),
        ('StringNotEquals = { "aws:username" = "v" }', NO, ""),
    ],
)
def test_a_deny_protects_as_far_as_nobody_escapes_its_condition(tmp_path, condition, wanted, words):
    found = access(graph_from(tmp_path, ESTATE % condition), "aws_iam_user.u", Verb.DESTROY)
    edge = found.get("aws_s3_bucket.b")
    assert (edge.truth if edge else NO) is wanted
    assert words in (edge.condition if edge else "")
