"""The cases of a rule in an estate: each target with the places that the rule's needs name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from graph.places import account
from graph.policy.conditions import ABSENT, Fact, Source
from graph.policy.decide import Answer
from graph.policy.documents import Clause
from graph.policy.names import Name, literal
from graph.providers.aws import trust
from graph.providers.aws.access import permission
from graph.providers.aws.attachments import AWS_MANAGED, Attachments
from graph.providers.aws.callers import Principal
from graph.providers.aws.context import target_facts
from graph.providers.aws.escalation.asking import NOBODY, Asker, Binding, Spot
from graph.providers.aws.escalation.choices import Choices
from graph.providers.aws.escalation.rules import PLACES, Need, Rule
from graph.providers.aws.escalation.workloads import Workloads
from graph.providers.aws.identities import present
from graph.providers.aws.shelf import Shelf
from graph.resource import Presence, Resource
from graph.states import state_id
from graph.values import Truth

GROUP = "aws_iam_group"
STATE = "terraform_state"


@dataclass
class Bindings:
    """The cases of each rule, made once and found by what an identity's policies are about."""

    principals: tuple[Principal, ...]
    attachments: Attachments
    choices: Choices
    _made: dict[str, tuple[Need | None, Shelf[Binding]]] = field(default_factory=dict)
    _trusting: dict[str, list[tuple[Principal, Answer]]] = field(default_factory=dict)

    def of(self, rule: Rule, asker: Asker) -> Iterable[Binding]:
        """The cases that the identity's policies may be about."""
        if rule.id not in self._made:
            need, place = _index(rule)
            made = (replace(it, arns=_arns(it, place)) for it in self._cases(rule))
            self._made[rule.id] = need, Shelf(tuple(made))
        need, shelf = self._made[rule.id]
        cases: Iterable[Binding] = shelf.targets
        if need is not None:
            cases = shelf.about(_clauses(need, asker))
        return self._choosing(rule, cases, asker) if rule.chooses else cases

    def _choosing(self, rule: Rule, cases: Iterable[Binding], asker: Asker) -> Iterator[Binding]:
        """Each case with each policy that conditions leave to the caller."""
        chosen = self.choices.of(asker.caller, rule.chooses, rule.choosing)
        own = (NOBODY,) if not rule.target else cases if chosen.known else ()
        for case in own:
            for origin, arn in chosen.known:
                spots = {**case.spots, rule.chooses: Spot((arn,), asker.principal.account)}
                label = f"{origin}, {case.label}" if case.label else origin
                yield replace(case, spots=spots, label=label, detail=origin)

    def _cases(self, rule: Rule) -> Iterator[Binding]:
        for target, truth in self._targets(rule):
            spot = self.spot(target)
            base = Binding(target, {"target": spot}, truth, self._declared_for(rule, target))
            if rule.lacks and self._loads.declared(rule.lacks, target.node):
                continue
            match rule.through:
                case "":
                    yield base
                case "deny":
                    yield from self._denying(base, target)
                case "other group":
                    yield from self._groups(base, target, self._with_policies)
                case "any group":
                    every = present(self.attachments.estate, GROUP)
                    yield from (replace(it, detail="") for it in self._groups(base, target, every))
                case place:
                    yield from self._through(base, target, place)
        if STATE in rule.code:
            yield from self._applied()
        yield from self._workloads(rule)

    def _applied(self) -> Iterator[Binding]:
        """Each role with which Terraform applies a state."""
        by_node = {it.node: it for it in self.principals}
        for at, role, name, sure in self._loads.applied():
            target = by_node.get(role)
            if target is not None:
                words = () if sure is Truth.YES else ("if it applies with this role",)
                spots = {"target": self.spot(target), "code": Spot((name,), account(at))}
                yield Binding(target, spots, Answer(sure, words), label=state_id(at.stack))

    def _targets(self, rule: Rule) -> Iterator[tuple[Principal, Answer]]:
        if rule.workload or rule.code:
            return
        if rule.trusts:
            yield from self._trusting_service(rule.trusts)
            return
        for principal in self.principals:
            if principal.resource is not None and principal.resource.type in rule.target:
                yield principal, _there(principal.resource)

    def _trusting_service(self, service: str) -> list[tuple[Principal, Answer]]:
        if service not in self._trusting:
            self._trusting[service] = list(self._with_service(service))
        return self._trusting[service]

    def _with_service(self, service: str) -> Iterator[tuple[Principal, Answer]]:
        for principal in self.principals:
            role = principal.resource
            if role is None or role.type != "aws_iam_role":
                continue
            if role.mode == "data":
                words = (f"if the role, which is looked up, lets {service} in",)
                yield principal, Answer(Truth.MAYBE, words)
                continue
            policy = trust.trust_policy(role, self.attachments)
            if not policy.known:
                yield principal, Answer(Truth.MAYBE, (f"if the role lets {service} in",))
                continue
            found = [it for it in trust.outsiders(role, policy) if it.actor == f"service:{service}"]
            if found:
                best = max(found, key=lambda it: it.truth)
                answer = Answer(best.truth, best.words, (best.statement,))
                yield principal, answer & _there(role)

    def _workloads(self, rule: Rule) -> Iterator[Binding]:
        by_node = {it.node: it for it in self.principals}
        for found in (it for type_ in rule.workload for it in self._loads.by_type.get(type_, ())):
            target = by_node.get(found.role)
            if target is None:
                continue
            words = () if found.truth is Truth.YES else ("if it runs with this role",)
            truth = Answer(found.truth, words) & _there(found.resource)
            spots = {"target": self.spot(target), "workload": self._at(found.resource)}
            label = found.resource.address
            if not rule.code:
                yield Binding(target, spots, truth, label=label)
                continue
            for holder, arn, sure in self._loads.code(found, rule.code):
                words = () if sure is Truth.YES else (f"if its code lies in {holder.address}",)
                code = {**spots, "code": replace(self._at(holder), arns=(arn,))}
                yield Binding(target, code, truth & Answer(sure, words), label=holder.address)

    def _through(self, base: Binding, target: Principal, place: str) -> Iterator[Binding]:
        """By each group or customer-managed policy of the target, or its boundary's policy."""
        for address, sure in self._having(target, place).items():
            resource = self.attachments.estate.by_address.get(address)
            if resource is not None and resource.mode != "data":
                spots = {**base.spots, place: self._at(resource)}
                words = () if sure is Truth.YES else (f"if {address} is meant",)
                truth = base.truth & Answer(sure, words)
                yield replace(base, spots=spots, truth=truth, label=address)

    def _having(self, target: Principal, place: str) -> Mapping[str, Truth]:
        """The addresses of the target's groups, attached policies, or boundary."""
        assert target.resource is not None, "only what the code declares is a target"
        if place == "group":
            return self.attachments.groups.get(target.node, {})
        every = (
            self.attachments.boundary_given(target.resource)
            if place == "boundary"
            else self.attachments.given(target.node)
        )
        found: dict[str, Truth] = {}
        for each in every:
            sure = min((it.truth for it in each.policy.statements), default=Truth.YES)
            found[each.origin] = found.get(each.origin, Truth.NO) | sure
        return found

    def _groups(
        self, base: Binding, target: Principal, groups: Iterable[Resource]
    ) -> Iterator[Binding]:
        """By each group that the target is not in."""
        own = self.attachments.groups.get(target.node, {})
        for group in groups:
            if own.get(group.address) is not Truth.YES:
                spots = {**base.spots, "group": self._at(group)}
                yield replace(base, spots=spots, label=group.address, detail=group.address)

    def _denying(self, base: Binding, target: Principal) -> Iterator[Binding]:
        """Each policy of the target that denies something, with how it has it."""
        by_address = self.attachments.estate.by_address
        for given in self.attachments.given(target.node):
            if all(item.allow for item in given.policy.statements):
                continue
            resource = by_address.get(given.origin)
            spots = dict(base.spots)
            kinds = {"inline" if given.inline else "attached"}
            if given.group:
                kinds.add("group")
                spots["group"] = self._at(by_address[given.group])
            if resource is not None and resource.mode != "data":
                kinds.add("customer")
                spots["policy"] = self._at(resource)
            elif AWS_MANAGED in given.origin:
                spots["policy"] = Spot((literal(given.origin),), target.account)
            label, kept = given.policy.name, frozenset(kinds)
            yield replace(base, spots=spots, label=label, detail=str(id(given.policy)), kinds=kept)

    def spot(self, target: Principal) -> Spot:
        """An identity as what a call is checked on; its boundary is a condition key."""
        if target.node not in self._spots:
            assert target.resource is not None, "only what the code declares is a target"
            facts = dict(target_facts(target.resource, None, self.attachments.symbols))
            facts["iam:permissionsboundary"] = self._boundary(target.resource)
            self._spots[target.node] = Spot((target.caller.arn,), target.account, facts)
        return self._spots[target.node]

    def _boundary(self, resource: Resource) -> Fact:
        value = resource.get("permissions_boundary")
        if value is None or value == "":
            return ABSENT if resource.mode != "data" else Fact(Source.OPEN)
        names = self.attachments.symbols.names(value)
        return Fact(Source.FIXED, names) if len(names) == 1 else Fact(Source.OPEN)

    def _at(self, resource: Resource) -> Spot:
        if resource.address not in self._spots:
            symbols = self.attachments.symbols
            facts = target_facts(resource, symbols.account(resource), symbols)
            self._spots[resource.address] = Spot(symbols.arns(resource), account(resource), facts)
        return self._spots[resource.address]

    def _declared_for(self, rule: Rule, target: Principal) -> Mapping[str, Truth]:
        every = {each.declared for need in rule.needs for each in need.parts() if each.declared}
        return {type_: self._loads.declared(type_, target.node) for type_ in every}

    @cached_property
    def taken(self) -> frozenset[str]:
        """The ARNs of identities and workloads that are there."""
        loads = (it.resource for rows in self._loads.by_type.values() for it in rows)
        arns = (arn for it in loads for arn in self.attachments.symbols.arns(it))
        own = (it.caller.arn for it in self.principals)
        return frozenset(arn.code for arn in (*own, *arns) if arn.code)

    @cached_property
    def _spots(self) -> dict[str, Spot]:
        return {}

    @cached_property
    def _loads(self) -> Workloads:
        return Workloads(self.attachments)

    @cached_property
    def _with_policies(self) -> tuple[Resource, ...]:
        every = present(self.attachments.estate, GROUP)
        return tuple(it for it in every if any(True for _ in self.attachments.of_group(it.address)))


def _there(resource: Resource) -> Answer:
    if resource.presence is Presence.CERTAIN:
        return Answer(Truth.YES)
    return Answer(Truth.MAYBE, (f"if {resource.address} is there",))


def _index(rule: Rule) -> tuple[Need | None, str]:
    """The place by which cases are found, and the need all of whose calls name it."""
    for need in rule.needs:
        calls = [each for each in need.calls() if not each.given]
        for place in calls[0].on if calls else ():
            if place in PLACES and all(place in each.on for each in calls):
                return need, place
    return None, ""


def _arns(binding: Binding, place: str) -> tuple[Name, ...]:
    return binding.spots[place].arns if place in binding.spots else ()


def _clauses(need: Need, asker: Asker) -> Iterator[Clause]:
    for each in need.calls():
        for item, _ in asker.caller.identity.on(permission(each.call)):
            if item.allow and item.resources is not None:
                yield item.resources
