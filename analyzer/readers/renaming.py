"""States by the addresses that the code has now, where it moved or let go what they hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from analyzer.readers.overlay import local
from analyzer.readers.plan import PlanResult
from analyzer.readers.terraform.refactoring import Refactoring
from graph.resource import Resource, Stack


def renamed(
    written: Sequence[Resource], given: Iterable[PlanResult], refactorings: Iterable[Refactoring]
) -> list[PlanResult]:
    """Plans as they are (Terraform has renamed what is in them), states as the code calls it."""
    known = {item.stack: item for item in refactorings}
    return [
        each
        if each.planned
        else replace(each, resources=tuple(_renamed(written, each.resources, known)))
        for each in given
    ]


def _renamed(
    written: Sequence[Resource], state: Sequence[Resource], known: Mapping[str, Refactoring]
) -> list[Resource]:
    """A state by the addresses that the code of its stack has now."""
    addresses = {item.address for item in state}
    ours: defaultdict[str, set[str]] = defaultdict(set)
    for item in written:
        ours[item.stack.id].add(local(item))
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
