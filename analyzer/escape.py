"""Names from the input made harmless for people's screens: no control, no bidirectional tricks."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from analyzer.secrets import masked

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_IN_JSON = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f]"
)


def printable(text: str, limit: int = 400) -> str:
    """`text` on one line with control and bidirectional characters shown, not obeyed."""
    shown = "".join(map(_visible, masked(text)[: limit + 1]))
    return shown if len(text) <= limit else shown[:limit] + "…"


def json_text(data: Any) -> str:
    """JSON for files and screens: other scripts stay readable, what is invisible is escaped."""
    text = masked(json.dumps(data, indent=2, ensure_ascii=False))
    return _IN_JSON.sub(lambda match: json.dumps(match[0])[1:-1], text) + "\n"


def _visible(char: str) -> str:
    if char == "\n":
        return "\\n"
    if unicodedata.category(char) in _INVISIBLE:
        return f"\\u{ord(char):04x}"
    return char
