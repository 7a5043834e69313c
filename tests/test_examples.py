"""The examples' outputs, word by word, and the claims that they exist to make."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from analyzer.document import document
from analyzer.pipeline import analyze
from analyzer.render import renderer
from analyzer.settings import Settings
from tests.conftest import DAY, ROOT

INCIDENT = date(2026, 4, 25)
CASES = [
    ("pocketos", INCIDENT),
    ("pocketos", DAY),
    ("pocketos-minimal", INCIDENT),
    ("aws-two-environments", DAY),
    ("aws-two-environments-fixed", DAY),
]


@pytest.fixture
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths in outputs are as a user in the repository would see them."""
    monkeypatch.chdir(ROOT)


def run(name: str, day: date) -> dict:
    return document(analyze(Settings(paths=(Path("examples") / name,), today=day)))


def text(name: str, day: date) -> str:
    """The report as one line, so that wrapping does not matter."""
    return re.sub(r"\s+", " ", renderer("text")(run(name, day)))


@pytest.mark.usefixtures("at_root")
class TestExpected:
    @pytest.mark.parametrize(("name", "day"), CASES, ids=str)
    def test_text(self, name: str, day: date, golden: Callable[[Path, str], None]) -> None:
        expected = ROOT / "examples" / name / "expected" / f"{day}.txt"
        golden(expected, renderer("text")(run(name, day)))

    @pytest.mark.parametrize(("name", "day"), CASES, ids=str)
    def test_json(self, name: str, day: date, golden: Callable[[Path, str], None]) -> None:
        found = run(name, day)
        found["tool"]["version"] = "any"
        expected = ROOT / "examples" / name / "expected" / f"{day}.json"
        golden(expected, json.dumps(found, indent=2, ensure_ascii=False) + "\n")


@pytest.mark.usefixtures("at_root")
class TestPocketOS:
    def test_on_the_day_the_token_takes_volume_and_backups_by_one_call(self) -> None:
        finding = run("pocketos", INCIDENT)["findings"][0]
        assert (finding["severity"], finding["certainty"]) == ("critical", "proven")
        assert finding["credential"] == "railway-domains"
        assert (finding["verb"], finding["target"]) == ("destroy", "railway_service.db")
        assert finding["calls"] == ["volumeDelete"]
        assert finding["backups"] == {
            "lost": ["railway-daily"],
            "left": [{"id": "old-dump", "age": "90d"}],
        }
        assert finding["data_loss"] == "90d"
        assert finding["path"][0]["source"] == {"path": "scripts/add-domain.sh", "line": 4}

    def test_on_the_day_says_who_what_for_and_no_undo(self) -> None:
        found = text("pocketos", INCIDENT)
        assert "90 days old" in found
        assert "staging" in found
        assert "custom domains" in found
        assert "developers, CI jobs and coding agents" in found
        assert "no undo" in found

    def test_today_the_undo_window_is_48_hours_and_no_backup(self) -> None:
        found = text("pocketos", DAY)
        assert "48 hours" in found
        assert "no backup" in found
        assert "no undo" not in found

    def test_three_lines_of_grants_are_enough(self) -> None:
        store = run("pocketos-minimal", INCIDENT)["data_stores"][0]
        assert store["rogue"] == "total loss"
        assert store["k_max"] == 1


@pytest.mark.usefixtures("at_root")
def test_a_corrected_estate_yields_nothing() -> None:
    found = run("aws-two-environments-fixed", DAY)
    assert found["findings"] == []
    assert {store["production"] for store in found["data_stores"]} == {True, False}


@pytest.mark.usefixtures("at_root")
def test_the_readme_shows_what_the_command_prints() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- output: examples/pocketos -->\n```text\n(.*?)```", readme, re.DOTALL)
    assert shown is not None
    assert shown[1] == renderer("text")(run("pocketos", INCIDENT))
