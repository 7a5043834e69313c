"""What-ifs about policies agree with the estate in which the policies really say less."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.readers.terraform import read_terraform
from analyzer.sources import Tree
from graph.build import build
from graph.estate import Estate
from graph.grants import Grants
from graph.model import Verb
from graph.providers.aws.narrowing import narrowing
from graph.whatif import covered, merged
from tests.graph.providers.aws import PROVIDER, TODAY, access

USER = "aws_iam_user.u"
STORES = """
resource "aws_s3_bucket" "b" { bucket = "b" }
resource "aws_db_instance" "d" {
  identifier          = "d"
  deletion_protection = true
}
resource "aws_dynamodb_table" "t" { name = "t" }
resource "aws_iam_user" "u" { name = "u" }
"""
CALLS = (
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutLifecycleConfiguration",
    "s3:PutBucketPolicy",
    "rds:DeleteDBInstance",
    "rds:ModifyDBInstance",
    "dynamodb:DeleteTable",
    "dynamodb:DeleteItem",
)
statements = st.lists(st.frozensets(st.sampled_from(CALLS), min_size=1), min_size=1, max_size=3)


def estate(folder, given_calls, more=""):
    text = PROVIDER + STORES + more
    for number, calls in enumerate(given_calls):
        listed = ", ".join(f'"{call}"' for call in sorted(calls))
        text += f"""
resource "aws_iam_user_policy" "p{number}" {{
  name   = "p{number}"
  user   = aws_iam_user.u.name
  policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = [{listed}], Resource = "*" }}] }})
}}
"""
    (folder / "main.tf").write_text(text)
    made = Estate(read_terraform(Tree(folder)).resources, Grants(), TODAY).ordered()
    return made, build(made)


def destroyed(graph):
    return frozenset(access(graph, USER, Verb.DESTROY))


def without(given_calls, cuts):
    """The statements as they are after the cuts; one without calls allows something harmless."""
    taken = {cut.policy: set(cut.calls) for cut in cuts}
    return [
        frozenset(calls - taken.get(f"policy p{number}", set())) or {"s3:ListBucket"}
        for number, calls in enumerate(given_calls)
    ]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(statements)
def test_cuts_leave_what_they_say_and_none_of_them_can_be_left_out(tmp_path, given_calls):
    made, graph = estate(tmp_path, given_calls)
    before = destroyed(graph)
    found = narrowing(made, graph)(USER, before)
    if not before:
        assert found is None
        return
    left = frozenset(edge.target for edge in found.left)
    assert left == frozenset()
    assert destroyed(estate(tmp_path, without(given_calls, found.cuts))[1]) == left
    for fewer in combinations(found.cuts, len(found.cuts) - 1):
        assert destroyed(estate(tmp_path, without(given_calls, fewer))[1])


def test_what_others_keep_is_no_matter_of_the_cut(tmp_path):
    made, graph = estate(tmp_path, [{"s3:DeleteObject", "dynamodb:DeleteTable"}])
    found = narrowing(made, graph)(USER, frozenset({"aws_s3_bucket.b"}))
    (cut,) = found.cuts
    assert (cut.policy, cut.calls, cut.fixed) == ("policy p0", ("s3:DeleteObject",), False)
    assert cut.location is not None


def test_a_policy_of_aws_can_only_be_detached(tmp_path):
    attached = """
resource "aws_iam_user_policy_attachment" "a" {
  user       = aws_iam_user.u.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
"""
    made, graph = estate(tmp_path, [], attached)
    (cut,) = narrowing(made, graph)(USER, frozenset({"aws_dynamodb_table.t"})).cuts
    assert cut.fixed
    assert cut.policy == "policy AdministratorAccess"


def test_a_bucket_policy_is_cut_where_it_is_what_allows(tmp_path):
    allowing = """
resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow",
    Principal = { AWS = aws_iam_user.u.arn }, Action = "s3:DeleteObject", Resource = "${aws_s3_bucket.b.arn}/*" }] })
}
"""
    made, graph = estate(tmp_path, [], allowing)
    assert destroyed(graph) == {"aws_s3_bucket.b"}
    found = narrowing(made, graph)(USER, destroyed(graph))
    assert [cut.policy for cut in found.cuts] == ["policy of aws_s3_bucket_policy.b"]
    assert found.left == ()


@pytest.mark.parametrize("identity", ["aws_iam_user.nobody", "aws_s3_bucket.b"])
def test_what_is_no_identity_has_no_policies(tmp_path, identity):
    made, graph = estate(tmp_path, [{"s3:DeleteObject"}])
    assert narrowing(made, graph)(identity, frozenset({"aws_s3_bucket.b"})) is None


def test_cuts_of_one_place_are_one_edit(tmp_path):
    made, graph = estate(tmp_path, [{"s3:DeleteObject", "dynamodb:DeleteTable"}])
    narrow = narrowing(made, graph)
    one, other = (narrow(USER, frozenset({name})).cuts for name in sorted(destroyed(graph)))
    both = merged((*one, *other))
    assert len(both) == 1
    assert covered(one, both)
    assert not covered(both, one)
