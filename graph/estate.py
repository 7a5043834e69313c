"""What the readers found, as one value: the input of `build`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Protocol, TypeVar

from graph.grants import Grants
from graph.resource import Resource


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Named)


def _by_id(items: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(sorted(items, key=lambda item: item.id))


@dataclass(frozen=True)
class Estate:
    """All resources and grants of a run, and the day it is made for."""

    resources: tuple[Resource, ...]
    grants: Grants
    today: date

    @cached_property
    def by_address(self) -> Mapping[str, Resource]:
        """Resources by their full address."""
        return {resource.address: resource for resource in self.resources}

    @cached_property
    def by_type(self) -> Mapping[str, tuple[Resource, ...]]:
        """Managed and data resources by Terraform type (data under `data.<type>`)."""
        groups: defaultdict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources:
            prefix = "data." if resource.mode == "data" else ""
            groups[prefix + resource.type].append(resource)
        return {type_: tuple(found) for type_, found in groups.items()}

    def ordered(self) -> Estate:
        """The same in one order, so that no result depends on which file was read first.

        Rules of environments stay as they are: of those the first that matches counts.
        """
        grants = replace(
            self.grants,
            credentials=_by_id(self.grants.credentials),
            actors=_by_id(self.grants.actors),
            resources=_by_id(self.grants.resources),
            stores=_by_id(self.grants.stores),
            backups=_by_id(self.grants.backups),
        )
        resources = sorted(self.resources, key=lambda resource: resource.address)
        return Estate(tuple(resources), grants, self.today)

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """Resources of any of `types`, in input order."""
        return tuple(resource for type_ in types for resource in self.by_type.get(type_, ()))
