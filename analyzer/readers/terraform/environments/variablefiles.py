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
from dataclasses import dataclass, field

from analyzer.readers.terraform.environments.model import Environment
from analyzer.readers.terraform.inputs import names_set, read_there
from analyzer.readers.terraform.library import Library
from graph.environments import environment_of
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


@dataclass
class VariableFiles:
    """The environments of each root module that has some, and what keeps files from being one:
    by root, the files beside it that set what it does not declare, with those names.
    """

    library: Library
    roots: Sequence[str]
    folders: Container[str]
    environments: dict[str, list[Environment]] = field(default_factory=dict)
    strange: dict[str, tuple[list[str], set[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found: defaultdict[str, list[_File]] = defaultdict(list)
        for path in self.library.variable_files:
            if not read_there(path, self.folders) and not _EXAMPLE.search(path):
                root, file = self._owned(path)
                if root is not None and file is not None:
                    found[root].append(file)
        for root, files in found.items():
            environments = list(_environments(root, files))
            if environments:
                self.environments[root] = environments

    def _owned(self, path: str) -> tuple[str | None, _File | None]:
        names = names_set(self.library.tree, path)
        nearest = _nearest(self.library, posixpath.dirname(path))
        if nearest is None:
            fitting = [root for root in self.roots if names and not self._more(root, names)]
            root = fitting[0] if len(fitting) == 1 else None
        else:
            root = nearest if nearest in self.roots else None
        words = _words(path, nearest) if root is not None else None
        if root is None or words is None or not names:
            return None, None
        if more := self._more(root, names):
            files, strange = self.strange.setdefault(root, ([], set()))
            files.append(path)
            strange.update(more)
            return None, None
        return root, _File(path, words, names)

    def _more(self, root: str, names: frozenset[str]) -> frozenset[str]:
        """What a file sets that a root module does not declare."""
        return names - self.library.config(root).variables.keys()


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


def _environments(root: str, files: list[_File]) -> Iterator[Environment]:
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
        evidence = ", ".join(posixpath.relpath(path, root or ".") for path in paths)
        yield Environment(name, paths, None, evidence, Location(own[0].path, 1))


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
