"""Strings with holes: applying changes to the known parts exactly where that is sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.functions.documents import as_text
from analyzer.readers.terraform.types.partial import anonymous, text
from graph.values import OneOf, Text, Unknown

Part: TypeAlias = str | Unknown | OneOf


def parts_of(data: Data) -> list[Part]:
    """Split a string of any kind into its known pieces and its holes."""
    shown = as_text(data)
    if isinstance(shown, Text):
        return list(shown.parts)
    if isinstance(shown, str | Unknown | OneOf):
        return [shown]
    raise TypeError(f"not a string: {type(shown).__name__}")


def head(data: Data) -> str:
    """Return the known start."""
    first = parts_of(data)[0]
    return first if isinstance(first, str) else ""


def tail(data: Data) -> str:
    """Return the known end."""
    last = parts_of(data)[-1]
    return last if isinstance(last, str) else ""


def each_piece(data: Data, change: Callable[[str], str]) -> Data:
    """Change every character on its own: exact in the known pieces, and the holes lose their
    identity.
    """
    return text(
        change(part) if isinstance(part, str) else anonymous(part) for part in parts_of(data)
    )


def strip_left(parts: list[Part], strip: Callable[[str], str]) -> list[Part]:
    """Strip the start. What follows a hole may be stripped too, if the hole is empty, so the
    part of it that could go belongs to the hole from then on.
    """
    result: list[Part] = []
    for index, part in enumerate(parts):
        if not isinstance(part, str):
            result.append(anonymous(part))
            continue
        rest = strip(part)
        if rest:
            result.append(rest)
            return result + parts[index + 1 :]
    return result


def strip_right(parts: list[Part], strip: Callable[[str], str]) -> list[Part]:
    """Strip the end, as `strip_left` does the start."""
    return strip_left(parts[::-1], strip)[::-1]


def replace_all(data: Data, old: str, new: str) -> Data:
    """Replace a substring; pieces of it at the edge of a hole belong to the hole, since the hole
    may complete them.
    """
    parts = parts_of(data)
    if old == "" or (len(old) > 1 and _overlaps_itself(old)):
        return text(anonymous(part) for part in parts if not isinstance(part, str))
    result: list[Part] = []
    for index, part in enumerate(parts):
        if not isinstance(part, str):
            result.append(anonymous(part))
            continue
        piece = part
        if index > 0:
            piece = piece[_longest(old, piece, at_end=False) :]
        if index < len(parts) - 1:
            cut = _longest(old, piece, at_end=True)
            piece = piece[: len(piece) - cut]
        result.append(piece.replace(old, new))
    return text(result)


def _longest(old: str, piece: str, *, at_end: bool) -> int:
    for size in range(min(len(old) - 1, len(piece)), 0, -1):
        if piece.endswith(old[:size]) if at_end else piece.startswith(old[-size:]):
            return size
    return 0


def _overlaps_itself(old: str) -> bool:
    return any(old.startswith(old[-size:]) for size in range(1, len(old)))
