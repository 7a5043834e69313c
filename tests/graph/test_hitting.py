"""The fewest credentials that destroy everything: laws against trying all subsets."""

from __future__ import annotations

from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st

from graph.hitting import fewest, fewest_with_quorum, partition

masks = st.lists(st.integers(0, 31), max_size=6)


def brute(items: list[int], everything: int) -> int | None:
    """The size of the smallest subset whose union is everything."""
    for size in range(len(items) + 1):
        for chosen in combinations(items, size):
            union = 0
            for mask in chosen:
                union |= mask
            if union & everything == everything:
                return size
    return None


@given(masks, st.integers(0, 31))
def test_fewest_equals_trying_all_subsets(items: list[int], everything: int) -> None:
    assert fewest(items, everything) == brute(items, everything)


@given(masks, st.integers(0, 31), st.integers(0, 31))
def test_with_a_quorum(items: list[int], everything: int, quorum: int) -> None:
    """What is in the quorum falls only where two of the chosen do it."""
    quorum &= everything

    def falls(chosen: tuple[int, ...]) -> bool:
        once = twice = 0
        for mask in chosen:
            twice |= once & mask
            once |= mask
        return ((once & ~quorum) | (twice & quorum)) & everything == everything

    wanted = next(
        (n for n in range(len(items) + 1) if any(falls(c) for c in combinations(items, n))), None
    )
    assert fewest_with_quorum([(mask, 0, 1) for mask in items], everything, quorum) == wanted


@given(st.integers(0, 255), st.lists(st.integers(0, 255), max_size=4))
def test_partition_keeps_every_member_in_one_group(members: int, sets: list[int]) -> None:
    groups = partition(members, sets)
    assert sum(group.bit_count() for group in groups.values()) == members.bit_count()
    for signature, group in groups.items():
        for bit, (place, wanted) in product(range(8), enumerate(sets)):
            if group >> bit & 1:
                assert bool(wanted >> bit & 1) == bool(signature >> place & 1)


def test_nothing_to_destroy_needs_nobody() -> None:
    assert fewest([1, 2], 0) == 0


def test_two_of_one_kind_make_a_quorum_and_one_who_is_two_does_too() -> None:
    assert fewest_with_quorum([(1, 0, 2)], 1, 1) == 2
    assert fewest_with_quorum([(1, 0, 1)], 1, 1) is None
    assert fewest_with_quorum([(1, 1, 1)], 1, 1) == 1
