"""Plan and state over configuration: known values of the plan win, its holes are filled; the
holes of the configuration are filled by what plan and state know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.readers.accounts import settled, told
from analyzer.readers.plan import PlanResult
from analyzer.readers.rewriting import changed
from graph.identities import derived, owner_of
from graph.problems import Problem
from graph.resource import Presence, ProviderConfig, Resource
from graph.values import Json, OneOf, Text, Unknown, Value, Why, known

_KEY = re.compile(r"\[[^\]]*\]")
_HOLED = (Unknown, Text, Json, OneOf)
# Reasons that say less than a plan's "known after apply", which equals itself.
_LESS = frozenset({Why.VARIABLE, Why.MODULE, Why.DATA, Why.WORKSPACE, Why.REMOTE_STATE, Why.ERROR})


Call = tuple[str, str]  # of a module: the stack's id, the address without keys


def overlay(written: Sequence[Resource], given: Iterable[PlanResult]) -> tuple[Resource, ...]:
    """Resources of the configuration with those of states and plans laid over them, states first.

    A plan belongs to the stack that shares most addresses with it; resources of that stack that
    the plan does not have (another workspace, a count of zero) are left out, data sources stay.
    A state is older than the code: what the code says stays, and what only one of them has, too.
    """
    result = list(written)
    for laid in sorted(given, key=lambda each: each.planned):
        if laid.resources:
            result = _over(result, laid)
    return tuple(result)


def _over(written: list[Resource], given: PlanResult) -> list[Resource]:
    stack = stack_of(written, given.resources)
    by_address = {local(item): item for item in written if item.stack.id == stack}
    beside = next(iter(by_address.values()), None)
    prefix = f"{stack}:" if stack else ""
    laid = [_within(item, prefix) for item in given.resources]
    pairs = [(item, _written(item, prefix, by_address)) for item in laid]
    addresses = {item.address for item in laid}
    stays = {"data"} if given.planned else {"data", "managed"}
    others = [
        item
        for item in written
        if item.stack.id != stack or (item.mode in stays and item.address not in addresses)
    ]
    over = [_laid(item, code, beside, planned=given.planned) for item, code in pairs]
    accounts = told((item, code) for item, code in pairs if code is not None)
    knows = _Knowledge({item.address: item for item in laid}, given.variables)
    filled = (
        item if item.stack.id != stack else changed(item, knows.of) for item in (*others, *over)
    )
    found = [settled(item, accounts) for item in filled]
    return [*found[: len(others)], *(_identified(item) for item in found[len(others) :])]


def stack_of(written: Sequence[Resource], laid: Sequence[Resource]) -> str | None:
    """The stack that a plan or state belongs to: it shares most addresses with it, and of several
    environments of one root module most values.
    """
    by_address = {item.address: item for item in laid}
    shared: dict[str, tuple[int, int]] = {}
    for item in written:
        other = by_address.get(local(item))
        if other is not None:
            addresses, values = shared.get(item.stack.id, (0, 0))
            shared[item.stack.id] = (addresses + 1, values + _alike(item, other))
    return max(shared, key=lambda stack: shared[stack]) if shared else None


def covered(
    absent: Mapping[Problem, frozenset[Call]],
    written: Sequence[Resource],
    given: Iterable[PlanResult],
) -> frozenset[Problem]:
    """Of the modules that are not in the repository, those that a plan has looked into."""
    seen: set[Call] = set()
    for plan in given:
        stack = stack_of(written, plan.resources)
        stacks = {each for calls in absent.values() for each, _ in calls}
        if stack is None and len({item.stack.id for item in written} | stacks) == 1:
            stack = next(iter(stacks), None)
        seen.update((stack, module) for module in plan.modules if stack is not None)
    return frozenset(problem for problem, calls in absent.items() if calls <= seen)


def _alike(one: Resource, other: Resource) -> int:
    pairs = ((value, other.attributes.get(name)) for name, value in one.attributes.items())
    return sum(isinstance(value, str) and value == there for value, there in pairs)


@dataclass(frozen=True)
class _Knowledge:
    """What a plan or state knows of the holes that the code leaves."""

    laid: Mapping[str, Resource]
    variables: Mapping[str, Value]

    def of(self, hole: Unknown) -> Value:
        """The value, where it is known; else the hole."""
        if hole.why is Why.VARIABLE:
            return self.variables.get(hole.detail.removeprefix("var."), hole)
        address, _, attribute = (hole.symbol or "").rpartition(".")
        resource = self.laid.get(address)
        value = resource.attributes.get(attribute) if resource is not None else None
        return hole if value is None or not known(value) else value


def local(resource: Resource) -> str:
    """A resource's address in its own stack."""
    prefix = f"{resource.stack.id}:" if resource.stack.id else ""
    return resource.address.removeprefix(prefix)


def _within(item: Resource, prefix: str) -> Resource:
    """A resource of a plan, named as the run names the stack that it belongs to."""
    if not prefix:
        return item

    def change(hole: Unknown) -> Value:
        references = tuple(prefix + each for each in hole.references)
        own = hole.symbol if hole.symbol is None or not references else prefix + hole.symbol
        if hole.symbol and hole.symbol.startswith(item.address):
            own = prefix + hole.symbol
        return replace(hole, symbol=own, references=references)

    references = tuple(prefix + each for each in item.references)
    return replace(changed(item, change), address=prefix + item.address, references=references)


def _written(item: Resource, prefix: str, by_address: Mapping[str, Resource]) -> Resource | None:
    """The code of an instance; one of any number where the code does not say how many."""
    local = item.address.removeprefix(prefix)
    return by_address.get(local) or by_address.get(_KEY.sub("[?]", local))


def _laid(
    given: Resource, written: Resource | None, beside: Resource | None, *, planned: bool
) -> Resource:
    """What a plan or state gives, over what is written; of what is not written, only its stack."""
    if written is None:
        if beside is None or given.stack.id:
            return given
        return replace(given, stack=beside.stack)
    first, second = (given, written) if planned else (written, given)
    merged = _filled(first.attributes, second.attributes, _HOLED if planned else (Unknown,))
    assert isinstance(merged, Mapping)
    certain = written.address == given.address
    return replace(
        written,
        address=given.address,
        module=given.module,
        presence=written.presence if certain and not planned else Presence.CERTAIN,
        references=written.references if certain else given.references,
        attributes={**second.attributes, **merged},
        provider=_provider(given.provider, written.provider),
    )


def _identified(resource: Resource) -> Resource:
    """What is known after apply only, but follows from what is known, such as an ARN."""
    owner = owner_of(resource)
    found = {
        name: value
        for name, old in resource.attributes.items()
        if isinstance(old, Unknown) and old.why is Why.COMPUTED
        if (value := derived(owner, name)) is not None
    }
    return replace(resource, attributes={**resource.attributes, **found}) if found else resource


def _provider(planned: ProviderConfig, written: ProviderConfig) -> ProviderConfig:
    """The plan's account and region where it knows them."""
    return replace(
        written,
        account=planned.account if isinstance(planned.account, str) else written.account,
        region=planned.region if isinstance(planned.region, str) else written.region,
    )


def _filled(first: Value, second: Value, open_: tuple[type, ...]) -> Value:
    """`first`, its open parts taken from `second` where that says more. What a plan's references
    amount to is less than what the code says; what the code says is more than an older state.
    """
    if isinstance(first, open_):
        less = isinstance(second, Unknown) and second.why in _LESS
        return first if second is None or (less and first != second) else second
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return {key: _filled(item, second.get(key), open_) for key, item in first.items()}
    if isinstance(first, tuple) and isinstance(second, tuple) and len(first) == len(second):
        pairs = zip(first, second, strict=True)
        return tuple(_filled(item, other, open_) for item, other in pairs)
    return first
