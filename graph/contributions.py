"""Rules, formats and providers are found by themselves: each module of a package exports one thing.

A module that cannot be used is named, and the others work; one whose name starts with `_` is a
helper of its neighbours.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from graph.problems import Problem, ProblemKind, raised_at


class Unusable(Exception):
    """A module without what it must export; the message names the file and no value of an input."""


def names(package: str) -> tuple[str, ...]:
    """The modules of a package that contribute something."""
    found = (module.name for module in iter_modules(import_module(package).__path__))
    return tuple(sorted(name for name in found if not name.startswith("_")))


def load(package: str, name: str, export: str, kind: type) -> Any:
    """What a module exports.

    Raises:
        Unusable: the module cannot be imported, or exports nothing of that name and kind.

    """
    module = f"{package}.{name}"
    try:
        found = getattr(import_module(module), export, None)
    except Exception as error:  # noqa: BLE001 (whatever a contribution does, the others must work)
        raise Unusable(f"{_file(module)} cannot be imported: {raised_at(error)}") from None
    if not isinstance(found, kind):
        raise Unusable(f"{_file(module)} must define {export} (a {kind.__name__})")
    return found


def load_all(
    package: str, export: str, kind: type, effect: str
) -> tuple[tuple[Any, ...], tuple[Problem, ...]]:
    """What every module exports, and a problem for each that is unusable."""
    usable: list[Any] = []
    problems: list[Problem] = []
    for name in names(package):
        try:
            usable.append(load(package, name, export, kind))
        except Unusable as error:
            problems.append(Problem(ProblemKind.INVALID, f"{package}.{name}", str(error), effect))
    return tuple(usable), tuple(problems)


def _file(module: str) -> str:
    spec = find_spec(module)
    inside = "/__init__" if spec and spec.submodule_search_locations is not None else ""
    return f"{module.replace('.', '/')}{inside}.py"
