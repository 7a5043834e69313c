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
from rules.costs import copy_name, left
from rules.finding import Certainty, Finding, Fix, Left, Severity
from rules.wording import age, capital, listed
from rules.world import World

# From the gravest, with what it is called where it is not the main point. `org` and `vendor` hold
# for nearly every estate: they count on demand only.
ORDER = {
    "credential": "who can delete them",
    "data_credential": "who can overwrite them",
    "storage_unit": "the bucket, volume or vault",
    "account": "the account",
    "key": "the encryption key",
    "iac": "the Terraform state",
    "az": "the zone",
    "region": "the region",
    "org": "the organization",
    "vendor": "the vendor",
}
_IMPLIED = {"storage_unit": ("account", "az", "region"), "az": ("region",)}
ON_DEMAND = frozenset({"org", "vendor"})


@dataclass(frozen=True)
class Standing:
    """A store's copies, sorted by what becomes of them when the store is deleted.

    `replicas` follow every write and delete of the store, so they are no copies.
    """

    store: StoreSurvival
    node: Node
    dying: tuple[Pair, ...]
    surviving: tuple[Pair, ...]
    replicas: tuple[Pair, ...]

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
    there = [p for p in found.pairs if p.copy.attached and not p.copy.made_by_delete]
    usable = [pair for pair in there if pair.copy.counts]
    return Standing(
        found,
        world.node(found.store.node),
        dying=tuple(pair for pair in usable if dies(pair)),
        surviving=tuple(pair for pair in usable if not dies(pair)),
        replicas=tuple(pair for pair in there if not pair.copy.counts),
    )


def dies(pair: Pair) -> bool:
    """Whether the call that deletes the store certainly takes the copy."""
    return pair.dimensions["lifecycle"].truth is Truth.YES


def fresh(world: World, found: Standing) -> bool:
    """Whether a surviving copy is, or may be, young enough."""
    limit = aged(world.max_loss(found.node.id))
    low_ends = (pair.copy.age[0] if pair.copy.age else None for pair in found.surviving)
    return any(low is None or aged(low) <= limit for low in low_ends)


def total_by_one(found: Standing) -> Truth:
    """Whether one credential loses the store and every copy, though some outlive the store."""
    if not found.surviving:
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


def shares(
    world: World, rule: str, dimension: str, severity: Severity, what: str, fix: str
) -> Iterator[Finding]:
    """Findings of a shared dimension; `what` says of every copy what it shares."""
    for found in standings(world):
        if dominant(world, found) == dimension:
            names = [copy_name(world, pair.copy) for pair in found.surviving]
            yield store_finding(
                world,
                found,
                rule,
                severity,
                title=f"{_every(found)} {what}: {listed(names)}",
                details=tuple(_shared(world, found, dimension)),
                fixes=(Fix(fix, source=found.node.location),),
            )


def _every(found: Standing) -> str:
    """`The only copy of the production volume pg-data that would outlive it`."""
    every = "Every copy" if len(found.surviving) > 1 else "The only copy"
    return f"{every} of {shown(found.node)}{' that would outlive it' if found.dying else ''}"


def _shared(world: World, found: Standing, dimension: str) -> Iterator[str]:
    if dimension == "iac":
        yield "One `terraform destroy` takes both."
    elif dimension == "storage_unit":
        yield "Whoever empties it takes both."
    else:
        yield from _reasons(world, found, dimension)
    said = {dimension, *ON_DEMAND, *_IMPLIED.get(dimension, ())}
    others = [
        words for name, words in ORDER.items() if name not in said and _all_share(found, name)
    ]
    if others:
        yield f"Store and copies also have in common {listed(others, len(ORDER))}."


def _reasons(world: World, found: Standing, dimension: str) -> Iterator[str]:
    """Why each copy shares the dimension, once where it is the same for all."""
    whys = {copy_name(world, p.copy): p.dimensions[dimension].why for p in found.surviving}
    if len(set(whys.values())) == 1:
        yield f"{capital(next(iter(whys.values())))}."
    else:
        yield from (f"{name}: {why}." for name, why in list(whys.items())[:3])


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
) -> Finding:
    """A finding about a store; `sure` is False where it rests on something unknown."""
    environment = found.node.environment
    production = world.production(found.node.id)
    facts = [e for pair in found.usable for e in pair.copy.evidence if not e.confirmed]
    return Finding(
        rule=rule,
        severity=severity,
        certainty=Certainty.PROVEN if sure and production is Truth.YES else Certainty.POSSIBLE,
        title=title,
        target=found.node.id,
        location=found.node.location,
        details=(*details, *world.doubts(found.node.id)),
        lost=tuple(pair.copy.node for pair in found.dying),
        left=_left(found),
        data_loss=str(found.store.accident),
        environment=environment.name if environment else None,
        fixes=fixes,
        unconfirmed=tuple(dict.fromkeys(e.fact or e.text for e in facts)),
    )


def _left(found: Standing) -> tuple[Left, ...]:
    return left(tuple(pair.copy for pair in found.surviving))


def shown(node: Node) -> str:
    """`the production volume pg-data (railway_service.db)`."""
    sure = node.environment is not None and node.environment.production is Truth.YES
    what = node.facts.get("what", "data store")
    name = node.name if node.name in node.id else f"{node.name} ({node.id})"
    return f"the {'production ' if sure else ''}{what} {name}"


def aged_words(copy: Copy) -> str:
    """`90 days old`, `at most 24 hours old`, `of unknown age`."""
    if copy.age is None or copy.age[1] is None:
        return "of unknown age"
    low, high = copy.age
    if not high:
        return "up to date"
    return f"{age(high)} old" if low == high else f"at most {age(high)} old"


def survivors(world: World, found: Standing) -> str:
    """`old-dump (90 days old)`, of all that survive."""
    copies = [f"{copy_name(world, p.copy)} ({aged_words(p.copy)})" for p in found.surviving]
    return listed(copies)


def afford(world: World, found: Standing) -> str:
    """`you can afford to lose 1 day`, or the limit that stands for what nobody declared."""
    declared = world.graph.stores[found.node.id].max_loss is not None
    said = "you can afford to lose" if declared else "the limit, since none is declared, is"
    return f"{said} {age(world.max_loss(found.node.id))}"
