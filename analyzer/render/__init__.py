"""Output formats, found by themselves: a module of this package with a `render` function.

A format is a pure function of the canonical document (`findings.json`, see `analyzer.document`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import FunctionType
from typing import Any, TypeAlias

from graph.contributions import load, names

Render: TypeAlias = Callable[[Mapping[str, Any]], str]


@cache
def formats() -> tuple[str, ...]:
    """The names of all formats (a module's name, with `-` for `_`)."""
    return tuple(name.replace("_", "-") for name in names(__name__))


def renderer(name: str) -> Render:
    """The `render` function of a format.

    Raises:
        KeyError: there is no such format.
        Unusable: its module has no function `render`.

    """
    if name not in formats():
        raise KeyError(name)
    found: Render = load(__name__, name.replace("-", "_"), "render", FunctionType)
    return found
