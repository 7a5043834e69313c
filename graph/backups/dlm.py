"""Snapshot lifecycle policies (DLM): which volumes their target tags select, what they keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from graph.backups.context import Age, Context, Found
from graph.catalogue import Mechanism
from graph.conditions import UNITS, first_at
from graph.model import Scope
from graph.places import account, region, same
from graph.resource import Presence, Resource
from graph.schedules import longest_gap
from graph.tags import all_known, tags
from graph.values import Truth, Unknown, Value


def lifecycle_policies(context: Context, mechanism: Mechanism) -> Iterator[Found]:
    """One copy a (selected volume, schedule, place), as the mechanism's row says which place."""
    for policy in context.estate.of_type("aws_dlm_lifecycle_policy"):
        state = first_at(policy, "state")
        if policy.presence is Presence.LATENT or state == "DISABLED":
            continue
        known = Truth.MAYBE if isinstance(state, Unknown) else Truth.YES
        for store in context.graph.stores.values():
            resource = context.estate.by_address.get(store.node)
            if resource is None or store.type not in mechanism.protects:
                continue
            scope = context.graph.nodes[store.node].scope
            here = same(scope.account, account(policy)) & same(scope.region, region(policy))
            truth = known & here & _selects(policy, resource)
            if truth:
                for found in _copies(context, mechanism, policy, store.node):
                    attached = found.copy.attached & truth
                    yield replace(found, copy=replace(found.copy, attached=attached))


def _copies(
    context: Context, mechanism: Mechanism, policy: Resource, store_id: str
) -> Iterator[Found]:
    store, node = context.graph.stores[store_id], context.graph.nodes[store_id]
    for number, schedule in enumerate(_blocks(policy.get("policy_details.schedule"))):
        for place, block in enumerate(_places(mechanism, schedule)):
            target = block.get("target", block.get("target_region"))
            scope = Scope(
                "aws",
                account(policy),
                region=target if isinstance(target, str) else region(policy),
                stack=policy.stack.id,
            )
            found = context.make(
                mechanism,
                store,
                policy,
                node_id=f"{store_id}#{policy.name}[{number}]"
                + (f"-copy[{place}]" if target else ""),
                scope=scope,
                name=f"{mechanism.name} of {node.name}",
                evidence=(
                    mechanism.evidence(f"{policy.address} selects {store_id}", policy.location),
                ),
            )
            copy = replace(found.copy, age=_age(schedule), horizon=_kept(schedule, block))
            yield replace(found, copy=copy)


def _places(mechanism: Mechanism, schedule: Mapping[str, Value]) -> list[Mapping[str, Value]]:
    path = mechanism.declared[0].container
    return _blocks(schedule.get(path)) if path else [{}]


def _selects(policy: Resource, resource: Resource) -> Truth:
    """Any target tag suffices; tags are compared with case."""
    wanted = first_at(policy, "policy_details.target_tags")
    if not isinstance(wanted, Mapping):
        return Truth.MAYBE if isinstance(wanted, Unknown) else Truth.NO
    have = tags(resource)
    found = ~all_known(resource)
    for name, value in wanted.items():
        if name in have:
            both = isinstance(value, str) and isinstance(have[name], str)
            found |= Truth.of(value == have[name]) if both else Truth.MAYBE
    return found


def _age(schedule: Mapping[str, Value]) -> Age:
    for rule in _blocks(schedule.get("create_rule")):
        cron = rule.get("cron_expression")
        if isinstance(cron, str):
            return timedelta(0), longest_gap(cron)
        hours = rule.get("interval")
        if isinstance(hours, int | float) and not isinstance(hours, bool):
            return timedelta(0), timedelta(hours=hours)
    return timedelta(0), None


def _kept(schedule: Mapping[str, Value], place: Mapping[str, Value]) -> timedelta | None:
    """A retain rule by age, or by count times the schedule's interval."""
    for rule in _blocks(place.get("retain_rule")) or _blocks(schedule.get("retain_rule")):
        interval, unit, count = rule.get("interval"), rule.get("interval_unit"), rule.get("count")
        if isinstance(interval, int) and isinstance(unit, str) and unit.lower() in UNITS:
            return interval * UNITS[unit.lower()]
        every = _age(schedule)[1]
        if isinstance(count, int) and every is not None:
            return count * every
    return None


def _blocks(value: Value) -> list[Mapping[str, Value]]:
    if isinstance(value, Mapping):
        return [value]
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, tuple) else []
