"""Accepted risks, actors that run as others, and stores named in the grants file."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from analyzer.document import document
from analyzer.render import renderer
from rules.finding import State
from tests.conftest import ROOT, analyzed

DAY = date(2026, 4, 25)
ACCEPTED = """
accepted:
  - credential: railway-domains
    {more}
    reason: the platform has no narrower token
    until: {until}
"""


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    folder = tmp_path / "pocketos"
    ignored = shutil.ignore_patterns("expected")
    shutil.copytree(ROOT / "examples" / "pocketos", folder, ignore=ignored)
    return folder


def add(folder: Path, text: str) -> None:
    with (folder / "grants.yaml").open("a", encoding="utf-8") as file:
        file.write(text)


def states(folder: Path) -> dict[str, State]:
    return {finding.rule: finding.state for finding in analyzed(folder, DAY).findings}


def test_an_accepted_risk_is_waived_and_fails_nothing(estate: Path) -> None:
    add(estate, ACCEPTED.format(more="can: destroy", until="2026-05-01"))
    report = analyzed(estate, DAY)
    assert states(estate)["credential-destroys-production"] is State.WAIVED
    assert states(estate)["backup-dies-with-source"] is State.NEW
    assert not report.fails()
    found = document(report)
    assert found["summary"]["critical"] == 0
    assert "accepted risk" in renderer("text")(found)


@pytest.mark.parametrize(
    ("more", "until"),
    [
        ("can: destroy", "2026-04-24"),
        ("can: read", "2026-05-01"),
        ('to: "tf:railway_service.other"', "2026-05-01"),
    ],
    ids=["expired", "a lesser level", "another target"],
)
def test_what_an_entry_does_not_cover_counts(estate: Path, more: str, until: str) -> None:
    add(estate, ACCEPTED.format(more=more, until=until))
    assert states(estate)["credential-destroys-production"] is State.NEW


def test_an_expired_entry_is_said(estate: Path) -> None:
    add(estate, ACCEPTED.format(more="can: destroy", until="2026-04-24"))
    assert [p.what for p in analyzed(estate, DAY).problems] == ["accepted risk of railway-domains"]


def test_a_store_of_the_grants_file_can_be_named(estate: Path) -> None:
    add(estate, ACCEPTED.format(more='to: "store:rental-db"', until="2026-05-01"))
    assert states(estate)["credential-destroys-production"] is State.WAIVED


def test_an_agent_that_runs_as_somebody_reads_what_that_one_reads(tmp_path: Path) -> None:
    (tmp_path / "grants.yaml").write_text(
        "version: 1\n"
        "credentials:\n"
        "  - id: token\n    kind: railway/account-token\n    held_in: home:jo/.railway\n"
        "actors:\n"
        '  - id: human:jo\n    reads: ["home:jo/**"]\n'
        "  - id: agent:helper\n    runs_as: human:jo\n"
        "  - id: agent:inner\n    runs_as: agent:helper\n"
    )
    world = analyzed(tmp_path).world
    assert {actor.id for actor in world.actors_of["token"]} == {
        "human:jo",
        "agent:helper",
        "agent:inner",
    }


@pytest.mark.parametrize(("type_", "rules"), [("railway/volume", True), ("railway/domain", False)])
def test_data_that_only_the_grants_file_names_is_judged_too(
    tmp_path: Path, type_: str, rules: bool
) -> None:
    """No code declares the volume: the token that destroys it is found all the same."""
    (tmp_path / "grants.yaml").write_text(
        "version: 1\n"
        "resources:\n"
        f'  - {{ id: "railway:project/shop/volume/pg", type: {type_}, env: production,'
        " also_in_envs: [staging] }\n"
        "credentials:\n"
        "  - { id: token, kind: railway/account-token }\n"
    )
    found = {finding.rule for finding in analyzed(tmp_path).findings}
    wanted = {"credential-destroys-production", "staging-reaches-production"}
    assert found & wanted == (wanted if rules else set())
