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
