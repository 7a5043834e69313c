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
WORDS_OF_CODE = re.compile(r"None|Unknown\(|\.\.|  | ,|: \.|storage_unit|\biac\b")
HEADINGS = ("What it finds", "Why it matters", "Example", "Fix", "Limits")
RULES = {rule.id: rule for rule in all_rules()}


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
    assert not report.incomplete, f"a fixture must be complete: {report.faults or 'no input'}"
    found = report.findings
    if RULES[rule].on_demand:
        world = report.world
        found, _ = judge(replace(world, options=replace(world.options, demand=ON_DEMAND)))
    return [finding for finding in found if finding.rule == rule]


@pytest.mark.parametrize("folder", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_fixture(folder: Path) -> None:
    rule = folder.parent.name
    found = findings(folder, rule)
    places = [(f.location.path, f.location.line) if f.location else ("", 0) for f in found]
    wanted = expected(folder, rule)
    fired = f"{rule} fired at {sorted(places)}, `# expect: {rule}` stands at {sorted(wanted)}"
    assert sorted(places) == sorted(wanted), fired
    assert bool(found) == folder.name.startswith("fires"), f"{fired}; expected: {folder.name}"


@pytest.mark.parametrize(
    "folder",
    [path for path in CASES if path.name.startswith("fires")],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_reads_well(folder: Path) -> None:
    """A finding says each thing once, in sentences, without the words of the code."""
    for finding in findings(folder, folder.parent.name):
        texts = [finding.title, *finding.details, *(fix.text for fix in finding.fixes)]
        assert len(texts) == len(set(texts)), f"it says something twice: {texts}"
        assert not finding.title.endswith("."), f"a title has no full stop: {finding.title}"
        assert finding.fixes, "a finding says how to mend it"
        for text in (*finding.details, *(fix.text for fix in finding.fixes)):
            assert text.endswith((".", ").")), f"no sentence: {text}"
        for text in texts:
            assert not WORDS_OF_CODE.search(text), f"words of the code: {text}"


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
class TestEveryRule:
    def test_is_named_like_its_file(self, rule) -> None:
        file = rule.check.__module__.rsplit(".", 1)[-1]
        assert rule.id == file.replace("_", "-"), f"rules/checks/{file}.py has the id {rule.id}"

    def test_has_a_page(self, rule) -> None:
        text = page(rule)
        places = [text.find(f"{heading}\n") for heading in HEADINGS]
        assert -1 not in places, f"headings wanted, in this order: {', '.join(HEADINGS)}"
        assert places == sorted(places)

    def test_its_title_is_the_first_sentence_of_its_page(self, rule) -> None:
        assert page(rule).startswith(f"{rule.title}.\n"), "title and first line differ"

    def test_names_only_rules_that_exist(self, rule) -> None:
        """A name with dashes in backticks is a rule's; the example has names of its own."""
        text = re.sub(r"^Example\n.*?(?=^Fix\n)", "", page(rule), flags=re.MULTILINE | re.DOTALL)
        names = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", text))
        assert names <= RULES.keys(), f"no rules: {sorted(names - RULES.keys())}"

    def test_has_a_firing_and_two_quiet_cases(self, rule) -> None:
        names = [path.name for path in CASES if path.parent.name == rule.id]
        fires, quiet = (sum(n.startswith(word) for n in names) for word in ("fires", "quiet"))
        assert fires, f"tests/rules/{rule.id}/fires/ is wanted"
        assert quiet >= 2, f"two quiet cases are wanted, tests/rules/{rule.id}/quiet*/; got {quiet}"


@pytest.mark.parametrize("rule", [rule.id for rule in all_rules() if rule.on_demand])
def test_what_holds_nearly_everywhere_is_reported_on_demand_only(rule: str) -> None:
    found = analyzed(FIXTURES / rule / "fires").findings
    assert rule not in {finding.rule for finding in found}


def test_ids_are_unique() -> None:
    ids = [rule.id for rule in all_rules()]
    assert len(ids) == len(set(ids))


def test_every_fixture_belongs_to_a_rule() -> None:
    folders = {path.name for path in FIXTURES.iterdir() if path.is_dir()}
    assert folders <= RULES.keys(), f"no rules: {sorted(folders - RULES.keys())}"


def test_every_fixture_says_what_is_expected() -> None:
    stray = [str(path) for path in CASES if not path.name.startswith(("fires", "quiet"))]
    assert not stray, f"a case is named fires… or quiet…: {stray}"
