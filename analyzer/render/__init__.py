"""Output formats, found by themselves: a module of this package with a `render` function.

A format is a pure function of the canonical document (`findings.json`, see `analyzer.document`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeAlias

Render: TypeAlias = Callable[[Mapping[str, Any]], str]


@cache
def formats() -> tuple[str, ...]:
    """The names of all formats (a module's name, with `-` for `_`)."""
    return tuple(sorted(module.name.replace("_", "-") for module in iter_modules(__path__)))


def renderer(name: str) -> Render:
    """The `render` function of a format.

    Raises:
        KeyError: there is no such format.

    """
    if name not in formats():
        raise KeyError(name)
    found: Render = import_module(f"{__name__}.{name.replace('-', '_')}").render
    return found
