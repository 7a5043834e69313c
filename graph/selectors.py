"""Selectors of the grants file: `tf:aws_db_instance.main`, `type:railway/volume`, `env:staging`,
`railway:project/x/**`, `*`; a leading `!` takes away. The answer is three-valued.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from graph.model import Node
from graph.values import Truth

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


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
    """A provider's path; a placeholder nobody filled may stand for anything."""
    if _PLACEHOLDER.search(selector):
        wide = _PLACEHOLDER.sub("*", selector)
        found = _any((node.id, *node.paths), wide) | _below(wide, node) | _undecided(wide, node)
        return found & Truth.MAYBE
    found = _any((node.id, *node.paths), selector) | _below(selector, node)
    return found | _undecided(selector, node)


def _undecided(selector: str, node: Node) -> Truth:
    """A scope of the node's vendor that none of its paths speaks of (an account, say) may hold it.

    An account is compared with the node's own where both are known.
    """
    vendor, _, rest = selector.partition(":")
    if vendor != node.scope.vendor or not rest:
        return Truth.NO
    root, _, below = rest.partition("/")
    own, given = node.scope.account, below.split("/", 1)[0]
    if root == "account" and isinstance(own, str) and given and "*" not in given:
        return Truth.of(own == given)
    named = (path.partition(":") for path in node.paths)
    spoken = {inside.split("/", 1)[0] for scheme, _, inside in named if scheme == vendor}
    return Truth.NO if root in spoken else Truth.MAYBE


def _below(selector: str, node: Node) -> Truth:
    """`railway:*` reaches everything of railway, at any depth."""
    if selector.endswith(":*"):
        return Truth.of(node.scope.vendor == selector[:-2])
    return Truth.NO


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
