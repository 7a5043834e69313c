"""What the table of destroying calls makes of Terraform: sequences, accounts, keys, what may exist."""

from __future__ import annotations

import pytest

from graph.model import EdgeKind, Kind, Verb
from graph.reach import Reach
from graph.values import Truth
from tests.graph.providers.aws import access, graph_from

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES


def user(*actions: str, resource: str = "*") -> str:
    listed = ", ".join(f'"{action}"' for action in actions)
    return f"""
resource "aws_iam_user" "u" {{ name = "u" }}
resource "aws_iam_user_policy" "p" {{
  user   = aws_iam_user.u.name
  policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = [{listed}], Resource = "{resource}" }}] }})
}}
"""


def destroying(graph):
    return {
        target: (edge.truth, edge.calls)
        for target, edge in access(graph, "aws_iam_user.u", Verb.DESTROY).items()
    }


FILES = """
resource "aws_efs_file_system" "f" {}
resource "aws_efs_mount_target" "m" {
  file_system_id = aws_efs_file_system.f.id
  subnet_id      = "subnet-1"
}
"""


def test_a_mount_target_goes_before_its_file_system(tmp_path):
    both = user("elasticfilesystem:DeleteFileSystem", "elasticfilesystem:DeleteMountTarget")
    calls = ("elasticfilesystem:DeleteMountTarget", "elasticfilesystem:DeleteFileSystem")
    assert destroying(graph_from(tmp_path, FILES + both)) == {"aws_efs_file_system.f": (YES, calls)}


def test_who_cannot_take_it_away_does_not_delete_the_file_system(tmp_path):
    alone = user("elasticfilesystem:DeleteFileSystem")
    assert destroying(graph_from(tmp_path, FILES + alone)) == {}


STORES = {
    "aws_dsql_cluster": ("", "dsql:DeleteCluster"),
    "aws_docdbelastic_cluster": (
        'name = "d"\n admin_user_name = "a"\n admin_user_password = "x"\n auth_type = "PLAIN_TEXT"\n shard_capacity = 2\n shard_count = 1',
        "docdb-elastic:DeleteCluster",
    ),
    "aws_timestreamwrite_table": (
        'database_name = "d"\n table_name = "t"',
        "timestream:DeleteTable",
    ),
    "aws_glacier_vault": ('name = "v"', "glacier:DeleteArchive"),
    "aws_s3tables_table_bucket": ('name = "b"', "s3tables:DeleteTable"),
    "aws_opensearchserverless_collection": ('name = "c"', "aoss:DeleteCollection"),
}


@pytest.mark.parametrize("tf", STORES)
def test_a_store_type_is_destroyed_by_its_call_and_is_a_store(tf, tmp_path):
    body, call = STORES[tf]
    graph = graph_from(tmp_path, f'resource "{tf}" "x" {{\n {body}\n}}\n' + user(call))
    assert destroying(graph) == {f"{tf}.x": (YES, (call,))}
    assert f"{tf}.x" in graph.stores


@pytest.mark.parametrize(
    ("tf", "body", "call"),
    [
        ("aws_cloudwatch_log_group", 'name = "/aws/x"', "logs:DeleteLogGroup"),
        ("aws_kinesis_stream", 'name = "s"', "kinesis:DeleteStream"),
        ("aws_sqs_queue", 'name = "q"', "sqs:PurgeQueue"),
        ("aws_codecommit_repository", 'repository_name = "r"', "codecommit:DeleteRepository"),
    ],
)
def test_what_passes_through_is_answered_about_and_is_no_store(tf, body, call, tmp_path):
    graph = graph_from(tmp_path, f'resource "{tf}" "x" {{\n {body}\n}}\n' + user(call))
    assert destroying(graph) == {f"{tf}.x": (YES, (call,))}
    assert graph.nodes[f"{tf}.x"].kind is Kind.RESOURCE
    assert not graph.stores


def test_a_log_group_is_checked_by_the_arn_with_a_star_at_its_end(tmp_path):
    group = 'resource "aws_cloudwatch_log_group" "x" { name = "/app" }\n'
    named = "arn:aws:logs:eu-west-1:111111111111:log-group:/app:*"
    graph = graph_from(tmp_path, group + user("logs:DeleteLogGroup", resource=named))
    assert destroying(graph) == {"aws_cloudwatch_log_group.x": (YES, ("logs:DeleteLogGroup",))}


def test_imported_key_material_is_lost_only_if_nobody_kept_it(tmp_path):
    keys = 'resource "aws_kms_external_key" "x" {}\nresource "aws_kms_key" "k" {}\n'
    graph = graph_from(tmp_path, keys + user("kms:DeleteImportedKeyMaterial"))
    assert destroying(graph) == {
        "aws_kms_external_key.x": (MAYBE, ("kms:DeleteImportedKeyMaterial",))
    }


def test_closing_an_account_takes_what_is_in_it(tmp_path):
    text = """
resource "aws_organizations_account" "prod" {
  name  = "prod"
  email = "prod@example.com"
}
provider "aws" {
  alias  = "prod"
  region = "eu-west-1"
  assume_role { role_arn = "arn:aws:iam::${aws_organizations_account.prod.id}:role/Admin" }
}
resource "aws_s3_bucket" "there" {
  provider = aws.prod
  bucket   = "there"
}
resource "aws_s3_bucket" "here" { bucket = "here" }
"""
    graph = graph_from(tmp_path, text + user("organizations:CloseAccount"))
    inside = [e.target for e in graph.edges if e.kind is EdgeKind.CONTAINS]
    assert inside == ["aws_s3_bucket.there"]
    power = Reach(graph).powers("aws_iam_user.u")[Verb.DESTROY, "aws_s3_bucket.there"]
    assert power.truth is YES
