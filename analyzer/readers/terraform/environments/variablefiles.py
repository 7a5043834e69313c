"""Variable files that Terraform reads only where they are named: which root module's, and which
environment's, they are.

A file belongs to the root module in or above whose folder it lies, or to the only one that declares
all that it sets; either way it must set nothing else. Everything else stays a gap.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from analyzer.readers.terraform.environments.model import Environment
from analyzer.readers.terraform.inputs import names_set, read_there
from analyzer.readers.terraform.library import Library
from graph.production import environment_of
from graph.values import Location

MAX_BETWEEN = 3
_HOLDERS = frozenset(
    {"env", "envs", "environment", "environments", "stage", "stages", "workspace", "workspaces"}
    | {"tfvars", "vars", "var", "variables", "config", "configs", "params", "parameters"}
)
_SAYS_NOTHING = frozenset({"terraform", "variables", "vars", "inputs", "main", "tf"})
_SHARED = frozenset({"common", "global", "globals", "shared", "base", "default", "defaults", "all"})
_EXAMPLE = re.compile(r"(?i)(^|[-_./])(examples?|samples?|templates?|fixtures?|tests?)([-_./]|$)")


@dataclass(frozen=True)
class _File:
    """A variable file with the words between its root module and its own name."""

    path: str
    words: tuple[str, ...]
    names: frozenset[str]

    @property
    def shared(self) -> bool:
        return bool(self.words) and self.words[-1] in _SHARED

    @property
    def environment(self) -> str:
        return "-".join(self.words[:-1] if self.shared else self.words)


def by_root(
    library: Library, roots: Sequence[str], folders: Container[str]
) -> dict[str, list[Environment]]:
    """The environments of each root module that has some."""
    found: defaultdict[str, list[_File]] = defaultdict(list)
    for path in library.variable_files:
        if read_there(path, folders) or _EXAMPLE.search(path):
            continue
        owned = _owned(library, path, roots)
        if owned is not None:
            root, file = owned
            found[root].append(file)
    grouped = {root: list(_environments(files)) for root, files in found.items()}
    return {root: environments for root, environments in grouped.items() if environments}


def _owned(library: Library, path: str, roots: Sequence[str]) -> tuple[str, _File] | None:
    names = names_set(library.tree, path)
    if not names:
        return None
    fitting = [root for root in roots if names <= library.config(root).variables.keys()]
    nearest = _nearest(library, posixpath.dirname(path))
    if nearest is not None:
        root = nearest if nearest in fitting else None
    else:
        root = fitting[0] if len(fitting) == 1 else None
    words = _words(path, root if nearest is not None else None) if root is not None else None
    return None if root is None or words is None else (root, _File(path, words, names))


def _nearest(library: Library, folder: str) -> str | None:
    """The folder with configuration in or above which a file lies, not too far up."""
    for _ in range(MAX_BETWEEN + 1):
        if library.config(folder).files:
            return folder
        if not folder:
            return None
        folder = posixpath.dirname(folder)
    return None


def _words(path: str, root: str | None) -> tuple[str, ...] | None:
    """The words that name the environment; `None` where nothing says that it is one."""
    relative = posixpath.relpath(path, root or ".") if root is not None else path
    folder, file = posixpath.split(relative)
    stem = re.sub(r"\.tfvars(\.json)?$", "", file)
    parts = [part for part in folder.split("/") if part]
    held = max((at for at, part in enumerate(parts) if part.lower() in _HOLDERS), default=None)
    if held is not None:
        parts = parts[held + 1 :]
    elif root is None:
        parts = []
    words = tuple(re.sub(r"[^\w.-]", "_", part) for part in [*parts, stem] if not _silent(part))
    named = held is not None or any(environment_of(word) for word in words)
    return words if words and named else None


def _silent(part: str) -> bool:
    return part.lower() in _SAYS_NOTHING


def _environments(files: list[_File]) -> Iterator[Environment]:
    """Files of one folder that set different variables are layers of one environment; those that
    set the same ones are environments of their own.
    """
    everywhere = [file for file in files if file.shared and not file.environment]
    named: defaultdict[str, list[_File]] = defaultdict(list)
    for group in _layered([file for file in files if file not in everywhere]):
        named[group[0]].extend(group[1])
    for name, own in sorted(named.items()):
        layers = [*everywhere, *sorted(own, key=lambda file: (not file.shared, file.path))]
        paths = tuple(file.path for file in layers)
        yield Environment(name, paths, None, ", ".join(paths), Location(own[0].path, 1))


def _layered(files: list[_File]) -> Iterator[tuple[str, list[_File]]]:
    folders: defaultdict[str, list[_File]] = defaultdict(list)
    for file in files:
        folders[posixpath.dirname(file.path)].append(file)
    for inside in folders.values():
        common = posixpath.commonprefix([file.words for file in inside])
        if len(inside) > 1 and common and _disjoint(inside):
            yield "-".join(common), inside
        else:
            yield from ((file.environment, [file]) for file in inside)


def _disjoint(files: list[_File]) -> bool:
    every = frozenset[str]().union(*(file.names for file in files))
    return sum(len(file.names) for file in files) == len(every)
