"""Small input that would become huge: each ends soon as a named unknown, and the rest is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.readers.terraform import functions, parse
from analyzer.readers.terraform.types import numbers
from analyzer.readers.terraform.types.partial import MAX_PARTS
from graph.problems import ProblemKind
from graph.values import Unknown, Why, holes
from tests.analyzer.terraform.oracle import ours, write
from tests.analyzer.terraform.test_hostile import output, problem, read, why

STEPS = 60


def doubling(step: str) -> str:
    """Locals each of which holds the one before twice (`@`)."""
    lines = [f"  l{i} = {step.replace('@', f'local.l{i - 1}')}\n" for i in range(1, STEPS + 1)]
    return (
        f'variable "open" {{ type = bool }}\nlocals {{\n  l0 = "0123456789"\n{"".join(lines)}}}\n'
        f'output "o" {{ value = local.l{STEPS} }}\n'
    )


@pytest.mark.parametrize(
    "step",
    [
        'format("%s%s", @, @)',
        'join(",", [@, @])',
        "yamlencode([@, @])",
        "merge({ a = @ }, { b = @ })",
        'replace(@, "0", @)',
        'templatefile("twice.tpl", { x = @ })',
        "<<-E\n    ${@}${@}\n  E",
        "var.open ? [@, 1] : [@, 2]",
        '"${var.open ? @ : "x"}${var.open ? @ : "y"}"',
        "[for x in [1, 2] : @]",
        '{ for x in ["a", "b"] : x => @ }',
        'base64encode("${@}${@}")',
        "[@, @, aws_ebs_volume.good.id]",
        "jsonencode([@, @, aws_ebs_volume.good.id])",
        'aws_ebs_volume.good.id == "x" ? "${@}a" : "${@}b"',
    ],
)
def test_what_doubles_step_by_step_ends(tmp_path: Path, step: str) -> None:
    found = output(read(tmp_path, doubling(step), {"twice.tpl": "${x}${x}"}))
    assert Why.LIMIT in why(found)


def test_documents_in_documents_that_double_end(tmp_path: Path) -> None:
    """Their text grows fourfold a step; what is too long becomes a hole, which goes on doubling."""
    step = "jsonencode({ a = @, b = jsonencode(@), c = aws_ebs_volume.good.id })"
    found = output(read(tmp_path, doubling(step)))
    assert Why.LIMIT in why(found)
    assert sum(1 for _ in holes(found)) < 10_000


def test_a_text_with_holes_that_doubles_ends(tmp_path: Path) -> None:
    step = '"${@}${@}${aws_ebs_volume.good.id}"'
    assert sum(1 for _ in holes(output(read(tmp_path, doubling(step))))) <= MAX_PARTS


def test_policy_documents_that_double_end(tmp_path: Path) -> None:
    data = 'data "aws_iam_policy_document" "d{}" {{\n  {} \n}}\n'
    first = data.format(0, 'statement { actions = ["s3:*"] }')
    both = "source_policy_documents = [data.aws_iam_policy_document.d{0}.json, data.aws_iam_policy_document.d{0}.json]"
    more = "".join(data.format(i, both.format(i - 1)) for i in range(1, STEPS))
    last = f'output "o" {{ value = data.aws_iam_policy_document.d{STEPS - 1}.json }}\n'
    found = output(read(tmp_path, first + more + last))
    assert any("statements" in hole.detail for _, hole in holes(found))


def test_states_that_double_each_others_outputs_end(tmp_path: Path) -> None:
    root = (
        'terraform {{\n  backend "s3" {{\n    bucket = "b"\n    key = "k{0}"\n  }}\n}}\n'
        'data "terraform_remote_state" "o" {{\n  backend = "s3"\n'
        '  config = {{ bucket = "b", key = "k{1}" }}\n}}\noutput "o" {{ value = {2} }}\n'
    )
    other = "data.terraform_remote_state.o.outputs.o"
    files = {
        f"r{i}/main.tf": root.format(i, i + 1, f"[{other}, {other}]" if i < 25 else '"x"')
        for i in range(26)
    }
    result = ours(write(tmp_path, files))
    assert why(result.outputs["r0"]["o"]) == {Why.LIMIT}
    assert result.outputs["r24"]["o"] == ("x", "x")


def test_dynamic_blocks_that_multiply_end(tmp_path: Path) -> None:
    inner = "x = c.value"
    for name in "cba":
        inner = f'dynamic "{name}" {{\n for_each = range(1000)\n content {{\n {inner}\n }}\n}}'
    result = read(tmp_path, f'resource "aws_ebs_volume" "many" {{\n {inner}\n}}\n')
    (many,) = (item for item in result.resources if item.name == "many")
    assert Why.LIMIT in {hole.why for _, hole in holes(many.attributes)}


def test_dynamic_blocks_are_all_there_or_said_not_to_be(tmp_path: Path) -> None:
    """None is left out in silence: the one that is may be the one that allows it all."""
    values = "setproduct(range(110), range(110))"
    result = read(
        tmp_path,
        f'resource "aws_ebs_volume" "many" {{\n  dynamic "a" {{\n    for_each = {values}\n'
        "    content {\n      x = a.value\n    }\n  }\n}\n",
    )
    (many,) = (item for item in result.resources if item.name == "many")
    blocks = many.attributes["a"]
    assert isinstance(blocks, tuple)
    assert len(blocks) == 110 * 110


@pytest.mark.parametrize(
    ("expression", "detail"),
    [
        ('formatlist("%9999999s", range(1000))', "formatlist: a string of more than"),
        ('formatlist("%99999s", range(1000))', "formatlist: a string of more than"),
        ('format("%9999999s%9999999s", 1, 2)', "format: a string of more than"),
        ('jsondecode("1e999999999")', "jsondecode: a number with more than 4000 digits"),
        (f'jsondecode("{"9" * 5000}")', "jsondecode: a number with more than 4000 digits"),
        (f'yamldecode("{"9" * 5000}")', "yamldecode: a number with more than 4000 digits"),
        (f'yamldecode("0x{"f" * 5000}")', "yamldecode: a number with more than 4000 digits"),
        ('tonumber("1e999999999")', "tonumber: a number with more than 4000 digits"),
        (f'yamldecode("{"[" * 3000}")', "yamldecode: the YAML repeats or nests"),
        ('yamldecode(join("", [for i in range(1000) : format("%1001d", i)]))', "YAML of over"),
        (
            'replace(format("%199999s", "x"), "/.*/", join("", [for i in range(100) : "$0"]))',
            "replace: a string of more",
        ),
    ],
)
def test_a_result_that_is_too_large_says_so(tmp_path: Path, expression: str, detail: str) -> None:
    found = output(read(tmp_path, f'output "o" {{ value = {expression} }}\n'))
    assert isinstance(found, Unknown)
    assert found.why is Why.LIMIT
    assert detail in found.detail


@pytest.mark.parametrize(
    "text", ["1e-2000", "1e-3999", "1e999999999", "9" * 4001, "." + "1" * 5000]
)
def test_a_number_too_long_to_write_is_refused(text: str) -> None:
    with pytest.raises(numbers.LimitError):
        numbers.parse(text)


def test_numbers_that_can_be_written_are() -> None:
    assert numbers.parse("1e3999") == 10**3999
    assert str(numbers.parse("1e-1400")) == "1E-1400"


def test_a_fault_of_ours_costs_its_value_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("what was in it")

    monkeypatch.setattr(functions, "call", broken)
    result = read(tmp_path, 'output "o" { value = upper("x") }\noutput "p" { value = "p" }\n')
    found = problem(result)
    assert found.kind is ProblemKind.UNREADABLE
    assert "ZeroDivisionError" in found.why
    assert "what was in it" not in str(result)
    assert isinstance(output(result), Unknown)
    assert output(result, "p") == "p"


@pytest.mark.parametrize("name", ["big.tf", "big.tf.json"])
def test_a_file_of_too_many_values_costs_itself(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parse, "MAX_PARTS", 1000)
    monkeypatch.setattr(parse, "_FREE", 1000)
    values = "[" + "[], " * 2000 + "[]]"
    text = (
        f'{{"locals": {{"x": {values}}}}}' if "json" in name else f"locals {{\n x = {values}\n}}\n"
    )
    found = problem(read(tmp_path, "", {name: text}))
    assert (found.what, found.effect) == (name, "left out: the whole file")
    assert "too large" in found.why
