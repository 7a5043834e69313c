"""AWS: IAM identities and what their policies let them do to stores, copies, keys and secrets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from graph.estate import Estate
from graph.facts import Facts
from graph.model import Edge, Node, NodeId
from graph.problems import Problem
from graph.providers import Provider
from graph.providers.aws import accounts, identities, identity_center, public, trust
from graph.providers.aws.access import access
from graph.providers.aws.attachments import Attachments
from graph.providers.aws.callers import Principal, callers
from graph.providers.aws.clusters import Clusters
from graph.providers.aws.escalation.closure import escalated, nodes
from graph.providers.aws.escalation.unfollowed import unfollowed
from graph.providers.aws.granted import granted
from graph.providers.aws.narrowing import narrowing
from graph.providers.aws.organization import Organization
from graph.providers.aws.sides import Sides
from graph.providers.aws.symbols import Symbols
from graph.providers.aws.targets import targets
from graph.references import references_of
from graph.store import Graph


def describe(estate: Estate) -> Facts:
    """Users, roles, keys, and the actors outside IAM that a trust policy lets in."""
    attachments = _attachments(estate)
    trusted = Clusters(attachments).named(trust.describe(estate, attachments))
    everybody = public.describe(Sides(attachments))
    found = identities.describe(estate, trust.of_aws_services(estate, attachments))
    workforce = identity_center.describe(attachments)
    return Facts(
        (*found.nodes, *trusted.nodes, *everybody.nodes, *workforce.nodes),
        (*found.edges, *trusted.edges, *workforce.edges),
        problems=(*found.problems, *trusted.problems, *workforce.problems),
    )


def connect(estate: Estate, graph: Graph) -> Iterator[Node | Edge | Problem]:
    """What every identity may do and become by its policies; what was not understood of them."""
    attachments = _attachments(estate)
    organization = Organization(attachments)
    principals = (
        *callers(attachments, organization),
        *identity_center.callers(attachments, organization),
    )
    sides = Sides(attachments)
    closure = escalated(principals, attachments, sides)
    everyone = (*principals, *closure.principals)
    reached = tuple(targets(graph, attachments.symbols, sides, organization))
    yield from accounts.contents(estate, graph)
    yield from nodes(closure)
    yield from closure.edges
    yield from access(everyone, reached)
    yield from public.public(reached, sides)
    yield from granted(estate, attachments, reached)
    known = (it for it in principals if it.node not in closure.free and not _of_aws(graph, it))
    yield from unfollowed(known, closure.bindings.choices)
    yield from _with_owners(principals, attachments)
    by_node = {it.node: it for it in everyone}
    assumed = trust.assumes(everyone, attachments, organization)
    for edge in (*assumed, *Clusters(attachments).edges()):
        source, target = by_node.get(edge.source), by_node.get(edge.target)
        if source and target and closure.adds(source, target):
            yield edge


def _of_aws(graph: Graph, principal: Principal) -> bool:
    """A role that AWS's own services alone use gives itself nothing."""
    node = graph.nodes.get(principal.node)
    return node is not None and "used_by_aws" in node.facts


def _with_owners(principals: Iterable[Principal], attachments: Attachments) -> Iterator[Problem]:
    """The gaps in policies, each with the identities that have a policy read only in part."""
    owners: defaultdict[str, list[NodeId]] = defaultdict(list)
    for principal in principals:
        for name in dict.fromkeys(it.name for it in principal.policies if not it.whole):
            owners[name].append(principal.node)
    for problem, name in attachments.problems.items():
        yield replace(problem, whose=tuple(owners.get(name, ())))


def _attachments(estate: Estate) -> Attachments:
    references = references_of(estate)
    return Attachments(estate, Symbols(estate), references)


PROVIDER = Provider("aws", ("aws_",), describe, connect, narrowing)
