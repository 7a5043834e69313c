"""python-hcl2 and the built-in parser give the same tree, and so the same resources."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyzer.readers.terraform import parse as parsers
from graph.problems import ProblemKind
from tests.analyzer.terraform.oracle import ours, write
from tests.analyzer.terraform.test_cases import CASES

TEXT = """
# a comment
resource "aws_thing" "t" {
  name = "x"
  rule {
    days = 1 // one
    list = [
      1,
      2
    ]
  }
  text = <<-EOT
    hello ${var.v}
  EOT
}
variable "v" { default = "there" }
locals { a = 1 }
"""


def test_the_trees_are_equal() -> None:
    pytest.importorskip("hcl2")
    one, two = (parsers.parse(TEXT, "a.tf", name).body for name in ("native", "python-hcl2"))
    assert _without_ends(one.blocks) == _without_ends(two.blocks)


def _without_ends(tree: object) -> str:
    """Blanks at the end of an argument may belong to it or not."""
    return re.sub(r"span=\(\d+, \d+\)", "", repr(tree))


@pytest.mark.parametrize("name", ["json", "locals", "modules", "overrides", "types", "unknown"])
def test_the_values_are_equal(name: str) -> None:
    pytest.importorskip("hcl2")
    native, second = ours(CASES / name), ours(CASES / name, parser="python-hcl2")
    assert native.outputs == second.outputs
    assert native.resources == second.resources
    assert second.problems == native.problems


def test_the_expressions_are_equal(tmp_path: Path) -> None:
    pytest.importorskip("hcl2")
    files = ("common.tf", "operators.tf", "loops.tf")
    texts = {name: (CASES / "language" / name).read_text(encoding="utf-8") for name in files}
    folder = write(tmp_path, texts)
    assert ours(folder).outputs == ours(folder, parser="python-hcl2").outputs


def test_what_python_hcl2_refuses_is_a_problem_and_read_all_the_same(tmp_path: Path) -> None:
    pytest.importorskip("hcl2")
    text = 'resource "aws_thing" "t" {\n  x = \n}\nresource "aws_thing" "u" {}\n'
    result = ours(write(tmp_path, {"main.tf": text}), parser="python-hcl2")
    assert [item.name for item in result.resources] == ["u"]
    assert {item.kind for item in result.problems} == {ProblemKind.INVALID}
    assert any("python-hcl2" in item.why for item in result.problems)


def test_without_the_package_the_built_in_parser_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyzer.readers.terraform.available", lambda: False)
    result = ours(write(tmp_path, {"main.tf": TEXT}), parser="python-hcl2")
    (problem,) = result.problems
    assert problem.kind is ProblemKind.UNSUPPORTED
    assert "not installed" in problem.why
    assert len(result.resources) == 1
