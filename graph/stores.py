"""Resources → nodes for what holds data, keys, secrets and states, with what guards them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from graph.actions import actions_on
from graph.bucketroles import NO_DATA, Role, roles
from graph.catalogue import catalogue
from graph.conditions import first_at, holds, span_at
from graph.estate import Estate
from graph.facts import Facts
from graph.model import (
    Edge,
    EdgeKind,
    Evidence,
    Guard,
    Kind,
    Node,
    NodeId,
    Place,
    Store,
    Undo,
    Verb,
)
from graph.places import arn, key, label, scope
from graph.references import References, references_of
from graph.resource import Presence, Resource
from graph.selectors import selects
from graph.states import states
from graph.storetypes import GuardRule, StoreType, store_table
from graph.tags import known_tags
from graph.values import Truth


def describe(estate: Estate) -> Facts:
    """Nodes of all types in the store tables, data stores with guards, keys with what they lock."""
    references = references_of(estate)
    nodes: list[Node] = []
    stores: list[Store] = []
    edges: list[Edge] = []
    uses = roles(estate, references)
    for resource, row in _described(estate):
        role = uses.get(resource.address) if row.roles else None
        node = _node(resource, row, role)
        nodes.append(node)
        place = _key(resource, row, references)
        if node.kind is Kind.STORE:
            guards, undo = _guards(resource, references), undo_of(node.type, estate.today)
            stores.append(Store(node.id, node.type, place, guards, undo=undo))
        if isinstance(place, str) and place in estate.by_address:
            edges.append(_encrypts(place, resource))
    found = states(estate, references, uses)
    return Facts((*nodes, *found.nodes), (*edges, *found.edges), tuple(stores))


def declared(nodes: Mapping[NodeId, Node], estate: Estate) -> dict[NodeId, Node]:
    """The nodes, each with the name of the grants file's data store that it holds (`store:`)."""
    found = dict(nodes)
    for store in estate.grants.stores:
        for node in nodes.values():
            if selects(store.resources, node) is Truth.YES:
                found[node.id] = replace(node, facts={**node.facts, "store": store.id})
    return found


@cache
def holds_data(type_: str) -> bool:
    """Whether nodes of a type are data stores: a table describes them, or protects them."""
    described = (row.node for row in store_table().types.values() if row.kind == Kind.STORE)
    protected = (node for row in catalogue().mechanisms.values() for node in row.protects)
    return type_ in {*described, *protected}


def undo_of(type_: str, day: date) -> Undo | None:
    """How the deletion of such a store can be undone on a day, `None` where no table says."""
    calls = (call for call in actions_on(type_) if call.verb is Verb.DESTROY)
    return next((undo for call in calls if (undo := call.undo_on(day))), None)


def _described(estate: Estate) -> Iterator[tuple[Resource, StoreType]]:
    table = store_table().types
    for resource in estate.resources:
        row = table.get(resource.type)
        if row is None or row.alias_of or resource.mode == "data":
            continue
        if resource.presence is Presence.LATENT:
            continue
        if (row.skip and holds(row.skip, resource) is Truth.YES) or (
            row.replica and holds(row.replica, resource) is Truth.YES
        ):
            continue
        yield resource, row


def _node(resource: Resource, row: StoreType, role: Role | None) -> Node:
    facts = {"what": row.what}
    if role:
        facts |= {"role": role.name, "role_because": role.because}
    window = span_at(resource, row.window) if row.window else None
    if window is not None:
        facts["deletion_window_days"] = str(window.days)
    kind = Kind(row.kind)
    return Node(
        id=resource.address,
        kind=Kind.RESOURCE if role and role.name in NO_DATA else kind,
        type=row.node,
        name=label(resource, row),
        scope=scope(resource, row),
        location=resource.location,
        paths=arn(resource, row),
        tags=known_tags(resource),
        facts=facts,
    )


def _key(resource: Resource, row: StoreType, references: References) -> Place:
    value = first_at(resource, *row.key)
    if row.key_from:
        link, tf = (row.key_from["link"],), row.key_from["tf"]
        for other in references.companions(tf, link, (row.tf,)).get(resource.address, ()):
            return key(first_at(other, row.key_from["attr"]) or value, references, other)
    return key(value, references, resource)


def _encrypts(key_id: str, resource: Resource) -> Edge:
    evidence = Evidence(f"{resource.address} is encrypted with this key", resource.location)
    return Edge(key_id, resource.address, EdgeKind.ENCRYPTS, (evidence,))


def _guards(resource: Resource, references: References) -> tuple[Guard, ...]:
    found = list(terraform_guards(resource))
    for rule in store_table().guards:
        holders = _holders(rule, resource, references)
        found.extend(_guard(rule, holder, resource) for holder in holders)
    return tuple(found)


def _holders(rule: GuardRule, resource: Resource, references: References) -> list[Resource]:
    if not rule.link:
        return [resource] if resource.type in rule.on else []
    return [
        other
        for tf in rule.on
        for other in references.companions(tf, (rule.link,), (resource.type,)).get(
            resource.address, ()
        )
    ]


def _guard(rule: GuardRule, holder: Resource, resource: Resource) -> Guard:
    calls = rule.removable_by.get(resource.type, rule.removable_by.get("default", ()))
    evidence = Evidence(
        rule.what,
        holder.place(rule.attr),
        fact=rule.id,
        source=rule.source,
        confirmed=rule.confirmed,
    )
    return Guard(rule.id, rule.grade, holds(rule.when, holder), calls, evidence, rule.stops)


def terraform_guards(resource: Resource) -> tuple[Guard, ...]:
    """`prevent_destroy`, where the resource has it."""
    on = resource.lifecycle.get("prevent_destroy")
    if not on:
        return ()
    evidence = Evidence(
        "prevent_destroy stops Terraform's plans only, and goes with the block that holds it",
        resource.location,
        fact="terraform.prevent_destroy",
        source="https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle",
    )
    truth = Truth.of(on) if isinstance(on, bool) else Truth.MAYBE
    return (Guard("terraform.prevent_destroy", "terraform_only", truth, (), evidence),)
