"""A plan beside its code: what the one leaves open, the other fills; nothing is asked for twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.inputs import Found, find
from analyzer.pipeline import analyze
from analyzer.report import Report
from analyzer.settings import Settings
from graph.resource import Resource
from tests.conftest import DAY

AWS = "registry.terraform.io/hashicorp/aws"
MAIN = """
variable "env" {}
variable "replicas" {}
variable "token" { sensitive = true }
provider "aws" { region = "eu-west-1" }
data "aws_sqs_queue" "q" { name = "jobs" }
data "aws_vpc" "v" { tags = { Name = "main" } }
resource "aws_s3_bucket" "b" { bucket = "${var.env}-data" }
resource "aws_iam_user" "ci" { name = "ci" }
resource "aws_iam_user_policy" "p" {
  user   = aws_iam_user.ci.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:DeleteObject"
      Resource  = "${aws_s3_bucket.b.arn}/${var.env}/*"
      Condition = { StringEquals = { "aws:SourceVpc" = data.aws_vpc.v.id, "x:y" = var.token } }
    }]
  })
}
resource "aws_db_instance" "r" {
  count      = var.replicas
  identifier = "replica-${count.index}"
}
module "db" {
  source     = "example/rds/aws"
  identifier = var.env
}
"""


def row(address: str, values: dict[str, Any]) -> dict[str, Any]:
    plain = address.split("[", maxsplit=1)[0].split(".")
    mode = "data" if "data" in plain else "managed"
    return {"address": address, "mode": mode, "type": plain[-2], "name": plain[-1], "provider_name": AWS, "values": values}  # fmt: skip


def plan(env: str = "prod") -> dict[str, Any]:
    rows = [
        row("aws_s3_bucket.b", {"bucket": f"{env}-data"}),
        row("aws_iam_user.ci", {"name": "ci"}),
        row("aws_iam_user_policy.p", {"user": "ci"}),
        row("aws_db_instance.r[0]", {"identifier": "replica-0"}),
    ]
    inner = [row("module.db.aws_db_instance.this", {"identifier": env})]
    unknown = {"aws_iam_user_policy.p": {"policy": True}}
    read = row("data.aws_vpc.v", {"id": "vpc-1", "tags": {"Name": "main"}})
    return {
        "format_version": "1.2",
        "planned_values": {
            "root_module": {
                "resources": rows,
                "child_modules": [{"address": "module.db", "resources": inner}],
            }
        },
        "resource_changes": [
            {**item, "change": {"actions": ["create"], "after_unknown": unknown.get(item["address"], {})}}
            for item in (*rows, *inner)
        ],
        "prior_state": {"values": {"root_module": {"resources": [read]}}},
        "variables": {"env": {"value": env}, "replicas": {"value": 1}, "token": {"value": "s3cr3t"}},
        "configuration": {
            "root_module": {
                "variables": {"token": {"sensitive": True}},
                "module_calls": {"db": {"module": {}}},
            }
        },
    }  # fmt: skip


def looked_at(tmp_path: Path, main: str = MAIN, **files: str) -> Found:
    return find(settings(tmp_path, main, **files))


def settings(tmp_path: Path, main: str = MAIN, **files: str) -> Settings:
    code = tmp_path / "code"
    for name, text in {"main.tf": main, **files}.items():
        (code / name).parent.mkdir(parents=True, exist_ok=True)
        (code / name).write_text(text, encoding="utf-8")
    given = tmp_path / "plan.json"
    given.write_text(json.dumps(plan(), indent=1), encoding="utf-8")
    return Settings((code,), plans=(given,), today=DAY)


def by_address(found: Found) -> dict[str, Resource]:
    return {item.address: item for item in found.resources}


def test_data_sources_that_a_plan_has_read_are_known(tmp_path: Path) -> None:
    found = by_address(looked_at(tmp_path))
    assert found["data.aws_vpc.v"].attributes["id"] == "vpc-1"
    assert found["data.aws_vpc.v"].location.path == "main.tf"
    assert found["data.aws_sqs_queue.q"].attributes == {"name": "jobs"}
    assert "vpc-1" in str(found["aws_iam_user_policy.p"].attributes["policy"])


def test_a_plan_says_what_its_variables_are_but_no_secret(tmp_path: Path) -> None:
    policy = str(by_address(looked_at(tmp_path))["aws_iam_user_policy.p"].attributes["policy"])
    assert "arn:aws:s3:::prod-data/prod/*" in policy
    assert "s3cr3t" not in policy


def test_an_instance_of_any_number_has_its_place_in_the_code(tmp_path: Path) -> None:
    found = by_address(looked_at(tmp_path))
    assert "aws_db_instance.r[?]" not in found
    replica = found["aws_db_instance.r[0]"]
    assert (replica.location.path, replica.attributes["identifier"]) == ("main.tf", "replica-0")


def gaps(report: Report) -> set[str]:
    return {problem.what for problem in report.problems}


def test_what_the_plan_knows_is_not_among_what_was_not_seen(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    alone = gaps(analyze(Settings(chosen.paths, today=DAY)))
    assert {
        "var.env",
        "var.replicas",
        "data.aws_vpc.v.id",
        "module source example/rds/aws",
    } <= alone
    left = gaps(analyze(chosen))
    assert not {"var.env", "var.replicas", "data.aws_vpc.v.id"} & left
    assert not any("module source" in what for what in left)


def test_a_module_that_another_stack_misses_too_stays_a_gap(tmp_path: Path) -> None:
    other = 'terraform {\n  backend "s3" {}\n}\nmodule "db" {\n  source = "example/rds/aws"\n}\n'
    chosen = settings(tmp_path, **{"other/x.tf": other})
    assert any("module source" in what for what in gaps(analyze(chosen)))


def test_beside_other_stacks_a_plan_speaks_of_its_own(tmp_path: Path) -> None:
    other = 'terraform {\n  backend "s3" {}\n}\nvariable "env" {}\nresource "aws_sqs_queue" "q" {\n  name = var.env\n}\n'
    main = f'terraform {{\n  backend "s3" {{}}\n}}\n{MAIN}'
    found = by_address(looked_at(tmp_path, main, **{"other/x.tf": other}))
    assert "vpc-1" in str(found["aws_iam_user_policy.p"].attributes["policy"])
    assert "var.env" in str(found["other:aws_sqs_queue.q"].attributes["name"])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_plans_that_a_windows_shell_wrote_are_read(tmp_path: Path, encoding: str) -> None:
    given = tmp_path / "plan.json"
    given.write_text(json.dumps(plan()), encoding=encoding)
    found = find(Settings((tmp_path,), plans=(given,)))
    assert "aws_s3_bucket.b" in by_address(found)


def test_of_several_environments_a_plan_belongs_to_the_one_with_its_values(tmp_path: Path) -> None:
    main = MAIN.replace(
        'variable "token" { sensitive = true }', 'variable "token" { default = "" }'
    )
    files = {f"envs/{env}.tfvars": f'env = "{env}"\nreplicas = 1\n' for env in ("dev", "prod")}
    found = by_address(looked_at(tmp_path, main, **files))
    assert "@prod:module.db.aws_db_instance.this" in found
    assert "@dev:module.db.aws_db_instance.this" not in found
    policy = found["@prod:aws_iam_user_policy.p"].attributes["policy"]
    assert "vpc-1" in str(policy)
    assert "vpc-1" not in str(found["@dev:aws_iam_user_policy.p"].attributes["policy"])
