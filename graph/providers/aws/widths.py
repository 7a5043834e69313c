"""How far conditions leave an issuer's tokens open: to strangers, to neighbours, before review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from graph.openings import Opening, Reaches
from graph.policy.globs import Pattern
from graph.providers.aws.subjects import FIELD, Event, Issuer, Reading, Said, filled

Group = Sequence[Reading]  # what one claim may say: one or the other


def opening(
    row: Issuer,
    host: str,
    subjects: Iterable[Reading],
    claims: Sequence[Group],
    pattern: Pattern | None,
) -> Opening | None:
    """The widest reading of the subject, together with what all other claims must say."""
    found: list[tuple[Reaches, Reading, tuple[Event, ...]]] = []
    for reading in subjects:
        both = _joined(reading, claims)
        events = tuple(_unreviewed(row, both, claims))
        to = _reaches(row, both, unreviewed=bool(events))
        if to is not None:
            found.append((to, both, events))
    if not found:
        return None
    to = max(it[0] for it in found)
    widest = [it for it in found if it[0] is to]
    events = tuple(dict.fromkeys(event for it in widest for event in it[2]))
    reading = min((it[1] for it in widest), key=lambda it: sum(it.said(n) for n in it.fields))
    who = _lets_in(row, to, reading, events)
    narrower = _narrower(row, host, reading)
    if to is Reaches.UNREVIEWED and all(event.open for event in events):
        kinds = " and ".join(f"{event.words}s" for event in events)
        narrower += f"; {kinds} get a role of their own, with the least that they need"
    return Opening(to, who, narrower, _hangs_on(pattern))


def _joined(reading: Reading, claims: Sequence[Group]) -> Reading:
    """Every field as exactly as the subject or another claim says it."""
    fields = dict(reading.fields)
    both = Reading(fields, reading.event, reading.start)
    for group in claims:
        for name in {name for each in group for name in each.fields}:
            weakest = min(group, key=lambda each, name=name: each.said(name))  # type: ignore[misc]
            if weakest.said(name) > both.said(name):
                fields[name] = weakest.fields[name]
    return both


def _reaches(row: Issuer, reading: Reading, *, unreviewed: bool) -> Reaches | None:
    said = reading.said
    if row.shared and all(said(name) is not Said.EXACTLY for name in row.owner):
        return Reaches.ANYBODY
    loose = row.project and all(said(name) is not Said.EXACTLY for name in row.project)
    if loose or (row.part and all(said(name) is Said.NOTHING for name in row.part)):
        return Reaches.ORGANIZATION
    return Reaches.UNREVIEWED if unreviewed else None


def _unreviewed(row: Issuer, reading: Reading, claims: Sequence[Group]) -> Iterator[Event]:
    """The events of code that nobody has reviewed, unless another claim shuts them out."""
    if any(group and all(_reviewed(row, each) for each in group) for group in claims):
        return
    for event in (reading.event,) if reading.event else row.events:
        if event.unreviewed(reading):
            yield event


def _reviewed(row: Issuer, reading: Reading) -> bool:
    """Whether a claim names a branch, a tag or an environment."""
    for event in row.events:
        for name in FIELD.findall(event.sub):
            least = Said.EXACTLY if name[0] == event.exact else Said.PART
            if reading.said(name[0]) >= least:
                return True
    return False


def _lets_in(row: Issuer, to: Reaches, reading: Reading, events: Iterable[Event]) -> str:
    if to is Reaches.ANYBODY:
        return row.shared + _like(reading, row.owner)
    if to is Reaches.ORGANIZATION:
        return filled(row.within, reading) + _like(reading, row.project)
    kinds = [f"any {event.words}{_like(reading, (event.exact,))}" for event in events]
    return f"{_listed(kinds)} of {filled(row.what, reading)}"


def _like(reading: Reading, names: Iterable[str]) -> str:
    """What a pattern says in part of names."""
    said = (reading.shown(name) for name in names if reading.said(name) is Said.PART)
    return "".join(f" called like {text}" for text in said)


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _narrower(row: Issuer, host: str, reading: Reading) -> str:
    """The conditions that keep what is meant: capitals stand for names that are not known here."""
    start = reading.start or next(iter(row.starts), "")
    if not start:
        return f"a condition on {host}:{' or on '.join(row.owner)}"
    kept = FIELD.sub(lambda match: _kept(reading, match[1]), start)
    endings = row.narrow or ("" if row.events[0].sub == "" else "*",)
    subjects = " or ".join(f'"{kept}{ending}"' for ending in endings)
    return f"{host}:sub limited to {subjects}"


def _kept(reading: Reading, name: str) -> str:
    return reading.shown(name) if reading.said(name) is Said.EXACTLY else name.upper()


def _hangs_on(pattern: Pattern | None) -> str:
    holes = pattern.holes if pattern else ()
    return ", ".join(dict.fromkeys(it.detail or it.symbol or "a part of it" for it in holes))
