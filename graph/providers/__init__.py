"""What each provider knows: one folder a provider, code and data tables; found by itself.

A provider turns resources and grants into the neutral vocabulary of `graph.model` in two passes:
`describe` gives nodes, stores and copies; `connect` gives edges, when all nodes are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from graph.estate import Estate
from graph.facts import Facts
from graph.model import Edge
from graph.problems import Problem
from graph.store import Graph


def nothing(_estate: Estate) -> Facts:
    """For a provider that has tables only."""
    return Facts()


def no_edges(_estate: Estate, _graph: Graph) -> Iterable[Edge | Problem]:
    """For a provider that connects nothing of its own."""
    return ()


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider: `prefixes` are its Terraform types' prefixes (`aws_`).

    `describe` may look at the whole estate; `connect` sees the graph of all providers' nodes, with
    the edges that grants and descriptions gave. Both are pure.
    """

    name: str
    prefixes: tuple[str, ...] = ()
    describe: Callable[[Estate], Facts] = nothing
    connect: Callable[[Estate, Graph], Iterable[Edge | Problem]] = no_edges


@cache
def all_providers() -> tuple[Provider, ...]:
    """Every provider folder's `PROVIDER`, by name."""
    names = [module.name for module in iter_modules(__path__) if module.ispkg]
    found: list[Provider] = [import_module(f"{__name__}.{name}").PROVIDER for name in names]
    return tuple(sorted(found, key=lambda provider: provider.name))
