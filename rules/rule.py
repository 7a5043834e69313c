"""What a rule is: an id, a title, a severity and a pure function of the world."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rules.finding import Finding
from rules.world import World


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; its page is the docstring of the module that defines it.

    `controls` are ids of control catalogues that the rule is relevant to (`nist-800-53:CP-9`).
    `on_demand`: what it finds holds nearly everywhere, so it speaks only where it is asked to.
    """

    id: str
    title: str
    check: Callable[[World], Iterable[Finding]]
    controls: tuple[str, ...] = ()
    on_demand: bool = False
