"""Targets of one type, found by the known beginnings of the patterns that may cover them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from graph.policy.decide import ResourcePolicy
from graph.policy.documents import Clause
from graph.policy.names import CLOSE, OPEN, Name, contradict


class Shelved(Protocol):
    """What a shelf can hold: something with ARNs and perhaps a policy of its own."""

    @property
    def arns(self) -> tuple[Name, ...]: ...

    @property
    def policy(self) -> ResourcePolicy | None: ...


T = TypeVar("T", bound=Shelved)


class Shelf(Generic[T]):
    """A pattern with a known beginning finds its targets without asking all of them.

    Targets stand by the known beginnings of their ARNs: a stem that ends with its last hole (an
    account, say), and the text after it, in order.
    """

    def __init__(self, targets: Sequence[T]) -> None:
        self.targets = targets
        self.naming = tuple(it for it in targets if it.policy and it.policy.names_callers)
        self._naming = {n for n, it in enumerate(targets) if it.policy and it.policy.names_callers}
        stems: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for number, target in enumerate(targets):
            for name in target.arns:
                stem, close, text = name.lead.rpartition(CLOSE)
                stems[stem + close][text].append(number)
        self._rows = {stem: _Row(texts) for stem, texts in stems.items()}

    def about(self, clauses: Iterable[Clause]) -> Iterable[T]:
        """Targets that one of the clauses may cover, and those whose own policy names callers."""
        found = set(self._naming)
        for clause in clauses:
            numbers = None if clause.negated else self._near(clause)
            if numbers is None:
                return self.targets
            found |= numbers
        return [self.targets[number] for number in sorted(found)]

    def near(self, clause: Clause) -> Iterable[T]:
        """Targets that one of a clause's patterns may match."""
        numbers = self._near(clause)
        return self.targets if numbers is None else [self.targets[n] for n in numbers]

    def _near(self, clause: Clause) -> set[int] | None:
        """The same by number; `None` for all."""
        leads = [pattern.lead for entry in clause.entries for pattern in entry]
        if not all(leads):
            return None
        return {number for lead in leads for number in self._agreeing(lead)}

    def _agreeing(self, lead: str) -> Iterator[int]:
        """Targets that begin like this as far as both are known."""
        for stem, row in self._rows.items():
            if lead.startswith(stem):
                yield from row.agreeing(lead[len(stem) :].partition(OPEN)[0])
            elif not contradict(lead, stem):
                yield from row.all()


class _Row:
    """Targets by a literal text, in order."""

    def __init__(self, texts: dict[str, list[int]]) -> None:
        self._numbers = texts
        self._texts = sorted(texts)
        self._lengths = sorted({len(text) for text in texts})

    def all(self) -> Iterator[int]:
        for numbers in self._numbers.values():
            yield from numbers

    def agreeing(self, text: str) -> Iterator[int]:
        """Those that begin with the text, and those that it begins with."""
        at = bisect_left(self._texts, text)
        while at < len(self._texts) and self._texts[at].startswith(text):
            yield from self._numbers[self._texts[at]]
            at += 1
        for length in self._lengths:
            if length < len(text):
                yield from self._numbers.get(text[:length], ())
