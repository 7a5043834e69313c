"""Policy patterns (`*`, `?`, variables, holes) against names that may have holes, in three values.

No regular expression is built from input. A certain match is found by a greedy scan; whether a
hole could make it one, by a table of both, so hostile patterns cost no more than their length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property, lru_cache

from graph.policy.names import CLOSE, OPEN, Hole, Name, Part, code, contradict, lead, shown
from graph.values import Truth

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES
MAX_CELLS = 250_000
_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_ESCAPES = {"*", "?", "$"}


class Wild(Enum):
    """`*` is any run of characters, `?` one character."""

    STAR = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable, `${aws:username}`, with the text to use where it has no value."""

    name: str
    default: str | None = None


Token = str | Hole | Wild | Variable
Fill = Callable[[str], tuple[Part, ...] | None]  # `None` where nobody knows the value
NO_VALUE: tuple[Part, ...] = ()
_NOTHING: tuple[Token, ...] = (CLOSE,)  # no name begins with it


@dataclass(frozen=True, eq=False)
class Pattern:
    """A compiled pattern; `shown` is how its author wrote it."""

    tokens: tuple[Token, ...]
    shown: str = ""

    @cached_property
    def everything(self) -> bool:
        """Whether it is `*`."""
        return bool(self.tokens) and all(token is Wild.STAR for token in self.tokens)

    @cached_property
    def variable(self) -> bool:
        """Whether it depends on who asks."""
        return any(isinstance(token, Variable) for token in self.tokens)

    @cached_property
    def nothing(self) -> bool:
        """Whether it covers nothing, because a variable in it has no value."""
        return self.tokens == _NOTHING

    @cached_property
    def head(self) -> str:
        """The literal text it starts with."""
        first = self.tokens[0] if self.tokens else ""
        return first if isinstance(first, str) else ""

    @cached_property
    def lead(self) -> str:
        """The beginning that is certain, holes that equal themselves included."""
        return lead(self.tokens)

    @cached_property
    def holes(self) -> tuple[Hole, ...]:
        """What is not known of it."""
        return tuple(token for token in self.tokens if isinstance(token, Hole))

    @cached_property
    def pieces(self) -> tuple[tuple[str | Wild, ...], ...]:
        """What stands between the stars, holes as text."""
        found: list[list[str | Wild]] = [[]]
        for token in self.tokens:
            if token is Wild.STAR:
                found.append([])
            else:
                piece = found[-1]
                text = code(token, "?") if isinstance(token, Hole) else token
                assert not isinstance(text, Variable), "variables are filled before matching"
                if isinstance(text, str) and piece and isinstance(piece[-1], str):
                    piece[-1] += text
                else:
                    piece.append(text)
        return tuple(tuple(piece) for piece in found)

    def filled(self, fill: Fill) -> Pattern:
        """The pattern for one who asks; a variable that has no value and no default matches
        nothing, one of which nobody knows the value is a hole.
        Source: IAM User Guide, reference_policies_variables (variables with no value).
        """
        if not self.variable:
            return self
        tokens: list[Token] = []
        for token in self.tokens:
            if isinstance(token, Variable):
                found = fill(token.name)
                if found == NO_VALUE and token.default is None:
                    return Pattern(_NOTHING, self.shown)
                if found is None:
                    found = (Hole(detail=token.name),)
                tokens.extend(found or (token.default or "",))
            else:
                tokens.append(token)
        return Pattern(_merged(tokens), self.shown)


def compiled(name: Name, *, wild: bool = True, variables: bool = True) -> Pattern:
    """A name as a pattern; `wild` for globs, `variables` for policies of version 2012-10-17."""
    return _compiled(name.parts, wild, variables)


@lru_cache(maxsize=50_000)
def _compiled(parts: tuple[Part, ...], wild: bool, variables: bool) -> Pattern:
    """The same text is the same pattern, so that what it covers is found out once."""
    tokens: list[Token] = []
    for part in parts:
        tokens.extend(_tokens(part, wild, variables) if isinstance(part, str) else [part])
    return Pattern(_merged(tokens), shown(parts))


@lru_cache(maxsize=50_000)
def lower(pattern: Pattern) -> Pattern:
    """The pattern for text that is compared without regard to case."""
    tokens = (token.lower() if isinstance(token, str) else token for token in pattern.tokens)
    return Pattern(tuple(tokens), pattern.shown)


def matches(pattern: Pattern, name: Name) -> Truth:
    """Whether the pattern covers the name."""
    if pattern.everything:
        return YES
    if contradict(pattern.lead, name.lead):
        return NO
    return _matches(pattern, name)


@lru_cache(maxsize=200_000)
def _matches(pattern: Pattern, name: Name) -> Truth:
    if _scan(pattern.pieces, name.code):
        return YES
    if (name.plain and not pattern.holes) or _elsewhere(pattern, name):
        return NO
    return _possible(pattern, name)


def _tokens(text: str, wild: bool, variables: bool) -> Iterable[Token]:
    at = 0
    found: list[Token] = []
    for match in _VARIABLE.finditer(text) if variables else ():
        found.extend(_wild(text[at : match.start()], wild))
        key, comma, default = match[1].partition(",")
        if key in _ESCAPES:
            found.append(key)
        else:
            given = default.strip().strip("'\"") if comma else None
            found.append(Variable(key.strip(), given))
        at = match.end()
    found.extend(_wild(text[at:], wild))
    return found


def _wild(text: str, wild: bool) -> Iterable[Token]:
    if not wild:
        return [text] if text else []
    found: list[Token] = []
    for piece in re.split(r"([*?])", text):
        if piece == "*":
            found.append(Wild.STAR)
        elif piece == "?":
            found.append(Wild.ONE)
        elif piece:
            found.append(piece)
    return found


def _merged(tokens: Iterable[Token]) -> tuple[Token, ...]:
    found: list[Token] = []
    for token in tokens:
        last = found[-1] if found else None
        if token is Wild.STAR and last is Wild.STAR:
            continue
        if isinstance(token, str) and isinstance(last, str):
            found[-1] = last + token
        else:
            found.append(token)
    return tuple(found)


def _scan(pieces: tuple[tuple[str | Wild, ...], ...], text: str) -> bool:
    """Greedy: the first piece at the start, the last at the end, the others as early as can be."""
    first, last = pieces[0], pieces[-1]
    start = _length(first)
    if not _stands(first, text, 0):
        return False
    if len(pieces) == 1:
        return start == len(text)
    end = len(text) - _length(last)
    if end < start or not _stands(last, text, end):
        return False
    for piece in pieces[1:-1]:
        found = _find(piece, text, start, end)
        if found < 0:
            return False
        start = found + _length(piece)
    return start <= end


def _length(piece: tuple[str | Wild, ...]) -> int:
    return sum(len(part) if isinstance(part, str) else 1 for part in piece)


def _find(piece: tuple[str | Wild, ...], text: str, start: int, end: int) -> int:
    if len(piece) == 1 and isinstance(piece[0], str):
        return text.find(piece[0], start, end)
    for at in range(start, end - _length(piece) + 1):
        if _stands(piece, text, at):
            return at
    return -1


def _stands(piece: tuple[str | Wild, ...], text: str, at: int) -> bool:
    for part in piece:
        if isinstance(part, str):
            if not text.startswith(part, at):
                return False
            at += len(part)
        else:
            if at >= len(text) or text[at] in (OPEN, CLOSE):
                return False
            at += 1
    return True


def _elsewhere(pattern: Pattern, name: Name) -> bool:
    """Whether the pattern certainly names another resource than the one `name` is of."""
    if not name.owner:
        return False
    for index, token in enumerate(pattern.tokens):
        if not isinstance(token, Hole) or not token.owner or token.owner == name.owner:
            continue
        before = pattern.tokens[index - 1] if index else ":"
        after = pattern.tokens[index + 1] if index + 1 < len(pattern.tokens) else ":"
        if not _separates(before, -1) or not _separates(after, 0):
            continue
        if token.type == name.type or (index == 0 and token.attribute == "arn"):
            return True
    return False


def _separates(token: Token, index: int) -> bool:
    return isinstance(token, str) and token[index] in ":/"


def _possible(pattern: Pattern, name: Name) -> Truth:
    """`MAYBE` if values of the holes exist for which the pattern covers the name."""
    left: list[Token] = [char for token in pattern.tokens for char in _chars(token)]
    right: list[Token] = [char for part in name.parts for char in _chars(part)]
    whole = bool(right) and isinstance(right[0], Hole)
    start, most = 0, min(len(left), len(right))
    while start < most and _same(left[start], right[start]):
        start += 1
    end = 0
    while end < most - start and _same(left[-1 - end], right[-1 - end]):
        end += 1
    left, right = left[start : len(left) - end], right[start : len(right) - end]
    if left and right and (_differ(left[0], right[0]) or _differ(left[-1], right[-1])):
        return NO
    if len(left) * len(right) > MAX_CELLS:
        return MAYBE
    return _table(left, right, whole and not start)


def _differ(one: Token, other: Token) -> bool:
    return isinstance(one, str) and isinstance(other, str)


def _chars(token: Token) -> Iterable[Token]:
    return token if isinstance(token, str) else (token,)


def _same(one: Token, other: Token) -> bool:
    if isinstance(one, Hole) and isinstance(other, Hole):
        return one.symbol is not None and one.symbol == other.symbol
    return isinstance(one, str) and one == other


def _table(pattern: list[Token], name: list[Token], whole: bool) -> Truth:
    """Which prefixes of the name each prefix of the pattern may cover.

    `at[j]`: the first j parts are used up; `inside[j]`: some of the hole j is.
    """
    size = len(name)
    if whole and isinstance(name[0], Hole):
        name = [replace(name[0], anything=True), *name[1:]]
    hole = [isinstance(part, Hole) for part in name]
    at, inside = _left([True] + [False] * size, [False] * size, hole)
    for token in pattern:
        if token is Wild.STAR or isinstance(token, Hole):
            fits = [not isinstance(token, Hole) or _within(token, part) for part in name]
            at, inside = _any_run(at, inside, hole, fits)
            continue
        new_at, new_inside = [False] * (size + 1), [False] * size
        for j, part in enumerate(name):
            if isinstance(part, Hole):
                fits_in = not isinstance(token, str) or part.takes(token)
                new_inside[j] = fits_in and (at[j] or inside[j])
            elif at[j] and (token is Wild.ONE or token == part):
                new_at[j + 1] = True
        at, inside = _left(new_at, new_inside, hole)
    return Truth.MAYBE if at[size] else NO


def _left(at: list[bool], inside: list[bool], hole: list[bool]) -> tuple[list[bool], list[bool]]:
    """A hole may be empty, and may end after any part of it."""
    for j, is_hole in enumerate(hole):
        if is_hole and (at[j] or inside[j]):
            at[j + 1] = True
    return at, inside


def _within(hole: Hole, part: Token) -> bool:
    """Whether an unknown part of the pattern may stretch over a part of the name."""
    return not hole.digits or isinstance(part, Hole) or (isinstance(part, str) and part.isdigit())


def _any_run(
    at: list[bool], inside: list[bool], hole: list[bool], fits: list[bool]
) -> tuple[list[bool], list[bool]]:
    """After a `*` or an unknown part, everything from the first place on is possible, as far as
    it `fits`.
    """
    reached = False
    new_at, new_inside = [False] * len(at), [False] * len(inside)
    for j in range(len(at)):
        reached = at[j] or (reached and fits[j - 1])
        new_at[j] = reached
        if j < len(inside) and hole[j]:
            new_inside[j] = reached or inside[j]
            reached = reached or inside[j]
    return new_at, new_inside
