"""Who can act as whom, for all who start at once.

Each starter is a bit; what can act as a node is one integer, pushed along the graph once a
certainty: through its strongly connected components in topological order, then through the edges
that ask for two identities until nothing is added. What is certain follows from certain edges
alone, what is possible from all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from graph.model import Edge, NodeId
from graph.values import Truth

Bits = int


@dataclass(frozen=True, slots=True)
class Who:
    """Starters as bits: those for whom something certainly holds, and those for whom it may."""

    sure: Bits = 0
    possible: Bits = 0

    def __or__(self, other: Who) -> Who:
        return _who(self.sure | other.sure, self.possible | other.possible)

    def weaker(self, truth: Truth) -> Who:
        """The same by an edge of this truth."""
        return self if truth is Truth.YES else Who(0, self.possible if truth else 0)

    def at(self, least: Truth) -> Bits:
        """Those for whom it holds with at least this truth."""
        return self.sure if least is Truth.YES else self.possible


NOBODY = Who()


@dataclass(frozen=True)
class Everyone:
    """`starts`, the bit of each its place in them, and the edges by which one becomes another."""

    starts: tuple[NodeId, ...]
    edges: tuple[Edge, ...]

    def who(self, node: NodeId) -> Who:
        """The starters that can act as a node, itself included."""
        return self._found.get(node, NOBODY)

    def becoming(self, node: NodeId, least: Truth) -> Iterator[NodeId]:
        """The starters that can act as a node with at least this truth, in their order."""
        return (self.starts[number] for number in members(self.who(node).at(least)))

    @cached_property
    def _found(self) -> Mapping[NodeId, Who]:
        certain = tuple(edge for edge in self.edges if edge.truth is Truth.YES)
        possible = tuple(edge for edge in self.edges if edge.truth)
        sure = _spread(self.starts, certain)
        if len(certain) == len(possible):
            return {node: Who(bits, bits) for node, bits in sure.items()}
        every = _spread(self.starts, possible)
        return {node: _who(sure.get(node, 0), bits) for node, bits in every.items()}


def members(bits: Bits) -> Iterator[int]:
    """The positions of the bits that are set, ascending."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _who(sure: Bits, possible: Bits) -> Who:
    """One integer where both are equal: they are large."""
    return Who(possible if sure == possible else sure, possible)


def _spread(starts: Sequence[NodeId], edges: Iterable[Edge]) -> dict[NodeId, Bits]:
    """By node, the starters from which a closed set of edges leads to it."""
    onward: defaultdict[NodeId, list[NodeId]] = defaultdict(list)
    double: list[Edge] = []
    for edge in edges:
        if edge.also is None or edge.also == edge.source:
            onward[edge.source].append(edge.target)
        else:
            double.append(edge)
    bits = {node: 1 << number for number, node in enumerate(starts)}
    for component in _components((*starts, *onward), onward):
        _pass_on(component, onward, bits)
    _together(double, onward, bits)
    return bits


def _pass_on(
    component: Sequence[NodeId],
    onward: Mapping[NodeId, Sequence[NodeId]],
    bits: dict[NodeId, Bits],
) -> None:
    """Who reaches one node of a component reaches all of it, and what it leads to."""
    shared = 0
    for node in component:
        shared |= bits.get(node, 0)
    if not shared:
        return
    for node in component:
        bits[node] = shared
    for node in component:
        for target in onward.get(node, ()):
            bits[target] = bits.get(target, 0) | shared


def _together(
    double: Sequence[Edge], onward: Mapping[NodeId, Sequence[NodeId]], bits: dict[NodeId, Bits]
) -> None:
    """Edges that ask for two identities are open to who can act as both."""
    waiting: defaultdict[NodeId, list[Edge]] = defaultdict(list)
    for edge in double:
        waiting[edge.source].append(edge)
        waiting[edge.also or edge.source].append(edge)
    pending = list(double)
    while pending:
        edge = pending.pop()
        grown = [edge.target]
        new = bits.get(edge.source, 0) & bits.get(edge.also or edge.source, 0)
        while grown:
            node = grown.pop()
            if new & ~bits.get(node, 0):
                bits[node] = bits.get(node, 0) | new
                grown.extend(onward.get(node, ()))
                pending.extend(waiting.get(node, ()))


def _components(
    nodes: Iterable[NodeId], onward: Mapping[NodeId, Sequence[NodeId]]
) -> list[list[NodeId]]:
    """The strongly connected components, sources first (Tarjan's algorithm, without recursion)."""
    order: dict[NodeId, int] = {}
    low: dict[NodeId, int] = {}
    stack: list[NodeId] = []
    found: list[list[NodeId]] = []
    for root in nodes:
        walk = [] if root in order else [(root, iter(onward.get(root, ())))]
        if walk:
            order[root] = low[root] = len(order)
            stack.append(root)
        while walk:
            node, rest = walk[-1]
            for target in rest:
                if target not in order:
                    order[target] = low[target] = len(order)
                    stack.append(target)
                    walk.append((target, iter(onward.get(target, ()))))
                    break
                low[node] = min(low[node], low.get(target, order[node]))
            else:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[node])
                if low[node] == order[node]:
                    found.append(_popped(stack, node, low))
    found.reverse()
    return found


def _popped(stack: list[NodeId], last: NodeId, low: dict[NodeId, int]) -> list[NodeId]:
    """A finished component; what is off the stack no longer lowers anything."""
    component: list[NodeId] = []
    while not component or component[-1] != last:
        component.append(stack.pop())
        del low[component[-1]]
    return component
