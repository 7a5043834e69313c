"""`blastwall inspect`: instances as a plan shows them, every unknown with its reason, no secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from analyzer.cli import cli
from analyzer.readers.terraform import read_terraform
from analyzer.sources import Tree
from tests.analyzer.terraform.oracle import write

CANARY = "canary-7f3a9"


def inspect(folder: Path, *more: str) -> dict[str, Any]:
    result = CliRunner().invoke(cli, ["inspect", str(folder), *more, "--format", "json"])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


MAIN = """
variable "name" {}
resource "aws_thing" "t" {
  for_each = toset(["a", "b"])
  name     = "${each.key}-${var.name}"
  size     = 1.5
  count_   = 3
  list     = ["x", var.name]
  rule { days = 7 }
}
resource "aws_thing" "u" { policy = jsonencode({ Resource = aws_thing.t["a"].arn }) }
data "aws_x" "d" {}
output "o" { value = { known = 1, unknown = var.name } }
"""


def test_instances_have_the_shape_of_planned_values(tmp_path: Path) -> None:
    found = inspect(write(tmp_path, {"main.tf": MAIN}))
    assert [item["address"] for item in found["resources"]] == [
        'aws_thing.t["a"]',
        'aws_thing.t["b"]',
        "aws_thing.u",
    ]
    first, _, other = found["resources"]
    assert first["type"] == "aws_thing"
    assert first["values"] == {
        "name": None,
        "size": 1.5,
        "count_": 3,
        "list": ["x", None],
        "rule": [{"days": 7}],
    }
    assert [(item["path"], item["why"]) for item in first["unknown"]] == [
        ("name", "var.name (variable without a value)"),
        ("list[1]", "var.name (variable without a value)"),
    ]
    assert first["unknown"][0]["source"] == {"path": "main.tf", "line": 2}
    assert other["values"] == {"policy": None}
    assert other["unknown"][0]["why"] == 'aws_thing.t["a"].arn (known after apply)'
    assert found["outputs"]["o"]["value"] == {"known": 1, "unknown": None}
    assert [item["path"] for item in found["outputs"]["o"]["unknown"]] == ["unknown"]


def test_an_address_chooses_instances(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": MAIN})
    assert len(inspect(tmp_path, "aws_thing.t")["resources"]) == 2
    assert inspect(tmp_path, "aws_thing.t")["outputs"] == {}
    assert [item["address"] for item in inspect(tmp_path, "data.aws_x.d")["resources"]] == [
        "data.aws_x.d"
    ]


def test_text_names_values_and_unknowns(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": MAIN})
    result = CliRunner().invoke(cli, ["inspect", str(tmp_path)])
    assert result.exit_code == 0
    assert "  size = 1.5" in result.stdout
    assert "name is unknown: var.name (variable without a value) (main.tf:2)" in result.stdout


SECRETS = """
variable "db_password" { default = "%s" }
variable "given_token" {}
variable "declared" {
  sensitive = true
  default   = "%s"
}
variable "settings" { default = { name = "x", api_key = "%s" } }
variable "api_keys" { default = ["%s"] }
locals {
  admin_password = "%s"
  config  = { token = "%s" }
  values  = values(local.config)
  list    = [for k, v in { client_secret = "%s" } : v]
  decoded = jsondecode("{\\"password\\": \\"%s\\"}").password
  copy    = upper(var.db_password)
  inner   = { (var.db_password) = 1 }
  looped  = { for key in [var.db_password] : key => key }
  text    = "%%{ for k in [1] }${var.db_password}%%{ endfor }"
  spread  = format("%%s", var.api_keys...)
  lifted  = nonsensitive(var.db_password)
  error   = parseint(var.db_password, 10)
  missing = { a = 1 }[var.db_password]
  regex   = regex(var.db_password, "x")
}
resource "aws_thing" "t" {
  password    = "%s"
  plain       = var.db_password
  given       = var.given_token
  all         = [var.declared, var.settings, var.api_keys, local.copy, local.inner, local.looped]
  more        = [local.text, local.spread, local.lifted, local.error, local.missing, local.regex]
  others      = [local.admin_password, local.config.token, local.values, local.list, local.decoded]
  chosen      = var.db_password == "x" ? 1 : 2
  user_data   = <<-EOT
    export DB_PASSWORD="%s"
    curl https://user:%s@example.com
    API_TOKEN=%s run
  EOT
  definitions = jsonencode([{ environment = [{ name = "DB_PASSWORD", value = "%s" }] }])
  environment { variables = { SECRET_KEY = "%s", MODE = "fast" } }
  tags = { name = "kept" }
}
resource "aws_thing" "each" {
  for_each = toset([var.db_password])
  name     = each.key
}
output "o" { value = [var.db_password, local.inner, aws_thing.t.password] }
terraform {
  backend "s3" {
    bucket     = "states"
    secret_key = "%s"
  }
}
""".replace("%s", CANARY).replace("%%", "%")


def test_no_secret_is_in_any_object_that_could_be_shown(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": SECRETS,
            "terraform.tfvars": f'given_token = "{CANARY}"\nundeclared_secret = "{CANARY}"\n',
            "x.auto.tfvars": f'broken_secret = "{CANARY}\n',
        },
    )
    result = read_terraform(Tree(tmp_path))
    assert CANARY not in repr(result)
    assert CANARY.upper() not in repr(result)
    (found,) = (item for item in result.resources if item.name == "t")
    assert found.attributes["tags"] == {"name": "kept"}
    assert found.attributes["environment"][0]["variables"]["MODE"] == "fast"  # type: ignore[index, call-overload]
    assert CANARY not in json.dumps(inspect(tmp_path))
    assert CANARY not in CliRunner().invoke(cli, ["inspect", str(tmp_path)]).output


def test_what_exists_under_other_settings_stands_apart(tmp_path: Path) -> None:
    main = """
    variable "extra" { default = false }
    variable "unknown" {}
    resource "aws_thing" "t" { count = var.extra ? 1 : 0 }
    resource "aws_thing" "u" { count = var.unknown ? 1 : 0 }
    """
    write(tmp_path, {"main.tf": main})
    found = inspect(tmp_path)
    assert [item["address"] for item in found["resources"]] == ["aws_thing.u[0]"]
    assert [item["address"] for item in found["latent"]] == ["aws_thing.t[0]"]
    result = CliRunner().invoke(cli, ["inspect", str(tmp_path)])
    assert "aws_thing.t[0] (exists under other settings only)" in result.stdout
    assert "aws_thing.u[0] (if it exists, and how many, is not known)" in result.stdout


def test_text_shows_what_is_known_around_a_hole(tmp_path: Path) -> None:
    main = """
    variable "name" {}
    resource "aws_thing" "t" {
      text   = "a-${var.name}"
      policy = jsonencode({ Action = "s3:*", Resource = var.name })
      either = var.name == "x" ? "one" : "two"
    }
    """
    write(tmp_path, {"main.tf": main})
    lines = CliRunner().invoke(cli, ["inspect", str(tmp_path)]).stdout.splitlines()
    assert '  text = "a-${var.name}"' in lines
    assert '  policy = {"Action": "s3:*", "Resource": "${var.name}"}' in lines
    assert '  either = {"one of": ["one", "two"]}' in lines
    assert "  text is unknown: var.name (variable without a value) (main.tf:2)" in lines


def shown(folder: Path, *more: str) -> str:
    result = CliRunner().invoke(cli, ["inspect", str(folder), *more])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_an_output_shows_what_is_known_around_a_hole(tmp_path: Path) -> None:
    text = shown(write(tmp_path, {"main.tf": MAIN}))
    assert 'output o = {"known": 1, "unknown": "${var.name}"}' in text
    assert "  unknown is unknown: var.name" in text


def test_an_address_is_no_prefix_of_a_longer_name(tmp_path: Path) -> None:
    more = 'resource "aws_thing" "tt" {}\n'
    found = inspect(write(tmp_path, {"main.tf": MAIN + more}), "aws_thing.t")
    assert [item["address"] for item in found["resources"]] == [
        'aws_thing.t["a"]',
        'aws_thing.t["b"]',
    ]
