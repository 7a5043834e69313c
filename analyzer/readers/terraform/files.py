"""What Terraform's functions may read: files of the repository, by paths from the root module."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.evaluate import Evaluator
from analyzer.readers.terraform.functions import FunctionError
from analyzer.readers.terraform.parse import Fault, parse_template
from analyzer.readers.terraform.scope import Module, Scope
from analyzer.readers.terraform.syntax import Body, File
from analyzer.readers.terraform.types import LimitError
from analyzer.sources import Tree, Unreadable
from graph.records import record

MAX_TEMPLATE = 1_000_000
TEMPLATE = "(template)"


@dataclass(frozen=True)
class Files:
    """The repository as functions see it."""

    tree: Tree

    def context(self, scope: Scope, evaluator: Evaluator) -> RepositoryContext:
        """File access for an expression of a scope."""
        inside = scope.file.path == TEMPLATE
        return RepositoryContext(self.tree, scope.module.root.config.folder, evaluator, inside)


@record()
class RepositoryContext:
    """Implements `functions.Context`; nothing outside the repository is ever read."""

    tree: Tree
    root: str
    evaluator: Evaluator
    inside_template: bool = False

    def read_text(self, path: str) -> str:
        """A file's text; raises LimitError outside the repository, FunctionError where none is."""
        try:
            return self.tree.read(self._path(path))
        except Unreadable as error:
            raise self._error(path, error) from None

    def read_bytes(self, path: str) -> bytes:
        """A file's bytes; raises as `read_text` does."""
        try:
            return self.tree.read_bytes(self._path(path))
        except Unreadable as error:
            raise self._error(path, error) from None

    def exists(self, path: str) -> bool:
        """Whether a regular file is there."""
        return self.tree.exists(self._path(path))

    def list_files(self, directory: str) -> Iterable[str]:
        """Files below a folder, relative to it."""
        return self.tree.below(self._path(directory))

    def template(self, text: str, variables: dict[str, Data]) -> Data:
        """A template with nothing but `variables` in scope."""
        if self.inside_template:
            raise FunctionError("a template cannot be rendered from inside another template")
        if len(text) > MAX_TEMPLATE:
            raise LimitError(f"a template of over {MAX_TEMPLATE} characters")
        try:
            tree = parse_template(text)
        except Fault as fault:
            raise FunctionError(f"the template is malformed: {fault.message}") from None
        file = File(TEMPLATE, text, Body({}, (), (0, 0)))
        module = Module.empty(self.root)
        return self.evaluator.strict(tree, Scope(module, file, names=variables))

    def _path(self, path: str) -> str:
        if path.startswith(("/", "~")):
            raise LimitError("a path outside the repository is not read")
        return posixpath.normpath(posixpath.join(self.root, path))

    def _error(self, path: str, error: Unreadable) -> Exception:
        message = str(error)
        if message in {"no such file", "not a regular file"}:
            return FunctionError(f"no file exists at {path!r}")
        return LimitError(f"{path}: {message}")
