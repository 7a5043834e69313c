"""What a rule may look at: the graph and everything computed from it, read-only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from graph import presence
from graph.estate import Estate
from graph.grants import Credential
from graph.model import EdgeKind, Kind, Node, NodeId, Verb
from graph.providers import all_providers
from graph.reach import Path, Power, Reach
from graph.store import Graph
from graph.survival import StoreSurvival, Survival
from graph.values import Truth
from graph.whatif import Narrowed, Narrower


@dataclass(frozen=True, slots=True)
class Options:
    """Thresholds of the user; `max_loss` applies where a store names none of its own.

    `demand` are the shared dimensions that are reported on demand only (`org`, `vendor`).
    """

    max_loss: timedelta = timedelta(days=2)
    demand: frozenset[str] = frozenset()


@dataclass(frozen=True)
class World:
    """One analysed estate on one day."""

    estate: Estate
    graph: Graph
    reach: Reach
    survival: Survival
    options: Options = field(default_factory=Options)

    @property
    def today(self) -> date:
        """The day the analysis is made for."""
        return self.estate.today

    @cached_property
    def declared(self) -> Mapping[NodeId, Credential]:
        """The grants file's credentials by id."""
        return {credential.id: credential for credential in self.estate.grants.credentials}

    @cached_property
    def principals(self) -> tuple[Node, ...]:
        """Who a finding names: credentials, and identities that no credential here opens."""
        opened = {e.target for e in self.graph.edges if e.kind is EdgeKind.OPENS}
        return tuple(n for n in self.reach.usable if n.id not in opened)

    @cached_property
    def principal_ids(self) -> frozenset[NodeId]:
        """The ids of the principals."""
        return frozenset(node.id for node in self.principals)

    @cached_property
    def anybody(self) -> tuple[Node, ...]:
        """What stands for everybody there is, wherever they come from."""
        return tuple(n for n in self.reach.credentials if n.facts.get("anybody"))

    def node(self, id_: NodeId) -> Node:
        """A node by its id."""
        return self.graph.nodes[id_]

    def production(self, id_: NodeId) -> Truth:
        """Whether a node is production, and there at all: its count may not be known."""
        environment = self.graph.nodes[id_].environment
        found = Truth.MAYBE if environment is None else environment.production
        return found & self.there(id_)

    def there(self, id_: NodeId) -> Truth:
        """Whether a node exists: of a resource whose count is not known, there may be none."""
        return presence.there(self.estate, id_)

    def doubts(self, id_: NodeId) -> tuple[str, ...]:
        """Why a node may not be there, or not be production, in sentences."""
        found = []
        if self.there(id_) is not Truth.YES:
            decided = presence.decided_by(self.estate, id_)
            found.append(f"Whether it exists is not known: {decided} decides.")
        environment = self.graph.nodes[id_].environment
        if environment is not None and environment.production is Truth.MAYBE:
            found.append(f"Whether this is production is not known: {environment.because}.")
        return tuple(found)

    def environment(self, id_: NodeId) -> str | None:
        """The name of a node's environment."""
        environment = self.graph.nodes[id_].environment
        return None if environment is None else environment.name

    def stores(self, least: Truth = Truth.MAYBE) -> tuple[StoreSurvival, ...]:
        """Stores that are, or may be, production."""
        found = self.survival.stores.values()
        return tuple(s for s in found if self.production(s.store.node) >= least)

    def max_loss(self, store: NodeId) -> timedelta:
        """What may be lost of a store."""
        declared = self.graph.stores[store].max_loss
        return self.options.max_loss if declared is None else declared

    def destroyed(self, credential: NodeId) -> tuple[Power, ...]:
        """A credential's powers to destroy data stores that are, or may be, production."""
        return tuple(
            power
            for (verb, target), power in self.reach.powers(credential).items()
            if verb is Verb.DESTROY
            and target in self.graph.stores
            and self.production(target) is not Truth.NO
        )

    @cached_property
    def destroyers(self) -> Mapping[NodeId, tuple[NodeId, ...]]:
        """Every principal that can, or may, destroy each data store."""
        found: defaultdict[NodeId, list[NodeId]] = defaultdict(list)
        for principal in self.principals:
            for verb, target in self.reach.powers(principal.id):
                if verb is Verb.DESTROY and target in self.graph.stores:
                    found[target].append(principal.id)
        return {store: tuple(names) for store, names in found.items()}

    def witness(self, credential: NodeId, power: Power) -> Path:
        """The walk behind a power."""
        path = self.reach.witness(credential, power.verb, power.target)
        assert path is not None, "a power has a witness"
        return path

    def narrowed(self, identity: NodeId, targets: frozenset[NodeId]) -> Narrowed | None:
        """What policies have to lose so that an identity destroys none of the targets itself."""
        key = (identity, targets)
        if key not in self._narrowed:
            answers = (narrow(identity, targets) for narrow in self._narrowers)
            self._narrowed[key] = next((found for found in answers if found is not None), None)
        return self._narrowed[key]

    @cached_property
    def _narrowers(self) -> tuple[Narrower, ...]:
        return tuple(each.narrowing(self.estate, self.graph) for each in all_providers())

    @cached_property
    def _narrowed(self) -> dict[tuple[NodeId, frozenset[NodeId]], Narrowed | None]:
        return {}

    def takers(self, id_: NodeId) -> tuple[NodeId, ...]:
        """The credentials and identities that can become another one, by calls of their own."""
        becoming = set(self.reach.everyone.becoming(id_, Truth.YES)) - {id_}
        return tuple(node.id for node in self.principals if node.id in becoming)

    @cached_property
    def actors_of(self) -> Mapping[NodeId, tuple[Node, ...]]:
        """Who can use each credential: those who hold it, and those who read a place that does."""
        found: defaultdict[NodeId, dict[NodeId, Node]] = defaultdict(dict)
        for edge in self.graph.edges:
            if edge.kind is EdgeKind.HOLDS:
                holder = self.graph.nodes[edge.source]
                readers = [holder] if holder.kind is Kind.ACTOR else self._readers(holder.id)
                for reader in readers:
                    found[edge.target][reader.id] = reader
        return {credential: tuple(actors.values()) for credential, actors in found.items()}

    def _readers(self, place: NodeId) -> list[Node]:
        edges = self.graph.incoming.get(place, ())
        return [self.graph.nodes[e.source] for e in edges if e.kind is EdgeKind.READS]
