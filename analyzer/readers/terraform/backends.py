"""Where states lie, so that who reads a state finds the root module that writes it.

A place is text in which an unknown part is a mark: marks with one symbol are equal, an open one
equals nothing for certain.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from graph.values import Text, Truth, Unknown, Value

OPEN = "\0?\0"
ANY = "\0*\0"
_MARK = re.compile("\0[^\0]*\0")
_FIELD = re.compile(r"\{([a-z_.]+)(?:\|([^{}]*))?\}")
# Parts of a path that nearly every state has; to share them tells nothing.
_COMMON = frozenset({"", ".", "terraform.tfstate", "default.tfstate", "env:", "terraform"})


@dataclass(frozen=True, slots=True)
class Place:
    """A state: the kind of backend, what holds it, and its path there."""

    kind: str
    store: str
    path: str

    def __str__(self) -> str:
        path = f"{self.store}/{self.path}" if self.store else self.path
        return f"{self.kind} {_MARK.sub('…', path)}"


def places(
    type_: str, values: Mapping[str, Value], folder: str, workspace: str | None
) -> tuple[Place, ...]:
    """Where a backend of these values keeps a state. `workspace`: its text (`text_of`), `None` for
    whichever there are.
    """
    row = _rows().get(type_)
    if row is None:
        return ()
    wanted: list[tuple[str, str]] = []
    if workspace in {None, "default"}:
        wanted.append((row["path"], ""))
    if workspace != "default" and "workspaces" in row:
        wanted.append((row["workspaces"], ANY if workspace is None else workspace))
    store = _filled(row["store"], values, "", OPEN) or ""
    paths = (_filled(template, values, name, None) for template, name in wanted)
    return tuple(Place(row["type"][0], store, _joined(row, folder, path)) for path in paths if path)


def _joined(row: Mapping[str, Any], folder: str, path: str) -> str:
    if row.get("files"):
        path = posixpath.join(folder, path)
    return posixpath.normpath(path).lstrip("/") if row.get("join") else path


def compared(wanted: Place, kept: Place) -> tuple[Truth, Truth]:
    """Whether both are one state, and whether their paths are one."""
    if wanted.kind != kept.kind:
        return Truth.NO, Truth.NO
    path = _same(wanted.path, kept.path)
    both = _same(wanted.store, kept.store) & path
    if both is Truth.MAYBE and not _akin(wanted.path, kept.path):
        both = Truth.NO
    return both, path


def text_of(value: Value) -> str | None:
    """A value as text with marks; `None` where it is not set."""
    match value:
        case None | "":
            return None
        case str():
            return value.replace("\0", "")
        case Text(parts):
            return "".join(text_of(part) or "" for part in parts)
        case Unknown(symbol=str() as symbol):
            return "\0" + symbol.replace("\0", "").replace("/", "\1") + "\0"
        case bool() | int():
            return str(value)
    return OPEN


def _same(wanted: str, kept: str) -> Truth:
    """Whether two texts are one; `ANY` in the second is a workspace, of which there are many."""
    if ANY in kept:
        before, after = kept.split(ANY, 1)
        inside = wanted[len(before) : len(wanted) - len(after)]
        fits = wanted.startswith(before) and wanted.endswith(after) and inside
        if fits and "/" not in inside and OPEN not in before + after:
            return Truth.YES
        if fits and "\0" not in inside:  # a workspace's name has no slash
            return Truth.NO
    if wanted == kept and OPEN not in wanted:
        return Truth.YES
    return Truth.MAYBE if _may_be(wanted, kept) else Truth.NO


def _may_be(one: str, other: str) -> bool:
    """Whether some values of the unknown parts make two texts equal (or that is not excluded)."""
    parts, others = _MARK.split(one), _MARK.split(other)
    if len(parts) == 1 and len(others) == 1:
        return one == other
    if len(parts) > 1 and len(others) > 1:
        starts, ends = (parts[0], others[0]), (parts[-1], others[-1])
        first, last = min(starts, key=len), min(ends, key=len)
        return all(x.startswith(first) for x in starts) and all(x.endswith(last) for x in ends)
    whole, pieces = (one, others) if len(parts) == 1 else (other, parts)
    if not whole.startswith(pieces[0]):
        return False
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        found = whole.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(whole) - len(pieces[-1]) >= at and whole.endswith(pieces[-1])


def _akin(one: str, other: str) -> bool:
    """Whether two paths share a part that is their own, from the start or the end on."""
    pairs = (one.split("/"), other.split("/")), (one.split("/")[::-1], other.split("/")[::-1])
    return any(_shared(*pair) for pair in pairs)


def _shared(one: list[str], other: list[str]) -> bool:
    for left, right in zip(one, other, strict=False):
        if left != right or "\0" in left:
            return False
        if left not in _COMMON:
            return True
    return False


@cache
def _rows() -> Mapping[str, Mapping[str, Any]]:
    text = (files("analyzer.readers.terraform") / "backends.toml").read_text("utf-8")
    return {name: row for row in tomllib.loads(text)["backend"] for name in row["type"]}


def _filled(
    template: str, values: Mapping[str, Value], workspace: str, missing: str | None
) -> str | None:
    """A template with the values; `None` where one is not set and nothing stands for it."""
    found: list[str] = []
    at = 0
    for match in _FIELD.finditer(template):
        text = workspace if match[1] == "workspace" else text_of(_value(values, match[1]))
        if text is None:
            text = match[2] if match[2] is not None else missing
        if text is None:
            return None
        found += (template[at : match.start()], text)
        at = match.end()
    return "".join([*found, template[at:]])


def _value(values: Value, name: str) -> Value:
    for step in name.split("."):
        if isinstance(values, tuple) and len(values) == 1:
            values = values[0]
        if not isinstance(values, Mapping):
            return values if isinstance(values, Unknown) else None
        values = values.get(step)
    return values


def is_backend_file(name: str) -> bool:
    """Whether a file of this name is made for `-backend-config`."""
    return name.endswith((".tfbackend", ".backend", "backend.hcl"))
