"""Every format over every example and over names that want to do harm; the text's folding."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from analyzer import schemas
from analyzer.document import document
from analyzer.pipeline import analyze
from analyzer.render import formats, renderer
from analyzer.settings import Settings
from tests.conftest import DAY, ROOT

EXAMPLES = sorted(path for path in (ROOT / "examples").iterdir() if path.is_dir())
TOKEN = "ghp_Cn000rYq7rT2vX9bN4mK8sL1dF6gH3jP5wY0z"
HARMFUL = f"\x1b[2J\u202egnp.exe\x07\r\n<script>|`![x](y) {TOKEN}"
FIXED = {
    *("schema_version", "name", "version", "date", "severity", "certainty", "state", "kind"),
    *("verb", "rule", "fingerprint", "verdict", "data_loss", "accident", "rogue", "age"),
}


def of(folder: Path) -> dict[str, Any]:
    return document(analyze(Settings(paths=(folder,), today=DAY)))


def with_names(found: Any, name: str, key: str = "") -> Any:
    """The document with `name` in every text, except where the words are blastwall's own."""
    if isinstance(found, dict):
        return {key: with_names(value, name, key) for key, value in found.items()}
    if isinstance(found, list):
        return [with_names(value, name, key) for value in found]
    return f"{found}{name}" if isinstance(found, str) and key not in FIXED else found


@pytest.mark.parametrize("form", formats())
class TestEveryFormat:
    @pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
    def test_renders_every_example_the_same_twice(self, form: str, folder: Path) -> None:
        found = of(folder)
        before = copy.deepcopy(found)
        first = renderer(form)(found)
        assert first == renderer(form)(found)
        assert found == before, "a format only reads"
        assert first.endswith("\n")

    @pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
    def test_escapes_every_text(self, form: str, folder: Path) -> None:
        printed = renderer(form)(with_names(of(folder), HARMFUL))
        assert not set("\x1b\x07\r\u202e") & set(printed), "escape it: analyzer/escape.py"
        assert TOKEN not in printed, "what has a secret's shape is masked: analyzer/escape.py"


POCKETOS = of(ROOT / "examples" / "pocketos")


def test_harmful_names_stand_wherever_the_schema_lets_them() -> None:
    report = Draft202012Validator(json.loads(schemas.text("report")))
    assert not list(report.iter_errors(with_names(POCKETOS, HARMFUL)))


@given(name=st.text(max_size=200))
@pytest.mark.parametrize("form", formats())
def test_survives_any_name(form: str, name: str) -> None:
    assert renderer(form)(with_names(POCKETOS, name))


class TestText:
    def many(self, rule: str, count: int, *, credential: str | None = None) -> str:
        finding = POCKETOS["findings"][-1]
        rows = [
            {**finding, "rule": rule, "credential": credential, "target": f"store{number}"}
            for number in range(count)
        ]
        return renderer("text")({**POCKETOS, "findings": rows})

    def test_many_of_one_rule_are_a_few_in_full_and_the_rest_by_name(self) -> None:
        printed = self.many("backup-missing", 40)
        assert printed.count("backup-missing · main.tf:16") == 3
        assert "37 more of backup-missing" in printed
        assert "… and 27 more" in printed

    def test_every_finding_of_one_credential_stands(self) -> None:
        printed = self.many("credential-destroys-production", 5, credential="token")
        assert printed.count("credential-destroys-production · main.tf:16") == 5

    def test_the_same_gap_in_many_places_is_one_line(self) -> None:
        gap = {
            "what": "var.env",
            "why": "no value",
            "effect": "open",
            "kind": "unresolved",
            "source": {"path": "a.tf", "line": 1},
        }
        seen = {**POCKETOS["coverage"], "unknowns": [gap] * 5}
        printed = renderer("text")({**POCKETOS, "coverage": seen})
        assert "· var.env (5 times): no value; open (a.tf:1)" in printed

    def test_gaps_of_the_same_cause_are_one_line(self) -> None:
        gaps = [
            {"what": f"var.{n}", "why": "no value", "effect": f"open {n % 2}", "source": None}
            for n in range(5)
        ]
        unknowns = [{**gap, "kind": "unresolved"} for gap in gaps]
        seen = {**POCKETOS["coverage"], "unknowns": unknowns}
        printed = renderer("text")({**POCKETOS, "coverage": seen})
        assert "Not seen (5)" in printed
        assert "· var.0, var.1, var.2 and 2 more: no value; open 0 (and alike)\n" in printed

    def test_what_could_not_be_read_comes_first(self) -> None:
        def gap(what: str, kind: str) -> dict[str, Any]:
            return {"what": what, "why": "w", "effect": "e", "kind": kind, "source": None}

        unknowns = [gap("var", "unresolved"), gap("provider", "unsupported"), gap("f", "invalid")]
        seen = {**POCKETOS["coverage"], "unknowns": unknowns}
        printed = renderer("text")({**POCKETOS, "coverage": seen})
        places = [printed.index(f"· {word}: w") for word in ("f", "provider", "var")]
        assert places == sorted(places)

    def test_no_finding_is_never_said_of_nothing(self, tmp_path: Path) -> None:
        assert renderer("text")(of(tmp_path)).endswith("Nothing was analysed.\n")
