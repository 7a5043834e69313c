"""Who could give himself what no rule follows, as a gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.policy.decide import Request, decide
from graph.policy.names import Hole, Name
from graph.problems import Problem, ProblemKind
from graph.providers.aws.access import permission
from graph.providers.aws.callers import Principal
from graph.providers.aws.context import lookup
from graph.providers.aws.escalation.choices import Choices
from graph.providers.aws.escalation.rules import rules
from graph.tables import table

_SOMETHING = Name((Hole(detail="something", anything=True),))


def unfollowed(principals: Iterable[Principal], choices: Choices) -> Iterator[Problem]:
    """One gap an identity that could give itself more by a call that no rule follows."""
    for principal in principals:
        rows = [
            (row["what"], [call for call in row["calls"] if _may(principal, call)])
            for row in table("aws", "escalations")["unfollowed"]
        ]
        found = [f"{what} ({', '.join(calls)})" for what, calls in rows if calls]
        found.extend(_not_read(principal, choices))
        if found:
            yield Problem(
                ProblemKind.UNSUPPORTED,
                principal.node,
                " and ".join(found),
                "what it could give itself in this way is not followed",
                principal.resource.location if principal.resource else None,
                whose=(principal.node,),
            )


def _not_read(principal: Principal, choices: Choices) -> Iterator[str]:
    """Policies that it may attach, or give as boundaries, and that are in no code."""
    found: dict[str, str] = {}
    for rule in (it for it in rules() if it.chooses):
        call = rule.choosing[0]
        chosen = choices.of(principal.caller, rule.chooses, rule.choosing)
        if chosen.unknown and _may(principal, call):
            found |= {name: call for name in chosen.unknown if name not in found}
    for name, call in found.items():
        yield f"conditions let it choose {name}, which is in no code that was read ({call})"


def _may(source: Principal, call: str) -> bool:
    asked = permission(call)
    if not any(statement.allow for statement, _ in source.caller.identity.on(asked)):
        return False
    request = Request(asked, _SOMETHING, lookup(source.caller.facts, {}, call))
    return bool(decide(source.caller, request).truth)
