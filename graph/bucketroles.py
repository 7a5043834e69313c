"""What a bucket is for: logs that other resources send there, Terraform states, or data.

Only what writes there decides that a bucket holds logs; its name decides nothing by itself, since
a bucket that is left out here is a data store nobody looks at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.conditions import values_at
from graph.estate import Estate
from graph.references import References
from graph.storetypes import store_table
from graph.tables import tables
from graph.values import Truth

NO_DATA = frozenset({"logs", "artifacts"})


@dataclass(frozen=True, slots=True)
class Role:
    """`name` is `logs`, `artifacts`, `terraform-state` or `data`; `because` says in words why."""

    name: str
    because: str


def roles(estate: Estate, references: References) -> Mapping[str, Role]:
    """The role of buckets by address; a bucket with evidence of nothing is not listed.

    A bucket that also receives replicas or backups is data, whoever logs there.
    """
    buckets = [row.tf for row in store_table().types.values() if row.roles == "object"]
    found: dict[str, Role] = {}
    for rows in tables("stores").values():
        for rule in rows.get("use", ()):
            for resource in estate.of_type(rule["tf"]):
                for value in values_at(resource, rule["attr"]):
                    for address, truth in references.resolve(value, buckets, resource).items():
                        if truth is Truth.YES:
                            role = Role(rule["role"], f"{resource.address} {rule['why']}")
                            found[address] = _stronger(found.get(address), role)
    for stack in {item.stack.id: item.stack for item in estate.resources}.values():
        value = stack.backend.get("bucket")
        for item in estate.of_type(*buckets):
            if isinstance(value, str) and value == item.get("bucket"):
                found[item.address] = Role(
                    "terraform-state", f"the backend of {stack.path} is here"
                )
    return found


def _stronger(old: Role | None, new: Role) -> Role:
    return old if old and old.name not in NO_DATA else new
