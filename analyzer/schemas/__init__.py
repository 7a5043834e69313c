"""The published JSON Schemas: of the report (`findings.json`) and of the grants file."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def names() -> tuple[str, ...]:
    """What `blastwall schema` can print."""
    files = (path.name for path in resources.files(__name__).iterdir())
    ending = ".schema.json"
    return tuple(sorted(name.removesuffix(ending) for name in files if name.endswith(ending)))


@cache
def text(name: str) -> str:
    """A schema as JSON text."""
    return (resources.files(__name__) / f"{name}.schema.json").read_text(encoding="utf-8")


@cache
def schema(name: str) -> dict[str, Any]:
    """A schema as data."""
    found: dict[str, Any] = json.loads(text(name))
    return found
