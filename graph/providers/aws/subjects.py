"""The language of an issuer's subjects, and what a trust policy's pattern leaves open of it.

A form such as `repo:{owner}/{repository}:ref:refs/heads/{branch+}` is laid beside the pattern of a
condition: each way in which both can be one text is a reading, with what the pattern says of each
field. A `*` may go on past the end of a field, as in IAM.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache, lru_cache
from typing import Any

from graph.policy.globs import Pattern, Token, Variable, Wild, compiled, matches
from graph.policy.names import Hole, literal, shown
from graph.tables import table

MOST_STEPS = 2_000
FIELD = re.compile(r"\{(\w+)(\+?)\}")
_NEVER = frozenset("*:")
_ENDS = frozenset("*:/@")


class Said(IntEnum):
    """How much a pattern says of a field."""

    NOTHING = 0
    PART = 1
    EXACTLY = 2


@dataclass(frozen=True, slots=True)
class Field:
    """A part of a subject that its owner chooses; `ends` are characters it cannot hold."""

    name: str
    ends: frozenset[str]


Form = tuple[str | Field, ...]


@dataclass(frozen=True)
class Event:
    """What a subject ends in: when a token has it, and whether that is before any review."""

    sub: str
    named: str = ""
    exact: str = ""
    open: bool = False
    words: str = ""

    def unreviewed(self, reading: Reading) -> bool:
        """Whether what nobody reviewed has such a subject."""
        return (
            self.open
            or (bool(self.named) and reading.said(self.named) is Said.NOTHING)
            or (bool(self.exact) and reading.said(self.exact) is not Said.EXACTLY)
        )


@dataclass(frozen=True)
class Reading:
    """What a pattern says of each field, in one form."""

    fields: Mapping[str, tuple[Token, ...]]
    event: Event | None = None
    start: str = ""

    def said(self, name: str) -> Said:
        """How much it says of a field; of one that the form does not have, nothing."""
        tokens = self.fields.get(name, ())
        if not tokens or all(token is Wild.STAR for token in tokens):
            return Said.NOTHING
        return Said.PART if any(isinstance(token, Wild) for token in tokens) else Said.EXACTLY

    def shown(self, name: str) -> str:
        """A field for readers."""
        tokens = self.fields.get(name, (Wild.STAR,))
        return "".join(_shown(token) for token in tokens)


@dataclass(frozen=True)
class Issuer:
    """A row of the table: who issues tokens, and what their subjects and claims say."""

    host: str
    actor: str
    source: str
    like: str = ""
    shared: str = ""
    within: str = ""
    what: str = ""
    starts: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    project: tuple[str, ...] = ()
    part: tuple[str, ...] = ()
    narrow: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    status: str = "confirmed"

    def readings(self, claim: str, pattern: Pattern) -> tuple[Reading, ...]:
        """Every way in which a claim of this issuer can be like the pattern."""
        return tuple(
            Reading(fields, event, start)
            for text, event, start in self.forms(claim)
            for fields in _laid(text, pattern)
        )

    def forms(self, claim: str) -> Sequence[tuple[str, Event | None, str]]:
        """What a claim can look like, with the event and the start it consists of."""
        if claim == "sub" and self.starts:
            return [(start + it.sub, it, start) for start in self.starts for it in self.events]
        whole = ("{" + claim + "+}",) if claim in self.owner else ()
        return [(form, None, "") for form in self.claims.get(claim, whole)]

    def knows(self, claim: str) -> bool:
        """Whether the table says what a claim means."""
        return claim in {"sub", *self.claims, *self.closing, *self.owner}


def issuer_of(host: str) -> Issuer | None:
    """The row of an issuer by its address, without the scheme."""
    name = literal(host)
    return next((row for row in issuers() if matches(compiled(literal(row.host)), name)), None)


def issuer_like(subjects: Iterable[Pattern]) -> Issuer | None:
    """The row whose subjects start as these do, for an issuer whose address tells nothing.

    It is then taken for somebody's own: nothing says that strangers use it.
    """
    heads = [pattern.head for pattern in subjects]
    for row in issuers():
        starts = [start.partition("{")[0] for start in row.starts]
        if any(start and head.startswith(start) for start in starts for head in heads):
            return _own(row, row.host)
    return None


@cache
def issuers() -> tuple[Issuer, ...]:
    """All rows, in the table's order."""
    found: dict[str, Issuer] = {}
    for row in table("aws", "federation")["issuer"]:
        same = found.get(row.get("like", ""))
        found[row["host"]] = _own(same, row["host"]) if same else _read(row)
    return tuple(found.values())


def _own(row: Issuer, host: str) -> Issuer:
    """An issuer with the same subjects that serves one customer only."""
    kept = {name: getattr(row, name) for name in row.__dataclass_fields__}
    return Issuer(**{**kept, "host": host, "shared": ""})


def _read(row: Mapping[str, Any]) -> Issuer:
    plain: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in row.items()
        if key not in {"event", "claims"}
    }
    return Issuer(
        **plain,
        claims={claim: tuple(forms) for claim, forms in row.get("claims", {}).items()},
        events=tuple(Event(**event) for event in row.get("event", ())),
    )


@cache
def _form(text: str) -> Form:
    found: list[str | Field] = []
    at = 0
    for match in FIELD.finditer(text):
        found.extend(text[at : match.start()])
        found.append(Field(match[1], _NEVER if match[2] else _ENDS))
        at = match.end()
    return (*found, *text[at:])


@lru_cache(maxsize=20_000)
def _laid(text: str, pattern: Pattern) -> tuple[Mapping[str, tuple[Token, ...]], ...]:
    """What stands at each field of a form, for each way to lay the pattern beside it."""
    return tuple(_ways(_form(text), pattern))


def _ways(form: Form, pattern: Pattern) -> Iterator[Mapping[str, tuple[Token, ...]]]:
    """The pattern laid beside a form: what stands at each field, for each way to do it.

    Bounded: a pattern that has more ways than anybody writes has none.
    """
    tokens = [char for token in pattern.tokens for char in _chars(token)]
    pending: list[tuple[int, int, tuple[tuple[str, Token], ...]]] = [(0, 0, ())]
    seen: set[frozenset[tuple[str, tuple[Token, ...]]]] = set()
    for _ in range(MOST_STEPS):
        if not pending:
            return
        at, used, got = pending.pop()
        if at < len(form):
            pending.extend(_steps(form[at], at, tokens, used, got))
        elif all(token is Wild.STAR for token in tokens[used:]):
            fields = _fields(got)
            key = frozenset(fields.items())
            if key not in seen:
                seen.add(key)
                yield fields


def _steps(
    item: str | Field, at: int, tokens: list[Token], used: int, got: tuple[tuple[str, Token], ...]
) -> Iterator[tuple[int, int, tuple[tuple[str, Token], ...]]]:
    """The next places in form and pattern, with what stands at the fields so far."""
    token = tokens[used] if used < len(tokens) else None
    wide = token is Wild.STAR or isinstance(token, Hole | Variable)
    if isinstance(item, str):
        if token == item or token is Wild.ONE:
            yield at + 1, used + 1, got
        elif wide:
            yield at, used + 1, got
            if token is Wild.STAR or item != ":":
                yield at + 1, used, got
        return
    begun = bool(got) and got[-1][0] == item.name
    if begun and not (wide and got[-1][1] == token):
        yield at + 1, used, got
    if token is not None and (wide or token is Wild.ONE or token not in item.ends):
        more = got if begun and got[-1][1] == token and wide else (*got, (item.name, token))
        yield at, used + 1, more
        if wide:
            yield at + 1, used, more


def _fields(got: tuple[tuple[str, Token], ...]) -> dict[str, tuple[Token, ...]]:
    found: dict[str, tuple[Token, ...]] = {}
    for name, token in got:
        found[name] = (*found.get(name, ()), token)
    return found


def _chars(token: Token) -> Iterable[Token]:
    return token if isinstance(token, str) else (token,)


def _shown(token: Token) -> str:
    match token:
        case Wild():
            return token.value
        case Variable(name=name):
            return "${" + name + "}"
        case str() | Hole():
            return shown((token,))


def filled(words: str, reading: Reading | None) -> str:
    """A row's words with the fields of a reading."""
    empty = Reading({})
    return FIELD.sub(lambda match: (reading or empty).shown(match[1]), words)
