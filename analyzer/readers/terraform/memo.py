"""Every address is evaluated once; a cycle or too deep a chain of references is a named unknown.

Along with its value, an address remembers which resources and defaulted variables it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from analyzer.readers.terraform.data import Data
from graph.values import Unknown, Why

MAX_CHAIN = 800


@dataclass
class Memo:
    """Values by address, with what each touched; `stack` holds the addresses under evaluation."""

    values: dict[Hashable, tuple[Data, frozenset[str]]] = field(default_factory=dict)
    running: set[Hashable] = field(default_factory=set)
    touched: list[set[str]] = field(default_factory=lambda: [set()])

    def get(self, key: Hashable, name: str, compute: Callable[[], Data]) -> Data:
        """The value at `key`; `name` is what messages call it."""
        if key in self.values:
            value, touched = self.values[key]
            self.touched[-1].update(touched)
            return value
        if key in self.running:
            return Unknown(Why.CYCLE, name)
        if len(self.running) >= MAX_CHAIN:
            return Unknown(Why.LIMIT, f"{name}: a chain of over {MAX_CHAIN} references")
        self.running.add(key)
        self.touched.append(set())
        try:
            value = compute()
        finally:
            self.running.discard(key)
            found = self.touched.pop()
        self.values[key] = (value, frozenset(found))
        self.touched[-1].update(found)
        return value

    def touch(self, what: str) -> None:
        """Note that the value under evaluation rests on `what`."""
        self.touched[-1].add(what)

    def watch(self, compute: Callable[[], Data]) -> tuple[Data, frozenset[str]]:
        """A value and what it rests on."""
        self.touched.append(set())
        try:
            value = compute()
        finally:
            found = self.touched.pop()
        self.touched[-1].update(found)
        return value, frozenset(found)
