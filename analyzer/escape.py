"""Names from the input made harmless for people's screens: no control, no bidirectional tricks."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
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
    """JSON for files and screens: other scripts stay readable, what is invisible is escaped.

    The same text as `json.dumps(data, indent=2)` gives, but each string is looked at once only.
    """
    return _written(data, "\n", cache(_quoted)) + "\n"


def _written(value: Any, line: str, quoted: Callable[[str], str]) -> str:
    if isinstance(value, str):
        return quoted(value)
    inner = f"{line}  "
    if isinstance(value, dict):
        fields = [
            f"{quoted(str(key))}: {_written(item, inner, quoted)}" for key, item in value.items()
        ]
        return f"{{{inner}{f',{inner}'.join(fields)}{line}}}" if fields else "{}"
    if isinstance(value, list | tuple):
        items = [_written(item, inner, quoted) for item in value]
        return f"[{inner}{f',{inner}'.join(items)}{line}]" if items else "[]"
    return _scalar(value)


@lru_cache(maxsize=1024, typed=True)
def _scalar(value: float | None) -> str:
    return json.dumps(value)


def _quoted(text: str) -> str:
    whole = json.dumps(masked(text), ensure_ascii=False)
    return _IN_JSON.sub(lambda match: json.dumps(match[0])[1:-1], whole)


def _visible(char: str) -> str:
    if char == "\n":
        return "\\n"
    if unicodedata.category(char) in _INVISIBLE:
        return f"\\u{ord(char):04x}"
    return char
