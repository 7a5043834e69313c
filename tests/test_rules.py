"""One fixture folder a rule: what fires where, what stays quiet, and that each rule has both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rules.registry import all_rules, page
from tests.conftest import analyzed

FIXTURES = Path(__file__).parent / "rules"
CASES = sorted(path for path in FIXTURES.glob("*/*") if path.is_dir())
MARK = re.compile(r"#\s*expect:\s*([a-z][a-z-]*[a-z])\s*$")
HEADINGS = ("What it finds", "Why it matters", "Example", "Fix", "Limits")


def expected(folder: Path, rule: str) -> set[tuple[str, int]]:
    """Places marked `# expect: <rule>` in a fixture."""
    found = set()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if (mark := MARK.search(line)) and mark[1] == rule:
                    found.add((path.relative_to(folder).as_posix(), number))
    return found


@pytest.mark.parametrize("folder", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_fixture(folder: Path) -> None:
    rule = folder.parent.name
    found = {
        (finding.location.path, finding.location.line) if finding.location else ("", 0)
        for finding in analyzed(folder).findings
        if finding.rule == rule
    }
    assert found == expected(folder, rule)
    assert bool(found) == folder.name.startswith("fires")


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
class TestEveryRule:
    def test_is_named_like_its_file(self, rule) -> None:
        assert rule.check.__module__ == f"rules.checks.{rule.id.replace('-', '_')}"

    def test_has_a_page(self, rule) -> None:
        text = page(rule)
        places = [text.find(f"{heading}\n") for heading in HEADINGS]
        assert -1 not in places, f"headings wanted, in this order: {', '.join(HEADINGS)}"
        assert places == sorted(places)

    def test_has_a_firing_and_a_quiet_case(self, rule) -> None:
        names = [path.name for path in CASES if path.parent.name == rule.id]
        assert any(name.startswith("fires") for name in names)
        assert any(name.startswith("quiet") for name in names)


def test_ids_are_unique() -> None:
    ids = [rule.id for rule in all_rules()]
    assert len(ids) == len(set(ids))


def test_every_fixture_belongs_to_a_rule() -> None:
    assert {path.name for path in FIXTURES.iterdir()} <= {rule.id for rule in all_rules()}
