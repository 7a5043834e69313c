"""Identities end to end: what a configuration's own references evaluate to, and mean."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from analyzer.inputs import find
from analyzer.settings import Settings
from graph.estate import Estate
from graph.references import References
from graph.storetypes import store_table
from graph.values import Text, Truth, Unknown

MAIN = """
provider "aws" {
  region = "eu-west-1"
  %s
}
variable "env" {}
data "aws_caller_identity" "current" {}
data "aws_region" "current" {}
resource "aws_iam_role" "ci" {
  name               = "ci"
  path               = "/deploy/"
  assume_role_policy = "{}"
}
resource "aws_s3_bucket" "b" { bucket = "data" }
resource "aws_s3_bucket" "named_later" { bucket = "${var.env}-data" }
resource "aws_s3_bucket" "random" { bucket = "data-${random_id.x.hex}" }
resource "random_id" "x" { byte_length = 4 }
resource "aws_s3_bucket" "made_up" {}
resource "aws_db_instance" "d" { identifier = "main" }
resource "aws_db_instance" "e" {
  identifier = "main"
  region     = "eu-central-1"
}
output "role" { value = aws_iam_role.ci.arn }
output "role_name" { value = aws_iam_role.ci.id }
output "bucket" { value = aws_s3_bucket.b.arn }
output "bucket_id" { value = aws_s3_bucket.b.id }
output "objects" { value = "${aws_s3_bucket.b.arn}/*" }
output "named_later" { value = aws_s3_bucket.named_later.id }
output "named_later_name" { value = aws_s3_bucket.named_later.bucket }
output "random" { value = aws_s3_bucket.random.arn }
output "made_up" { value = aws_s3_bucket.made_up.id }
output "database" { value = aws_db_instance.d.arn }
output "elsewhere" { value = aws_db_instance.e.arn }
output "account" { value = data.aws_caller_identity.current.account_id }
output "literal" {
  value = "arn:aws:rds:eu-west-1:${data.aws_caller_identity.current.account_id}:db:main"
}
output "document" {
  value = jsonencode({ Resource = [aws_db_instance.d.arn, "${aws_s3_bucket.b.arn}/*"] })
}
"""


def read(tmp_path: Path, account: str = ""):
    line = f'allowed_account_ids = ["{account}"]' if account else ""
    (tmp_path / "main.tf").write_text(MAIN % line, encoding="utf-8")
    found = find(Settings((tmp_path,)))
    assert found.outputs is not None
    return found, next(iter(found.outputs.values()))


def test_with_a_known_account_arns_are_whole(tmp_path):
    _, outputs = read(tmp_path, "111111111111")
    assert outputs["role"] == "arn:aws:iam::111111111111:role/deploy/ci"
    assert outputs["role_name"] == "ci"
    assert outputs["bucket"] == "arn:aws:s3:::data"
    assert outputs["bucket_id"] == "data"
    assert outputs["objects"] == "arn:aws:s3:::data/*"
    assert outputs["database"] == outputs["literal"] == "arn:aws:rds:eu-west-1:111111111111:db:main"
    assert outputs["elsewhere"] == "arn:aws:rds:eu-central-1:111111111111:db:main"
    assert outputs["account"] == "111111111111"
    assert outputs["document"] == (
        '{"Resource":["arn:aws:rds:eu-west-1:111111111111:db:main","arn:aws:s3:::data/*"]}'
    )


def test_an_unknown_account_is_one_hole_wherever_it_comes_from(tmp_path):
    _, outputs = read(tmp_path)
    account = outputs["account"]
    assert isinstance(account, Unknown)
    assert account.symbol
    assert isinstance(outputs["database"], Text)
    symbols = {
        name: [part.symbol for part in outputs[name].parts if isinstance(part, Unknown)]
        for name in ("role", "database", "literal")
    }
    assert set(map(tuple, symbols.values())) == {(account.symbol,)}
    assert [part for part in outputs["role"].parts if isinstance(part, str)] == [
        "arn:aws:iam::",
        ":role/deploy/ci",
    ]


@pytest.mark.parametrize("account", ["", "111111111111"])
@pytest.mark.parametrize(
    ("output", "address"),
    [
        ("bucket", "aws_s3_bucket.b"),
        ("bucket_id", "aws_s3_bucket.b"),
        ("named_later", "aws_s3_bucket.named_later"),
        ("named_later_name", "aws_s3_bucket.named_later"),
        ("random", "aws_s3_bucket.random"),
        ("made_up", "aws_s3_bucket.made_up"),
        ("database", "aws_db_instance.d"),
        ("elsewhere", "aws_db_instance.e"),
        ("literal", "aws_db_instance.d"),
        ("role", "aws_iam_role.ci"),
    ],
)
def test_an_identity_means_its_resource_and_no_other(tmp_path, account, output, address):
    found, outputs = read(tmp_path, account)
    estate = Estate(found.resources, found.grants, date(2026, 11, 24))
    references = References(estate, store_table().identity)
    types = {item.type for item in found.resources}
    meant = references.resolve(outputs[output], types, estate.by_address[address])
    assert meant == {address: Truth.YES}
