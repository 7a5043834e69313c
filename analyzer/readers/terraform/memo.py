"""Every address is evaluated once; a cycle or too deep a chain of references is a named unknown.

Along with its value, an address remembers which resources and defaulted variables it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar, cast

from analyzer.readers.terraform.data import Data, Sensitive
from graph.values import Json, OneOf, Text, Unknown, Why

MAX_CHAIN = 1500
_SHARED = (tuple, dict, Json, OneOf, Sensitive, Text)
MAX_SIZE = 300_000
_HOLE = 50  # each is named one by one, and compared with others
T = TypeVar("T")


@dataclass
class Memo:
    """Values by address, with what each touched; `running` are the addresses under evaluation."""

    values: dict[Hashable, tuple[Data, frozenset[str]]] = field(default_factory=dict)
    running: set[Hashable] = field(default_factory=set)
    touched: list[set[str]] = field(default_factory=lambda: [set()])
    _sizes: dict[int, int] = field(default_factory=dict)

    def get(self, key: Hashable, name: str, compute: Callable[[], Data]) -> Data:
        """The value at `key`; `name` is what messages call it."""
        kept = self.values.get(key)
        if kept is not None:
            value, touched = kept
            self.touched[-1].update(touched)
            return value
        if key in self.running:
            return Unknown(Why.CYCLE, name)
        if len(self.running) >= MAX_CHAIN:
            return Unknown(Why.LIMIT, f"{name}: a chain of over {MAX_CHAIN} references")
        self.running.add(key)
        try:
            value, touched = self.watch(compute)
        finally:
            self.running.discard(key)
        if isinstance(value, _SHARED) and self._size(value) > MAX_SIZE:
            value = Unknown(Why.LIMIT, f"{name} has over {MAX_SIZE} parts")
        self.values[key] = (value, touched)
        return value

    def touch(self, what: str) -> None:
        """Note that the value under evaluation rests on `what`."""
        self.touched[-1].add(what)

    def watch(self, compute: Callable[[], T]) -> tuple[T, frozenset[str]]:
        """A result and what it rests on."""
        result, found = self.apart(compute)
        self.touched[-1].update(found)
        return result, found

    def apart(self, compute: Callable[[], T]) -> tuple[T, frozenset[str]]:
        """A result and what it rests on; whoever asks does not rest on it by that."""
        self.touched.append(set())
        try:
            result = compute()
        finally:
            found = self.touched.pop()
        return result, frozenset(found)

    def _size(self, data: Data) -> int:
        """How much there is to walk: a part that stands in many places counts every time.

        Sizes are kept by object; every counted object lives as long as the memo, in its values.
        """
        if isinstance(data, str):
            return 1 + len(data) // 100
        if data is None or isinstance(data, int):
            return 1
        if isinstance(data, Sensitive):
            return self._size(data.value)
        if isinstance(data, Unknown):
            return _HOLE
        if isinstance(data, OneOf):
            return _HOLE + sum(map(self._size, cast("tuple[Data, ...]", data.options)))
        if isinstance(data, Json):
            return 1 + self._size(cast("Data", data.document))
        if isinstance(data, Text):
            return 1 + sum(map(self._size, cast("tuple[Data, ...]", data.parts)))
        if not isinstance(data, tuple | dict):
            return 1
        known = self._sizes.get(id(data))
        if known is None:
            items = data.values() if isinstance(data, dict) else data
            known = 1 + sum(map(self._size, items))
            self._sizes[id(data)] = known
        return known
