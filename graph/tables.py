"""The providers' data tables: TOML files in `graph/providers/<name>/`, read once, on demand."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from graph.shapes import TableError, complaint


@cache
def table(provider: str, name: str) -> Mapping[str, Any]:
    """The table `<provider>/<name>.toml`, empty where the provider has none."""
    path = _folder() / provider / f"{name}.toml"
    if not path.is_file():
        return {}
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    if wrong := complaint(f"{provider}/{name}.toml", name, rows):
        raise TableError(wrong)
    return rows


@cache
def tables(name: str) -> Mapping[str, Mapping[str, Any]]:
    """The table of that name of every provider that has one, by provider."""
    folders = (path for path in _folder().iterdir() if path.is_dir())
    names = sorted(path.name for path in folders)
    return {folder: rows for folder in names if (rows := table(folder, name))}


def _folder() -> Traversable:
    """The providers' folder; to ask for it as a package would load code that tables do not need."""
    return resources.files("graph") / "providers"
