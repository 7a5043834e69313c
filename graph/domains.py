"""What a copy shares with its store: eighteen dimensions with evidence, and the pair's verdict.

Twelve say what one event would take with both, six say how good the copy is by itself. Location is
the one everybody looks at and seldom the one that decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from graph.losses import FOREVER, duration
from graph.model import Cascade, Copy, Grade, NodeId, Place, Scope, Store
from graph.places import same
from graph.store import Graph
from graph.values import Truth

SHARING = (
    "lifecycle",
    "storage_unit",
    "az",
    "region",
    "account",
    "org",
    "credential",
    "data_credential",
    "key",
    "iac",
    "vendor",
    "version",
)
QUALITY = ("immutability", "grace", "freshness", "horizon", "coverage", "restorability")
_FATES = {
    Cascade.ALWAYS: (Truth.YES, "the call that deletes the store deletes it too"),
    Cascade.NEVER: (Truth.NO, "it outlives the store"),
    Cascade.GRACE: (Truth.NO, "it outlives the store for a while"),
    Cascade.BLOCKED: (Truth.NO, "the store cannot be deleted while it exists"),
    Cascade.PARTIAL: (Truth.NO, "part of it outlives the store"),
    Cascade.UNKNOWN: (Truth.MAYBE, "what becomes of it with the store is not known"),
}


class Verdict(StrEnum):
    """How much a copy is worth when its store is lost, from nothing."""

    ILLUSORY = "illusory"
    SHARED = "shared"
    PARTIAL = "partial"
    INDEPENDENT = "independent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One answer: whether a sharing dimension is shared, whether a quality is there."""

    id: str
    truth: Truth
    why: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom the two dimensions of credentials rest on; `known` is False when nobody is known who
    can destroy the store, so that a copy beyond reach proves nothing.
    """

    both: Truth
    by: NodeId | None
    data: Truth
    known: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A store and one of its copies; `shared` are the sharing dimensions that certainly hold."""

    store: NodeId
    copy: Copy
    dimensions: Mapping[str, Dimension]
    verdict: Verdict
    why: str

    @property
    def shared(self) -> tuple[str, ...]:
        """Ids of what certainly is shared, in the order of the dimensions."""
        return tuple(name for name in SHARING if self.dimensions[name].truth is Truth.YES)


def pair(graph: Graph, store: Store, copy: Copy, reach: Reach) -> Pair:
    """The dimensions and the verdict of one pair."""
    dimensions = {item.id: item for item in _dimensions(graph, store, copy, reach)}
    verdict, why = _verdict(copy, dimensions, reach)
    return Pair(store.node, copy, dimensions, verdict, why)


def _dimensions(graph: Graph, store: Store, copy: Copy, reach: Reach) -> list[Dimension]:
    return [
        _lifecycle(copy),
        *_located(graph.nodes[store.node].scope, graph.nodes[copy.node].scope, copy),
        _credential(reach),
        Dimension("data_credential", reach.data, _DATA[reach.data]),
        _key(graph, store.key, copy.key),
        Dimension("version", ~copy.version_isolated, _VERSION[copy.version_isolated]),
        *_qualities(copy),
    ]


_DATA = {
    Truth.YES: "one credential overwrites the data of both",
    Truth.MAYBE: "who can overwrite the data of both is not known",
    Truth.NO: "no known credential overwrites the data of both",
}
_VERSION = {
    Truth.YES: "past versions are kept apart from later writes",
    Truth.MAYBE: "whether a bad write reaches it is not known",
    Truth.NO: "a bad write or delete reaches it",
}


def _lifecycle(copy: Copy) -> Dimension:
    truth, why = _FATES[copy.cascade]
    if copy.made_by_delete:
        why = "it is made only if the caller of the delete call asks for it"
    elif copy.cascade_by_caller and copy.terraform_cascade is not copy.cascade:
        why += " unless the caller asks to keep it (Terraform does)"
    elif copy.cascade is Cascade.GRACE and copy.grace is not None:
        why = f"it outlives the store for {duration(copy.grace)}"
    return Dimension("lifecycle", truth, why)


def _located(store: Scope, copy: Scope, found: Copy) -> list[Dimension]:
    unit = found.domains.get("storage_unit", Truth.NO)
    vendor = Truth.of(store.vendor == copy.vendor)
    account = same(store.account, copy.account) & vendor
    region = same(store.region, copy.region)
    if unit is Truth.YES:
        account = region = Truth.YES
    org = _org(store, copy, account, vendor)
    zone = found.domains.get("az", _zone(store, copy) | unit)
    iac = found.domains.get("iac", _stack(store, copy))
    return [
        Dimension("storage_unit", unit, _inside(unit)),
        Dimension("az", zone, _both(store.zone, copy.zone, "zone")),
        Dimension("region", region, _both(store.region, copy.region, "region")),
        Dimension("account", account, _both(store.account, copy.account, "account")),
        Dimension("org", org, _both(store.organization, copy.organization, "organization")),
        Dimension("iac", iac, "one Terraform state holds both" if iac else "not in one state"),
        Dimension(
            "vendor",
            vendor,
            f"{store.vendor} and {copy.vendor}"
            if vendor is Truth.NO
            else f"both are with {store.vendor}",
        ),
    ]


def _inside(truth: Truth) -> str:
    return "it lies inside the store" if truth is Truth.YES else "it lies outside the store"


def _zone(store: Scope, copy: Scope) -> Truth:
    """One zone; what names none is spread over several or its zone does not matter."""
    return Truth.NO if store.zone is None or copy.zone is None else same(store.zone, copy.zone)


def _both(store: Place, copy: Place, what: str) -> str:
    if same(store, copy) is Truth.YES:
        return (
            f"both are in {what} {store}" if isinstance(store, str) else f"both are in one {what}"
        )
    return f"the store is in {what} {store or 'unknown'}, the copy in {copy or 'unknown'}"


def _org(store: Scope, copy: Scope, account: Truth, vendor: Truth) -> Truth:
    if vendor is Truth.NO:
        return Truth.NO
    if account is Truth.YES:
        return Truth.YES
    return same(store.organization, copy.organization)


def _stack(store: Scope, copy: Scope) -> Truth:
    if store.stack is None or copy.stack is None:
        return Truth.NO
    return Truth.of(store.stack == copy.stack)


def _credential(reach: Reach) -> Dimension:
    match reach.both:
        case Truth.YES:
            why = f"{reach.by} can destroy both"
        case Truth.MAYBE:
            why = f"{reach.by or 'somebody'} may be able to destroy both"
        case _:
            why = "no known credential destroys both"
    if not reach.known:
        why = "no credential is known that destroys the store"
    return Dimension("credential", reach.both, why)


def _key(graph: Graph, store: Place, copy: Place) -> Dimension:
    if store is None or copy is None:
        return Dimension("key", Truth.NO, "no key that a customer can delete protects both")
    truth = same(store, copy)
    name = f"the key {copy}" if isinstance(copy, str) and copy in graph.nodes else copy
    which = "both are" if truth is Truth.YES else "the copy is"
    return Dimension("key", truth, f"{which} encrypted with {name}")


def _qualities(copy: Copy) -> list[Dimension]:
    locked = Truth.of(copy.grade in {Grade.COMPLIANCE, Grade.MPA})
    age = copy.age[1] if copy.age else None
    return [
        Dimension("immutability", locked, _grade(copy)),
        Dimension("grace", Truth.of(copy.grace is not None), _span(copy.grace, "undo window")),
        Dimension("freshness", Truth.of(age is not None or None), _span(age, "newest copy")),
        Dimension(
            "horizon", Truth.of(copy.horizon is not None or None), _span(copy.horizon, "reach back")
        ),
        Dimension("coverage", copy.attached, _COVERAGE[copy.attached]),
        Dimension("restorability", copy.restore_tested, _TESTED[copy.restore_tested]),
    ]


_COVERAGE = {
    Truth.YES: "the store is selected",
    Truth.MAYBE: "whether the store is selected is not known",
    Truth.NO: "the store is not selected",
}
_TESTED = {
    Truth.YES: "a restore was tested",
    Truth.MAYBE: "not verifiable from code",
    Truth.NO: "it cannot be restored elsewhere",
}


def _grade(copy: Copy) -> str:
    window = f" for {duration(copy.lock)}" if copy.lock and copy.lock < FOREVER else ""
    return f"{copy.grade}{window}"


def _span(value: timedelta | None, what: str) -> str:
    if value is None:
        return f"{what} not known"
    return f"{what} without end" if value >= FOREVER else f"{what} {duration(value)}"


def _verdict(copy: Copy, dimensions: Mapping[str, Dimension], reach: Reach) -> tuple[Verdict, str]:
    """The verdict that every reading of the unknowns allows; never better than the worst of them.

    Where the worst reading is `partial` the verdict is that: it is the floor and says something.
    """
    worst, why = _read(copy, dimensions, reach, pessimistic=True)
    best, _ = _read(copy, dimensions, reach, pessimistic=False)
    if worst is best or worst is Verdict.PARTIAL:
        return worst, why
    return Verdict.UNKNOWN, why


def _read(
    copy: Copy, dimensions: Mapping[str, Dimension], reach: Reach, *, pessimistic: bool
) -> tuple[Verdict, str]:
    def holds(name: str) -> bool:
        truth = dimensions[name].truth
        return truth is Truth.YES or (pessimistic and truth is Truth.MAYBE)

    if not copy.counts:
        return Verdict.ILLUSORY, "it is no copy: what is destroyed in the store is destroyed in it"
    if copy.attached is Truth.NO or (pessimistic and copy.attached is Truth.MAYBE):
        return Verdict.ILLUSORY, dimensions["coverage"].why
    if holds("lifecycle"):
        return Verdict.ILLUSORY, dimensions["lifecycle"].why
    if holds("credential") and (reach.known or dimensions["credential"].truth is Truth.YES):
        return Verdict.SHARED, dimensions["credential"].why
    if holds("key"):
        return Verdict.SHARED, dimensions["key"].why
    shared = [name for name in SHARING if name != "vendor" and holds(name)]
    if shared:
        return Verdict.PARTIAL, dimensions[shared[0]].why
    if not reach.known and copy.grade not in {Grade.COMPLIANCE, Grade.MPA}:
        return Verdict.PARTIAL, dimensions["credential"].why
    return Verdict.INDEPENDENT, "nothing that destroys the store is known to destroy it"
