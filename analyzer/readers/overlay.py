"""Plan and state over configuration: known values of the plan win, its holes are filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from graph.identities import fill, identity
from graph.resource import ProviderConfig, Resource
from graph.values import Unknown, Value, Why


def overlay(
    written: Sequence[Resource], planned: Iterable[Sequence[Resource]]
) -> tuple[Resource, ...]:
    """Resources of the configuration with those of plans and states laid over them.

    A plan belongs to the stack that shares most addresses with it; resources of that stack that
    the plan does not have (another workspace, a count of zero) are left out, data sources stay.
    """
    result = list(written)
    for plan in planned:
        result = _over(result, plan)
    return tuple(result)


def _over(written: list[Resource], planned: Sequence[Resource]) -> list[Resource]:
    if not planned:
        return written
    stack = _best_stack(written, planned)
    by_address = {_local(item): item for item in written if item.stack.id == stack}
    others = [item for item in written if item.stack.id != stack or item.mode == "data"]
    seen = {item.address for item in others}
    beside = next(iter(by_address.values()), None)
    laid = [_laid(item, by_address.get(item.address), beside) for item in planned]
    return [*others, *(_identified(item) for item in laid if item.address not in seen)]


def _local(resource: Resource) -> str:
    prefix = f"{resource.stack.id}:"
    return resource.address.removeprefix(prefix) if resource.stack.id else resource.address


def _best_stack(written: Sequence[Resource], planned: Sequence[Resource]) -> str | None:
    addresses = {item.address for item in planned}
    shared: dict[str, int] = {}
    for item in written:
        if _local(item) in addresses:
            shared[item.stack.id] = shared.get(item.stack.id, 0) + 1
    return max(shared, key=lambda stack: shared[stack]) if shared else None


def _laid(planned: Resource, written: Resource | None, beside: Resource | None) -> Resource:
    """A planned resource over what is written; of one that is not written, only its stack is."""
    if written is None:
        if beside is None:
            return planned
        prefix = f"{beside.stack.id}:" if beside.stack.id else ""
        return replace(planned, address=prefix + planned.address, stack=beside.stack)
    merged = _filled(planned.attributes, written.attributes)
    assert isinstance(merged, Mapping)
    return replace(
        written,
        attributes={**written.attributes, **merged},
        provider=_provider(planned.provider, written.provider),
    )


def _identified(resource: Resource) -> Resource:
    """What is known after apply only, but follows from what is known, such as an ARN."""
    found = {
        name: fill(template, resource.get, resource.provider, resource.address)
        for name, value in resource.attributes.items()
        if isinstance(value, Unknown) and value.why is Why.COMPUTED
        if (template := identity(resource.type, name)) is not None
    }
    return replace(resource, attributes={**resource.attributes, **found}) if found else resource


def _provider(planned: ProviderConfig, written: ProviderConfig) -> ProviderConfig:
    """The plan's account and region where it knows them."""
    return replace(
        written,
        account=planned.account if isinstance(planned.account, str) else written.account,
        region=planned.region if isinstance(planned.region, str) else written.region,
    )


def _filled(planned: Value, written: Value) -> Value:
    """`planned`, its unknown parts taken from `written`."""
    if isinstance(planned, Unknown):
        return planned if written is None else written
    if isinstance(planned, Mapping) and isinstance(written, Mapping):
        return {key: _filled(item, written.get(key)) for key, item in planned.items()}
    if isinstance(planned, tuple) and isinstance(written, tuple) and len(planned) == len(written):
        return tuple(_filled(item, other) for item, other in zip(planned, written, strict=True))
    return planned
