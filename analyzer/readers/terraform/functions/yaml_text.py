"""`yamlencode` and `yamldecode`, as Terraform's own YAML library writes and reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import yaml

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.functions.documents import quote
from analyzer.readers.terraform.functions.registry import (
    FunctionError,
    anything,
    function,
    normalize,
    string,
)
from analyzer.readers.terraform.types import numbers
from analyzer.readers.terraform.types.errors import LimitError
from analyzer.readers.terraform.types.partial import blame, known

MAX_NODES = 100_000
MAX_DEPTH = 100

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?(?:0x[0-9a-fA-F]+|0b[01]+|0o?[0-7]+|[0-9]+)")
_REAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_TAG = "tag:yaml.org,2002:"


@function("yamldecode", string("src"))
def yamldecode(source: str) -> Data:
    try:
        documents = list(yaml.compose_all(source, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f" on line {mark.line + 1}" if mark else ""
        raise FunctionError(f"invalid YAML{line}: {error.problem or 'malformed'}") from None
    except (yaml.YAMLError, ValueError):
        raise FunctionError("invalid YAML") from None
    if len(documents) > 1:
        raise FunctionError("only one document is allowed")
    if not documents or documents[0] is None:
        return None
    return normalize(_Decoder().value(documents[0], 0))


class _Decoder:
    """Counts nodes as they are built: an alias repeats all that it stands for."""

    def __init__(self) -> None:
        self._nodes = 0

    def value(self, node: yaml.Node, depth: int) -> Data:
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise LimitError("the YAML repeats or nests its parts too often")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.value(item, depth + 1) for item in node.value)
        assert isinstance(node, yaml.ScalarNode), "YAML has no other kind of node"
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, depth: int) -> Data:
        found: dict[str, Data] = {}
        inherited: dict[str, Data] = {}
        for key_node, item in node.value:
            if isinstance(key_node, yaml.ScalarNode) and key_node.value == "<<":
                merged = self.value(item, depth + 1)
                for other in merged if isinstance(merged, tuple) else (merged,):
                    if not isinstance(other, dict):
                        raise FunctionError("map merge requires map or sequence of maps")
                    inherited |= other
                continue
            key = self.value(key_node, depth + 1)
            if isinstance(key, bool | int | Decimal) or key is None:
                key = key_node.value
            if not isinstance(key, str):
                raise FunctionError("mapping keys must be strings")
            found[key] = self.value(item, depth + 1)
        return dict(sorted((inherited | found).items()))


def _scalar(node: yaml.ScalarNode) -> Data:
    text = str(node.value)
    if node.style is not None or node.tag == f"{_TAG}str":
        explicit = {f"{_TAG}int": _number, f"{_TAG}float": _number}.get(node.tag)
        return explicit(text) if explicit and node.style is None else text
    if text in _WORDS:
        return _WORDS[text]
    return _number(text)


def _number(text: str) -> Data:
    plain = text.replace("_", "")
    if _INTEGER.fullmatch(plain) and len(plain) < 4000:
        sign = -1 if plain.startswith("-") else 1
        digits = plain.lstrip("+-")
        base = {"0x": 16, "0b": 2, "0o": 8}.get(digits[:2], 0)
        if base:
            return sign * int(digits[2:], base)
        octal = len(digits) > 1 and digits.startswith("0")
        return sign * int(digits, 8 if octal and set(digits) <= set("01234567") else 10)
    if _REAL.fullmatch(plain):
        number = numbers.parse(plain)
        return text if number is None else number
    return text


@function("yamlencode", anything("value", nullable=True))
def yamlencode(value: Data) -> Data:
    if not known(value):
        return blame(value)
    return "".join(_block(value, "")) + "\n"


def _block(data: Data, indent: str) -> Iterator[str]:
    """A value that starts on this line; `indent` is that of the lines of a collection."""
    match data:
        case dict() if data:
            for index, key in enumerate(sorted(data)):
                yield f"\n{indent}" if index else ""
                yield f"{quote(key)}:"
                yield from _below(data[key], indent)
        case tuple() if data:
            for index, item in enumerate(data):
                yield f"\n{indent}" if index else ""
                yield "- "
                yield from _block(item, f"{indent}  ")
        case _:
            yield _inline(data, indent)


def _below(data: Data, indent: str) -> Iterator[str]:
    if isinstance(data, dict) and data:
        yield f"\n{indent}  "
        yield from _block(data, f"{indent}  ")
    elif isinstance(data, tuple) and data:
        yield f"\n{indent}"
        yield from _block(data, indent)
    else:
        yield f" {_inline(data, f'{indent}  ')}"


def _inline(data: Data, indent: str) -> str:
    match data:
        case None:
            return "null"
        case bool():
            return "true" if data else "false"
        case str():
            return _literal(data, indent or "  ") if "\n" in data else quote(data)
        case int() | Decimal():
            return numbers.spell(data)
        case dict():
            return "{}"
    return "[]"


def _literal(text: str, indent: str) -> str:
    """A text of several lines."""
    body = text.rstrip("\n")
    ending = len(text) - len(body)
    chomp = "-" if ending == 0 else "" if ending == 1 else "+"
    lines = "".join(f"\n{indent}{line}" if line else "\n" for line in body.split("\n"))
    return f"|{chomp}{lines}" + "\n" * max(ending - 1, 0)
