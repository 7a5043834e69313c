"""AWS Backup: plans, their selections by ARN, tag and condition, and what each rule makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import reduce

from graph.backups.context import Age, Context, Found
from graph.backups.declared import located
from graph.catalogue import Mechanism, catalogue
from graph.conditions import first_at, values_at
from graph.losses import FOREVER
from graph.model import Evidence, NodeId, Scope, Store
from graph.places import account, region, same
from graph.resource import Presence, Resource
from graph.schedules import longest_gap
from graph.tags import all_known, tags
from graph.values import Text, Truth, Unknown, Value

_DEFAULT_SCHEDULE = "cron(0 5 ? * * *)"
_TAG = "aws:ResourceTag/"
_CONDITIONS = {
    "string_equals": (False, False),
    "string_like": (True, False),
    "string_not_equals": (False, True),
    "string_not_like": (True, True),
}


@dataclass(frozen=True, slots=True)
class _Choice:
    """A plan's rule and the selection that brings stores to it."""

    plan: Resource
    selection: Resource
    number: int
    rule: Mapping[str, Value]


def backup_plans(context: Context, mechanism: Mechanism) -> Iterator[Found]:
    """One copy a (selected store, rule, vault), for the vaults the mechanism's row names."""
    for selection in context.estate.of_type("aws_backup_selection"):
        if selection.presence is Presence.LATENT:
            continue
        plan_id = first_at(selection, "plan_id")
        plans = context.references.resolve(plan_id, ("aws_backup_plan",), selection)
        chosen = _chosen(context, mechanism, selection) if plans else {}
        for address, linked in plans.items():
            plan = context.estate.by_address[address]
            if plan.presence is Presence.LATENT:
                continue
            for number, rule in enumerate(_blocks(plan.attributes.get("rule"))):
                choice = _Choice(plan, selection, number, rule)
                for store, truth in chosen.items():
                    yield from _copies(context, mechanism, store, choice, truth & linked)


def _copies(
    context: Context, mechanism: Mechanism, store: Store, choice: _Choice, attached: Truth
) -> Iterator[Found]:
    rule, plan = choice.rule, choice.plan
    point = catalogue().points.get(store.type)
    mechanism = point.made_by(mechanism) if point else mechanism
    near = Scope("aws", account(plan), region=region(plan))
    path = mechanism.declared[0].container
    holder = replace(plan, attributes=rule)
    for place, (target, keep) in enumerate(_targets(holder, path)):
        container, scope = located(context, target, plan, near)
        mark = f"[{place}]" if place else ""
        suffix = "copy" if "copy_action" in path else "backup"
        node = context.graph.nodes[store.node]
        found = context.make(
            mechanism,
            store,
            plan,
            node_id=f"{store.node}#{plan.name}[{choice.number}]-{suffix}{mark}",
            scope=scope,
            name=f"{mechanism.name} of {node.name}",
            evidence=_evidence(mechanism, choice, store),
            attached=attached,
            container=container,
        )
        copy = replace(found.copy, age=_age(holder), horizon=keep, managed_by_store=False)
        yield replace(found, copy=copy)


def _targets(holder: Resource, path: str) -> Iterator[tuple[Value, timedelta | None]]:
    """The vaults that a rule writes to, each with how long it keeps what it holds."""
    block, _, attribute = path.rpartition(".")
    holders = _blocks(holder.attributes.get(block)) if block else [holder.attributes]
    for item in holders:
        if item.get(attribute) is not None:
            yield item.get(attribute), _kept(item)


def _kept(block: Mapping[str, Value]) -> timedelta | None:
    """`lifecycle.delete_after` days; absent: for ever."""
    for lifecycle in _blocks(block.get("lifecycle")):
        days = lifecycle.get("delete_after")
        if isinstance(days, int | float) and not isinstance(days, bool):
            return timedelta(days=days) if days > 0 else FOREVER
        if days is not None:
            return None
    return None if isinstance(block.get("lifecycle"), Unknown) else FOREVER


def _age(rule: Resource) -> Age:
    if rule.get("enable_continuous_backup") is True:
        return timedelta(0), timedelta(minutes=15)
    schedule = rule.get("schedule", default=_DEFAULT_SCHEDULE)
    return timedelta(0), longest_gap(schedule) if isinstance(schedule, str) else None


def _evidence(mechanism: Mechanism, choice: _Choice, store: Store) -> tuple[Evidence, ...]:
    text = f"{choice.selection.address} selects {store.node} for {choice.plan.address}"
    return (
        mechanism.evidence(text, choice.selection.location),
        mechanism.evidence(
            f"rule {choice.number + 1} of {choice.plan.address}", choice.plan.location
        ),
    )


def _chosen(context: Context, mechanism: Mechanism, selection: Resource) -> dict[Store, Truth]:
    """The stores of the selection's account and region that it selects."""
    found: dict[Store, Truth] = {}
    its_account, its_region = account(selection), region(selection)
    for store in context.graph.stores.values():
        resource = context.estate.by_address.get(store.node)
        if resource is None or store.type not in mechanism.protects:
            continue
        scope = context.graph.nodes[store.node].scope
        here = same(scope.account, its_account) & same(scope.region, its_region)
        truth = here & _selects(context, selection, resource) if here else Truth.NO
        if truth:
            found[store] = truth
    return found


def _selects(context: Context, selection: Resource, resource: Resource) -> Truth:
    """Resources or tags, and all conditions, and none of the exclusions."""
    wanted = [
        _tagged(tag.get("key"), tag.get("value"), resource, like=False)
        for tag in _blocks(selection.attributes.get("selection_tag"))
    ]
    if selection.attributes.get("resources") not in (None, ()):
        wanted.append(_named(context, selection, "resources", resource))
    truth = reduce(Truth.__or__, wanted, Truth.NO) if wanted else Truth.YES
    for block in _blocks(selection.attributes.get("condition")):
        for name, (like, negative) in _CONDITIONS.items():
            for test in _blocks(block.get(name)):
                name_ = test.get("key")
                bare = name_.removeprefix(_TAG) if isinstance(name_, str) else name_
                matched = _tagged(bare, test.get("value"), resource, like=like)
                truth &= ~matched if negative else matched
    return truth & ~_named(context, selection, "not_resources", resource)


def _named(context: Context, selection: Resource, attribute: str, resource: Resource) -> Truth:
    found = Truth.NO
    for listed in values_at(selection, attribute):
        for value in listed if isinstance(listed, tuple) else (listed,):
            resolved = context.references.resolve(value, (resource.type,), selection)
            found |= resolved.get(resource.address, Truth.NO)
            if isinstance(value, str) and "*" in value:
                found |= _matches(context, value, resource.address)
            elif isinstance(value, Text | Unknown) and not _owned(context, value, selection):
                found |= Truth.MAYBE
    return found


def _owned(context: Context, value: Text | Unknown, at: Resource) -> bool:
    """Whether a value is known to be another resource's."""
    parts = value.parts if isinstance(value, Text) else (value,)
    owners = [context.references.owner(part, at) for part in parts if isinstance(part, Unknown)]
    return any(owners)


def _matches(context: Context, pattern: str, node: NodeId) -> Truth:
    if pattern == "*":
        return Truth.YES
    pattern = pattern.replace("[", "[[]")
    paths = context.graph.nodes[node].paths
    if any(fnmatchcase(path, pattern) for path in paths):
        return Truth.YES
    unsure = any("*" in path and fnmatchcase(pattern, path) for path in paths)
    return Truth.MAYBE if unsure else Truth.NO


def _tagged(name: Value, wanted: Value, resource: Resource, *, like: bool) -> Truth:
    if not isinstance(name, str) or not isinstance(wanted, str):
        return Truth.MAYBE
    have = tags(resource)
    if name not in have:
        return ~all_known(resource)
    value = have[name]
    if not isinstance(value, str):
        return Truth.MAYBE
    pattern = wanted.replace("[", "[[]").replace("?", "[?]")
    return Truth.of(fnmatchcase(value, pattern) if like else value == wanted)


def _blocks(value: Value) -> list[Mapping[str, Value]]:
    if isinstance(value, Mapping):
        return [value]
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, tuple) else []
