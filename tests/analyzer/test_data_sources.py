"""What data sources answer without the cloud, and whose they are when the run has the resource."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.inputs import find
from analyzer.pipeline import analyze
from analyzer.settings import Settings
from graph.values import Text, Unknown, Value
from tests.analyzer.terraform.oracle import write
from tests.conftest import DAY

PROVIDER = 'provider "aws" {\n  region = "eu-west-1"\n  allowed_account_ids = ["111111111111"]\n}\n'


def answer(tmp_path: Path, data: str, attribute: str) -> Value:
    main = f'{PROVIDER}\ndata {data}\noutput "o" {{ value = data.{attribute} }}\n'
    found = find(Settings((write(tmp_path, {"main.tf": main}),)))
    return next(iter(found.outputs.values()))["o"]


@pytest.mark.parametrize(
    ("data", "attribute", "value"),
    [
        ('"aws_iam_policy" "x" { name = "ReadOnlyAccess" }', "aws_iam_policy.x.arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ('"aws_iam_policy" "x" { name = "AWSLambdaBasicExecutionRole" }', "aws_iam_policy.x.arn",
         "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"),
        ('"aws_iam_session_context" "x" { arn = "arn:aws:iam::1:role/ci" }', "aws_iam_session_context.x.issuer_arn", "arn:aws:iam::1:role/ci"),
        ('"aws_arn" "x" { arn = "arn:aws:rds:eu-west-1:1:db:main" }', "aws_arn.x.resource", "db:main"),
        ('"aws_arn" "x" { arn = "arn:aws:rds:eu-west-1:1:db:main" }', "aws_arn.x.account", "1"),
        ('"aws_s3_bucket" "x" { bucket = "b" }', "aws_s3_bucket.x.arn", "arn:aws:s3:::b"),
        ('"aws_lambda_function" "x" { function_name = "f" }', "aws_lambda_function.x.arn", "arn:aws:lambda:eu-west-1:111111111111:function:f"),
        ('"aws_sqs_queue" "x" { name = "q" }', "aws_sqs_queue.x.url", "https://sqs.eu-west-1.amazonaws.com/111111111111/q"),
        ('"aws_sns_topic" "x" { name = "t" }', "aws_sns_topic.x.arn", "arn:aws:sns:eu-west-1:111111111111:t"),
        ('"aws_dynamodb_table" "x" { name = "t" }', "aws_dynamodb_table.x.arn", "arn:aws:dynamodb:eu-west-1:111111111111:table/t"),
        ('"aws_partition" "x" {}', "aws_partition.x.partition", "aws"),
        ('"aws_region" "x" {}', "aws_region.x.name", "eu-west-1"),
        ('"aws_caller_identity" "x" {}', "aws_caller_identity.x.account_id", "111111111111"),
    ],
)  # fmt: skip
def test_what_the_arguments_say(tmp_path: Path, data: str, attribute: str, value: str) -> None:
    assert answer(tmp_path, data, attribute) == value


def test_the_document_of_a_policy_of_aws_is_known(tmp_path: Path) -> None:
    text = answer(
        tmp_path, '"aws_iam_policy" "x" { name = "AmazonS3FullAccess" }', "aws_iam_policy.x.policy"
    )
    assert "s3:*" in json.dumps(json.loads(str(text)))


@pytest.mark.parametrize(
    ("data", "attribute"),
    [
        ('"aws_iam_session_context" "x" { arn = "arn:aws:sts::1:assumed-role/ci/s" }', "aws_iam_session_context.x.issuer_arn"),
        ('"aws_kms_key" "x" { key_id = "alias/db" }', "aws_kms_key.x.arn"),
        ('"http" "x" { url = "https://x" }', "http.x.response_body"),
        ('"aws_iam_policy" "x" { name = "own" }', "aws_iam_policy.x.policy"),
    ],
)  # fmt: skip
def test_what_they_do_not_say_is_open(tmp_path: Path, data: str, attribute: str) -> None:
    assert isinstance(answer(tmp_path, data, attribute), Unknown)


def test_a_policy_of_the_account_has_a_path_that_somebody_else_chose(tmp_path: Path) -> None:
    arn = answer(tmp_path, '"aws_iam_policy" "x" { name = "own" }', "aws_iam_policy.x.arn")
    assert isinstance(arn, Text)
    assert (arn.parts[0], arn.parts[-1]) == ("arn:aws:iam::111111111111:policy", "own")


THERE = """
terraform {
  backend "s3" {}
}
%s
resource "aws_iam_role" "ci" { name = "ci" }
resource "aws_secretsmanager_secret" "s" { name = "db" }
resource "aws_vpc" "main" { tags = { Name = "main", env = "prod" } }
resource "aws_vpc" "other" { tags = { Name = "other" } }
resource "aws_s3_bucket" "b" { bucket = "data" }
"""
HERE = """
terraform {
  backend "s3" {}
}
%s
data "aws_iam_role" "ci" { name = "ci" }
data "aws_secretsmanager_secret" "s" { name = "db" }
data "aws_vpc" "main" { tags = { Name = "main" } }
resource "aws_thing" "t" {
  role   = data.aws_iam_role.ci.arn
  secret = data.aws_secretsmanager_secret.s.arn
  vpc    = "x/${data.aws_vpc.main.id}"
}
resource "aws_iam_role_policy" "p" {
  role   = data.aws_iam_role.ci.name
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:DeleteObject", Resource = "arn:aws:s3:::data/*" }] })
}
"""


def two(tmp_path: Path, here: str = PROVIDER, there: str = PROVIDER) -> Path:
    return write(tmp_path, {"there/main.tf": THERE % there, "here/main.tf": HERE % here})


def attributes(folder: Path) -> dict[str, Any]:
    found = {item.address: item.attributes for item in find(Settings((folder,))).resources}
    return dict(found["here:aws_thing.t"])


def test_a_data_source_is_the_resource_of_the_run_that_it_looks_up(tmp_path: Path) -> None:
    found = attributes(two(tmp_path))
    assert found["role"] == "arn:aws:iam::111111111111:role/ci"
    assert found["secret"].parts[1].symbol == "there:aws_secretsmanager_secret.s.suffix"
    assert found["vpc"].parts[1].symbol == "there:aws_vpc.main.id"


def test_of_several_that_answer_none_is_meant(tmp_path: Path) -> None:
    folder = two(tmp_path)
    write(folder, {"third/main.tf": THERE % PROVIDER})
    assert attributes(folder)["vpc"].parts[1].symbol == "here:data.aws_vpc.main.id"


def test_what_lies_in_another_account_is_another_thing(tmp_path: Path) -> None:
    found = attributes(two(tmp_path, there=PROVIDER.replace("1111", "2222")))
    assert found["secret"].parts[1].symbol == "here:data.aws_secretsmanager_secret.s.suffix"


def test_a_role_that_two_root_modules_speak_of_is_one_credential(tmp_path: Path) -> None:
    report = analyze(Settings((two(tmp_path),), today=DAY))
    roles = [node.id for node in report.world.reach.credentials if "role" in node.id]
    assert roles == ["there:aws_iam_role.ci"]
    destroyers = {holder for holder, _ in report.world.reach.who("there:aws_s3_bucket.b")}
    assert "there:aws_iam_role.ci" in destroyers
