"""Answers to single questions about an analysed estate: who, can, path, backups, explain."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from textwrap import wrap
from typing import Any

import click

from analyzer.document import data_stores, hops
from analyzer.escape import printable
from analyzer.report import Report
from graph.model import Kind, Node, NodeId, Verb
from graph.reach import STARTS, Power
from graph.values import Truth
from rules.finding import Certainty
from rules.registry import all_rules, page
from rules.wording import walk

_ORDER = tuple(reversed(Verb))


@dataclass(frozen=True)
class Answer:
    """An answer as lines for people and as data; `code` is the command's exit code."""

    lines: tuple[str, ...]
    data: Any
    code: int = 0

    def text(self) -> str:
        """For the terminal."""
        return "\n".join(self.lines) + "\n"

    def json(self) -> str:
        """For programs."""
        return json.dumps(self.data, indent=2, ensure_ascii=False) + "\n"


def who(report: Report, wanted: str) -> Answer:
    """Every credential with a power over a target, the worst verb first."""
    target = _node(report, wanted, credentials=False)
    rows = sorted(report.world.reach.who(target.id), key=_row_order)
    lines = [
        f"{len(rows)} powers over {printable(target.id)}:" if rows else _nobody(report, target)
    ]
    lines.extend(_line(credential, power, credential) for credential, power in rows)
    return Answer(tuple(lines), [_entry(report, *row) for row in rows])


def can(report: Report, wanted: str, action: str | None, target: str | None) -> Answer:
    """What a credential can do, narrowed to a verb or API call and to a target."""
    start = _node(report, wanted, credentials=True)
    powers = sorted(report.world.reach.powers(start.id).values(), key=lambda p: _row_order(("", p)))
    rows = [p for p in powers if _does(report, start.id, p, action) and _hits(report, p, target)]
    lines = [f"{printable(start.id)} can:" if rows else _nothing(report, start)]
    lines.extend(_line(start.id, power, power.target) for power in rows)
    return Answer(tuple(lines), [_entry(report, start.id, power) for power in rows])


def path(report: Report, credential: str, wanted: str) -> Answer:
    """The witness of the worst power of a credential over a target, hop by hop."""
    start = _node(report, credential, credentials=True)
    target = _node(report, wanted, credentials=False)
    reach = report.world.reach
    verbs = [verb for verb in _ORDER if (verb, target.id) in reach.powers(start.id)]
    lines: list[str] = []
    found = []
    for verb in verbs[:1]:
        witness = reach.witness(start.id, verb, target.id)
        assert witness is not None, "a power has a witness"
        steps = walk(report.world.graph, start.id, witness)
        sure = "certainly" if witness.truth is Truth.YES else "possibly"
        lines.append(f"{printable(start.id)} can {sure} {verb} {printable(target.id)}:")
        for number, hop in enumerate(steps, 1):
            where = f" [{hop.source}]" if hop.source else ""
            why = f": {printable(hop.why)}" if hop.why else ""
            lines.append(f"  {number}. {printable(hop.node)} ({hop.kind}){why}{where}")
        lines.extend(f"  only {printable(condition)}" for condition in witness.conditions)
        found = hops(steps)
    if not verbs:
        lines.append(f"No path from {printable(start.id)} to {printable(target.id)} was found.")
        lines.extend(_gaps(report))
    return Answer(tuple(lines), found)


def backups(report: Report) -> Answer:
    """The survival table: store, copies, what they share with it, losses and k."""
    rows = data_stores(report)
    lines = [line for row in rows for line in _store_lines(row)]
    return Answer(tuple(lines or ["No data store was found.", *_gaps(report)]), rows)


def explain(wanted: str | None) -> Answer:
    """A rule's page, or the list of all rules."""
    rules = {rule.id: rule for rule in all_rules()}
    if wanted is None:
        width = max(len(name) for name in rules)
        return Answer(tuple(f"{rule.id:<{width}}  {rule.title}" for rule in rules.values()), None)
    if wanted not in rules:
        raise click.UsageError(f"no rule {wanted!r}{_nearest(wanted, list(rules))}")
    text = page(rules[wanted]).strip()
    return Answer((wanted, "=" * len(wanted), "", text), None)


def _node(report: Report, wanted: str, *, credentials: bool) -> Node:
    """The node a user names: by id, or by name or path where that is one node only."""
    nodes = report.world.graph.nodes
    if wanted in nodes:
        return nodes[wanted]
    kinds = set(STARTS) if credentials else set(Kind)
    found = [n for n in nodes.values() if n.kind in kinds and wanted in (n.name, *n.paths)]
    if len(found) == 1:
        return found[0]
    what = "credential" if credentials else "target"
    if found:
        names = ", ".join(node.id for node in found[:5])
        raise click.UsageError(f"{wanted!r} names {len(found)} nodes: {names}; give one address")
    known = [node.id for node in nodes.values() if node.kind in kinds]
    raise click.UsageError(f"no {what} {wanted!r}{_nearest(wanted, known)}")


def _nearest(wanted: str, known: Sequence[str]) -> str:
    close = get_close_matches(wanted, known, 1, 0.4)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; there are {', '.join(sorted(known)[:8])}" if known else "; there are none"


def _row_order(row: tuple[NodeId, Power]) -> tuple[int, int, str, str]:
    credential, power = row
    return (_ORDER.index(power.verb), -power.truth, credential, power.target)


def _line(start: NodeId, power: Power, shown: NodeId) -> str:
    calls = f"{power.calls} call{'' if power.calls == 1 else 's'}"
    sure = "" if power.truth is Truth.YES else "  (possibly)"
    del start
    return f"  {power.verb:<14} {printable(shown)}  {calls}{sure}"


def _entry(report: Report, credential: NodeId, power: Power) -> dict[str, Any]:
    witness = report.world.reach.witness(credential, power.verb, power.target)
    proven = power.truth is Truth.YES
    return {
        "credential": credential,
        "verb": str(power.verb),
        "target": power.target,
        "certainty": str(Certainty.PROVEN if proven else Certainty.POSSIBLE),
        "calls": list(witness.calls) if witness else [],
        "path": hops(walk(report.world.graph, credential, witness)) if witness else [],
    }


def _does(report: Report, start: NodeId, power: Power, action: str | None) -> bool:
    if action is None or action.lower() == str(power.verb):
        return True
    witness = report.world.reach.witness(start, power.verb, power.target)
    name = action.rsplit(":", 1)[-1].lower()
    calls = witness.calls if witness else ()
    return any(call.rsplit(":", 1)[-1].lower() == name for call in calls)


def _hits(report: Report, power: Power, target: str | None) -> bool:
    if target is None:
        return True
    node = report.world.graph.nodes[power.target]
    return any(fnmatchcase(name, target) for name in (node.id, node.name, *node.paths))


def _nobody(report: Report, target: Node) -> str:
    return f"Nobody with a power over {printable(target.id)} was found. " + " ".join(_gaps(report))


def _nothing(report: Report, start: Node) -> str:
    return f"No such power of {printable(start.id)} was found. " + " ".join(_gaps(report))


def _gaps(report: Report) -> Iterator[str]:
    """An empty answer is never given without what could not be seen."""
    count = len(report.problems)
    if count:
        yield f"{count} things could not be seen (blastwall check lists them): this is no proof."


def _store_lines(row: dict[str, Any]) -> Iterator[str]:
    loss = f"worst mistake: {row['accident']}; worst credential: {row['rogue']}"
    k_max = "no number" if row["k_max"] is None else row["k_max"]
    k = (
        "no number of credentials loses all"
        if row["k_min"] is None
        else (
            f"credentials to lose all: {row['k_min']}"
            + ("" if k_max == row["k_min"] else f" to {k_max}")
        )
    )
    production = {True: "production", False: "not production"}.get(row["production"], "unknown")
    yield f"{printable(row['id'])} ({row['environment'] or 'environment unknown'}, {production})"
    yield f"  {loss}; {k}"
    for copy in row["backups"]:
        shared = ", ".join(copy["shared"]) or "nothing"
        yield from wrap(
            f"{printable(copy['id'])}: {copy['verdict']}, age {copy['age']}; shares {shared}"
            f"; when the store is deleted: {copy['cascade']}; lock: {copy['immutability']}",
            100,
            initial_indent="  · ",
            subsequent_indent="    ",
        )
    if not row["backups"]:
        yield "  · no copy is known"
    yield ""
