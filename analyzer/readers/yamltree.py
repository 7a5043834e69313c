"""YAML with places: what a file says, and on which line each part of it says so.

YAML's traps are closed: `on` and `yes` stay words, dates stay text, a key given twice is an error,
and aliases, depth and size are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

MAX_TEXT = 1_000_000
MAX_NODES = 200_000
MAX_DEPTH = 60
_QUOTED = re.compile(r"'[^'<][^']{2,}'|\"[^\"<][^\"]{2,}\"")
Path: TypeAlias = "tuple[str | int, ...]"


class Malformed(Exception):
    """The text is not usable YAML; `line` says where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass
class YamlTree:
    """Plain data, and the line of every part by its path; `doubled` are keys given twice."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    doubled: list[tuple[Path, int, int]] = field(default_factory=list)
    nodes: int = 0

    def line(self, path: Sequence[str | int]) -> int:
        """The line of a part, or of the nearest part around it."""
        key = tuple(path)
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)


def read_yaml(text: str) -> YamlTree:
    """The tree of one document.

    Raises:
        Malformed: it is not YAML, holds several documents, or is nested or repeated too much.

    """
    tree = YamlTree()
    if len(text) > MAX_TEXT:
        raise Malformed(f"it is too large ({len(text)} characters, at most {MAX_TEXT} are read)", 1)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Malformed(f"it is not valid YAML: {_words(error.problem)}", line) from None
    except RecursionError:
        raise Malformed("it is nested too deep", 1) from None
    except (yaml.YAMLError, ValueError):
        raise Malformed("it is not valid YAML", 1) from None
    if root is not None:
        tree.data = _build(root, (), tree, 0)
    return tree


def _words(problem: str | None) -> str:
    """The parser's complaint without pieces of the text, which may be a secret."""
    found = _QUOTED.sub("…", problem or "malformed")
    return f"{found} (indent with spaces, not tabs)" if "\\t" in found else found


def _build(node: yaml.Node, path: Path, tree: YamlTree, depth: int) -> Any:
    line = node.start_mark.line + 1
    tree.nodes += 1
    if tree.nodes > MAX_NODES:
        why = f"it has over {MAX_NODES} parts, each counted wherever an alias repeats it"
        raise Malformed(why, line)
    if depth > MAX_DEPTH:
        raise Malformed(f"it is nested deeper than {MAX_DEPTH} levels", line)
    tree.lines.setdefault(path, line)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, tree, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, i), tree, depth + 1) for i, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: Path, tree: YamlTree, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
        line = key_node.start_mark.line + 1
        inner = (*path, key)
        if key in found:
            tree.doubled.append((inner, tree.lines[inner], line))
            continue
        tree.lines[inner] = line
        found[key] = _build(value_node, inner, tree, depth + 1)
    return found


def _scalar(node: yaml.Node) -> Any:
    """YAML 1.2's reading: only true, false, null and numbers are more than text."""
    text = str(node.value)
    if isinstance(node, yaml.ScalarNode) and node.style is not None:
        return text
    if text in {"true", "True", "TRUE"}:
        return True
    if text in {"false", "False", "FALSE"}:
        return False
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if (
        text.lstrip("-").isdigit()
        and len(text) < 16
        and (text == "0" or text.lstrip("-")[0] != "0")
    ):
        return int(text)
    return text
