"""A unit as a root module: its source's configuration, what is generated into it, its inputs."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from analyzer.readers.terraform.config import Config, load
from analyzer.readers.terraform.data import Data, Sensitive
from analyzer.readers.terraform.export import export, export_all
from analyzer.readers.terraform.files import Files
from analyzer.readers.terraform.inputs import Given, automatic, given_values, text_value
from analyzer.readers.terraform.library import Library
from analyzer.readers.terraform.scope import Module
from analyzer.readers.terraform.stack import StackEvaluator
from analyzer.readers.terraform.terragrunt.discovery import Unit, units
from analyzer.readers.terraform.terragrunt.generated import Generated, generated
from analyzer.readers.terraform.terragrunt.project import Project
from analyzer.readers.terraform.terragrunt.reading import Reading
from analyzer.readers.terraform.types import LimitError
from analyzer.readers.terraform.types.partial import mark, unmark
from analyzer.secrets import masked
from analyzer.sources import Tree
from graph.problems import Problem, ProblemKind
from graph.resource import Stack
from graph.values import Location, Unknown, Value, Why

_APPLYING = frozenset({"plan", "apply", "destroy"})


@dataclass(frozen=True)
class _WithTexts(Tree):
    """A tree in which some files are not on the disk; `disk` is asked for the others."""

    texts: Mapping[str, str] = field(kw_only=True)
    disk: Tree = field(kw_only=True)

    def read(self, path: str) -> str:
        """The file's text."""
        return self.texts[path] if path in self.texts else self.disk.read(path)


@dataclass
class Units:
    """The Terragrunt units of a run, each opened when it or one that depends on it is asked for."""

    library: Library
    under: tuple[str, ...]
    given: tuple[Given, ...] = ()
    workspace: str | None = None
    several: bool = True
    problems: list[Problem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    remote: dict[str, list[Unit]] = field(default_factory=dict)
    _opened: dict[str, StackEvaluator] = field(default_factory=dict)
    _opening: set[str] = field(default_factory=set)
    _sources: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.project = Project(self.library.tree, self.library, self.open)
        self.all = units(self.project, self.under)

    def folders(self) -> set[str]:
        """Folders that units run: they are no root modules of their own."""
        found = {folder for unit in self.all.values() for folder in (unit.folder, unit.template)}
        return found | {source for unit in self.all.values() if (source := self.source(unit))}

    def open(self, folder: str) -> StackEvaluator | None:
        """The unit of a folder; one that is being opened depends on itself, and gives nothing."""
        unit = self.all.get(folder)
        if folder not in self._opened and unit is not None:
            if folder in self._opening:
                why = "units must not depend on each other in a circle"
                self.project.fault(f"dependencies of {folder or '.'}", why, _place(unit))
                return None
            self._opening.add(folder)
            self._opened[folder] = self._evaluator(unit)
        return self._opened.get(folder)

    def gaps(self) -> Iterator[Problem]:
        """What could not be read; one problem a source that is not there."""
        yield from self.problems
        yield from self.project.problems
        for source, units_ in self.remote.items():
            folders = [unit.folder or "." for unit in units_]
            more = f" and {len(folders) - 3} more" if len(folders) > 3 else ""
            yield Problem(
                ProblemKind.UNRESOLVED,
                f"Terragrunt source {source}",
                f"it is not in this repository; {', '.join(folders[:3])}{more} run it",
                "what it creates was not analysed, its outputs are unknown",
                _place(units_[0]),
            )

    def source(self, unit: Unit) -> str | None:
        """The folder of the tree that a unit runs, `None` where that is elsewhere."""
        if unit.folder not in self._sources:
            self._sources[unit.folder] = self._found(unit)
        return self._sources[unit.folder]

    def _found(self, unit: Unit) -> str | None:
        source = _setting(unit, "source")
        if source is None:
            return unit.template
        if not isinstance(source, str):
            why = str(source) if isinstance(source, Unknown) else "it is not wholly known"
            self.project.fault(f"the source of {unit.folder or '.'}", why, _place(unit))
            return None
        plain = source.partition("?")[0]
        for base in dict.fromkeys((unit.folder, unit.template)):
            folder = self._local(plain, base)
            if folder is not None:
                return folder
        caller = Module.empty(unit.folder)
        found = self.project.library.folder(caller, "terragrunt", source)
        if found is None:
            self.remote.setdefault(masked(plain), []).append(unit)
        return found

    def _local(self, source: str, base: str) -> str | None:
        """`../modules//vpc`: what stands before the two slashes is copied along."""
        if "::" in source or "://" in source or source.startswith("git@"):
            return None
        try:
            folder = self.project.paths.inside(source.replace("//", "/"), base)
        except LimitError:
            return None
        return folder if self.project.library.config(folder).files else None

    # how --------------------------------------------------------------------------------------

    def _evaluator(self, unit: Unit) -> StackEvaluator:
        project = self.project
        made = generated(unit.reading)
        config = self._config(unit, made)
        stack = Stack(
            unit.folder if self.several else "",
            unit.folder,
            self.workspace,
            backend=_backend(unit.reading),
            location=_place(unit),
        )
        extra = list(_extra(unit.reading))
        files = [*automatic(project.tree, unit.folder), *self._given(unit, extra), *self.given]
        self.used.update(item for item in files if isinstance(item, str))
        inputs = {
            **made.holes,
            **_environment(config, extra),
            **_inputs(unit.reading, config),
            **given_values(project.tree, config, files, self.problems),
        }
        module = Module(config, "", stack, inputs=inputs)
        return StackEvaluator(module, project.library, Files(project.tree))

    def _config(self, unit: Unit, made: Generated) -> Config:
        project, source = self.project, self.source(unit)
        base = project.library.config(source) if source is not None else Config(unit.folder)
        folder = base.folder
        own = project.library.config(unit.template)
        beside = list(own.files) if unit.template != folder else []
        present = frozenset(posixpath.basename(path) for path in (*base.files, *beside))
        texts = made.files(present)
        if not texts and not beside:
            return base
        virtual = {posixpath.join(unit.folder, name): text for name, text in texts.items()}
        paths = [path for path in (*base.files, *beside) if posixpath.basename(path) not in texts]
        disk = project.tree
        tree = _WithTexts(disk.root, disk.boundary, disk.opened, texts=virtual, disk=disk)
        names = [posixpath.relpath(path, folder or ".") for path in (*paths, *virtual)]
        found = load(tree, folder, names, project.library.parser)
        self.problems.extend(found.problems)
        return replace(found, files=base.files)

    def _given(self, unit: Unit, extra: Iterable[Mapping[str, Data]]) -> Iterator[Given]:
        for values in extra:
            for word in _words(values.get("arguments")):
                name, equals, rest = word.lstrip("-").partition("=")
                if name == "var-file" and equals:
                    yield from self._file(unit, rest, required=True)
                elif name == "var" and "=" in rest:
                    variable, _, text = rest.partition("=")
                    yield variable, text
            for key, required in (("required_var_files", True), ("optional_var_files", False)):
                for word in _words(values.get(key)):
                    yield from self._file(unit, word, required=required)

    def _file(self, unit: Unit, path: str, *, required: bool) -> Iterator[str]:
        found = None
        for base in (unit.folder, unit.template, self.source(unit) or unit.folder):
            try:
                found = self.project.paths.inside(path, base)
            except LimitError as error:
                self.project.fault(f"variable file {path}", str(error), _place(unit))
                return
            if self.project.tree.exists(found):
                yield found
                return
        if required and found is not None:
            yield found  # reading it says what is wrong


def _extra(unit: Reading) -> Iterator[Mapping[str, Data]]:
    """The `extra_arguments` of commands that plan or apply, those of included files first."""
    for reading in reversed(list(unit.family())):
        for block in reading.blocks("terraform"):
            for inner in block.body.blocks:
                values = reading.block_values(inner) if inner.type == "extra_arguments" else {}
                commands = values.get("commands")
                if values and (
                    not isinstance(commands, tuple) or _APPLYING & {*map(str, commands)}
                ):
                    yield values


def _environment(config: Config, extra: Iterable[Mapping[str, Data]]) -> dict[str, Data]:
    """Variables that Terragrunt hands to Terraform in its environment."""
    found: dict[str, Data] = {}
    for values in extra:
        variables = values.get("env_vars")
        for name, text in (variables if isinstance(variables, dict) else {}).items():
            variable = name.removeprefix("TF_VAR_")
            if variable != name and variable in config.variables and isinstance(text, str):
                found[variable] = text_value(config, variable, text)
    return found


def _inputs(unit: Reading, config: Config) -> dict[str, Data]:
    """Inputs become variables; of what is not known each variable may have been set."""
    value = unit.inputs()
    plain = value.value if isinstance(value, Sensitive) else value
    if isinstance(plain, dict):
        hidden = plain is not value
        named = {name: item for name, item in plain.items() if name in config.variables}
        return {name: mark(item) if hidden else item for name, item in named.items()}
    open_ = plain if isinstance(plain, Unknown) else Unknown(Why.VARIABLE, "inputs")
    return {name: replace(open_, symbol=None) for name in config.variables}


def _backend(unit: Reading) -> Mapping[str, Value]:
    """Where `remote_state` keeps the unit's state."""
    for reading in unit.family():
        for block in reading.blocks("remote_state"):
            type_, config = reading.value(block, "backend"), reading.value(block, "config")
            inner = export_all(config) if isinstance(config, dict) else {}
            return {**inner, "type": export(type_, "backend")}
    return {}


def _setting(unit: Unit, name: str) -> Data:
    for reading in unit.reading.family():
        for block in reading.blocks("terraform"):
            if name in block.body.arguments:
                return reading.value(block, name)
    return None


def _place(unit: Unit) -> Location:
    """Where a unit says what it runs."""
    for reading in unit.reading.family():
        for block in reading.blocks("terraform"):
            if "source" in block.body.arguments:
                return reading.file.location(block.span)
    return Location(unit.reading.file.path, 1)


def _words(value: Data) -> list[str]:
    plain, _ = unmark(value)
    return [item for item in plain if isinstance(item, str)] if isinstance(plain, tuple) else []
