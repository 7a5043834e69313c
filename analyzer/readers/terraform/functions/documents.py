"""JSON text as Terraform writes and reads it, with holes where parts of the value are unknown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NoReturn, TypeAlias

from analyzer.readers.terraform.data import Data, Sensitive
from analyzer.readers.terraform.functions.registry import FunctionError
from analyzer.readers.terraform.types import numbers
from analyzer.readers.terraform.types.partial import anonymous, blame, known, text
from graph.values import Json, OneOf, Text, Unknown

Part: TypeAlias = str | Unknown | OneOf

_ESCAPED = re.compile('[\x00-\x1f"\\\\<>&\u2028\u2029]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_SURROGATES = re.compile("[\ud800-\udfff]")


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    return _SHORT.get(char) or f"\\u{ord(char):04x}"


def quote(value: str) -> str:
    """Write a string as JSON, escaping `<`, `>` and `&` as Go's encoder does."""
    return f'"{_ESCAPED.sub(_escape, value)}"'


def encode(data: Data) -> Iterator[Part]:
    """Write `data` as JSON without white space, keys sorted; holes stand for what is unknown."""
    match data:
        case None:
            yield "null"
        case bool():
            yield "true" if data else "false"
        case str():
            yield quote(data)
        case int() | Decimal():
            yield numbers.spell(data)
        case dict():
            pairs = ((f"{quote(key)}:", data[key]) for key in sorted(data))
            yield from _encode_items(pairs, "{", "}")
        case tuple():
            yield from _encode_items((("", item) for item in data), "[", "]")
        case _:
            yield from _encode_partial(data)


def _encode_items(items: Iterable[tuple[str, Data]], start: str, end: str) -> Iterator[Part]:
    yield start
    for index, (key, item) in enumerate(items):
        yield f",{key}" if index else key
        yield from encode(item)
    yield end


def _encode_partial(data: Data) -> Iterator[Part]:
    match data:
        case Sensitive(value=value):
            yield from encode(value)
        case Text(parts=parts):
            yield '"'
            for part in parts:
                yield quote(part)[1:-1] if isinstance(part, str) else anonymous(part)
            yield '"'
        case Json() | OneOf() | Unknown():
            yield blame(data)


def to_json(data: Data) -> Data:
    """Encode; a document with holes stays a document."""
    if known(data):
        return "".join(part for part in encode(data) if isinstance(part, str))
    return Json(plain(data))  # type: ignore[arg-type]  # plain leaves no Sensitive behind


def plain(data: Data) -> Data:
    """Reduce `data` to what JSON distinguishes: objects, tuples and primitives."""
    match data:
        case Sensitive(value=value):
            return plain(value)
        case dict():
            return {key: plain(data[key]) for key in sorted(data)}
        case tuple():
            return tuple(plain(item) for item in data)
    return data


def as_text(data: Data) -> Data:
    """Show a document with holes as a string with holes."""
    if isinstance(data, Json):
        return text(encode(data.document))  # type: ignore[arg-type]  # made from Data
    return data


def from_json(source: str) -> Data:
    """Decode a JSON text.

    Raises FunctionError where it is not valid JSON.
    """
    try:
        decoded = json.loads(
            source, parse_float=_number, parse_int=_number, parse_constant=_no_constant
        )
    except ValueError as error:
        raise FunctionError(f"invalid JSON: {error}") from None
    return _from_python(decoded)


def _number(spelled: str) -> Data:
    return numbers.parse(spelled)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _from_python(decoded: object) -> Data:
    match decoded:
        case dict():
            return {_sound(str(key)): _from_python(item) for key, item in decoded.items()}
        case list():
            return tuple(_from_python(item) for item in decoded)
        case str():
            return _sound(decoded)
        case None | bool() | int() | Decimal():
            return decoded
    raise FunctionError("invalid JSON")


def _sound(value: str) -> str:
    """Replace halves of surrogate pairs, which no string in Terraform can hold."""
    return value if value.isascii() else _SURROGATES.sub("\ufffd", value)
