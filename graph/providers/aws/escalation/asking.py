"""Whether an identity may make all the calls that a rule asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from graph.model import Place
from graph.places import same
from graph.policy.callers import Book, covers
from graph.policy.conditions import ABSENT, Fact, Lookup, Source
from graph.policy.decide import FREE, REFUSED, Answer, Request, ResourcePolicy, decide
from graph.policy.documents import Statement
from graph.policy.names import Name, literal
from graph.providers.aws.access import permission
from graph.providers.aws.callers import Principal
from graph.providers.aws.context import Facts, lookup, told_apart
from graph.providers.aws.escalation.chosen import allowed, candidates, open_name
from graph.providers.aws.escalation.rules import NEW, Need
from graph.providers.aws.preparing import IN_REQUEST
from graph.providers.aws.sides import OPEN
from graph.values import Truth

ASSIGNMENTS = 24  # combinations of names tried for one rule
EVERYTHING = literal("*")
_NOTHING: Facts = {}
Names = Mapping[str, Name]


@dataclass(frozen=True, eq=False)
class Spot:
    """A resource that a call is checked on: its ARNs, account, and what it fixes."""

    arns: tuple[Name, ...]
    account: Place
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Binding:
    """What a rule is about in one case: its target, and the places that its needs name."""

    target: Principal | None
    spots: Mapping[str, Spot]
    truth: Answer = FREE
    declared: Mapping[str, Truth] = field(default_factory=dict)
    label: str = ""
    detail: str = ""
    kinds: frozenset[str] = frozenset()
    arns: tuple[Name, ...] = ()
    policy: ResourcePolicy | None = None


NOBODY = Binding(None, {})


@dataclass(frozen=True)
class Found:
    """An answer and the calls that it takes, in order."""

    answer: Answer
    calls: tuple[str, ...] = ()

    def __and__(self, other: Found) -> Found:
        return Found(self.answer & other.answer, (*self.calls, *other.calls))

    @property
    def rank(self) -> tuple[int, bool, int, int]:
        """The surest first, then what is no guess, the fewest calls, the fewest conditions."""
        answer = self.answer
        return answer.truth, not answer.guesses, -len(self.calls), -len(answer.words)


NEVER = Found(REFUSED)


class Asker:
    """Asks for one identity; what was decided alike is decided once.

    `taken`: the ARNs of what is there, which nobody can make anew.
    """

    def __init__(self, principal: Principal, taken: frozenset[str] = frozenset()) -> None:
        self.principal = principal
        self.taken = taken
        self.caller = principal.caller
        self.free: dict[str, Found] = {}
        self._open: dict[str, Name] = {}
        self._statements: dict[str, tuple[Statement, ...]] = {}
        self._known: dict[tuple[object, ...], Answer] = {}

    def mentions(self, need: Need) -> bool:
        """Whether its policies allow such calls at all."""
        if need.call and not need.given:
            return any(item.allow for item, _ in self._identity.on(permission(need.call)))
        if need.either:
            return any(map(self.mentions, need.either))
        return all(map(self.mentions, need.every))

    def solve(self, need: Need, binding: Binding) -> Found:
        """The best way to meet a need, any names being the caller's choice."""
        names = {text: self._name(text) for text in need.templates}
        best = self._met(need, binding, names)
        if best.answer.truth is not Truth.MAYBE or not names:
            return best
        for chosen in self._assignments(need):
            found = self._met(need, binding, chosen)
            best = max(best, found, key=lambda each: each.rank)
            if found.answer.truth is Truth.YES:
                return best
        return NEVER if self._refused(need, binding) else best

    def _refused(self, need: Need, binding: Binding) -> bool:
        """Whether no name will do: whatever a call is allowed on, something denies."""
        if len(need.templates) != 1:
            return False
        [text] = need.templates
        first = next((it for it in need.every if text in it.on and not it.given), None)
        names = allowed(text.removeprefix(NEW), first.call, self.caller) if first else None
        return names is not None and not any(
            self._met(need, binding, {text: name}).answer.truth for name in names
        )

    def _assignments(self, need: Need) -> Iterable[Names]:
        options = []
        for text in need.templates:
            calls = [each.call for each in need.calls() if text in each.on and not each.given]
            taken = self.taken if _makes(calls) else frozenset()
            found = candidates(text.removeprefix(NEW), calls, self.caller)
            options.append([name for name in found if name.code not in taken])
        for number, names in enumerate(product(*options)):
            if number == ASSIGNMENTS:
                return
            yield dict(zip(need.templates, names, strict=True))

    def _met(self, need: Need, binding: Binding, names: Names) -> Found:
        if need.kind and not set(need.kind.split()) <= binding.kinds:
            return NEVER
        if need.either:
            found = (self._met(each, binding, names) for each in need.either)
            return max(found, key=lambda each: each.rank)
        if need.every or not (need.call or need.declared or need.only_if):
            return self._all(need.every, binding, names)
        if need.call:
            return self._called(need, binding, names)
        declared = binding.declared.get(need.declared, Truth.NO)
        if need.only_if and declared is not Truth.YES:
            return Found(Answer(Truth.MAYBE, (f"if {need.only_if}",)))
        words = ("if what the code declares for it is there",) if declared is Truth.MAYBE else ()
        return Found(Answer(declared, words) if need.declared else FREE)

    def _all(self, needs: Iterable[Need], binding: Binding, names: Names) -> Found:
        total = Found(FREE)
        for need in needs:
            total &= self._met(need, binding, names)
            if not total.answer.truth:
                return NEVER
        return total

    def _called(self, need: Need, binding: Binding, names: Names) -> Found:
        answer = FREE
        for place in need.on:
            if place == "*":
                answer &= self._ask(need, binding, EVERYTHING, _NOTHING, Truth.YES)
            elif place in names:
                answer &= self._ask(need, binding, names[place], _NOTHING, Truth.YES)
            else:
                answer &= self._at(need, binding, binding.spots.get(place))
            if not answer.truth:
                return NEVER
        return Found(answer, (need.call,))

    def _at(self, need: Need, binding: Binding, spot: Spot | None) -> Answer:
        if spot is None:
            return REFUSED
        together = same(self.principal.account, spot.account)
        asked = [self._ask(need, binding, arn, spot.facts, together) for arn in spot.arns]
        best = max(asked, key=lambda each: each.truth, default=REFUSED)
        if best.truth is min((each.truth for each in asked), default=Truth.NO):
            return best
        return best & Answer(Truth.MAYBE, ("if its name, which is one of several, is meant",))

    def _ask(
        self, need: Need, binding: Binding, resource: Name, facts: Facts, together: Truth
    ) -> Answer:
        context = {key.lower(): _fact(value, binding) for key, value in need.context}
        key: tuple[object, ...] = (
            id(need),
            together,
            *self._alike(need, resource, facts, frozenset(context)),
        )
        if any(value.startswith("$") for _, value in need.context):
            key = (*key, *_values(context))
        if key not in self._known:
            find = _with(context, lookup(self.caller.facts, facts, need.call))
            find = _tagging(find) if need.tags else find
            request = Request(permission(need.call), resource, find)
            given = OPEN if need.given else None
            self._known[key] = decide(self.caller, request, given, together)
        return self._known[key]

    def _alike(
        self, need: Need, resource: Name, facts: Facts, fixed: frozenset[str]
    ) -> tuple[object, ...]:
        """Equal for resources that are decided alike."""
        covered: list[object] = []
        for item in self._about(need.call):
            if told_apart(facts, {test.key.lower() for test in item.tests} - fixed):
                return (resource,)
            if item.resources is not None and not item.resources.everything:
                truth = covers(item.resources, resource)
                if truth is Truth.MAYBE:
                    return (resource,)
                covered.append(truth)
        return tuple(covered)

    def _about(self, call: str) -> tuple[Statement, ...]:
        if call not in self._statements:
            found = (item for each in self.caller.books for item, _ in each.on(permission(call)))
            self._statements[call] = tuple(found)
        return self._statements[call]

    def _name(self, text: str) -> Name:
        if text not in self._open:
            self._open[text] = open_name(text.removeprefix(NEW), self.caller)
        return self._open[text]

    @cached_property
    def _identity(self) -> Book:
        return self.caller.identity


def _makes(calls: Iterable[str]) -> bool:
    """Whether calls make something, which nothing of the same name may be there for."""
    verbs = [call.partition(":")[2] for call in calls]
    return any(it.startswith("Create") for it in verbs) and not any(
        it.startswith("Update") for it in verbs
    )


def _fact(value: str, binding: Binding) -> Fact:
    if not value:
        return ABSENT
    if value.startswith("$"):
        spot = binding.spots.get(value[1:])
        return Fact(Source.FIXED, spot.arns) if spot and len(spot.arns) == 1 else Fact(Source.OPEN)
    return Fact(Source.FIXED, (literal(value),))


def _tagging(find: Lookup) -> Lookup:
    def with_tags(key: str) -> Fact:
        tags = key.lower().startswith(IN_REQUEST)
        return Fact(Source.OPEN, label="the tag in the request") if tags else find(key)

    return with_tags


def _values(context: Mapping[str, Fact]) -> Iterable[object]:
    for fact in context.values():
        yield fact.source
        yield from (name.code for name in fact.values or ())


def _with(context: Mapping[str, Fact], others: Lookup) -> Callable[[str], Fact]:
    return lambda key: context.get(key.lower()) or others(key)
