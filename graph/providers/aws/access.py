"""Access edges: who may make which call of the tables on what, and what stands in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial, reduce
from typing import TypeVar

from graph.actions import Action, actions_on
from graph.model import Edge, EdgeKind, Evidence, Guard, NodeId, Place, Verb
from graph.places import same
from graph.policy.conditions import ABSENT, Fact, Source
from graph.policy.decide import FREE, REFUSED, Answer, Request, decide, said
from graph.policy.documents import Clause, Statement
from graph.policy.globs import matches
from graph.policy.names import Hole, Name, literal
from graph.providers.aws.callers import Principal
from graph.providers.aws.context import lookup
from graph.providers.aws.organization import controlling
from graph.providers.aws.preparing import Preparation, mentioned, prepared, preparing
from graph.providers.aws.shelf import Shelf
from graph.providers.aws.targets import Kin, Target, checked_on
from graph.values import Truth

QUORUM = "mpa"
_DECRYPTED = Answer(
    Truth.MAYBE, ("if the key that encrypts it, which is not in the code, lets him",)
)
_DESTROYING = frozenset({Verb.DESTROY, Verb.DESTROY_BACKUP})


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do what a verb says: the answer, and the calls in order."""

    answer: Answer
    calls: tuple[str, ...]
    action: Action

    @property
    def rank(self) -> tuple[int, bool, int, int]:
        """The surest first, then what is no guess, the fewest calls, the fewest conditions."""
        answer = self.answer
        return answer.truth, not answer.guesses, -len(self.calls), -len(answer.words)


def access(principals: Iterable[Principal], targets: Iterable[Target]) -> Iterator[Edge]:
    """The edges of all principals to all targets, one a verb."""
    groups: defaultdict[str, list[Target]] = defaultdict(list)
    for target in targets:
        groups[target.node.type].append(target)
    shelves = [
        (Shelf(members), actions_on(type_), preparing(members)) for type_, members in groups.items()
    ]
    for principal in principals:
        for shelf, rows, before in shelves:
            desk = Desk(principal, shelf, rows, before)
            for target in desk.candidates():
                yield from desk.edges(target)


Ways = tuple[tuple[Verb | None, Way], ...]
Stamp = Callable[[NodeId], Edge]


class Desk:
    """Decides what one principal may do to the targets of one type, alike ones once."""

    def __init__(
        self,
        principal: Principal,
        shelf: Shelf[Target],
        rows: tuple[Action, ...],
        before: tuple[Preparation, ...] = (),
    ) -> None:
        self.principal = principal
        self.shelf = shelf
        self.rows = rows
        self.before = tuple(row for row in before if mentioned(principal, row))
        self._alike: dict[tuple[int, ...], Ways] = {}
        self._stamps: dict[tuple[int, ...], tuple[Stamp, ...]] = {}
        self._kin: dict[Kin, int | None] = {}

    def candidates(self) -> Iterable[Target]:
        """The targets that the principal's own policies, or the target's, may be about."""
        book = self.principal.caller.identity
        services = {row.permission.partition(":")[0].lower() for row in self.rows}
        if not self.before and not any(book.allows_in(service) for service in services):
            return self.shelf.naming
        found = (it for call in self._calls for it, _ in book.on(call) if it.allow)
        clauses = [it.resources for it in dict.fromkeys(found) if it.resources]
        near = self.shelf.about(clauses)
        if not any(row.kept for row in self.before):
            return near
        kept = (it for it in self.shelf.targets if it.keeper is not None)
        return tuple(dict.fromkeys((*near, *kept)))

    def edges(self, target: Target) -> Iterator[Edge]:
        """The edges to a target; those to alike targets are printed from the same stamps."""
        key = self._key(target)
        stamps = None if key is None else self._stamps.get(key)
        if stamps is None:
            ways = self.ways(target)
            stamps = tuple(_stamp(self.principal, target, way, verb) for verb, way in ways)
            if key is not None:
                self._stamps[key] = stamps
        for stamp in stamps:
            yield stamp(target.node.id)

    def ways(self, target: Target) -> Ways:
        """The best way for each verb, and what lifts a lock (no verb: it destroys nothing yet)."""
        key = self._key(target)
        if key is None:
            return self._ways(target)
        if key not in self._alike:
            self._alike[key] = self._ways(target)
        return self._alike[key]

    def _ways(self, target: Target) -> Ways:
        best = _best([Case(self.principal, target, self.rows)], self.rows)
        if not self.before or _certain(best, self.rows):
            return best
        tested = tuple(item for item, _ in self._statements)
        changed = prepared(self.principal, target, self.before, tested)
        cases = [
            Case(self.principal, it.target, self.rows, it.answer, (it.call,)) for it in changed
        ]
        return (
            _best([Case(self.principal, target, self.rows), *cases], self.rows) if cases else best
        )

    def _key(self, target: Target) -> tuple[int, ...] | None:
        """Equal for targets that are decided alike; `None` for a case of its own."""
        tells = bool(self._tested) and target.tells(self._tested)
        if len(target.arns) > 1 or tells or self._locked(target):
            return None
        kin = target.kin
        if kin not in self._kin:
            self._kin[kin] = len(self._kin) if self._by_name(target) else None
        number = self._kin[kin]
        if number is None or (target.organization and _told_apart(target)):
            return None
        key = [number]
        for place, (clause, at) in self._near.get(target.node.id, ()):
            entry = _entry(clause, target.resources(at)[0])
            if entry is None:
                return None
            key += place, entry
        return tuple(key)

    def _by_name(self, target: Target) -> bool:
        """Whether of targets that differ in name alone only the principal's clauses tell more."""
        if target.policy is not None and target.policy.conditional:
            return False
        levels = (it.resources for level in target.organization for it in level.statements)
        if not all(clause is None or clause.plain for clause in levels):
            return False
        lifts = (call for guard in target.guards for call in guard.removable_by)
        return all(permission(call) in self._calls for call in lifts)

    def _locked(self, target: Target) -> bool:
        """Whether a key has a say, with a policy of its own."""
        locked = target.lock is not None or target.key_elsewhere
        return locked and any(row.decrypts for row in self.rows)

    @cached_property
    def _statements(self) -> tuple[tuple[Statement, Truth], ...]:
        """What the principal's policies say of any call that may be asked for."""
        books = self.principal.caller.books
        found = (pair for book in books for call in self._calls for pair in book.on(call))
        return tuple({id(pair[0]): pair for pair in found}.values())

    @cached_property
    def _calls(self) -> tuple[Name, ...]:
        calls = {call for row in self.rows for call in (row.permission, row.name, *row.needs)}
        calls |= {row.call for row in self.before}
        return tuple(permission(call) for call in sorted(calls))

    @cached_property
    def _near(self) -> Mapping[NodeId, list[tuple[int, tuple[Clause, str]]]]:
        """By target, the clauses that may be about it: the others all say the same of it."""
        found: defaultdict[NodeId, list[tuple[int, tuple[Clause, str]]]] = defaultdict(list)
        for place, row in enumerate(self._clauses):
            for target in self.shelf.near(row[0]):
                found[target.node.id].append((place, row))
        return found

    @cached_property
    def _clauses(self) -> tuple[tuple[Clause, str], ...]:
        """The clauses that tell targets apart, each with what it is compared with."""
        narrow = [it.resources for it, _ in self._statements if it.resources is not None]
        places = sorted({row.at for row in self.rows} - {"*"})
        return tuple((it, at) for it in narrow if not it.plain for at in places)

    @cached_property
    def _tested(self) -> frozenset[str]:
        return _tested(item for item, _ in self._statements)


def _told_apart(target: Target) -> bool:
    """Whether what it holds decides what its organization lets happen."""
    return any(target.tells(_tested(level.statements)) for level in target.organization)


def _tested(statements: Iterable[Statement]) -> frozenset[str]:
    """The condition keys that statements ask for."""
    return frozenset(test.key.lower() for item in statements for test in item.tests)


def _best(cases: Iterable[Case], rows: tuple[Action, ...]) -> Ways:
    best: dict[Verb, Way] = {}
    lifts: dict[str, Way] = {}
    for case in cases:
        for row in rows:
            if row.removes_guard:
                if row.name in case.target.lifted_by:
                    _keep(lifts, row.name, case.plainly(row))
            else:
                _keep(best, row.verb, case.way(row))
    return (*best.items(), *((None, way) for way in lifts.values()))


def _certain(best: Ways, rows: tuple[Action, ...]) -> bool:
    """Whether nothing can be surer."""
    sure = {verb for verb, way in best if way.answer.truth is Truth.YES}
    return sure >= {row.verb for row in rows if not row.removes_guard}


K = TypeVar("K")


def _keep(best: dict[K, Way], key: K, way: Way) -> None:
    if way.answer.truth and (key not in best or best[key].rank < way.rank):
        best[key] = way


@dataclass
class Case:
    """Decides requests of one principal on one target, each once; `calls` were made before."""

    principal: Principal
    target: Target
    rows: tuple[Action, ...]
    before: Answer = FREE
    calls: tuple[str, ...] = ()
    _known: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def way(self, row: Action) -> Way:
        """Whether an action works, what protects from it included."""
        way = self.plainly(row)
        if row.verb in _DESTROYING:
            for guard in self.target.guards:
                if way.answer.truth and row.name in guard.stops:
                    way = self._past(guard, way)
        return way

    def plainly(self, row: Action) -> Way:
        """Whether an action works where nothing protects from it."""
        return Way(self.allowed(row), (*self.calls, row.name), row)

    def allowed(self, row: Action) -> Answer:
        """Whether the action and all that it needs are allowed."""
        answer = self.before & self.ask(row.permission, row.at)
        for need in row.needs:
            answer &= self.ask(need, checked_on(need, self.rows))
        if row.decrypts and self.target.lock is not None:
            answer &= self._decrypted(row, self.target.lock)
        if row.decrypts and self.target.key_elsewhere:
            answer &= _DECRYPTED
        if row.only_if:
            answer &= Answer(Truth.MAYBE, (f"if {row.only_if}",))
        return answer

    def _decrypted(self, row: Action, key: Target) -> Answer:
        """Whether the key lets the caller read, by way of the service that he asks."""
        by_way = _service(row.name)
        facts = {**key.facts, "kms:viaservice": Fact(Source.FIXED, (by_way,))}
        known = lookup(self.principal.caller.facts, facts, row.decrypts)
        levels = controlling(row.decrypts, key.organization)
        request = Request(permission(row.decrypts), key.arns[0], known, levels)
        together = _together(self.principal.account, key.account)
        return decide(self.principal.caller, request, key.policy, together)

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
        facts = lookup(caller.facts, target.facts, call)
        levels = controlling(call, target.organization)
        request = Request(permission(call), resource, facts, levels)
        together = _together(self.principal.account, target.account)
        return decide(caller, request, target.policy, together)

    def _past(self, guard: Guard, way: Way) -> Way:
        """The same with a protection in the way: lifted first, refused, or perhaps not there."""
        if guard.on is Truth.NO:
            return way
        if guard.grade == QUORUM and guard.on is Truth.YES:
            return Way(REFUSED, way.calls, way.action)
        lifts = [(self.ask(call, checked_on(call, self.rows)), call) for call in guard.removable_by]
        lift, call = max(lifts, key=lambda pair: pair[0].truth, default=(REFUSED, ""))
        done = len(self.calls)
        calls = (*way.calls[:done], call, *way.calls[done:])
        lifted = Way(way.answer & lift, calls, way.action)
        if guard.on is Truth.YES or lifted.answer.truth is way.answer.truth:
            return lifted
        words = (f"if {guard.evidence.text} is off",)
        return Way(way.answer & Answer(Truth.MAYBE, words), way.calls, way.action)


def _entry(clause: Clause, name: Name) -> int | None:
    """The first entry of a clause that covers a name, -1 where none does, `None` if in doubt."""
    doubt = False
    for number, entry in enumerate(clause.entries):
        truth = matches(entry[0], name) if len(entry) == 1 else Truth.MAYBE
        if truth is Truth.YES:
            return number
        doubt = doubt or truth is Truth.MAYBE
    return None if doubt else -1


def _together(one: Place, other: Place) -> Truth:
    """A credential whose account nobody names is one of the target's."""
    return Truth.YES if one is None else same(one, other)


@cache
def _service(call: str) -> Name:
    """What a key's policy calls the service that decrypts for its caller, in any region."""
    service = call.partition(":")[0]
    return Name((f"{service}.", Hole(detail="the region"), ".amazonaws.com"))


@cache
def permission(call: str) -> Name:
    """A permission as it is compared: without regard to case."""
    return literal(call.lower())


def drawn(principal: Principal, target: Target, way: Way, verb: Verb | None) -> Edge:
    """A way as an edge."""
    return _stamp(principal, target, way, verb)(target.node.id)


def _stamp(principal: Principal, target: Target, way: Way, verb: Verb | None) -> Stamp:
    """A way as the edge to the target, and to all that are alike."""
    row = way.action
    why = evidence(way.answer, permission(row.permission), target.resources(row.at)[0])
    return partial(
        Edge,
        principal.node,
        kind=EdgeKind.ACCESS,
        evidence=(*why, _fact(row)),
        truth=way.answer.truth if row.confirmed else way.answer.truth & Truth.MAYBE,
        verb=verb,
        calls=way.calls,
        condition=" and ".join(way.answer.words),
        guesses=way.answer.guesses,
    )


@cache
def _fact(row: Action) -> Evidence:
    return Evidence(row.note or row.name, None, row.name, row.source, row.confirmed)


def evidence(answer: Answer, asked: Name, resource: Name) -> Iterator[Evidence]:
    """The statements behind an answer, each in words with its place."""
    request = Request(asked, resource, _nothing)
    for statement in dict.fromkeys(answer.statements):
        yield Evidence(said(statement, request), statement.location)


def _nothing(_key: str) -> Fact:
    return ABSENT
