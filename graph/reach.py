"""Who can do what to what: the closure of credentials over the graph, with shortest witnesses.

A power is the weakest link of its path; of several paths the strongest counts, then the one with
the fewest API calls. Answers are computed on demand and remembered, witnesses only when asked for.
"""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush

from graph.everyone import Everyone
from graph.model import Edge, EdgeKind, Kind, Node, NodeId, Verb
from graph.store import Graph
from graph.values import Truth

BECOMING = frozenset({EdgeKind.OPENS, EdgeKind.ASSUMES, EdgeKind.OBTAINS, EdgeKind.HOLDS})
CONSEQUENCES = frozenset({EdgeKind.CONTAINS, EdgeKind.CASCADES, EdgeKind.ENCRYPTS})
STARTS = (Kind.CREDENTIAL, Kind.IDENTITY)
TARGETS = frozenset({Kind.STORE, Kind.BACKUP, Kind.KEY, Kind.SECRET, Kind.STATE})


@dataclass(frozen=True, slots=True)
class Path:
    """How a credential comes to a target: each edge starts where it begins or an earlier one ends.

    That is a walk, unless an edge asks for a second identity (`Edge.also`): the way to that one
    stands before it.
    """

    edges: tuple[Edge, ...]

    @property
    def truth(self) -> Truth:
        """As strong as the weakest edge."""
        return Truth(min((edge.truth for edge in self.edges), default=Truth.YES))

    @property
    def calls(self) -> tuple[str, ...]:
        """The API calls it takes, in order."""
        return tuple(call for edge in self.edges for call in edge.calls)

    @property
    def guesses(self) -> tuple[str, ...]:
        """The unknown parts of names on which alone it hangs that the target is meant."""
        return tuple(dict.fromkeys(guess for edge in self.edges for guess in edge.guesses))

    @property
    def conditions(self) -> tuple[str, ...]:
        """What must also hold, in words."""
        return tuple(edge.condition for edge in self.edges if edge.condition)

    @property
    def approvals(self) -> tuple[str, ...]:
        """Who else must agree, as the platform enforces it."""
        return tuple(dict.fromkeys(edge.approval for edge in self.edges if edge.approval))


@dataclass(frozen=True, slots=True)
class Power:
    """One (verb, target) a credential has: how sure, in how many calls, and its last edge.

    `cause` is the power that this one follows from (a cascade, a container, a key).
    """

    verb: Verb
    target: NodeId
    truth: Truth
    calls: int
    edge: Edge
    cause: tuple[Verb, NodeId] | None = None


Step = tuple[Truth, int, Edge | None]
Powers = Mapping[tuple[Verb, NodeId], Power]
Access = Mapping[NodeId, list[tuple[tuple[Verb, NodeId], Edge]]]


class Reach:
    """Answers about one graph; holds what it computed."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._steps: dict[NodeId, dict[NodeId, Step]] = {}
        self._powers: dict[NodeId, dict[tuple[Verb, NodeId], Power]] = {}
        self._direct: dict[NodeId, dict[tuple[Verb, NodeId], Power]] = {}

    @cached_property
    def usable(self) -> tuple[Node, ...]:
        """The credentials that somebody holds: not the roles that services of AWS alone use."""
        return tuple(node for node in self.credentials if "used_by_aws" not in node.facts)

    @cached_property
    def credentials(self) -> tuple[Node, ...]:
        """Every node somebody can hold or be: credentials and identities."""
        return tuple(self.graph.of_kind(*STARTS))

    @cached_property
    def everyone(self) -> Everyone:
        """Who can act as whom, of the credentials that somebody holds."""
        return Everyone(tuple(sorted(node.id for node in self.usable)), self._ways)

    def becomes(self, start: NodeId) -> Mapping[NodeId, Truth]:
        """Every credential and identity that `start` can act as, itself included."""
        return {node: step[0] for node, step in self._closure(start).items()}

    def direct(self, start: NodeId) -> Powers:
        """What calls of `start` do by themselves, without the provider's consequences."""
        if start not in self._direct:
            self._direct[start] = self._direct_powers(start, self._access)
        return self._direct[start]

    def powers(self, start: NodeId) -> Powers:
        """Everything `start` can do, consequences (cascade, container, key) included."""
        if start not in self._powers:
            self._powers[start] = self._with_consequences(self.direct(start))
        return self._powers[start]

    def instead(
        self, start: NodeId, actor: NodeId, targets: frozenset[NodeId], edges: Iterable[Edge]
    ) -> Powers:
        """Everything `start` could do if `actor` destroyed the targets by these edges alone."""
        rows = [
            (key, edge)
            for key, edge in self._access.get(actor, ())
            if key[0] is not Verb.DESTROY or key[1] not in targets
        ]
        rows.extend(((edge.verb, edge.target), edge) for edge in edges if edge.verb)
        direct = self._direct_powers(start, ChainMap({actor: rows}, self._access))
        return self._with_consequences(direct)

    def way(self, start: NodeId, power: Power) -> tuple[Edge, ...]:
        """How `start` comes to be who a power's last edge starts from."""
        return _derivation(self._closure(start), power.edge.source)

    def who(self, target: NodeId, verb: Verb | None = None) -> Iterator[tuple[NodeId, Power]]:
        """Every credential with a power over `target`."""
        verbs = tuple(Verb) if verb is None else (verb,)
        for node in self.credentials:
            powers = self.powers(node.id)
            for held in verbs:
                if (held, target) in powers:
                    yield node.id, powers[held, target]

    def witness(self, start: NodeId, verb: Verb, target: NodeId) -> Path | None:
        """The walk behind a power, `None` where there is no such power."""
        power = self.powers(start).get((verb, target))
        if power is None:
            return None
        edges = [power.edge]
        while power.cause is not None:
            power = self.powers(start)[power.cause]
            edges.insert(0, power.edge)
        return Path((*_derivation(self._closure(start), edges[0].source), *edges))

    def holders(self, credential: NodeId) -> Iterator[tuple[Edge, tuple[Edge, ...]]]:
        """Each place that holds the credential, with the edges of those who can read it."""
        for held in self.graph.incoming.get(credential, ()):
            if held.kind is EdgeKind.HOLDS:
                readers = self.graph.incoming.get(held.source, ())
                yield held, tuple(edge for edge in readers if edge.kind is EdgeKind.READS)

    def _closure(self, start: NodeId) -> dict[NodeId, Step]:
        if start not in self._steps:
            self._steps[start] = self._search(start)
        return self._steps[start]

    def _search(self, start: NodeId) -> dict[NodeId, Step]:
        """Strongest path first, then fewest calls: certain ways come before possible ones.

        An edge that asks for two identities is open when both are settled.
        """
        settled: dict[NodeId, Step] = {}
        queue: list[tuple[int, int, int, NodeId, Edge | None]] = [(-Truth.YES, 0, 0, start, None)]
        order = 0
        while queue:
            doubt, calls, _, node, edge = heappop(queue)
            if node in settled:
                continue
            settled[node] = (Truth(-doubt), calls, edge)
            for onward in self._onward.get(node, ()):
                if onward.target in settled or not self._open(onward, settled):
                    continue
                order += 1
                truth, before = self._before(onward, settled)
                total = before + len(onward.calls)
                entry = (-min(truth, onward.truth), total, order, onward.target, onward)
                heappush(queue, entry)
        return settled

    @cached_property
    def _ways(self) -> tuple[Edge, ...]:
        """The edges by which one identity becomes another."""
        return tuple(
            edge
            for edge in self.graph.edges
            if edge.truth and (edge.kind in BECOMING or self._reads_secret(edge))
        )

    @cached_property
    def _onward(self) -> Mapping[NodeId, list[Edge]]:
        """By identity, the ways to become another that begin with it, or ask for it besides."""
        found: defaultdict[NodeId, list[Edge]] = defaultdict(list)
        for edge in self._ways:
            found[edge.source].append(edge)
            if edge.also is not None and edge.also != edge.source:
                found[edge.also].append(edge)
        return found

    def _reads_secret(self, edge: Edge) -> bool:
        """Whoever reads a place has what lies there."""
        return edge.verb is Verb.READ and edge.target in self._places

    @cached_property
    def _places(self) -> frozenset[NodeId]:
        return frozenset(edge.source for edge in self.graph.edges_by_kind.get(EdgeKind.HOLDS, ()))

    def _open(self, edge: Edge, settled: Mapping[NodeId, Step]) -> bool:
        return edge.source in settled and (edge.also is None or edge.also in settled)

    def _before(self, edge: Edge, settled: Mapping[NodeId, Step]) -> tuple[Truth, int]:
        """How sure the identities that an edge asks for are, and in how many calls."""
        truth, calls, _ = settled[edge.source]
        if edge.also is None:
            return truth, calls
        made = _derivation(settled, edge.source, edge.also)
        return truth & settled[edge.also][0], sum(len(each.calls) for each in made)

    def _direct_powers(self, start: NodeId, access: Access) -> dict[tuple[Verb, NodeId], Power]:
        found: dict[tuple[Verb, NodeId], Power] = {}
        for node, (truth, calls, _) in self._closure(start).items():
            for key, edge in access.get(node, ()):
                sure, total = min(truth, edge.truth), calls + len(edge.calls)
                old = found.get(key)
                if old is None or _better(sure, total, edge, old):
                    found[key] = Power(*key, sure, total, edge)
        return found

    @cached_property
    def _access(self) -> dict[NodeId, list[tuple[tuple[Verb, NodeId], Edge]]]:
        """By who acts, what each call of theirs does to what."""
        found: defaultdict[NodeId, list[tuple[tuple[Verb, NodeId], Edge]]] = defaultdict(list)
        for edge in self.graph.edges_by_kind.get(EdgeKind.ACCESS, ()):
            if edge.verb is not None and edge.truth:
                found[edge.source].append(((edge.verb, edge.target), edge))
        return found

    def _with_consequences(self, direct: Powers) -> dict[tuple[Verb, NodeId], Power]:
        found = dict(direct)
        queue = [
            power
            for power in direct.values()
            if power.verb in _DESTROYING and not power.edge.data_only
        ]
        while queue:
            power = queue.pop()
            for edge in self.graph.outgoing.get(power.target, ()):
                if edge.kind in CONSEQUENCES and edge.truth:
                    verb = self._destroying(edge.target)
                    truth = power.truth & edge.truth
                    cause = (power.verb, power.target)
                    onward = Power(verb, edge.target, truth, power.calls, edge, cause)
                    if _keep(found, onward):
                        queue.append(onward)
        return found

    def _destroying(self, target: NodeId) -> Verb:
        node = self.graph.nodes.get(target)
        return Verb.DESTROY_BACKUP if node and node.kind is Kind.BACKUP else Verb.DESTROY


_DESTROYING = frozenset({Verb.DESTROY, Verb.DESTROY_BACKUP})


def _derivation(settled: Mapping[NodeId, Step], *ends: NodeId) -> tuple[Edge, ...]:
    """The edges that lead to all of `ends`, each once, in an order in which they can be taken."""
    needed: dict[NodeId, Edge | None] = {}
    pending = list(ends)
    while pending:
        node = pending.pop()
        if node not in needed:
            edge = needed[node] = settled[node][2]
            if edge is not None:
                pending.extend(filter(None, (edge.source, edge.also)))
    if any(edge is not None and edge.also for edge in needed.values()) or len(ends) > 1:
        return tuple(edge for node in settled if (edge := needed.get(node)))
    return tuple(edge for edge in reversed(needed.values()) if edge is not None)


def _keep(found: dict[tuple[Verb, NodeId], Power], power: Power) -> bool:
    """Remember `power` if it is surer, less of a guess or of fewer calls; whether it was."""
    key = (power.verb, power.target)
    old = found.get(key)
    if old is not None and not _better(power.truth, power.calls, power.edge, old):
        return False
    found[key] = power
    return True


def _better(truth: Truth, calls: int, edge: Edge, old: Power) -> bool:
    rank = (truth, not edge.guesses, not edge.data_only, -calls)
    return rank > (old.truth, not old.edge.guesses, not old.edge.data_only, -old.calls)
