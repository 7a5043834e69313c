"""String functions; on strings with holes they keep what is known where that is exact."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from analyzer.readers.terraform.data import Data, ListValue
from analyzer.readers.terraform.functions import text_parts
from analyzer.readers.terraform.functions.graphemes import clusters
from analyzer.readers.terraform.functions.patterns import substitute
from analyzer.readers.terraform.functions.registry import (
    FunctionError,
    Parameter,
    anything,
    bounded,
    function,
    string,
)
from analyzer.readers.terraform.functions.text_parts import head, parts_of, tail
from analyzer.readers.terraform.types import NUMBER, STRING, ListType
from analyzer.readers.terraform.types.numbers import Number, whole
from analyzer.readers.terraform.types.partial import blame, text
from analyzer.readers.terraform.types.sets import definite

_STR = anything("str", STRING)
# The characters that Go's unicode.IsSpace accepts.
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def _single(change: Callable[[str], str]) -> Callable[[str], str]:
    """Map case one character at a time, as Go does; `ß` stays what it is."""

    def apply(piece: str) -> str:
        if piece.isascii():
            return change(piece)
        return "".join(new if len(new := change(char)) == 1 else char for char in piece)

    return apply


_upper = _single(str.upper)
_lower = _single(lambda piece: "i" if piece == "\u0130" else piece.lower())


@function("upper", _STR)
def upper(value: Data) -> Data:
    return text_parts.each_piece(value, _upper)


@function("lower", _STR)
def lower(value: Data) -> Data:
    return text_parts.each_piece(value, _lower)


@function("title", string())
def title(value: str) -> Data:
    letters: list[str] = []
    previous = " "
    for char in value:
        letters.append(_titled(char) if _separates(previous) else char)
        previous = char
    return "".join(letters)


def _titled(char: str) -> str:
    changed = char.title()
    return changed if len(changed) == 1 else char


def _separates(char: str) -> bool:
    """Tell whether a word ends here, by the rules of Go's strings.Title."""
    if char.isascii():
        return not (char.isalnum() or char == "_")
    return not (char.isalpha() or unicodedata.category(char) == "Nd") and char in _SPACE


@function("trimspace", _STR)
def trimspace(value: Data) -> Data:
    return _strip(value, _SPACE)


@function("trim", _STR, string("cutset"))
def trim(value: Data, cutset: str) -> Data:
    return _strip(value, cutset) if cutset else value


def _strip(value: Data, cutset: str) -> Data:
    if isinstance(value, str):
        return value.strip(cutset)
    left = text_parts.strip_left(parts_of(value), lambda piece: piece.lstrip(cutset))
    return text(text_parts.strip_right(left, lambda piece: piece.rstrip(cutset)))


@function("chomp", _STR)
def chomp(value: Data) -> Data:
    parts = parts_of(value)
    return text(text_parts.strip_right(parts, lambda piece: re.sub(r"(?:\r\n?|\n)*\Z", "", piece)))


@function("trimprefix", _STR, _STR)
def trimprefix(value: Data, prefix: Data) -> Data:
    starts = startswith(value, prefix)
    if not isinstance(starts, bool):
        return starts
    if not starts:
        return value
    if not isinstance(prefix, str):
        return blame(value, prefix)
    parts = parts_of(value)
    return text([head(value)[len(prefix) :], *parts[1:]]) if prefix else value


@function("trimsuffix", _STR, _STR)
def trimsuffix(value: Data, suffix: Data) -> Data:
    ends = endswith(value, suffix)
    if not isinstance(ends, bool):
        return ends
    if not ends or suffix == "":
        return value
    if not isinstance(suffix, str):
        return blame(value, suffix)
    return text([*parts_of(value)[:-1], tail(value)[: -len(suffix)]])


@function("startswith", _STR, anything("prefix", STRING))
def startswith(value: Data, prefix: Data) -> Data:
    wanted, start = head(prefix), head(value)
    if isinstance(prefix, str) and start.startswith(prefix):
        return True
    if start.startswith(wanted) or (wanted.startswith(start) and not isinstance(value, str)):
        return blame(value, prefix)
    return False


@function("endswith", _STR, anything("suffix", STRING))
def endswith(value: Data, suffix: Data) -> Data:
    wanted, end = tail(suffix), tail(value)
    if isinstance(suffix, str) and end.endswith(suffix):
        return True
    if end.endswith(wanted) or (wanted.endswith(end) and not isinstance(value, str)):
        return blame(value, suffix)
    return False


@function("strcontains", _STR, string("substr"))
def strcontains(value: Data, wanted: str) -> Data:
    if any(isinstance(part, str) and wanted in part for part in parts_of(value)):
        return True
    return False if isinstance(value, str) else blame(value)


@function("join", anything("separator", STRING), rest=anything("lists", ListType(STRING)))
def join(separator: Data, *lists: Data) -> Data:
    if not lists:
        raise FunctionError("at least one list is required")
    pieces: list[Data] = []
    for items in lists:
        if not isinstance(items, tuple) or not definite(items):
            return blame(separator, *lists)
        if None in items:
            raise FunctionError("element is null; cannot concatenate null values")
        for item in items:
            pieces.extend([separator, item] if pieces else [item])
    bounded(sum(len(piece) for piece in pieces if isinstance(piece, str)))
    return text(part for piece in pieces for part in parts_of(piece))


@function("split", string("separator"), _STR)
def split(separator: str, value: Data) -> Data:
    if not isinstance(value, str):
        return blame(value)
    if separator:
        return ListValue(value.split(separator))
    return ListValue(value)


@function("substr", _STR, Parameter("offset", NUMBER), Parameter("length", NUMBER))
def substr(value: Data, offset: Number, length: Number) -> Data:
    start, size = whole(offset, "offset"), whole(length, "length")
    if isinstance(value, str):
        return _substring(clusters(value), start, size)
    start_known = clusters(head(value))
    if start < 0 or size < 0 or start + size >= len(start_known):
        return blame(value)
    return _substring(start_known, start, size)


def _substring(characters: list[str], start: int, size: int) -> str:
    if start < 0:
        start = max(start + len(characters), 0)
    kept = characters[start:] if size < 0 else characters[start : start + size]
    return "".join(kept)


@function("strrev", string())
def strrev(value: str) -> Data:
    return "".join(reversed(clusters(value)))


@function("indent", Parameter("spaces", NUMBER), _STR)
def indent(spaces: Number, value: Data) -> Data:
    width = whole(spaces, "spaces")
    if width < 0:
        raise FunctionError("the number of spaces must not be negative")
    lines = sum(part.count("\n") for part in parts_of(value) if isinstance(part, str))
    bounded(width * (lines + 1))
    pad = "\n" + " " * width
    return text_parts.each_piece(value, lambda piece: piece.replace("\n", pad))


@function("replace", _STR, string("substr"), anything("replace", STRING))
def replace(value: Data, wanted: str, replacement: Data) -> Data:
    if len(wanted) > 1 and wanted.startswith("/") and wanted.endswith("/"):
        if not isinstance(value, str) or not isinstance(replacement, str):
            return blame(value, replacement)
        return substitute(wanted[1:-1], replacement, value)
    if not isinstance(replacement, str):
        return _replace_with_holes(value, wanted, replacement)
    if isinstance(value, str):
        bounded(len(value) + value.count(wanted) * len(replacement))
        return value.replace(wanted, replacement)
    return text_parts.replace_all(value, wanted, replacement)


def _replace_with_holes(value: Data, wanted: str, replacement: Data) -> Data:
    if not isinstance(value, str) or not wanted:
        return blame(value, replacement)
    between = value.split(wanted)
    pieces: list[Data] = [between[0]]
    for piece in between[1:]:
        pieces += [*parts_of(replacement), piece]
    return text(pieces)
