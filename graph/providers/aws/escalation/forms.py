"""What an identity becomes: with policies of somebody's choice, without a guardrail, in a group.

With any policy it has all that its permissions boundary and those denies leave that nobody takes
off. Where neither is left, all such identities of an account are one: whatever the account allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from graph.model import Kind, Node, NodeId, Place, Scope
from graph.policy.callers import Book, Caller, bound, named
from graph.policy.conditions import Fact, Source
from graph.policy.documents import Policy, Statement, everything
from graph.policy.globs import Pattern, Variable, matches
from graph.policy.names import Name, literal
from graph.providers.aws.attachments import Attachments, Given
from graph.providers.aws.callers import Principal
from graph.providers.aws.identities import present
from graph.providers.aws.sides import Sides
from graph.providers.aws.trust import trust_policy
from graph.values import Truth

_ANY = everything("a policy of the caller's choice")
_TAGS = "aws:principaltag/"
_FIXED = ("aws:principalarn", "aws:username", "aws:userid", _TAGS)


@dataclass(frozen=True, eq=False)
class Form:
    """An identity in one state. `base` is the identity itself; `raised`: it has any policy;
    `lifted`: the policies taken off it; `groups`: those that it was added to; `attached`: managed
    policies that it was given; `tagged`: its tags are the caller's choice.
    """

    principal: Principal
    base: Principal
    raised: bool = False
    bounded: bool = False
    lifted: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    attached: frozenset[str] = frozenset()
    tagged: bool = False

    @property
    def node(self) -> NodeId:
        """The node of the graph that stands for it."""
        return self.principal.node


@dataclass
class Forms:
    """Every form that some rule leads to."""

    attachments: Attachments
    sides: Sides
    made: dict[NodeId, Form] = field(default_factory=dict)
    nodes: dict[NodeId, Node] = field(default_factory=dict)

    def own(self, principal: Principal) -> Form:
        """An identity as it is."""
        caller = principal.caller
        return Form(principal, principal, bounded=caller.boundary is not None or caller.vague)

    def after(self, form: Form, effect: str, details: frozenset[str]) -> Form | None:
        """What an effect of a rule makes of a form, `None` where it changes nothing.

        Of groups and denies a form has one, or several at once: not all combinations are tried.
        """
        match effect:
            case "grant" if not form.raised:
                changed = replace(form, raised=True, groups=frozenset(), attached=frozenset())
            case "lift_boundary" if form.bounded:
                changed = replace(form, bounded=False)
            case "lift_denies" if _more(form.lifted, details):
                changed = replace(form, lifted=form.lifted | details)
            case "join" if not form.raised and _more(form.groups, details):
                changed = replace(form, groups=form.groups | details)
            case "attach" if not form.raised and _more(form.attached, details):
                changed = replace(form, attached=form.attached | details)
            case "tag" if not form.tagged and self._minds_tags(form):
                changed = replace(form, tagged=True)
            case _:
                return None
        return changed

    def fresh(self, form: Form) -> bool:
        """Whether nothing led to such a form before."""
        return not self._like_all(form) and self._id(form) not in self.made

    def anything(self, account: Place, like: Principal, within: str = "") -> Form:
        """Whatever an account allows to an identity that nothing, or one boundary, holds back."""
        name = like.caller.account
        node = f"aws:{name.shown}:any-policy" + (f":within({within})" if within else "")
        if node not in self.made:
            caller = self._nobody(like)
            if within:
                limit = self.attachments.by_origin(within)
                book = bound(Book(limit.statements if limit else ()), caller.fill)
                caller = replace(caller, id=node, boundary=book, _named={})
            principal = Principal(node, caller, account)
            self.made[node] = Form(principal, principal, raised=True, bounded=bool(within))
            what = f"an identity with any policy in account {name.shown}"
            what += f" within {within}" if within else ""
            self.nodes[node] = _node(node, what, account)
        return self.made[node]

    def _nobody(self, like: Principal) -> Caller:
        """An identity of the same account that no policy of a resource knows, with any policy."""
        name = like.caller.account
        if name.code not in self._others:
            arn = literal("arn:aws:iam::") + name + ":role/any-policy"
            facts = {"aws:principalarn": Fact(Source.FIXED, (arn,))}
            facts["aws:principalaccount"] = Fact(Source.FIXED, (name,))
            node = f"aws:{name.shown}:any-policy"
            levels = like.caller.organization
            identity = Book(_ANY.statements)
            caller = Caller(node, "role", arn, name, identity, facts=facts, organization=levels)
            self._others[name.code] = caller
        return self._others[name.code]

    def unlimited(self, form: Form) -> bool:
        """Whether it has any policy and nothing holds it back."""
        return form.raised and self.unhindered(form)

    def unhindered(self, form: Form) -> bool:
        """Whether neither a boundary nor a deny holds it back."""
        return not form.bounded and not self._denies(form)

    def plain(self, principal: Principal) -> bool:
        """Whether no policy of a resource tells this identity from the others of its account."""
        if principal.node not in self._plain:
            other = self._nobody(principal)
            levels = principal.caller.organization
            limits = (it for level in levels for it in level.statements if _tells(it))
            self._plain[principal.node] = not any(
                _knows(item, principal.caller, other) for item in (*self._telling, *limits)
            )
        return self._plain[principal.node]

    def _like_all(self, form: Form) -> bool:
        return self.unlimited(form) and self.plain(form.base)

    def _id(self, form: Form) -> NodeId:
        return f"{form.base.node}#{self._label(form)}"

    def make(self, form: Form) -> Form:
        """A form as a caller of its own, once."""
        base = form.base
        if self._like_all(form):
            return self.anything(base.account, base)
        node = self._id(form)
        if node not in self.made:
            caller = replace(
                base.caller,
                id=node,
                identity=bound(Book(tuple(self._statements(form))), base.caller.fill),
                boundary=base.caller.boundary if form.bounded else None,
                vague=base.caller.vague and form.bounded,
                facts=_retagged(base.caller.facts) if form.tagged else base.caller.facts,
                _named={},
            )
            self.made[node] = replace(form, principal=Principal(node, caller, base.account))
            self.nodes[node] = _node(node, f"{base.node} {self._words(form)}", base.account)
        return self.made[node]

    def _statements(self, form: Form) -> list[Statement]:
        policies = [it for it in self._given(form) if str(id(it.policy)) not in form.lifted]
        found = [
            item
            for given in policies
            for item in given.policy.statements
            if not (item.allow and form.raised)
        ]
        return [*(_ANY.statements if form.raised else ()), *found]

    def _minds_tags(self, form: Form) -> bool:
        """Whether other tags could give it more, in its own policies or in those of resources."""
        limit = self.attachments.boundary(form.base.resource) if form.base.resource else None
        bounds = (item for policy in limit or () for item in policy.statements)
        own = (*self._statements(form), *(bounds if form.bounded else ()), *self._telling)
        return any(map(_by_tags, own))

    def _denies(self, form: Form) -> list[Statement]:
        return [item for item in self._statements(form) if not item.allow]

    def _given(self, form: Form) -> list[Given]:
        own = list(self.attachments.given(form.base.node))
        for group in sorted(form.groups):
            own.extend(Given(it, False, "", group) for it in self.attachments.of_group(group))
        for origin in sorted(form.attached):
            policy = self.attachments.by_origin(origin)
            own.extend([Given(policy, False, origin)] if policy else [])
        return own

    def _label(self, form: Form) -> str:
        names = self._names(form)
        parts = [
            "any-policy" if form.raised else "",
            "no-boundary" if self._freed(form) else "",
            f"without({','.join(names)})" if names else "",
            f"in({','.join(sorted(form.groups))})" if form.groups else "",
            f"with({','.join(sorted(form.attached))})" if form.attached else "",
            "any-tags" if form.tagged else "",
        ]
        return "+".join(filter(None, parts))

    def _words(self, form: Form) -> str:
        names = self._names(form)
        parts = [
            "with any policy" if form.raised else "",
            "without its boundary" if self._freed(form) else "",
            f"without {', '.join(names)}" if names else "",
            f"in {', '.join(sorted(form.groups))}" if form.groups else "",
            f"with {', '.join(sorted(form.attached))}" if form.attached else "",
            "with any tags" if form.tagged else "",
        ]
        return " and ".join(filter(None, parts))

    def _freed(self, form: Form) -> bool:
        return self.own(form.base).bounded and not form.bounded

    def _names(self, form: Form) -> list[str]:
        every: dict[str, Policy] = {
            str(id(it.policy)): it.policy for it in self.attachments.given(form.base.node)
        }
        return sorted(every[key].name for key in form.lifted if key in every)

    @cached_property
    def _others(self) -> dict[str, Caller]:
        return {}

    @cached_property
    def _plain(self) -> dict[NodeId, bool]:
        return {}

    @cached_property
    def _telling(self) -> tuple[Statement, ...]:
        """Statements of resources' policies that tell callers apart by more than their account."""
        books = (self.sides.of(address) for address in self.sides.documents)
        found = [item for side in books if side for item in side.book.statements]
        for role in present(self.attachments.estate, "aws_iam_role"):
            found.extend(trust_policy(role, self.attachments).statements)
        return tuple({id(item): item for item in found if _tells(item)}.values())


def _retagged(facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    free = Fact(Source.CHOSEN)
    return {key: free if key.startswith(_TAGS) else fact for key, fact in facts.items()}


def _by_tags(item: Statement) -> bool:
    """Whether a statement depends on the tags of who asks."""
    if any(test.key.lower().startswith(_TAGS) for test in item.tests):
        return True
    patterns = [p for test in item.tests for entry in test.values for p in entry]
    if item.resources is not None:
        patterns.extend(p for entry in item.resources.entries for p in entry)
    return any(
        isinstance(token, Variable) and token.name.lower().startswith(_TAGS)
        for pattern in patterns
        for token in pattern.tokens
    )


def _more(has: frozenset[str], details: frozenset[str]) -> bool:
    return not details <= has and (not has or len(details) > 1)


def _tells(item: Statement) -> bool:
    principals = item.principals
    if principals is not None and (
        principals.negated
        or any(
            kind in {"AWS", "*"} and any(not _whole(name) for name in names)
            for kind, names in principals.entries
        )
    ):
        return True
    return any(test.key.lower().startswith(_FIXED) for test in item.tests)


def _whole(name: Name) -> bool:
    """Whether a principal's name means everybody, or an account."""
    return name.code == "*" or name.code.endswith(":root") or name.code.isdigit()


def _knows(item: Statement, caller: Caller, other: Caller) -> bool:
    """Whether a statement is about the one and not, or less surely, about the other."""
    one, least = named(item.principals, caller), named(item.principals, other)
    if one.role | one.direct is not least.role | least.direct:
        return True
    return any(
        _tested(test.key, test.values, caller) is not _tested(test.key, test.values, other)
        for test in item.tests
        if test.key.lower().startswith(_FIXED)
    )


def _tested(key: str, values: tuple[tuple[Pattern, ...], ...], caller: Caller) -> Truth:
    fact = caller.facts.get(key.lower())
    if fact is None or fact.source is not Source.FIXED or not fact.values:
        return Truth.NO
    patterns = [pattern.filled(caller.fill) for entry in values for pattern in entry]
    each = (matches(pattern, name) for pattern in patterns for name in fact.values)
    return max(each, default=Truth.NO)


def _node(id_: NodeId, name: str, account: Place) -> Node:
    return Node(id_, Kind.POWER, "aws/any-policy", name, Scope("aws", account))
