"""Who can use a credential, what it was meant for, and where it lies, in words."""

from __future__ import annotations

from graph.grants import Intent
from graph.model import Edge, EdgeKind, Kind, Node, NodeId
from rules.finding import Hop
from rules.wording import listed, plural
from rules.world import World

_GROUPS = {
    "human:developers": "developers",
    "ci:checkout": "CI jobs",
    "agent:coding-agents": "coding agents",
}


def users(world: World, credential: NodeId, approvals: tuple[str, ...] = ()) -> str:
    """`Everyone with a checkout can use it: developers, CI jobs, coding agents …`, or "".

    `approvals` are those whom the platform makes agree before the call succeeds.
    """
    actors = world.actors_of.get(credential, ())
    if not actors:
        return f"Before it works, {listed(approvals)} must approve." if approvals else ""
    groups = [_GROUPS[actor.id] for actor in actors if actor.id in _GROUPS]
    named = [_shown(actor) for actor in actors if actor.id not in _GROUPS]
    approval = f"{listed(approvals)} must approve" if approvals else "nobody has to approve"
    if len(groups) == len(_GROUPS):
        more = f", {listed(named)} among them" if named else ""
        return f"Everyone with a checkout can use it: {listed(groups)}{more}; {approval}."
    return f"It can be used by {listed([*named, *groups], 5)}; {approval}."


def is_workload(world: World, credential: NodeId) -> bool:
    """Whether only services use it, as far as is known: no person, CI job or agent."""
    actors = world.actors_of.get(credential, ())
    return bool(actors) and all(actor.id.startswith("service:") for actor in actors)


def _shown(actor: Node) -> str:
    kind, _, name = actor.id.partition(":")
    words = {"agent": "the agent", "ci": "the CI of", "account": "the account"}.get(kind, "")
    return f"{words} {name or kind}".strip()


def purpose(world: World, credential: NodeId) -> str:
    """What it was meant for, in its owner's words, or ""."""
    declared = world.declared.get(credential)
    if declared is None:
        return ""
    if declared.purpose:
        return f"It is meant for this only: {declared.purpose.strip().rstrip('.')}."
    return f"It is meant to {intent_words(declared.intended)} only." if declared.intended else ""


def intent_words(intent: Intent) -> str:
    """`write type:railway/custom-domain` as `write custom domains`."""
    level = intent.can[-1] if intent.can else "be used"
    targets = listed([_target(selector) for selector in intent.to])
    where = f"in {listed(intent.env)}" if intent.env else ""
    return " ".join(filter(None, (level, targets, where)))


def _target(selector: str) -> str:
    """A selector in words: types in the plural, the others without their scheme."""
    scheme, _, rest = selector.partition(":")
    if scheme == "type" and "*" not in rest:
        return plural(rest.rsplit("/", 1)[-1].replace("-", " "))
    return rest if scheme in {"tf", "store", "name", "env", "id"} and rest else selector


def held(world: World, credential: NodeId) -> tuple[Hop, ...]:
    """The step before the credential: the place it lies in, if one is known.

    That a state holds what Terraform made needs no saying.
    """
    for edge in world.graph.incoming.get(credential, ()):
        if edge.kind is EdgeKind.HOLDS and world.node(edge.source).kind is not Kind.STATE:
            return (_hop(world, edge),)
    return ()


def _hop(world: World, edge: Edge) -> Hop:
    node = world.node(edge.source)
    evidence = edge.evidence[0] if edge.evidence else None
    why = "may use it" if node.kind is Kind.ACTOR else "it lies here"
    return Hop(node.id, str(node.kind), why, evidence.location if evidence else None)
