"""What a store's copies are worth together: which survive, and what all of them share with it.

A store has one finding about isolation, the gravest; what else its copies share is said in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.domains import Pair
from graph.losses import Extent, aged
from graph.model import Copy, Node
from graph.survival import StoreSurvival
from graph.values import Truth
from rules.costs import age_text, left
from rules.finding import Certainty, Finding, Fix, Left, Severity
from rules.wording import age, listed
from rules.world import World

# From the gravest. `org` and `vendor` hold for nearly every estate: they count on demand only.
ORDER = (
    "credential",
    "data_credential",
    "storage_unit",
    "account",
    "key",
    "iac",
    "version",
    "region",
    "az",
    "org",
    "vendor",
)
ON_DEMAND = frozenset({"org", "vendor"})


@dataclass(frozen=True)
class Standing:
    """A store's copies, sorted by what becomes of them when the store is deleted."""

    store: StoreSurvival
    node: Node
    dying: tuple[Pair, ...]
    surviving: tuple[Pair, ...]

    @property
    def usable(self) -> tuple[Pair, ...]:
        """All copies that count and are, or may be, there."""
        return (*self.dying, *self.surviving)


def standings(world: World) -> Iterator[Standing]:
    """Every store that is, or may be, production and needs a backup."""
    for found in world.stores():
        if found.store.no_backup is None:
            yield standing(world, found)


def standing(world: World, found: StoreSurvival) -> Standing:
    """One store's copies."""
    usable = [pair for pair in found.pairs if _counts(pair.copy)]
    dying = tuple(pair for pair in usable if dies(pair))
    surviving = tuple(pair for pair in usable if not dies(pair))
    return Standing(found, world.node(found.store.node), dying, surviving)


def _counts(copy: Copy) -> bool:
    return copy.counts and copy.attached is not Truth.NO and not copy.made_by_delete


def dies(pair: Pair) -> bool:
    """Whether the call that deletes the store certainly takes the copy."""
    shared = (pair.dimensions["lifecycle"].truth, pair.dimensions["storage_unit"].truth)
    return Truth.YES in shared


def fresh(world: World, found: Standing) -> bool:
    """Whether a surviving copy is, or may be, young enough."""
    limit = aged(world.max_loss(found.node.id))
    low_ends = (pair.copy.age[0] if pair.copy.age else None for pair in found.surviving)
    return any(low is None or aged(low) <= limit for low in low_ends)


def total_by_one(found: Standing) -> Truth:
    """Whether one credential loses the store and every copy."""
    if not found.usable:
        return Truth.NO
    if found.store.k_max == 1:
        return Truth.YES
    return Truth.MAYBE if found.store.k_min == 1 else Truth.NO


def dominant(world: World, found: Standing) -> str | None:
    """The gravest dimension that all surviving copies certainly share with the store."""
    if not found.surviving or not fresh(world, found) or total_by_one(found) is Truth.YES:
        return None
    for name in ORDER:
        wanted = name not in ON_DEMAND or name in world.options.demand
        if wanted and _all_share(found, name):
            return name
    return None


def _all_share(found: Standing, name: str) -> bool:
    if name == "iac":
        return found.store.terraform.low.extent is Extent.TOTAL
    return all(pair.dimensions[name].truth is Truth.YES for pair in found.surviving)


def shared_by_all(found: Standing) -> tuple[str, ...]:
    """Every dimension that all surviving copies share, in order."""
    return tuple(name for name in ORDER if _all_share(found, name))


def certainty(world: World, found: Standing, *, sure: bool = True) -> Certainty:
    """Proven for a store that certainly is production."""
    proven = sure and world.production(found.node.id) is Truth.YES
    return Certainty.PROVEN if proven else Certainty.POSSIBLE


def shares(
    world: World, rule: str, dimension: str, severity: Severity, event: str, fix: str
) -> Iterator[Finding]:
    """Findings of a shared dimension: `event` is what takes both, in words."""
    for found in standings(world):
        if dominant(world, found) != dimension:
            continue
        names = [world.node(pair.copy.node).name for pair in found.surviving]
        others = [
            name for name in shared_by_all(found) if name != dimension and name not in ON_DEMAND
        ]
        details = [f"{listed(names)}: {found.surviving[0].dimensions[dimension].why}."]
        if others:
            details.append(
                f"They also share: {listed([name.replace('_', ' ') for name in others], 8)}."
            )
        plural = "every copy" if len(names) > 1 else "the only copy"
        yield store_finding(
            world,
            found,
            rule,
            severity,
            title=f"{event} {shown(found.node)} and {plural} of it, {listed(names)}",
            details=tuple(details),
            fixes=(Fix(fix, source=found.node.location),),
        )


def store_finding(
    world: World,
    found: Standing,
    rule: str,
    severity: Severity,
    *,
    title: str,
    details: tuple[str, ...],
    fixes: tuple[Fix, ...],
    sure: bool = True,
    survivors: tuple[Left, ...] | None = None,
) -> Finding:
    """A finding about a store; `sure` is False where it rests on something unknown."""
    environment = found.node.environment
    doubt = ()
    if environment is not None and environment.production is Truth.MAYBE:
        doubt = (f"Whether this is production is not known: {environment.because}.",)
    copies = tuple(pair.copy for pair in found.surviving)
    facts = [e for pair in found.usable for e in pair.copy.evidence if not e.confirmed]
    return Finding(
        rule=rule,
        severity=severity,
        certainty=certainty(world, found, sure=sure),
        title=title,
        target=found.node.id,
        location=found.node.location,
        details=(*details, *doubt),
        lost=tuple(pair.copy.node for pair in found.dying),
        left=left(copies) if survivors is None else survivors,
        data_loss=str(found.store.accident),
        environment=environment.name if environment else None,
        fixes=fixes,
        unconfirmed=tuple(dict.fromkeys(e.fact or e.text for e in facts)),
    )


def shown(node: Node) -> str:
    """`the production volume pg-data`."""
    sure = node.environment is not None and node.environment.production is Truth.YES
    what = node.facts.get("what", "data store")
    name = node.name if node.name in node.id else f"{node.name} ({node.id})"
    return f"the {'production ' if sure else ''}{what} {name}"


def aged_words(copy: Copy) -> str:
    """`90 days old`, `of unknown age`."""
    if copy.age is None or copy.age[1] is None:
        return "of unknown age"
    return f"{age(copy.age[1])} old" if age_text(copy) != "0m" else "up to date"
