"""The generated estate is what the benchmark says it is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from analyzer.document import document
from tests.conftest import ROOT, analyzed


@pytest.fixture
def generate(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import estate

    yield estate.generate
    sys.modules.pop("estate")


def test_the_same_number_gives_the_same_files(tmp_path: Path, generate) -> None:
    assert generate(tmp_path / "a", 300) == generate(tmp_path / "b", 300)
    for path in (tmp_path / "a").rglob("*.*"):
        other = tmp_path / "b" / path.relative_to(tmp_path / "a")
        assert path.read_bytes() == other.read_bytes()


def test_it_is_analysed_whole(tmp_path: Path, generate) -> None:
    count = generate(tmp_path, 300)
    assert 200 < count <= 300
    report = analyzed(tmp_path)
    managed = [item for item in report.world.estate.resources if item.mode == "managed"]
    assert len(managed) == count
    found = document(report)
    assert not found["summary"]["incomplete"]
    assert found["summary"]["critical"] > 0
