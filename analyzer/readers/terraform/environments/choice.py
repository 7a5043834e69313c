"""Which environments a root module is analysed as: named by hand, else declared, else detected."""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from analyzer.readers.terraform.environments.model import Declaration, Environment
from analyzer.readers.terraform.environments.variablefiles import VariableFiles
from analyzer.readers.terraform.environments.workspaces import mentions_workspace, workspaces
from analyzer.readers.terraform.inputs import Given
from analyzer.readers.terraform.library import Library
from analyzer.readers.terraform.stack import StackEvaluator
from graph.environments import environment_of
from graph.problems import Problem, ProblemKind
from graph.selectors import matches_path
from graph.values import Location

MAX_OF_A_ROOT = 16
MAX_MORE = 600


@dataclass
class Choice:
    """The environments of the roots of one run; every further one costs an evaluation, so there is
    a limit to those of a root and to those of the run.
    """

    library: Library
    roots: Sequence[str]
    folders: Container[str] = ()
    given: tuple[Given, ...] = ()
    workspace: str | None = None
    declared: Sequence[Declaration] = ()
    problems: list[Problem] = field(default_factory=list, init=False)
    used: set[str] = field(default_factory=set)
    more: int = 0

    @property
    def by_hand(self) -> bool:
        """Whether options name the environment: one `--var` alone does not."""
        named_file = any(isinstance(item, str) for item in self.given)
        return named_file or self.workspace is not None

    def of(self, root: str, evaluator: StackEvaluator) -> list[Environment]:
        """The environments of a root, at least one; `evaluator` knows it without any."""
        if self.by_hand:
            return [Environment("", self.given, self.workspace)]
        found = self._declared(root)
        if found:
            self._compare(root, found, evaluator)
        else:
            found = self._detected(root, evaluator)
        for environment in found:
            self.used.update(item for item in environment.given if isinstance(item, str))
        found = self._bounded(root, found)
        return [replace(item, given=(*item.given, *self.given)) for item in found] or [
            Environment("", self.given)
        ]

    def gaps(self) -> Iterator[Problem]:
        """Declarations that no root module answers to, files that set what none declares."""
        yield from self.problems
        for item in self.declared:
            if not self.by_hand and not any(matches_path(item.root, root) for root in self.roots):
                yield Problem(
                    ProblemKind.INVALID,
                    f"environment {item.name}: no root module matches {item.root!r}",
                    "it names a folder with *.tf files, from the folder of blastwall.yaml",
                    "it was not analysed",
                    item.location,
                )

        for root, (files, names) in self._files.strange.items() if not self.by_hand else ():
            unused = [path for path in files if path not in self.used]
            if unused:
                self.used.update(unused)
                yield Problem(
                    ProblemKind.UNRESOLVED,
                    f"variable files {listed(unused)}",
                    f"they set {listed(sorted(names))}, which {root or '.'} does not declare",
                    "what an environment sets there was not used; declare the environment in"
                    " blastwall.yaml, or use --var-file",
                    Location(unused[0], 1),
                )

    def _declared(self, root: str) -> list[Environment]:
        found = []
        for item in self.declared:
            if matches_path(item.root, root):
                files = (posixpath.normpath(posixpath.join(root, name)) for name in item.var_files)
                given: tuple[Given, ...] = (*files, *item.variables)
                evidence = f"declared at {item.location}"
                found.append(Environment(item.name, given, item.workspace, evidence, item.location))
        return found

    def _compare(self, root: str, found: list[Environment], evaluator: StackEvaluator) -> None:
        """A declaration hides nothing unsaid: workspaces that only the code names are a gap."""
        named = {item.workspace for item in found}
        if named == {None} or not mentions_workspace(evaluator.root.config):
            return
        left = [name for name in workspaces(evaluator) if name not in named]
        if left:
            self.problems.append(
                Problem(
                    ProblemKind.UNRESOLVED,
                    f"workspaces {', '.join(left[:5])} of {root or '.'}",
                    "the code names them, and blastwall.yaml declares others only",
                    "what they set was not used; declare them too",
                    found[0].location,
                )
            )

    def _detected(self, root: str, evaluator: StackEvaluator) -> list[Environment]:
        files = self._files.environments.get(root, [])
        mentioned = mentions_workspace(evaluator.root.config)
        names = workspaces(evaluator) if mentioned else ()
        if files:
            return [
                replace(item, workspace=item.name if item.name in names else None) for item in files
            ]
        return [
            Environment(name, (), name, f"workspace {name}", _place(evaluator)) for name in names
        ]

    @cached_property
    def _files(self) -> VariableFiles:
        return VariableFiles(self.library, self.roots, self.folders)

    def _bounded(self, root: str, found: list[Environment]) -> list[Environment]:
        """What is production first; the rest, and that it was left out, is said."""
        room = min(MAX_OF_A_ROOT, MAX_MORE - self.more + 1)
        self.more += max(0, min(len(found), room) - 1)
        if len(found) <= room:
            return found
        ranked = sorted(found, key=lambda item: not _production(item.name))
        kept = ranked[:room] if room > 1 else []
        self.problems.append(
            Problem(
                ProblemKind.UNSUPPORTED,
                f"{len(found) - len(kept)} of {len(found)} environments of {root or '.'}",
                f"at most {MAX_OF_A_ROOT} of a root module are analysed, {MAX_MORE} more in a run",
                "what they set was not used; declare the ones that count in blastwall.yaml",
                found[0].location,
            )
        )
        return kept


def listed(names: Sequence[str], most: int = 3) -> str:
    """`a, b, c and 4 more`."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def _production(name: str) -> bool:
    found = environment_of(name)
    return found is not None and found[1]


def _place(evaluator: StackEvaluator) -> Location | None:
    files = evaluator.root.config.files
    return Location(files[0], 1) if files else None
