"""What every way of finding copies needs: the estate, its graph so far, and how copies are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from graph.catalogue import Declaration, Fate, Mechanism, catalogue
from graph.conditions import first_at, holds, span, span_at
from graph.estate import Estate
from graph.model import Cascade, Copy, Edge, Evidence, Kind, Node, NodeId, Place, Scope, Store
from graph.places import key, path
from graph.references import References
from graph.resource import Presence, Resource
from graph.schedules import longest_gap
from graph.store import Graph
from graph.storetypes import store_table
from graph.values import Truth, Value

Age = tuple[timedelta, timedelta | None]
_DEEP = 4  # a copy of a copy of a copy is followed no further


@dataclass(frozen=True, slots=True)
class Found:
    """A copy with its node, further edges, and whether its key is a node of the graph."""

    copy: Copy
    node: Node
    edges: tuple[Edge, ...] = ()
    key_is_node: bool = False


@dataclass(frozen=True)
class Context:
    """An estate, the graph of its stores, and an index of who names whom."""

    estate: Estate
    graph: Graph
    references: References

    @cached_property
    def terraform_types(self) -> dict[str, tuple[str, ...]]:
        """Terraform types by node type."""
        found: dict[str, tuple[str, ...]] = {}
        for row in store_table().types.values():
            found[row.node] = (*found.get(row.node, ()), row.tf)
        return found

    @cached_property
    def containers(self) -> tuple[str, ...]:
        """Terraform types of what can hold copies of others: vaults and buckets."""
        rows = store_table().types.values()
        return tuple(row.tf for row in rows if row.kind == "container" or row.roles)

    @cached_property
    def links(self) -> dict[str, tuple[str, ...]]:
        """For Terraform types that are copies themselves: the attributes that name their source."""
        return {
            declaration.tf: declaration.link
            for mechanism in catalogue().mechanisms.values()
            for declaration in mechanism.declared
            if mechanism.is_resource and declaration.link
        }

    def stores_of(
        self, mechanism: Mechanism, paths: tuple[str, ...], at: Resource, depth: int = 0
    ) -> dict[NodeId, Truth]:
        """The stores that `at` names at `paths`, directly or through copies of them."""
        found: dict[NodeId, Truth] = {}
        stores = [tf for type_ in mechanism.protects for tf in self.terraform_types.get(type_, ())]
        value = first_at(at, *paths)
        for address, truth in self.references.resolve(value, [*stores, *self.links], at).items():
            if address in self.graph.stores:
                found[address] = truth
            elif depth < _DEEP:
                other = self.estate.by_address[address]
                further = self.links.get(other.type, ())
                for store, more in self.stores_of(mechanism, further, other, depth + 1).items():
                    found[store] = found.get(store, Truth.NO) | (truth & more)
        return found

    def make(
        self,
        mechanism: Mechanism,
        store: Store,
        at: Resource | None,
        *,
        node_id: NodeId,
        scope: Scope,
        name: str,
        evidence: tuple[Evidence, ...],
        declaration: Declaration | None = None,
        attached: Truth = Truth.YES,
        container: NodeId | None = None,
    ) -> Found:
        """The copy of a store that `at` makes; without `at`, one that no code declares."""
        place = self._key(mechanism, store, at, declaration, container)
        fate, terraform_fate = _fates(mechanism.fate, at)
        keep = (declaration.keep if declaration else None) or mechanism.keep
        copy = Copy(
            node=node_id,
            store=store.node,
            mechanism=mechanism.id,
            cascade=fate,
            evidence=evidence,
            attached=attached & _present(at, store.node),
            counts=mechanism.counts,
            cascade_by_caller=mechanism.fate.by_caller,
            terraform_cascade=terraform_fate,
            grace=span_at(at, mechanism.fate.grace) or span_at(at, mechanism.window),
            grade=mechanism.grade,
            version_isolated=mechanism.isolated,
            age=age((declaration.age if declaration else None) or mechanism.age, at),
            horizon=span_at(at, keep),
            key=place,
            domains={"storage_unit": Truth.YES} if mechanism.inside else {},
            destroys=mechanism.destroys,
            lifted_by=mechanism.lifted_by,
            container=container,
            managed_by_store=at is None or mechanism.inside or at.address == store.node,
            made_by_delete=mechanism.only_terraform,
            terraform=self._terraform(mechanism, container),
        )
        own = self.graph.nodes[store.node].paths
        template = mechanism.path.replace("{store}", own[0] if own else "*")
        paths = path(template, at, scope) if at else ()
        node = Node(
            node_id, Kind.BACKUP, mechanism.node, name, scope, evidence[0].location, paths=paths
        )
        return Found(copy, node, key_is_node=isinstance(place, str) and place in self.graph.nodes)

    def _key(
        self,
        mechanism: Mechanism,
        store: Store,
        at: Resource | None,
        declaration: Declaration | None,
        container: NodeId | None,
    ) -> Place:
        if at is not None and declaration and declaration.key:
            value = first_at(at, declaration.key)
            if value is not None:
                return key(value, self.references, at)
        if mechanism.key == "source":
            return store.key
        holder = self.estate.by_address.get(container or "")
        if mechanism.key == "container" and holder is not None:
            return self.key_of(holder)
        return None

    def key_of(self, resource: Resource) -> Place:
        """The key of a vault or bucket."""
        if resource.address in self.graph.stores:
            return self.graph.stores[resource.address].key
        row = store_table().types[resource.type]
        return key(first_at(resource, *row.key), self.references, resource)

    def _terraform(self, mechanism: Mechanism, container: NodeId | None) -> Truth:
        if mechanism.is_resource:
            return Truth.YES
        holder = self.estate.by_address.get(container or "")
        return Truth.NO if holder is None else forced(holder)


def forced(resource: Resource) -> Truth:
    """Whether `terraform destroy` empties a bucket or vault before deleting it."""
    value = resource.get("force_destroy", default=False)
    return Truth.of(value) if isinstance(value, bool) else Truth.MAYBE


def _present(at: Resource | None, store: NodeId) -> Truth:
    """Whether the copy is there if its store is: a setting of it, or of the same unknown module."""
    if at is None or at.presence is Presence.CERTAIN or at.address == store:
        return Truth.YES
    same = "".join(at.address.rpartition("[?]")[:2])
    return Truth.of((bool(same) and store.startswith(f"{same}.")) or None)


def age(rule: Mapping[str, Any], at: Resource | None) -> Age | None:
    """Bounds of the newest copy's age by a table rule; `None` where nothing is known."""
    if not rule:
        return None
    if "every" in rule:
        return timedelta(0), span(rule["every"])
    if "once" in rule:
        return timedelta(0), None
    if "cron" in rule:
        value: Value = first_at(at, rule["cron"]) if at else None
        value = rule.get("default") if value is None else value
        return timedelta(0), longest_gap(value) if isinstance(value, str) else None
    return timedelta(0), span_at(at, rule)


def moved(found: Found, node_id: NodeId) -> Found:
    """The same copy under another id."""
    return replace(
        found, copy=replace(found.copy, node=node_id), node=replace(found.node, id=node_id)
    )


def _fates(fate: Fate, at: Resource | None) -> tuple[Cascade, Cascade]:
    """What a caller can make of the copy, and what Terraform chooses by the code."""
    if fate.when is None or at is None:
        return fate.mode, fate.mode
    match holds((fate.when,), at):
        case Truth.YES:
            chosen = fate.mode
        case Truth.NO:
            chosen = fate.otherwise
        case _:
            chosen = Cascade.UNKNOWN
    return (fate.mode if fate.by_caller else chosen), chosen
