"""The decision on one request: who, which permission, on what; three-valued, with its reasons.

    same account   allowed if identity policies (within boundary and session policy) or a resource
                   policy that names the caller say so; one that names the account only delegates
    mandatory      trust policies and key policies must allow, in the same account too
    cross account  both sides must allow
    organization   every level of both accounts' organizations must allow
    everywhere     a deny of any side wins
Source: IAM User Guide, reference_policies_evaluation-logic and access_policies_boundaries.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from graph.policy.callers import Book, Caller, Named, covers, named
from graph.policy.choices import clashing
from graph.policy.conditions import ALWAYS, Choice, Lookup, hold
from graph.policy.documents import Clause, Statement
from graph.policy.globs import matches
from graph.policy.guesses import guesses, of_principals
from graph.policy.names import Hole, Name
from graph.values import Truth

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES


@dataclass(frozen=True, slots=True)
class Answer:
    """How sure, on what it hangs in words, and the statements it rests on.

    `guesses` are the unknown parts of names where it hangs on them alone that the name is meant;
    `choices` are what the caller has to send, until they are settled.
    """

    truth: Truth
    words: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    guesses: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()

    def __and__(self, other: Answer) -> Answer:
        truth = self.truth & other.truth
        if truth is NO:
            return REFUSED
        words = tuple(dict.fromkeys((*self.words, *other.words)))
        guessed = tuple(dict.fromkeys((*self.guesses, *other.guesses)))
        statements = (*self.statements, *other.statements)
        return Answer(truth, words, statements, guessed, (*self.choices, *other.choices))

    def __or__(self, other: Answer) -> Answer:
        return max(self, other, key=_rank)


REFUSED = Answer(NO)
FREE = Answer(YES)


@dataclass(frozen=True, eq=False)
class ResourcePolicy:
    """What the resource's side says; `mandatory` where it must allow in the same account too.

    `vague`: a policy is there, and nothing is known of what it says.
    """

    book: Book
    mandatory: bool = False
    vague: bool = False

    @cached_property
    def names_callers(self) -> bool:
        """Whether it lets in somebody by more than the account that the IAM policies belong to."""
        return self.vague or any(
            item.principals is not None
            and (item.principals.negated or not all(map(_account, item.principals.entries)))
            for item in self.book.statements
            if item.allow
        )

    @cached_property
    def conditional(self) -> bool:
        """Whether what it says depends on more than who asks for what."""
        return any(
            item.tests or item.resources is None or not item.resources.plain
            for item in self.book.statements
        )


def _account(entry: tuple[str, tuple[Name, ...]]) -> bool:
    kind, options = entry
    return kind in {"Service", "Federated"} or all(
        name.code.endswith(":root") or name.code.isdigit() for name in options
    )


@dataclass(frozen=True, eq=False)
class Request:
    """One permission (in lower case) on one resource, with the facts about condition keys.

    `organization` are the resource control policies of the resource's account, one book a level.
    """

    permission: Name
    resource: Name
    lookup: Lookup
    organization: tuple[Book, ...] = ()


def decide(
    caller: Caller,
    request: Request,
    policy: ResourcePolicy | None = None,
    same_account: Truth = YES,
) -> Answer:
    """Whether the request is allowed."""
    limit = _limit(caller, request)
    own = _allowed(caller.identity, request, caller) & limit
    if policy is None and (own.truth is NO or same_account is NO):
        return REFUSED
    side = _side(policy, request, caller)
    inside = _within(own, side, policy, limit)
    across = own & side.anyhow
    if same_account is MAYBE:
        unsure = Answer(MAYBE, ("if both are in the same account",))
        found = across if across.truth is YES else across | (inside & unsure)
    else:
        found = inside if same_account else across
    for level in caller.limits(request.organization):
        if found.truth is NO:
            return REFUSED
        found &= replace(_allowed(level, request, caller), statements=())  # it gives nothing
    if found.truth is NO:
        return REFUSED
    return _settled(found & _not_denied(caller, request, policy), caller)


def _settled(answer: Answer, caller: Caller) -> Answer:
    """The answer with what the caller sends being one value for each key."""
    if not answer.choices:
        return answer
    key = clashing(answer.choices, caller.fill)
    found = replace(answer, choices=())
    return found & Answer(MAYBE, (f"if one value of {key} does for all of it",)) if key else found


@dataclass(frozen=True, slots=True)
class _Side:
    """What the resource's policy allows, by how it names the caller."""

    direct: Answer = REFUSED
    role: Answer = REFUSED
    account: Answer = REFUSED

    @property
    def anyhow(self) -> Answer:
        return self.direct | self.role | self.account


def _within(own: Answer, side: _Side, policy: ResourcePolicy | None, limit: Answer) -> Answer:
    named_there = side.direct | (side.role & limit)
    if policy is not None and policy.mandatory:
        return named_there | (side.account & own)
    return own | named_there


def _side(policy: ResourcePolicy | None, request: Request, caller: Caller) -> _Side:
    if policy is None:
        return _Side()
    if policy.vague:
        words = ("if the policy of the resource, which is not known, allows it",)
        return _Side(account=Answer(MAYBE, words))
    found = _Side()
    for statement, truth in policy.book.on(request.permission):
        if not statement.allow:
            continue
        how = named(statement.principals, caller)
        if how.anyhow:
            answer = _applies(caller.meant(statement), truth, request, caller, deny=False)
            found = _added(found, how, answer, statement)
    return found


def _added(side: _Side, how: Named, answer: Answer, statement: Statement) -> _Side:
    guessed = of_principals(statement.principals) if statement.principals else ()

    def weighed(truth: Truth, before: Answer) -> Answer:
        if truth is NO:
            return before
        if truth is MAYBE:
            words = ("if the policy means this identity",)
            return before | (answer & Answer(MAYBE, words, (), guessed))
        return before | answer

    return _Side(
        weighed(how.direct, side.direct),
        weighed(how.role, side.role),
        weighed(how.account, side.account),
    )


def _limit(caller: Caller, request: Request) -> Answer:
    """What the permissions boundary and the session policy leave."""
    found = FREE
    if caller.vague:
        found = Answer(MAYBE, ("if the permissions boundary, which is not known, allows it",))
    for book in (caller.boundary, caller.session):
        if book is not None and found.truth:
            found &= _allowed(book, request, caller)
    return found


def _allowed(book: Book, request: Request, caller: Caller) -> Answer:
    found = REFUSED
    for statement, truth in book.on(request.permission):
        if statement.allow:
            found |= _applies(statement, truth, request, caller, deny=False)
            if found.truth is YES and not found.words:
                break
    return found


def _not_denied(caller: Caller, request: Request, policy: ResourcePolicy | None) -> Answer:
    found = FREE
    own = (caller.identity, caller.boundary, caller.session)
    for book in (*filter(None, own), *caller.limits(request.organization)):
        for statement, truth in book.on(request.permission):
            if not statement.allow:
                found &= _spared(caller.meant(statement), truth, request, caller)
    for statement, truth in policy.book.on(request.permission) if policy else ():
        hit = NO if statement.allow else _hit(statement, caller)
        if hit:
            found &= _spared(caller.meant(statement), truth & hit, request, caller)
    return found


def _hit(statement: Statement, caller: Caller) -> Truth:
    """Whether a Deny of the resource's policy is meant for the caller."""
    principals = statement.principals
    if principals is not None and principals.negated and caller.boundary is not None:
        return YES  # NotPrincipal cannot spare who has a permissions boundary
    return named(principals, caller).anyhow


def _spared(statement: Statement, truth: Truth, request: Request, caller: Caller) -> Answer:
    """Whether a Deny leaves the request alone; `words` say when, if that is not certain."""
    denied = _applies(statement, truth, request, caller, deny=True)
    if denied.truth is NO:
        return Answer(YES, choices=denied.choices) if denied.choices else FREE
    if denied.truth is YES:
        return REFUSED
    return Answer(MAYBE, denied.words or (f"unless {said(statement, request)} applies",))


def _applies(
    statement: Statement, truth: Truth, request: Request, caller: Caller, *, deny: bool
) -> Answer:
    """Whether a statement is about the request; for a Deny, `words` say when it is not."""
    resource = YES if statement.resources is None else covers(statement.resources, request.resource)
    truth &= statement.truth & resource
    if truth is NO:
        return REFUSED
    tests = statement.tests
    held = hold(tests, request.lookup, caller.fill, deny=deny) if tests else ALWAYS
    words = list(held.otherwise if deny else held.words)
    if truth is MAYBE:
        words.append(_unsure(statement, request, resource, deny=deny))
    if held.truth is NO:
        return Answer(NO, choices=held.choices) if held.choices else REFUSED
    if deny and len(words) > 1:
        words = [" or ".join(words)]  # one of them is enough to escape
    guessed: tuple[str, ...] = ()
    if statement.resources is not None and resource is MAYBE and not deny:
        guessed = guesses(statement.resources, request.resource)
    return Answer(truth & held.truth, tuple(words), (statement,), guessed, held.choices)


def _unsure(statement: Statement, request: Request, resource: Truth, *, deny: bool) -> str:
    if resource is MAYBE and statement.resources is not None:
        if statement.resources.negated is False and _inside(request.resource):
            word = "outside" if deny else "in"
            return f"{word} {_pattern(statement.resources, request.resource)}"
        word = "unless" if deny else "if"
        return f"{word} {_pattern(statement.resources, request.resource)} covers it"
    return f"{'unless' if deny else 'if'} {said(statement, request)}"


def _inside(resource: Name) -> bool:
    """Whether the request is about something in a container, no matter what."""
    last = resource.parts[-1] if resource.parts else ""
    return isinstance(last, Hole) and last.anything and last.symbol is None


def said(statement: Statement, request: Request) -> str:
    """A statement in words, as far as it is about the request."""
    what = _pattern(statement.actions, request.permission)
    on = _pattern(statement.resources, request.resource) if statement.resources else ""
    return _sentence(statement, what, on)


@lru_cache(maxsize=50_000)
def _sentence(statement: Statement, what: str, on: str) -> str:
    sid = f" (sid {statement.sid})" if statement.sid else ""
    effect = "allows" if statement.allow else "denies"
    return f"{statement.policy}{sid} {effect} {what}{' on ' if on else ''}{on}"


@lru_cache(maxsize=50_000)
def _pattern(clause: Clause, name: Name) -> str:
    """The pattern that covers the name best, of equals the first, as its author wrote it."""
    patterns = [pattern for entry in clause.entries for pattern in entry]
    if clause.negated:
        return "everything but " + ", ".join(pattern.shown for pattern in patterns[:3])
    if len(patterns) < 2:
        return patterns[0].shown if patterns else "nothing"
    best, covered = patterns[0], NO
    for pattern in patterns:
        truth = matches(pattern, name)
        if truth > covered:
            best, covered = pattern, truth
        if covered is YES:
            break
    return best.shown


def _rank(answer: Answer) -> tuple[int, bool, int]:
    return answer.truth, not answer.guesses, -len(answer.words)
