"""A plan without its code: what it leaves open becomes the reference that its configuration names.

The shapes are those of `terraform show -json` (format 1.2); the cases without a provider are made
by Terraform itself, where it is installed as a library.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from analyzer.pipeline import analyze
from analyzer.readers.plan import read_plan
from analyzer.settings import Settings
from graph.model import Verb
from graph.problems import ProblemKind
from graph.resource import Resource
from graph.values import Json, Text, Truth, Unknown, Value
from tests.analyzer.terraform.oracle import planned, write
from tests.conftest import DAY

AWS = "registry.terraform.io/hashicorp/aws"


def refs(*names: str) -> dict[str, Any]:
    """References as a plan lists them: each whole, then its beginnings."""
    found = []
    for name in names:
        steps = name.split(".")
        least = 3 if steps[0] == "data" else 2
        found += [".".join(steps[:n]) for n in range(len(steps), min(least, len(steps)) - 1, -1)]
    return {"references": found}


def const(value: Any) -> dict[str, Any]:
    return {"constant_value": value}


def block(address: str, expressions: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    mode = "data" if address.startswith("data.") else "managed"
    type_, name = address.split(".")[-2:]
    key = {"provider_config_key": "aws"}
    return {
        "address": address,
        "mode": mode,
        "type": type_,
        "name": name,
        **key,
        "expressions": dict(expressions),
        **more,
    }


def instance(address: str, values: Mapping[str, Any], unknown: Any = None) -> dict[str, Any]:
    """One change; the plan's rows are made of it."""
    module, _, local = (
        address.rpartition("module.")[2].partition(".")
        if "module." in address
        else ("", "", address)
    )
    plain = local.split("[")[0]
    mode = "data" if plain.startswith("data.") else "managed"
    type_, name = plain.split(".")[-2:]
    where = address[: -len(local) - 1] if module else ""
    row = {"address": address, "mode": mode, "type": type_, "name": name, "provider_name": AWS}
    if where:
        row["module_address"] = where
    actions = ["read"] if mode == "data" else ["create"]
    return {
        **row,
        "change": {
            "actions": actions,
            "before": None,
            "after": dict(values),
            "after_unknown": unknown or {},
        },
    }


def document(changes: list[dict[str, Any]], root: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    modules: dict[str, list[Any]] = {}
    for item in changes:
        row = {key: value for key, value in item.items() if key not in {"change", "module_address"}}
        if item["mode"] == "managed":
            modules.setdefault(item.get("module_address", ""), []).append(
                {**row, "values": item["change"]["after"]}
            )
    children = [{"address": path, "resources": rows} for path, rows in modules.items() if path]
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": modules.get("", []), "child_modules": children}},
        "resource_changes": changes,
        "configuration": {
            "provider_config": {
                "aws": {"name": "aws", "full_name": AWS, "expressions": {"region": refs("var.region"), "allowed_account_ids": const(["111111111111"])}},
                "aws.west": {"name": "aws", "alias": "west", "expressions": {"region": const("us-west-2"), "assume_role": [{"role_arn": const("arn:aws:iam::222222222222:role/x")}]}},
            },
            "root_module": dict(root),
        },
        "variables": {"region": {"value": "eu-west-1"}},
        **more,
    }  # fmt: skip


def read(found: Mapping[str, Any]) -> dict[str, Resource]:
    result = read_plan(json.dumps(found, indent=2), "plan.json")
    assert result.problems == ()
    return {item.address: item for item in result.resources}


def symbol(value: Value) -> str | None:
    assert isinstance(value, Unknown)
    return value.symbol


ROLE = instance("aws_iam_role.r", {"name": "ci", "path": "/"}, {"arn": True, "id": True})
BUCKET = instance("aws_s3_bucket.b", {"bucket": "data"}, {"arn": True, "id": True})
KEY = instance("aws_kms_key.k", {}, {"arn": True, "key_id": True, "id": True})
BLOCKS = [block("aws_iam_role.r", {"name": const("ci")}), block("aws_s3_bucket.b", {"bucket": const("data")}), block("aws_kms_key.k", {})]  # fmt: skip


def test_an_open_value_is_the_identity_that_it_refers_to() -> None:
    attached = instance(
        "aws_lambda_function.f", {"function_name": "f"}, {"role": True, "kms_key_arn": True}
    )
    code = block(
        "aws_lambda_function.f",
        {"role": refs("aws_iam_role.r.arn"), "kms_key_arn": refs("aws_kms_key.k.arn")},
    )
    found = read(document([ROLE, KEY, attached], {"resources": [*BLOCKS, code]}))[
        "aws_lambda_function.f"
    ]
    assert found.attributes["role"] == "arn:aws:iam::111111111111:role/ci"
    key = found.attributes["kms_key_arn"]
    assert isinstance(key, Text)
    assert symbol(key.parts[1]) == "aws_kms_key.k.key_id"
    assert found.references == ("aws_iam_role.r", "aws_kms_key.k")


def test_nested_blocks_lists_and_maps_are_filled_too() -> None:
    rule = {"apply": [{"algorithm": "aws:kms"}]}
    unknown = {
        "rule": [{"apply": [{"kms_master_key_id": True}]}],
        "ids": [False, True, True],
        "names": {"a": True},
    }
    item = instance("aws_thing.t", {"rule": [rule], "ids": ["x"], "names": {}}, unknown)
    code = block("aws_thing.t", {
        "rule": [{"apply": [{"algorithm": const("aws:kms"), "kms_master_key_id": refs("aws_kms_key.k.id")}]}],
        "ids": refs("aws_s3_bucket.b.id", "aws_kms_key.k.id"),
        "names": refs("aws_s3_bucket.b.bucket"),
    })  # fmt: skip
    item["change"]["after"]["ids"] = ["x", None, None]
    found = read(document([BUCKET, KEY, item], {"resources": [*BLOCKS, code]}))["aws_thing.t"]
    assert symbol(found.get("rule.apply.kms_master_key_id")) == "aws_kms_key.k.key_id"
    ids = found.attributes["ids"]
    assert isinstance(ids, tuple)
    assert ids[:2] == ("x", "data")
    assert symbol(ids[2]) == "aws_kms_key.k.key_id"
    assert found.attributes["names"] == {"a": "data"}


def test_of_several_references_nobody_knows_which() -> None:
    item = instance("aws_thing.t", {}, {"key": True, "ids": [True]})
    both = refs("aws_kms_key.k.arn", "aws_s3_bucket.b.arn")
    code = block("aws_thing.t", {"key": both, "ids": both})
    found = read(document([KEY, BUCKET, item], {"resources": [*BLOCKS, code]}))["aws_thing.t"]
    for value in (found.attributes["key"], found.attributes["ids"][0]):  # type: ignore[index]
        assert isinstance(value, Unknown)
        assert value.references == ("aws_kms_key.k", "aws_s3_bucket.b")
        assert symbol(value).startswith("aws_thing.t.")  # type: ignore[union-attr]


def test_a_name_made_of_another_things_name_stays_its_own() -> None:
    """Two databases called `${random_id.x.hex}-a` and `-b` are not one."""
    made = instance("random_id.x", {}, {"hex": True})
    two = [instance(f"aws_db_instance.{n}", {}, {"identifier": True}) for n in "ab"]
    code = [block(f"aws_db_instance.{n}", {"identifier": refs("random_id.x.hex")}) for n in "ab"]
    found = read(document([made, *two], {"resources": [block("random_id.x", {}), *code]}))
    assert {symbol(found[f"aws_db_instance.{n}"].attributes["identifier"]) for n in "ab"} == {
        "aws_db_instance.a.identifier",
        "aws_db_instance.b.identifier",
    }


MODULE = {
    "module_calls": {
        "m": {
            "expressions": {"role": refs("aws_iam_role.r.arn"), "conf": refs("aws_kms_key.k.arn", "each.key")},
            "for_each_expression": refs("var.names"),
            "module": {
                "outputs": {"arn": {"expression": refs("aws_s3_bucket.inner.arn")}},
                "resources": [
                    block("aws_s3_bucket.inner", {"bucket": refs("var.name")}),
                    block("aws_thing.t", {"role": refs("var.role"), "key": refs("var.conf.key")}),
                ],
            },
        }
    }
}  # fmt: skip


def test_references_lead_through_inputs_and_outputs_of_modules() -> None:
    inner = [
        item
        for key in "ab"
        for item in (
            instance(
                f'module.m["{key}"].aws_s3_bucket.inner', {"bucket": f"b-{key}"}, {"arn": True}
            ),
            instance(f'module.m["{key}"].aws_thing.t', {}, {"role": True, "key": True}),
        )
    ]
    outer = [instance(f'aws_thing.o["{key}"]', {}, {"bucket": True}) for key in "ab"]
    plain = instance("aws_thing.all", {}, {"buckets": True, "one": True})
    code = [
        block("aws_thing.o", {"bucket": {"references": ["module.m", "each.key"]}}),
        block("aws_thing.all", {"buckets": {"references": ["module.m"]}, "one": {"references": ['module.m["b"].arn', 'module.m["b"]', "module.m"]}}),
    ]  # fmt: skip
    root = {"resources": [*BLOCKS, *code], **MODULE}
    found = read(document([ROLE, KEY, *inner, *outer, plain], root))
    assert (
        found['module.m["a"].aws_thing.t'].attributes["role"] == "arn:aws:iam::111111111111:role/ci"
    )
    assert isinstance(found['module.m["a"].aws_thing.t'].attributes["key"], Text)
    assert found['aws_thing.o["a"]'].attributes["bucket"] == "arn:aws:s3:::b-a"
    assert found["aws_thing.all"].attributes["one"] == "arn:aws:s3:::b-b"
    several = found["aws_thing.all"].attributes["buckets"]
    assert isinstance(several, Unknown)
    assert len(several.references) == 2


POLICY = block("data.aws_iam_policy_document.d", {
    "statement": [{"actions": const(["s3:DeleteObject"]), "resources": refs("aws_s3_bucket.b.arn", "aws_s3_bucket.b.arn")}],
})  # fmt: skip


def policy() -> list[dict[str, Any]]:
    statement = {
        "sid": None,
        "effect": None,
        "actions": ["s3:DeleteObject"],
        "resources": [None, None],
        "condition": [],
    }
    return [
        instance("data.aws_iam_policy_document.d", {"statement": [statement], "version": None}, {"json": True, "statement": [{"resources": [True, True]}]}),
        instance("aws_iam_role_policy.p", {"name": "p"}, {"policy": True, "role": True}),
    ]  # fmt: skip


def test_a_policy_document_that_waits_for_its_resources_is_read() -> None:
    code = [
        POLICY,
        block(
            "aws_iam_role_policy.p",
            {
                "role": refs("aws_iam_role.r.id"),
                "policy": refs("data.aws_iam_policy_document.d.json"),
            },
        ),
    ]
    found = read(document([ROLE, BUCKET, *policy()], {"resources": [*BLOCKS, *code]}))[
        "aws_iam_role_policy.p"
    ]
    assert found.attributes["role"] == "ci"
    held = found.attributes["policy"]
    assert isinstance(held, Json)
    (statement,) = held.document["Statement"]  # type: ignore[index, call-overload]
    assert statement["Action"] == "s3:DeleteObject"
    for resource in statement["Resource"]:  # the plan does not say whether `/*` follows
        assert resource.parts[0] == "arn:aws:s3:::data"
        assert len(resource.parts) == 2


def test_alias_region_and_account_are_those_of_the_configuration() -> None:
    west = {**block("aws_s3_bucket.w", {}), "provider_config_key": "aws.west"}
    found = read(
        document(
            [BUCKET, instance("aws_s3_bucket.w", {"bucket": "w"})], {"resources": [*BLOCKS, west]}
        )
    )
    home, away = found["aws_s3_bucket.b"].provider, found["aws_s3_bucket.w"].provider
    assert (home.alias, home.region, home.account) == ("", "eu-west-1", "111111111111")
    assert (away.alias, away.region, away.account) == ("west", "us-west-2", "222222222222")


def test_what_a_plan_hides_in_local_values_is_a_gap() -> None:
    item = instance("aws_iam_role_policy_attachment.a", {"role": "ci"}, {"policy_arn": True})
    code = block("aws_iam_role_policy_attachment.a", {"policy_arn": refs("local.arn")})
    result = read_plan(
        json.dumps(document([ROLE, item], {"resources": [*BLOCKS, code]})), "plan.json"
    )
    (gap,) = result.alone
    assert gap.kind is ProblemKind.UNRESOLVED
    assert "local values" in gap.why
    assert "aws_iam_role_policy_attachment.a" in gap.effect


def test_such_a_plan_alone_is_a_whole_run_and_tells_who_destroys_what(tmp_path: Path) -> None:
    code = [
        POLICY,
        block(
            "aws_iam_role_policy.p",
            {
                "role": refs("aws_iam_role.r.id"),
                "policy": refs("data.aws_iam_policy_document.d.json"),
            },
        ),
    ]
    file, empty = tmp_path / "plan.json", tmp_path / "empty"
    empty.mkdir()
    file.write_text(
        json.dumps(document([ROLE, BUCKET, *policy()], {"resources": [*BLOCKS, *code]}))
    )
    report = analyze(Settings((empty,), plans=(file,), today=DAY))
    assert not report.incomplete
    powers = report.world.reach.who("aws_s3_bucket.b", Verb.DESTROY)
    assert [(holder, power.truth) for holder, power in powers] == [("aws_iam_role.r", Truth.MAYBE)]


def test_a_file_of_one_line_has_addresses_for_places() -> None:
    found = document([BUCKET], {"resources": BLOCKS})
    (compact,) = read_plan(json.dumps(found), "plan.json").resources
    assert str(compact.location) == "plan.json#aws_s3_bucket.b:1"
    (spread,) = read_plan(json.dumps(found, indent=1), "plan.json").resources
    assert spread.location.path == "plan.json"
    assert spread.location.line > 1


@pytest.mark.parametrize(
    "root",
    [
        {"resources": 5, "module_calls": [1]},
        {"resources": [{"address": "aws_s3_bucket.b", "expressions": []}]},
        {"resources": [{"address": "aws_s3_bucket.b", "expressions": {"arn": {"references": "x"}}}]},
        {"resources": [{"address": "aws_s3_bucket.b", "expressions": {"arn": {"references": ["", "a", "[", "aws_s3_bucket.b.arn", 5]}}}]},
        {"resources": [{"address": "aws_s3_bucket.b", "expressions": {"arn": refs("each.value"), "id": refs("module.x.y")}}], "module_calls": {"x": {"module": {"outputs": {"y": {"expression": refs("module.x.y")}}}}}},
    ],
)  # fmt: skip
def test_odd_configurations_are_no_crash_and_no_loop(root: Any) -> None:
    found = read(document([BUCKET], root))
    assert found["aws_s3_bucket.b"].attributes["bucket"] == "data"


def test_a_module_whose_input_is_its_own_output_ends() -> None:
    call = {
        "m": {
            "expressions": {"a": refs("module.m.a")},
            "module": {
                "outputs": {"a": {"expression": refs("var.a")}},
                "resources": [block("aws_thing.t", {"x": refs("var.a")})],
            },
        }
    }
    found = read(
        document([instance("module.m.aws_thing.t", {}, {"x": True})], {"module_calls": call})
    )
    assert isinstance(found["module.m.aws_thing.t"].attributes["x"], Unknown)


def test_a_chain_of_thousands_ends() -> None:
    numbers = range(3000)
    chain = [instance(f"aws_thing.t{n}", {}, {"x": True}) for n in numbers]
    code = [block(f"aws_thing.t{n}", {"x": refs(f"aws_thing.t{n + 1}.x")}) for n in numbers]
    found = read(document(chain, {"resources": code}))
    assert isinstance(found["aws_thing.t0"].attributes["x"], Unknown)
    assert found["aws_thing.t0"].references == ("aws_thing.t1",)


def test_outputs_that_double_at_every_level_end() -> None:
    call: dict[str, Any] = {}
    for _ in range(35):
        twice = refs("module.m.a", "module.m.a")
        call = {
            "module_calls": {"m": {"module": {"outputs": {"a": {"expression": twice}}, **call}}}
        }
    code = block("aws_thing.t", {"x": refs("module.m.a")})
    found = read(
        document([instance("aws_thing.t", {}, {"x": True})], {"resources": [code], **call})
    )
    assert isinstance(found["aws_thing.t"].attributes["x"], Unknown)


def test_the_references_of_terraforms_own_plans_are_found(tmp_path: Path) -> None:
    """`input` of each is made of the `id` of another, known after apply: which one, Terraform knows
    when it is applied, and the names here say.
    """
    main = """
        variable "names" { default = ["a", "b"] }
        resource "terraform_data" "one" { input = "x" }
        resource "terraform_data" "many" {
          for_each = toset(var.names)
          input    = each.key
        }
        resource "terraform_data" "is_one" { input = terraform_data.one.id }
        resource "terraform_data" "is_many" {
          for_each = toset(var.names)
          input    = terraform_data.many[each.key].id
        }
        resource "terraform_data" "chained" {
          for_each = terraform_data.many
          input    = each.value.id
        }
        resource "terraform_data" "listed" {
          input = [terraform_data.one.id, "${terraform_data.many["b"].id}/*"]
        }
        resource "terraform_data" "output" { input = module.m["b"].out }
        resource "terraform_data" "either" {
          input = terraform_data.one.id == "x" ? terraform_data.one.id : terraform_data.many["a"].id
        }
        module "m" {
          source   = "./m"
          for_each = toset(var.names)
          one      = terraform_data.one.id
          object   = { many = terraform_data.many["a"].id }
        }
    """
    inner = """
        variable "one" {}
        variable "object" {}
        resource "terraform_data" "counted" {
          count = 2
          input = "x"
        }
        resource "terraform_data" "is_counted" {
          count = 2
          input = terraform_data.counted[count.index].id
        }
        resource "terraform_data" "is_one" { input = var.one }
        resource "terraform_data" "is_object" { input = var.object.many }
        output "out" { value = terraform_data.is_one.id }
    """
    plan = planned(write(tmp_path, {"main.tf": main, "m/main.tf": inner}))
    found = read(plan)

    def owner(address: str) -> object:
        value = found[address].attributes["input"]
        values = value if isinstance(value, tuple) else (value,)
        return [item.references for item in values if isinstance(item, Unknown)]

    many = ('terraform_data.many["a"]',), ('terraform_data.many["b"]',)
    one = ("terraform_data.one",)
    assert owner("terraform_data.is_one") == [one]
    for key, expected in zip("ab", many, strict=True):
        assert owner(f'terraform_data.is_many["{key}"]') == [expected]
        assert owner(f'terraform_data.chained["{key}"]') == [expected]
        assert owner(f'module.m["{key}"].terraform_data.is_one') == [one]
        assert owner(f'module.m["{key}"].terraform_data.is_object') == [many[0]]
        counted = f'module.m["{key}"].terraform_data.counted[1]'
        assert owner(f'module.m["{key}"].terraform_data.is_counted[1]') == [(counted,)]
    assert owner("terraform_data.listed") == [one, many[1]]
    assert owner("terraform_data.output") == [('module.m["b"].terraform_data.is_one',)]
    assert owner("terraform_data.either") == [(*one, *many[0])]
