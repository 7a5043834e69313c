"""One mistake in code that environments share is one finding; what differs stays apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.cli import run

MAIN = """
variable "env" {}
variable "kept" { default = 0 }
provider "aws" { region = "eu-west-1" }
resource "aws_db_instance" "orders" {
  identifier              = "orders-${var.env}"
  instance_class          = "db.t3.micro"
  engine                  = "postgres"
  backup_retention_period = var.kept
  tags                    = { environment = var.env }
}
"""


def findings(folder: Path, capsys: pytest.CaptureFixture[str], **files: str) -> list[Any]:
    (folder / "env").mkdir()
    (folder / "main.tf").write_text(MAIN)
    for name, text in files.items():
        (folder / "env" / f"{name}.tfvars").write_text(text)
    run(["check", str(folder), "-f", "json", "--fail-on", "never"])
    found: list[Any] = json.loads(capsys.readouterr().out)["findings"]
    return [finding for finding in found if finding["rule"] == "backup-missing"]


def test_two_production_environments_with_the_same_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (one,) = findings(tmp_path, capsys, prod='env = "prod"\n', production='env = "production"\n')
    assert one["target"] == "@prod:aws_db_instance.orders"
    assert one["also"] == ["@production:aws_db_instance.orders"]
    assert one["details"][-1] == "The same holds in production."


def test_staging_is_not_judged_as_production(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (one,) = findings(tmp_path, capsys, prod='env = "prod"\n', staging='env = "staging"\n')
    assert one["target"] == "@prod:aws_db_instance.orders"
    assert one["also"] == []


def test_what_is_mended_in_one_environment_stays_in_the_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = 'env = "production"\nkept = 14\n'
    (one,) = findings(tmp_path, capsys, prod='env = "prod"\n', production=kept)
    assert one["target"] == "@prod:aws_db_instance.orders"
    assert one["also"] == []
