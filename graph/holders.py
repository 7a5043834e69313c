"""Who can use a credential: where it lies, who reads that place, and what it leads on to.

Whoever can read a place holds everything that lies there. A file of the repository is read by
everyone with a checkout, unless the grants file names the readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from graph.estate import Estate
from graph.facts import Facts
from graph.grants import Actor, Credential, NamedResource, Placement
from graph.kinds import kind_of
from graph.model import Edge, EdgeKind, Environment, Evidence, Kind, Node, NodeId, Scope, Store
from graph.problems import Problem, ProblemKind
from graph.selectors import selects
from graph.store import Graph
from graph.stores import holds_data, undo_of
from graph.values import Truth

CHECKOUT = {
    "human:developers": "everyone with a checkout of the repository",
    "ci:checkout": "every CI job that checks the repository out",
    "agent:coding-agents": "coding agents that work in a checkout",
}
_CONTAINERS = {"project": Kind.CONTAINER, "workspace": Kind.CONTAINER}


def describe(estate: Estate) -> Facts:
    """Nodes for credentials, the places that hold them and the actors who can read those."""
    grants = estate.grants
    nodes: dict[NodeId, Node] = {}
    for credential in grants.credentials:
        nodes[credential.id] = _credential(credential)
        for placement in credential.held_in:
            nodes.setdefault(placement.at, _place(placement))
        for actor in credential.held_by:
            nodes.setdefault(actor, _actor(actor))
        for placement in credential.held_in:
            for reader, _ in readers(placement, estate):
                nodes.setdefault(reader, _actor(reader))
    for declared in grants.actors:
        nodes[declared.id] = _actor(declared.id, declared)
    for named in grants.resources:
        nodes.setdefault(named.id, _named(named))
    stores = [
        Store(node.id, node.type, undo=undo_of(node.type, estate.today))
        for node in nodes.values()
        if node.kind is Kind.STORE
    ]
    return Facts(nodes=tuple(nodes.values()), stores=tuple(stores))


def connect(estate: Estate, graph: Graph) -> Iterator[Edge | Problem]:
    """Actors read places, places hold credentials, credentials open and obtain others."""
    for credential in estate.grants.credentials:
        if credential.id not in graph.nodes:
            continue
        for placement in credential.held_in:
            yield _holds(placement, credential)
            for reader, evidence in readers(placement, estate):
                yield Edge(reader, placement.at, EdgeKind.READS, (evidence,))
        for actor in credential.held_by:
            evidence = Evidence(f"{actor} holds {credential.id}", credential.location)
            for holder, why in _with_heirs([(actor, evidence)], estate):
                yield Edge(holder, credential.id, EdgeKind.HOLDS, (why,))
        yield from _leads_on(credential, graph)


def readers(placement: Placement, estate: Estate) -> Iterable[tuple[NodeId, Evidence]]:
    """Who can read a place, with why; an agent that runs as somebody reads what that one reads."""
    return _with_heirs(_readers(placement, estate), estate)


def _with_heirs(
    found: Iterable[tuple[NodeId, Evidence]], estate: Estate
) -> Iterable[tuple[NodeId, Evidence]]:
    reached = dict(found)
    pending = list(reached)
    while pending:
        owner = pending.pop()
        for actor in estate.grants.actors:
            if actor.runs_as == owner and actor.id not in reached:
                reached[actor.id] = Evidence(f"{actor.id} runs as {owner}", actor.location)
                pending.append(actor.id)
    return reached.items()


def _readers(placement: Placement, estate: Estate) -> Iterable[tuple[NodeId, Evidence]]:
    if placement.readers is not None:
        why = Evidence(f"the grants file names the readers of {placement.at}", placement.location)
        return [(reader, why) for reader in placement.readers]
    if is_repository_file(placement.at):
        return _of_checkout(placement, estate)
    return [
        (actor.id, Evidence(f"{actor.id} can read {placement.at}", actor.location))
        for actor in estate.grants.actors
        if actor.reads is not None and _matches(placement.at, actor.reads)
    ]


def is_repository_file(at: str) -> bool:
    """Whether a placement is a path of this repository."""
    scheme, colon, _ = at.partition(":")
    return not (colon and "/" not in scheme and "." not in scheme)


def _of_checkout(placement: Placement, estate: Estate) -> Iterable[tuple[NodeId, Evidence]]:
    grants = estate.grants
    path = placement.at.split("#", 1)[0]
    if grants.default_readers is not None:
        text = f"the grants file says who reads files of this repository, {path} among them"
        found = dict.fromkeys(grants.default_readers, text)
    else:
        found = {
            actor: f"{path} is a file of the repository: {who}" for actor, who in CHECKOUT.items()
        }
    for actor in grants.actors:
        if actor.reads is None or _matches(placement.at, actor.reads):
            found[actor.id] = f"{path} is a file of the repository that {actor.id} works in"
    return [(actor, Evidence(text, placement.location)) for actor, text in found.items()]


def _matches(at: str, patterns: Iterable[str]) -> bool:
    path = at.split("#", 1)[0]
    return any(fnmatchcase(at, pattern) or fnmatchcase(path, pattern) for pattern in patterns)


def _credential(credential: Credential) -> Node:
    facts = {"purpose": credential.purpose or ""}
    if credential.expires:
        facts["expires"] = credential.expires
    if credential.assumed:
        facts["assumed"] = "; ".join(credential.assumed)
    return Node(
        credential.id,
        Kind.CREDENTIAL,
        credential.kind,
        credential.id,
        Scope(credential.kind.split("/", 1)[0]),
        credential.location,
        facts={key: value for key, value in facts.items() if value},
    )


def _place(placement: Placement) -> Node:
    return Node(placement.at, Kind.PLACE, "place", placement.at, Scope(""), placement.location)


def _actor(id_: str, declared: Actor | None = None) -> Node:
    facts: dict[str, str] = {"who": CHECKOUT[id_]} if id_ in CHECKOUT else {}
    if declared is not None:
        facts["approval"] = declared.approval
    kind = id_.split(":", 1)[0]
    location = declared.location if declared else None
    return Node(id_, Kind.ACTOR, f"actor/{kind}", id_, Scope(""), location, facts=facts)


def _named(named: NamedResource) -> Node:
    """A resource of the grants file: data where the tables say so, else by its last word."""
    vendor, word = named.type.split("/", 1)[0], named.type.rsplit("/", 1)[-1]
    kind = Kind.STORE if holds_data(named.type) else _CONTAINERS.get(word, Kind.RESOURCE)
    also = named.also_in_envs
    return Node(
        named.id,
        kind,
        named.type,
        named.id.rsplit("/", 1)[-1],
        Scope(vendor, account=named.account, region=named.region),
        named.location,
        environment=Environment(None, Truth.MAYBE, 0.0, "", also_in=also) if also else None,
        tags=named.tags,
        facts={"what": word.replace("-", " ")} if kind is Kind.STORE else {},
    )


def _holds(placement: Placement, credential: Credential) -> Edge:
    text = f"{credential.id} lies in {placement.at}"
    where = placement.location or credential.location
    return Edge(placement.at, credential.id, EdgeKind.HOLDS, (Evidence(text, where),))


def _leads_on(credential: Credential, graph: Graph) -> Iterator[Edge | Problem]:
    for other in credential.becomes:
        if other in graph.nodes:
            text = f"the grants file says that {credential.id} leads to {other}"
            evidence = (Evidence(text, credential.location),)
            yield Edge(credential.id, other, EdgeKind.OBTAINS, evidence)
        else:
            yield _missing(credential, f"it leads to {other}, which no entry declares")
    if credential.declared_as is None:
        return
    kind = kind_of(credential.kind)
    found = [
        node
        for node in graph.nodes.values()
        if node.kind in {Kind.IDENTITY, Kind.CREDENTIAL}
        and node.id != credential.id
        and selects((credential.declared_as,), node) is Truth.YES
    ]
    for node in found:
        text = f"{credential.id} is {node.id}"
        approval = credential.requires.approval if credential.requires else None
        yield Edge(
            credential.id,
            node.id,
            EdgeKind.OPENS,
            (Evidence(text, credential.location),),
            approval=approval,
        )
    if not found and kind is not None:
        yield _missing(credential, f"{credential.declared_as} is in no file that was read")


def _missing(credential: Credential, why: str) -> Problem:
    effect = f"what {credential.id} can do through it is not known"
    what = f"credential {credential.id}"
    return Problem(ProblemKind.UNRESOLVED, what, why, effect, credential.location)
