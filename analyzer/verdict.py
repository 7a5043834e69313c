"""May this credential do that? The answer for an agent's guard, a proxy or a CI job, with reasons.

`deny` and `ask` never rest on silence and `allow` never on a gap: what is not known is `unknown`,
which is never to be read as allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from analyzer.consequences import (
    DESTROYING,
    Question,
    approvals,
    copies_in,
    oldest,
    outside,
    production,
    stores_in,
    taken,
)
from analyzer.document import reach_entry
from analyzer.naming import targets_named
from analyzer.readers.faults import meant
from analyzer.report import INCOMPLETE, Report
from graph.actions import actions, actions_on
from graph.losses import duration
from graph.model import Copy, Node, NodeId, Verb
from graph.reach import Power
from graph.selectors import selects
from graph.values import Truth
from rules.costs import age_text
from rules.people import held
from rules.wording import age, listed, walk
from rules.world import World

SCHEMA_VERSION = 1
MAX_TARGETS = 50
_EFFECTS = {
    Verb.READ: "read",
    Verb.WRITE: "write",
    Verb.DESTROY: "destroy",
    Verb.DESTROY_BACKUP: "destroy",
    Verb.ESCALATE: "admin",
}
_SEVERITY = (Verb.READ, Verb.WRITE, Verb.ESCALATE, Verb.DESTROY_BACKUP, Verb.DESTROY)
_WORDS = ("allow", "ask", "deny")
_TO_AGENT = {
    "allow": "This is within what is known to be harmless or intended.",
    "ask": "Ask the person you work for before you do this.",
    "deny": "Stop. Do not look for another credential or another way; ask the person you work for.",
    "unknown": "What this would do is not known. Ask the person you work for before you do it.",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: one word, the powers it rests on, and why in codes and sentences."""

    report: Report
    question: Question
    word: str
    powers: tuple[Power, ...]
    reasons: tuple[tuple[str, str], ...]
    human: str

    def data(self) -> dict[str, Any]:
        """As `schemas/verdict.schema.json` has it."""
        world, powers = self.report.world, self.powers
        unknown = self.word == "unknown"
        effect = _EFFECTS[powers[0].verb] if powers else "unknown" if unknown else "none"
        return {
            "version": SCHEMA_VERSION,
            "verdict": self.word,
            "question": {
                "credential": self.question.credential,
                "action": self.question.action,
                "target": self.question.target,
            },
            "effect": effect,
            "irreversible": "unknown" if unknown else _irreversible(world, powers),
            "undo": _undo(world, powers),
            "targets": [_target(world, node) for node in _hit(world, powers)][:MAX_TARGETS],
            "cascade": _cascade(world, powers),
            "backups": _backups(world, self.question, powers),
            "outside_intent": any(outside(world, self.question, power) for power in powers),
            "path": _path(world, self.question, powers),
            "reasons": [{"code": code, "text": text} for code, text in self.reasons],
            "say_to_human": self.human,
            "say_to_agent": _TO_AGENT[self.word],
            "graph": {
                "as_of": world.today.isoformat(),
                "complete": not self.report.incomplete,
                "assumed": list(_gaps(self.report, self.question.credential))[:MAX_TARGETS],
            },
            "powers": [
                reach_entry(self.report, self.question.credential, power) for power in powers
            ][:MAX_TARGETS],
        }


def answer(report: Report, question: Question) -> Verdict:
    """The verdict on a question; the worst thing that it covers decides."""
    world = report.world
    targets = None if question.target is None else targets_named(world, question.target)
    every = world.reach.powers(question.credential).values()
    powers = [
        power
        for power in (_asked(world, power, question.action) for power in every)
        if power is not None and (targets is None or power.target in targets)
    ]
    if not powers:
        return _nothing(report, question)
    powers.sort(key=lambda power: _gravity(world, question, power))
    word = _judged(world, question, powers[0])
    reasons = tuple(_reasons(world, question, powers[0]))
    return Verdict(
        report, question, word, tuple(powers), reasons, _sentence(world, question, powers[0])
    )


def _asked(world: World, power: Power, action: str | None) -> Power | None:
    """The power as far as it is asked about. A call of the same effect on the same kind of thing
    counts as possible where it is not the very call that the power was decided by.
    """
    if action is None or action.lower() == power.verb or _is(power.edge.calls, action):
        return power
    same = [a.name for a in actions_on(world.node(power.target).type) if a.verb is power.verb]
    return replace(power, truth=power.truth & Truth.MAYBE) if _is(same, action) else None


def _is(calls: Iterable[str], action: str) -> bool:
    """Whether one of the calls is meant; a service's prefix may be left out or differ."""
    wanted = action.rsplit(":", 1)[-1].lower()
    return any(fnmatchcase(call.rsplit(":", 1)[-1].lower(), wanted) for call in calls)


def _nothing(report: Report, question: Question) -> Verdict:
    gaps = list(_gaps(report, question.credential))
    shown = question.credential
    unheard = _unheard(report.world, question)
    if unheard:
        human = "Whether it changes or destroys anything is not known."
        return Verdict(report, question, "unknown", (), (("UNKNOWN_ACTION", unheard),), human)
    if report.incomplete or gaps:
        reasons = [("INCOMPLETE", text) for text in gaps[:5]]
        reasons = reasons or [("INCOMPLETE", "not all of the input could be read")]
        human = f"No such power of {shown} was found, and not everything could be seen."
        return Verdict(report, question, "unknown", (), tuple(reasons), human)
    human = f"{shown} cannot do this by anything that was found."
    return Verdict(report, question, "allow", (), (("NO_SUCH_POWER", human),), human)


def _asked_about(world: World, question: Question) -> Iterable[NodeId]:
    if question.target is None:
        return world.graph.nodes.keys()
    return targets_named(world, question.target)


def _unheard(world: World, question: Question) -> str:
    """Why nothing can be said about the action: no table has it, or none for such a target."""
    action = question.action
    if action is None:
        return ""
    verbs = {str(verb) for verb in Verb}
    if action.lower() not in verbs:
        known = {row.name.rsplit(":", 1)[-1] for row in actions()} | verbs
        hint = meant(action.rsplit(":", 1)[-1], sorted(known))
        return "" if _is(known, action) else f"{action} is in no table of calls{hint}"
    types = {world.node(n).type for n in _asked_about(world, question)}
    rows = [row for kind in types for row in actions_on(kind) if row.verb == action.lower()]
    return "" if rows else f"no table says which calls {action} such a thing"


def _judged(world: World, question: Question, power: Power) -> str:
    """How bad one power is: what it does, to what, how sure, and whether it was intended."""
    real, beyond = production(world, power), outside(world, question, power)
    if power.verb in DESTROYING:
        sure = power.truth is Truth.YES and not approvals(world, question, power)
        return "deny" if sure and (real is Truth.YES or beyond) else "ask"
    if power.verb is Verb.ESCALATE or beyond:
        return "ask"
    declared = world.declared.get(question.credential)
    intended = declared is not None and declared.intended is not None
    return "ask" if power.verb is Verb.WRITE and real and not intended else "allow"


def _gravity(world: World, question: Question, power: Power) -> tuple[int, int, int, int, str]:
    return (
        -_WORDS.index(_judged(world, question, power)),
        -_SEVERITY.index(power.verb),
        -power.truth,
        -production(world, power),
        "" if power.target in world.graph.stores else power.target,
    )


def _reasons(world: World, question: Question, power: Power) -> Iterator[tuple[str, str]]:
    yield from _effect_reasons(world, power)
    lost, left = copies_in(world, question, power)
    if lost:
        yield "BACKUPS_GO_WITH_IT", f"{_names(world, [copy.node for copy in lost])} would go too"
    if stores_in(world, power) and not left:
        yield "NOTHING_LEFT", "no copy is known that would be left"
    if outside(world, question, power):
        yield "OUTSIDE_INTENT", f"{question.credential} was not meant for this"
    for name in approvals(world, question, power):
        yield "NEEDS_APPROVAL", f"{name} has to approve"


def _effect_reasons(world: World, power: Power) -> Iterator[tuple[str, str]]:
    stores = stores_in(world, power)
    real = production(world, power)
    if stores and real is Truth.YES:
        yield "DESTROYS_PRODUCTION_DATA", f"{_names(world, stores)} would be destroyed"
    elif power.verb in DESTROYING:
        yield "DESTROYS", f"{_names(world, [power.target])} would be destroyed"
    elif power.verb is Verb.ESCALATE:
        yield "ESCALATES", f"it gives further powers over {_names(world, [power.target])}"
    if real is Truth.MAYBE:
        yield "MAY_BE_PRODUCTION", "nothing says that it is not production"
    if power.truth is not Truth.YES:
        yield "POSSIBLE", "it rests on something that could not be seen: possible, not proven"
    for action in actions_on(world.node(power.target).type):
        if action.spans_environments and action.name in power.edge.calls:
            yield "SPANS_ENVIRONMENTS", f"{action.name} names no environment: all of them are hit"


def _sentence(world: World, question: Question, power: Power) -> str:
    stores = stores_in(world, power)
    what = _names(world, stores or [power.target])
    if power.verb not in DESTROYING:
        verb = "gives further powers over" if power.verb is Verb.ESCALATE else f"{power.verb}s"
        return f"This {verb} {what}."
    kind = "the production data of " if stores and production(world, power) is Truth.YES else ""
    lost, left = copies_in(world, question, power)
    along = f" and its copy {_names(world, [lost[0].node])}" if len(lost) == 1 else ""
    along = f" and {len(lost)} copies of it" if len(lost) > 1 else along
    sure = "destroys" if power.truth is Truth.YES else "may destroy"
    return f"This {sure} {kind}{what}{along}.{_newest(world, left) if stores else ''}"


def _newest(world: World, left: Sequence[Copy]) -> str:
    if not left:
        return " No other copy is known."
    span = oldest(left[0])
    old = "of unknown age" if span == timedelta.max else f"{age(span)} old"
    return f" The newest other copy, {world.node(left[0].node).name}, is {old}."


def _names(world: World, nodes: Sequence[NodeId]) -> str:
    return listed([world.node(node).name for node in nodes])


def _hit(world: World, powers: Sequence[Power]) -> list[Node]:
    found = dict.fromkeys(
        node for power in powers for node in (power.target, *stores_in(world, power))
    )
    return [world.node(node) for node in found]


def _target(world: World, node: Node) -> dict[str, Any]:
    said = node.environment
    production = Truth.MAYBE if said is None else said.production
    return {
        "id": node.id,
        "name": node.name,
        "type": node.type,
        "production": {
            "value": {Truth.YES: True, Truth.NO: False}.get(production, "unknown"),
            "confidence": 0.0 if said is None else said.confidence,
            "because": "nothing says so" if said is None else said.because,
        },
        "also_in": list(said.also_in) if said else [],
        "stores": [s.id for s in world.estate.grants.stores if selects(s.resources, node)],
    }


def _cascade(world: World, powers: Sequence[Power]) -> list[str]:
    """The types of what goes with the worst power's target."""
    if not powers:
        return []
    going = [node for node in taken(world, powers[0]) if node != powers[0].target]
    return sorted({world.node(node).type for node in going})


def _backups(world: World, question: Question, powers: Sequence[Power]) -> dict[str, Any]:
    if not powers or not stores_in(world, powers[0]):
        return {"lost": [], "left": [], "data_loss": "none"}
    lost, left = copies_in(world, question, powers[0])
    spans = [oldest(copy) for copy in left]
    loss = "total loss" if not spans else age_text(left[0])
    unsure = any(
        copy.attached is Truth.MAYBE
        for store in stores_in(world, powers[0])
        for copy in world.graph.copies_of.get(store, ())
    )
    return {
        "lost": [copy.node for copy in lost],
        "left": [{"id": copy.node, "age": age_text(copy)} for copy in left],
        "data_loss": "unknown" if unsure and not spans else loss,
    }


def _irreversible(world: World, powers: Sequence[Power]) -> bool | str:
    if not powers or powers[0].verb not in DESTROYING:
        return False
    undo = [world.graph.stores[store].undo for store in stores_in(world, powers[0])]
    if not undo or any(each is None for each in undo):
        return "unknown"
    return any(each is not None and not each.window for each in undo)


def _undo(world: World, powers: Sequence[Power]) -> dict[str, Any]:
    for store in stores_in(world, powers[0]) if powers else ():
        undo = world.graph.stores[store].undo
        if undo is not None:
            window = duration(undo.window) if undo.window else "none"
            return {"window": window, "how": undo.how}
    return {"window": "unknown", "how": ""}


def _path(world: World, question: Question, powers: Sequence[Power]) -> list[str]:
    """Who → where it lies → credential → what it becomes → target."""
    if not powers:
        return []
    power = powers[0]
    witness = world.reach.witness(question.credential, power.verb, power.target)
    actors = [actor.id for actor in world.actors_of.get(question.credential, ())][-1:]
    places = [hop.node for hop in held(world, question.credential)]
    steps = walk(world.graph, question.credential, witness) if witness else ()
    return [*actors, *places, *(hop.node for hop in steps)]


def _gaps(report: Report, credential: NodeId) -> Iterator[str]:
    """What could not be seen of this credential and of what it becomes, or not be read at all."""
    acting = report.world.reach.becomes(credential).keys()
    for problem in report.problems:
        concerned = {*problem.whose, *problem.what.split()}
        if problem.kind in INCOMPLETE or not acting.isdisjoint(concerned):
            yield f"{problem.what}: {problem.why}"
