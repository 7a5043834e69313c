"""Attributes that code does not set: what data sources answer, identities from the provider's
table, else an unknown that equals itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import cast

from analyzer.readers.terraform.answers import ANSWERS, opaque
from analyzer.readers.terraform.data import Data, OpenObject, Where
from analyzer.readers.terraform.instances import Evaluated
from analyzer.readers.terraform.types.partial import unmark
from graph.identities import Owner, derived
from graph.values import Location, Unknown, Value


class ResourceObject(OpenObject):
    """A resource's attributes, or an object within them. What code does not set is an identity or
    known after apply: without the provider's schema a missing attribute is no error.
    """

    def __init__(self, values: Mapping[str, Data], item: Evaluated, path: str = "") -> None:
        super().__init__(values)
        self._item, self._path = item, path

    def member(self, name: str, where: Where | None = None) -> Data:
        """An attribute, set or computed."""
        path = f"{self._path}.{name}" if self._path else name
        if name not in self:
            return computed(self._item, path, where() if where else self._item.declared.location)
        return self._opened(self[name], path)

    def with_values(self, values: Mapping[str, Data]) -> ResourceObject:
        """The same object with other values for what is set."""
        return ResourceObject(values, self._item, self._path)

    def _opened(self, value: Data, path: str) -> Data:
        if type(value) is dict:
            return ResourceObject(value, self._item, path)
        if type(value) is tuple and any(type(item) is dict for item in value):
            return tuple(self._opened(item, f"{path}[{at}]") for at, item in enumerate(value))
        return value


def computed(item: Evaluated, name: str, where: Location) -> Data:
    """The value of an attribute that the block does not set."""
    answers = ANSWERS.get(item.type) if item.mode == "data" else None
    if answers is not None and name in answers:
        return answers[name](item)
    own = partial(_own, item)
    found = derived(Owner(item.type, item.stack_address, own, item.provider, item.mode), name)
    return opaque(item, name, where) if found is None else cast("Data", found)


def _own(item: Evaluated, field: str) -> Value:
    """One of the resource's own attributes; a dotted field enters blocks."""
    value: Data = dict(item.values)
    for step in field.split("."):
        if isinstance(value, tuple) and len(value) == 1:
            value = value[0]
        if not isinstance(value, Mapping):
            return value if isinstance(value, Unknown) else None
        value = unmark(value.get(step))[0]
    return cast("Value", value)
