"""The least that policies have to lose so that an identity destroys given targets no more.

Calls are taken out of the statements that allow them, and everything is decided anew, until
nothing is left or nothing can be taken; then each statement is put back that was not needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.actions import actions_on
from graph.estate import Estate
from graph.model import NodeId, Verb
from graph.policy.callers import Book, covers
from graph.policy.documents import Statement
from graph.policy.names import Name
from graph.providers.aws.access import Desk, Way, drawn, permission
from graph.providers.aws.attachments import AWS_MANAGED, Attachments
from graph.providers.aws.callers import Principal, callers
from graph.providers.aws.organization import Organization
from graph.providers.aws.preparing import preparing
from graph.providers.aws.shelf import Shelf
from graph.providers.aws.sides import Sides
from graph.providers.aws.symbols import Symbols
from graph.providers.aws.targets import Target, targets
from graph.references import references_of
from graph.store import Graph
from graph.values import Truth
from graph.whatif import Cut, Narrowed, Narrower, merged

MOST_ROUNDS = 12
Taken = Mapping[Statement, Mapping[str, str]]  # statement → call in lower case → as it is written


@dataclass(frozen=True, eq=False)
class Less(Book):
    """A book whose statements allow less, by the calls that were taken out of each."""

    taken: Taken = field(default_factory=dict)

    def on(self, permission: Name) -> tuple[tuple[Statement, Truth], ...]:
        """Without the statements out of which this very call was taken."""
        found = super().on(permission)
        return tuple(it for it in found if permission.code not in self.taken.get(it[0], {}))


def narrowing(estate: Estate, graph: Graph) -> Narrower:
    """Answers for the users and roles of an estate."""
    attachments = Attachments(estate, Symbols(estate), references_of(estate))
    organization = Organization(attachments)
    principals = {it.node: it for it in callers(attachments, organization)}
    reached = targets(graph, attachments.symbols, Sides(attachments), organization)
    by_node = {it.node.id: it for it in reached}

    def narrow(identity: NodeId, wanted: frozenset[NodeId]) -> Narrowed | None:
        principal = principals.get(identity)
        chosen = [by_node[id_] for id_ in sorted(wanted) if id_ in by_node]
        if principal is None or not chosen:
            return None
        found = _narrowed(principal, chosen)
        fixed = {
            (it.policy, it.location)
            for given in attachments.given(identity)
            if AWS_MANAGED in given.origin
            for it in given.policy.statements
        }
        cuts = (replace(c, fixed=(c.policy, c.location) in fixed) for c in found.cuts)
        return replace(found, cuts=merged(cuts))

    return narrow


def _narrowed(principal: Principal, chosen: Sequence[Target]) -> Narrowed:
    taken: dict[Statement, dict[str, str]] = {}
    for _ in range(MOST_ROUNDS):
        found = [way for _, way in _destroying(principal, chosen, taken)]
        more = _reasons(found, taken)
        if not more:
            break
        for statement, call in more:
            taken.setdefault(statement, {})[call.lower()] = call
    left = {target for target, _ in _destroying(principal, chosen, taken)}
    for statement in list(taken):
        fewer = {key: calls for key, calls in taken.items() if key is not statement}
        if {target for target, _ in _destroying(principal, chosen, fewer)} == left:
            taken = fewer
    edges = (
        drawn(principal, target, way, Verb.DESTROY)
        for target, way in _destroying(principal, chosen, taken)
    )
    return Narrowed(tuple(_cut(*each) for each in taken.items()), tuple(edges))


def _destroying(
    principal: Principal, chosen: Iterable[Target], taken: Taken
) -> Iterator[tuple[Target, Way]]:
    """The best way to destroy each target, where there is one."""
    caller = principal.caller
    less = replace(caller, identity=Less(caller.identity.statements, taken=taken), _named={})
    groups: defaultdict[str, list[Target]] = defaultdict(list)
    for target in chosen:
        groups[target.node.type].append(target)
    for type_, members in groups.items():
        acting = replace(principal, caller=less)
        desk = Desk(acting, Shelf(members), actions_on(type_), preparing(members))
        for target in members:
            side = target.policy
            if side is not None and taken:
                side = replace(side, book=Less(side.book.statements, taken=taken))
            ways = desk.ways(replace(target, policy=side))
            yield from ((target, way) for verb, way in ways if verb is Verb.DESTROY)


def _reasons(ways: Iterable[Way], taken: Taken) -> list[tuple[Statement, str]]:
    """The statements that allow the destroying calls; else those that allow what comes before."""
    found = list(ways)
    last = [pair for way in found for pair in _allowing(way, (way.action.permission,), taken)]
    return last or [pair for way in found for pair in _allowing(way, way.calls, taken)]


def _allowing(way: Way, calls: Iterable[str], taken: Taken) -> Iterator[tuple[Statement, str]]:
    for statement in dict.fromkeys(way.answer.statements):
        for call in calls:
            known = call.lower() in taken.get(statement, {})
            if statement.allow and not known and covers(statement.actions, permission(call)):
                yield statement, call


def _cut(statement: Statement, calls: Mapping[str, str]) -> Cut:
    return Cut(statement.policy, tuple(sorted(calls.values())), statement.location)
