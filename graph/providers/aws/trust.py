"""Who may become a role: identities by ASSUMES edges, all outside IAM as actors that hold it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from graph.estate import Estate
from graph.facts import Facts
from graph.model import Edge, EdgeKind, Evidence, Kind, Node, Scope
from graph.openings import Opening, Reaches
from graph.places import account, same
from graph.policy.callers import Book, book, covers, named
from graph.policy.conditions import Fact, Lookup, Source, hold
from graph.policy.decide import Request, ResourcePolicy, decide
from graph.policy.documents import Policy, Statement, Test
from graph.policy.names import Name
from graph.providers.aws.access import evidence, permission
from graph.providers.aws.attachments import Attachments
from graph.providers.aws.callers import Principal
from graph.providers.aws.context import lookup
from graph.providers.aws.entrances import entrances, facts_of
from graph.providers.aws.identities import present
from graph.providers.aws.organization import RCP, Organization, controlling
from graph.providers.aws.written import written
from graph.resource import Resource
from graph.tables import table
from graph.values import Truth

ASSUME = "sts:AssumeRole"
BY_KIND = {
    "AWS": ASSUME,
    "Service": ASSUME,
    "Federated": "sts:AssumeRoleWithWebIdentity",
    "SAML": "sts:AssumeRoleWithSAML",
}
ANYONE = "anyone"
WORLD = Opening(
    Reaches.ANYBODY,
    "every identity of every AWS account",
    "the ARNs of those who are meant, or aws:PrincipalOrgID limited to your organization",
)
_ACCOUNT = re.compile(r"(?:arn:[a-z-]+:iam::)?(\d{12})(?::root)?")


@dataclass(frozen=True)
class Trusted:
    """One who a trust policy lets in from outside IAM: an actor's id, how sure, when."""

    actor: str
    truth: Truth
    words: tuple[str, ...]
    statement: Statement
    opening: Opening | None = None
    test: Test | None = None


def trust_policy(role: Resource, attachments: Attachments) -> Policy:
    """The trust policy of a role."""
    document = role.get("assume_role_policy")
    name = f"trust policy of {role.address}"
    return attachments.document(role, "assume_role_policy", document, name)


def describe(estate: Estate, attachments: Attachments) -> Facts:
    """Actors that hold a role because its trust policy says so."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for role in present(estate, "aws_iam_role"):
        for one in outsiders(role, trust_policy(role, attachments)):
            nodes.setdefault(one.actor, _actor(one, role))
            edges.append(_holds(one, role, attachments))
    return Facts(tuple(nodes.values()), tuple(edges), problems=tuple(attachments.problems))


def assumes(
    principals: Iterable[Principal], attachments: Attachments, organization: Organization
) -> Iterator[Edge]:
    """Which identities of the estate may become which roles."""
    known = tuple(principals)
    for target in known:
        if target.resource is None or not target.caller.is_role or target.resource.mode == "data":
            continue
        trust = trust_policy(target.resource, attachments)
        if not _names_identities(trust):
            continue
        side = ResourcePolicy(book([trust]), mandatory=True, vague=not trust.known)
        levels = controlling(ASSUME, organization.limits(RCP, target.account))
        for source in known:
            if source is not target and _worth_asking(source, side):
                yield from _assumes(source, target, side, levels)


def outsiders(role: Resource, trust: Policy) -> Iterator[Trusted]:
    """Services, federated identities and foreign accounts of a trust policy."""
    for statement in trust.statements:
        if not statement.allow or statement.principals is None or statement.principals.negated:
            continue
        for kind, options in statement.principals.entries:
            for name in options:
                sure = Truth.YES if len(options) == 1 else Truth.MAYBE
                found = _one(kind, name, statement, role, sure)
                yield from (_refused(it, trust) for it in found) if kind != "Service" else found


def _refused(one: Trusted, trust: Policy) -> Trusted:
    """One who comes from outside, where a Deny of the same policy may be about him."""
    calls = {permission(call) for call in BY_KIND.values()}
    for statement in trust.statements:
        who = statement.principals
        kinds = {kind for kind, _ in who.entries} if who and not statement.allow else set()
        if kinds - {"Service"} and any(covers(statement.actions, call) for call in calls):
            words = (*one.words, "unless a Deny of the trust policy is about it")
            return replace(one, truth=one.truth & Truth.MAYBE, words=words)
    return one


def runs_code(actor: str) -> bool:
    """Whether a service runs its customer's code, so that whoever controls that has the role."""
    service = actor.removeprefix("service:").partition(".amazonaws.")[0]
    return service in table("aws", "federation")["code"]["services"]


def of_aws_services(estate: Estate, attachments: Attachments) -> Mapping[str, str]:
    """Roles that only services of AWS use, which run no code of their customer: by which."""
    found: dict[str, str] = {}
    for role in present(estate, "aws_iam_role"):
        trust = trust_policy(role, attachments)
        actors = [one.actor for one in outsiders(role, trust)]
        services = [it for it in actors if ".amazonaws." in it and not runs_code(it)]
        if services and len(services) == len(actors) and not _names_identities(trust):
            found[role.address] = ", ".join(it.removeprefix("service:") for it in services)
    return found


def _names_identities(trust: Policy) -> bool:
    """Whether it is worth asking for each identity."""
    listed = (item.principals for item in trust.statements if item.allow and item.principals)
    return not trust.known or any(
        each.negated or any(kind in {"AWS", "*"} for kind, _ in each.entries) for each in listed
    )


def _worth_asking(source: Principal, side: ResourcePolicy) -> bool:
    """Who is not named needs a permission of his own."""
    if source.caller.identity.allows_in("sts"):
        return True
    return side.names_callers and (
        side.vague or any(named(it.principals, source.caller).anyhow for it in side.book.statements)
    )


def _assumes(
    source: Principal, target: Principal, side: ResourcePolicy, levels: tuple[Book, ...]
) -> Iterator[Edge]:
    facts = lookup(source.caller.facts, {}, ASSUME)
    request = Request(permission(ASSUME), target.caller.arn, facts, levels)
    together = same(source.account, target.account)
    answer = decide(source.caller, request, side, together)
    if answer.truth:
        why = tuple(evidence(answer, request.permission, request.resource))
        yield Edge(
            source.node,
            target.node,
            EdgeKind.ASSUMES,
            why,
            answer.truth,
            calls=(ASSUME,),
            condition=" and ".join(answer.words),
            guesses=answer.guesses,
        )


def _one(
    kind: str, name: Name, statement: Statement, role: Resource, sure: Truth
) -> Iterator[Trusted]:
    text = name.shown
    saml = ":saml-provider/" in text
    call = BY_KIND.get("SAML" if saml else kind, ASSUME)
    truth = covers(statement.actions, permission(call)) & statement.truth & sure
    if not truth:
        return
    if kind == "Service":
        yield _trusted(f"service:{text}", statement, truth, _of_service)
    elif kind == "Federated" and saml:
        actor = f"human:saml:{text.rpartition('/')[2]}"
        yield _trusted(actor, statement, truth, _of_saml)
    elif kind == "Federated":
        host = text.partition("oidc-provider/")[2] or text
        facts = facts_of(host, statement)
        for one in entrances(host, statement):
            found = _trusted(one.actor, statement, truth & one.truth, facts)
            words = tuple(dict.fromkeys((*one.words, *found.words)))
            yield replace(found, words=words, opening=one.opening, test=one.test)
    else:
        yield from _foreign(text, statement, role, truth)


def _foreign(text: str, statement: Statement, role: Resource, truth: Truth) -> Iterator[Trusted]:
    if text == "*":
        yield replace(_trusted(ANYONE, statement, truth, _of_foreigner), opening=WORLD)
        return
    one = _ACCOUNT.fullmatch(text)
    own = same(one[1], account(role)) if one else Truth.YES
    if one and own is not Truth.YES:
        certain = Truth.YES if own is Truth.NO else Truth.MAYBE
        yield _trusted(f"account:{one[1]}", statement, truth & certain, _of_foreigner)


def _trusted(actor: str, statement: Statement, truth: Truth, facts: Lookup) -> Trusted:
    held = hold(statement.tests, facts, lambda _: None, deny=False)
    return Trusted(actor, truth & held.truth, held.words, statement)


def _of_service(key: str) -> Fact:
    """The service calls for whoever uses it: the source it names is that user's."""
    return Fact(Source.CHOSEN if key.lower().startswith("aws:source") else Source.OPEN)


def _of_saml(key: str) -> Fact:
    return Fact(Source.CHOSEN if key.lower() in {"saml:aud", "saml:iss"} else Source.OPEN)


def _of_foreigner(key: str) -> Fact:
    return lookup({}, {}, ASSUME)(key)


def _actor(one: Trusted, role: Resource) -> Node:
    kind = one.actor.partition(":")[0]
    facts = one.opening.facts() if one.opening else {}
    type_ = f"actor/{kind}"
    return Node(one.actor, Kind.ACTOR, type_, one.actor, Scope(""), role.location, facts=facts)


def _holds(one: Trusted, role: Resource, attachments: Attachments) -> Edge:
    text = f"{one.statement.policy} lets {one.actor} use the role"
    why = Evidence(text, written(one.test, role, attachments) or one.statement.location)
    return Edge(
        one.actor,
        role.address,
        EdgeKind.HOLDS,
        (why,),
        one.truth,
        condition=" and ".join(one.words),
    )
