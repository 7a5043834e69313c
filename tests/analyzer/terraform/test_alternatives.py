"""Where a condition is not known, what depends on it is one of several: in lists, loops, counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.readers.terraform import TerraformResult
from graph.resource import Presence
from graph.values import OneOf, Unknown, Value, Why
from tests.analyzer.terraform.oracle import ours, write


def read(folder: Path, main: str) -> TerraformResult:
    return ours(write(folder, {"main.tf": 'variable "on" {}\nvariable "also" {}\n' + main}))


def value(folder: Path, expression: str) -> Value:
    found = read(folder, f'output "o" {{ value = {expression} }}')
    return found.outputs[""]["o"]


def presences(result: TerraformResult) -> dict[str, Presence]:
    return {item.address: item.presence for item in result.resources}


@pytest.mark.parametrize(
    ("expression", "options"),
    [
        ('flatten([var.on ? ["a"] : [], ["b"]])', {("a", "b"), ("b",)}),
        ('flatten([var.on ? ["a"] : [], var.also ? [["b"]] : []])', {("a", "b"), ("a",), ("b",), ()}),
        ('[for x in ["a", "b"] : x if x == "b" || var.on]', {("a", "b"), ("b",)}),
        ('[for x in (var.on ? ["a"] : ["b", "c"]) : "${x}!"]', {("a!",), ("b!", "c!")}),
        ("(var.on ? [{ n = 1 }] : [])[*].n", {(1,), ()}),
        ('"%{for x in (var.on ? ["a"] : ["b"])}${x}%{endfor}"', {"a", "b"}),
        ('length(var.on ? ["a"] : ["b", "c"])', {1, 2}),
    ],
)  # fmt: skip
def test_alternatives_stay_alternatives(
    tmp_path: Path, expression: str, options: set[Value]
) -> None:
    found = value(tmp_path, expression)
    assert isinstance(found, OneOf)
    assert set(found.options) == options


def test_a_map_with_an_unknown_filter_keeps_what_is_certain(tmp_path: Path) -> None:
    found = value(tmp_path, '{ for k in ["a", "b"] : k => upper(k) if k == "a" || var.on }')
    assert isinstance(found, OneOf)
    assert list(found.options) == [{"a": "A", "b": "B"}, {"a": "A"}]
    grouped = value(tmp_path, '{ for k in ["a", "b"] : "x" => k... if k == "a" || var.on }')
    assert isinstance(grouped, OneOf)
    assert list(grouped.options) == [{"x": ("a", "b")}, {"x": ("a",)}]


def test_too_many_alternatives_are_an_unknown_with_its_cause(tmp_path: Path) -> None:
    found = value(tmp_path, "length([for x in range(9) : x if var.on])")
    assert isinstance(found, Unknown)
    assert (found.why, found.detail) == (Why.VARIABLE, "var.on")


def test_flatten_counts_no_list_as_an_element(tmp_path: Path) -> None:
    assert value(tmp_path, 'contains(flatten([var.on ? ["a"] : [], "b"]), "a")') not in (
        True,
        False,
    )


def test_what_may_be_anything_is_one_alternative(tmp_path: Path) -> None:
    found = value(tmp_path, "var.on ? tostring(timestamp()) : uuid()")
    assert isinstance(found, Unknown)


def test_an_unknown_condition_of_count_gives_an_instance_that_may_not_be_there(
    tmp_path: Path,
) -> None:
    result = read(
        tmp_path,
        """
        resource "aws_s3_bucket" "b" {
          count  = var.on ? 1 : 0
          bucket = "name"
        }
        output "index" { value = aws_s3_bucket.b[0].bucket }
        output "joined" { value = join("", aws_s3_bucket.b[*].bucket) }
        output "tried" { value = try(aws_s3_bucket.b[0].bucket, "none") }
        output "can" { value = can(aws_s3_bucket.b[0].bucket) }
        """,
    )
    assert presences(result) == {"aws_s3_bucket.b[0]": Presence.SYMBOLIC}
    found = result.outputs[""]
    assert found["index"] == "name"
    assert isinstance(found["joined"], OneOf)
    assert set(found["joined"].options) == {"", "name"}
    assert isinstance(found["tried"], OneOf)
    assert set(found["tried"].options) == {"name", "none"}
    assert isinstance(found["can"], Unknown)


def test_only_the_instances_that_every_count_makes_are_certain(tmp_path: Path) -> None:
    result = read(tmp_path, 'resource "aws_eip" "e" { count = var.on ? 3 : 2 }')
    assert [item.presence for item in result.resources] == [
        Presence.CERTAIN, Presence.CERTAIN, Presence.SYMBOLIC,
    ]  # fmt: skip


def test_for_each_over_alternatives_has_each_key_with_each_value(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        """
        resource "aws_s3_bucket" "b" {
          for_each = var.on ? { a = "x", b = "y" } : { a = "z" }
          bucket   = each.value
        }
        output "all" { value = [for k, v in aws_s3_bucket.b : k] }
        """,
    )
    assert presences(result) == {
        'aws_s3_bucket.b["a"]': Presence.CERTAIN,
        'aws_s3_bucket.b["b"]': Presence.SYMBOLIC,
    }
    first, second = (item.attributes["bucket"] for item in result.resources)
    assert isinstance(first, OneOf)
    assert set(first.options) == {"x", "z"}
    assert second == "y"
    keys = result.outputs[""]["all"]
    assert isinstance(keys, OneOf)
    assert set(keys.options) == {("a", "b"), ("a",)}


def test_an_unknown_collection_is_one_symbolic_instance(tmp_path: Path) -> None:
    result = read(tmp_path, 'resource "aws_eip" "e" { for_each = var.on ? toset(var.also) : [] }')
    assert presences(result) == {"aws_eip.e[?]": Presence.SYMBOLIC}


def test_an_empty_tuple_makes_no_instance(tmp_path: Path) -> None:
    result = read(tmp_path, 'resource "aws_eip" "e" { for_each = false ? toset(var.on) : [] }')
    assert presences(result) == {}


def test_a_part_of_what_has_no_identity_is_named_by_its_cause(tmp_path: Path) -> None:
    found = value(tmp_path, "merge(var.on, {}).principals[0].type")
    assert isinstance(found, Unknown)
    assert (found.detail, found.symbol) == ("var.on", None)
