"""A policy written as a text with holes (`templatefile`, a heredoc) → the document it holds.

The text is read as JSON with marks where the holes are. A hole inside quotes stays a hole of that
string, so that one account that is not known does not hide a whole policy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from graph.values import OneOf, Text, Unknown, Value

# Noncharacters: a text that holds them is not read.
_OPEN, _CLOSE, _BARE = "\ufdd0", "\ufdd1", "\ufdd2"
_TOKEN = re.compile(rf'"(?:[^"\\]|\\.)*"|{_OPEN}\d+{_CLOSE}', re.DOTALL)
_MARK = re.compile(rf"[{_OPEN}{_BARE}](\d+){_CLOSE}")

Hole = Unknown | OneOf
Holes = Sequence[Hole]


def decoded(text: Text) -> Mapping[str, Value] | None:
    """The document, `None` where the text around the holes is no JSON object."""
    written = "".join(part for part in text.parts if isinstance(part, str))
    if any(mark in written for mark in (_OPEN, _CLOSE, _BARE)):
        return None
    holes = [part for part in text.parts if not isinstance(part, str)]
    try:
        found = json.loads(_TOKEN.sub(_quoted, "".join(_marked(text))))
    except (ValueError, RecursionError):
        return None
    return _filled(found, holes) if isinstance(found, dict) else None  # type: ignore[return-value]


def _marked(text: Text) -> Iterator[str]:
    number = 0
    for part in text.parts:
        if isinstance(part, str):
            yield part
        else:
            yield f"{_OPEN}{number}{_CLOSE}"
            number += 1


def _quoted(token: re.Match[str]) -> str:
    """A mark that stands for a whole value (`"Resource": ${list}`) as a string of its own."""
    found = token[0]
    return found if found.startswith('"') else f'"{found.replace(_OPEN, _BARE)}"'


def _filled(value: object, holes: Holes) -> Value:
    match value:
        case dict():
            return {_key(key, holes): _filled(item, holes) for key, item in value.items()}
        case list():
            return tuple(_filled(item, holes) for item in value)
        case str():
            return _string(value, holes)
    return value  # type: ignore[return-value]  # a number, a truth or null


def _key(key: str, holes: Holes) -> str:
    """A key with a hole is one that nothing knows: as a condition it may hold or not."""
    return _MARK.sub(lambda mark: str(holes[int(mark[1])]), key)


def _string(value: str, holes: Holes) -> Value:
    if value.startswith(_BARE):
        return _unread(holes[int(value[1:-1])])
    parts: list[str | Hole] = []
    end = 0
    for mark in _MARK.finditer(value):
        parts += [value[end : mark.start()], holes[int(mark[1])]]
        end = mark.end()
    kept = tuple(part for part in (*parts, value[end:]) if part != "")
    if not parts:
        return value
    return kept[0] if len(kept) == 1 else Text(kept)


def _unread(hole: Hole) -> Unknown:
    """What stands for JSON of any shape: unlike a string it equals nothing else."""
    return replace(hole.why if isinstance(hole, OneOf) else hole, symbol=None)
