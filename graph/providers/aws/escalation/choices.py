"""Managed policies among which the conditions of a caller's permissions let him choose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from graph.managed_policies import managed_arns
from graph.policy.callers import Book, Caller
from graph.policy.documents import Statement
from graph.policy.globs import Pattern, matches
from graph.policy.names import Name, literal
from graph.providers.aws.access import permission
from graph.providers.aws.attachments import AWS_MANAGED, Attachments
from graph.providers.aws.identities import present
from graph.values import Truth

KEYS = {"policy": "iam:PolicyARN", "boundary": "iam:PermissionsBoundary"}
MOST = 40  # policies tried for one caller
_POWERFUL = ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess")


@dataclass(frozen=True)
class Chosen:
    """The policies of the run and of AWS that conditions leave to a caller, by their origins, and
    what they leave besides: policies that nobody has read.
    """

    known: tuple[tuple[str, Name], ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass
class Choices:
    """What conditions on a key leave to whom."""

    attachments: Attachments
    _found: dict[tuple[str, str, tuple[str, ...]], Chosen] = field(default_factory=dict)

    def of(self, caller: Caller, what: str, calls: Iterable[str]) -> Chosen:
        """The policies for `what` ("policy", "boundary") in these calls; none where no condition
        asks for it.
        """
        key = (caller.id, what, tuple(calls))
        if key not in self._found:
            self._found[key] = self._chosen(caller, KEYS[what].lower(), key[2])
        return self._found[key]

    def _chosen(self, caller: Caller, key: str, calls: Iterable[str]) -> Chosen:
        known: dict[str, Name] = {}
        unknown: dict[str, None] = {}
        for item, patterns in _tested(caller, key, calls):
            if not patterns:
                known |= self._any
            for pattern in (filled.filled(caller.fill) for filled in patterns):
                found = dict(self._like(pattern))
                known |= found
                if item.allow and not found:
                    unknown[pattern.shown] = None
        if len(known) > MOST:
            unknown[f"{len(known) - MOST} more"] = None
        return Chosen(tuple(known.items())[:MOST], tuple(unknown))

    def _like(self, pattern: Pattern) -> Iterator[tuple[str, Name]]:
        for origin, arn in self._customer:
            if matches(pattern, arn):
                yield origin, arn
        if not pattern.holes:
            for text, arn in self._managed:
                if matches(pattern, arn) is Truth.YES:
                    yield text, arn

    @cached_property
    def _any(self) -> dict[str, Name]:
        """What a condition that forbids some policies may leave: the strongest, and the run's."""
        strong = (f"arn:aws{AWS_MANAGED}{name}" for name in _POWERFUL)
        return {text: literal(text) for text in strong} | dict(self._customer)

    @cached_property
    def _customer(self) -> tuple[tuple[str, Name], ...]:
        symbols = self.attachments.symbols
        every = present(self.attachments.estate, "aws_iam_policy")
        return tuple((it.address, arn) for it in every for arn in symbols.arns(it)[:1])

    @cached_property
    def _managed(self) -> tuple[tuple[str, Name], ...]:
        return tuple((text, literal(text)) for text in managed_arns())


def _tested(
    caller: Caller, key: str, calls: Iterable[str]
) -> Iterator[tuple[Statement, list[Pattern]]]:
    """Statements that ask for a key, with the values they name; none where they name what not."""
    books: list[Book] = [caller.identity, *([caller.boundary] if caller.boundary else [])]
    for call in calls:
        for item in (it for book in books for it, _ in book.on(permission(call))):
            for test in (it for it in item.tests if it.key.lower() == key):
                positive = (
                    "not" not in test.operator.lower() and "null" not in test.operator.lower()
                )
                named = [pattern for entry in test.values for pattern in entry]
                yield item, named if positive is item.allow else []
