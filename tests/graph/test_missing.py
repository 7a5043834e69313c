"""What was not there to analyse: one gap a cause, and only where something rests on it."""

from __future__ import annotations

from pathlib import Path

from graph.missing import unmodelled
from graph.problems import Problem, ProblemKind
from tests.conftest import analyzed

BUCKET = 'resource "aws_s3_bucket" "%s" { bucket = "${var.env}-%s" }\n'


def gaps(tmp_path: Path, code: str) -> tuple[Problem, ...]:
    (tmp_path / "main.tf").write_text(code)
    return analyzed(tmp_path).problems


def test_a_variable_without_a_value_is_one_gap_however_many_values_rest_on_it(
    tmp_path: Path,
) -> None:
    code = 'variable "env" {}\n' + BUCKET % ("a", "a") + BUCKET % ("b", "b")
    (gap,) = gaps(tmp_path, code)
    assert gap.kind is ProblemKind.UNRESOLVED
    assert gap.what == "var.env"
    assert "--var" in gap.why
    assert gap.effect == "values of aws_s3_bucket.a and 1 more are open"
    assert str(gap.location) == "main.tf:1"


def test_what_no_data_rests_on_is_no_gap(tmp_path: Path) -> None:
    code = (
        'variable "team" {}\nvariable "port" {}\n'
        'resource "aws_security_group_rule" "r" { to_port = var.port }\n'
        'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n  tags = { Team = var.team }\n}\n'
    )
    assert gaps(tmp_path, code) == ()


def test_a_tag_that_tells_the_environment_counts(tmp_path: Path) -> None:
    code = (
        'variable "env" {}\n'
        'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n  tags = { Environment = var.env }\n}\n'
    )
    assert [gap.what for gap in gaps(tmp_path, code)] == ["var.env"]


def test_what_exists_under_other_settings_only_is_no_gap(tmp_path: Path) -> None:
    code = (
        'variable "env" {}\n'
        'resource "aws_s3_bucket" "b" {\n  count  = 0\n  bucket = "${var.env}-b"\n}\n'
    )
    assert gaps(tmp_path, code) == ()


def test_resources_of_an_unknown_provider_are_one_gap(tmp_path: Path) -> None:
    code = (
        'resource "azurerm_mssql_server" "a" {}\nresource "azurerm_mssql_database" "b" {}\n'
        'resource "random_id" "r" { byte_length = 4 }\n'
    )
    (gap,) = gaps(tmp_path, code)
    assert gap.what == "provider azurerm: 2 resources"
    assert gap.kind is ProblemKind.UNSUPPORTED


def test_data_sources_of_an_unknown_provider_hold_nothing(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('data "google_project" "p" {}\n')
    assert list(unmodelled(analyzed(tmp_path).world.estate, ())) == []


ROLE = """
resource "aws_iam_role" "r" { name = "r" }
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.name
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = %s }] })
}
"""


def test_a_cause_that_is_named_is_not_named_again_for_every_policy(tmp_path: Path) -> None:
    code = 'variable "x" {}\n' + ROLE % '"${upper(var.x)}-${uuid()}"'
    named = [gap for gap in gaps(tmp_path, code) if "var.x" in gap.what + gap.why]
    (gap,) = named
    assert gap.what == "var.x"
    assert "what such a policy allows is possible at most" in gap.effect


def test_a_fault_counts_only_where_a_table_speaks_of_the_resource(tmp_path: Path) -> None:
    listener = 'resource "aws_lb_listener" "l" { port = local.no }\n'
    repeated = 'resource "aws_lb_listener" "m" { for_each = local.no }\n'
    assert gaps(tmp_path, listener + repeated) == ()
    found = gaps(tmp_path, 'resource "aws_s3_bucket" "b" { bucket = local.no }\n')
    assert [gap.effect for gap in found] == ["values of aws_s3_bucket.b are open"]


def test_what_only_sends_logs_is_no_gap(tmp_path: Path) -> None:
    code = 'variable "x" {}\nresource "aws_lb" "l" { name = var.x }\n'
    assert gaps(tmp_path, code) == ()


def test_a_module_folder_that_is_not_there_makes_the_run_incomplete(tmp_path: Path) -> None:
    code = 'module "a" { source = "./a" }\nmodule "b" { source = "git::x?ref=1" }\n'
    found = {gap.what: gap.kind for gap in gaps(tmp_path, code)}
    assert found == {
        "module source ./a": ProblemKind.UNREADABLE,
        "module source git::x": ProblemKind.UNRESOLVED,
    }
