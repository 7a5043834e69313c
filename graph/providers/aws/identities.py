"""IAM users, roles and access keys as nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graph import identities
from graph.estate import Estate
from graph.facts import Facts
from graph.model import Edge, EdgeKind, Evidence, Kind, Node, Scope
from graph.places import account, region, text
from graph.problems import Problem, ProblemKind
from graph.references import References, references_of, spelled
from graph.resource import Presence, Resource
from graph.tags import known_tags

PRINCIPALS = {"aws_iam_user": "aws/iam-user", "aws_iam_role": "aws/iam-role"}
KEY = "aws_iam_access_key"


def describe(estate: Estate, of_aws: Mapping[str, str]) -> Facts:
    """One node an identity and key; a key opens its user. `of_aws`: roles that AWS alone uses."""
    references = references_of(estate)
    nodes = [_identity(resource, of_aws) for resource in principals(estate)]
    edges: list[Edge] = []
    for key in present(estate, KEY):
        nodes.append(_key(key))
        edges.extend(_opens(key, references))
    problems = [_unseen(resource) for resource in principals(estate) if resource.mode == "data"]
    return Facts(tuple(nodes), tuple(edges), problems=tuple(problems))


def principals(estate: Estate) -> Iterator[Resource]:
    """Users and roles, those of data sources included where the run has them nowhere else."""
    for type_ in PRINCIPALS:
        own = list(present(estate, type_))
        yield from own
        known = {spelled(identities.of(item, "arn"), item) for item in own}
        for item in present(estate, f"data.{type_}"):
            if spelled(identities.of(item, "arn"), item) not in known:
                yield item


def present(estate: Estate, *types: str) -> Iterator[Resource]:
    """Resources that exist or may exist."""
    return (item for item in estate.of_type(*types) if item.presence is not Presence.LATENT)


def _identity(resource: Resource, of_aws: Mapping[str, str]) -> Node:
    name = text(resource.get("name") or resource.get("user_name"))
    arn = text(identities.of(resource, "arn"))
    return Node(
        resource.address,
        Kind.IDENTITY,
        PRINCIPALS[resource.type],
        name if name.strip("*") else resource.name,
        _scope(resource),
        resource.location,
        paths=(arn,) if arn.strip("*") else (),
        tags=known_tags(resource),
        facts={"used_by_aws": of_aws[resource.address]} if resource.address in of_aws else {},
    )


def _key(key: Resource) -> Node:
    return Node(
        key.address, Kind.CREDENTIAL, "aws/access-key", key.address, _scope(key), key.location
    )


def _opens(key: Resource, references: References) -> Iterator[Edge]:
    user = key.get("user")
    for address, truth in references.resolve(user, ["aws_iam_user"], key).items():
        why = Evidence(f"{key.address} is an access key of {address}", key.place("user"))
        yield Edge(key.address, address, EdgeKind.OPENS, (why,), truth)


def _scope(resource: Resource) -> Scope:
    return Scope("aws", account(resource), region=region(resource), stack=resource.stack.id)


def _unseen(resource: Resource) -> Problem:
    return Problem(
        ProblemKind.UNRESOLVED,
        resource.address,
        "it is looked up, so its own policies are not in this code",
        "only what this code attaches to it is known of its reach",
        resource.location,
    )
