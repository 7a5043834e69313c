"""The two AWS examples: what their identities reach."""

from __future__ import annotations

import pytest

from graph.model import Verb
from graph.reach import Reach
from graph.values import Truth
from tests.graph.providers.aws import EXAMPLES, access, graph_of

DATABASE = 'module.environment["production"].aws_db_instance.orders'
BUCKET = 'module.environment["production"].aws_s3_bucket.uploads'


@pytest.fixture(scope="module")
def before():
    return graph_of(EXAMPLES / "aws-two-environments")


@pytest.fixture(scope="module")
def after():
    return graph_of(EXAMPLES / "aws-two-environments-fixed")


def test_the_ci_role_turns_the_protection_off_and_deletes_the_database(before):
    edge = access(before, "aws_iam_role.ci", Verb.DESTROY)[DATABASE]
    assert edge.truth is Truth.YES
    assert edge.calls == ("rds:ModifyDBInstance", "rds:DeleteDBInstance")
    assert edge.evidence[0].text.startswith(
        "policy ci (sid Databases) allows rds:* on arn:aws:rds:"
    )
    assert str(edge.evidence[0].location).startswith("ci.tf:")


def test_the_forgotten_key_reaches_it_through_its_users_group(before):
    power = Reach(before).powers("aws_iam_access_key.deploy_bot")[Verb.DESTROY, DATABASE]
    assert power.truth is Truth.YES
    path = Reach(before).witness("aws_iam_access_key.deploy_bot", Verb.DESTROY, DATABASE)
    assert [edge.source for edge in path.edges] == [
        "aws_iam_access_key.deploy_bot",
        "aws_iam_user.deploy_bot",
    ]


def test_objects_go_without_the_buckets_deletion(before):
    assert access(before, "aws_iam_role.ci", Verb.DESTROY)[BUCKET].calls == ("s3:DeleteObject",)


def test_after_the_fixes_nobody_destroys_a_store(after):
    stores = set(after.stores)
    found = [edge for edge in after.edges if edge.verb is Verb.DESTROY and edge.target in stores]
    passwords = {edge.source for edge in found if edge.data_only}
    reach = Reach(after)
    assert stores
    assert passwords == {edge.source for edge in found}
    assert not any(passwords & {*reach.becomes(it.id)} - {it.id} for it in reach.usable)


def test_a_write_to_a_part_of_a_bucket_is_possible_only(after):
    edge = access(after, "aws_iam_role.ci", Verb.WRITE)[BUCKET]
    assert edge.truth is Truth.MAYBE
    assert edge.condition == "in arn:aws:s3:::acme-uploads-production/assets/*"
