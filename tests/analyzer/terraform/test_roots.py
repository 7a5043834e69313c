"""Which folders are states of their own, and which are made to be called from elsewhere."""

from __future__ import annotations

from pathlib import Path

from analyzer.readers.terraform import TerraformOptions, TerraformResult, read_terraform
from analyzer.sources import Tree

BUCKET = 'resource "aws_s3_bucket" "b" { bucket = "b" }\n'
APPLIED = 'terraform {\n  backend "s3" {}\n}\n'


def read(tmp_path: Path, **files: str) -> TerraformResult:
    for name, text in files.items():
        folder = tmp_path / name.replace("__", "/")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "main.tf").write_text(text)
    return read_terraform(Tree(tmp_path))


def addresses(result: TerraformResult) -> list[str]:
    return [resource.address for resource in result.resources]


def test_a_module_that_only_others_call_is_a_gap_and_no_state(tmp_path: Path) -> None:
    result = read(tmp_path, prod=BUCKET, modules__store=BUCKET)
    assert addresses(result) == ["aws_s3_bucket.b"]
    (problem,) = result.problems
    assert problem.what == "modules that nothing here calls: modules/store"
    assert problem.location is not None
    assert problem.location.path == "modules/store/main.tf"


def test_a_repository_of_modules_is_analysed_module_by_module(tmp_path: Path) -> None:
    result = read(tmp_path, modules__a=BUCKET, modules__b=BUCKET)
    assert addresses(result) == ["modules/a:aws_s3_bucket.b", "modules/b:aws_s3_bucket.b"]
    assert result.problems == ()


def test_what_has_a_backend_or_a_provider_is_applied_wherever_it_lies(tmp_path: Path) -> None:
    with_provider = 'provider "aws" { region = "eu-west-1" }\n' + BUCKET
    result = read(
        tmp_path, prod=BUCKET, modules__state=APPLIED + BUCKET, modules__own=with_provider
    )
    assert len(addresses(result)) == 3
    assert result.problems == ()


def test_variable_files_of_which_nothing_says_what_they_are_for_are_named(tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    (tmp_path / "main.tf").write_text('variable "env" { default = "" }\n')
    for name in ("terraform.tfvars", "a.auto.tfvars", "env/prod.tfvars", "env/terraform.tfvars"):
        (tmp_path / name).write_text('env = "x"\n')
    (gap,) = read(tmp_path).problems
    assert gap.what == "variable files env/terraform.tfvars"
    assert "--var-file env/terraform.tfvars" in gap.effect
    given = TerraformOptions(given=("env/prod.tfvars", "./env/terraform.tfvars"))
    assert read_terraform(Tree(tmp_path), given).problems == ()
