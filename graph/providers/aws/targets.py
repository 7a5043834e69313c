"""What AWS permissions are checked on: every store, copy, key, secret, state and vault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from graph.actions import Action
from graph.catalogue import catalogue
from graph.conditions import first_at
from graph.model import Copy, EdgeKind, Guard, Kind, Node, NodeId, Place
from graph.places import key as key_of
from graph.policy.callers import Book
from graph.policy.decide import ResourcePolicy
from graph.policy.names import Hole, Name, literal
from graph.providers.aws.context import Facts, target_facts, told_apart
from graph.providers.aws.organization import RCP, Organization
from graph.providers.aws.sides import Sides
from graph.providers.aws.symbols import Symbols, place
from graph.references import references_of
from graph.store import Graph
from graph.storetypes import store_table
from graph.values import Truth

KINDS = (
    Kind.STORE,
    Kind.BACKUP,
    Kind.KEY,
    Kind.SECRET,
    Kind.STATE,
    Kind.CONTAINER,
    Kind.RESOURCE,
    Kind.PLACE,
)
_EVERYTHING = literal("*")
_ANYTHING = Hole(detail="anything in it", anything=True)
_INSIDE = Name(("/", _ANYTHING))


Kin = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class Keeper:
    """What holds a node and has the policy that is asked for it (a vault, a bucket)."""

    type: str
    arns: tuple[Name, ...]
    facts: Facts


@dataclass(frozen=True, eq=False)
class Target:
    """A node with its ARN (several where it is one of several) and its side of a decision.

    `lock` is the customer's key that encrypts it, which may be in no code (`key_elsewhere`).
    """

    node: Node
    arns: tuple[Name, ...]
    inside: tuple[Name, ...]
    account: Place
    facts: Facts
    policy: ResourcePolicy | None
    guards: tuple[Guard, ...]
    lifted_by: frozenset[str]
    keeper: Keeper | None = None
    organization: tuple[Book, ...] = ()
    lock: Target | None = None
    key_elsewhere: bool = False

    @cached_property
    def kin(self) -> Kin:
        """Equal for targets that differ in name and in what their own conditions ask for."""
        guards = tuple((guard.id, guard.on, guard.removable_by) for guard in self.guards)
        sides = self.policy, self.organization, self.keeper
        return self.account, sides, guards, self.lifted_by

    def tells(self, keys: Iterable[str]) -> bool:
        """Whether it fixes what one of these condition keys holds."""
        return told_apart(self.facts, keys)

    def resources(self, at: str) -> tuple[Name, ...]:
        """What an action is checked on (`Action.at`)."""
        match at:
            case "/*":
                return self.inside
            case "*":
                return (_EVERYTHING,)
            case "":
                return self.arns
        onward = Name((at.removesuffix("*"), _ANYTHING))
        return tuple(arn + onward for arn in self.arns)


def targets(
    graph: Graph, symbols: Symbols, sides: Sides, organization: Organization
) -> Iterator[Target]:
    """Every node of AWS that a permission can be about."""
    found = {target.node.id: target for target in _unlocked(graph, symbols, sides, organization)}
    for target in found.values():
        key = next((it for it in _keys(target.node, graph) if it in found), None)
        if key is not None:
            yield replace(target, lock=found[key])
        else:
            yield replace(target, key_elsewhere=_elsewhere(target.node, graph, symbols))


def _elsewhere(node: Node, graph: Graph, symbols: Symbols) -> bool:
    """Whether a customer's key encrypts it that is not in the code."""
    for at in (node.id, *_holders(node, graph)):
        resource, store = symbols.estate.by_address.get(at), graph.stores.get(at)
        row = store_table().types.get(resource.type) if resource else None
        if store is not None:
            found = store.key
        elif resource is not None and row is not None:
            references = references_of(symbols.estate)
            found = key_of(first_at(resource, *row.key), references, resource)
        else:
            continue
        if found is not None and found not in graph.nodes:
            return True
    return False


def _keys(node: Node, graph: Graph) -> Iterator[NodeId]:
    """The key that encrypts a node, else the one of the bucket that it lies in."""
    for at in (node.id, *_holders(node, graph)):
        for edge in graph.incoming.get(at, ()):
            if edge.kind is EdgeKind.ENCRYPTS and edge.truth is Truth.YES:
                yield edge.source


def _unlocked(
    graph: Graph, symbols: Symbols, sides: Sides, organization: Organization
) -> Iterator[Target]:
    lifts = _lifts(graph)
    keepers: dict[NodeId, Keeper] = {}
    for node in graph.of_kind(*KINDS):
        if node.scope.vendor != "aws":
            continue
        arns = tuple(_arns(node, graph, symbols))
        if not arns:
            continue
        resource = symbols.estate.by_address.get(node.id)
        store = graph.stores.get(node.id)
        yield Target(
            node,
            arns,
            tuple(arn + _INSIDE for arn in arns),
            node.scope.account,
            target_facts(resource, place(node.scope.account, digits=True), symbols),
            _policy(node, graph, sides),
            store.guards if store else (),
            lifts.get(node.id, frozenset()),
            _keeper(node, graph, symbols, keepers),
            organization.limits(RCP, node.scope.account),
        )


def checked_on(call: str, actions: tuple[Action, ...]) -> str:
    """Where a call is checked, by its row in the table."""
    return next((row.at for row in actions if row.name == call), "")


def _arns(node: Node, graph: Graph, symbols: Symbols) -> Iterator[Name]:
    by_address = symbols.estate.by_address
    inside = next(
        (
            by_address.get(copy.store)
            for copy in graph.copies_at.get(node.id, ())
            if _lies_inside(copy)
        ),
        by_address.get(node.id.removesuffix("#states")) if node.kind is Kind.STATE else None,
    )
    resource = by_address.get(node.id)
    if inside is not None:
        yield from (arn + _INSIDE for arn in symbols.arns(inside))
    elif resource is not None and (symbols.has_arn(resource) or not node.paths):
        yield from symbols.arns(resource)
    else:
        yield from symbols.path(node)


def _lies_inside(copy: Copy) -> bool:
    """Whether a copy has its store's own ARN; what the grants file declares is in no catalogue."""
    mechanism = catalogue().mechanisms.get(copy.mechanism)
    return mechanism is not None and mechanism.path == "{store}/*"


def _policy(node: Node, graph: Graph, sides: Sides) -> ResourcePolicy | None:
    """The node's own resource policy, else that of what holds it (a vault, a bucket)."""
    own = sides.of(node.id)
    if own is not None:
        return own
    return next((found for holder in _holders(node, graph) if (found := sides.of(holder))), None)


def _holders(node: Node, graph: Graph) -> list[NodeId]:
    """The vaults and buckets that a copy or a state lies in."""
    holders = [copy.container for copy in graph.copies_at.get(node.id, ()) if copy.container]
    if node.kind in {Kind.STATE, Kind.PLACE}:
        edges = graph.incoming.get(node.id, ())
        holders.extend(edge.source for edge in edges if edge.kind is EdgeKind.CONTAINS)
    return [holder for holder in holders if holder != node.id]


def _keeper(
    node: Node, graph: Graph, symbols: Symbols, known: dict[NodeId, Keeper]
) -> Keeper | None:
    for holder in _holders(node, graph):
        resource, held = symbols.estate.by_address.get(holder), graph.nodes.get(holder)
        if resource is not None and held is not None:
            facts = target_facts(resource, place(node.scope.account, digits=True), symbols)
            return known.setdefault(holder, Keeper(held.type, symbols.arns(resource), facts))
    return None


def _lifts(graph: Graph) -> dict[str, frozenset[str]]:
    """By node, the calls that lift a lock of copies: on the copy or on what holds it."""
    found: dict[str, frozenset[str]] = {}
    for copy in graph.copies:
        for node in (copy.node, copy.container):
            if node is not None:
                found[node] = found.get(node, frozenset()) | frozenset(copy.lifted_by)
    return found
