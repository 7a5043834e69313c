"""`findings.json`: the fixed names, the shapes, the order; what other programs rely on."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from analyzer import document as documents
from analyzer import pipeline
from analyzer.document import document
from analyzer.inputs import Found
from analyzer.report import Report
from analyzer.schemas import schema
from analyzer.settings import Settings
from graph.grants import Grants
from tests.conftest import DAY, ROOT, analyzed

EXAMPLES = sorted(path for path in (ROOT / "examples").iterdir() if path.is_dir())
LOSS = re.compile(r"none|unknown|total loss|\d+[mhd]")
CHECKER = Draft202012Validator(schema("report"), format_checker=Draft202012Validator.FORMAT_CHECKER)

FIXED = {
    (): "schema_version summary coverage findings credentials reach data_stores",
    ("coverage",): "credentials resources data_stores unknowns",
    ("coverage", "unknowns", 0): "what why effect source",
    ("findings", 0): "fingerprint rule severity certainty state credential verb target path backups"
    " data_loss fixes controls",
    ("findings", 0, "path", 0): "node kind why source",
    ("findings", 0, "path", 0, "source"): "path line",
    ("findings", 0, "backups"): "lost left",
    ("findings", 0, "backups", "left", 0): "id age",
    ("credentials", 0): "id kind held_in intended",
    ("reach", 0): "credential verb target certainty calls path",
    ("reach", 0, "path", 0): "node kind why source",
    ("data_stores", 0): "id production environment backups accident rogue k_min k_max",
    ("data_stores", 0, "backups", 0): "id mechanism verdict shared cascade immutability age",
}
NAMES = [(path, name) for path, names in FIXED.items() for name in names.split()]


@pytest.fixture(scope="module")
def pocketos() -> dict[str, Any]:
    found = document(analyzed(ROOT / "examples" / "pocketos"))
    gap = {"what": "a", "why": "b", "effect": "c", "source": {"path": "main.tf", "line": 1}}
    found["coverage"]["unknowns"].append(gap)
    return found


def at(found: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        found = found[step]
    return found


class TestSchema:
    @pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
    def test_documents_of_all_examples_are_valid(self, folder: Path) -> None:
        errors = list(CHECKER.iter_errors(json.loads(json.dumps(document(analyzed(folder))))))
        assert [error.message for error in errors] == []

    @pytest.mark.parametrize(("path", "name"), NAMES, ids=str)
    def test_every_fixed_name_is_demanded(
        self, path: tuple[str | int, ...], name: str, pocketos: dict[str, Any]
    ) -> None:
        assert CHECKER.is_valid(pocketos)
        without = deepcopy(pocketos)
        del at(without, path)[name]
        assert not CHECKER.is_valid(without)

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            (("schema_version",), "2.0"),
            (("findings", 0, "fingerprint"), "abc"),
            (("findings", 0, "severity"), "severe"),
            (("findings", 0, "certainty"), "sure"),
            (("findings", 0, "verb"), "delete"),
            (("findings", 0, "state"), "old"),
            (("findings", 0, "data_loss"), "much"),
            (("data_stores", 0, "accident"), "90 days"),
            (("data_stores", 0, "production"), "yes"),
            (("data_stores", 0, "k_min"), "1"),
            (("data_stores", 0, "backups", 0, "verdict"), "fine"),
            (("coverage", "resources"), -1),
            (("findings", 0, "path", 0, "source"), "main.tf:3"),
        ],
        ids=str,
    )
    def test_values_are_those_of_the_contract(
        self, path: tuple[str | int, ...], value: object, pocketos: dict[str, Any]
    ) -> None:
        wrong = deepcopy(pocketos)
        at(wrong, path[:-1])[path[-1]] = value
        assert not CHECKER.is_valid(wrong)


class TestContent:
    @pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
    def test_losses_and_ages_have_their_shape(self, folder: Path) -> None:
        found = document(analyzed(folder))
        ages = [copy["age"] for store in found["data_stores"] for copy in store["backups"]]
        losses = [store[key] for store in found["data_stores"] for key in ("accident", "rogue")]
        losses += [finding["data_loss"] for finding in found["findings"] if finding["data_loss"]]
        assert [text for text in (*losses, *ages) if not LOSS.fullmatch(text)] == []

    @pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
    def test_names_lead_somewhere(self, folder: Path) -> None:
        found = document(analyzed(folder))
        credentials = {row["id"] for row in found["credentials"]}
        assert {row["credential"] for row in found["reach"]} <= credentials
        rows = [(row["credential"], row["verb"], row["target"]) for row in found["reach"]]
        assert len(rows) == len(set(rows))
        for row in found["reach"]:
            assert row["path"][0]["node"] == row["credential"]
            assert row["path"][-1]["node"] == row["target"]

    def test_a_credential_without_reach_is_listed(self, tmp_path: Path) -> None:
        (tmp_path / "grants.yaml").write_text(
            "version: 1\ncredentials:\n  - id: idle\n    kind: railway/account-token\n"
            "    purpose: nothing\n    held_in: [a.sh, github:secret/X]\n"
        )
        found = document(analyzed(tmp_path))
        assert found["reach"] == []
        (row,) = found["credentials"]
        assert row["id"] == "idle"
        assert row["kind"] == "railway/account-token"
        assert row["held_in"] == ["a.sh", "github:secret/X"]
        assert row["intended"] == "nothing"

    def test_reach_is_cut_worst_first_and_the_rest_counted(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        report = analyzed(ROOT / "examples" / "aws-two-environments")
        whole = document(report)
        assert whole["summary"]["reach_left_out"] == 0
        assert len(whole["reach"]) > 3
        monkeypatch.setattr(documents, "MAX_REACH", 3)
        cut = document(report)
        assert cut["reach"] == whole["reach"][:3]
        assert cut["summary"]["reach_left_out"] == len(whole["reach"]) - 3
        assert cut["credentials"] == whole["credentials"]
        order = [(row["certainty"] != "proven", row["verb"]) for row in whole["reach"]]
        assert order == sorted(order, key=lambda key: (key[0], documents.VERBS.index(key[1])))

    def test_what_makes_a_run_incomplete_comes_first(self, tmp_path: Path) -> None:
        (tmp_path / "a.tf").write_text('module "m" { source = "example.com/x" }\n')
        (tmp_path / "z.tf").write_text("resource {{{")
        unknowns = document(analyzed(tmp_path))["coverage"]["unknowns"]
        assert unknowns[0]["kind"] == "invalid"


def shuffled(found: Found, seed: int) -> Found:
    """The same input met in another order."""
    order = random.Random(seed)

    def mixed(items: tuple) -> tuple:
        return tuple(order.sample(items, len(items)))

    names = ("credentials", "actors", "resources", "stores", "backups", "accepted")
    grants = replace(found.grants, **{name: mixed(getattr(found.grants, name)) for name in names})
    return replace(found, resources=mixed(found.resources), grants=grants)


def reports(folder: Path) -> Iterator[Report]:
    settings = Settings(paths=(folder,), today=DAY)
    found = pipeline.find(settings)
    assert isinstance(found.grants, Grants)
    for seed in range(4):
        mixed = found if seed == 0 else shuffled(found, seed)
        world = pipeline.see(mixed, settings)
        findings, crashed = pipeline.judge(world)
        problems = (*found.problems, *world.graph.problems, *crashed)
        yield Report(world, findings, problems, pipeline.Inputs(1), settings)


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_shuffled_input_gives_the_same_bytes(folder: Path) -> None:
    texts = {json.dumps(document(report)) for report in reports(folder)}
    assert len(texts) == 1
