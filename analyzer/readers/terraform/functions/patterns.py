"""Functions with regular expressions."""

from __future__ import annotations

import re

from analyzer.readers.terraform.data import Data, ListValue
from analyzer.readers.terraform.functions.regex_machine import Match, Program, compiled
from analyzer.readers.terraform.functions.registry import (
    FunctionError,
    bounded,
    function,
    string,
)

_REFERENCE = re.compile(r"\$(?:\$|\{(\w+)\}|(\w+))", re.ASCII)


@function("regex", string("pattern"), string("string"))
def regex(pattern: str, value: str) -> Data:
    program = _captures(pattern)
    found = program.first(value)
    if found is None:
        raise FunctionError("pattern did not match any part of the given string")
    return _captured(program, found, value)


@function("regexall", string("pattern"), string("string"))
def regexall(pattern: str, value: str) -> Data:
    program = _captures(pattern)
    return ListValue(_captured(program, found, value) for found in program.matches(value))


def _captures(pattern: str) -> Program:
    program = compiled(pattern)
    if any(program.names) and not all(program.names):
        raise FunctionError("invalid regexp pattern: cannot mix both named and unnamed groups")
    return program


def _captured(program: Program, found: Match, value: str) -> Data:
    """The whole match, or the groups as a tuple or (named ones) an object."""
    texts = [value[start:end] if start >= 0 else None for start, end in found.spans]
    if not program.names:
        return texts[0]
    if program.names[0]:
        return dict(sorted(zip(program.names, texts[1:], strict=True)))
    return tuple(texts[1:])


def substitute(pattern: str, replacement: str, value: str) -> str:
    """Replace every match; `$1`, `${1}` and `$name` stand for what groups matched."""
    program = compiled(pattern)
    pieces: list[str] = []
    size = at = 0
    for found in program.matches(value):
        start, end = found.spans[0]
        piece = value[at:start] + _expanded(program, found, value, replacement)
        size += len(piece)
        bounded(size)
        pieces.append(piece)
        at = end
    return "".join([*pieces, value[at:]])


def _expanded(program: Program, found: Match, value: str, replacement: str) -> str:
    def group(reference: re.Match[str]) -> str:
        name = reference[1] or reference[2]
        if name is None:
            return "$"
        index = int(name) if name.isdecimal() and len(name) < 9 else None
        if index is None:
            index = program.names.index(name) + 1 if name in program.names else len(found.spans)
        start, end = found.spans[index] if index < len(found.spans) else (-1, -1)
        return value[start:end] if start >= 0 else ""

    if "$" not in replacement:
        return replacement
    longest = max(end - start for start, end in found.spans)
    bounded(len(replacement) + replacement.count("$") * longest)
    return _REFERENCE.sub(group, replacement)
