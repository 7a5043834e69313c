"""Whether one value of a condition key does for everything that a caller chooses it for.

Two statements may ask for the same key: a caller who sends it as the one wants must still escape
the other. The values tried are those that the statements name, one that none names, and none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from graph.policy.conditions import Choice, satisfied
from graph.policy.globs import Fill
from graph.policy.names import Name, literal

_OTHERS = ("a value of the caller's choice", "true", "false")


def clashing(choices: Iterable[Choice], fill: Fill) -> str:
    """A key for which no value was found that does for all of them, empty where there is none."""
    groups: defaultdict[str, dict[tuple[int, bool], Choice]] = defaultdict(dict)
    for choice in choices:
        groups[choice.test.key.lower()][id(choice.test), choice.wanted] = choice
    for each in groups.values():
        tests = tuple(each.values())
        if len(tests) > 1 and not _possible(tests, fill):
            return tests[0].test.key
    return ""


def _possible(choices: tuple[Choice, ...], fill: Fill) -> bool:
    return any(
        all(satisfied(choice, value, fill) for choice in choices) for value in _values(choices)
    )


def _values(choices: tuple[Choice, ...]) -> Iterator[tuple[Name, ...] | None]:
    yield None
    for choice in choices:
        for entry in choice.test.values:
            for pattern in entry:
                yield (literal(pattern.shown),)
    yield from ((literal(text),) for text in _OTHERS)
