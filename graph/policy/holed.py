"""JSON text with holes → the document it encodes: a heredoc that interpolates what is not known."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from graph.values import OneOf, Text, Unknown, Value, Why

MAX_ALTERNATIVES = 16
_OPEN, _CLOSE = "\ue000", "\ue001"  # stand for holes while JSON is read; taken out of the input
_RESERVED = re.compile(f"[{_OPEN}{_CLOSE}]")
_HOLE = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_TOKEN = re.compile(r'\\.|"', re.DOTALL)
Part = str | Unknown | OneOf


def document(text: Text) -> Value:
    """What the text encodes; `None` where it is no JSON, whatever its holes are.

    A hole outside of quotes is a value of its own, one of several is each of them.
    """
    found = list(_decoded(text.parts, MAX_ALTERNATIVES))
    if not found or None in found:
        return None
    why = next((part.why for part in text.parts if isinstance(part, OneOf)), None)
    return found[0] if len(found) == 1 or why is None else OneOf(tuple(found), why)


def _decoded(parts: tuple[Part, ...], room: int) -> Iterator[Value]:
    """One document for each combination of what stands outside of quotes and is one of several."""
    at = _choice(parts)
    if at is None:
        yield _read(parts)
        return
    chosen = parts[at]
    options = chosen.options if isinstance(chosen, OneOf) else ()
    if len(options) > room:
        yield None
        return
    for option in options:
        middle = _parts(option)
        yield from _decoded((*parts[:at], *middle, *parts[at + 1 :]), room // len(options))


def _parts(option: Value) -> tuple[Part, ...]:
    match option:
        case str() | Unknown() | OneOf():
            return (option,)
        case Text(parts):
            return parts
        case bool() | int() | float() | None:
            return (json.dumps(option),)
    return (Unknown(Why.COMPUTED, "a part of the document"),)


def _choice(parts: Iterable[Part]) -> int | None:
    """Where the first alternative outside of quotes stands."""
    quoted = False
    for at, part in enumerate(parts):
        if isinstance(part, OneOf) and not quoted:
            return at
        if isinstance(part, str):
            quoted = _quoted(part, quoted)
    return None


def _quoted(text: str, before: bool) -> bool:
    """Whether the end of a text is inside of quotes."""
    return before ^ (sum(match.group() == '"' for match in _TOKEN.finditer(text)) % 2 == 1)


def _read(parts: tuple[Part, ...]) -> Value:
    quoted = False
    written: list[str] = []
    for index, part in enumerate(parts):
        if isinstance(part, str):
            written.append(_RESERVED.sub("\ufffd", part))
            quoted = _quoted(part, quoted)
        else:
            mark = f"{_OPEN}{index}{_CLOSE}"
            written.append(mark if quoted else f'"{mark}"')
    try:
        return _restored(json.loads("".join(written)), parts)
    except (ValueError, RecursionError):
        return None


def _restored(value: object, parts: tuple[Part, ...]) -> Value:
    match value:
        case str():
            return _filled(value, parts)
        case list():
            return tuple(_restored(item, parts) for item in value)
        case dict():
            found: dict[str, Value] = {}
            for key, item in value.items():
                found[_key(key, parts, found)] = _restored(item, parts)
            return found
        case bool() | int() | float() | None:
            return value
    return None


def _filled(value: str, parts: tuple[Part, ...]) -> Value:
    pieces = _HOLE.split(value)
    if len(pieces) == 1:
        return value
    each = [parts[int(piece)] if at % 2 else piece for at, piece in enumerate(pieces)]
    kept = tuple(piece for piece in each if piece != "")
    return kept[0] if len(kept) == 1 else Text(kept)


def _key(key: str, parts: tuple[Part, ...], taken: dict[str, Value]) -> str:
    """A key in words: one with a hole is another key than every other."""

    def shown(match: re.Match[str]) -> str:
        part = parts[int(match[1])]
        return "${" + (part.detail if isinstance(part, Unknown) else "one of several") + "}"

    found = _HOLE.sub(shown, key)
    while found in taken:
        found = "${again}" + found
    return found
