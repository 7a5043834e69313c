"""The folders of a repository as modules: parsed once, found by a call's source."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from analyzer.readers.terraform.config import Config, is_configuration, load
from analyzer.readers.terraform.inputs import is_variable_file
from analyzer.readers.terraform.kept import Kept
from analyzer.readers.terraform.scope import Module
from analyzer.sources import Unreadable
from analyzer.watching import Once
from graph.problems import Problem


@dataclass(frozen=True)
class Outline:
    """What can be said of a folder's configuration without evaluating it: the folders that it calls
    as modules, whether a backend or a provider makes it a state of its own, its faults.
    """

    called: tuple[str, ...]
    own: bool
    problems: tuple[Problem, ...]


@dataclass
class Library:
    """Module configurations by folder, read when they are first needed."""

    kept: Kept
    parser: str = "native"
    variable_files: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tree = self.kept.tree
        self._configs = Once[Config](self.tree)
        self._outlines = Once[Outline](self.tree)
        self._names = Once[list[str]](self.tree)
        self._walks = Once[list[str]](self.tree)
        self._vendored = Once[dict[str, str]](self.tree)

    def config(self, folder: str) -> Config:
        """The configuration of a folder."""
        return self._configs.get(
            folder, lambda: load(self.tree, folder, self.files(folder), self.parser)
        )

    def outline(self, folder: str) -> Outline:
        """What is known of a folder before it is evaluated."""
        return self._outlines.get(folder, lambda: self._kept_outline(folder))

    def _kept_outline(self, folder: str) -> Outline:
        return self.kept.get(
            lambda: ("outline", *self.identity(folder)),
            lambda: self._outline(folder),
            lambda found: (found.called, found.own, found.problems),
            Outline,
        )

    def identity(self, folder: str) -> tuple[str, ...]:
        """What stands for a folder's configuration in a key: its path, its content, the parser."""
        files = [("read", posixpath.join(folder, name)) for name in self.files(folder)]
        return (folder, self.tree.answers([("list", folder), *files]), self.parser)

    def folders(self, under: tuple[str, ...]) -> list[str]:
        """Every folder below `under` that holds configuration files."""
        return self._walks.get(under, lambda: self._walk(under))

    def _walk(self, under: tuple[str, ...]) -> list[str]:
        found: set[str] = set()
        for path in self.tree.files():
            folder, name = posixpath.split(path)
            if is_configuration(name) and ".terraform" not in folder.split("/"):
                found.add(folder)
            elif is_variable_file(name) and _below(folder, under):
                self.variable_files[path] = None
        return sorted(folder for folder in found if _below(folder, under))

    def roots(self, under: tuple[str, ...]) -> list[str]:
        """Folders that no local call uses as a module: each is a state of its own. Of folders that
        only call each other, the first one counts as a root: nothing is left out unseen.
        """
        folders = self.folders(under)
        calls = {folder: set(self.outline(folder).called) for folder in folders}
        called = set[str]().union(*calls.values())
        roots = [folder for folder in folders if folder not in called]
        seen = _reachable(roots, calls)
        for folder in folders:
            if folder not in seen:
                roots.append(folder)
                seen |= _reachable([folder], calls)
        return sorted(roots)

    def unused(self, roots: list[str]) -> list[str]:
        """Those of the roots that are made to be called, from elsewhere: below `modules/`, with no
        provider or backend of their own. None where there is nothing else to analyse.
        """
        found = [folder for folder in roots if self._is_library(folder)]
        return found if len(found) < len(roots) else []

    def _is_library(self, folder: str) -> bool:
        return "modules" in folder.split("/") and not self.outline(folder).own

    def folder(self, caller: str, source: str, name: str, module: Module) -> str | None:
        """The folder that a call's source means, `None` where it is not in the repository."""
        if source.startswith(("./", "../")) or source in {".", ".."}:
            folder = posixpath.normpath(posixpath.join(caller, source))
            folder = "" if folder == "." else folder
            return folder if self.files(folder) else None
        return self._installed(module, name)

    def _outline(self, folder: str) -> Outline:
        config = self.config(folder)
        own = bool(config.providers) or config.backend is not None
        called = tuple(dict.fromkeys(_called(config)))
        return Outline(called, own, tuple(config.problems))

    def files(self, folder: str) -> list[str]:
        """The names of a folder's configuration files."""
        return self._names.get(folder, lambda: self.tree.list(folder, is_configuration))

    def _installed(self, module: Module, name: str) -> str | None:
        """`.terraform/modules/modules.json` names the folders of modules that were downloaded."""
        root = module.root.config.folder
        manifest = self._vendored.get(root, lambda: self._manifest(root))
        calls = [part.split(".", 1)[1] for part in _steps(module.path)]
        folder = manifest.get(".".join([*calls, name]))
        if folder is None:
            return None
        folder = posixpath.normpath(posixpath.join(root, folder))
        return folder if self.files(folder) else None

    def _manifest(self, root: str) -> dict[str, str]:
        path = posixpath.join(root, ".terraform/modules/modules.json")
        try:
            found = json.loads(self.tree.read(path))
        except (Unreadable, ValueError, RecursionError):
            return {}
        rows = found.get("Modules", ()) if isinstance(found, dict) else ()
        return {
            row["Key"]: row["Dir"]
            for row in rows
            if isinstance(row, dict) and {"Key", "Dir"} <= set(row)
        }


def _called(config: Config) -> Iterator[str]:
    for declared in config.modules.values():
        source = declared.text("source") or ""
        if source.startswith("."):
            target = posixpath.normpath(posixpath.join(config.folder, source))
            target = "" if target == "." else target
            if target != config.folder:
                yield target


def _reachable(start: list[str], calls: dict[str, set[str]]) -> set[str]:
    seen, todo = set(start), list(start)
    while todo:
        more = calls.get(todo.pop(), set()) - seen
        seen |= more
        todo.extend(more)
    return seen


def _below(folder: str, under: tuple[str, ...]) -> bool:
    return any(
        base in {"", "."} or folder == base or folder.startswith(f"{base}/") for base in under
    )


def _steps(path: str) -> list[str]:
    """`module.a["x.y"].module.b` → `module.a`, `module.b`."""
    steps, depth, start = [], 0, 0
    for at, char in enumerate(f"{path}."):
        depth += (char == "[") - (char == "]")
        if char == "." and depth == 0:
            steps.append(path[start:at])
            start = at + 1
    words = [step.split("[", 1)[0] for step in steps if step]
    return [f"{one}.{two}" for one, two in zip(words[::2], words[1::2], strict=False)]
