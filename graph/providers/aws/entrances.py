"""Who an issuer's tokens stand for where a trust policy lets them in, and how far that is open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.openings import Opening
from graph.policy.conditions import ABSENT, Fact, Lookup, Source
from graph.policy.documents import Statement, Test
from graph.policy.globs import Pattern
from graph.providers.aws.subjects import Issuer, Reading, issuer_like, issuer_of
from graph.providers.aws.widths import opening
from graph.values import Truth

_NUMBER = re.compile(r"@(?:\d+|\*)")
_POSITIVE = frozenset({"stringequals", "stringlike", "stringequalsignorecase"})


@dataclass(frozen=True)
class Entrance:
    """One set of tokens that a statement lets in, as an actor; `test` is what names it."""

    actor: str
    truth: Truth
    words: tuple[str, ...] = ()
    opening: Opening | None = None
    test: Test | None = None


@dataclass(frozen=True)
class _Claim:
    """A condition that says which value a claim must have."""

    name: str
    test: Test

    @property
    def options(self) -> Iterator[tuple[Pattern, Truth]]:
        """Each value, with whether it is certain."""
        for entry in self.test.values:
            for pattern in entry:
                yield pattern, Truth.YES if len(entry) == 1 else Truth.MAYBE

    @property
    def limits(self) -> bool:
        """Whether no value is open to anything."""
        return all(not pattern.everything for pattern, _ in self.options)

    def readings(self, row: Issuer) -> tuple[Reading, ...]:
        """What the values say, one or the other."""
        return tuple(it for pattern, _ in self.options for it in row.readings(self.name, pattern))


def entrances(host: str, statement: Statement) -> Iterator[Entrance]:
    """The actors that an issuer's tokens stand for; without a condition on them, all."""
    claims = list(_claims(host, statement))
    subjects = [claim for claim in claims if claim.name == "sub"]
    row = _row(host, subjects)
    said = [it for it in claims if row is None or _binding(it, row)]
    main = next((it for it in (*subjects, *said)), None)
    others = [it for it in said if it is not main]
    if main is None:
        found = _opening(row, host, None, None, ()) if row else None
        yield Entrance(f"{_base(row, host)}:*", Truth.YES, opening=found)
        return
    for pattern, sure in main.options:
        yield _entrance(row, host, main, pattern, sure, others)


def facts_of(host: str, statement: Statement) -> Lookup:
    """What a token says of condition keys: what the actor's name says already is no condition."""
    row = _row(host, [it for it in _claims(host, statement) if it.name == "sub"])
    known = "$" not in host

    def find(key: str) -> Fact:
        before, _, claim = key.rpartition(":")
        if not _of_issuer(key):
            return Fact(Source.OPEN)
        if known and "$" not in before and before.lower() != host.lower():
            return ABSENT
        chosen = row is not None and (row.knows(claim) or claim in row.chosen)
        return Fact(Source.CHOSEN if chosen or claim in {"sub", "aud"} else Source.OPEN)

    return find


def _row(host: str, subjects: Iterable[_Claim]) -> Issuer | None:
    patterns = [pattern for it in subjects for pattern, _ in it.options]
    return issuer_of(host) or issuer_like(patterns)


def _of_issuer(key: str) -> bool:
    return key.partition(":")[0].lower() not in {"aws", "sts", "iam"}


def _claims(host: str, statement: Statement) -> Iterator[_Claim]:
    """The conditions of a statement that say what a claim is, not what it is not."""
    for test in statement.tests:
        before, _, name = test.key.rpartition(":")
        operator = test.operator.rpartition(":")[2].lower().removesuffix("ifexists")
        own = "$" in before or "$" in host or before.lower() == host.lower()
        if own and operator in _POSITIVE and _of_issuer(test.key):
            yield _Claim(name, test)


def _binding(claim: _Claim, row: Issuer) -> bool:
    """Whether a condition tells who comes in: a claim that is known, and cannot be left out."""
    operator = claim.test.operator.lower()
    lenient = operator.startswith("forallvalues") or operator.endswith("ifexists")
    return row.knows(claim.name) and not (lenient and claim.name in row.optional)


def _entrance(
    row: Issuer | None,
    host: str,
    main: _Claim,
    pattern: Pattern,
    sure: Truth,
    others: list[_Claim],
) -> Entrance:
    words: tuple[str, ...] = ()
    found = None
    if row is not None:
        strange = main.name == "sub" and row.starts and not row.readings("sub", pattern)
        if strange and not pattern.holes:
            sure &= Truth.MAYBE
            words = (f"if a subject is ever like {pattern.shown}",)
        found = _opening(row, host, main, pattern, others)
    name = _name(row, main, pattern)
    return Entrance(_with(f"{_base(row, host)}:{name}", others), sure, words, found, main.test)


def _base(row: Issuer | None, host: str) -> str:
    return row.actor if row else f"oidc:{host}"


def _name(row: Issuer | None, main: _Claim, pattern: Pattern) -> str:
    """What the actor's id says after the issuer: the repository, project or workload."""
    if main.name != "sub":
        direct = row is not None and row.claims.get(main.name) == (row.what,)
        return pattern.shown if direct else f"* ({main.name} {pattern.shown})"
    starts = [start.partition("{")[0] for start in row.starts] if row else []
    name = pattern.shown
    for start in starts:
        name = name.removeprefix(start)
    return _NUMBER.sub("", name).removesuffix(":*") or "*"


def _with(actor: str, others: Iterable[_Claim]) -> str:
    """With the other claims that limit the set."""
    said = (f"{it.name} {' or '.join(pattern.shown for pattern, _ in it.options)}" for it in others)
    more = ", ".join(said)
    return f"{actor} ({more})" if more else actor


def _opening(
    row: Issuer,
    host: str,
    main: _Claim | None,
    pattern: Pattern | None,
    others: Iterable[_Claim],
) -> Opening | None:
    """How far the conditions leave the trust open, `None` where they name who may come in."""
    claims = [*others, *([main] if main and main.name != "sub" else ())]
    if any(it.name in row.closing and it.limits for it in claims):
        return None
    readings: tuple[Reading, ...] = (Reading({}),)
    if main and pattern and row.forms(main.name):
        readings = row.readings(main.name, pattern)
    said = [it.readings(row) for it in claims if row.forms(it.name)]
    return opening(row, host, readings, said, pattern)
