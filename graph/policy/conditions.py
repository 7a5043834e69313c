"""Conditions in three values: what the caller, the target and nobody can choose is evaluated.

A missing key makes a positive operator false, a negated one and `…IfExists` true; `ForAllValues` is
true and `ForAnyValue` false of it, and `Null` asks for it.
Source: IAM User Guide, reference_policies_elements_condition_operators and
reference_policies_multi-value-conditions.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import reduce

from graph.policy.documents import Test
from graph.policy.globs import Fill, Pattern, Variable, Wild, compiled, matches
from graph.policy.names import Hole, Name
from graph.values import Truth

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES


class Source(Enum):
    """Who decides what a condition key holds."""

    FIXED = "fixed"  # principal, target or provider: evaluate
    CHOSEN = "chosen"  # the caller: an Allow can be met, a Deny avoided
    OPTIONAL = "optional"  # the caller may leave it as it is; what else it may be is not his choice
    OPEN = "open"  # the environment


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of a key: `values` of a fixed one, `None` where it is absent."""

    source: Source
    values: tuple[Name, ...] | None = None
    label: str = ""


Lookup = Callable[[str], Fact]
ABSENT = Fact(Source.FIXED)


@dataclass(frozen=True, slots=True)
class Choice:
    """A test that the caller decides: whether he wants it to hold."""

    test: Test
    wanted: bool


@dataclass(frozen=True, slots=True)
class Holds:
    """Whether all conditions of a statement hold, and what it hangs on, in words.

    `words` say when the conditions hold, `otherwise` when they do not; `choices` are what the
    caller has to send for that.
    """

    truth: Truth
    words: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()


ALWAYS = Holds(YES)


def hold(tests: Iterable[Test], lookup: Lookup, fill: Fill, *, deny: bool) -> Holds:
    """Whether the conditions hold for a caller who wants an Allow to hold and a Deny not to."""
    truth = YES
    words: list[str] = []
    otherwise: list[str] = []
    choices: list[Choice] = []
    for test in tests:
        fact, operator = lookup(test.key), _operator(test.operator)
        one, said = _one(test, fact, operator, fill, deny=deny)
        if operator is not None and fact.source is Source.CHOSEN:
            choices.append(Choice(test, not deny))
        elif one is NO:
            return Holds(NO)
        elif one is MAYBE:
            words.append(said[0])
            otherwise.append(said[1])
        truth &= one
    if truth is NO:
        return Holds(NO, choices=tuple(choices[:1]))  # one test that fails is enough to escape
    return Holds(
        truth, tuple(dict.fromkeys(words)), tuple(dict.fromkeys(otherwise)), tuple(choices)
    )


def satisfied(choice: Choice, value: tuple[Name, ...] | None, fill: Fill) -> bool:
    """Whether a value of the key certainly does what the caller wants."""
    operator = _operator(choice.test.operator)
    assert operator is not None, "what is not understood is nobody's choice"
    return _truth(operator, value, choice.test, fill) is Truth.of(choice.wanted)


def _one(
    test: Test, fact: Fact, operator: _Operator | None, fill: Fill, *, deny: bool
) -> tuple[Truth, tuple[str, str]]:
    if operator is None:
        return MAYBE, (f"if {test.key} holds", f"unless {test.key} holds")
    said = _said(test, operator, fact)
    match fact.source:
        case Source.CHOSEN:
            return (NO if deny else YES), said
        case Source.OPEN:
            return MAYBE, said
        case Source.OPTIONAL:
            without = _truth(operator, fact.values, test, fill)
            free = NO if deny else YES
            return (free if without is free else MAYBE), said
        case Source.FIXED:
            return _truth(operator, fact.values, test, fill), said


@dataclass(frozen=True, slots=True)
class _Operator:
    name: str
    negated: bool
    if_exists: bool
    quantifier: str


def _operator(text: str) -> _Operator | None:
    quantifier, colon, name = text.rpartition(":")
    name = name.lower()
    quantifier = quantifier.lower()
    if colon and quantifier not in {"forallvalues", "foranyvalue"}:
        return None
    if_exists = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    negated = name in _NEGATED
    positive = _NEGATED.get(name, name)
    if positive not in _COMPARE and positive != "null":
        return None
    return _Operator(positive, negated, if_exists, quantifier)


def _truth(operator: _Operator, given: tuple[Name, ...] | None, test: Test, fill: Fill) -> Truth:
    patterns = [tuple(pattern.filled(fill) for pattern in entry) for entry in test.values]
    if operator.name == "null":
        wanted = literal_of(patterns)
        return MAYBE if wanted is None else Truth.of((wanted == "true") is (given is None))
    if given is None:
        if operator.quantifier:
            unsaid = operator.if_exists and operator.quantifier == "foranyvalue"
            return MAYBE if unsaid else Truth.of(operator.quantifier == "forallvalues")
        return Truth.of(operator.if_exists or operator.negated)
    each = [_against(operator, value, patterns) for value in given]
    if operator.quantifier == "forallvalues":
        return reduce(Truth.__and__, each, YES)
    found = reduce(Truth.__or__, each, NO)
    return found if operator.quantifier or len(given) == 1 else MAYBE  # several need a quantifier


def _against(operator: _Operator, value: Name, patterns: list[tuple[Pattern, ...]]) -> Truth:
    compare = _COMPARE[operator.name]
    found = NO
    for entry in patterns:
        options = {compare(pattern, value) for pattern in entry}
        found |= options.pop() if len(options) == 1 else MAYBE
    return ~found if operator.negated else found


def literal_of(patterns: list[tuple[Pattern, ...]]) -> str | None:
    """The one value of a condition, as plain text in lower case."""
    if len(patterns) == 1 and len(patterns[0]) == 1:
        text = _plain(patterns[0][0])
        return text.lower() if text is not None else None
    return None


def _plain(pattern: Pattern) -> str | None:
    found = ""
    for token in pattern.tokens:
        if isinstance(token, Hole | Variable):
            return None
        found += token.value if isinstance(token, Wild) else token
    return found


def _string(pattern: Pattern, value: Name) -> Truth:
    return matches(pattern, value)


def _fold(pattern: Pattern, value: Name) -> Truth:
    tokens = tuple(t.lower() if isinstance(t, str) else t for t in pattern.tokens)
    parts = tuple(p.lower() if isinstance(p, str) else p for p in value.parts)
    return matches(Pattern(tokens, pattern.shown), Name(parts))


def _arn(pattern: Pattern, value: Name) -> Truth:
    """An ARN's six components are compared one by one: `*` does not cross their colons. What AWS
    makes of a mere `*` is said nowhere.
    """
    text = _plain(pattern)
    if text is None or not value.plain:
        return matches(pattern, value)
    one, other = text.split(":", 5), value.code.split(":", 5)
    if len(one) != len(other):
        return MAYBE if text == "*" else NO
    pairs = zip(one, other, strict=True)
    return reduce(Truth.__and__, (matches(compiled(Name((a,))), Name((b,))) for a, b in pairs), YES)


def _parsed(
    parse: Callable[[str], object], test: Callable[[object, object], bool]
) -> Callable[[Pattern, Name], Truth]:
    """A comparison of what the texts mean; a text that means nothing compares as false."""

    def compare(pattern: Pattern, value: Name) -> Truth:
        text = _plain(pattern)
        if text is None or not value.plain:
            return MAYBE
        one, other = parse(value.code), parse(text)
        return Truth.of(one is not None and other is not None and test(one, other))

    return compare


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _date(text: str) -> float | None:
    if text.isdigit() and len(text) < 16:
        return float(text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _network(text: str) -> object:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _inside(one: object, other: object) -> bool:
    assert isinstance(one, ipaddress.IPv4Network | ipaddress.IPv6Network), "parsed as a network"
    assert isinstance(other, ipaddress.IPv4Network | ipaddress.IPv6Network), "parsed as a network"
    return one.version == other.version and one.subnet_of(other)  # type: ignore[arg-type]


def _ordered(
    parse: Callable[[str], object], accepts: frozenset[int]
) -> Callable[[Pattern, Name], Truth]:
    def test(one: object, other: object) -> bool:
        return (one > other) - (one < other) in accepts  # type: ignore[operator]

    return _parsed(parse, test)


_COMPARE: dict[str, Callable[[Pattern, Name], Truth]] = {
    "stringequals": _string,
    "stringlike": _string,
    "stringequalsignorecase": _fold,
    "arnequals": _arn,
    "arnlike": _arn,
    "bool": _fold,
    "binaryequals": _string,
    "ipaddress": _parsed(_network, _inside),
}
for _kind, _parse in (("numeric", _number), ("date", _date)):
    _COMPARE |= {
        f"{_kind}equals": _ordered(_parse, frozenset({0})),
        f"{_kind}lessthan": _ordered(_parse, frozenset({-1})),
        f"{_kind}lessthanequals": _ordered(_parse, frozenset({-1, 0})),
        f"{_kind}greaterthan": _ordered(_parse, frozenset({1})),
        f"{_kind}greaterthanequals": _ordered(_parse, frozenset({0, 1})),
    }
_NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotlike": "stringlike",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "notipaddress": "ipaddress",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
}
_WORDS = {
    "stringequals": ("is", "is not"),
    "stringequalsignorecase": ("is", "is not"),
    "stringlike": ("is like", "is not like"),
    "arnequals": ("is", "is not"),
    "arnlike": ("is like", "is not like"),
    "binaryequals": ("is", "is not"),
    "bool": ("is", "is not"),
    "ipaddress": ("is in", "is not in"),
    "equals": ("is", "is not"),
    "lessthan": ("is before", "is not before"),
    "lessthanequals": ("is at most", "is more than"),
    "greaterthan": ("is after", "is not after"),
    "greaterthanequals": ("is at least", "is less than"),
}


def _said(test: Test, operator: _Operator, fact: Fact) -> tuple[str, str]:
    """The condition in words, and its opposite."""
    label = fact.label or test.key
    values = " or ".join(" or ".join(p.shown for p in entry) for entry in test.values)
    if operator.name == "null":
        there, missing = f"if {label} is given", f"if {label} is not given"
        return (missing, there) if values.lower() == "true" else (there, missing)
    if label.startswith("with") and operator.name == "bool":
        yes, no = label, label.replace("with", "without", 1)
        positive = (values.lower() == "true") is not operator.negated
        return (yes, no) if positive else (no, yes)
    verb, opposite = _WORDS[operator.name.removeprefix("numeric").removeprefix("date")]
    if operator.negated:
        verb, opposite = opposite, verb
    return f"if {label} {verb} {values}", f"if {label} {opposite} {values}"
