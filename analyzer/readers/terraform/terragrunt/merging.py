"""How the inputs of an included file and those of the file that includes it become one."""

from __future__ import annotations

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.types.partial import blame, unmark
from graph.values import Unknown


def shallow(parent: Data, child: Data) -> Data:
    """The child's names win."""
    first, second = unmark(parent)[0], unmark(child)[0]
    if not isinstance(first, dict) or not isinstance(second, dict):
        return _open(first, second)
    return {**first, **second}


def deep(parent: Data, child: Data) -> Data:
    """Objects are merged at every depth, lists are joined; else the child wins."""
    if isinstance(parent, dict) and isinstance(child, dict):
        both = {k: deep(v, child[k]) if k in child else v for k, v in parent.items()}
        return {**both, **{k: v for k, v in child.items() if k not in parent}}
    if isinstance(parent, tuple) and isinstance(child, tuple):
        return (*parent, *child)
    if isinstance(parent, Unknown) and isinstance(child, dict):
        return blame(parent)
    return child


def _open(parent: Data, child: Data) -> Data:
    """Nobody can say what an unknown side sets."""
    if parent is None or (isinstance(parent, dict) and not parent):
        return child
    return blame(parent, child) if isinstance(parent, Unknown) else child
