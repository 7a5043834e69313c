"""Access edges: who may make which call of the tables on what, and what stands in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, reduce

from graph.actions import Action, actions_on
from graph.model import Edge, EdgeKind, Evidence, Guard, Verb
from graph.places import same
from graph.policy.conditions import ABSENT, Fact
from graph.policy.decide import REFUSED, Answer, Request, decide, said
from graph.policy.names import Name, literal
from graph.providers.aws.callers import Principal
from graph.providers.aws.context import lookup
from graph.providers.aws.targets import Target, checked_on
from graph.values import Truth

TERRAFORM_ONLY, QUORUM = "terraform_only", "mpa"
_DESTROYING = frozenset({Verb.DESTROY, Verb.DESTROY_BACKUP})


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do what a verb says: the answer, and the calls in order."""

    answer: Answer
    calls: tuple[str, ...]
    action: Action

    @property
    def rank(self) -> tuple[int, int, int]:
        """The surest first, then the fewest calls, then the fewest conditions."""
        return self.answer.truth, -len(self.calls), -len(self.answer.words)


def access(principals: Iterable[Principal], targets: Iterable[Target]) -> Iterator[Edge]:
    """The edges of all principals to all targets, one a verb."""
    groups: defaultdict[str, list[Target]] = defaultdict(list)
    for target in targets:
        groups[target.node.type].append(target)
    for principal in principals:
        for type_, members in groups.items():
            rows = actions_on(type_)
            mentioned = _mentioned(principal, rows)
            for target in members:
                if mentioned or target.policy is not None:
                    yield from _edges(principal, target, rows)


def _mentioned(principal: Principal, rows: tuple[Action, ...]) -> bool:
    """Whether the principal's own policies allow any of these permissions somewhere."""
    book = principal.caller.identity
    return any(
        statement.allow for row in rows for statement, _ in book.on(permission(row.permission))
    )


def _edges(principal: Principal, target: Target, rows: tuple[Action, ...]) -> Iterator[Edge]:
    desk = Desk(principal, target, rows)
    best: dict[Verb, Way] = {}
    for row in rows:
        if row.removes_guard:
            if row.name in target.lifted_by:
                yield from _lift(desk, row)
            continue
        way = desk.way(row)
        if way.answer.truth and (row.verb not in best or best[row.verb].rank < way.rank):
            best[row.verb] = way
    for verb, way in best.items():
        yield _edge(principal, target, way, verb)


def _lift(desk: Desk, row: Action) -> Iterator[Edge]:
    """Lifting a lock destroys nothing yet; what it makes possible is read from the call."""
    way = Way(desk.allowed(row), (row.name,), row)
    if way.answer.truth:
        yield _edge(desk.principal, desk.target, way, None)


@dataclass
class Desk:
    """Decides requests of one principal on one target, each once."""

    principal: Principal
    target: Target
    rows: tuple[Action, ...]
    _known: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def way(self, row: Action) -> Way:
        """Whether an action works, what protects from it included."""
        way = Way(self.allowed(row), (row.name,), row)
        if row.verb in _DESTROYING:
            for guard in self.target.guards:
                if way.answer.truth and row.name in guard.stops:
                    way = self._past(guard, way)
        return way

    def allowed(self, row: Action) -> Answer:
        """Whether the action and all that it needs are allowed."""
        answer = self.ask(row.permission, row.at)
        for need in row.needs:
            answer &= self.ask(need, checked_on(need, self.rows))
        if row.only_if:
            answer &= Answer(Truth.MAYBE, (f"if {row.only_if}",))
        return answer

    def ask(self, call: str, at: str) -> Answer:
        """Whether a permission is given on the target."""
        key = (call, at)
        if key not in self._known:
            answers = [self._decided(call, name) for name in self.target.resources(at)]
            weakest = min(answers, key=lambda answer: answer.truth)
            best = reduce(Answer.__or__, answers)
            unsure = Answer(Truth.MAYBE, ("if its name, which is one of several, is meant",))
            self._known[key] = best if weakest.truth is best.truth else best & unsure
        return self._known[key]

    def _decided(self, call: str, resource: Name) -> Answer:
        caller, target = self.principal.caller, self.target
        request = Request(permission(call), resource, lookup(caller.facts, target.facts, call))
        together = same(self.principal.account, target.account)
        return decide(caller, request, target.policy, together)

    def _past(self, guard: Guard, way: Way) -> Way:
        """The same with a protection in the way: lifted first, refused, or perhaps not there."""
        if guard.grade == TERRAFORM_ONLY or guard.on is Truth.NO:
            return way
        if guard.grade == QUORUM and guard.on is Truth.YES:
            return Way(REFUSED, way.calls, way.action)
        lifts = [(self.ask(call, checked_on(call, self.rows)), call) for call in guard.removable_by]
        lift, call = max(lifts, key=lambda pair: pair[0].truth, default=(REFUSED, ""))
        lifted = Way(way.answer & lift, (call, *way.calls), way.action)
        if guard.on is Truth.YES or lifted.answer.truth is way.answer.truth:
            return lifted
        words = (f"if {guard.evidence.text} is off",)
        return Way(way.answer & Answer(Truth.MAYBE, words), way.calls, way.action)


@cache
def permission(call: str) -> Name:
    """A permission as it is compared: without regard to case."""
    return literal(call.lower())


def _edge(principal: Principal, target: Target, way: Way, verb: Verb | None) -> Edge:
    row = way.action
    fact = Evidence(row.note or row.name, None, row.name, row.source, row.confirmed)
    return Edge(
        principal.node,
        target.node.id,
        EdgeKind.ACCESS,
        (*evidence(way.answer, permission(row.permission), target.resources(row.at)[0]), fact),
        way.answer.truth if row.confirmed else way.answer.truth & Truth.MAYBE,
        verb,
        way.calls,
        condition=" and ".join(way.answer.words),
    )


def evidence(answer: Answer, asked: Name, resource: Name) -> Iterator[Evidence]:
    """The statements behind an answer, each in words with its place."""
    request = Request(asked, resource, _nothing)
    for statement in dict.fromkeys(answer.statements):
        yield Evidence(said(statement, request), statement.location)


def _nothing(_key: str) -> Fact:
    return ABSENT
