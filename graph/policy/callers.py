"""Who asks: an identity with its policies, compiled so that a permission finds its statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, reduce

from graph.policy.conditions import Fact, Source
from graph.policy.documents import Clause, Policy, Principals, Statement
from graph.policy.globs import NO_VALUE, Fill, Pattern, compiled, matches
from graph.policy.names import Name, Part, literal
from graph.values import Truth

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES


@dataclass(frozen=True, eq=False)
class Book:
    """Statements of some policies, found by permission."""

    statements: tuple[Statement, ...]
    _found: dict[str, tuple[tuple[Statement, Truth], ...]] = field(default_factory=dict)

    def on(self, permission: Name) -> tuple[tuple[Statement, Truth], ...]:
        """The statements about a permission (in lower case), with how sure that is."""
        code = permission.code
        if code not in self._found:
            near = self._by_service.get(code.partition(":")[0], self._by_service[""])
            pairs = ((item, covers(item.actions, permission)) for item in near)
            self._found[code] = tuple((item, truth) for item, truth in pairs if truth)
        return self._found[code]

    def allows_in(self, service: str) -> bool:
        """Whether some statement allows something of a service."""
        return any(item.allow for item in self._by_service.get(service, self._by_service[""]))

    @cached_property
    def _by_service(self) -> Mapping[str, tuple[Statement, ...]]:
        """Statements by the service they are about; those about any stand everywhere, and at ""."""
        spread = [(item, _services(item.actions)) for item in self.statements]
        every = {service for _, services in spread if services for service in services}
        return {
            service: tuple(
                item for item, services in spread if services is None or service in services
            )
            for service in ("", *every)
        }

    @cached_property
    def has_variables(self) -> bool:
        """Whether some statement depends on who asks."""
        return any(it.resources and it.resources.variable for it in self.statements)


def book(policies: Iterable[Policy]) -> Book:
    """The statements of all policies."""
    return Book(tuple(item for policy in policies for item in policy.statements))


def bound(given: Book, fill: Fill) -> Book:
    """A book in which the caller's policy variables are filled in."""
    if not given.has_variables:
        return given
    return Book(tuple(_filled(item, fill) for item in given.statements))


@dataclass(frozen=True, slots=True)
class Named:
    """How a resource policy names a caller: itself, its role, its account."""

    direct: Truth = NO
    role: Truth = NO
    account: Truth = NO

    @property
    def anyhow(self) -> Truth:
        """In any of these ways."""
        return self.direct | self.role | self.account


@dataclass(frozen=True, eq=False)
class Caller:
    """An identity as AWS knows it. `facts` are what it fixes of the condition keys.

    `boundary` and `session` are what it may at most, `None` where there is no limit. `vague`
    boundaries could not be read: they may limit, and nothing says how. `organization` are the
    service control policies of its account, one book a level (root, units, account); no control
    policy at all touches who is `spared`.
    """

    id: str
    kind: str
    arn: Name
    account: Name
    identity: Book
    boundary: Book | None = None
    vague: bool = False
    facts: Mapping[str, Fact] = field(default_factory=dict)
    session: Book | None = None
    organization: tuple[Book, ...] = ()
    spared: bool = False
    _named: dict[int, tuple[Principals, Named]] = field(default_factory=dict)
    _meant: dict[int, tuple[Statement, Statement]] = field(default_factory=dict)

    @property
    def is_role(self) -> bool:
        """Whether it acts by sessions."""
        return self.kind == "role"

    @cached_property
    def books(self) -> tuple[Book, ...]:
        """All policies on its own side; a deny in any of them wins."""
        limits = (self.boundary, self.session, *self.organization)
        return (self.identity, *(limit for limit in limits if limit is not None))

    def limits(self, organization: tuple[Book, ...]) -> tuple[Book, ...]:
        """Levels that must allow: of the caller's organization, and of the resource's."""
        return () if self.spared else (*self.organization, *organization)

    @cached_property
    def root(self) -> Name:
        """The ARN by which a policy names the whole account."""
        first = self.arn.parts[0] if self.arn.parts else ""
        partition = first.split(":")[1] if isinstance(first, str) and ":" in first else "aws"
        return literal(f"arn:{partition}:iam::") + self.account + ":root"

    def fill(self, variable: str) -> tuple[Part, ...] | None:
        """A policy variable for this caller."""
        return filler(self.facts)(variable)

    def meant(self, statement: Statement) -> Statement:
        """What a statement of somebody else's policy says where this caller asks."""
        if statement.resources is None or not statement.resources.variable:
            return statement
        key = id(statement)
        if key not in self._meant:
            self._meant[key] = (statement, _filled(statement, self.fill))
        return self._meant[key][1]


def filler(facts: Mapping[str, Fact]) -> Fill:
    """Policy variables as far as `facts` fix them."""

    def fill(variable: str) -> tuple[Part, ...] | None:
        key = variable.lower()
        fact = facts.get(key) or facts.get(key.partition("/")[0] + "/")
        if fact is None or fact.source is not Source.FIXED:
            return None
        if fact.values is None:
            return NO_VALUE
        return fact.values[0].parts if len(fact.values) == 1 else None

    return fill


def covers(clause: Clause, name: Name) -> Truth:
    """Whether an element's patterns cover a name; of a `Not…` element, whether none does."""
    found = NO
    for entry in clause.near(name.lead):
        truth = matches(entry[0], name) if len(entry) == 1 else any_of(entry, name)
        if truth is not NO:
            found = truth
            if truth is YES:
                break
    return ~found if clause.negated else found


def _services(clause: Clause) -> frozenset[str] | None:
    """The services that a clause's patterns are limited to, `None` for any."""
    if clause.negated:
        return None
    heads = [pattern.head.partition(":") for entry in clause.entries for pattern in entry]
    return frozenset(head[0] for head in heads) if all(head[1] for head in heads) else None


def any_of(options: tuple[Pattern, ...], name: Name) -> Truth:
    """Whether an entry that is one of several patterns covers a name."""
    truths = {matches(pattern, name) for pattern in options}
    return truths.pop() if len(truths) == 1 else MAYBE


def named(principals: Principals | None, caller: Caller) -> Named:
    """How a statement's `Principal` names a caller.

    No wildcard works inside a principal's ARN; a role session's ARN names one session of the role.
    """
    if principals is None:
        return Named()
    key = id(principals)
    if key not in caller._named:  # noqa: SLF001 (the caller remembers, this module fills it)
        caller._named[key] = (principals, _named(principals, caller))  # noqa: SLF001
    return caller._named[key][1]  # noqa: SLF001


def _named(principals: Principals, caller: Caller) -> Named:
    direct = role = account = NO
    for kind, options in principals.entries:
        if kind not in {"AWS", "*"}:
            continue
        each = [_one(name, caller) for name in options]
        sure = YES if len(each) == 1 else MAYBE
        direct |= reduce(Truth.__or__, (one.direct for one in each)) & sure
        role |= reduce(Truth.__or__, (one.role for one in each)) & sure
        account |= reduce(Truth.__or__, (one.account for one in each)) & sure
    found = Named(direct, role, account)
    return _others(found) if principals.negated else found


def _others(listed: Named) -> Named:
    """`NotPrincipal`: who is listed by account only, or a role without its session, may be hit."""
    if listed.direct is NO:
        return Named(direct=~(listed.anyhow & MAYBE))
    return Named(direct=~listed.direct)


def _one(name: Name, caller: Caller) -> Named:
    if name.code == "*":
        return Named(direct=YES)
    pattern = exactly(name)
    account = matches(pattern, caller.account) | matches(pattern, caller.root)
    own = matches(pattern, caller.arn)
    if not caller.is_role:
        return Named(direct=own, account=account)
    return Named(direct=_session(name, caller), role=own, account=account)


@lru_cache(maxsize=20_000)
def exactly(name: Name) -> Pattern:
    """A name as a pattern that covers nothing else: no wildcard works inside a principal."""
    return compiled(name, wild=False, variables=False)


def _session(name: Name, caller: Caller) -> Truth:
    """`…:assumed-role/<name>/<session>`: whoever assumes the role names the session."""
    before, found, rest = name.code.partition(":assumed-role/")
    role = caller.arn.code.rpartition("/")[2]
    if not found or ":sts:" not in before:
        return NO
    return Truth.of(rest.split("/")[0] == role) & MAYBE


def _filled(statement: Statement, fill: Fill) -> Statement:
    clause = statement.resources
    if clause is None or not clause.variable:
        return statement
    entries = tuple(tuple(pattern.filled(fill) for pattern in entry) for entry in clause.entries)
    if clause.negated and any(pattern.nothing for entry in entries for pattern in entry):
        # What `NotResource` means by a variable without a value is said nowhere.
        statement = replace(statement, truth=statement.truth & MAYBE)
    return replace(statement, resources=Clause(entries, clause.negated))
