"""`yamlencode` and `yamldecode`, as Terraform's own YAML library writes and reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

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
from analyzer.readers.terraform.types import numbers, to_string
from analyzer.readers.terraform.types.errors import LimitError
from analyzer.readers.terraform.types.partial import blame, known

MAX_TEXT = 1_000_000
MAX_NODES = 100_000
MAX_DEPTH = 100
_WIDTH = 80

_PLAIN = "plain"
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(
        ("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"), True
    ),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
    **dict.fromkeys(("n", "N"), False),
}
_INTEGER = re.compile(r"[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|[0-9]+)")
_REAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_MOMENT = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(\.\d+)?[ \t]*(Z|[-+]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_UNESCAPED = re.compile(r"(?<!\\)\\u00(3c|3e|26)")
_TAG = "tag:yaml.org,2002:"
_TOO_MUCH = "the YAML repeats or nests its parts too often"


_KINDS = {yaml.ScalarNode: "str", yaml.SequenceNode: "seq", yaml.MappingNode: "map"}


class _Loader(yaml.SafeLoader):
    """Leaves plain scalars undecided: Terraform's library has rules of its own for them."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: Any) -> str:
        """The tag of a node that has none."""
        del value
        if kind is yaml.ScalarNode and implicit[0]:
            return _PLAIN
        return f"{_TAG}{_KINDS[kind]}"

    def fetch_flow_collection_start(self, kind: type[yaml.Token]) -> None:
        """Every token is compared with all that are open, so that depth must be bounded here."""
        if self.flow_level > MAX_DEPTH:
            raise LimitError(_TOO_MUCH)
        super().fetch_flow_collection_start(kind)


@function("yamldecode", string("src"))
def yamldecode(source: str) -> Data:
    if len(source) > MAX_TEXT:
        raise LimitError(f"YAML of over {MAX_TEXT} characters")
    try:
        documents = list(yaml.compose_all(source, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f" on line {mark.line + 1}" if mark else ""
        raise FunctionError(f"invalid YAML{line}: {error.problem or 'malformed'}") from None
    except (yaml.YAMLError, ValueError):
        raise FunctionError("invalid YAML") from None
    if len(documents) != 1:
        raise FunctionError("exactly one document is needed")
    return normalize(_Decoder().value(documents[0], 0))


class _Decoder:
    """Counts nodes as they are built: an alias repeats all that it stands for."""

    def __init__(self) -> None:
        self._nodes = 0

    def value(self, node: yaml.Node, depth: int) -> Data:
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise LimitError(_TOO_MUCH)
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
            key = to_string(self.value(key_node, depth + 1))
            if not isinstance(key, str):
                raise FunctionError("mapping keys must be strings")
            found[key] = self.value(item, depth + 1)
        return dict(sorted((inherited | found).items()))


def _scalar(node: yaml.ScalarNode) -> Data:
    text = str(node.value)
    match node.tag.removeprefix(_TAG):
        case "str":
            return text
        case "null":
            return None
        case "bool" if isinstance(_WORDS.get(text), bool):
            return _WORDS[text]
        case "int" | "float":
            return _number(text)
        case tag if tag == _PLAIN:
            return _WORDS[text] if text in _WORDS else _number(text)
    raise FunctionError(f"unsupported tag {node.tag}")


def _number(text: str) -> Data:
    if _INFINITE.fullmatch(text):
        raise FunctionError("infinity and what is no number have no value here")
    if _INTEGER.fullmatch(text) and text.lstrip("+-")[:2] in {"0x", "0o"}:
        return numbers.from_fraction(Fraction(int(text, 0)))
    if _REAL.fullmatch(text):
        number = numbers.parse(text)
        return text if number is None else number
    moment = _MOMENT.fullmatch(text)
    return _timestamp(moment) if moment else text


def _timestamp(found: re.Match[str]) -> str:
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    zone = zone or "Z"
    if len(zone) in {3, 5}:
        zone = f"{zone[:3]}:{zone[3:] or '00'}"
    time = f"{int(hour or 0):02d}:{minute or '00'}:{second or '00'}{(fraction or '').rstrip('0')}"
    return f"{year}-{int(month):02d}-{int(day):02d}T{time}{zone}"


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
