"""Moving over HCL text: blanks, comments, names, and faults with a place."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_DEPTH = 200

_SPACE = re.compile(r"(?:[ \t\r\ufeff]+|#[^\n]*|//[^\n]*|/\*[\s\S]*?\*/)*")
_LINES = re.compile(r"(?:[ \t\r\n\ufeff]+|#[^\n]*|//[^\n]*|/\*[\s\S]*?\*/)*")
_STARTS = " \t\r\n\ufeff#/"
NAME = re.compile(r"[^\W\d][\w-]*")


class Fault(Exception):
    """A syntax error at an offset of the text."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


@dataclass(slots=True)
class Cursor:
    """The text, where we are in it, and how deep.

    Inside brackets (`bracket` above zero) newlines are blanks, elsewhere they end an argument.
    """

    text: str
    at: int = 0
    end: int = 0
    bracket: int = 0
    depth: int = 0

    def __post_init__(self) -> None:
        self.end = self.end or len(self.text)

    def skip(self) -> int:
        """Pass blanks and comments; the offset of what follows."""
        at = self.at
        if at < self.end and self.text[at] not in _STARTS:
            return at
        match = (_LINES if self.bracket else _SPACE).match(self.text, at, self.end)
        assert match is not None, "the pattern matches the empty string"
        self.at = at = match.end()
        return at

    def skip_lines(self) -> int:
        """Pass blanks, comments and newlines."""
        match = _LINES.match(self.text, self.at, self.end)
        assert match is not None, "the pattern matches the empty string"
        self.at = match.end()
        return self.at

    def sees(self, token: str) -> bool:
        """Whether `token` stands here (blanks already passed)."""
        return self.text.startswith(token, self.at, self.end)

    def takes(self, token: str) -> bool:
        """Pass blanks and `token`, if it stands here."""
        at = self.skip()
        if not self.text.startswith(token, at, self.end):
            return False
        self.at = at + len(token)
        return True

    def expect(self, token: str, what: str) -> None:
        """Pass `token`; a fault naming `what` where something else stands."""
        if not self.takes(token):
            raise Fault(f"expected {token!r} {what}", self.at)

    def name(self) -> str | None:
        """Pass a name, if one stands here."""
        match = NAME.match(self.text, self.at, self.end)
        if match is None:
            return None
        self.at = match.end()
        return match.group()

    def deeper(self) -> None:
        """One level further in; a fault past the limit."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Fault(f"nested deeper than {MAX_DEPTH} levels", self.at)
