"""When a policy is about a resource only if names that are not known happen to be equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.policy.documents import Clause, Principals
from graph.policy.globs import Pattern, matches
from graph.policy.names import Hole, Name, lead
from graph.values import Truth

_NAME = 5  # the colons of an ARN before the resource's own name


def guesses(clause: Clause, name: Name) -> tuple[str, ...]:
    """The unknown parts that decide, in words; none where the pattern lies in what is named.

    `${var.a}-x` and `${var.b}-y` may be one name: that is no reason to think that they are. Nor is
    a pattern for what is called so in any bucket one for what lies in this.
    """
    found: tuple[str, ...] = ()
    for pattern in (pattern for entry in clause.entries for pattern in entry):
        if matches(pattern, name) is Truth.MAYBE:
            decide = _deciding(pattern, name)
            if not decide:
                return ()
            found = found or decide
    return found


def of_principals(principals: Principals) -> tuple[str, ...]:
    """The unknown parts of the names of whom a policy lets in."""
    entries = (names for kind, names in principals.entries if kind in {"AWS", "*"})
    holes = (hole for names in entries for name in names for hole in _named(name.parts))
    return tuple(dict.fromkeys(hole.detail or hole.symbol or "a name" for hole in holes))


def _deciding(pattern: Pattern, name: Name) -> tuple[str, ...]:
    container = _container(name)
    start = lead(container)
    if start and start == Name(container).code and pattern.lead.startswith(start):
        return ()
    one, other = list(_named(pattern.tokens)), list(_named(container))
    shared = {hole.symbol for hole in one} & {hole.symbol for hole in other} - {None}
    unlike = (hole for hole in (*one, *other) if hole.symbol not in shared)
    found = tuple(dict.fromkeys(hole.detail or hole.symbol or "a name" for hole in unlike))
    if found or len(container) == len(name.parts):
        return found
    return (f"whether anything in it is called {pattern.shown}",)


def _container(name: Name) -> tuple[str | Hole, ...]:
    """What a name names, without what there may be inside of it."""
    last = name.parts[-1] if name.parts else ""
    inside = isinstance(last, Hole) and last.anything and last.symbol is None
    return name.parts[:-1] if inside and len(name.parts) > 1 else name.parts


def _named(tokens: Iterable[object]) -> Iterator[Hole]:
    """The holes in the name itself: neither partition, region nor account."""
    colons = 0
    every = list(tokens)
    whole = sum(token.count(":") for token in every if isinstance(token, str)) < _NAME
    for token in every:
        if isinstance(token, str):
            colons += token.count(":")
        elif isinstance(token, Hole) and (whole or colons >= _NAME):
            yield token
