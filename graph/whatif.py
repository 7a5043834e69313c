"""What would be left if a policy said less: the least that has to go, and what remains then."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from graph.model import Edge, NodeId
from graph.values import Location


@dataclass(frozen=True, slots=True)
class Cut:
    """Calls taken out of one statement of a policy; one that is `fixed` (written by the provider)
    can only be detached.
    """

    policy: str
    calls: tuple[str, ...]
    location: Location | None = None
    fixed: bool = False

    @property
    def where(self) -> tuple[str, bool]:
        """What one edit mends: the same line of a module is one, however often it is used."""
        return str(self.location or self.policy), self.fixed


def merged(cuts: Iterable[Cut]) -> tuple[Cut, ...]:
    """One cut a place, with all calls."""
    found: dict[tuple[str, bool], Cut] = {}
    for cut in cuts:
        known = found.get(cut.where, cut)
        calls = tuple(sorted({*known.calls, *cut.calls}))
        found[cut.where] = replace(known, calls=calls)
    return tuple(found.values())


def covered(cuts: Iterable[Cut], by: Iterable[Cut]) -> bool:
    """Whether some cuts are made by others already."""
    made = {cut.where: cut for cut in by}
    return all(
        cut.where in made and (cut.fixed or set(cut.calls) <= set(made[cut.where].calls))
        for cut in cuts
    )


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Cuts of which none can be left out, and what destroys the targets even after them."""

    cuts: tuple[Cut, ...]
    left: tuple[Edge, ...] = ()


# For an identity and targets; `None` where its own policies are not what lets it.
Narrower: TypeAlias = Callable[[NodeId, frozenset[NodeId]], Narrowed | None]
