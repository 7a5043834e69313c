"""Shared fixtures: the golden-file comparison and one way to analyse a folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from analyzer.pipeline import analyze
from analyzer.report import Report
from analyzer.settings import FailOn, Settings

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2026, 11, 24)

os.environ["BLASTWALL_NO_CACHE"] = "1"  # tests that ask for the cache have one of their own

hypothesis_settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis_settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write expected outputs anew")
    parser.addoption(
        "--situations", type=int, default=1500, help="how many to compare with the simulator of IAM"
    )
    parser.addoption(
        "--random-expressions", type=int, default=1500, help="how many Terraform is asked about"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare text with a file of expected output; `--update-golden` writes it."""
    update = request.config.getoption("--update-golden")

    def compare(path: Path, actual: str) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, encoding="utf-8")
        assert path.is_file(), f"{path} is missing; run with --update-golden and read it"
        assert actual == path.read_text(encoding="utf-8")

    return compare


def analyzed(folder: Path, day: date = DAY) -> Report:
    """The report of one folder on a fixed day."""
    return analyze(Settings(paths=(folder,), today=day, fail_on=FailOn.NEW_CRITICAL))
