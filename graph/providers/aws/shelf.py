"""Targets of one type, found by the literal beginnings of the patterns that may cover them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

from graph.policy.documents import Clause
from graph.policy.globs import Pattern
from graph.policy.names import OPEN, contradict
from graph.providers.aws.targets import Target


class Shelf:
    """A pattern that begins with literal text finds its targets without asking all of them."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self.targets = targets
        self.naming = tuple(it for it in targets if it.policy and it.policy.names_callers)
        self._naming = {n for n, it in enumerate(targets) if it.policy and it.policy.names_callers}
        leads: defaultdict[str, list[int]] = defaultdict(list)
        for number, target in enumerate(targets):
            for name in target.arns:
                leads[name.lead].append(number)
        self._leads = dict(leads)
        self._sorted = sorted(leads)
        self._open = [lead for lead in leads if OPEN in lead]
        self._lengths = sorted({len(lead) for lead in leads})

    def about(self, clauses: Iterable[Clause]) -> Iterable[Target]:
        """Targets that one of the clauses may cover, and those whose own policy names callers."""
        found = set(self._naming)
        for clause in clauses:
            if clause.negated:
                return self.targets
            for pattern in (option for entry in clause.entries for option in entry):
                if not pattern.lead:
                    return self.targets
                found.update(self._agreeing(pattern))
        return [self.targets[number] for number in sorted(found)]

    def _agreeing(self, pattern: Pattern) -> Iterable[int]:
        """Targets whose literal beginning agrees with the pattern's as far as both reach.

        What lies in a target begins with all of it, so a longer pattern may still be about it.
        """
        lead = pattern.lead
        at = bisect_left(self._sorted, lead)
        while at < len(self._sorted) and self._sorted[at].startswith(lead):
            yield from self._leads[self._sorted[at]]
            at += 1
        for length in self._lengths:
            if length < len(lead):
                yield from self._leads.get(lead[:length], ())
        for other in self._sorted if OPEN in lead else self._open:
            if not contradict(lead, other):
                yield from self._leads[other]
