"""What the readers found, as one value: the input of `build`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from graph.grants import Grants
from graph.resource import Resource


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

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """Resources of any of `types`, in input order."""
        return tuple(resource for type_ in types for resource in self.by_type.get(type_, ()))
