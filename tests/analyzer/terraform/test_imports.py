"""An import block says what a resource is called before a plan does."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.identities import imported
from graph.values import Unknown
from tests.analyzer.terraform.oracle import ours, outputs, write

IDS = [
    ("aws_s3_bucket", "logs", {"bucket": "logs"}),
    ("aws_iam_role", "ci", {"name": "ci"}),
    ("aws_iam_policy", "arn:aws:iam::111111111111:policy/a/b/ci", {"path": "/a/b/", "name": "ci"}),
    ("aws_iam_policy", "arn:aws:iam::111111111111:policy/ci", {"path": "/", "name": "ci"}),
    ("aws_sns_topic", "arn:aws:sns:eu-west-1:111111111111:t", {"name": "t"}),
    ("aws_kinesis_stream", "events", {"name": "events"}),
    ("aws_ebs_volume", "vol-1", {"id": "vol-1"}),
    ("aws_security_group_rule", "sg-1_ingress_tcp_80", {}),
    ("aws_iam_policy", "no/arn", {}),
    ("random_pet", "x", {}),
]


@pytest.mark.parametrize(("type_", "text", "told"), IDS)
def test_an_id_tells_what_the_table_makes_of_it(
    type_: str, text: str, told: dict[str, str]
) -> None:
    assert imported(type_, text) == told


MAIN = """
    variable "name" {}
    locals { buckets = { a = "one", b = "two" } }
    resource "aws_s3_bucket" "b" { bucket = var.name }
    resource "aws_s3_bucket" "sure" { bucket = "sure" }
    resource "aws_s3_bucket" "each" { for_each = local.buckets }
    resource "aws_ebs_volume" "v" { availability_zone = "eu-west-1a" }
    module "m" { source = "./m" }
    import {
      to = aws_s3_bucket.b
      id = "logs"
    }
    import {
      to = aws_s3_bucket.sure
      id = "other"
    }
    import {
      for_each = local.buckets
      to       = aws_s3_bucket.each[each.key]
      id       = "${each.value}-${aws_s3_bucket.sure.bucket}"
    }
    import {
      to = module.m.aws_iam_role.r
      id = "ci"
    }
    import {
      to = aws_ebs_volume.v
      id = "vol-1"
    }
    output "arns" {
      value = [
        aws_s3_bucket.b.arn, aws_s3_bucket.sure.arn, aws_s3_bucket.each["a"].arn,
        aws_s3_bucket.each["b"].id, aws_ebs_volume.v.id, module.m.name,
      ]
    }
"""


def test_what_is_imported_is_called_by_its_id(tmp_path: Path) -> None:
    module = 'resource "aws_iam_role" "r" {}\noutput "name" { value = aws_iam_role.r.id }\n'
    result = ours(write(tmp_path, {"main.tf": MAIN, "m/main.tf": module}))
    assert result.problems == ()
    assert outputs(result)["arns"] == [
        "arn:aws:s3:::logs",
        "arn:aws:s3:::sure",
        "arn:aws:s3:::one-sure",
        "two-sure",
        "vol-1",
        "ci",
    ]


@pytest.mark.parametrize(
    "block",
    [
        "to = aws_s3_bucket.b\n id = var.name",
        "to = aws_s3_bucket.b\n id = aws_s3_bucket.b.arn",
        "to = aws_s3_bucket.b",
        'to = aws_s3_bucket.b[var.name]\n id = "x"',
        'to = 1\n id = "x"',
        'to = aws_s3_bucket.b\n identity = { bucket = "x" }',
        "for_each = aws_s3_bucket.b\n to = aws_s3_bucket.b\n id = each.key",
    ],
)
def test_an_import_that_tells_nothing_leaves_the_name_open(tmp_path: Path, block: str) -> None:
    main = (
        'variable "name" {}\nresource "aws_s3_bucket" "b" { bucket = var.name }\n'
        f'import {{\n {block}\n}}\noutput "o" {{ value = aws_s3_bucket.b.bucket }}\n'
    )
    hole = outputs(ours(write(tmp_path, {"main.tf": main})))["o"]
    assert isinstance(hole, Unknown)
    assert hole.detail == "var.name"


def test_the_json_syntax(tmp_path: Path) -> None:
    main = """{
        "resource": {"aws_s3_bucket": {"b": {}}},
        "import": [{"to": "aws_s3_bucket.b", "id": "logs"}],
        "output": {"o": {"value": "${aws_s3_bucket.b.bucket}"}}
    }"""
    assert outputs(ours(write(tmp_path, {"main.tf.json": main}))) == {"o": "logs"}
