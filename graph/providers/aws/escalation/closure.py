"""The least fixpoint: from every identity, and every form that a rule makes of one, all rules."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from graph.model import Edge, EdgeKind, Evidence, Node, NodeId, Verb
from graph.places import same
from graph.policy.callers import covers
from graph.policy.decide import Answer
from graph.providers.aws.access import evidence, permission
from graph.providers.aws.attachments import Attachments
from graph.providers.aws.callers import Principal
from graph.providers.aws.escalation.asking import EVERYTHING, Asker, Binding, Found
from graph.providers.aws.escalation.bindings import Bindings
from graph.providers.aws.escalation.forms import Form, Forms
from graph.providers.aws.escalation.rules import Rule, rules
from graph.providers.aws.sides import Sides
from graph.values import Truth

_NOBODY = Binding(None, {})


@dataclass(frozen=True, eq=False)
class Move:
    """What somebody can make of an identity: the rule in one case, with its answer."""

    rule: Rule
    binding: Binding
    found: Found
    actor: Form


@dataclass
class Closure:
    """All that rules lead to: edges, and the forms that are callers themselves.

    `free` are those that have, or certainly give themselves, everything in their account.
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

    def run(self) -> None:
        """Every rule for every identity, until nothing new comes of it."""
        for principal in self.bindings.principals:
            self._add(self.forms.own(principal))
        while self._pending:
            self._from(self._pending.popleft())

    @property
    def principals(self) -> tuple[Principal, ...]:
        """The forms as callers, for whom access is decided like for identities."""
        return tuple(form.principal for form in self.forms.made.values())

    def adds(self, source: Principal, target: NodeId) -> bool:
        """Whether becoming the target can give the source something that it has not got."""
        form = self.forms.made.get(source.node)
        return form is None or not self._within(form, target)

    def _within(self, form: Form, target: NodeId) -> bool:
        other = self._known.get(target)
        if other is None or not self.forms.unlimited(form):
            return False
        return same(form.principal.account, other.account) is Truth.YES and self.forms.plain(other)

    @property
    def _known(self) -> dict[NodeId, Principal]:
        return {it.node: it for it in self.bindings.principals}

    def _add(self, form: Form) -> None:
        if form.node in self._seen:
            return
        self._seen.add(form.node)
        self._pending.append(form)
        self._states[form.base.node].append(form)
        for move in list(self._moves[form.base.node]):
            self._apply(move, form)

    def _from(self, form: Form) -> None:
        asker = Asker(form.principal)
        free = self._sovereign(form)
        for rule in rules():
            if not all(map(asker.mentions, rule.needs)):
                continue
            first = asker.solve(rule.free, _NOBODY)
            if not first.answer.truth:
                continue
            if rule.effect == "new":
                free |= self._new(rule, form, first)
                continue
            for binding in self.bindings.of(rule, asker):
                target = binding.target
                assert target is not None, "only a new identity has no target"
                if target is form.principal and rule.effect == "act_as":
                    continue
                if free and target is not form.base and self._nothing_new(form, target):
                    continue
                found = first & asker.solve(rule.bound, binding)
                found = Found(binding.truth & found.answer, rule.ordered(found.calls))
                if found.answer.truth:
                    free |= self._take(Move(rule, binding, found, form))
        if free:
            self.free.add(form.node)

    def _nothing_new(self, form: Form, target: Principal) -> bool:
        """Whether an identity that can have everything in its account gains nothing by another."""
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

    def _new(self, rule: Rule, form: Form, found: Found) -> bool:
        made = self.forms.anything(form.principal.account, form.principal)
        if made is form or self._sovereign(form):
            return False
        self._add(made)
        calls = rule.ordered(found.calls)
        self._draw(form.node, made.node, None, rule, _NOBODY, Found(found.answer, calls))
        return found.answer.truth is Truth.YES

    def _take(self, move: Move) -> bool:
        """Follow a move; whether its actor has everything in its account by it."""
        target = move.binding.target
        assert target is not None, "only a new identity has no target"
        if move.rule.effect == "act_as":
            self._draw(move.actor.node, target.node, None, move.rule, move.binding, move.found)
            return False
        self._moves[target.node].append(move)
        made = [self._apply(move, form) for form in list(self._states[target.node])]
        own = target is move.actor.base and move.found.answer.truth is Truth.YES
        return own and any(form is not None and self.forms.unlimited(form) for form in made)

    def _apply(self, move: Move, form: Form) -> Form | None:
        made = self.forms.after(form, move.rule.effect, move.binding.detail)
        if made is None or made is form:
            return None
        self._add(made)
        also = None if move.actor is form else move.actor.node
        self._draw(form.node, made.node, also, move.rule, move.binding, move.found)
        return made

    def _draw(
        self,
        source: NodeId,
        target: NodeId,
        also: NodeId | None,
        rule: Rule,
        binding: Binding,
        found: Found,
    ) -> None:
        """One edge for the best way from one to the other."""
        edge = _edge(source, target, also, rule, binding, found)
        key = (source, target, also)
        if key not in self._drawn:
            self._drawn[key] = len(self.edges)
            self.edges.append(edge)
        elif _rank(self.edges[self._drawn[key]]) < _rank(edge):
            self.edges[self._drawn[key]] = edge


def escalated(principals: tuple[Principal, ...], attachments: Attachments, sides: Sides) -> Closure:
    """The closure of an estate's identities over all rules."""
    closure = Closure(Bindings(principals, attachments), Forms(attachments, sides))
    closure.run()
    return closure


def nodes(closure: Closure) -> Iterator[Node]:
    """The nodes of the forms."""
    yield from closure.forms.nodes.values()


def _edge(
    source: NodeId,
    target: NodeId,
    also: NodeId | None,
    rule: Rule,
    binding: Binding,
    found: Found,
) -> Edge:
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
