"""Names from the input made harmless for people's screens: no control, no bidirectional tricks."""

from __future__ import annotations

import unicodedata

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str, limit: int = 400) -> str:
    """`text` on one line with control and bidirectional characters shown, not obeyed."""
    shown = "".join(_visible(char) for char in text[: limit + 1])
    return shown if len(text) <= limit else shown[:limit] + "…"


def _visible(char: str) -> str:
    if char == "\n":
        return "\\n"
    if char in _BIDI or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return f"\\u{ord(char):04x}"
    return char
