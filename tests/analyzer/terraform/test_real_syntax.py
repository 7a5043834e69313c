"""Odd spellings that real repositories hold, and what cannot be read in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.readers.terraform.parse import parse
from graph.problems import ProblemKind
from graph.values import Unknown
from tests.analyzer.terraform.oracle import ours, write
from tools.corpus.parsing import hcl

SPELLINGS = {
    "a byte order mark": ('\ufefflocals {\n  x = 1\n}\noutput "o" { value = local.x }\n', 1),
    "lines as in Windows": (
        'locals {\r\n  x = [\r\n    1,\r\n    2\r\n  ]\r\n}\r\noutput "o" {\r\n  value = local.x\r\n}\r\n',
        (1, 2),
    ),
    "a heredoc as in Windows": ('output "o" {\r\n  value = <<E\r\na\r\nE\r\n}\r\n', "a\r\n"),
    "blanks before the dot": ('locals { x = { y = 1 } }\noutput "o" { value = local.x  .y }\n', 1),
    "an arrow on a line of its own": (
        'output "o" {\n  value = { for x in ["a"] : x\n    => 1\n  }\n}\n',
        {"a": 1},
    ),
    "a comment with two slashes": ('output "o" {\n  value = 1 // one\n}\n', 1),
    "a comment in the middle": ('output "o" {\n  value = [1, /* two, */ 3] # end\n}\n', (1, 3)),
    "no newline at the end": ('output "o" {\n  value = <<E\na\nE\n}', "a\n"),
    "a name that is not ASCII": ('locals { größe = 2 }\noutput "o" { value = local.größe }\n', 2),
    "an index with a dot": ('locals { x = [[7]] }\noutput "o" { value = local.x.0[0] }\n', 7),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_spelling_is_read(name: str, tmp_path: Path) -> None:
    text, value = SPELLINGS[name]
    (tmp_path / "main.tf").write_bytes(text.encode())
    result = ours(tmp_path)
    assert result.problems == ()
    assert result.outputs[""]["o"] == value


@pytest.mark.parametrize("name", SPELLINGS)
def test_hcl_reads_it_as_well(name: str) -> None:
    pytest.importorskip("pygohcl", reason="HCL's own parser (pygohcl) is not here")
    assert hcl()(SPELLINGS[name][0].removeprefix("\ufeff")) is None


@pytest.mark.parametrize(
    "text",
    [
        "a = b::c\n",
        'a = "x" "y"\n',
        "a = 1;\n",
        'type "x" = "y"\n',
        "a = [for x in y]\n",
        "a = b ? c\n",
        "a = {b}\n",
        "a = [1 2]\n",
        'a = "${b"\n',
        "a = <<E\nx\n",
        "a = b.\n",
        "a {\n",
    ],
)
def test_what_hcl_refuses_is_a_problem(text: str) -> None:
    assert parse(text, "a.tf").problems
    pytest.importorskip("pygohcl", reason="HCL's own parser (pygohcl) is not here")
    assert hcl()(text)


def test_a_resource_may_be_named_with_its_kind(tmp_path: Path) -> None:
    text = 'resource "aws_ebs_volume" "v" { size = 5 }\noutput "o" { value = resource.aws_ebs_volume.v.size }\n'
    assert ours(write(tmp_path, {"main.tf": text})).outputs[""]["o"] == 5


def test_encrypted_variables_are_named_and_nothing_else_is_lost(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'variable "v" {}\noutput "o" { value = [var.v, 1] }\n'})
    (tmp_path / "secret.auto.tfvars").write_bytes(b"\x00GITCRYPT\x00\x8f\xa1" * 9)
    (tmp_path / "gone.auto.tfvars").symlink_to(tmp_path / "nowhere.tfvars")
    (tmp_path / "gone.tf").symlink_to(tmp_path / "nowhere.tf")
    result = ours(tmp_path)
    found = {item.what: (item.kind, item.why) for item in result.problems}
    assert found.keys() == {"secret.auto.tfvars", "gone.auto.tfvars", "gone.tf"}
    assert {kind for kind, _ in found.values()} == {ProblemKind.UNREADABLE}
    assert "NUL" in found["secret.auto.tfvars"][1]
    value = result.outputs[""]["o"]
    assert isinstance(value, tuple)
    assert isinstance(value[0], Unknown)
    assert value[1] == 1
