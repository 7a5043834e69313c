"""Plan and state over configuration: known values of the plan win, its holes are filled; the
holes of the configuration are filled by the state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from analyzer.readers.accounts import settled, told
from analyzer.readers.terraform.refactoring import Refactoring
from graph.identities import derived, owner_of
from graph.resource import ProviderConfig, Resource, Stack
from graph.values import Unknown, Value, Why


def overlay(
    written: Sequence[Resource],
    planned: Iterable[Sequence[Resource]],
    states: Iterable[Sequence[Resource]] = (),
    refactorings: Iterable[Refactoring] = (),
) -> tuple[Resource, ...]:
    """Resources of the configuration with those of states and plans laid over them.

    A plan belongs to the stack that shares most addresses with it; resources of that stack that
    the plan does not have (another workspace, a count of zero) are left out, data sources stay.
    A state is older than the code: what the code says stays, and what only one of them has, too;
    what the code calls by another name since is told by `refactorings`.
    """
    result = list(written)
    known = {item.stack: item for item in refactorings}
    for state in states:
        result = _over(result, _renamed(result, state, known), planned=False)
    for plan in planned:
        result = _over(result, plan, planned=True)
    return tuple(result)


def _over(written: list[Resource], laid: Sequence[Resource], *, planned: bool) -> list[Resource]:
    if not laid:
        return written
    stack = _best_stack(written, laid)
    by_address = {_local(item): item for item in written if item.stack.id == stack}
    beside = next(iter(by_address.values()), None)
    addresses = {item.address for item in laid}
    others = [
        item
        for item in written
        if item.stack.id != stack
        or item.mode == "data"
        or not (planned or _local(item) in addresses)
    ]
    seen = {item.address for item in others}
    pairs = [(item, by_address.get(item.address)) for item in laid]
    over = [_laid(item, code, beside, planned=planned) for item, code in pairs]
    accounts = told((item, code) for item, code in pairs if code is not None)
    found = [settled(item, accounts) for item in (*others, *over)]
    return [
        *found[: len(others)],
        *(_identified(item) for item in found[len(others) :] if item.address not in seen),
    ]


def _renamed(
    written: Sequence[Resource], state: Sequence[Resource], known: Mapping[str, Refactoring]
) -> list[Resource]:
    """A state by the addresses that the code of its stack has now."""
    addresses = {item.address for item in state}
    ours: defaultdict[str, set[str]] = defaultdict(set)
    for item in written:
        ours[item.stack.id].add(_local(item))
    near = {address.removesuffix("[0]") for address in addresses}
    near |= {f"{address}[0]" for address in near}
    options = {
        stack: [_called_now(item.address, known.get(stack), addresses, code) for item in state]
        for stack, code in ours.items()
        if not code.isdisjoint(near) or (stack in known and known[stack].moves)
    }
    if not options:
        return list(state)
    stack = max(options, key=lambda stack: sum(name in ours[stack] for name in options[stack]))
    refactoring = known.get(stack, Refactoring(stack))
    return [
        replace(
            item, address=name, stack=_nobodys(item) if refactoring.releases(name) else item.stack
        )
        for item, name in zip(state, options[stack], strict=True)
    ]


def _called_now(
    address: str, refactoring: Refactoring | None, taken: Collection[str], code: Collection[str]
) -> str:
    """An address after all moves, those included that Terraform makes by itself: of what got a
    `count`, or lost it.
    """
    name = refactoring.moved(address, taken) if refactoring and address not in code else address
    if name in code:
        return name
    other = name.removesuffix("[0]") if name.endswith("[0]") else f"{name}[0]"
    return other if other in code and other not in taken else name


def _nobodys(resource: Resource) -> Stack:
    """What its stack let go: it exists, and no state destroys it."""
    return Stack(f"(no state):{resource.address}", "")


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


def _laid(
    given: Resource, written: Resource | None, beside: Resource | None, *, planned: bool
) -> Resource:
    """What a plan or state gives, over what is written; of what is not written, only its stack."""
    if written is None:
        if beside is None:
            return given
        prefix = f"{beside.stack.id}:" if beside.stack.id else ""
        stack = given.stack if given.stack.id else beside.stack
        return replace(given, address=prefix + given.address, stack=stack)
    first, second = (given, written) if planned else (written, given)
    merged = _filled(first.attributes, second.attributes)
    assert isinstance(merged, Mapping)
    return replace(
        written,
        attributes={**second.attributes, **merged},
        provider=_provider(given.provider, written.provider),
    )


def _identified(resource: Resource) -> Resource:
    """What is known after apply only, but follows from what is known, such as an ARN."""
    owner = owner_of(resource)
    found = {
        name: known
        for name, value in resource.attributes.items()
        if isinstance(value, Unknown) and value.why is Why.COMPUTED
        if (known := derived(owner, name)) is not None
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
