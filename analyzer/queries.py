"""Answers to single questions about an analysed estate: who, can, path, backups, explain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import click

from analyzer.consequences import Question
from analyzer.document import data_stores, hops, reach_entry
from analyzer.escape import json_text, printable
from analyzer.naming import credential_named, nearest, target_named
from analyzer.report import Report
from analyzer.verdict import Verdict, answer
from graph.model import Kind, Node, NodeId, Verb
from graph.reach import Power
from graph.values import Location, Truth
from rules.people import held, users
from rules.registry import all_rules, page
from rules.rule import Rule
from rules.wording import counted, walk

WIDTH = 100
_ORDER = (Verb.DESTROY, Verb.DESTROY_BACKUP, Verb.ESCALATE, Verb.WRITE, Verb.READ)


@dataclass(frozen=True)
class Answer:
    """An answer as lines for people and as data; `known` is False where nothing could be said."""

    lines: tuple[str, ...]
    data: Any
    known: bool = True

    def text(self) -> str:
        """For the terminal."""
        return "\n".join(self.lines) + "\n"

    def json(self) -> str:
        """For programs."""
        return json_text(self.data)


def who(report: Report, wanted: str) -> Answer:
    """Every credential with a power over a target, the worst verb first."""
    target = target_named(report.world, wanted)
    rows = sorted(report.world.reach.who(target.id), key=_row_order)
    shown = _called(report, target)
    if not rows:
        lines = [f"Nobody was found who can read, write or destroy {shown}.", *_gaps(report)]
        return Answer(tuple(lines), [])
    lines = [f"Who can do what to {shown}:"]
    width = max(len(printable(credential)) for credential, _ in rows)
    lines.extend(_power(report, name, power, f"{printable(name):<{width}}") for name, power in rows)
    lines.append("")
    for credential in dict.fromkeys(name for name, _ in rows):
        lines.extend(_about(report, credential))
    return Answer(tuple(lines), [reach_entry(report, *row) for row in rows])


def can(report: Report, wanted: str, action: str | None, target: str | None) -> Answer:
    """What a credential can do, narrowed to a verb or API call and to a target, with a verdict."""
    start = credential_named(report.world, wanted)
    found = answer(report, Question(start.id, action, target))
    lines = list(_verdict_lines(report, start, found))
    return Answer(tuple(lines), found.data(), known=found.word != "unknown")


def path(report: Report, credential: str, wanted: str) -> Answer:
    """The witness of the worst power of a credential over a target, hop by hop."""
    world = report.world
    start = credential_named(world, credential)
    target = target_named(world, wanted)
    verb = next((v for v in _ORDER if (v, target.id) in world.reach.powers(start.id)), None)
    if verb is None:
        shown = f"{printable(start.id)} to {_called(report, target)}"
        return Answer((f"No path from {shown} was found.", *_gaps(report)), [])
    witness = world.reach.witness(start.id, verb, target.id)
    assert witness is not None, "a power has a witness"
    steps = (*held(world, start.id), *walk(world.graph, start.id, witness))
    sure = "can" if witness.truth is Truth.YES else "can possibly"
    lines = [f"{printable(start.id)} {sure} {_words(verb)} {_called(report, target)}:"]
    for number, hop in enumerate(steps, 1):
        why = f": {printable(hop.why)}" if hop.why else ""
        text = f"{printable(hop.node)} ({hop.kind}){why}{_place(hop.source)}"
        lines.extend(_wrapped(text, f"  {number}. ", "     "))
    lines.extend(f"  only {printable(condition)}" for condition in witness.conditions)
    lines.extend(f"  {printable(name)} has to approve" for name in witness.approvals)
    return Answer(tuple(lines), hops(steps))


def backups(report: Report) -> Answer:
    """The survival table: store, copies, what they share with it, losses and k."""
    rows = data_stores(report)
    if not rows:
        return Answer(("No data store was found.", *_gaps(report)), rows)
    return Answer(tuple(line for row in rows for line in _store_lines(report, row)), rows)


def explain(wanted: str | None) -> Answer:
    """A rule's page, or the list of all rules."""
    rules = {rule.id: rule for rule in all_rules()}
    if wanted is None:
        width = max(len(name) for name in rules)
        lines = (f"{rule.id:<{width}}  {rule.title}{_demanded(rule)}" for rule in rules.values())
        return Answer(tuple(lines), None)
    if wanted not in rules:
        raise click.UsageError(f"no rule {printable(wanted)!r}{nearest(wanted, list(rules))}")
    text = page(rules[wanted]).strip()
    return Answer((wanted, "=" * len(wanted), "", text), None)


def _demanded(rule: Rule) -> str:
    return " (on demand only)" if rule.on_demand else ""


def _row_order(row: tuple[NodeId, Power]) -> tuple[int, int, str, str]:
    credential, power = row
    return (_ORDER.index(power.verb), -power.truth, credential, power.target)


def _called(report: Report, node: Node) -> str:
    """`railway_service.db (pg-data, production)`."""
    production = report.world.production(node.id)
    more = [node.name] if node.name not in node.id else []
    if node.environment and node.environment.name:
        more.append(node.environment.name)
    elif node.environment and production is Truth.YES:
        more.append("production")
    shown = printable(node.id)
    return f"{shown} ({', '.join(map(printable, more))})" if more else shown


def _power(report: Report, credential: NodeId, power: Power, shown: str) -> str:
    """One line, with every call on the way, escalations included."""
    calls = report.world.witness(credential, power).calls
    named = f": {', '.join(map(printable, calls))}" if calls else ""
    if power.cause is not None:
        named = f", goes with {printable(report.world.node(power.cause[1]).name)}"
    sure = "" if power.truth is Truth.YES else "  (possibly)"
    return f"  {_words(power.verb):<14}  {shown}  {counted(power.calls, 'call')}{named}{sure}"


def _words(verb: Verb) -> str:
    return str(verb).replace("-", " ")


def _about(report: Report, credential: NodeId) -> Iterator[str]:
    """Where a credential lies and who can use it."""
    places = [hop for hop in held(report.world, credential) if hop.kind == Kind.PLACE]
    lies = f" lies in {printable(places[0].node)}{_place(places[0].source)}." if places else ""
    usable = users(report.world, credential)
    if lies or usable:
        text = f"{printable(credential)}{lies or ':'} {printable(usable)}".rstrip()
        yield from _wrapped(text, "  ", "    ")


def _verdict_lines(report: Report, start: Node, found: Verdict) -> Iterator[str]:
    powers = sorted(found.powers, key=lambda power: _row_order((start.id, power)))
    if powers:
        yield f"{printable(start.id)} can:"
        for power in powers:
            shown = _called(report, report.world.node(power.target))
            yield _power(report, start.id, power, shown)
        yield ""
    yield from _about(report, start.id)
    yield from _wrapped(f"{found.word}: {printable(found.human)}", "", "  ")
    for _, text in found.reasons:
        yield from _wrapped(printable(text), "  · ", "    ")
    if not powers:
        yield from _gaps(report)


def _gaps(report: Report) -> Iterator[str]:
    """An empty answer is never given without what could not be seen."""
    count = len(report.problems)
    if count:
        things = counted(count, "thing")
        yield f"{things} could not be seen (`blastwall check` lists them): this is no proof."


def _store_lines(report: Report, row: dict[str, Any]) -> Iterator[str]:
    node = report.world.node(row["id"])
    words = {True: "production", False: "not production"}.get(
        row["production"], "production or not is unknown"
    )
    because = f": {printable(row['because'])}" if row["because"] else ""
    name = "" if node.name in node.id else f" ({printable(node.name)})"
    yield from _wrapped(f"{printable(node.id)}{name}: {words}{because}", "", "  ")
    by = f" ({printable(row['rogue_by'])})" if row["rogue_by"] else ""
    yield f"  lost by the worst mistake: {row['accident']}"
    yield f"  lost by the worst credential{by}: {row['rogue']}"
    yield f"  credentials it takes to lose everything: {_fewest(row)}"
    for copy in row["backups"]:
        yield from _wrapped(_copy(copy), "  · ", "    ")
    if not row["backups"]:
        yield "  · no copy is known"
    yield ""


def _copy(copy: dict[str, Any]) -> str:
    why = f": {printable(copy['why'])}" if copy["why"] else ""
    age = "age unknown" if copy["age"] == "unknown" else f"up to {copy['age']} old"
    lock = "" if copy["immutability"] == "none" else f"; locked ({copy['immutability']})"
    shared = f"; shares {', '.join(copy['shared'])}" if copy["shared"] else ""
    counts = "" if copy["counts"] else "; no backup by itself"
    return f"{printable(copy['id'])} is {copy['verdict']}{why}; {age}{lock}{shared}{counts}"


def _fewest(row: dict[str, Any]) -> str:
    low, high = row["k_min"], row["k_max"]
    if low is None:
        return "no number of those that were seen suffices"
    if high is None:
        return f"at least {low}"
    return str(low) if low == high else f"{low} to {high}"


def _place(source: Location | None) -> str:
    return f" [{printable(source.path)}:{source.line}]" if source else ""


def _wrapped(text: str, first: str, rest: str) -> Iterable[str]:
    return wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
