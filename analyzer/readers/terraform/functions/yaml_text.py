"""`yamlencode` and `yamldecode`, as Terraform's own YAML library writes and reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.functions.documents import quote
from analyzer.readers.terraform.functions.registry import anything, function, string
from analyzer.readers.terraform.types import numbers
from analyzer.readers.terraform.types.partial import blame, known

_WIDTH = 80
_UNESCAPED = re.compile(r"(?<!\\)\\u00(3c|3e|26)")


@function("yamldecode", string("src"))
def yamldecode(source: str) -> Data:
    from analyzer.readers.terraform.functions.yaml_decoding import decoded  # noqa: PLC0415 (slow)

    return decoded(source)


@function("yamlencode", anything("value", nullable=True))
def yamlencode(value: Data) -> Data:
    if not known(value):
        return blame(value)
    end = "\n" if isinstance(value, str | tuple | dict) else "\n...\n"  # of a plain scalar
    return "".join(_block(value, "")) + end


def _block(data: Data, indent: str) -> Iterator[str]:
    """A value that starts on this line; `indent` is that of the lines of a collection."""
    match data:
        case dict() if data:
            for index, key in enumerate(sorted(data)):
                yield f"\n{indent}" if index else ""
                name = _quoted(key)
                yield f"{name}:"
                yield from _below(data[key], indent, len(indent) + len(name) + 2)
        case tuple() if data:
            for index, item in enumerate(data):
                yield f"\n{indent}" if index else ""
                yield "- "
                yield from _block(item, f"{indent}  ")
        case _:
            yield _inline(data, indent, len(indent))


def _below(data: Data, indent: str, column: int) -> Iterator[str]:
    if isinstance(data, dict) and data:
        yield f"\n{indent}  "
        yield from _block(data, f"{indent}  ")
    elif isinstance(data, tuple) and data:
        yield f"\n{indent}"
        yield from _block(data, indent)
    else:
        yield f" {_inline(data, f'{indent}  ', column)}"


def _inline(data: Data, indent: str, column: int) -> str:
    match data:
        case None:
            return "null"
        case bool():
            return "true" if data else "false"
        case str():
            indent = indent or "  "
            if "\n" in data:
                return _literal(data, indent)
            return _folded(_quoted(data), indent, column)
        case int() | Decimal():
            return numbers.spell(data)
        case dict():
            return "{}"
    return "[]"


def _quoted(text: str) -> str:
    """In double quotes; `<`, `>` and `&` stay, other than in Terraform's JSON."""
    return _UNESCAPED.sub(lambda found: chr(int(found[1], 16)), quote(text))


def _folded(quoted: str, indent: str, column: int) -> str:
    """A line that is too long goes on in the next one, from the first space behind the width."""
    if column + len(quoted) <= _WIDTH:
        return quoted
    parts: list[str] = []
    after_space = False
    for at, char in enumerate(quoted):
        breaks = char == " " and not after_space and column > _WIDTH
        after_space = char == " "
        if breaks and 1 < at < len(quoted) - 2:
            start = indent + ("\\" if quoted[at + 1] == " " else "")
            parts.append(f"\n{start}")
            column = len(start)
        else:
            parts.append(char)
            column += 1
    return "".join(parts)


def _literal(text: str, indent: str) -> str:
    """A text of several lines."""
    body = text.rstrip("\n")
    ending = len(text) - len(body)
    plain_end = body and ending == 1
    chomp = "-" if ending == 0 else "" if plain_end else "+"
    if text[0] in " \n":
        chomp = f"2{chomp}"
    lines = "".join(f"\n{indent}{line}" if line else "\n" for line in body.split("\n"))
    return f"|{chomp}{lines}" + "\n" * max(ending - 1, 0)
