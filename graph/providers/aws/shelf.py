"""Targets of one type, found by the literal beginnings of the patterns that may cover them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

from graph.policy.documents import Clause
from graph.policy.globs import Pattern
from graph.providers.aws.targets import Target


class Shelf:
    """A pattern that begins with literal text finds its targets without asking all of them."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self.targets = targets
        self.naming = tuple(it for it in targets if it.policy and it.policy.names_callers)
        self._naming = {n for n, it in enumerate(targets) if it.policy and it.policy.names_callers}
        by_first: defaultdict[str, list[int]] = defaultdict(list)
        for number, target in enumerate(targets):
            for name in target.arns:
                first = name.parts[0] if name.parts and isinstance(name.parts[0], str) else ""
                by_first[first].append(number)
        self._by_first = dict(by_first)
        self._firsts = sorted(by_first)
        self._lengths = sorted({len(first) for first in by_first})

    def about(self, clauses: Iterable[Clause]) -> Iterable[Target]:
        """Targets that one of the clauses may cover, and those whose own policy names callers."""
        found = set(self._naming)
        for clause in clauses:
            if clause.negated:
                return self.targets
            for pattern in (option for entry in clause.entries for option in entry):
                if not pattern.head:
                    return self.targets
                found.update(self._agreeing(pattern))
        return [self.targets[number] for number in sorted(found)]

    def _agreeing(self, pattern: Pattern) -> Iterable[int]:
        """Targets whose literal beginning agrees with the pattern's as far as both reach.

        What lies in a target begins with all of it, so a longer pattern may still be about it.
        """
        head = pattern.head
        at = bisect_left(self._firsts, head)
        while at < len(self._firsts) and self._firsts[at].startswith(head):
            yield from self._by_first[self._firsts[at]]
            at += 1
        for length in self._lengths:
            if length < len(head):
                yield from self._by_first.get(head[:length], ())
