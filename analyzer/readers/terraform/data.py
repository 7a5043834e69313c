"""Values while Terraform is evaluated: `graph.values` plus what only the language distinguishes.

Plain `tuple` is Terraform's tuple, plain `dict` its object. Numbers are `int`, or `Decimal` where
they have a fraction. `export` turns all of it into `graph.values.Value`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from graph.values import Json, Location, OneOf, Text, Unknown

Where: TypeAlias = Callable[[], Location]


class ListValue(tuple["Data", ...]):
    """A list: a tuple whose elements have one type."""

    __slots__ = ()


class SetValue(tuple["Data", ...]):
    """A set: elements are distinct and stand in Terraform's iteration order."""

    __slots__ = ()


class MapValue(dict[str, "Data"]):
    """A map: an object whose values have one type."""

    __slots__ = ()


class OpenObject(dict[str, "Data"]):
    """An object that has more attributes than are set: those that the provider computes."""

    def member(self, name: str, where: Where | None = None) -> Data:
        """An attribute, set or computed; `where` it is asked for."""
        raise NotImplementedError

    def with_values(self, values: Mapping[str, Data]) -> OpenObject:
        """The same object with other values for what is set."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Sensitive:
    """A value marked sensitive; functions unwrap it and mark their result.

    `declared` where nothing but the configuration's own word marks it: `nonsensitive` lifts such a
    mark, never that of a value whose name promises a secret, nor of what was made from one.
    """

    value: Data
    declared: bool = False


Data: TypeAlias = (
    "bool | int | Decimal | str | tuple[Data, ...] | dict[str, Data]"
    " | Sensitive | Unknown | Text | Json | OneOf | None"
)
