"""Selectors of the grants file: `tf:aws_db_instance.main`, `type:railway/volume`, `env:staging`,
`railway:project/x/**`, `*`; a leading `!` takes away. The answer is three-valued.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from graph.model import Node
from graph.values import Truth

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_STARS = frozenset({"*", "**"})


def selects(selectors: Sequence[str], node: Node, provider: str = "") -> Truth:
    """Whether the selectors choose a node; `provider` is what a bare `*` is limited to."""
    chosen = Truth.NO
    for selector in selectors:
        if not selector.startswith("!"):
            chosen |= _one(selector, node, provider)
    for selector in selectors:
        if selector.startswith("!"):
            chosen &= ~_one(selector[1:], node, provider)
    return chosen


def _one(selector: str, node: Node, provider: str) -> Truth:
    if selector in {"*", "**"}:
        return Truth.of(not provider or node.scope.vendor == provider)
    scheme, colon, rest = selector.partition(":")
    test = _SCHEMES.get(scheme)
    if colon and test is not None:
        return test(node, rest)
    return _by_path(selector, node)


def _any(names: Iterable[str], pattern: str) -> Truth:
    return Truth.of(any(_glob(pattern).match(name) for name in names))


def _by_address(node: Node, rest: str) -> Truth:
    """Terraform addresses, with or without the stack before them; brackets are literal."""
    local = node.id.split(":", 1)[-1]
    pattern = _glob(rest)
    return Truth.of(bool(pattern.match(node.id) or pattern.match(local)))


def _by_environment(node: Node, rest: str) -> Truth:
    if node.environment is None or node.environment.name is None:
        return Truth.MAYBE
    return _any((node.environment.name, *node.environment.also_in), rest)


def _by_tag(node: Node, rest: str) -> Truth:
    key, _, value = rest.partition("=")
    return _any((node.tags[key],), value or "*") if key in node.tags else Truth.NO


def _by_path(selector: str, node: Node) -> Truth:
    """A provider's path, or all of a provider (`railway:*`, at any depth).

    A placeholder nobody filled may stand for anything, as may what a node's path leaves open. Where
    a node of that provider has no path of this sort, nothing decides: that is no NO.
    """
    wide = _PLACEHOLDER.sub("**", selector)
    filled = Truth.MAYBE if wide != selector else Truth.YES
    vendor, _, rest = wide.partition(":")
    if rest == "*":
        return filled & Truth.of(node.scope.vendor == vendor)
    names = (node.id, *node.paths)
    found = filled & _any(names, wide)
    if found:
        return found
    if vendor == node.scope.vendor:
        return filled & _of_vendor(wide, rest, node)
    return Truth.MAYBE & Truth.of(any(meet(wide, path) for path in node.paths))


def _of_vendor(wide: str, rest: str, node: Node) -> Truth:
    """A path in the node's own provider: its account, or the node's paths of the same sort."""
    head, _, below = rest.partition("/")
    if head == "account":
        account = node.scope.account
        name, _, deeper = below.removesuffix("/**").partition("/")
        known = isinstance(account, str) and "*" not in name
        return Truth.of(name == account) & Truth.of(not deeper or None) if known else Truth.MAYBE
    start = f"{node.scope.vendor}:{head}/"
    comparable = [path for path in (node.id, *node.paths) if path.startswith(start)]
    return Truth.MAYBE & Truth.of(not comparable or any(meet(wide, path) for path in comparable))


def matches_path(pattern: str, path: str) -> bool:
    """Whether a pattern of a folder (`layers/*`) is that of a path; "." is the top."""
    return bool(_glob(pattern.strip("/") or ".").match(path or "."))


@cache
def meet(pattern: str, path: str) -> bool:
    """Whether the pattern may select a path in which `*` and `?` stand for what is not known.

    What is not known before a slash is one segment. Positions in the pattern are followed through
    the path, so that time is bounded whatever either of them says.
    """
    if "*" not in path and "?" not in path:
        return bool(_glob(pattern).match(path))
    tokens = re.findall(r"\*\*|.", pattern, re.DOTALL)
    at = _onward(tokens, {0}, _STARS.__contains__)
    for char, after in zip(path, f"{path[1:]} ", strict=True):
        if char == "*":
            at = _onward(tokens, at, _in_segment if after == "/" else _anything)
        else:
            stepped = {end for start in at for end in _step(tokens, start, char)}
            at = _onward(tokens, stepped, _STARS.__contains__)
    return len(tokens) in at


def _in_segment(piece: str) -> bool:
    return piece != "/"


def _anything(_piece: str) -> bool:
    return True


def _onward(tokens: Sequence[str], at: set[int], passes: Callable[[str], bool]) -> set[int]:
    """The positions, and those behind tokens that can be passed from there."""
    found = set(at)
    for index, token in enumerate(tokens):
        if index in found and passes(token):
            found.add(index + 1)
    return found


def _step(tokens: Sequence[str], at: int, char: str) -> Iterator[int]:
    piece = tokens[at] if at < len(tokens) else ""
    inside = char != "/"
    if piece == "**" or (piece == "*" and inside):
        yield at
    elif piece and (piece == char or (piece == "?" and inside) or (char == "?" and piece != "/")):
        yield at + 1


_SCHEMES: dict[str, Callable[[Node, str], Truth]] = {
    "tf": _by_address,
    "type": lambda node, rest: _any((node.type,), rest),
    "tag": _by_tag,
    "env": _by_environment,
    "name": lambda node, rest: _any((node.name,), rest),
    "store": lambda node, rest: _any((node.facts.get("store", ""),), rest),
    "id": lambda node, rest: _any((node.id,), rest),
    "cred": lambda node, rest: _any((node.id,), rest),
}


@cache
def _glob(pattern: str) -> re.Pattern[str]:
    """`*` stays within a path's segment, `**` does not; everything else is literal."""
    translated = ""
    for piece in re.split(r"(\*\*|\*|\?)", pattern):
        translated += {"**": ".*", "*": "[^/]*", "?": "[^/]"}.get(piece, re.escape(piece))
    return re.compile(translated + r"\Z", re.DOTALL)
