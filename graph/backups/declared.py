"""Copies that a resource declares: a setting of the store, a snapshot, a replication."""

from __future__ import annotations

from collections.abc import Iterator

from graph.backups.context import Context, Found
from graph.catalogue import Declaration, Mechanism, catalogue
from graph.conditions import Condition, first_at, holds, values_at
from graph.model import Evidence, NodeId, Scope, Store
from graph.places import account, region, text
from graph.resource import Presence, Resource
from graph.values import Truth, Unknown, Value, Why


def declared(context: Context) -> Iterator[Found]:
    """Copies by every mechanism that needs no matcher of its own."""
    for mechanism in catalogue().mechanisms.values():
        if mechanism.matcher:
            continue
        for declaration in mechanism.declared:
            for resource in context.estate.of_type(declaration.tf):
                yield from _of(context, mechanism, declaration, resource)
        if mechanism.unseen:
            yield from _unseen(context, mechanism)


def _of(
    context: Context, mechanism: Mechanism, declaration: Declaration, at: Resource
) -> Iterator[Found]:
    truth = holds(declaration.when, at)
    if truth is Truth.NO or at.presence is Presence.LATENT:
        return
    if declaration.link:
        stores = context.stores_of(mechanism, declaration.link, at)
    else:
        stores = {at.address: Truth.YES} if at.address in context.graph.stores else {}
    for store_id, linked in stores.items():
        store = context.graph.stores[store_id]
        if store.type in mechanism.protects and store_id != _own(mechanism, at):
            places = list(_places(context, declaration, at, store))
            for number, (container, scope) in enumerate(places):
                mark = f"[{number}]" if len(places) > 1 else ""
                yield context.make(
                    mechanism,
                    store,
                    at,
                    node_id=_id(mechanism, at, store) + mark,
                    scope=scope,
                    name=f"{mechanism.name} of {context.graph.nodes[store_id].name}",
                    evidence=_evidence(mechanism, declaration, at),
                    declaration=declaration,
                    attached=truth & linked,
                    container=container,
                )


def _own(mechanism: Mechanism, at: Resource) -> NodeId | None:
    """A resource that is a copy is no copy of itself."""
    return at.address if mechanism.is_resource else None


def _id(mechanism: Mechanism, at: Resource, store: Store) -> NodeId:
    if mechanism.is_resource:
        return at.address
    return f"{store.node}#{_short(mechanism)}"


def _short(mechanism: Mechanism) -> str:
    return mechanism.id.rpartition(".")[2].replace("_", "-")


def _places(
    context: Context, declaration: Declaration, at: Resource, store: Store
) -> Iterator[tuple[NodeId | None, Scope]]:
    """Where the copies lie: the container that holds each, as far as known, and its scope."""
    source = context.graph.nodes[store.node].scope
    if declaration.container == "self":
        yield store.node, source
        return
    if not declaration.container:
        yield None, _scope(declaration, at, source)
        return
    for value in values_at(at, declaration.container) or (None,):
        yield located(context, value, at, _scope(declaration, at, source))


def located(
    context: Context, value: Value, at: Resource, near: Scope
) -> tuple[NodeId | None, Scope]:
    """The container that a value names and its scope; one that is not in the code by its ARN."""
    for address, truth in context.references.resolve(value, context.containers, at).items():
        if truth is Truth.YES and address in context.graph.nodes:
            return address, context.graph.nodes[address].scope
    parts = text(value).split(":")
    if parts[0] == "arn" and len(parts) > 5:
        return None, Scope(
            vendor=near.vendor,
            account=parts[4] if parts[4] not in {"", "*"} else _nobody("account", at),
            region=parts[3] if parts[3] not in {"", "*"} else _nobody("region", at),
        )
    if value is None:
        return None, near
    return None, Scope(near.vendor, _nobody("account", at), region=_nobody("region", at))


def _scope(declaration: Declaration, at: Resource, source: Scope) -> Scope:
    if not declaration.link and not declaration.region:
        return source
    where = first_at(at, declaration.region) if declaration.region else first_at(at, "region")
    whose = first_at(at, declaration.account) if declaration.account else None
    return Scope(
        vendor=source.vendor,
        account=_text(whose) or account(at),
        region=_text(where) or region(at),
        stack=at.stack.id,
    )


def _text(value: Value) -> str | Unknown | None:
    return value if isinstance(value, str | Unknown) else None


def _nobody(what: str, at: Resource) -> Unknown:
    return Unknown(Why.COMPUTED, detail=f"{what} of the copy", location=at.location)


def _evidence(mechanism: Mechanism, declaration: Declaration, at: Resource) -> tuple[Evidence, ...]:
    found = [mechanism.evidence(_said(test, at), at.place(test.attr)) for test in declaration.when]
    return tuple(found) or (mechanism.evidence(f"{at.address} makes it", at.location),)


def _said(test: Condition, at: Resource) -> str:
    """A condition in words, with the default where the code says nothing."""
    value = first_at(at, test.attr)
    if value is None:
        return f"{test.attr} is not set (default {test.default})"
    if isinstance(value, bool):
        return f"{test.attr} = {str(value).lower()}"
    if isinstance(value, str | int | float):
        return f"{test.attr} = {value}"
    return f"{test.attr} is {value}" if isinstance(value, Unknown) else f"{test.attr} is set"


def _unseen(context: Context, mechanism: Mechanism) -> Iterator[Found]:
    """A copy that code cannot show: it may exist for every store of the type."""
    for store in context.graph.stores.values():
        if store.type not in mechanism.protects:
            continue
        node = context.graph.nodes[store.node]
        text_ = f"code cannot show whether {node.name} has {mechanism.name}"
        yield context.make(
            mechanism,
            store,
            None,
            node_id=f"{store.node}#{_short(mechanism)}",
            scope=node.scope,
            name=f"{mechanism.name} of {node.name}",
            evidence=(mechanism.evidence(text_, node.location),),
            attached=Truth.MAYBE,
        )
