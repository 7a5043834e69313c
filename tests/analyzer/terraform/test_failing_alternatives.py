"""A value that may be one of several is never taken for one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.values import OneOf, Unknown, Value
from tests.analyzer.terraform.oracle import ours, write

UNKNOWN = 'variable "flag" { type = bool }\nvariable "any" {}\n'


def evaluated(folder: Path, expression: str) -> Value:
    text = f'{UNKNOWN}resource "aws_x" "r" {{}}\noutput "o" {{\n  value = {expression}\n}}\n'
    return ours(write(folder, {"main.tf": text})).outputs[""]["o"]


@pytest.mark.parametrize(
    ("expression", "options"),
    [
        ('flatten([var.flag ? ["x"] : [], ["y"]])', {("x", "y"), ("y",)}),
        ("length(flatten([var.flag ? [1] : [], [var.flag ? [2, 3] : []]]))", {0, 1, 2, 3}),
        ('contains(flatten([var.flag ? ["x"] : []]), "x")', {True, False}),
        ("try((var.flag ? { a = 1 } : {}).a, 7)", {1, 7}),
        ('try({ a = 1 }[var.flag ? "a" : "b"], 7)', {1, 7}),
        ('try(tonumber(var.flag ? "x" : "3"), 7)', {3, 7}),
        ('try(1 + (var.flag ? "x" : "3"), 7)', {4, 7}),
        ('{ a = 1, b = 2, c = 3 }[var.flag ? "a" : "b"]', {1, 2}),
        ('tonumber(var.flag ? "x" : "3")', {3}),
        (
            '[for k in ["x", "y"] : k if contains(flatten([var.flag ? ["x"] : []]), k)]',
            {("x",), ()},
        ),
    ],
)
def test_every_choice_is_an_option(tmp_path: Path, expression: str, options: set[object]) -> None:
    found = evaluated(tmp_path, expression)
    assert set(found.options if isinstance(found, OneOf) else (found,)) == options


@pytest.mark.parametrize(
    "expression",
    [
        'can(regex(var.flag ? "(" : "a", "a"))',
        "can({ a = 1 }[var.any])",
        "length(flatten([var.any]))",
        "length(flatten([var.any, [1]]))",
    ],
)
def test_what_the_choice_decides_is_not_known(tmp_path: Path, expression: str) -> None:
    assert isinstance(evaluated(tmp_path, expression), Unknown)


def test_too_many_choices_are_not_known(tmp_path: Path) -> None:
    many = ", ".join(f"var.flag ? [{number}] : []" for number in range(30))
    assert isinstance(evaluated(tmp_path, f"length(flatten([{many}]))"), Unknown)


def test_an_attribute_of_a_resource_is_taken_as_one_element(tmp_path: Path) -> None:
    assert evaluated(tmp_path, 'length(flatten([aws_x.r.arn, ["a", "b"]]))') == 3


def test_types_in_quotes_are_those_of_terraform_before_0_12(tmp_path: Path) -> None:
    text = """
        variable "s" {
          type    = "string"
          default = 1
        }
        variable "l" {
          type    = "list"
          default = ["a", 2]
        }
        variable "m" {
          type    = "map"
          default = { a = { b = "c" } }
        }
        output "o" { value = [var.s, var.l, var.m] }
    """
    result = ours(write(tmp_path, {"main.tf": text}))
    assert result.problems == ()
    assert result.outputs[""]["o"] == ("1", ("a", "2"), {"a": {"b": "c"}})
