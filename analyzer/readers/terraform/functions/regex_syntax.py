"""Regular expressions in the syntax of Go's `regexp` (RE2), read into a tree."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from analyzer.readers.terraform.functions.registry import FunctionError
from analyzer.readers.terraform.types.errors import LimitError

Test: TypeAlias = Callable[[str], bool]
MAX_REPEAT = 1000
MAX_DEPTH = 200
MAX_PATTERN = 10_000

_CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ASSERTIONS = {"A": "start", "z": "end", "b": "word", "B": "no word"}
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_DIGITS = frozenset("0123456789")
_NAMED: dict[str, Test] = {
    "d": lambda char: char in _DIGITS,
    "w": lambda char: char in _WORD,
    "s": lambda char: char in "\t\n\f\r ",
    "alnum": lambda char: char.isascii() and char.isalnum(),
    "alpha": lambda char: char.isascii() and char.isalpha(),
    "ascii": str.isascii,
    "blank": lambda char: char in "\t ",
    "cntrl": lambda char: char < " " or char == "\x7f",
    "digit": lambda char: char in _DIGITS,
    "graph": lambda char: "!" <= char <= "~",
    "lower": lambda char: "a" <= char <= "z",
    "print": lambda char: " " <= char <= "~",
    "punct": lambda char: "!" <= char <= "~" and not char.isalnum(),
    "space": lambda char: char in "\t\n\v\f\r ",
    "upper": lambda char: "A" <= char <= "Z",
    "word": lambda char: char in _WORD,
    "xdigit": lambda char: char in "0123456789abcdefABCDEF",
}


@dataclass(frozen=True, slots=True)
class Character:
    """One character that passes a test."""

    test: Test


@dataclass(frozen=True, slots=True)
class Assertion:
    """start, end, line start, line end, word, no word."""

    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other; empty for nothing."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The first that matches."""

    options: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """From `least` to `most` times (`None` for any number), as many or as few as possible."""

    part: Pattern
    least: int
    most: int | None
    greedy: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A capture, numbered from 1."""

    index: int
    part: Pattern


Pattern: TypeAlias = Character | Assertion | Sequence | Choice | Repeat | Group


@dataclass
class Reader:
    """Reads one pattern; `names` are those of its groups, "" for a group without one."""

    text: str
    at: int = 0
    depth: int = 0
    flags: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.names: list[str] = []
        if len(self.text) > MAX_PATTERN:
            raise LimitError(f"a pattern of over {MAX_PATTERN} characters")

    def whole(self) -> Pattern:
        """The pattern; raises FunctionError where Go would refuse it."""
        found = self._choice()
        if self.at < len(self.text):
            raise self._fault("unexpected )")
        return found

    def _fault(self, why: str) -> FunctionError:
        return FunctionError(f"invalid regexp pattern: {why} at {self.at}")

    def _takes(self, token: str) -> bool:
        if not self.text.startswith(token, self.at):
            return False
        self.at += len(token)
        return True

    def _next(self) -> str:
        if self.at >= len(self.text):
            raise self._fault("unexpected end")
        self.at += 1
        return self.text[self.at - 1]

    def _choice(self) -> Pattern:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise LimitError(f"a pattern nested deeper than {MAX_DEPTH} levels")
        options = [self._sequence()]
        while self._takes("|"):
            options.append(self._sequence())
        self.depth -= 1
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Pattern:
        parts: list[Pattern] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            if self._takes("\\Q"):
                literal, _, rest = self.text[self.at :].partition("\\E")
                self.at = len(self.text) - len(rest)
                parts.extend(Character(self._literal(char)) for char in literal)
            else:
                parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _repeated(self, part: Pattern) -> Pattern:
        already = False
        while (bounds := self._bounds()) is not None:
            if already:
                raise self._fault("invalid nested repetition operator")
            already = True
            lazy = self._takes("?")
            part = Repeat(part, *bounds, greedy=lazy == ("U" in self.flags))
        return part

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._takes(sign):
                return bounds
        close = self.text.find("}", self.at)
        if not self.text.startswith("{", self.at) or close < 0:
            return None
        low, comma, high = self.text[self.at + 1 : close].partition(",")
        if not low.isdecimal() or not (high == "" or high.isdecimal()):
            return None
        least = int(low[:9])
        most = (int(high[:9]) if high else None) if comma else least
        if least > MAX_REPEAT or (most or 0) > MAX_REPEAT or (most is not None and most < least):
            raise self._fault("invalid repeat count")
        self.at = close + 1
        return least, most

    def _atom(self) -> Pattern:
        char = self._next()
        match char:
            case "(":
                return self._group()
            case "[":
                return Character(self._class())
            case ".":
                return Character((lambda _: True) if "s" in self.flags else (lambda c: c != "\n"))
            case "^":
                return Assertion("line start" if "m" in self.flags else "start")
            case "$":
                return Assertion("line end" if "m" in self.flags else "end")
            case "*" | "+" | "?":
                raise self._fault("missing argument to repetition operator")
            case "\\" if self.text[self.at : self.at + 1] in _ASSERTIONS:
                return Assertion(_ASSERTIONS[self._next()])
            case "\\":
                return Character(self._escaped())
        return Character(self._literal(char))

    def _group(self) -> Pattern:
        outer = self.flags
        name: str | None = ""
        if self._takes("?P<") or self._takes("?<"):
            name, _, _ = self.text[self.at :].partition(">")
            self.at += len(name) + 1
            if not name or not set(name) <= _WORD or name in self.names:
                raise self._fault("invalid named capture")
        elif self._takes("?"):
            name = None
            if self._set_flags() == ")":
                return Sequence(())
        index = 0
        if name is not None:
            self.names.append(name)
            index = len(self.names)
        inner = self._choice()
        if not self._takes(")"):
            raise self._fault("missing closing )")
        self.flags = outer
        return Group(index, inner) if index else inner

    def _set_flags(self) -> str:
        """Read `i-s:` or `i)` after `(?`; the character that ends it."""
        on = True
        while (char := self._next()) not in ":)":
            if char == "-" and on:
                on = False
            elif char in "imsU":
                self.flags = self.flags | {char} if on else self.flags - {char}
            else:
                raise self._fault("invalid or unsupported Perl syntax")
        return char

    def _literal(self, char: str) -> Test:
        return self._folded(lambda other: other == char)

    def _folded(self, test: Test) -> Test:
        if "i" not in self.flags:
            return test
        return lambda char: test(char) or test(char.lower()) or test(char.upper())

    def _escaped(self) -> Test:
        """What stands after a backslash, in or outside of a class."""
        char = self._next()
        if char.lower() in {"d", "w", "s"}:
            test = _NAMED[char.lower()]
            return test if char.islower() else _not(test)
        if char in {"p", "P"}:
            return self._property(negated=char == "P")
        return self._literal(self._escape(char))

    def _escape(self, char: str) -> str:
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char == "x":
            digits = self._hexadecimal()
            return chr(int(digits, 16)) if int(digits, 16) <= 0x10FFFF else "\ufffd"
        if char in "01234567":
            while len(char) < 3 and self.text[self.at : self.at + 1] in set("01234567"):
                char += self._next()
            if not char.startswith("0"):
                raise self._fault("invalid escape sequence (there are no back references)")
            return chr(int(char, 8))
        if char.isalnum() or not char.isascii():
            raise self._fault("invalid escape sequence")
        return char

    def _hexadecimal(self) -> str:
        if self._takes("{"):
            digits, _, _ = self.text[self.at :].partition("}")
            self.at += len(digits) + 1
        else:
            digits = self.text[self.at : self.at + 2]
            self.at += 2
        if not digits or len(digits) > 8 or not all(map(_NAMED["xdigit"], digits)):
            raise self._fault("invalid escape sequence")
        return digits

    def _property(self, *, negated: bool) -> Test:
        name = self._next()
        if name == "{":
            name, _, _ = self.text[self.at :].partition("}")
            self.at += len(name) + 1
        if name.startswith("^"):
            name, negated = name[1:], not negated
        if len(name) > 2 or name[:1] not in set("LMNPSZC"):
            raise LimitError(f"the character property {name} is not known here")
        test: Test = lambda char: unicodedata.category(char).startswith(name)  # noqa: E731
        return _not(test) if negated else test

    def _class(self) -> Test:
        negated = self._takes("^")
        tests: list[Test] = []
        first = True
        while first or not self._takes("]"):
            first = False
            tests.append(self._member())
        accepts = self._folded(lambda char: any(test(char) for test in tests))
        return _not(accepts) if negated else accepts

    def _member(self) -> Test:
        if self._takes("[:"):
            name, _, _ = self.text[self.at :].partition(":]")
            self.at += len(name) + 2
            test = _NAMED.get(name.removeprefix("^")) if len(name) > 1 else None
            if test is None:
                raise self._fault("invalid character class range")
            return _not(test) if name.startswith("^") else test
        if self.text.startswith("\\", self.at) and self.text[self.at + 1 : self.at + 2] in set(
            "dDwWsSpP"
        ):
            self.at += 1
            return self._escaped()
        low = self._class_character()
        if self.text[self.at : self.at + 1] != "-" or self.text[self.at + 1 : self.at + 2] == "]":
            return lambda char: char == low
        self.at += 1
        high = self._class_character()
        if high < low:
            raise self._fault("invalid character class range")
        return lambda char: low <= char <= high

    def _class_character(self) -> str:
        char = self._next()
        return self._escape(self._next()) if char == "\\" else char


def _not(test: Test) -> Test:
    return lambda char: not test(char)
