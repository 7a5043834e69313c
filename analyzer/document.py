"""Report → `findings.json`, the canonical document that every format renders.

Field names are a contract with other programs (schema: `analyzer/schemas/report.schema.json`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from analyzer.report import Report
from analyzer.version import __version__
from graph.domains import Pair
from graph.model import Kind, Node, NodeId, Verb
from graph.problems import Problem
from graph.reach import TARGETS, Power
from graph.values import Location, Truth
from rules.costs import age_text
from rules.finding import Certainty, Finding, Fix, Hop, State
from rules.wording import walk

SCHEMA_VERSION = "1.0"
MAX_REACH = 5_000
VERBS = (Verb.DESTROY, Verb.DESTROY_BACKUP, Verb.ESCALATE, Verb.WRITE, Verb.READ)
_READ_TARGETS = frozenset({Kind.STORE, Kind.SECRET})

Document = dict[str, Any]


def document(report: Report) -> Document:
    """The whole result as plain data."""
    reach, left_out = _reach(report)
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "blastwall", "version": __version__},
        "analysed": {
            "date": report.world.today.isoformat(),
            "paths": [path.as_posix() for path in report.settings.paths],
            "environments": [
                {"root": item.root or ".", "name": item.name, "from": item.evidence}
                for item in report.inputs.environments
            ],
        },
        "summary": _summary(report, left_out),
        "coverage": _coverage(report),
        "findings": [_finding(finding) for finding in report.findings],
        "credentials": [_credential(report, node) for node in report.world.reach.credentials],
        "reach": reach,
        "data_stores": data_stores(report),
    }


def source(location: Location | None) -> Document | None:
    """A place as the contract has it."""
    return None if location is None else {"path": location.path, "line": location.line}


def hops(path: tuple[Hop, ...]) -> list[Document]:
    """A witness as the contract has it."""
    return [
        {"node": hop.node, "kind": hop.kind, "why": hop.why, "source": source(hop.source)}
        for hop in path
    ]


def _summary(report: Report, left_out: int) -> Document:
    open_ = [f for f in report.findings if f.state is not State.WAIVED]
    proven = [f for f in open_ if f.certainty is Certainty.PROVEN]
    severities = Counter(str(finding.severity) for finding in proven)
    return {
        "findings": len(report.findings),
        "proven": len(proven),
        "possible": len(open_) - len(proven),
        **{level: severities[level] for level in ("critical", "high", "medium", "low")},
        "states": dict(sorted(Counter(str(f.state) for f in report.findings).items())),
        "reach_left_out": left_out,
        "fails": report.fails(),
        "incomplete": report.incomplete,
    }


def _coverage(report: Report) -> Document:
    world = report.world
    return {
        "credentials": len(world.reach.credentials),
        "resources": len(world.estate.resources) + len(world.estate.grants.resources),
        "data_stores": len(world.graph.stores),
        "files": report.inputs.files,
        "stacks": report.inputs.stacks,
        "modules": report.inputs.modules,
        "unknowns": [_unknown(problem) for problem in report.worst_problems],
    }


def _unknown(problem: Problem) -> Document:
    return {
        "what": problem.what,
        "why": problem.why,
        "effect": problem.effect,
        "kind": str(problem.kind),
        "source": source(problem.location),
    }


def _finding(finding: Finding) -> Document:
    return {
        "fingerprint": finding.fingerprint,
        "rule": finding.rule,
        "severity": str(finding.severity),
        "certainty": str(finding.certainty),
        "state": str(finding.state),
        "credential": finding.credential,
        "verb": None if finding.verb is None else str(finding.verb),
        "target": finding.target,
        "also": list(finding.also),
        "also_by": list(finding.also_by),
        "environment": finding.environment,
        "title": finding.title,
        "details": list(finding.details),
        "location": source(finding.location),
        "path": hops(finding.path),
        "calls": list(finding.calls),
        "backups": {
            "lost": list(finding.lost),
            "left": [{"id": left.id, "age": left.age} for left in finding.left],
        },
        "data_loss": finding.data_loss,
        "fixes": [_fix(fix) for fix in finding.fixes],
        "unconfirmed": list(finding.unconfirmed),
        "controls": {name: list(ids) for name, ids in sorted(finding.controls.items())},
    }


def _fix(fix: Fix) -> Document:
    return {
        "text": fix.text,
        "effect": fix.effect,
        "source": source(fix.source),
        "snippet": fix.snippet,
        "cuts": [
            {
                "policy": cut.policy,
                "calls": list(cut.calls),
                "source": source(cut.location),
                "detach": cut.fixed,
            }
            for cut in fix.cuts
        ],
        "routes": fix.routes and {"before": fix.routes.before, "after": fix.routes.after},
    }


def _credential(report: Report, node: Node) -> Document:
    declared = {c.id: c for c in report.world.estate.grants.credentials}.get(node.id)
    return {
        "id": node.id,
        "kind": declared.kind if declared else node.type,
        "held_in": [held.source for held, _ in report.world.reach.holders(node.id)],
        "intended": declared.purpose if declared else None,
        "source": source(node.location),
    }


def _reach(report: Report) -> tuple[list[Document], int]:
    """One entry a (credential, verb, target), worst first, cut at a limit with the rest counted."""
    rows = sorted(_rows(report), key=_row_order)
    kept = rows[:MAX_REACH]
    return [reach_entry(report, *row) for row in kept], len(rows) - len(kept)


def _rows(report: Report) -> Iterator[tuple[NodeId, Power]]:
    nodes = report.world.graph.nodes
    for credential in report.world.reach.credentials:
        for power in report.world.reach.powers(credential.id).values():
            kind = nodes[power.target].kind
            if kind in TARGETS and (power.verb is not Verb.READ or kind in _READ_TARGETS):
                yield credential.id, power


def _row_order(row: tuple[NodeId, Power]) -> tuple[int, int, str, str]:
    credential, power = row
    return (-power.truth, VERBS.index(power.verb), credential, power.target)


def reach_entry(report: Report, credential: NodeId, power: Power) -> Document:
    """One power with its witness, as the contract has it."""
    path = report.world.reach.witness(credential, power.verb, power.target)
    certain = power.truth is Truth.YES
    return {
        "credential": credential,
        "verb": str(power.verb),
        "target": power.target,
        "certainty": str(Certainty.PROVEN if certain else Certainty.POSSIBLE),
        "calls": list(path.calls) if path else [],
        "path": hops(walk(report.world.graph, credential, path)) if path else [],
    }


def data_stores(report: Report) -> list[Document]:
    """The survival table: one row a store, in the order of the graph."""
    return [_store(report, node) for node in report.world.survival.stores]


def _store(report: Report, id_: NodeId) -> Document:
    world = report.world
    found = world.survival.stores[id_]
    environment = world.graph.nodes[id_].environment
    production = Truth.MAYBE if environment is None else environment.production
    return {
        "id": id_,
        "production": {Truth.YES: True, Truth.NO: False}.get(production, "unknown"),
        "environment": environment.name if environment else None,
        "because": environment.because if environment else None,
        "backups": [_copy(pair) for pair in found.pairs],
        "accident": str(found.accident),
        "rogue": str(found.rogue),
        "rogue_by": found.rogue_by,
        "terraform": str(found.terraform),
        "k_min": found.k_min,
        "k_max": found.k_max,
        "source": source(world.graph.nodes[id_].location),
    }


def _copy(pair: Pair) -> Document:
    copy = pair.copy
    return {
        "id": copy.node,
        "mechanism": copy.mechanism,
        "verdict": str(pair.verdict),
        "why": pair.why,
        "shared": list(pair.shared),
        "cascade": str(copy.cascade),
        "immutability": str(copy.grade),
        "age": age_text(copy),
        "covers": {Truth.YES: True, Truth.NO: False}.get(copy.attached, "unknown"),
        "counts": copy.counts,
    }
