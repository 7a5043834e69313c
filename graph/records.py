"""Small immutable objects of which a run makes hundreds of thousands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_Kind = TypeVar("_Kind")


@dataclass_transform(frozen_default=True)
def record(*, eq: bool = True, order: bool = False) -> Callable[[type[_Kind]], type[_Kind]]:
    """A dataclass that is frozen for who checks types: to watch that while it runs triples the time
    that it takes to make one.
    """
    return dataclass(slots=True, eq=eq, unsafe_hash=eq, order=order)
