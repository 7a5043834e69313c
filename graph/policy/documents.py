"""Policy documents → statements. What is malformed or unknown is `MAYBE` and a gap, never "no"."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graph.policy import holed
from graph.policy.globs import Pattern, compiled, lower
from graph.policy.names import OPEN, Hole, Name, ReadHole, as_hole, literal, names
from graph.values import Json, Location, OneOf, Text, Truth, Unknown, Value

MAX_STATEMENTS = 2_000
_STATEMENT = "a statement"
ANYTHING = Pattern((Hole(detail="not known", anything=True),), "what is not known")
FEW = 8  # entries that are compared one by one


@dataclass(frozen=True, eq=False)
class Clause:
    """One element (`Action`, `NotResource`): each entry is a pattern, or one of several."""

    entries: tuple[tuple[Pattern, ...], ...]
    negated: bool = False

    @cached_property
    def everything(self) -> bool:
        """Whether it covers whatever there is."""
        return not self.negated and any(
            all(pattern.everything for pattern in entry) for entry in self.entries
        )

    @cached_property
    def variable(self) -> bool:
        """Whether it depends on who asks."""
        return any(pattern.variable for entry in self.entries for pattern in entry)

    def near(self, text: str) -> tuple[tuple[Pattern, ...], ...]:
        """The entries that do not begin with another service than the text does."""
        first, colon, _ = text.partition(":")
        if not colon or OPEN in first or len(self.entries) < FEW:
            return self.entries
        return (*self._by_service.get(first, ()), *self._by_service[""])

    @cached_property
    def _by_service(self) -> Mapping[str, tuple[tuple[Pattern, ...], ...]]:
        found: defaultdict[str, list[tuple[Pattern, ...]]] = defaultdict(list)
        for entry in self.entries:
            heads = {pattern.head.partition(":")[:2] for pattern in entry}
            first, colon = heads.pop()
            found[first if colon and not heads else ""].append(entry)
        return {"": (), **{first: tuple(entries) for first, entries in found.items()}}

    @cached_property
    def plain(self) -> bool:
        """Whether it is `*` and nothing besides: of no name there is more to say."""
        return self.everything and len(self.entries) == 1


@dataclass(frozen=True, eq=False)
class Principals:
    """`Principal` or `NotPrincipal`: identifiers by kind (`AWS`, `Service`, `Federated`)."""

    entries: tuple[tuple[str, tuple[Name, ...]], ...]
    negated: bool = False


@dataclass(frozen=True, eq=False)
class Test:
    """One condition: `key` `operator` `values`; values are one of several where not certain."""

    operator: str
    key: str
    values: tuple[tuple[Pattern, ...], ...]


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement; `truth` is MAYBE where it may not be there or not mean what it seems to."""

    allow: bool
    actions: Clause
    resources: Clause | None
    principals: Principals | None = None
    tests: tuple[Test, ...] = ()
    sid: str = ""
    truth: Truth = Truth.YES
    policy: str = ""
    location: Location | None = None


@dataclass(frozen=True)
class Gap:
    """What of a policy could not be read, and why."""

    policy: str
    what: str
    why: str
    location: Location | None = None
    hole: Unknown | None = None


@dataclass(frozen=True, eq=False)
class Policy:
    """A compiled document; `known` is False where nothing of the document could be read."""

    name: str
    statements: tuple[Statement, ...] = ()
    gaps: tuple[Gap, ...] = ()
    location: Location | None = None
    known: bool = True

    @property
    def whole(self) -> bool:
        """Whether no statement is missing, of which nobody can say what it allows."""
        return self.known and all(gap.what != _STATEMENT for gap in self.gaps)


def policy(
    value: Value, name: str, location: Location | None = None, hole: ReadHole = as_hole
) -> Policy:
    """The policy that a document, as text or decoded, says."""
    reader = _Reader(name, location, hole)
    reader.document(value, Truth.YES)
    return Policy(
        name, tuple(reader.statements), tuple(reader.gaps), location, known=not reader.opaque
    )


@dataclass
class _Reader:
    """Collects the statements and gaps of one document."""

    name: str
    location: Location | None
    hole: ReadHole
    statements: list[Statement] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    opaque: bool = False
    variables: bool = False

    def document(self, value: Value | Sequence[Any], truth: Truth) -> None:
        match value:
            case Json(document):
                self.document(document, truth)
            case Text():
                self._holed(value, truth)
            case OneOf(options, why):
                self.gap("the document", why)
                for option in options:
                    self.document(option, truth & Truth.MAYBE)
            case str():
                self._text(value, truth)
            case Mapping():
                self.variables = value.get("Version") == "2012-10-17"
                self._statements(value.get("Statement"), truth)
            case None:
                self._lost("there is no document")
            case Unknown():
                self._lost(value)
            case _:
                self._lost("it is no JSON object")

    def gap(self, what: str, why: object) -> None:
        """A part that could not be read; `why` in words, or the value that is not known."""
        hole = _hole(why)
        words = why if isinstance(why, str) else str(hole or "it is malformed")
        self.gaps.append(Gap(self.name, what, words, self.location, hole))

    def _lost(self, why: object) -> None:
        self.opaque = True
        self.gap("the document", why)

    def _text(self, text: str, truth: Truth) -> None:
        try:
            decoded = json.loads(text)
        except (ValueError, RecursionError):
            self._lost("it is no JSON")
            return
        self.document(decoded if isinstance(decoded, Mapping) else (), truth)

    def _holed(self, text: Text, truth: Truth) -> None:
        found = holed.document(text)
        if found is None:
            self._lost(text)
        else:
            self.document(found, truth)

    def _statements(self, value: object, truth: Truth) -> None:
        items = value if isinstance(value, tuple | list) else (value,)
        if value is None:
            self.gap("the document", "it has no Statement")
            return
        if len(items) > MAX_STATEMENTS:
            self.gap("the document", f"it has more than {MAX_STATEMENTS} statements")
        for item in items[:MAX_STATEMENTS]:
            self._one(item, truth)

    def _one(self, value: object, truth: Truth) -> None:
        match value:
            case Mapping():
                self._statement(value, truth)
            case OneOf(options, _):
                for option in options:
                    self._one(option, truth & Truth.MAYBE)
            case Unknown() | Text():
                self.gap(_STATEMENT, value)
            case tuple() | list():
                for item in value[:MAX_STATEMENTS]:
                    self._one(item, truth & Truth.MAYBE)
            case None:
                pass
            case _:
                self.gap(_STATEMENT, "it is no JSON object")

    def _statement(self, row: Mapping[str, Any], truth: Truth) -> None:
        sid = row.get("Sid")
        actions = self._clause(row, "Action", fold=True)
        if actions is None:
            self.gap(_STATEMENT, "it has neither Action nor NotAction")
            actions = Clause(((ANYTHING,),))
        principals = self._principals(row)
        resources = self._clause(row, "Resource")
        if resources is None and principals is None:
            self.gap(_STATEMENT, "it has neither Resource nor NotResource")
            resources = Clause(((ANYTHING,),))
        tests = self._tests(row.get("Condition"))
        for allow, sure in self._effects(row.get("Effect")):
            self.statements.append(
                Statement(
                    allow,
                    actions,
                    resources,
                    principals,
                    tests,
                    sid if isinstance(sid, str) else "",
                    truth & sure,
                    self.name,
                    self.location,
                )
            )

    def _effects(self, value: object) -> Iterable[tuple[bool, Truth]]:
        if value in ("Allow", "Deny"):
            return [(value == "Allow", Truth.YES)]
        self.gap("an Effect", "it is neither Allow nor Deny" if isinstance(value, str) else value)
        return [(True, Truth.MAYBE), (False, Truth.MAYBE)]

    def _clause(self, row: Mapping[str, Any], key: str, *, fold: bool = False) -> Clause | None:
        negated = f"Not{key}" in row and key not in row
        value = row.get(f"Not{key}" if negated else key)
        if value is None:
            return None
        entries = []
        for item in _items(value):
            found = self._names(item, key)
            patterns = tuple(
                compiled(name, variables=self.variables and not fold) for name in found
            )
            entries.append(tuple(lower(p) for p in patterns) if fold else patterns)
        return Clause(tuple(entries), negated)

    def _names(self, item: object, key: str) -> tuple[Name, ...]:
        if isinstance(item, Unknown | Text | OneOf):
            self.gap(f"a part of {key}", item) if _nameless(item) else None
        found = names(item, self.hole) if not isinstance(item, list | Mapping) else None  # type: ignore[arg-type]
        if found is None:
            self.gap(f"a part of {key}", "it is no string")
            return (Name((ANYTHING.tokens[0],)),)  # type: ignore[arg-type]
        return found

    def _principals(self, row: Mapping[str, Any]) -> Principals | None:
        negated = "NotPrincipal" in row and "Principal" not in row
        value = row.get("NotPrincipal" if negated else "Principal")
        if value is None:
            return None
        entries: list[tuple[str, tuple[Name, ...]]] = []
        if isinstance(value, Mapping):
            for kind, identifiers in value.items():
                entries.extend(
                    (str(kind), self._names(i, "Principal")) for i in _items(identifiers)
                )
        else:
            entries.append(("AWS", self._names(value, "Principal")))
        return Principals(tuple(entries), negated)

    def _tests(self, value: object) -> tuple[Test, ...]:
        if value is None or value == {}:
            return ()
        if not isinstance(value, Mapping):
            self.gap("a Condition", value)
            return (Test("unknown", "a condition that is not known", ()),)
        found: list[Test] = []
        for operator, keys in value.items():
            if not isinstance(keys, Mapping):
                self.gap("a Condition", keys)
                found.append(Test("unknown", "a condition that is not known", ()))
                continue
            for key, given in keys.items():
                found.append(self._test(str(operator), str(key), given))
        return tuple(found)

    def _test(self, operator: str, key: str, given: object) -> Test:
        glob = "like" in operator.lower() or "arn" in operator.lower()
        values = tuple(
            tuple(
                compiled(name, wild=glob, variables=self.variables)
                for name in self._names(item, f"the condition on {key}")
            )
            for item in _items(given)
        )
        return Test(operator, key, values)


def _items(value: object) -> Sequence[Any]:
    return value if isinstance(value, tuple | list) else (value,)


def _nameless(item: Unknown | Text | OneOf) -> bool:
    """Whether nothing says what a part is: no symbol that something else could equal."""
    match item:
        case Unknown():
            return item.symbol is None
        case Text(parts):
            return any(not isinstance(part, str) and _nameless(part) for part in parts)
        case OneOf():
            return False


def _hole(value: object) -> Unknown | None:
    """The first thing in a value that is not known."""
    match value:
        case Unknown():
            return value
        case Text(parts):
            return next((found for part in parts if (found := _hole(part))), None)
        case OneOf(_, why):
            return why
    return None


def everything(name: str) -> Policy:
    """A policy that allows everything, for what is by definition unlimited."""
    star = (compiled(literal("*")),)
    return Policy(name, (Statement(True, Clause((star,)), Clause((star,)), policy=name),))
