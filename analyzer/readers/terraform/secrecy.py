"""Values whose name promises a secret are marked where they arise: the mark goes with them."""

from __future__ import annotations

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.types.partial import mark
from analyzer.secrets import secret_name
from graph.values import Json, Text


def guarded(name: str, data: Data) -> Data:
    """The value, marked as sensitive if it could be the secret that its name promises."""
    return mark(data) if data and secret_name(name) and _could_be_secret(data) else data


def _could_be_secret(data: Data) -> bool:
    """Flags, numbers and what is unknown as a whole are none, nor is the ARN of a secret."""
    if isinstance(data, Text):
        data = data.parts[0] if isinstance(data.parts[0], str) else ""
    if isinstance(data, str):
        return not data.startswith("arn:")
    return isinstance(data, tuple | dict | Json)
