"""Terragrunt units: what they run, with which inputs, and what nobody may make them do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from analyzer.readers.terraform import TerraformResult, read_terraform
from analyzer.readers.terraform.terragrunt.generated import MAX_TEXT
from analyzer.sources import Tree
from graph.values import OneOf, Unknown
from tests.analyzer.terraform.oracle import write

BUCKET = """
variable "name" { type = string }
variable "tags" { default = {} }
resource "aws_s3_bucket" "this" {
  bucket = var.name
  tags   = var.tags
}
output "name" { value = "${var.name}!" }
"""
ECHO = 'variable "given" { default = "default" }\noutput "given" { value = var.given }\n'
ROOT = """
locals {
  account = read_terragrunt_config(find_in_parent_folders("account.hcl"))
  number  = local.account.locals.number
}
remote_state {
  backend = "s3"
  config = {
    bucket = "state-${local.number}"
    key    = "${path_relative_to_include()}/terraform.tfstate"
  }
}
generate "provider" {
  path      = "provider.tf"
  if_exists = "overwrite"
  contents  = <<EOT
provider "aws" {
  region              = "${local.account.locals.region}"
  allowed_account_ids = ["${local.number}"]
}
EOT
}
inputs = { tags = { owner = "shop", from = "root" } }
"""
LIVE = {
    "modules/bucket/main.tf": BUCKET,
    "live/root.hcl": ROOT,
    "live/prod/account.hcl": 'locals {\n  number = "111111111111"\n  region = "eu-west-1"\n}\n',
    "live/prod/orders/terragrunt.hcl": """
        include "root" { path = find_in_parent_folders("root.hcl") }
        terraform { source = "${get_repo_root()}/modules//bucket" }
        inputs = { name = "shop-orders" }
    """,
    "live/prod/copy/terragrunt.hcl": """
        include {
          path           = find_in_parent_folders("root.hcl")
          merge_strategy = "deep"
        }
        terraform { source = "../../../modules/bucket" }
        dependency "orders" { config_path = "../orders" }
        inputs = {
          name = "copy-of-${dependency.orders.outputs.name}"
          tags = { from = "copy" }
        }
    """,
}


def read(folder: Path, files: Mapping[str, str]) -> TerraformResult:
    write(folder, files)
    return read_terraform(Tree(folder, folder))


def given(result: TerraformResult, stack: str = "") -> object:
    return result.outputs[stack]["given"]


def unit(folder: Path, text: str, **files: str) -> TerraformResult:
    """A unit with a module that gives back what it was given."""
    more = {name.replace("__", "/").replace("_hcl", ".hcl"): body for name, body in files.items()}
    return read(folder, {"main.tf": ECHO, "terragrunt.hcl": text, **more})


def test_a_unit_is_a_stack_with_inputs_provider_and_state_of_its_own(tmp_path: Path) -> None:
    result = read(tmp_path, LIVE)
    assert result.problems == ()
    copy, orders = result.resources
    assert orders.address == "live/prod/orders:aws_s3_bucket.this"
    assert orders.get("bucket") == "shop-orders"
    assert orders.get("tags") == {"owner": "shop", "from": "root"}
    assert (orders.provider.account, orders.provider.region) == ("111111111111", "eu-west-1")
    assert orders.stack.path == "live/prod/orders"
    assert orders.stack.backend == {
        "type": "s3",
        "bucket": "state-111111111111",
        "key": "prod/orders/terraform.tfstate",
    }
    assert copy.get("bucket") == "copy-of-shop-orders!"
    assert copy.get("tags") == {"owner": "shop", "from": "copy"}


def test_the_module_of_a_unit_is_no_root_and_no_gap(tmp_path: Path) -> None:
    result = read(tmp_path, LIVE)
    assert list(result.outputs) == ["live/prod/copy", "live/prod/orders"]


@pytest.mark.parametrize(
    ("strategy", "wanted", "other"),
    [
        ("no_merge", {"b": 2, "l": ("y",)}, 0),
        ("shallow", {"b": 2, "l": ("y",)}, 1),
        ("deep", {"a": 1, "b": 2, "l": ("x", "y")}, 1),
    ],
)
def test_inputs_are_merged_as_the_include_says(
    tmp_path: Path, strategy: str, wanted: object, other: int
) -> None:
    more = 'variable "other" { default = 0 }\noutput "other" { value = var.other }\n'
    result = read(
        tmp_path,
        {
            "base.hcl": 'inputs = { given = { a = 1, l = ["x"] }, other = 1 }',
            "u/main.tf": ECHO + more,
            "u/terragrunt.hcl": f"""
                include "base" {{
                  path           = find_in_parent_folders("base.hcl")
                  merge_strategy = "{strategy}"
                }}
                inputs = {{ given = {{ b = 2, l = ["y"] }} }}
            """,
        },
    )
    assert result.outputs[""] == {"given": wanted, "other": other}


class TestFunctions:
    @pytest.mark.parametrize(
        ("expression", "wanted"),
        [
            ("get_terragrunt_dir()", "/repository/live/app"),
            ('get_parent_terragrunt_dir("root")', "/repository/live"),
            ('path_relative_to_include("root")', "app"),
            ('path_relative_from_include("root")', ".."),
            ("get_path_from_repo_root()", "live/app"),
            ("get_path_to_repo_root()", "../.."),
            ('find_in_parent_folders("none.hcl", "fallback")', "fallback"),
            ('get_env("HOME", "default")', "default"),
            ("basename(get_terragrunt_dir())", "app"),
            ('file("note.txt")', "hello"),
            ('jsondecode(read_tfvars_file("x.tfvars")).a', 1),
            ("include.root.locals.here", "/repository/live/app"),
            ('read_terragrunt_config("../root.hcl").locals.here', "/repository/live"),
            ('contains(get_terraform_commands_that_need_vars(), "apply")', True),
        ],
    )
    def test_paths_are_those_of_the_repository(
        self, tmp_path: Path, expression: str, wanted: object
    ) -> None:
        result = read(
            tmp_path,
            {
                "live/root.hcl": "locals { here = get_terragrunt_dir() }",
                "live/app/main.tf": ECHO,
                "live/app/note.txt": "hello",
                "live/app/x.tfvars": "a = 1\n",
                "live/app/terragrunt.hcl": f"""
                    include "root" {{
                      path   = find_in_parent_folders("root.hcl")
                      expose = true
                    }}
                    inputs = {{ given = {expression} }}
                """,
            },
        )
        assert given(result) == wanted

    @pytest.mark.parametrize(
        "expression",
        [
            'run_cmd("touch", "canary")',
            "get_aws_account_id()",
            'get_env("HOME")',
            'sops_decrypt_file("secrets.yaml")',
        ],
    )
    def test_what_only_a_run_can_tell_is_unknown_and_nothing_runs(
        self, tmp_path: Path, expression: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        found = given(unit(tmp_path, f"inputs = {{ given = {expression} }}"))
        assert isinstance(found, Unknown)
        assert not (tmp_path / "canary").exists()


class TestInputs:
    def test_files_win_over_inputs_as_terraform_has_it(self, tmp_path: Path) -> None:
        text = 'inputs = { given = "input" }'
        assert given(unit(tmp_path / "a", text)) == "input"
        files = {"main.tf": ECHO, "terragrunt.hcl": text, "terraform.tfvars": 'given = "file"\n'}
        assert given(read(tmp_path / "b", files)) == "file"

    def test_extra_arguments_of_commands_that_apply_count(self, tmp_path: Path) -> None:
        for commands, wanted in (('["apply"]', "extra"), ('["init"]', "input")):
            folder = tmp_path / wanted
            text = f"""
                terraform {{
                  extra_arguments "x" {{
                    commands           = {commands}
                    required_var_files = ["${{get_terragrunt_dir()}}/x.tfvars"]
                    optional_var_files = ["none.tfvars"]
                  }}
                }}
                inputs = {{ given = "input" }}
            """
            files = {"main.tf": ECHO, "terragrunt.hcl": text, "x.tfvars": 'given = "extra"\n'}
            assert given(read(folder, files)) == wanted

    def test_inputs_that_are_not_known_leave_every_variable_open(self, tmp_path: Path) -> None:
        found = given(unit(tmp_path, 'inputs = jsondecode(run_cmd("x"))'))
        assert isinstance(found, Unknown)

    def test_a_hole_in_generated_text_keeps_its_cause(self, tmp_path: Path) -> None:
        text = """
            generate "more" {
              path      = "more.tf"
              if_exists = "overwrite"
              contents  = "output \\"made\\" { value = \\"in-${get_aws_account_id()}\\" }"
            }
        """
        result = unit(tmp_path, text)
        assert "get_aws_account_id()" in str(result.outputs[""]["made"])
        assert result.problems == ()


NET = {"net/main.tf": 'output "id" { value = "net-1" }\n', "net/terragrunt.hcl": ""}


class TestDependencies:
    def app(self, inputs: str, mocks: str = "") -> dict[str, str]:
        text = f'dependency "net" {{\n  config_path = "../net"\n  {mocks}\n}}\ninputs = {inputs}\n'
        return {"app/main.tf": ECHO, "app/terragrunt.hcl": text}

    def test_outputs_are_those_of_the_other_unit(self, tmp_path: Path) -> None:
        mocks = 'mock_outputs = { id = "mock" }'
        files = {**NET, **self.app("{ given = dependency.net.outputs.id }", mocks)}
        assert given(read(tmp_path, files), "app") == "net-1"

    def test_a_mock_is_one_possibility_where_the_other_unit_is_elsewhere(
        self, tmp_path: Path
    ) -> None:
        net = {"net/terragrunt.hcl": 'terraform { source = "git::https://example.com/net.git" }'}
        mocks = 'mock_outputs = { id = "mock" }'
        files = {**net, **self.app("{ given = dependency.net.outputs.id }", mocks)}
        found = given(read(tmp_path, files), "app")
        assert isinstance(found, OneOf)
        assert "mock" in found.options

    def test_units_in_a_circle_end_and_are_said(self, tmp_path: Path) -> None:
        result = read(
            tmp_path,
            {name + "/main.tf": ECHO for name in ("a", "b")}
            | {
                f"{one}/terragrunt.hcl": f'dependency "d" {{ config_path = "../{two}" }}\n'
                "inputs = { given = dependency.d.outputs.given }\n"
                for one, two in (("a", "b"), ("b", "a"))
            },
        )
        assert isinstance(given(result, "a"), Unknown)
        assert any("circle" in problem.why for problem in result.problems)

    def test_a_dependency_that_asks_for_itself_ends(self, tmp_path: Path) -> None:
        files = self.app("{ given = dependency.net.outputs.id }")
        files["app/terragrunt.hcl"] = files["app/terragrunt.hcl"].replace(
            '"../net"', "dependency.net.config_path"
        )
        assert isinstance(given(read(tmp_path, files)), Unknown)


class TestStacks:
    def test_a_stack_file_makes_units_of_patterns(self, tmp_path: Path) -> None:
        result = read(
            tmp_path,
            {
                "units/echo/main.tf": ECHO,
                "units/echo/terragrunt.hcl": 'terraform { source = "." }\n'
                "inputs = { given = values.word }\n",
                "live/terragrunt.stack.hcl": """
                    locals { source = "${get_repo_root()}/units/echo" }
                    unit "one" {
                      source = local.source
                      path   = "one"
                      values = { word = "first" }
                    }
                    unit "two" {
                      source = "../units/echo"
                      path   = "two"
                      values = { word = "second" }
                    }
                """,
            },
        )
        assert result.problems == ()
        assert {stack: values["given"] for stack, values in result.outputs.items()} == {
            "live/.terragrunt-stack/one": "first",
            "live/.terragrunt-stack/two": "second",
        }

    def test_stacks_that_hold_themselves_end(self, tmp_path: Path) -> None:
        text = 'stack "s" {\n  source = "."\n  path = "s"\n}\n'
        result = read(tmp_path, {"terragrunt.stack.hcl": text})
        assert any("nested too deep" in problem.why for problem in result.problems)


class TestHostile:
    def test_a_source_elsewhere_is_one_gap_for_all_its_units(self, tmp_path: Path) -> None:
        text = 'terraform { source = "git::https://u:ghp_0123456789abcdefghijklmnopqrstuvwxyzAB@x.com/m.git//a?ref=v1" }\n'
        result = read(tmp_path, {f"u{n}/terragrunt.hcl": text for n in range(5)})
        (gap,) = result.problems
        assert gap.why.endswith("u0, u1, u2 and 2 more run it")
        assert "ghp_" not in str(gap)

    @pytest.mark.parametrize("source", ["../../../../etc", "/etc", "..", "nowhere"])
    def test_a_source_outside_the_repository_is_not_read(self, tmp_path: Path, source: str) -> None:
        (tmp_path / "main.tf").write_text('output "canary" { value = 1 }\n')
        text = f'terraform {{ source = "{source}" }}\n'
        result = read(tmp_path / "inside", {"terragrunt.hcl": text})
        assert all("canary" not in values for values in result.outputs.values())
        assert any(source in problem.what for problem in result.problems)

    @pytest.mark.parametrize(
        "text",
        [
            'include "x" { path = "terragrunt.hcl" }',
            'include "x" { path = include.x.path }',
            'include "x" { path = "../../../etc/passwd" }',
            'include "x" { path = run_cmd("x") }',
        ],
    )
    def test_an_include_that_cannot_be_is_said(self, tmp_path: Path, text: str) -> None:
        result = unit(tmp_path, text)
        assert given(result) == "default"
        assert any(problem.what.startswith("include") for problem in result.problems)

    def test_files_that_read_each_other_end(self, tmp_path: Path) -> None:
        result = read(
            tmp_path,
            {
                "main.tf": ECHO,
                "terragrunt.hcl": 'inputs = { given = read_terragrunt_config("a.hcl").locals.x }',
                "a.hcl": 'locals { x = read_terragrunt_config("b.hcl").locals.x }',
                "b.hcl": 'locals { x = read_terragrunt_config("a.hcl").locals.x }',
            },
        )
        assert isinstance(given(result), Unknown)

    def test_too_much_generated_text_is_refused(self, tmp_path: Path) -> None:
        text = f"""
            generate "big" {{
              path      = "big.tf"
              if_exists = "overwrite"
              contents  = join("", [for i in range(1000) : join("", [for j in range({MAX_TEXT // 10_000}) : "# 0123456789\\n"])])
            }}
        """
        result = unit(tmp_path, text)
        assert given(result) == "default"
        assert any("characters" in problem.why for problem in result.problems)

    def test_a_generated_file_stays_beside_the_module(self, tmp_path: Path) -> None:
        text = (
            'generate "x" {\n  path = "../../x.tf"\n  contents = "output \\"x\\" { value = 1 }"\n}'
        )
        assert unit(tmp_path, text).outputs[""]["x"] == 1
        assert not list(tmp_path.parent.glob("x.tf"))
