"""Who could give himself what no rule follows, as a gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.policy.decide import Request, decide
from graph.policy.names import Hole, Name
from graph.problems import Problem, ProblemKind
from graph.providers.aws.access import permission
from graph.providers.aws.callers import Principal
from graph.providers.aws.context import lookup
from graph.tables import table

_SOMETHING = Name((Hole(detail="something", anything=True),))


def unfollowed(principals: Iterable[Principal]) -> Iterator[Problem]:
    """One gap an identity that could give itself more by a call that no rule follows."""
    for principal in principals:
        rows = [
            (row["what"], [call for call in row["calls"] if _may(principal, call)])
            for row in table("aws", "escalations")["unfollowed"]
        ]
        found = [f"{what} ({', '.join(calls)})" for what, calls in rows if calls]
        if found:
            yield Problem(
                ProblemKind.UNSUPPORTED,
                principal.node,
                " and ".join(found),
                "what it could give itself in this way is not followed",
                principal.resource.location if principal.resource else None,
                whose=(principal.node,),
            )


def _may(source: Principal, call: str) -> bool:
    asked = permission(call)
    if not any(statement.allow for statement, _ in source.caller.identity.on(asked)):
        return False
    request = Request(asked, _SOMETHING, lookup(source.caller.facts, {}, call))
    return bool(decide(source.caller, request).truth)
