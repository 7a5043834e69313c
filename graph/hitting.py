"""The fewest credentials that together destroy a set of things, exactly.

Minimum hitting set is hard in general and easy here: a store has few copies, so credentials fall
into few signatures (which of the copies each destroys), and a search over sets of copies suffices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_


def partition(members: int, sets: Sequence[int]) -> dict[int, int]:
    """Members of a bitset by signature: bit `i` of a key says that they are in `sets[i]`."""
    groups = {0: members}
    for position, wanted in enumerate(sets):
        split: dict[int, int] = {}
        for signature, group in groups.items():
            inside = group & wanted
            if inside:
                split[signature | 1 << position] = inside
            if inside != group:
                split[signature] = group ^ inside
        groups = split
    return {signature: group for signature, group in groups.items() if group}


def fewest(signatures: Iterable[int], everything: int) -> int | None:
    """The least number of signatures whose union is `everything`; `None` where none suffices.

    Breadth first over unions; a signature that is part of another is never needed.
    """
    useful = _undominated({signature & everything for signature in signatures})
    if everything == 0:
        return 0
    reached, edge, steps = {0}, {0}, 0
    while edge:
        steps += 1
        edge = {have | more for have in edge for more in useful} - reached
        if everything in edge:
            return steps
        reached |= edge
        edge = _undominated(edge)
    return None


def fewest_with_quorum(
    items: Iterable[tuple[int, int, int]], everything: int, quorum: int
) -> int | None:
    """As `fewest`, where the things in `quorum` fall only to two who act together.

    An item is (signature, what it does twice by itself, how many such there are).
    """
    best = {(0, 0): 0}
    for signature, twice, count in items:
        for _ in range(min(count, 2) if signature & quorum else 1):
            for (done, once), steps in list(best.items()):
                now = done | (signature & ~quorum) | (signature & quorum & once) | twice
                state = (now, (once | signature & quorum) & ~now)
                if state not in best or best[state] > steps + 1:
                    best[state] = steps + 1
    counts = [steps for (done, _), steps in best.items() if done & everything == everything]
    return min(counts, default=None)


def _undominated(masks: set[int]) -> set[int]:
    """The masks that are part of no other."""
    kept: list[int] = []
    for mask in sorted(masks, key=int.bit_count, reverse=True):
        if all(mask & other != mask for other in kept):
            kept.append(mask)
    return set(kept)


@dataclass(frozen=True, slots=True)
class Least:
    """The fewest credentials, and the fewest places that hold some, for a total loss."""

    credentials: int | None
    places: int | None


def least(sets: tuple[int, ...], quorums: tuple[int, ...], joint: tuple[int, ...]) -> Least:
    """How many it takes, by who destroys each thing, alone or as one of two."""
    everything = (1 << len(sets)) - 1
    quorum = sum(1 << n for n, bits in enumerate(quorums) if bits)
    reached = [bits | more for bits, more in zip(sets, quorums, strict=True)]
    groups = partition(reduce(or_, reached), reached)
    if not quorum:
        places = [_union(groups, bits) for bits in joint]
        return Least(fewest(groups, everything), fewest([*groups, *places], everything))
    items = [(mask, 0, bits.bit_count()) for mask, bits in groups.items()]
    places_too = [*items, *(_item(groups, bits, quorum) for bits in joint)]
    return Least(
        fewest_with_quorum(items, everything, quorum),
        fewest_with_quorum(places_too, everything, quorum),
    )


def _union(groups: Mapping[int, int], bits: int) -> int:
    found = 0
    for signature, group in groups.items():
        if group & bits:
            found |= signature
    return found


def _item(groups: Mapping[int, int], bits: int, quorum: int) -> tuple[int, int, int]:
    """A place as an item: what its credentials destroy, and which quorums they make together."""
    once = twice = 0
    for signature, group in groups.items():
        together = (group & bits).bit_count()
        if together:
            twice |= signature & quorum & (once if together == 1 else -1)
            once |= signature
    return once, twice, 1
