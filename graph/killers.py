"""Who makes what unrecoverable: the closure of destruction over what providers do by themselves.

A container takes its content with it, a store takes copies that cascade, a key everything
encrypted with it (no lock helps), and a bad write goes into what is not isolated. For every node
the closure gives a set of credentials as the bits of one integer, for all credentials at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from graph.everyone import Bits
from graph.model import Cascade, Copy, EdgeKind, Grade, NodeId
from graph.powers import Powers
from graph.store import Graph
from graph.values import Truth


@dataclass(frozen=True, slots=True)
class World:
    """One reading of what is unknown: at least this truth counts; `delay` until it is noticed.

    `terraform`: the destroyer is `terraform destroy`, bound by what the code chooses.
    """

    least: Truth
    delay: timedelta = timedelta(0)
    terraform: bool = False

    def passed(self, window: timedelta | None) -> bool:
        """Whether a window has run out by the time anyone looks."""
        if window is None:
            return self.least is Truth.MAYBE and self.delay > timedelta(0)
        return self.delay > window


@dataclass(frozen=True)
class Killers:
    """The closure in one world: `of` a node, the credentials that make it unrecoverable."""

    graph: Graph
    powers: Powers
    world: World

    def of(self, node: NodeId) -> Bits:
        """The credentials of which each alone makes the node unrecoverable."""
        return self._closed.get(node, 0) | self._wiped.get(node, 0)

    def quorum(self, copy: Copy) -> Bits:
        """The credentials of which two together delete a copy that needs more than one approver."""
        return self._direct(copy) if copy.grade is Grade.MPA else 0

    @cached_property
    def _closed(self) -> dict[NodeId, Bits]:
        closed = {
            node: bits for node, bits in self._destroys.items() if node not in self._copies_at
        }
        for copy in self.graph.copies:
            closed[copy.node] = closed.get(copy.node, 0) | self._guarded(copy)
        pending = list(closed)
        while pending:
            source = pending.pop()
            bits = closed.get(source, 0)
            for target in self._consequences.get(source, ()):
                new = closed.get(target, 0) | bits
                if new != closed.get(target, 0):
                    closed[target] = new
                    pending.append(target)
        return closed

    @cached_property
    def _wiped(self) -> Mapping[NodeId, Bits]:
        """Who takes the data away and leaves the store: copies that are no replicas stay."""
        wiped = dict(self.powers.bits(self.powers.wipes, self.world.least))
        for copy in self.graph.copies:
            if copy.version_isolated is Truth.NO and copy.store in wiped:
                wiped[copy.node] = wiped.get(copy.node, 0) | wiped[copy.store]
        return wiped

    @cached_property
    def _consequences(self) -> Mapping[NodeId, list[NodeId]]:
        found: defaultdict[NodeId, list[NodeId]] = defaultdict(list)
        for source, target in self._links():
            found[source].append(target)
        return found

    def _links(self) -> Iterator[tuple[NodeId, NodeId]]:
        edges = self.graph.edges_by_kind
        for edge in edges.get(EdgeKind.CONTAINS, ()):
            if edge.truth >= self.world.least and self._falls(edge.source, edge.target):
                yield edge.source, edge.target
        for edge in edges.get(EdgeKind.ENCRYPTS, ()):
            if edge.truth >= self.world.least and self._unreadable(edge.source):
                yield edge.source, edge.target
        for copy in self.graph.copies:
            if self._cascades(copy) and not self._locked(copy):
                yield copy.store, copy.node
            holder = self._data_holder(copy)
            if holder is not None and not self._locked(copy):
                yield holder, copy.node

    def _falls(self, container: NodeId, member: NodeId) -> bool:
        """Whether content goes with its container; vaults and buckets refuse (`_data_holder`)."""
        copies = self._copies_at.get(member, ())
        return not any(copy.container == container or self._locked(copy) for copy in copies)

    def _cascades(self, copy: Copy) -> bool:
        if copy.version_isolated is Truth.NO:
            return True
        chosen = copy.terraform_cascade if self.world.terraform else copy.cascade
        match chosen or copy.cascade:
            case Cascade.ALWAYS:
                return True
            case Cascade.UNKNOWN:
                return self.world.least is Truth.MAYBE
            case Cascade.GRACE:
                return self.world.passed(copy.grace)
            case _:
                return self.world.least is Truth.MAYBE and copy.version_isolated is Truth.MAYBE

    def _data_holder(self, copy: Copy) -> NodeId | None:
        """The node whose loss of data is the loss of a copy that lies as objects in a bucket.

        Where the bucket keeps versions, those must go, else the objects.
        """
        holder = copy.container
        if holder is None or holder == copy.store or holder not in self.graph.stores:
            return None
        for other in self.graph.copies_of.get(holder, ()):
            if other.container == holder and other.attached >= Truth.YES:
                return other.node
        return holder

    def _guarded(self, copy: Copy) -> Bits:
        """Who deletes the copy by calls on it, as far as its lock lets them."""
        direct = self._direct(copy)
        lifts = self._lifts.get(copy.node, 0) | self._lifts.get(copy.container or "", 0)
        match copy.grade:
            case Grade.NONE:
                return direct
            case Grade.SOFT:
                return direct if self.world.passed(copy.grace) else direct & lifts
            case Grade.GOVERNANCE:
                return direct if self.world.passed(copy.lock) else direct & lifts
            case Grade.COMPLIANCE:
                return direct if self.world.passed(copy.lock) else 0
            case Grade.MPA:
                return 0

    def _direct(self, copy: Copy) -> Bits:
        bits = self._destroys.get(copy.node, 0) | self._backups.get(copy.node, 0)
        if copy.container is not None:
            bits |= self._backups.get(copy.container, 0)
        if copy.managed_by_store:
            bits |= self._backups.get(copy.store, 0)
        return bits

    def _locked(self, copy: Copy) -> bool:
        return copy.grade is Grade.COMPLIANCE and not self.world.passed(copy.lock)

    def _unreadable(self, key: NodeId) -> bool:
        """Whether a key that is scheduled for deletion is gone by the time anyone looks."""
        node = self.graph.nodes.get(key)
        days = node.facts.get("deletion_window_days") if node else None
        return days is None or self.world.passed(timedelta(days=int(days)))

    @cached_property
    def _copies_at(self) -> Mapping[NodeId, list[Copy]]:
        found: defaultdict[NodeId, list[Copy]] = defaultdict(list)
        for copy in self.graph.copies:
            found[copy.node].append(copy)
        return found

    @cached_property
    def _destroys(self) -> Mapping[NodeId, Bits]:
        return self.powers.bits(self.powers.destroys, self.world.least)

    @cached_property
    def _backups(self) -> Mapping[NodeId, Bits]:
        return self.powers.bits(self.powers.backups, self.world.least)

    @cached_property
    def _lifts(self) -> Mapping[NodeId, Bits]:
        return self.powers.bits(self.powers.lifts, self.world.least)
