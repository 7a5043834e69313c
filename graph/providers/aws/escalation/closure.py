"""The least fixpoint: from every identity, and every form that a rule makes of one, all rules."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import islice

from graph.model import Edge, EdgeKind, Evidence, Node, NodeId, Verb
from graph.places import same
from graph.policy.callers import covers
from graph.policy.decide import Answer
from graph.providers.aws.access import evidence, permission
from graph.providers.aws.attachments import Attachments
from graph.providers.aws.callers import Principal
from graph.providers.aws.escalation.asking import EVERYTHING, NOBODY, Asker, Binding, Found
from graph.providers.aws.escalation.bindings import Bindings
from graph.providers.aws.escalation.choices import Choices
from graph.providers.aws.escalation.forms import Form, Forms
from graph.providers.aws.escalation.rules import Rule, rules
from graph.providers.aws.sides import Sides
from graph.values import Truth

MOST_FORMS = 40  # of one identity; what more of them could do is taken for anything, perhaps
_PERHAPS = Answer(Truth.MAYBE, ("if several such changes together allow it",))
_TRIED = 20  # identities of which one may be enough


@dataclass(frozen=True, eq=False)
class Move:
    """What somebody can make of an identity: the rule in one case, with its answer.

    `details`: the groups joined or the policies taken off by it.
    """

    rule: Rule
    binding: Binding
    found: Found
    actor: Form
    details: frozenset[str] = frozenset()

    @property
    def target(self) -> Principal:
        """Whom it is about."""
        assert self.binding.target is not None, "only a new identity has no target"
        return self.binding.target


@dataclass
class Closure:
    """All that rules lead to: edges, and the forms that are callers themselves.

    `free` are those that have, or certainly give themselves, everything in their account: what
    others of the account have is nothing new to them, unless a policy of a resource knows these.
    """

    bindings: Bindings
    forms: Forms
    edges: list[Edge] = field(default_factory=list)
    free: set[NodeId] = field(default_factory=set)
    _pending: deque[Form] = field(default_factory=deque)
    _seen: set[NodeId] = field(default_factory=set)
    _states: defaultdict[NodeId, list[Form]] = field(default_factory=lambda: defaultdict(list))
    _moves: defaultdict[NodeId, list[Move]] = field(default_factory=lambda: defaultdict(list))
    _drawn: dict[tuple[NodeId, NodeId, NodeId | None], int] = field(default_factory=dict)
    _known: dict[tuple[object, ...], Truth] = field(default_factory=dict)

    def run(self) -> None:
        """Every rule for every identity, until nothing new comes of it."""
        for principal in self.bindings.principals:
            self._add(self.forms.own(principal))
        while self._pending:
            form = self._pending.popleft()
            if self.forms.unlimited(form) and form.base is not form.principal:
                self._has_all(form)
            else:
                self._from(form)

    @property
    def principals(self) -> tuple[Principal, ...]:
        """The forms as callers, for whom access is decided like for identities."""
        return tuple(form.principal for form in self.forms.made.values())

    def adds(self, source: Principal, target: Principal) -> bool:
        """Whether becoming the target can give the source something that it has not got."""
        form = self.forms.made.get(source.node)
        return (
            form is None or form.base is not form.principal or not self._nothing_new(form, target)
        )

    def _add(self, form: Form) -> None:
        if form.node in self._seen:
            return
        self._seen.add(form.node)
        self._pending.append(form)
        self._states[form.base.node].append(form)
        for move in list(self._moves[form.base.node]):
            self._apply(move, form)

    def _has_all(self, form: Form) -> None:
        """A form that nothing holds back has whatever its account allows."""
        every = self.forms.anything(form.base.account, form.base)
        self._add(every)
        why = Evidence("with any policy it has all that its account allows")
        self.edges.append(Edge(form.node, every.node, EdgeKind.ASSUMES, (why,)))

    def _from(self, form: Form) -> None:
        asker = Asker(form.principal, self.bindings.taken)
        free = self._sovereign(form) or self._by_another(form, asker)
        for rule in rules():
            if not self._asks(rule, asker) or not self._free(rule, asker).answer.truth:
                continue
            if not rule.target:
                free |= self._new(rule, form, asker, free=free)
            else:
                free |= self._by(rule, form, asker, free=free)
        if free:
            self.free.add(form.node)

    def _by_another(self, form: Form, asker: Asker) -> bool:
        """Whether it can give any policy to somebody that nothing holds back, and be that one.

        Then what the others of the account have is nothing new: one such is enough.
        """
        ways = [it for it in rules() if not it.workload and not it.trusts and not it.free.every]
        grants = [it for it in ways if it.effect == "grant" and self._asks(it, asker)]
        becoming = [it for it in ways if it.effect == "act_as" and self._asks(it, asker)]
        for rule in becoming if grants else ():
            cases = {it.target: it for it in self.bindings.of(rule, asker) if it.target}
            for grant in (it for it in grants if set(it.target) & set(rule.target)):
                given = (it for it in self.bindings.of(grant, asker) if it.target in cases)
                for binding in islice(given, _TRIED):
                    assert binding.target is not None, "cases have targets"
                    both = (
                        self._move(rule, cases[binding.target], form, asker),
                        self._move(grant, binding, form, asker),
                    )
                    if all(it and it.found.answer.truth is Truth.YES for it in both):
                        made = [self._take(it) for it in both if it]
                        own = self.forms.own(binding.target)
                        if made and self.forms.unhindered(own):
                            return True
        return False

    def _free(self, rule: Rule, asker: Asker) -> Found:
        """What of a rule is the same for every target."""
        if rule.id not in asker.free:
            asker.free[rule.id] = asker.solve(rule.free, NOBODY)
        return asker.free[rule.id]

    def _asks(self, rule: Rule, asker: Asker) -> bool:
        return all(map(asker.mentions, rule.needs))

    def _move(self, rule: Rule, binding: Binding, form: Form, asker: Asker) -> Move | None:
        """What a rule lets an identity do in one case, `None` where it does not."""
        found = self._free(rule, asker) & asker.solve(rule.bound, binding)
        found = Found(found.answer & binding.truth, rule.ordered(found.calls))
        details = frozenset(filter(None, [binding.detail]))
        return Move(rule, binding, found, form, details) if found.answer.truth else None

    def _by(self, rule: Rule, form: Form, asker: Asker, *, free: bool) -> bool:
        """All cases of a rule, its own first; whether it has everything by it."""
        moves: list[Move] = []
        joined = False
        cases = sorted(self.bindings.of(rule, asker), key=lambda it: it.target is not form.base)
        for binding in cases:
            target = binding.target
            assert target is not None, "only a new identity has no target"
            own = target is form.base
            if own and rule.effect == "act_as":
                continue
            if not own and joined:
                continue  # who joins the group himself gains nothing by adding others
            if not own and free and (rule.effect != "act_as" or self._nothing_new(form, target)):
                continue
            move = self._move(rule, binding, form, asker)
            if move is not None:
                moves.append(move)
                free |= self._take(move)
                sure = own and rule.effect == "join" and move.found.answer.truth is Truth.YES
                joined |= sure and self.forms.unhindered(form)
        for move in _together(moves):
            self._take(move)
        return free

    def _nothing_new(self, form: Form, target: Principal) -> bool:
        near = same(form.principal.account, target.account) is Truth.YES
        return near and self.forms.plain(target)

    def _sovereign(self, form: Form) -> bool:
        """Whether it has everything in its account already."""
        if form.raised:
            return self.forms.unlimited(form)
        caller = form.principal.caller
        if form.bounded or any(not item.allow for item in caller.identity.statements):
            return False
        return any(
            item.resources is not None
            and not item.tests
            and covers(item.actions, EVERYTHING) & covers(item.resources, EVERYTHING) & item.truth
            is Truth.YES
            for item in caller.identity.statements
        )

    def _new(self, rule: Rule, form: Form, asker: Asker, *, free: bool) -> bool:
        for binding in self.bindings.of(rule, asker) if rule.chooses else (NOBODY,):
            within = binding.detail if rule.effect == "new_within" else ""
            made = self.forms.anything(form.principal.account, form.principal, within)
            move = None if made is form or free else self._move(rule, binding, form, asker)
            if move is not None:
                self._add(made)
                self._draw(form.node, made.node, None, move)
                free = not within and move.found.answer.truth is Truth.YES
        return free

    def _take(self, move: Move) -> bool:
        """Follow a move; whether its actor has everything in its account by it.

        What an identity can make of another, its forms need not do again.
        """
        base, truth = move.actor.base, move.found.answer.truth
        key = (base.node, move.rule.id, move.target.node, move.binding.label, move.details)
        if move.actor.principal is base:
            self._known[key] = truth
        elif self._known.get(key, Truth.NO) >= truth and move.target is not base:
            return False
        if move.rule.effect == "act_as":
            self._draw(move.actor.node, move.target.node, None, move)
            return False
        self._moves[move.target.node].append(move)
        made = [self._apply(move, form) for form in list(self._states[move.target.node])]
        own = move.target is base and truth is Truth.YES
        return own and any(form is not None and self.forms.unlimited(form) for form in made)

    def _apply(self, move: Move, form: Form) -> Form | None:
        if move.actor.base is form.base and move.actor is not form:
            return None  # a form has at least the rights of what it is a form of
        changed = self.forms.after(form, move.rule.effect, move.details)
        if changed is None:
            return None
        if len(self._states[form.base.node]) >= MOST_FORMS and self.forms.fresh(changed):
            made = self.forms.anything(form.base.account, form.base)
            move = replace(move, found=move.found & Found(_PERHAPS))
        else:
            made = self.forms.make(changed)
        if made is form:
            return None
        self._add(made)
        self._draw(form.node, made.node, None if move.actor is form else move.actor.node, move)
        return made

    def _draw(self, source: NodeId, target: NodeId, also: NodeId | None, move: Move) -> None:
        """One edge for the best way from one to the other."""
        edge = _edge(source, target, also, move)
        key = (source, target, also)
        if key not in self._drawn:
            self._drawn[key] = len(self.edges)
            self.edges.append(edge)
        elif _rank(self.edges[self._drawn[key]]) < _rank(edge):
            self.edges[self._drawn[key]] = edge


def _together(moves: list[Move]) -> Iterator[Move]:
    """Of moves that add to each other: all that are certain at once, and all."""
    by_target: defaultdict[NodeId, list[Move]] = defaultdict(list)
    for move in moves:
        if move.details:
            by_target[move.target.node].append(move)
    for found in by_target.values():
        sure = [move for move in found if move.found.answer.truth is Truth.YES]
        for several in [sure, found] if len(sure) < len(found) else [sure]:
            if len(several) > 1:
                total = reduce(Found.__and__, (move.found for move in several))
                details = frozenset[str]().union(*(move.details for move in several))
                yield replace(several[0], found=total, details=details)


def escalated(principals: tuple[Principal, ...], attachments: Attachments, sides: Sides) -> Closure:
    """The closure of an estate's identities over all rules."""
    bindings = Bindings(principals, attachments, Choices(attachments))
    closure = Closure(bindings, Forms(attachments, sides))
    closure.run()
    return closure


def nodes(closure: Closure) -> Iterator[Node]:
    """The nodes of the forms."""
    yield from closure.forms.nodes.values()


def _edge(source: NodeId, target: NodeId, also: NodeId | None, move: Move) -> Edge:
    rule, binding, found = move.rule, move.binding, move.found
    answer = found.answer if rule.evidence.confirmed else found.answer & Answer(Truth.MAYBE)
    asked = [permission(call) for call in found.calls]
    why = _statements(answer, asked[0], binding) if asked else []
    place = next((item.location for item in why if item.location), None)
    text = f"{rule.evidence.text} ({binding.label})" if binding.label else rule.evidence.text
    who = f"{also} " if also else ""
    return Edge(
        source,
        target,
        EdgeKind.OBTAINS if "aws_iam_user" in rule.target else EdgeKind.ASSUMES,
        (replace(rule.evidence, text=who + text, location=place), *why),
        answer.truth,
        Verb.ESCALATE,
        found.calls,
        " and ".join(answer.words),
        guesses=answer.guesses,
        also=also,
    )


def _statements(answer: Answer, asked: object, binding: Binding) -> list[Evidence]:
    spot = next(iter(binding.spots.values()), None)
    resource = spot.arns[0] if spot and spot.arns else EVERYTHING
    return list(evidence(answer, asked, resource))  # type: ignore[arg-type]


def _rank(edge: Edge) -> tuple[int, bool, int, int]:
    return edge.truth, not edge.guesses, -len(edge.calls), -len(edge.condition)
