"""The terminal's view: what can be destroyed, by whom, and what is left; worst first.

Much of one kind is folded: a few rows in full, the rest by name, so that the first screen is the
one to act on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from analyzer.escape import printable

WIDTH = 100
FULL_GROUPS = 12
FULL_OF_A_RULE = 3
NAMED_OF_A_RULE = 10
MAX_STORES = 12
MAX_ROOTS = 6
MAX_UNKNOWNS = 8
NAMED_GAPS = 3
LONGEST_NAME = 46

# What stands on a path before its end: where it lies is where it is declared.
_WHO = frozenset({"actor", "place", "credential", "identity"})

_GAPS = ("rule-crashed", "unreadable", "invalid", "unsupported", "unresolved")

Document = Mapping[str, Any]


def render(document: Document) -> str:
    """The whole report as plain text."""
    findings = [finding for finding in document["findings"] if finding["state"] != "waived"]
    proven = [finding for finding in findings if finding["certainty"] == "proven"]
    possible = [finding for finding in findings if finding["certainty"] == "possible"]
    lines = [
        _title(document),
        *_environments(document["analysed"].get("environments", ())),
        "",
        *_proven(proven),
        *_possible(possible),
        *_stores(document["data_stores"], findings),
        *_coverage(document["coverage"], document["data_stores"]),
        *_waived(document["findings"]),
        _summary(document, proven, possible),
    ]
    return "\n".join(lines) + "\n"


def _title(document: Document) -> str:
    analysed = document["analysed"]
    paths = ", ".join(printable(path) for path in analysed["paths"])
    return f"blastwall {document['tool']['version']} · {paths} · as of {analysed['date']}"


def _environments(rows: Sequence[Document]) -> Iterator[str]:
    """One line a root module that was analysed several times: as what, and why."""
    roots: defaultdict[str, list[Document]] = defaultdict(list)
    for row in rows:
        roots[row["root"]].append(row)
    for root, found in list(roots.items())[:MAX_ROOTS]:
        names = [f"{row['name']} ({row['from']})" for row in found[:NAMED_OF_A_RULE]]
        more = f" and {len(found) - len(names)} more" if len(found) > len(names) else ""
        listed = ", ".join(printable(name, 120) for name in names)
        what = _counted(len(found), "environment")
        yield from _wrapped(f"{printable(root)} analysed as {what}: {listed}{more}", "", "  ")
    if len(roots) > MAX_ROOTS:
        rest = sum(len(found) for found in list(roots.values())[MAX_ROOTS:])
        roots_left = _counted(len(roots) - MAX_ROOTS, "more root module")
        yield f"{roots_left} analysed as {_counted(rest, 'environment')} (-f json has them all)"


def _proven(findings: Sequence[Document]) -> Iterator[str]:
    """Findings about one credential (or one store) together; what is too many, by name."""
    full: dict[str, list[Document]] = {}
    folded: defaultdict[tuple[str, str], list[Document]] = defaultdict(list)
    seen: Counter[str] = Counter()
    for finding in findings:
        subject = finding["credential"] or finding["target"]
        room = subject in full or len(full) < FULL_GROUPS
        if room and (finding["credential"] or seen[finding["rule"]] < FULL_OF_A_RULE):
            full.setdefault(subject, []).append(finding)
            seen[finding["rule"]] += 1
        else:
            folded[finding["severity"], finding["rule"]].append(finding)
    for group in full.values():
        for index, finding in enumerate(group):
            yield from _finding(finding, first=index == 0)
        yield ""
    for (severity, rule), rest in folded.items():
        yield from _folded(severity, rule, rest)


def _folded(severity: str, rule: str, findings: Sequence[Document]) -> Iterator[str]:
    yield f"{severity.upper():<9}{len(findings)} more of {rule} (-f json has them all):"
    for finding in findings[:NAMED_OF_A_RULE]:
        subject = printable(finding["credential"] or finding["target"], 200)
        where = _where(finding["location"])
        yield f"{'':<9}· {subject}{where and ' (' + where + ')'}"
    if len(findings) > NAMED_OF_A_RULE:
        yield f"{'':<9}… and {len(findings) - NAMED_OF_A_RULE} more"
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
        allowed = "allowed at " if hop["kind"] not in _WHO else ""
        steps.append(printable(hop["node"]) + (f" ({allowed}{where})" if where else ""))
    return " → ".join(steps)


def _possible(findings: Sequence[Document]) -> Iterator[str]:
    if not findings:
        return
    yield f"Possible, not proven ({len(findings)}): each rests on something that could not be seen."
    rules: defaultdict[str, list[Document]] = defaultdict(list)
    for finding in findings:
        rules[finding["rule"]].append(finding)
    for rule, found in rules.items():
        yield f"  {found[0]['severity']:<9}{rule}"
        for finding in found[:FULL_OF_A_RULE]:
            where = _where(finding["location"])
            text = printable(finding["title"], 300) + (f" ({where})" if where else "")
            yield from _wrapped(text, f"{'':<11}· ", " " * 13)
        if len(found) > FULL_OF_A_RULE:
            yield f"{'':<11}… and {len(found) - FULL_OF_A_RULE} more (-f json has them all)"
    yield ""


def _stores(stores: Sequence[Document], findings: Sequence[Document]) -> Iterator[str]:
    """What each endangered store would lose; a store without a finding needs no row."""
    named = {finding["target"] for finding in findings}
    named.update(target for finding in findings for target in finding["also"])
    rows = sorted((store for store in stores if store["id"] in named), key=_mildness)
    if not rows:
        return
    names = [printable(store["id"], 200) for store in rows[:MAX_STORES]]
    width = min(LONGEST_NAME, max(len(name) for name in ["Data stores", *names]))
    yield f"{'Data stores':<{width}}  worst mistake  worst credential  credentials to lose all"
    for name, store in zip(names, rows, strict=False):
        if len(name) > width:
            yield name
        start = name if len(name) <= width else ""
        yield f"{start:<{width}}  {store['accident']:<15}{store['rogue']:<18}{_k(store)}"
    if len(rows) > MAX_STORES:
        yield f"… and {len(rows) - MAX_STORES} more (blastwall backups lists all)"
    yield ""


def _mildness(store: Document) -> int:
    """Stores that lose everything first, the others as they come."""
    losses = {store["accident"], store["rogue"]}
    return 0 if "total loss" in losses else 1 if losses != {"none"} else 2


def _k(store: Document) -> str:
    low, high = store["k_min"], store["k_max"]
    if low is None:
        return "no known ones suffice"
    if high is None:
        return f"at least {low}"
    return str(low) if low == high else f"{low} to {high}"


def _coverage(seen: Document, stores: Sequence[Document]) -> Iterator[str]:
    counts = ", ".join(
        _counted(seen[name], word)
        for name, word in (
            ("credentials", "credential"),
            ("resources", "resource"),
            ("data_stores", "data store"),
        )
    )
    which = _which_are_production(stores)
    yield from _wrapped(f"Looked at {counts}{which} in {_counted(seen['files'], 'file')}.", "", "")
    gaps = _gaps(seen["unknowns"])
    if not gaps:
        return
    yield f"Not seen ({len(seen['unknowns'])}), treated as unknown, never as safe:"
    for alike in gaps[:MAX_UNKNOWNS]:
        yield from _wrapped(_gap(alike), "  · ", "    ")
    if len(gaps) > MAX_UNKNOWNS:
        rest = sum(len(alike) for alike in gaps[MAX_UNKNOWNS:])
        yield f"  … and {rest} more (-f json has them all)"


def _which_are_production(stores: Sequence[Document]) -> str:
    """Only production is judged, so that what counts as such belongs beside the number."""
    if not stores:
        return ""
    sure = sum(store["production"] is True for store in stores)
    open_ = sum(store["production"] == "unknown" for store in stores)
    parts = [f"{sure or 'none'} production"]
    if open_:
        parts.append(f"{open_} of unknown environment")
    return f" ({', '.join(parts)})"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _gaps(unknowns: Sequence[Document]) -> list[list[Document]]:
    """Gaps of the same cause together; what was not analysed at all first, then the most."""
    alike: defaultdict[tuple[str, str], list[Document]] = defaultdict(list)
    for unknown in unknowns:
        alike[unknown["kind"], unknown["why"]].append(unknown)
    return sorted(alike.values(), key=lambda same: (_GAPS.index(same[0]["kind"]), -len(same)))


def _gap(alike: Sequence[Document]) -> str:
    """One line for all of them: a few by name, what most of them lead to, and a place."""
    whats = Counter(unknown["what"] for unknown in alike)
    named = [f"{what} ({n} times)" if n > 1 else what for what, n in whats.most_common(NAMED_GAPS)]
    more = f" and {len(whats) - len(named)} more" if len(whats) > len(named) else ""
    effects = Counter(unknown["effect"] for unknown in alike).most_common()
    effect = effects[0][0] + (" (and alike)" if len(effects) > 1 else "")
    where = _where(next((it["source"] for it in alike if it["source"]), None))
    text = f"{', '.join(printable(name, 120) for name in named)}{more}: {alike[0]['why']}; {effect}"
    return printable(text, 900) + (f" ({where})" if where else "")


def _waived(findings: Sequence[Document]) -> Iterator[str]:
    waived = [finding for finding in findings if finding["state"] == "waived"]
    if waived:
        yield f"{_counted(len(waived), 'accepted risk')} not shown (-f json has them)."


def _summary(document: Document, proven: Sequence[Document], possible: Sequence[Document]) -> str:
    seen = document["coverage"]
    if not seen["files"] or not (seen["resources"] or seen["credentials"]):
        return "Nothing was analysed."
    if not proven and not possible:
        return "No risk found in what was looked at."
    counts = Counter(finding["severity"] for finding in proven)
    order = ("critical", "high", "medium", "low")
    words = ", ".join(f"{counts[level]} {level}" for level in order if counts[level])
    return f"{len(proven)} proven{words and f' ({words})'}, {len(possible)} possible."


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
