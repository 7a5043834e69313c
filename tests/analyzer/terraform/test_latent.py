"""What exists under other settings only, and resources that are handed on as objects."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from analyzer.readers.terraform import TerraformResult
from graph.estate import Estate
from graph.grants import Grants
from graph.missing import latent
from graph.resource import Presence, Resource
from graph.values import Text, Unknown, Why, holes
from tests.analyzer.terraform.oracle import ours, write

TODAY = date(2026, 11, 24)
MAIN = """
variable "replica" { default = false }
resource "aws_s3_bucket" "b" {
  count  = var.replica ? 1 : 0
  bucket = "copy"
}
resource "aws_s3_bucket_policy" "p" {
  count  = var.replica ? 1 : 0
  bucket = aws_s3_bucket.b[0].bucket
}
output "seen" { value = try(aws_s3_bucket.b[0].bucket, "none") }
output "all" { value = aws_s3_bucket.b[*].bucket }
"""


def read(folder: Path, main: str, **files: str) -> TerraformResult:
    return ours(write(folder, {"main.tf": main, **{f"{k}/main.tf": v for k, v in files.items()}}))


def resource(result: TerraformResult, type_: str) -> Resource:
    return next(item for item in result.resources if item.type == type_)


def test_what_is_latent_sees_what_else_is_and_nothing_certain_does(tmp_path: Path) -> None:
    result = read(tmp_path, MAIN)
    policy = resource(result, "aws_s3_bucket_policy")
    assert policy.presence is Presence.LATENT
    assert policy.attributes["bucket"] == "copy"
    assert result.outputs[""] == {"seen": "none", "all": ()}
    assert result.problems == ()


def test_one_gap_names_what_is_latent(tmp_path: Path) -> None:
    found = read(tmp_path, MAIN)
    (gap,) = latent(Estate(found.resources, Grants(), TODAY))
    assert gap.what == "aws_s3_bucket.b and 1 more exist under other settings only"
    assert gap.location == found.resources[0].location
    assert list(latent(Estate((), Grants(), TODAY))) == []


def test_a_resource_that_is_handed_on_keeps_what_the_provider_computes(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        """
        resource "aws_sqs_queue" "q" { name = "jobs" }
        module "m" {
          source = "./m"
          queue  = aws_sqs_queue.q
          all    = { first = aws_sqs_queue.q }
        }
        """,
        m="""
        variable "queue" { type = object({ arn = string, name = string, tags = optional(map(string)) }) }
        variable "all" { type = map(any) }
        resource "aws_sns_topic_subscription" "s" { endpoint = var.queue.arn }
        resource "aws_sqs_queue_policy" "p" { queue_url = var.all["first"].id }
        """,
    )
    endpoint = resource(result, "aws_sns_topic_subscription").attributes["endpoint"]
    assert isinstance(endpoint, Text)
    assert endpoint.parts[-1] == ":jobs"
    url = dict(resource(result, "aws_sqs_queue_policy").attributes)
    assert all(hole.why is not Why.ERROR for _, hole in holes(url))
    assert result.problems == ()


def test_the_arn_of_a_secret_does_not_hide_the_policy_that_names_it(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        """
        locals {
          app = { webhook_secret = { arn = "arn:aws:ssm:eu-west-1:111122223333:parameter/x", name = "x", value = "s3cr3t-canary" } }
        }
        output "arn" { value = jsonencode({ Resource = local.app.webhook_secret.arn }) }
        output "value" { value = local.app.webhook_secret.value }
        """,
    )
    assert (
        result.outputs[""]["arn"] == '{"Resource":"arn:aws:ssm:eu-west-1:111122223333:parameter/x"}'
    )
    hidden = result.outputs[""]["value"]
    assert isinstance(hidden, Unknown)
    assert hidden.why is Why.SENSITIVE
    assert "canary" not in repr(result)


def test_alternatives_of_a_secret_are_secret_wherever_they_go(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        """
        variable "on" {}
        locals { db_password = var.on ? "one-canary" : "two-canary" }
        output "o" { value = "x-${local.db_password}" }
        """,
    )
    assert "canary" not in repr(result)
