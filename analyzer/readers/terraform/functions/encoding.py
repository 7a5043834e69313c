"""Encodings: JSON, base64, CSV, URLs, character sets."""

from __future__ import annotations

import base64
import binascii
import codecs
import csv
import io
import re
import urllib.parse

from analyzer.readers.terraform.data import Data, ListValue
from analyzer.readers.terraform.functions.documents import from_json, to_json
from analyzer.readers.terraform.functions.registry import (
    FunctionError,
    anything,
    function,
    normalize,
    string,
)
from analyzer.readers.terraform.types import STRING
from analyzer.readers.terraform.types.partial import blame
from graph.values import Json, Unknown, Why


@function("jsonencode", anything("val", nullable=True))
def jsonencode(value: Data) -> Data:
    return to_json(value)


@function("jsondecode", anything("str", STRING))
def jsondecode(source: Data) -> Data:
    if isinstance(source, Json):
        return source.document  # type: ignore[return-value]  # made from Data
    return normalize(from_json(source)) if isinstance(source, str) else blame(source)


@function("base64encode", string())
def base64encode(value: str) -> Data:
    return base64.b64encode(value.encode()).decode()


@function("base64decode", string())
def base64decode(value: str) -> Data:
    try:
        return decode_base64(value).decode()
    except UnicodeDecodeError:
        raise FunctionError(
            "the result of decoding the provided string is not valid UTF-8"
        ) from None


def decode_base64(value: str) -> bytes:
    """Decode standard base64 with padding; raises FunctionError."""
    try:
        return base64.b64decode(re.sub(r"[\r\n]", "", value), validate=True)
    except (binascii.Error, ValueError):
        raise FunctionError("failed to decode base64 data") from None


@function("base64gzip", string())
def base64gzip(value: str) -> Data:
    del value
    return Unknown(Why.FUNCTION, "base64gzip: compressed bytes depend on the implementation")


@function("urlencode", string())
def urlencode(value: str) -> Data:
    return urllib.parse.quote_plus(value, safe="")


@function("textencodebase64", string("string"), string("encoding"))
def textencodebase64(value: str, encoding: str) -> Data:
    codec = _codec(encoding)
    try:
        encoded = value.encode(codec)
    except UnicodeEncodeError:
        raise FunctionError(
            f"the given string contains characters that cannot be represented in {encoding}"
        ) from None
    return base64.b64encode(encoded).decode()


@function("textdecodebase64", string("source"), string("encoding"))
def textdecodebase64(source: str, encoding: str) -> Data:
    codec = _codec(encoding)
    try:
        return decode_base64(source).decode(codec)
    except UnicodeDecodeError:
        raise FunctionError(
            f"the given string contains bytes that are not valid {encoding}"
        ) from None


def _codec(encoding: str) -> str:
    """Find the codec for a name of the IANA registry. UTF-16 there means big-endian."""
    name = encoding.lower()
    if name in {"utf-16", "utf-32"}:
        raise _unclear(encoding)
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise FunctionError(f"{encoding} is not a supported IANA encoding name or alias") from None


def _unclear(encoding: str) -> Exception:
    return FunctionError(f"{encoding} needs an explicit byte order")


@function("csvdecode", string())
def csvdecode(source: str) -> Data:
    try:
        rows = [row for row in csv.reader(io.StringIO(source, newline=""), strict=True) if row]
    except csv.Error as error:
        raise FunctionError(f"invalid CSV: {error}") from None
    if not rows:
        raise FunctionError("missing header line")
    header = rows[0]
    if len(set(header)) != len(header):
        raise FunctionError("duplicate column name in the header")
    if any(len(row) != len(header) for row in rows):
        raise FunctionError("wrong number of fields")
    objects = (dict(zip(header, row, strict=True)) for row in rows[1:])
    return normalize(ListValue(dict(record) for record in objects))
