"""The terminal's view: what can be destroyed, by whom, and what is left; worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from analyzer.escape import printable

WIDTH = 100
MAX_UNKNOWNS = 8
MAX_POSSIBLE = 10

Document = Mapping[str, Any]


def render(document: Document) -> str:
    """The whole report as plain text."""
    lines = [_title(document), ""]
    findings = [finding for finding in document["findings"] if finding["state"] != "waived"]
    proven = [finding for finding in findings if finding["certainty"] == "proven"]
    possible = [finding for finding in findings if finding["certainty"] == "possible"]
    for group in _grouped(proven):
        lines.extend(_group(group))
    lines.extend(_possible(possible))
    lines.extend(_stores(document["data_stores"], findings))
    lines.extend(_coverage(document))
    lines.append(_summary(proven, possible))
    return "\n".join(lines) + "\n"


def _title(document: Document) -> str:
    analysed = document["analysed"]
    paths = ", ".join(printable(path) for path in analysed["paths"])
    return f"blastwall {document['tool']['version']} · {paths} · as of {analysed['date']}"


def _grouped(findings: Sequence[Document]) -> Iterator[list[Document]]:
    """Findings about one credential (or one store) stand together, in order of the worst."""
    groups: dict[str, list[Document]] = {}
    for finding in findings:
        groups.setdefault(finding["credential"] or finding["target"], []).append(finding)
    yield from groups.values()


def _group(findings: Sequence[Document]) -> Iterator[str]:
    for index, finding in enumerate(findings):
        yield from _finding(finding, first=index == 0)
    yield ""


def _finding(finding: Document, *, first: bool) -> Iterator[str]:
    mark = finding["severity"].upper()
    yield from _wrapped(printable(finding["title"], 1000), f"{mark:<9}", " " * 9)
    walk = _walk(finding["path"])
    if walk and first:
        yield from _wrapped(walk, " " * 9, " " * 11)
    for detail in finding["details"]:
        yield from _wrapped(printable(detail, 1000), " " * 9 + "· ", " " * 11)
    for fix in finding["fixes"][:2]:
        text = fix["text"] + (f" {fix['effect']}" if fix.get("effect") else "")
        yield from _wrapped(printable(text, 1000), " " * 9 + "fix: ", " " * 14)
    where = _where(finding["location"])
    yield f"{'':<9}{finding['rule']}{where and ' · ' + where} · {finding['fingerprint']}"


def _walk(path: Iterable[Document]) -> str:
    steps = []
    for hop in path:
        where = _where(hop["source"])
        steps.append(printable(hop["node"]) + (f" ({where})" if where else ""))
    return " → ".join(steps)


def _possible(findings: Sequence[Document]) -> Iterator[str]:
    if not findings:
        return
    yield f"Possible, not proven ({len(findings)}): each rests on something that could not be seen."
    for finding in findings[:MAX_POSSIBLE]:
        text = f"{printable(finding['title'], 300)} [{finding['rule']}]"
        yield from _wrapped(text, f"  {finding['severity']:<9}", " " * 11)
    if len(findings) > MAX_POSSIBLE:
        yield f"  … and {len(findings) - MAX_POSSIBLE} more (-f json has them all)"
    yield ""


def _stores(stores: Sequence[Document], findings: Sequence[Document]) -> Iterator[str]:
    """What each endangered store would lose; a store without a finding needs no row."""
    named = {finding["target"] for finding in findings}
    named.update(target for finding in findings for target in finding["also"])
    rows = [store for store in stores if store["id"] in named]
    if not rows:
        return
    yield "Data stores          worst mistake   worst credential   credentials to lose all"
    for store in rows[:20]:
        loss = f"{store['accident']:<16}{store['rogue']:<19}{_k(store)}"
        name = printable(store["id"], 80)
        yield f"  {name:<19}{loss}" if len(name) < 19 else f"  {name}\n  {'':<19}{loss}"
    if len(rows) > 20:
        yield f"  … and {len(rows) - 20} more (blastwall backups lists all)"
    yield ""


def _k(store: Document) -> str:
    low, high = store["k_min"], store["k_max"]
    if low is None:
        return "no number suffices"
    if high is None:
        return f"at least {low}"
    return str(low) if low == high else f"{low} to {high}"


def _coverage(document: Document) -> Iterator[str]:
    seen = document["coverage"]
    counts = (
        (seen["credentials"], "credential"),
        (seen["resources"], "resource"),
        (seen["data_stores"], "data store"),
    )
    looked = ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts)
    yield f"Looked at {looked} in {seen['files']} files."
    unknowns = seen["unknowns"]
    if unknowns:
        yield f"Not seen ({len(unknowns)}), treated as unknown, never as safe:"
    for unknown in unknowns[:MAX_UNKNOWNS]:
        where = _where(unknown["source"])
        text = f"{unknown['what']}: {unknown['why']}; {unknown['effect']}"
        yield from _wrapped(printable(text, 600) + (f" ({where})" if where else ""), "  · ", "    ")
    if len(unknowns) > MAX_UNKNOWNS:
        yield f"  … and {len(unknowns) - MAX_UNKNOWNS} more (-f json has them all)"


def _summary(proven: Sequence[Document], possible: Sequence[Document]) -> str:
    if not proven and not possible:
        return "No risk found in what was looked at."
    counts = dict.fromkeys(("critical", "high", "medium", "low"), 0)
    for finding in proven:
        counts[finding["severity"]] += 1
    words = ", ".join(f"{count} {level}" for level, count in counts.items() if count)
    return f"{len(proven)} proven ({words or 'none'}), {len(possible)} possible."


def _where(source: Document | None) -> str:
    return f"{printable(source['path'])}:{source['line']}" if source else ""


def _wrapped(text: str, first: str, rest: str) -> Iterator[str]:
    yield from wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
