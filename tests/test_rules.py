"""One fixture folder a rule: what fires where, what stays quiet, and that each rule has both."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from rules.finding import Finding
from rules.isolation import ON_DEMAND
from rules.registry import all_rules, judge, page
from tests.conftest import analyzed

FIXTURES = Path(__file__).parent / "rules"
CASES = sorted(path for path in FIXTURES.glob("*/*") if path.is_dir())
MARK = re.compile(r"#\s*expect:\s*([a-z][a-z-]*[a-z])\s*$")
HEADINGS = ("What it finds", "Why it matters", "Example", "Fix", "Limits")
RULES = {rule.id for rule in all_rules()}
DEMANDED = {"backup-shares-organization", "backup-shares-vendor"}


def expected(folder: Path, rule: str) -> set[tuple[str, int]]:
    """Places marked `# expect: <rule>` in a fixture."""
    found = set()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if (mark := MARK.search(line)) and mark[1] == rule:
                    found.add((path.relative_to(folder).as_posix(), number))
    return found


def findings(folder: Path, rule: str) -> list[Finding]:
    """Findings of one rule; what is reported on demand only is demanded where it is the subject."""
    report = analyzed(folder)
    assert not report.incomplete, "a fixture is one that a user would write: complete"
    found = report.findings
    if rule in DEMANDED:
        world = report.world
        found, _ = judge(replace(world, options=replace(world.options, demand=ON_DEMAND)))
    return [finding for finding in found if finding.rule == rule]


@pytest.mark.parametrize("folder", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_fixture(folder: Path) -> None:
    rule = folder.parent.name
    found = findings(folder, rule)
    places = [(f.location.path, f.location.line) if f.location else ("", 0) for f in found]
    assert sorted(places) == sorted(expected(folder, rule))
    assert bool(found) == folder.name.startswith("fires")


@pytest.mark.parametrize(
    "folder",
    [path for path in CASES if path.name.startswith("fires")],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_reads_well(folder: Path) -> None:
    """A finding says each thing once, in sentences, without the words of the code."""
    for finding in findings(folder, folder.parent.name):
        texts = [finding.title, *finding.details, *(fix.text for fix in finding.fixes)]
        assert len(texts) == len(set(texts))
        assert not finding.title.endswith(".")
        assert finding.fixes
        for text in (*finding.details, *(fix.text for fix in finding.fixes)):
            assert text.endswith((".", ").")), text
        for text in texts:
            assert not re.search(r"None|Unknown\(|\.\.|  | ,|: \.|storage_unit|\biac\b", text), text


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
class TestEveryRule:
    def test_is_named_like_its_file(self, rule) -> None:
        assert rule.check.__module__ == f"rules.checks.{rule.id.replace('-', '_')}"

    def test_has_a_page(self, rule) -> None:
        text = page(rule)
        places = [text.find(f"{heading}\n") for heading in HEADINGS]
        assert -1 not in places, f"headings wanted, in this order: {', '.join(HEADINGS)}"
        assert places == sorted(places)

    def test_its_title_is_the_first_sentence_of_its_page(self, rule) -> None:
        assert page(rule).startswith(f"{rule.title}.\n")

    def test_names_only_rules_that_exist(self, rule) -> None:
        words = set(re.findall(r"`((?:backup|credential|single)-[a-z-]+)`", page(rule)))
        assert words <= RULES

    def test_has_a_firing_and_two_quiet_cases(self, rule) -> None:
        names = [path.name for path in CASES if path.parent.name == rule.id]
        assert any(name.startswith("fires") for name in names)
        assert sum(name.startswith("quiet") for name in names) >= 2


@pytest.mark.parametrize("rule", sorted(DEMANDED))
def test_what_holds_nearly_everywhere_is_reported_on_demand_only(rule: str) -> None:
    found = analyzed(FIXTURES / rule / "fires").findings
    assert rule not in {finding.rule for finding in found}


def test_ids_are_unique() -> None:
    ids = [rule.id for rule in all_rules()]
    assert len(ids) == len(set(ids))


def test_every_fixture_belongs_to_a_rule() -> None:
    assert {path.name for path in FIXTURES.iterdir() if path.is_dir()} <= RULES
