"""Which resource an attribute means: by symbolic reference, by name, by ARN.

The evaluator gives a reference as an `Unknown` whose symbol is `<address>.<attr>`, or as the name
or ARN as far as it knows it, with the same holes as the resource's own; other root modules and the
grants file use names and ARNs only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from graph import identities
from graph.conditions import values_at
from graph.estate import Estate
from graph.resource import Resource
from graph.storetypes import store_table
from graph.values import OneOf, Text, Truth, Unknown, Value, Why

_IDENTITY = ("id", "arn", "name")
_LAST = re.compile(r"[:/]")


@dataclass(frozen=True)
class References:
    """An index of an estate's resources by what others call them.

    `identity` holds, by Terraform type, the attributes that name a resource beside id, ARN, name.
    """

    estate: Estate
    identity: Mapping[str, tuple[str, ...]]

    def resolve(self, value: Value, types: Iterable[str], at: Resource) -> dict[str, Truth]:
        """Addresses of resources of Terraform `types` that `value`, written in `at`, may mean."""
        wanted = frozenset(types)
        found: dict[str, Truth] = {}
        for address, truth in self._found(value, wanted, at):
            found[address] = found.get(address, Truth.NO) | truth
        return found

    def _found(
        self, value: Value, types: frozenset[str], at: Resource
    ) -> Iterator[tuple[str, Truth]]:
        same = self._by_name.get(spelled(value, at) or "", ()) if not isinstance(value, str) else ()
        mine = [item for item in same if item.type in types]
        if mine:
            yield from ((item.address, Truth.YES) for item in mine)
            return
        match value:
            case str():
                yield from self._named(value, types, at)
            case Unknown():
                yield from self._symbolic(value, types, at)
            case Text(parts):
                yield from self._in_parts(parts, types, at)
            case OneOf(options, _):
                for option in options:
                    for address, truth in self._found(option, types, at):
                        yield address, truth & Truth.MAYBE
            case tuple():
                for item in value:
                    yield from self._found(item, types, at)

    def _in_parts(
        self, parts: tuple[str | Unknown | OneOf, ...], types: frozenset[str], at: Resource
    ) -> Iterator[tuple[str, Truth]]:
        for part in parts:
            if isinstance(part, Unknown):
                yield from self._symbolic(part, types, at)
        last = parts[-1]
        if isinstance(last, str):
            yield from self._named(f"arn:{last}", types, at)

    def _named(self, name: str, types: frozenset[str], at: Resource) -> Iterator[tuple[str, Truth]]:
        if not name:
            return
        exact = self._by_name.get(name, ())
        short = _LAST.split(name)[-1] if name.startswith("arn:") else ""
        near = self._by_name.get(short, ()) if short and not exact else ()
        matches = [item for item in (*exact, *near) if item.type in types]
        same_stack = [item for item in matches if item.stack.id == at.stack.id]
        for item in same_stack or matches:
            yield item.address, Truth.YES

    def _symbolic(
        self, value: Unknown, types: frozenset[str], at: Resource
    ) -> Iterator[tuple[str, Truth]]:
        owner = self.owner(value, at)
        if owner is not None:
            if owner.type in types:
                yield owner.address, Truth.YES
            return
        for reference in value.references:
            for item in self._instances(reference, at):
                if item.type in types:
                    yield item.address, Truth.MAYBE

    def companions(
        self, tf: str, link: tuple[str, ...], types: tuple[str, ...]
    ) -> Mapping[str, tuple[Resource, ...]]:
        """Resources of type `tf` by the address of what their attribute `link` names."""
        wanted = (tf, link, types)
        if wanted not in self._companions:
            groups: defaultdict[str, list[Resource]] = defaultdict(list)
            for item in self.estate.of_type(tf):
                for value in (found for path in link for found in values_at(item, path)):
                    for address in self.resolve(value, types, item):
                        groups[address].append(item)
            self._companions[wanted] = {key: tuple(items) for key, items in groups.items()}
        return self._companions[wanted]

    @cached_property
    def _companions(
        self,
    ) -> dict[tuple[str, tuple[str, ...], tuple[str, ...]], dict[str, tuple[Resource, ...]]]:
        return {}

    def owner(self, value: Unknown, at: Resource) -> Resource | None:
        """The resource whose attribute an opaque value is."""
        address = value.symbol or ""
        while address:
            for candidate in (address, f"{at.stack.id}:{address}"):
                if candidate in self.estate.by_address:
                    return self.estate.by_address[candidate]
            address = address.rpartition(".")[0]
        return None

    def _instances(self, reference: str, at: Resource) -> tuple[Resource, ...]:
        for candidate in (reference, f"{at.module}.{reference}", f"{at.stack.id}:{reference}"):
            if candidate in self._by_block:
                return self._by_block[candidate]
        return ()

    @cached_property
    def _by_block(self) -> Mapping[str, tuple[Resource, ...]]:
        groups: defaultdict[str, list[Resource]] = defaultdict(list)
        for item in self.estate.resources:
            groups[item.address].append(item)
            block = item.address[: item.address.rindex("[")] if item.address[-1] == "]" else ""
            if block:
                groups[block].append(item)
        return {key: tuple(items) for key, items in groups.items()}

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[Resource, ...]]:
        groups: defaultdict[str, dict[str, Resource]] = defaultdict(dict)
        for item in self.estate.resources:
            if item.mode == "data":
                continue
            for attribute in (*_IDENTITY, *self.identity.get(item.type, ())):
                name = spelled(identities.of(item, attribute), item)
                if name:
                    groups[name][item.address] = item
        return {name: tuple(items.values()) for name, items in groups.items()}


@lru_cache(maxsize=1)
def references_of(estate: Estate) -> References:
    """The index of an estate with the names that its store types have, made once."""
    return References(estate, store_table().identity)


def spelled(value: Value, at: Resource) -> str | None:
    """Equal for equal names, holes included; `None` for what may be anything."""
    match value:
        case str():
            return value
        case Unknown(symbol=str() as symbol):
            return f"\0{symbol}\0"
        case Unknown(why=Why.VARIABLE, detail=detail) if detail:
            return f"\0{at.stack.id}|{detail}\0"
        case Text(parts):
            keys = [spelled(part, at) for part in parts]
            return None if None in keys else "".join(key for key in keys if key)
    return None
