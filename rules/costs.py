"""What one credential costs of one store, in the words of reports."""

from __future__ import annotations

from dataclasses import dataclass

from graph.losses import Extent, Loss, aged, duration
from graph.model import Copy, NodeId
from graph.values import Truth
from rules.finding import Left
from rules.wording import age
from rules.world import World


@dataclass(frozen=True, slots=True)
class Cost:
    """Copies that go, copies that stay, and the loss."""

    lost: tuple[Copy, ...]
    left: tuple[Copy, ...]
    loss: Loss

    @property
    def total(self) -> Truth:
        """Whether nothing is left."""
        if self.loss.low.extent is Extent.TOTAL:
            return Truth.YES
        return Truth.MAYBE if self.loss.high.extent is Extent.TOTAL else Truth.NO


def cost(world: World, credential: NodeId, store: NodeId) -> Cost:
    """What a credential, used with intent, leaves of a store."""
    survival = world.survival
    return Cost(
        survival.lost(credential, store),
        survival.left(credential, store),
        survival.loss(credential, store),
    )


def exceeds(world: World, store: NodeId, loss: Loss) -> Truth:
    """Whether a loss is more than the store's owner can afford."""
    limit = aged(world.max_loss(store))
    if loss.low > limit:
        return Truth.YES
    return Truth.MAYBE if loss.high > limit else Truth.NO


def left(copies: tuple[Copy, ...]) -> tuple[Left, ...]:
    """Surviving copies with their ages as reports have them."""
    return tuple(Left(copy.node, age_text(copy)) for copy in copies)


def age_text(copy: Copy) -> str:
    """The age of the newest copy at its worst, `unknown` where nothing bounds it."""
    return duration(copy.age[1]) if copy.age and copy.age[1] is not None else "unknown"


def copy_name(world: World, copy: Copy) -> str:
    """A copy's name beside that of its store: `automated backups`, not `… of orders`."""
    return world.node(copy.node).name.removesuffix(f" of {world.node(copy.store).name}")


def sentence(world: World, store: NodeId, found: Cost) -> str:
    """What is left afterwards, in one sentence."""
    if not found.left:
        if found.total is Truth.YES:
            return "Nothing is left: no copy is known that survives."
        return "Whether any copy survives is not known."
    newest = found.left[0]
    name = copy_name(world, newest)
    only = len(found.left) == 1
    which = f"The {'only' if only else 'newest'} copy that survives is {name}"
    rest = "; without it, everything is lost" if only else ""
    if newest.age is None or newest.age[1] is None:
        return f"{which}, of unknown age{rest}."
    old = newest.age[1]
    limit = world.graph.stores[store].max_loss
    afford = limit is not None and old > limit
    if not old:
        return f"What survives: {name}, up to date."
    said = f"; you said you can afford to lose {age(limit)}" if limit and afford else ""
    most = "" if newest.age[0] == old else "at most "
    return f"{which}, {most}{age(old)} old{said}{rest}."
