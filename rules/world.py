"""What a rule may look at: the graph and everything computed from it, read-only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from graph.estate import Estate
from graph.model import Kind, Node, NodeId, Verb
from graph.reach import Reach
from graph.store import Graph
from graph.survival import Survival
from graph.values import Truth


@dataclass(frozen=True, slots=True)
class Options:
    """Thresholds of the user; `max_loss` applies where a store names none of its own."""

    max_loss: timedelta = timedelta(days=1)


@dataclass(frozen=True)
class World:
    """One analysed estate on one day."""

    estate: Estate
    graph: Graph
    reach: Reach
    survival: Survival
    options: Options = field(default_factory=Options)

    @property
    def today(self) -> date:
        """The day the analysis is made for."""
        return self.estate.today
