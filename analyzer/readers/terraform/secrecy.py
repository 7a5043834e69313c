"""Values whose name promises a secret are marked where they arise: the mark goes with them."""

from __future__ import annotations

from typing import cast

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.types.partial import mark, rebuild, with_values
from analyzer.secrets import about_secret, secret_name
from graph.values import Json, OneOf, Text


def guarded(name: str, data: Data) -> Data:
    """The value, marked as sensitive if it could be the secret that its name promises."""
    return _marked(data) if data and secret_name(name) else data


def _marked(data: Data) -> Data:
    """Every part that could be a secret, marked: the ARN beside it stays what it is."""
    match data:
        case dict():
            parts = {k: part if about_secret(k) else _marked(part) for k, part in data.items()}
            return with_values(data, parts)
        case tuple():
            return rebuild(data, map(_marked, data))
    return mark(data) if _could_be_secret(data) else data


def _could_be_secret(data: Data) -> bool:
    """Flags, numbers and what is unknown as a whole are none, nor is the ARN of a secret."""
    if isinstance(data, Text):
        data = data.parts[0] if isinstance(data.parts[0], str) else ""
    if isinstance(data, str):
        return not data.startswith("arn:")
    if isinstance(data, OneOf):
        return any(_could_be_secret(cast("Data", option)) for option in data.options)
    return isinstance(data, tuple | dict | Json)
