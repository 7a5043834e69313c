"""Plans and states: what is known, what is not yet, what is secret, and what lies over what."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analyzer.inputs import find
from analyzer.pipeline import analyze
from analyzer.readers.overlay import overlay
from analyzer.readers.plan import PlanResult, read_plan
from analyzer.settings import Settings
from graph.problems import ProblemKind
from graph.values import Unknown, Why
from tests.analyzer.terraform.oracle import ours, write
from tests.conftest import DAY

CANARY = "canary-7f3a9"


def row(address: str, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    type_, name = address.split("[", maxsplit=1)[0].split(".")[-2:]
    return {
        "address": address,
        "mode": "managed",
        "type": type_,
        "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "values": values,
        **more,
    }


def change(address: str, *actions: str, **more: Any) -> dict[str, Any]:
    return {"address": address, "change": {"actions": list(actions), **more}}


PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.9.0",
    "planned_values": {
        "root_module": {
            "resources": [
                row("aws_s3_bucket.b", {"bucket": "data", "tags": {"a": "1"}}),
                row(
                    "aws_db_instance.d",
                    {
                        "identifier": "main",
                        "password": CANARY,
                        "username": "admin",
                        "region": "eu-west-1",
                        "user_data": f"export DB_PASSWORD={CANARY}\nrun\n",
                        "container": json.dumps([{"name": "API_TOKEN", "value": CANARY}]),
                        "url": f"postgres://u:{CANARY}@host/db",
                        "custom": CANARY,
                        "port": 5432,
                    },
                    sensitive_values={"custom": True},
                ),
            ],
            "child_modules": [
                {
                    "address": 'module.m["x"]',
                    "resources": [row('module.m["x"].aws_thing.t[0]', {"list": [{"id": "a"}]})],
                }
            ],
        }
    },
    "resource_changes": [
        change("aws_s3_bucket.b", "update", before={"bucket": "old"}, after={"bucket": "data"}),
        change(
            "aws_db_instance.d",
            "delete",
            "create",
            before={"password": CANARY, "custom": CANARY},
            after={"identifier": "main"},
            before_sensitive={"custom": True},
            after_unknown={"arn": True, "endpoint": True},
        ),
        change(
            'module.m["x"].aws_thing.t[0]',
            "create",
            after={"list": [{"id": "a"}]},
            after_unknown={"list": [{"arn": True}], "id": True},
        ),
        change("aws_thing.same", "no-op"),
        {**change("aws_s3_bucket.b", "delete"), "deposed": "abc123"},
        {**change("aws_thing.new", "update"), "previous_address": "aws_thing.old"},
    ],
    "prior_state": {
        "values": {
            "root_module": {
                "resources": [
                    row("data.aws_caller_identity.me", {"account_id": "123456789012"}, mode="data"),
                    row("aws_thing.gone", {}),
                ]
            }
        }
    },
    "configuration": {
        "provider_config": {
            "aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-west-1"}}}
        }
    },
}


def read(document: Any) -> PlanResult:
    return read_plan(json.dumps(document, indent=2), "plan.json")


def test_a_plan_gives_resources_with_places_and_unknowns() -> None:
    result = read(PLAN)
    assert result.problems == ()
    found = {item.address: item for item in result.resources}
    assert set(found) == {
        "aws_s3_bucket.b",
        "aws_db_instance.d",
        'module.m["x"].aws_thing.t[0]',
        "data.aws_caller_identity.me",
    }
    bucket = found["aws_s3_bucket.b"]
    assert bucket.attributes == {"bucket": "data", "tags": {"a": "1"}}
    assert (bucket.type, bucket.name, bucket.provider.region) == ("aws_s3_bucket", "b", "eu-west-1")
    lines = json.dumps(PLAN, indent=2).split("\n")
    assert '"aws_s3_bucket.b"' in lines[bucket.location.line - 1]
    inner = found['module.m["x"].aws_thing.t[0]']
    assert inner.module == 'module.m["x"]'
    assert inner.attributes["list"][0]["id"] == "a"  # type: ignore[index, call-overload]
    hole = inner.attributes["list"][0]["arn"]  # type: ignore[index, call-overload]
    assert isinstance(hole, Unknown)
    assert (hole.why, hole.symbol) == (
        Why.COMPUTED,
        'module.m["x"].aws_thing.t[0].list[0].arn',
    )
    arn = found["aws_db_instance.d"].attributes["arn"]
    assert isinstance(arn, Unknown)
    assert arn.symbol == "aws_db_instance.d.arn"


def test_changes_are_kept_with_what_they_do() -> None:
    found = [(item.address, item.actions) for item in read(PLAN).changes]
    assert found == [
        ("aws_s3_bucket.b", ("update",)),
        ("aws_db_instance.d", ("delete", "create")),
        ('module.m["x"].aws_thing.t[0]', ("create",)),
        ("aws_s3_bucket.b", ("delete",)),
        ("aws_thing.new", ("update",)),
    ]
    assert read(PLAN).changes[-1].previous_address == "aws_thing.old"
    assert read(PLAN).changes[0].before == {"bucket": "old"}


def test_no_secret_of_a_plan_is_kept() -> None:
    result = read(PLAN)
    assert CANARY not in repr(result)
    values = {item.address: item for item in result.resources}["aws_db_instance.d"].attributes
    for name in ("password", "custom"):
        assert isinstance(values[name], Unknown)
        assert values[name].why is Why.SENSITIVE  # type: ignore[union-attr]
    assert (values["username"], values["port"]) == ("admin", 5432)


STATE = {
    "format_version": "1.0",
    "values": {
        "root_module": {
            "resources": [
                row(
                    "aws_db_instance.d",
                    {"arn": "arn:aws:rds:eu-west-3:123456789012:db:main", "password": CANARY},
                ),
                row("aws_db_instance.d", {}, deposed_key="0011"),
            ]
        }
    },
}
RAW = {
    "version": 4,
    "lineage": "x",
    "serial": 3,
    "resources": [
        {
            "module": "module.m",
            "mode": "managed",
            "type": "aws_thing",
            "name": "t",
            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
            "instances": [
                {"index_key": "a.b", "attributes": {"id": "i-1", "secret_string": CANARY}},
                {"index_key": 1, "attributes": {"x": CANARY, "y": 1}, "sensitive_attributes": [[{"type": "get_attr", "value": "x"}]]},
                {"deposed": "00", "attributes": {"id": "old"}},
            ],
        },
        {"mode": "data", "type": "aws_region", "name": "r", "provider": "provider.aws", "instances": [{"attributes": {"name": "eu-west-1"}}]},
    ],
}  # fmt: skip


def test_a_state_says_account_and_region_by_its_arns() -> None:
    (found,) = read(STATE).resources
    assert (found.provider.name, found.provider.account, found.provider.region) == (
        "aws",
        "123456789012",
        "eu-west-3",
    )
    assert CANARY not in repr(read(STATE))


def test_a_raw_state_is_read_too() -> None:
    result = read(RAW)
    found = {item.address: item.attributes for item in result.resources}
    assert set(found) == {
        'module.m.aws_thing.t["a.b"]',
        "module.m.aws_thing.t[1]",
        "data.aws_region.r",
    }
    assert found['module.m.aws_thing.t["a.b"]']["id"] == "i-1"
    assert found["module.m.aws_thing.t[1]"]["y"] == 1
    assert CANARY not in repr(result)
    assert {item.provider.name for item in result.resources} == {"aws"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("PK\x03\x04", "not JSON"),
        ('{"planned_values"', "not JSON"),
        ("[1]", "not an object"),
        ('{"a": 1}', "neither a plan nor a state"),
        ('{"format_version": "2.0", "planned_values": {}}', "format_version is 2.0"),
        ("[" * 100_000, "not JSON"),
        ('{"planned_values":{"root_module":{"resources":[{"address":"a.b","values":' + '{"a":' * 900 + "1" + "}" * 900 + "}]}}}", "nested too deep"),
    ],
)  # fmt: skip
def test_what_is_no_plan_is_a_problem_with_a_next_step(text: str, why: str) -> None:
    result = read_plan(text, "p.json")
    (problem,) = result.problems
    assert problem.kind is ProblemKind.INVALID
    assert why in problem.why
    assert "p.json" in problem.what
    assert "terraform" in problem.why.lower()
    assert result.resources == ()


@pytest.mark.parametrize(
    "document",
    [
        {"planned_values": {"root_module": {"resources": 5, "child_modules": "x"}}, "resource_changes": {"a": 1}},
        {"planned_values": {"root_module": {"resources": [1, None, {"address": 5}, {"address": "a.b", "values": []}]}}},
        {"planned_values": {"root_module": []}, "resource_changes": [{"address": "a.b", "change": {"actions": 5, "before": 1, "after": [1]}}]},
        {"values": {"root_module": {"child_modules": [{"resources": None}]}}},
        {"lineage": "x", "resources": [{"instances": 4}, {"instances": [1, {"attributes": 3, "sensitive_attributes": 7}]}]},
        {"format_version": "1.0"},
    ],
)  # fmt: skip
def test_odd_shapes_are_no_crash(document: dict[str, Any]) -> None:
    assert read(document).problems == ()


def test_a_binary_plan_is_a_problem_with_a_next_step(tmp_path: Path) -> None:
    plan = tmp_path / "tfplan"
    plan.write_bytes(b"PK\x03\x04\x00\x00\x08\x00")
    found = find(Settings((tmp_path,), plans=(plan,)))
    (problem,) = (item for item in found.problems if "tfplan" in item.what)
    assert "terraform show -json" in problem.why


WRITTEN = """
variable "name" {}
resource "aws_thing" "t" {
  name   = "db-${var.name}"
  policy = jsonencode({ Resource = aws_thing.u.arn })
  region = "eu-west-1"
}
resource "aws_thing" "u" {}
resource "aws_thing" "other_workspace" {}
data "aws_x" "d" {}
"""


def test_what_a_plan_knows_wins_and_code_fills_the_rest(tmp_path: Path) -> None:
    written = ours(write(tmp_path, {"main.tf": WRITTEN})).resources
    document = {
        "planned_values": {
            "root_module": {
                "resources": [
                    row("aws_thing.t", {"name": "db-prod", "size": 3}),
                    row("aws_thing.u", {}),
                    row("module.gone.aws_thing.v", {"x": 1}),
                ]
            }
        },
        "resource_changes": [
            change("aws_thing.t", "create", after_unknown={"policy": True, "id": True})
        ],
    }
    laid = {item.address: item for item in overlay(written, [read(document)])}
    assert set(laid) == {"aws_thing.t", "aws_thing.u", "module.gone.aws_thing.v", "data.aws_x.d"}
    found = laid["aws_thing.t"]
    assert (found.attributes["name"], found.attributes["size"]) == ("db-prod", 3)
    assert (
        found.attributes["policy"]
        == {item.address: item for item in written}["aws_thing.t"].attributes["policy"]
    )
    assert isinstance(found.attributes["id"], Unknown)
    assert (found.location.path, found.location.line) == ("main.tf", 3)
    assert found.references == ("aws_thing.u",)
    assert laid["module.gone.aws_thing.v"].location.path == "plan.json"


def test_a_plan_belongs_to_the_stack_that_shares_most_addresses(tmp_path: Path) -> None:
    files = {
        "a/main.tf": 'resource "aws_thing" "x" { n = var.n }\nvariable "n" {}\n',
        "b/main.tf": 'resource "aws_thing" "x" {}\nresource "aws_thing" "y" { n = var.n }\nvariable "n" {}\n',
    }
    written = ours(write(tmp_path, files)).resources
    rows = [row("aws_thing.x", {"n": 1}), row("aws_thing.y", {"n": 2})]
    plan = read({"planned_values": {"root_module": {"resources": rows}}})
    laid = {item.address: item.attributes for item in overlay(written, [plan])}
    assert laid["b:aws_thing.y"]["n"] == 2
    assert isinstance(laid["a:aws_thing.x"]["n"], Unknown)
    assert overlay(written, []) == tuple(written)


def test_an_identity_that_follows_from_the_plan_is_no_hole(tmp_path: Path) -> None:
    main = """
        provider "aws" { allowed_account_ids = ["123456789012"] }
        resource "aws_iam_role" "r" { name = var.name }
        variable "name" {}
    """
    written = ours(write(tmp_path, {"main.tf": main})).resources
    rows = [row("aws_iam_role.r", {"name": "ci"})]
    unknown = change("aws_iam_role.r", "create", after_unknown={"arn": True, "unique_id": True})
    plan = read(
        {"planned_values": {"root_module": {"resources": rows}}, "resource_changes": [unknown]}
    )
    (found,) = overlay(written, [plan])
    assert found.attributes["arn"] == "arn:aws:iam::123456789012:role/ci"
    assert isinstance(found.attributes["unique_id"], Unknown)


IAM = """
provider "aws" { region = "eu-west-1" }
resource "aws_iam_user" "ci" { name = "ci" }
resource "aws_iam_role" "ops" { name = "ops" }
resource "aws_iam_user_policy" "p" {
  user   = aws_iam_user.ci.name
  policy = jsonencode({ Resource = aws_iam_role.ops.arn, Action = "new:Power" })
}
resource "aws_s3_bucket" "b" { bucket = "data" }
"""
USER = {"name": "ci", "arn": "arn:aws:iam::111122223333:user/ci"}
OLD = {"user": "ci", "policy": '{"Action": "old:Power"}'}


def state(*rows: dict[str, Any]) -> PlanResult:
    return read({"values": {"root_module": {"resources": rows}}})


def test_a_state_hides_nothing_that_the_code_says(tmp_path: Path) -> None:
    written = ours(write(tmp_path, {"main.tf": IAM})).resources
    old = state(
        row("aws_iam_user.ci", USER),
        row("aws_iam_user_policy.p", OLD),
        row("aws_iam_user.gone", {}),
    )
    laid = {item.address: item for item in overlay(written, [old])}
    assert laid.keys() == {item.address for item in written} | {"aws_iam_user.gone"}
    assert "new:Power" in str(laid["aws_iam_user_policy.p"].attributes["policy"])
    assert laid["aws_iam_user.ci"].attributes["arn"] == USER["arn"]


def test_a_plan_wins_over_a_state_whatever_the_order(tmp_path: Path) -> None:
    bucket = {"bucket": "data", "force_destroy": False}
    paths = []
    for name, document in {
        "state.json": {"values": {"root_module": {"resources": [row("aws_s3_bucket.b", bucket)]}}},
        "plan.json": {
            "planned_values": {
                "root_module": {
                    "resources": [row("aws_s3_bucket.b", {**bucket, "force_destroy": True})]
                }
            }
        },
    }.items():
        paths.append(tmp_path / name)
        paths[-1].write_text(json.dumps(document))
    found = find(Settings((tmp_path,), plans=(paths[1],), states=(paths[0],)))
    (item,) = found.resources
    assert item.attributes["force_destroy"] is True


@pytest.mark.parametrize("planned", [True, False])
def test_one_arn_tells_the_account_of_all_of_its_provider(tmp_path: Path, planned: bool) -> None:
    written = ours(write(tmp_path, {"main.tf": IAM})).resources
    rows = [row(item.address, {}) for item in written if item.type != "aws_iam_user"]
    found = state(row("aws_iam_user.ci", USER), *rows)
    laid = overlay(written, [replace(found, planned=planned)])
    assert {item.provider.account for item in laid} == {"111122223333"}
    policy = {item.address: item for item in laid}["aws_iam_user_policy.p"].attributes["policy"]
    assert "arn:aws:iam::111122223333:role/ops" in str(policy)


def test_arns_that_disagree_tell_no_account(tmp_path: Path) -> None:
    written = ours(write(tmp_path, {"main.tf": IAM})).resources
    role = {"name": "ops", "arn": "arn:aws:iam::999999999999:role/ops"}
    found = state(row("aws_iam_user.ci", USER), row("aws_iam_role.ops", role))
    laid = {item.address: item for item in overlay(written, [found])}
    assert isinstance(laid["aws_s3_bucket.b"].provider.account, Unknown)


def test_a_plan_that_creates_things_is_incomplete_without_its_code(tmp_path: Path) -> None:
    """Which policy belongs to which role is known after apply: only the code tells."""
    planned = {
        "address": "aws_iam_role_policy_attachment.a",
        "mode": "managed",
        "type": "aws_iam_role_policy_attachment",
        "name": "a",
        "values": {"role": "ci"},
    }
    change = {
        "address": planned["address"],
        "change": {"actions": ["create"], "after_unknown": {"policy_arn": True}},
    }
    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [planned]}},
        "resource_changes": [change],
    }
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    code = tmp_path / "code"
    code.mkdir()
    for text, whole in (("", False), ('resource "aws_iam_role" "r" { name = "ci" }\n', True)):
        (code / "main.tf").write_text(text)
        report = analyze(Settings((code,), plans=(file,), today=DAY))
        assert report.incomplete is not whole
        assert any("without its configuration" in p.what for p in report.problems) is not whole
