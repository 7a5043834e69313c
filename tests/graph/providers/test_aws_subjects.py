"""The language of subjects: which tokens of an issuer a trust's conditions let in."""

from __future__ import annotations

import time

import pytest

from graph.openings import Reaches, opening_of
from graph.policy.globs import compiled
from graph.policy.names import Hole, Name, literal
from graph.providers.aws.subjects import Said, issuer_of, issuers
from graph.values import Truth
from tests.graph.providers.aws import graph_from
from tests.graph.providers.test_aws_trust import holders, role

GITHUB = "token.actions.githubusercontent.com"
CLUSTER = "oidc.eks.eu-west-1.amazonaws.com/id/ABC"
ANYBODY, ORGANIZATION, UNREVIEWED = Reaches.ANYBODY, Reaches.ORGANIZATION, Reaches.UNREVIEWED


def trust(host: str, **operators: dict[str, str]) -> str:
    tests = ", ".join(
        f'"{operator.replace("_", ":")}" = {{ '
        + ", ".join(f'"{host}:{claim}" = "{value}"' for claim, value in claims.items())
        + " }"
        for operator, claims in operators.items()
    )
    principal = f'{{ Federated = "arn:aws:iam::111111111111:oidc-provider/{host}" }}'
    return role(principal, f", Condition = {{ {tests} }}", "sts:AssumeRoleWithWebIdentity")


def opened(tmp_path, text: str) -> Reaches | None:
    """How far the one actor who holds the role is more than was meant."""
    graph = graph_from(tmp_path, text)
    [actor] = holders(graph)
    found = opening_of(graph.nodes[actor])
    return found.to if found else None


@pytest.mark.parametrize(
    ("host", "subject", "wanted"),
    [
        (GITHUB, "*", ANYBODY),
        (GITHUB, "repo:*", ANYBODY),
        (GITHUB, "repo:*/shop:ref:refs/heads/main", ANYBODY),
        (GITHUB, "repo:acme*/shop:ref:refs/heads/main", ANYBODY),
        (GITHUB, "repo:acme-????/shop:ref:refs/heads/main", ANYBODY),
        (GITHUB, "repo:acme/*", ORGANIZATION),
        (GITHUB, "repo:acme/*:ref:refs/heads/main", ORGANIZATION),
        (GITHUB, "repo:acme/shop*", ORGANIZATION),
        (GITHUB, "repo:acme@17/*:ref:refs/heads/main", ORGANIZATION),
        (GITHUB, "repo:acme/shop:*", UNREVIEWED),
        (GITHUB, "repo:acme@17/shop@4:*", UNREVIEWED),
        (GITHUB, "repo:*@17/*@4:pull_request", UNREVIEWED),
        (GITHUB, "repo:acme/shop:pull_request", UNREVIEWED),
        (GITHUB, "repo:acme/shop:ref:*", UNREVIEWED),
        (GITHUB, "repo:acme/shop:ref:refs/heads/*", UNREVIEWED),
        (GITHUB, "repo:acme/shop:environment:*", UNREVIEWED),
        (GITHUB, "repo:acme/shop:environment:prod*", UNREVIEWED),
        (GITHUB, "repo:acme/shop:ref:refs/heads/main", None),
        (GITHUB, "repo:acme/shop:ref:refs/heads/release/*", None),
        (GITHUB, "repo:acme/shop:environment:prod", None),
        (GITHUB, "repo:acme@*/shop@*:environment:prod", None),
        (f"{GITHUB}/acme-inc", "repo:acme/*", ORGANIZATION),
        (f"{GITHUB}/acme-inc", "repo:acme*/shop:ref:refs/heads/main", None),
        ("gitlab.com", "project_path:acme/*:ref_type:branch:ref:main", ORGANIZATION),
        ("gitlab.com", "project_path:acme/web/shop:ref_type:*", UNREVIEWED),
        ("gitlab.com", "project_path:*:ref_type:branch:ref:main", ANYBODY),
        ("gitlab.com", "project_path:acme/web/shop:ref_type:branch:ref:main", None),
        ("app.terraform.io", "organization:acme:*", ORGANIZATION),
        ("app.terraform.io", "organization:acme*:project:p:workspace:w:run_phase:*", ANYBODY),
        ("app.terraform.io", "organization:acme:project:*:workspace:shop:run_phase:*", None),
        ("app.terraform.io", "organization:acme:project:shop:workspace:*:run_phase:apply", None),
        ("agent.buildkite.com", "organization:acme:pipeline:shop:*", UNREVIEWED),
        ("agent.buildkite.com", "organization:acme:pipeline:*:ref:refs/heads/main:*", ORGANIZATION),
        (
            "agent.buildkite.com",
            "organization:acme:pipeline:shop:ref:refs/heads/main:commit:*:step:*",
            None,
        ),
        ("oidc.circleci.com/org/12", "org/12/project/34/user/*", None),
        ("oidc.circleci.com/org/12", "org/12/*", ORGANIZATION),
        (CLUSTER, "system:serviceaccount:*", ORGANIZATION),
        (CLUSTER, "system:serviceaccount:jobs:*", None),
        ("idp.acme.example", "*", None),
    ],
)
def test_what_a_subject_leaves_open(tmp_path, host, subject, wanted):
    assert opened(tmp_path, trust(host, StringLike={"sub": subject})) is wanted


@pytest.mark.parametrize(
    ("host", "tests", "wanted"),
    [
        (GITHUB, {"StringEquals": {"aud": "sts.amazonaws.com"}}, ANYBODY),
        (GITHUB, {"StringEquals": {"repository": "acme/shop"}}, UNREVIEWED),
        (GITHUB, {"StringLike": {"repository": "acme/*"}}, ORGANIZATION),
        (GITHUB, {"StringEquals": {"repository_id": "4"}}, UNREVIEWED),
        (GITHUB, {"StringEquals": {"repository": "acme/shop", "ref": "refs/heads/main"}}, None),
        (GITHUB, {"StringEquals": {"ref": "refs/heads/main"}}, ANYBODY),
        (GITHUB, {"StringEquals": {"enterprise_id": "9", "ref": "refs/heads/main"}}, ORGANIZATION),
        (GITHUB, {"StringEquals": {"actor_id": "12"}}, None),
        (GITHUB, {"StringLike": {"job_workflow_ref": "*"}}, ANYBODY),
        (GITHUB, {"StringNotLike": {"sub": "repo:evil/*"}}, ANYBODY),
        (GITHUB, {"ForAnyValue_StringLike": {"sub": "repo:acme/shop:*"}}, UNREVIEWED),
        (
            GITHUB,
            {"StringEquals": {"repository": "acme/shop", "environment": "prod"}},
            None,
        ),
        (
            GITHUB,
            {
                "StringEquals": {"repository": "acme/shop"},
                "ForAllValues_StringEquals": {"environment": "prod"},
            },
            UNREVIEWED,  # true of a job without an environment
        ),
        (
            GITHUB,
            {
                "StringLike": {"sub": "repo:acme/shop:*"},
                "StringEqualsIfExists": {"environment": "prod"},
            },
            UNREVIEWED,
        ),
        ("accounts.google.com", {"StringEquals": {"oaud": "x"}}, ANYBODY),
        ("accounts.google.com", {"StringEquals": {"aud": "x"}}, None),
        ("cognito-identity.amazonaws.com", {"StringEquals": {"amr": "authenticated"}}, ANYBODY),
        ("cognito-identity.amazonaws.com", {"StringEquals": {"aud": "eu-west-1:1"}}, None),
    ],
)
def test_what_other_claims_limit(tmp_path, host, tests, wanted):
    assert opened(tmp_path, trust(host, **tests)) is wanted


def test_whose_condition_it_is(tmp_path):
    """A claim of another issuer is in no token of this one, and then nobody comes in."""
    text = trust(GITHUB, StringEquals={"sub": "repo:acme/shop:pull_request"})
    edges = holders(graph_from(tmp_path, text.replace(f"{GITHUB}:sub", "gitlab.com:sub")))
    assert [edge.truth for edge in edges.values()] == [Truth.NO]


def test_a_star_that_is_none(tmp_path):
    text = trust(GITHUB, StringEquals={"sub": "repo:acme/shop:*"})
    [edge] = holders(graph_from(tmp_path, text)).values()
    assert (edge.truth, edge.condition) == (
        Truth.MAYBE,
        "if a subject is ever like repo:acme/shop:*",
    )


def test_a_deny_of_the_trust_may_be_about_it(tmp_path):
    text = """
    resource "aws_iam_role" "r" {
      assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [
        { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "*" } },
        { Effect = "Deny", Action = "sts:*", Principal = "*"
          Condition = { StringNotEquals = { "aws:PrincipalOrgID" = "o-1" } } },
      ] })
    }
    """
    [edge] = holders(graph_from(tmp_path, text)).values()
    assert (edge.truth, edge.condition) == (
        Truth.MAYBE,
        "unless a Deny of the trust policy is about it",
    )


def test_claims_name_the_actor(tmp_path):
    text = trust(
        GITHUB,
        StringLike={"sub": "repo:acme/*"},
        StringEquals={"job_workflow_ref": "acme/flows/.github/workflows/x.yml@refs/heads/main"},
    )
    assert set(holders(graph_from(tmp_path, text))) == {
        "ci:github:acme/* (job_workflow_ref acme/flows/.github/workflows/x.yml@refs/heads/main)"
    }


def test_an_issuer_that_only_its_subjects_tell(tmp_path):
    text = """
    variable "issuer" {}
    data "aws_iam_policy_document" "d" {
      statement {
        actions = ["sts:AssumeRoleWithWebIdentity"]
        principals {
          type        = "Federated"
          identifiers = ["arn:aws:iam::111111111111:oidc-provider/${var.issuer}"]
        }
        condition {
          test     = "StringEquals"
          variable = "${var.issuer}:sub"
          values   = ["system:serviceaccount:jobs:runner"]
        }
      }
    }
    resource "aws_iam_role" "r" {
      assume_role_policy = data.aws_iam_policy_document.d.json
    }
    """
    [(actor, edge)] = holders(graph_from(tmp_path, text)).items()
    assert (actor, edge.truth) == ("service:kubernetes:jobs:runner", Truth.YES)
    assert edge.evidence[0].location.line == 17  # the values of the condition


def test_the_narrower_condition_keeps_what_is_meant(tmp_path):
    graph = graph_from(tmp_path, trust(GITHUB, StringLike={"sub": "repo:acme@17/shop@4:*"}))
    [actor] = holders(graph)
    assert opening_of(graph.nodes[actor]).narrower == (
        f'{GITHUB}:sub limited to "repo:acme@17/shop@4:ref:refs/heads/main"'
        ' or "repo:acme@17/shop@4:environment:production"'
    )


def test_names_that_are_not_known_are_taken_for_names():
    github = issuer_of(GITHUB)
    pattern = compiled(Name(("repo:", Hole("x", "var.repository"), ":pull_request")))
    readings = github.readings("sub", pattern)
    assert {it.said("repository") for it in readings} == {Said.EXACTLY}


def test_hostile_patterns_cost_little():
    start = time.process_time()
    for text in ("*a" * 500, "*" * 5000, "repo:" + "?*" * 300, "*:" * 400):
        for row in issuers():
            row.readings("sub", compiled(literal(text)))
    assert time.process_time() - start < 20
