"""What each provider knows: one folder a provider, code and data tables; found by itself.

A provider turns resources and grants into the neutral vocabulary of `graph.model` in two passes:
`describe` gives nodes, stores and copies; `connect` gives edges, when all nodes are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from graph.contributions import load_all
from graph.estate import Estate
from graph.facts import Facts
from graph.model import Edge, Node
from graph.problems import Problem
from graph.store import Graph
from graph.whatif import Narrower


def nothing(_estate: Estate) -> Facts:
    """For a provider that has tables only."""
    return Facts()


def no_edges(_estate: Estate, _graph: Graph) -> Iterable[Node | Edge | Problem]:
    """For a provider that connects nothing of its own."""
    return ()


def no_narrowing(_estate: Estate, _graph: Graph) -> Narrower:
    """For a provider whose policies nobody narrows."""
    return lambda _identity, _targets: None


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider: `prefixes` are its Terraform types' prefixes (`aws_`).

    `describe` may look at the whole estate; `connect` sees the graph of all providers' nodes, with
    the edges that grants and descriptions gave; nodes that it adds are powers. `narrowing` says
    what policies have to lose so that an identity destroys something no more. All are pure.
    """

    name: str
    prefixes: tuple[str, ...] = ()
    describe: Callable[[Estate], Facts] = nothing
    connect: Callable[[Estate, Graph], Iterable[Node | Edge | Problem]] = no_edges
    narrowing: Callable[[Estate, Graph], Narrower] = no_narrowing


def all_providers() -> tuple[Provider, ...]:
    """Every provider folder's `PROVIDER`, by name."""
    return _loaded()[0]


def unusable() -> tuple[Problem, ...]:
    """A problem for each provider folder whose code exports none."""
    return _loaded()[1]


@cache
def _loaded() -> tuple[tuple[Provider, ...], tuple[Problem, ...]]:
    effect = "what this provider knows beyond its tables is left out"
    found, problems = load_all(__name__, "PROVIDER", Provider, effect)
    return tuple(sorted(found, key=lambda provider: provider.name)), problems
