"""YAML as Terraform's own library reads it."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import yaml

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.functions.registry import FunctionError, normalize
from analyzer.readers.terraform.types import numbers, to_string
from analyzer.readers.terraform.types.errors import LimitError

MAX_TEXT = 1_000_000
MAX_NODES = 100_000
MAX_DEPTH = 100

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


def decoded(source: str) -> Data:
    """The one document of a text; raises FunctionError where it is not valid, LimitError."""
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
