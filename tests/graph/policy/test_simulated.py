"""Random situations against an independent simulator of IAM, which runs as a process of its own.

`--situations 10000` compares more of them; a number names the same situation on every machine.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from graph.values import Truth
from tests.graph.policy.differences import DIFFERENCES
from tests.graph.policy.simulator import simulate
from tests.graph.policy.situations import Situation, situation
from tests.graph.policy.verdicts import ours, outcomes, requests

REASONS = tomllib.loads((Path(__file__).parent / "differences.toml").read_text(encoding="utf-8"))


def agreeing(given: Situation, found: Truth, theirs: list[bool]) -> bool:
    """YES where every case is allowed, NO where none is; MAYBE needs a doubt to be right."""
    if found is Truth.MAYBE:
        return given.doubtful or len(set(theirs)) == 2
    return set(theirs) == {found is Truth.YES}


def judged(given: Iterable[Situation]) -> Iterator[tuple[Situation, Truth, list[bool]]]:
    rows = [(each, list(requests(each))) for each in given]
    answers = simulate(request for _, cases in rows for request in cases)
    for each, cases in rows:
        yield each, ours(each).truth, outcomes(each, list(islice(answers, len(cases))))


def disagreements(given: Iterable[Situation]) -> list[Situation]:
    return [each for each, found, theirs in judged(given) if not agreeing(each, found, theirs)]


def test_agrees_with_the_simulator(request: pytest.FixtureRequest):
    count = request.config.getoption("--situations")
    left = disagreements(map(situation, range(count)))
    seen: Counter[str] = Counter()
    for strip in DIFFERENCES:
        stripped = [(each, strip(each)) for each in left]
        disputed = [(each, plain) for each, plain in stripped if plain != each]
        still = {each.number for each in disagreements(plain for _, plain in disputed)}
        seen[strip.__name__] = len(disputed) - len(still)
        same = [each for each, plain in stripped if plain == each]
        left = [*same, *(plain for _, plain in disputed if plain.number in still)]
    assert not left, f"{len(left)} without a reason, the first: {left[0]}"
    assert sum(seen.values()) < count / 50, f"the known differences are not rare: {seen}"


def test_every_difference_has_a_reason_and_a_source():
    assert set(REASONS) == {strip.__name__ for strip in DIFFERENCES}
    for row in REASONS.values():
        assert row["ours"]
        assert row["theirs"]
        assert row["source"].startswith("https://docs.aws.amazon.com/")


@pytest.mark.parametrize("number", range(3))
def test_a_wrong_engine_would_be_noticed(number):
    """What is allowed to nobody, said to be allowed, is a disagreement."""
    given = situation(number)
    theirs = outcomes(given, list(simulate(requests(given))))
    wrong = Truth.NO if any(theirs) else Truth.YES
    assert not agreeing(given, wrong, theirs)
