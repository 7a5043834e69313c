"""A role lets in outsiders, or code that nobody reviewed.

What it finds
    A role whose trust policy lets in people or code that nobody vouched for: every
    customer of a CI vendor (no condition on the subject), every repository of an organization, a
    name that others can take as well (`repo:acme/shop*`), every branch or pull request of a
    repository, every AWS account (`Principal: *` without a condition).

Why it matters
    Whoever can start such a job has the role's permissions: no review, no approval and no secret
    stands between a branch that somebody pushes and what the role reaches.

Example
    `StringLike` on the subject with `repo:acme/shop:*`: a workflow that is changed on any branch
    runs with the role before anybody looks at it.

Fix
    Name the branch or, better, an environment that asks for an approval, with `StringEquals`. The
    finding says the narrower condition.

Limits
    Whether a branch, tag or environment is protected is not in the code: a trust that names one
    counts as reviewed. A condition that this tool cannot judge (an address, a tag of the session)
    counts as a limit. What the role may do is `credential-destroys-production`'s matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.model import Edge, EdgeKind, Kind, NodeId, Verb
from graph.openings import Opening, Reaches, opening_of
from graph.values import Location, Truth
from rules.finding import Certainty, Finding, Fix, Hop, Severity
from rules.rule import Rule
from rules.wording import capital, counted, listed
from rules.world import World

_GRAVITY = {
    Reaches.ANYBODY: (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM),
    Reaches.ORGANIZATION: (Severity.HIGH, Severity.MEDIUM, Severity.MEDIUM),
    Reaches.UNREVIEWED: (Severity.HIGH, Severity.MEDIUM, Severity.LOW),
}


@dataclass(frozen=True)
class Entry:
    """One way into a role that is too wide."""

    edge: Edge
    opening: Opening

    @property
    def sure(self) -> bool:
        """Whether nothing unknown is in it."""
        return self.edge.truth is Truth.YES and not self.opening.hangs_on

    @property
    def place(self) -> Location | None:
        """Where the condition is written."""
        return next((item.location for item in self.edge.evidence if item.location), None)


def check(world: World) -> Iterator[Finding]:
    """One finding a place and certainty, about all roles that the same trust lets in."""
    groups: defaultdict[object, dict[NodeId, list[Entry]]] = defaultdict(dict)
    for role, entries in _roles(world).items():
        worst = max(entries, key=_weight)
        place = worst.place
        key = (place, worst.edge.source, worst.sure) if place else role
        groups[key][role] = sorted(entries, key=_weight, reverse=True)
    for roles in groups.values():
        yield _finding(world, roles)


def _roles(world: World) -> dict[NodeId, list[Entry]]:
    """What is too wide about each role; a condition that remains is a limit nobody here judges."""
    found: defaultdict[NodeId, list[Entry]] = defaultdict(list)
    for edge in world.graph.edges:
        source = world.graph.nodes[edge.source]
        if edge.kind is not EdgeKind.HOLDS or source.kind is not Kind.ACTOR or edge.condition:
            continue
        opening = opening_of(source)
        if opening is not None and edge.truth is not Truth.NO:
            found[edge.target].append(Entry(edge, opening))
    return found


def _weight(entry: Entry) -> tuple[bool, int, str]:
    return (entry.sure, entry.opening.to, entry.edge.source)


def _finding(world: World, roles: dict[NodeId, list[Entry]]) -> Finding:
    ranked = sorted(roles, key=lambda role: (_reach(world, role), role))
    role, others = ranked[0], ranked[1:]
    worst = roles[role][0]
    sure = worst.sure and all(world.there(each) is Truth.YES for each in roles)
    more = f" and {counted(len(others), 'more role')}" if others else ""
    return Finding(
        rule=RULE.id,
        severity=_GRAVITY[worst.opening.to][_reach(world, role)],
        certainty=Certainty.PROVEN if sure else Certainty.POSSIBLE,
        title=f"{capital(worst.opening.lets_in)} can use the role {role}{more}",
        target=role,
        credential=worst.edge.source,
        verb=Verb.ESCALATE,
        location=worst.place,
        path=tuple(_hops(world, worst, role)),
        details=tuple(_details(world, role, others, roles[role])),
        also=tuple(others),
        fixes=(Fix(f"Narrow the trust policy: {worst.opening.narrower}.", source=worst.place),),
    )


def _reach(world: World, role: NodeId) -> int:
    """0 where it certainly destroys production, 1 where it changes or reads data, 2 else."""
    destroyed = world.destroyed(role)
    if any(
        power.truth is Truth.YES and world.production(power.target) is Truth.YES
        for power in destroyed
    ):
        return 0
    return 1 if world.reach.powers(role) else 2


def _hops(world: World, worst: Entry, role: NodeId) -> Iterator[Hop]:
    actor, node = world.node(worst.edge.source), world.node(role)
    yield Hop(actor.id, str(actor.kind), "", None)
    yield Hop(node.id, str(node.kind), worst.edge.evidence[0].text, worst.place)


def _details(
    world: World, role: NodeId, others: Sequence[NodeId], entries: Sequence[Entry]
) -> Iterator[str]:
    first = entries[0].opening
    if first.to is Reaches.UNREVIEWED:
        yield "Whoever may push to a branch there runs code of his own with the role, unreviewed."
    elif first.to is Reaches.ORGANIZATION:
        yield "What the others there may do with it, nobody who wrote this trust decides."
    yield _reached(world, role)
    if others:
        yield f"The others: {listed(others, 5)}."
    lets_in = dict.fromkeys(it.opening.lets_in for it in entries)
    del lets_in[first.lets_in]
    if lets_in:
        yield f"It also lets in {listed(tuple(lets_in), 5)}."
    if first.hangs_on:
        yield f"The names hang on what is not known: {first.hangs_on}."


def _reached(world: World, role: NodeId) -> str:
    """The worst that it certainly can do to data, else that it may do something."""
    powers = world.reach.powers(role)
    for verb in (Verb.DESTROY, Verb.WRITE, Verb.READ):
        stores = {
            target
            for (each, target), power in powers.items()
            if each is verb and target in world.graph.stores and power.truth is Truth.YES
        }
        if stores:
            return f"The role can {verb} {counted(len(stores), 'data store')}."
    if powers:
        return "What the role may do to data hangs on what is not known."
    return "Nothing is known here that the role reaches."


RULE = Rule(
    "trust-open",
    "A role lets in outsiders, or code that nobody reviewed",
    check,
    controls=("nist-800-53:AC-6", "nist-800-53:IA-9"),
)
