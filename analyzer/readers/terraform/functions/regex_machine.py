"""Matching in time linear in the text, whatever the pattern: hostile patterns cannot hang a run.

A pattern becomes a program for Pike's machine: all ways to match advance together, one character
at a time, in the order of preference that Go's `regexp` (leftmost, then first) defines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from analyzer.readers.terraform.functions.regex_syntax import (
    Assertion,
    Character,
    Choice,
    Group,
    Pattern,
    Reader,
    Repeat,
    Sequence,
    Test,
)
from analyzer.readers.terraform.types.errors import LimitError

MAX_PROGRAM = 20_000
MAX_STEPS = 2_000_000
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")

Span: TypeAlias = tuple[int, int]
Saved: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Where the whole and each group matched; (-1, -1) for a group that took no part."""

    spans: tuple[Span, ...]


@dataclass(slots=True)
class _Step:
    """`char` tests a character, `assert` a position, `save` notes it, `split` goes both ways."""

    kind: str
    test: Test | None = None
    what: str = ""
    slot: int = 0
    targets: tuple[int, ...] = ()


@dataclass
class Program:
    """A compiled pattern; `names` as in `Reader`."""

    names: tuple[str, ...]
    steps: list[_Step] = field(default_factory=list)

    def matches(self, text: str) -> list[Match]:
        """All matches from left to right that do not overlap."""
        found: list[Match] = []
        at, budget = 0, [MAX_STEPS]
        while at <= len(text):
            match = self._first(text, at, budget)
            if match is None:
                break
            start, end = match.spans[0]
            if end > start or not found or found[-1].spans[0][1] != start:
                found.append(match)
            at = end if end > start else end + 1
        return found

    def first(self, text: str) -> Match | None:
        """The leftmost match."""
        return self._first(text, 0, [MAX_STEPS])

    def _first(self, text: str, start: int, budget: list[int]) -> Match | None:
        best: Saved | None = None
        waiting: list[tuple[int, Saved]] = []
        empty: Saved = (-1,) * (2 * len(self.names) + 2)
        for at in range(start, len(text) + 1):
            if best is None:
                waiting.append((0, empty))
            elif not waiting:
                break
            advanced: list[tuple[int, Saved]] = []
            seen: set[int] = set()
            for step, saved in waiting:
                end = self._follow(step, saved, text, at, seen, advanced)
                if end is not None:
                    best = end
                    break
            budget[0] -= len(seen) + 1
            if budget[0] < 0:
                raise LimitError("the pattern takes too many steps on this text")
            waiting = advanced
        if best is None:
            return None
        return Match(tuple(zip(best[::2], best[1::2], strict=True)))

    def _follow(
        self,
        first: int,
        saved: Saved,
        text: str,
        at: int,
        seen: set[int],
        advanced: list[tuple[int, Saved]],
    ) -> Saved | None:
        """Everything reachable without a character, in order of preference; the end if it is."""
        todo = [(first, saved)]
        while todo:
            index, saved = todo.pop()
            if index in seen:
                continue
            seen.add(index)
            step = self.steps[index]
            if step.kind == "char":
                assert step.test is not None, "a character step has its test"
                if at < len(text) and step.test(text[at]):
                    advanced.append((index + 1, saved))
            elif step.kind == "split":
                todo.extend((target, saved) for target in reversed(step.targets))
            elif step.kind == "save":
                saved = (*saved[: step.slot], at, *saved[step.slot + 1 :])
                todo.append((index + 1, saved))
            elif step.kind == "assert":
                if _holds(step.what, text, at):
                    todo.append((index + 1, saved))
            else:
                return saved
        return None


def _holds(what: str, text: str, at: int) -> bool:
    match what:
        case "start":
            return at == 0
        case "end":
            return at == len(text)
        case "line start":
            return at == 0 or text[at - 1] == "\n"
        case "line end":
            return at == len(text) or text[at] == "\n"
    before = at > 0 and text[at - 1] in _WORD
    after = at < len(text) and text[at] in _WORD
    return (before != after) == (what == "word")


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Program:
    """The program of a pattern; raises FunctionError where Go would refuse it."""
    reader = Reader(pattern)
    tree = reader.whole()
    program = Program(tuple(reader.names))
    _emit(program.steps, Group(0, tree))
    program.steps.append(_Step("end"))
    return program


def _add(steps: list[_Step], step: _Step) -> int:
    if len(steps) >= MAX_PROGRAM:
        raise LimitError("the pattern is too large when its repetitions are written out")
    steps.append(step)
    return len(steps) - 1


def _emit(steps: list[_Step], pattern: Pattern) -> None:
    match pattern:
        case Character(test=test):
            _add(steps, _Step("char", test=test))
        case Assertion(kind=kind):
            _add(steps, _Step("assert", what=kind))
        case Sequence(parts=parts):
            for part in parts:
                _emit(steps, part)
        case Group(index=index, part=part):
            _add(steps, _Step("save", slot=2 * index))
            _emit(steps, part)
            _add(steps, _Step("save", slot=2 * index + 1))
        case Choice(options=options):
            _emit_choice(steps, options)
        case Repeat():
            _emit_repeat(steps, pattern)


def _emit_choice(steps: list[_Step], options: tuple[Pattern, ...]) -> None:
    split = _add(steps, _Step("split"))
    targets: list[int] = []
    exits: list[int] = []
    for option in options:
        targets.append(len(steps))
        _emit(steps, option)
        exits.append(_add(steps, _Step("split")))
    steps[split].targets = tuple(targets)
    for leave in exits:
        steps[leave].targets = (len(steps),)


def _emit_repeat(steps: list[_Step], repeat: Repeat) -> None:
    for _ in range(repeat.least):
        _emit(steps, repeat.part)
    splits: list[int] = []
    for _ in range((repeat.most or 0) - repeat.least):
        splits.append(_add(steps, _Step("split")))
        _emit(steps, repeat.part)
    if repeat.most is None:
        splits.append(_add(steps, _Step("split")))
        _emit(steps, repeat.part)
        _add(steps, _Step("split", targets=(splits[-1],)))
    for split in splits:
        on, out = split + 1, len(steps)
        steps[split].targets = (on, out) if repeat.greedy else (out, on)
