"""Tokens whose reach is a level over a scope (read < write < destroy < admin) → access edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.actions import Action, actions_on
from graph.estate import Estate
from graph.grants import Credential, LevelGrant
from graph.kinds import CredentialKind, kind_of, up_to
from graph.model import Edge, EdgeKind, Evidence, Kind, Node, Verb
from graph.problems import Problem, ProblemKind
from graph.selectors import selects
from graph.store import Graph
from graph.values import Location, Truth

TARGETS = (
    Kind.STORE,
    Kind.BACKUP,
    Kind.KEY,
    Kind.SECRET,
    Kind.STATE,
    Kind.CONTAINER,
    Kind.RESOURCE,
)
_VERBS = {
    "read": (Verb.READ,),
    "write": (Verb.WRITE,),
    "destroy": (Verb.DESTROY, Verb.DESTROY_BACKUP),
    "admin": (Verb.ESCALATE,),
}


@dataclass(frozen=True, slots=True)
class _Rule:
    """Levels over a scope, with why and how sure."""

    levels: tuple[str, ...]
    scope: tuple[str, ...]
    evidence: Evidence
    truth: Truth
    approval: str | None
    condition: str


def connect(estate: Estate, graph: Graph) -> Iterator[Edge | Problem]:
    """Access edges of every credential whose kind or grants give levels."""
    targets = list(graph.of_kind(*TARGETS))
    for credential in estate.grants.credentials:
        kind = kind_of(credential.kind)
        allowed, denied, problems = _rules(credential, kind)
        yield from problems
        vendor = _vendor(credential)
        yield from _astray(graph, credential, vendor)
        for node in targets:
            yield from _edges(graph, credential, node, allowed, denied, vendor)
            if node.id in graph.stores and _unlisted(node, allowed, vendor):
                yield _uncalled(credential, node)


def _vendor(credential: Credential) -> str:
    """What a bare `*` is limited to; a kind of the user's own is of no provider."""
    vendor = credential.kind.split("/", 1)[0]
    return "" if vendor == "custom" else vendor


def _astray(graph: Graph, credential: Credential, vendor: str) -> Iterator[Problem]:
    """Selectors that choose nothing at all: mistyped, or of something that is not in the input."""
    given: list[tuple[str, str, Location | None]] = [
        ("scope", it, credential.location) for it in credential.scope
    ]
    for grant in credential.grants or ():
        given.extend(("to", it, grant.location) for it in grant.to)
    for field, selector, location in given:
        wanted = selector.removeprefix("!")
        if wanted.strip("*") and not any(
            _named(wanted, node, vendor) for node in graph.nodes.values()
        ):
            yield Problem(
                ProblemKind.UNRESOLVED,
                f"credential {credential.id}",
                f"`{field}: {selector}` names nothing that was read",
                f"if it means something else, what {credential.id} can do is not known",
                location,
            )


def _named(selector: str, node: Node, vendor: str) -> bool:
    """Whether a selector means a node. One whose paths say nothing of where it is could be in any
    scope of its vendor; of a credential or a copy that is no sign that the scope exists.
    """
    least = Truth.YES if node.kind in {Kind.CREDENTIAL, Kind.BACKUP} else Truth.MAYBE
    return selects((selector, f"{selector}/**"), node, vendor) >= least


def _edges(
    graph: Graph,
    credential: Credential,
    node: Node,
    allowed: Sequence[_Rule],
    denied: Sequence[_Rule],
    vendor: str,
) -> Iterator[Edge]:
    best: dict[Verb, tuple[Truth, _Rule]] = {}
    for rule in allowed:
        truth = rule.truth & selects(rule.scope, node, vendor)
        for level in rule.levels if truth else ():
            for verb in _VERBS[level]:
                if verb not in best or best[verb][0] < truth:
                    best[verb] = (truth, rule)
    for verb, (truth, rule) in best.items():
        calls = [
            action
            for action in actions_on(node.type)
            if action.verb is verb and not action.removes_guard
        ]
        if not calls or _taken(denied, verb, node, vendor):
            continue
        lifted = _lifted(graph, node) if verb is Verb.DESTROY else ()
        yield _edge(credential, node, calls[0], rule, truth, lifted)


def _unlisted(node: Node, allowed: Sequence[_Rule], vendor: str) -> bool:
    """Whether a store could be destroyed by its level, and no table knows the call for it."""
    if any(action.verb is Verb.DESTROY for action in actions_on(node.type)):
        return False
    destroying = [rule for rule in allowed if "destroy" in rule.levels]
    return any(rule.truth & selects(rule.scope, node, vendor) for rule in destroying)


def _taken(denied: Sequence[_Rule], verb: Verb, node: Node, vendor: str) -> bool:
    """A deny counts only where it certainly applies."""
    return any(
        verb in {v for level in rule.levels for v in _VERBS[level]}
        and selects(rule.scope, node, vendor) is Truth.YES
        for rule in denied
    )


def _lifted(graph: Graph, node: Node) -> tuple[str, ...]:
    """The calls that come first where a protection is on: who may destroy may lift it too."""
    store = graph.stores.get(node.id)
    guards = store.guards if store else ()
    calls = [guard.removable_by[:1] for guard in guards if guard.on is Truth.YES]
    return tuple(dict.fromkeys(call for first in calls for call in first))


def _edge(
    credential: Credential,
    node: Node,
    action: Action,
    rule: _Rule,
    truth: Truth,
    before: tuple[str, ...],
) -> Edge:
    fact = Evidence(
        action.note or action.name,
        fact=action.name,
        source=action.source,
        confirmed=action.confirmed,
    )
    return Edge(
        credential.id,
        node.id,
        EdgeKind.ACCESS,
        (rule.evidence, fact),
        truth if action.confirmed else truth & Truth.MAYBE,
        action.verb,
        (*before, action.name),
        condition=rule.condition,
        approval=rule.approval,
    )


def _rules(
    credential: Credential, kind: CredentialKind | None
) -> tuple[list[_Rule], list[_Rule], list[Problem]]:
    approval = credential.requires.approval if credential.requires else None
    condition = condition_of(credential)
    if credential.grants is not None:
        rows = [
            (grant, _granted(credential, grant, approval, condition)) for grant in credential.grants
        ]
        allowed = [rule for grant, rule in rows if rule and grant.effect == "allow"]
        denied = [rule for grant, rule in rows if rule and grant.effect == "deny"]
        opaque = [grant for grant, rule in rows if rule is None and not _by_policy(kind)]
        return allowed, denied, [_opaque(credential, grant) for grant in opaque]
    if kind is None or kind.by_policy:
        return [], [], []
    if not kind.can:
        return [], [], [_unsaid(credential, kind)] if kind.scope else []
    given = credential.scope or (kind.scope,)
    scope = tuple(s for one in given for s in (one, f"{one}/**"))
    evidence = Evidence(
        f"a {kind.id} can {kind.can[-1]} {_reach(kind, credential)}",
        credential.location,
        fact=kind.id,
        source=f"kinds of credentials, {kind.as_of}",
        confirmed=kind.confirmed,
    )
    sure = Truth.YES if kind.confirmed and not credential.assumed else Truth.MAYBE
    return [_Rule(kind.can, scope, evidence, sure, approval, condition)], [], []


def _reach(kind: CredentialKind, credential: Credential) -> str:
    if credential.scope:
        return "everything in " + ", ".join(credential.scope)
    return "everything of its owner" if not kind.bound_by else f"everything in {kind.scope}"


def _granted(
    credential: Credential, grant: LevelGrant, approval: str | None, condition: str
) -> _Rule | None:
    levels = grant.can
    if grant.cumulative and len(levels) == 1:
        levels = up_to(levels[0])
    if not levels:
        return None
    evidence = Evidence(
        f"the grants file gives {credential.id} {', '.join(levels)}", grant.location
    )
    own = grant.requires.approval if grant.requires else None
    return _Rule(tuple(levels), grant.to, evidence, Truth.YES, own or approval, condition)


def condition_of(credential: Credential) -> str:
    requires = credential.requires
    if requires is None:
        return ""
    parts = [
        "with MFA" if requires.mfa else "",
        f"from {', '.join(requires.ip)}" if requires.ip else "",
        requires.other or "",
    ]
    return "; ".join(part for part in parts if part)


def _by_policy(kind: CredentialKind | None) -> bool:
    return kind is not None and kind.by_policy


def _opaque(credential: Credential, grant: LevelGrant) -> Problem:
    return Problem(
        ProblemKind.UNSUPPORTED,
        f"credential {credential.id}",
        "roles, scopes, permissions or actions of this platform are not translated into powers yet",
        f"what {credential.id} can do by this grant is unknown; say it with `can`",
        grant.location,
    )


def _uncalled(credential: Credential, node: Node) -> Problem:
    return Problem(
        ProblemKind.UNSUPPORTED,
        f"credential {credential.id}",
        f"its level reaches {node.id}, and no table says which call destroys a {node.type}",
        f"that {credential.id} can destroy it is in no finding and no loss; treat it as able to",
        credential.location,
    )


def _unsaid(credential: Credential, kind: CredentialKind) -> Problem:
    return Problem(
        ProblemKind.UNRESOLVED,
        f"credential {credential.id}",
        f"a {kind.id} can do what it was granted, and nothing says what that is",
        f"what {credential.id} can do is unknown; say it with `grants`",
        credential.location,
    )
