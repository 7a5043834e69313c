"""What is left of each data store: after one mistake, after one rogue credential, after several.

Answers are intervals. The low end assumes that nothing unknown helps a destroyer and that every
unknown copy is there; the high end the contrary. What is gated on is the certain end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from graph.domains import Pair, Reach, Verdict, pair
from graph.everyone import Bits, members
from graph.hitting import Least, least, partition
from graph.killers import Killers, World
from graph.losses import NOTHING, TOTAL, Amount, Loss, aged
from graph.model import Copy, EdgeKind, Grade, Kind, NodeId, Store
from graph.powers import Powers, gathered
from graph.store import Graph
from graph.values import Truth

DELAYS = (0, 7, 30)


@dataclass(frozen=True, slots=True)
class Fate:
    """What one credential makes of one copy: `killed` YES is lost, NO is left."""

    copy: Copy
    killed: Truth


@dataclass(frozen=True, slots=True)
class Fewest:
    """The least number of credentials for a total loss; `None`: no number of them suffices."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Delayed:
    """The answers when the destruction is noticed `days` later."""

    days: int
    rogue: Loss
    rogue_by: NodeId | None
    credentials: Fewest
    places: Fewest


@dataclass(frozen=True, slots=True)
class Score:
    """3-2-1-1-0: copies, kinds of storage, off site, locked, restore tested (never from code)."""

    three: Truth
    two: Truth
    offsite: Truth
    locked: Truth
    tested: Truth


@dataclass(frozen=True, slots=True)
class StoreSurvival:
    """One store: its pairs, the losses, the numbers of credentials.

    `accident`: the worst single call of anyone; `terraform`: one `terraform destroy` of the stack;
    `rogue`: the worst single credential, `rogue_by` the one that causes it. `exceeds` says
    whether one of accident and rogue costs more than the owner can afford.
    """

    store: Store
    pairs: tuple[Pair, ...]
    accident: Loss
    accident_by: NodeId | None
    terraform: Loss
    delays: tuple[Delayed, ...]
    score: Score

    @property
    def rogue(self) -> Loss:
        """The loss by the worst single credential, noticed at once."""
        return self.delays[0].rogue

    @property
    def rogue_by(self) -> NodeId | None:
        """The credential that causes it."""
        return self.delays[0].rogue_by

    @property
    def k_min(self) -> int | None:
        """The fewest credentials that may suffice for a total loss."""
        return self.delays[0].credentials.low

    @property
    def k_max(self) -> int | None:
        """The fewest credentials that certainly suffice."""
        return self.delays[0].credentials.high

    @property
    def exceeds(self) -> Truth:
        """Whether a single mistake or credential costs more than `max_loss`."""
        limit = self.store.max_loss
        if limit is None:
            return Truth.NO
        worst = self.accident | self.rogue
        if worst.low > aged(limit):
            return Truth.YES
        return Truth.MAYBE if worst.high > aged(limit) else Truth.NO


@dataclass(frozen=True)
class Survival:
    """The survival of every store, and what each credential leaves of each."""

    graph: Graph
    powers: Powers
    stores: Mapping[NodeId, StoreSurvival]

    def fates(self, credential: NodeId, store: NodeId) -> tuple[Fate, ...]:
        """What the credential, used with intent, makes of each copy that counts."""
        bit = self._bit.get(credential, 0)
        certain, possible = self._worlds
        return tuple(
            Fate(copy, _truth(bit & certain.of(copy.node), bit & possible.of(copy.node)))
            for copy in self.graph.copies_of.get(store, ())
            if copy.counts and copy.attached and not copy.made_by_delete
        )

    def lost(self, credential: NodeId, store: NodeId) -> tuple[Copy, ...]:
        """The copies that the credential destroys or may destroy."""
        return tuple(fate.copy for fate in self.fates(credential, store) if fate.killed)

    def left(self, credential: NodeId, store: NodeId) -> tuple[Copy, ...]:
        """The copies, certainly there, that are left, youngest first."""
        found = [
            fate.copy
            for fate in self.fates(credential, store)
            if not fate.killed and fate.copy.attached is Truth.YES
        ]
        return tuple(sorted(found, key=lambda copy: (_oldest(copy), copy.node)))

    def loss(self, credential: NodeId, store: NodeId) -> Loss:
        """What the credential, used with intent and noticed at once, costs of the store."""
        number = self._bit.get(credential, 0)
        certain, possible = self._worlds
        ends = [_worst(world, self.graph, store, number)[0] for world in (certain, possible)]
        return Loss(*ends)

    @cached_property
    def _bit(self) -> Mapping[NodeId, Bits]:
        return {name: 1 << number for number, name in enumerate(self.powers.names)}

    @cached_property
    def _worlds(self) -> tuple[Killers, Killers]:
        return _pair_of_worlds(self.graph, self.powers)


def survive(graph: Graph, powers: Powers) -> Survival:
    """The survival of every store of the graph under what credentials can do."""
    analysis = _Analysis(graph, powers)
    stores = {node: analysis.store(store) for node, store in graph.stores.items()}
    return Survival(graph, powers, stores)


@dataclass(frozen=True)
class _Analysis:
    graph: Graph
    powers: Powers

    def store(self, store: Store) -> StoreSurvival:
        pairs = tuple(
            pair(self.graph, store, copy, self._reach(store, copy))
            for copy in self.graph.copies_of.get(store.node, ())
        )
        accident, call = self._worst_call(self._calls, self._accidents, store)
        terraform, _ = self._worst_call(self._stacks, self._plans, store)
        return StoreSurvival(
            store=store,
            pairs=pairs,
            accident=accident,
            accident_by=call,
            terraform=terraform,
            delays=tuple(self._delayed(days, store) for days in DELAYS),
            score=_score(pairs),
        )

    def _worst_call(
        self, powers: Powers, worlds: tuple[Killers, Killers], store: Store
    ) -> tuple[Loss, NodeId | None]:
        (low, _), (high, by) = (_worst(world, self.graph, store.node) for world in worlds)
        return Loss(low, high), (None if by is None else powers.names[by])

    def _delayed(self, days: int, store: Store) -> Delayed:
        certain, possible = self._worlds[days]
        sure, unsure = self._fewest(certain, store), self._fewest(possible, store)
        low, low_by = _worst(certain, self.graph, store.node)
        high, high_by = _worst(possible, self.graph, store.node)
        by = low_by if low == high else high_by
        return Delayed(
            days,
            Loss(low, high),
            None if by is None else self.powers.names[by],
            Fewest(unsure.credentials, sure.credentials),
            Fewest(unsure.places, sure.places),
        )

    def _fewest(self, killers: Killers, store: Store) -> Least:
        copies = _usable(killers.world, self.graph, store.node)
        quorums = (0, *(killers.quorum(copy) for copy in copies))
        sets = (killers.of(store.node), *(killers.of(copy.node) for copy in copies))
        key = (sets, quorums)
        if key not in self._known:
            self._known[key] = least(sets, quorums, self._joint)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[tuple[Bits, ...], tuple[Bits, ...]], Least]:
        """Stores in the same hands, and a store at every delay, are alike."""
        return {}

    @cached_property
    def _joint(self) -> tuple[Bits, ...]:
        """The credentials of each place that holds more than one."""
        number = {name: index for index, name in enumerate(self.powers.names)}
        found: defaultdict[NodeId, int] = defaultdict(int)
        for edge in self.graph.edges:
            if edge.kind is EdgeKind.HOLDS and edge.target in number:
                found[edge.source] |= 1 << number[edge.target]
        return tuple(bits for _, bits in sorted(found.items()) if bits.bit_count() > 1)

    def _reach(self, store: Store, copy: Copy) -> Reach:
        certain, possible = self._worlds[0]
        sure = certain.of(store.node) & certain.of(copy.node)
        unsure = possible.of(store.node) & possible.of(copy.node)
        by = next(members(sure or unsure), None)
        data = self._writes.get(store.node, 0) & self._overwriters(copy)
        known = self.powers.writes is not None and bool(self.powers.names)
        return Reach(
            _truth(sure, unsure) if possible.of(store.node) else Truth.MAYBE,
            None if by is None else self.powers.names[by],
            Truth.of(bool(data) if known else None),
            known=bool(possible.of(store.node)),
        )

    def _overwriters(self, copy: Copy) -> Bits:
        """Who overwrites a copy; nobody where its bucket keeps past versions of objects."""
        holder = copy.container or copy.node
        kept = self.graph.copies_of.get(holder, ())
        if any(item.container == holder and item.attached is Truth.YES for item in kept):
            return 0
        return self._writes.get(holder, 0)

    @cached_property
    def _writes(self) -> Mapping[NodeId, Bits]:
        return self.powers.bits(self.powers.writes or {}, Truth.YES)

    @cached_property
    def _worlds(self) -> Mapping[int, tuple[Killers, Killers]]:
        return {
            days: _pair_of_worlds(self.graph, self.powers, timedelta(days=days)) for days in DELAYS
        }

    @cached_property
    def _calls(self) -> Powers:
        """Every single call as if it were a credential: each store, each container in reach.

        A call that a guard refuses does not happen by accident.
        """
        calls = {
            node: {node: ~_guarded(store, terraform=False)}
            for node, store in self.graph.stores.items()
        }
        for target, who in self.powers.destroys.items():
            node = self.graph.nodes.get(target)
            if node is not None and node.kind is Kind.CONTAINER:
                best = calls.get(target, {}).get(target, Truth.NO)
                calls[target] = {target: max(best, _truth(who.sure, who.possible))}
        return gathered(calls)

    @cached_property
    def _accidents(self) -> tuple[Killers, Killers]:
        return _pair_of_worlds(self.graph, self._calls)

    @cached_property
    def _stacks(self) -> Powers:
        """Every `terraform destroy` of one stack as if it were a credential."""
        reached: defaultdict[NodeId, dict[NodeId, Truth]] = defaultdict(dict)
        for node, store in self.graph.stores.items():
            stack = self.graph.nodes[node].scope.stack
            if stack is not None:
                reached[stack][node] = ~_guarded(store, terraform=True)
        for copy in self.graph.copies:
            stack = self.graph.nodes[copy.node].scope.stack
            if stack is not None and copy.terraform:
                reached[stack][copy.node] = copy.terraform
        return gathered(reached, lifts=reached)

    @cached_property
    def _plans(self) -> tuple[Killers, Killers]:
        return (
            Killers(self.graph, self._stacks, World(Truth.YES, terraform=True)),
            Killers(self.graph, self._stacks, World(Truth.MAYBE, terraform=True)),
        )


def _pair_of_worlds(
    graph: Graph, powers: Powers, delay: timedelta = timedelta(0)
) -> tuple[Killers, Killers]:
    return (
        Killers(graph, powers, World(Truth.YES, delay)),
        Killers(graph, powers, World(Truth.MAYBE, delay)),
    )


def _usable(world: World, graph: Graph, store: NodeId) -> list[Copy]:
    """The copies to count on: in the certain world those that may be there, else those that are."""
    sure = world.least is Truth.MAYBE
    return [
        copy
        for copy in graph.copies_of.get(store, ())
        if copy.counts
        and copy.attached >= (Truth.YES if sure else Truth.MAYBE)
        and (not world.delay or _reaches_back(copy, world.delay, sure=sure))
    ]


def _reaches_back(copy: Copy, delay: timedelta, *, sure: bool) -> bool:
    return not sure if copy.horizon is None else copy.horizon >= delay


def _worst(
    killers: Killers, graph: Graph, store: NodeId, only: Bits | None = None
) -> tuple[Amount, int | None]:
    """The worst loss of a store by one destroyer, and the first that causes it."""
    copies = _usable(killers.world, graph, store)
    who = killers.of(store) if only is None else killers.of(store) & only
    worst, by = NOTHING, None
    sets = [killers.of(copy.node) for copy in copies]
    for signature, group in sorted(partition(who, sets).items()):
        survivors = [copy for number, copy in enumerate(copies) if not signature >> number & 1]
        amount = min((_amount(copy, killers.world) for copy in survivors), default=TOTAL)
        first = next(members(group))
        if by is None or amount > worst or (amount == worst and first < by):
            worst, by = amount, first
    return worst, by


def _amount(copy: Copy, world: World) -> Amount:
    """What restoring a copy loses; the age's own bound on that side, and what came after."""
    if copy.age is None:
        return aged(None) if world.least is Truth.MAYBE else aged(world.delay)
    low, high = copy.age
    if world.least is Truth.YES and high is None:
        return aged(low + world.delay)
    return aged(None if high is None else high + world.delay)


def _guarded(store: Store, *, terraform: bool) -> Truth:
    """Whether a guard refuses the deletion; Terraform minds also those that bind only itself."""
    truths = [guard.on for guard in store.guards if terraform or guard.grade != "terraform_only"]
    return max(truths, default=Truth.NO)


def _truth(sure: Bits, unsure: Bits) -> Truth:
    return Truth.YES if sure else Truth.MAYBE if unsure else Truth.NO


def _oldest(copy: Copy) -> timedelta:
    return copy.age[1] if copy.age and copy.age[1] is not None else timedelta.max


def _score(pairs: tuple[Pair, ...]) -> Score:
    real = [item for item in pairs if item.verdict is not Verdict.ILLUSORY]
    sure = [item for item in real if item.verdict is not Verdict.UNKNOWN]
    return Score(
        three=Truth.of(True) if len(sure) > 1 else Truth.of(None if len(real) > 1 else False),
        two=_any(real, lambda item: Truth.of(not item.copy.managed_by_store)),
        offsite=_any(
            real,
            lambda item: ~item.dimensions["region"].truth & ~item.dimensions["account"].truth,
        ),
        locked=_any(real, lambda item: Truth.of(item.copy.grade in {Grade.COMPLIANCE, Grade.MPA})),
        tested=_any(real, lambda item: item.copy.restore_tested),
    )


def _any(pairs: Iterable[Pair], judge: Callable[[Pair], Truth]) -> Truth:
    return max((judge(item) for item in pairs), default=Truth.NO)
