"""The folders of a repository as modules: parsed once, found by a call's source."""

from __future__ import annotations

import json
import posixpath
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from analyzer.readers.terraform.config import Config, is_configuration, load
from analyzer.readers.terraform.inputs import is_variable_file
from analyzer.readers.terraform.origins import Absent, ModulePath, Origin, is_local, origin
from analyzer.readers.terraform.scope import Module
from analyzer.sources import Tree, Unreadable


@dataclass
class Library:
    """Module configurations by folder, read when they are first needed."""

    tree: Tree
    parser: str = "native"
    given: tuple[ModulePath, ...] = ()
    absent: Absent = field(default_factory=Absent)
    variable_files: dict[str, None] = field(default_factory=dict)
    _configs: dict[str, Config] = field(default_factory=dict)
    _names: dict[str, list[str]] = field(default_factory=dict)
    _vendored: dict[str, dict[str, tuple[str, Origin | None]]] = field(default_factory=dict)

    def config(self, folder: str) -> Config:
        """The configuration of a folder."""
        if folder not in self._configs:
            self._configs[folder] = load(self.tree, folder, self._files(folder), self.parser)
        return self._configs[folder]

    def folders(self, under: tuple[str, ...]) -> list[str]:
        """Every folder below `under` that holds configuration files."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for path in self.tree.files():
            folder, name = posixpath.split(path)
            if is_configuration(name) and ".terraform" not in folder.split("/"):
                found[folder].append(name)
            elif is_variable_file(name) and _below(folder, under):
                self.variable_files[path] = None
        self._names.update(found)
        return sorted(folder for folder in found if _below(folder, under))

    def roots(self, under: tuple[str, ...]) -> list[str]:
        """Folders that no local call uses as a module: each is a state of its own. Of folders that
        only call each other, the first one counts as a root: nothing is left out unseen.
        """
        folders = self.folders(under)
        calls = {folder: set(self._called(folder)) for folder in folders}
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
        config = self.config(folder)
        own = bool(config.providers) or config.backend is not None
        return "modules" in folder.split("/") and not own

    def folder(
        self, module: Module, name: str, source: str, version: str | None = None
    ) -> str | None:
        """The folder that a call's source means, `None` where it cannot be had: beside the caller,
        given by the user, or where `terraform init` put it.
        """
        if is_local(source):
            folder = _joined(module.config.folder, source)
            return folder if self._files(folder) else None
        wanted = origin(source, version)
        given = self._given(wanted)
        return self._installed(module, name, wanted) if given is None else given

    def _given(self, wanted: Origin) -> str | None:
        for given in sorted(self.given, key=lambda item: item.rank, reverse=True):
            folder = given.found(wanted)
            if folder is not None and self._files(_joined("", folder)):
                return _joined("", folder)
        return None

    def _called(self, folder: str) -> Iterator[str]:
        for declared in self.config(folder).modules.values():
            source = declared.text("source") or ""
            if is_local(source):
                target: str | None = _joined(folder, source)
            else:
                target = self._given(origin(source, declared.text("version")))
            if target is not None and target != folder:
                yield target

    def _files(self, folder: str) -> list[str]:
        if folder not in self._names:
            self._names[folder] = self.tree.list(folder, is_configuration)
        return self._names[folder]

    def _installed(self, module: Module, name: str, wanted: Origin) -> str | None:
        """`.terraform/modules/modules.json` names the folders of modules that were downloaded; what
        it says of another source is older than the code.
        """
        root = module.root.config.folder
        if root not in self._vendored:
            self._vendored[root] = dict(self._manifest(root))
        calls = [part.split(".", 1)[1] for part in _steps(module.path)]
        folder, source = self._vendored[root].get(".".join([*calls, name]), (None, None))
        if folder is None or (source is not None and source.address != wanted.address):
            return None
        folder = _joined(root, folder)
        return folder if self._files(folder) else None

    def _manifest(self, root: str) -> Iterator[tuple[str, tuple[str, Origin | None]]]:
        """The manifest's rows: it may be anything, it lies in the repository."""
        path = posixpath.join(root, ".terraform/modules/modules.json")
        try:
            found = json.loads(self.tree.read(path))
        except (Unreadable, ValueError, RecursionError):
            return
        rows = found.get("Modules") if isinstance(found, dict) else None
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                key, folder, source = (row.get(name) for name in ("Key", "Dir", "Source"))
                if isinstance(key, str) and isinstance(folder, str):
                    yield key, (folder, origin(source) if isinstance(source, str) else None)


def _joined(base: str, path: str) -> str:
    folder = posixpath.normpath(posixpath.join(base, path))
    return "" if folder == "." else folder


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
