"""Hashes and identifiers; what differs at every run is a named unknown."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Callable

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.functions.registry import (
    Context,
    FunctionError,
    Parameter,
    function,
    string,
)
from analyzer.readers.terraform.types import NUMBER
from graph.values import Unknown, Why

_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}


def _hexadecimal(name: str) -> Callable[[bytes], str]:
    return lambda data: hashlib.new(name, data, usedforsecurity=False).hexdigest()


def _base64(name: str) -> Callable[[bytes], str]:
    return lambda data: base64.b64encode(hashlib.new(name, data).digest()).decode()


def _digest(name: str, of_file: str, compute: Callable[[bytes], str]) -> None:
    def of_text(value: str) -> Data:
        return compute(value.encode())

    def of_content(context: Context, path: str) -> Data:
        return compute(context.read_bytes(path))

    function(name, string())(of_text)
    function(of_file, string("path"), with_context=True)(of_content)


for _name in ("md5", "sha1", "sha256", "sha512"):
    _digest(_name, f"file{_name}", _hexadecimal(_name))
for _name in ("sha256", "sha512"):
    _digest(f"base64{_name}", f"filebase64{_name}", _base64(_name))


@function("uuidv5", string("namespace"), string("name"))
def uuidv5(namespace: str, name: str) -> Data:
    try:
        space = _NAMESPACES.get(namespace) or uuid.UUID(namespace)
    except ValueError:
        raise FunctionError("namespace must be a UUID, or dns, url, oid or x500") from None
    return str(uuid.uuid5(space, name))


@function("uuid")
def uuid_random() -> Data:
    return Unknown(Why.IMPURE, "uuid()")


@function("bcrypt", string(), rest=Parameter("cost", NUMBER))
def bcrypt(value: str, *cost: Data) -> Data:
    del value, cost
    return Unknown(Why.IMPURE, "bcrypt()")


@function("rsadecrypt", string("ciphertext"), string("privatekey"))
def rsadecrypt(ciphertext: str, key: str) -> Data:
    del ciphertext, key
    return Unknown(Why.SENSITIVE, "rsadecrypt()")
