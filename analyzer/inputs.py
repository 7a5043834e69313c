"""Everything a run reads, found by itself or named: Terraform, grants, plans, states."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.cache import opened
from analyzer.readers.configuration import NAMES as CONFIGURATION_NAMES
from analyzer.readers.configuration import read_configuration
from analyzer.readers.grants import read_grants
from analyzer.readers.guard import crashed
from analyzer.readers.iam import Export, broken, read_export
from analyzer.readers.iam.joining import with_exports
from analyzer.readers.joins import joined
from analyzer.readers.merging import merge
from analyzer.readers.organizations import with_access_roles
from analyzer.readers.overlay import covered, overlay
from analyzer.readers.places import located
from analyzer.readers.plan import Change, PlanResult, read_plan, unreadable
from analyzer.readers.renaming import renamed
from analyzer.readers.terraform import Analysed, TerraformOptions, read_terraform
from analyzer.readers.terraform.environments import Declaration
from analyzer.settings import Settings
from analyzer.sources import MAX_FILES, Tree, Unreadable
from graph.grants import Grants
from graph.problems import Problem, ProblemKind
from graph.resource import Resource
from graph.values import Location, Value

GRANTS_NAMES = ("grants.yaml", "grants.yml", ".blastwall/grants.yaml", ".blastwall/grants.yml")


@dataclass(frozen=True)
class Found:
    """What was read. `files` counts those that gave something to analyse."""

    resources: tuple[Resource, ...]
    grants: Grants
    problems: tuple[Problem, ...]
    files: int = 0
    stacks: int = 0
    modules: int = 0
    outputs: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    environments: tuple[Analysed, ...] = ()
    changes: tuple[Change, ...] = ()


def find(settings: Settings) -> Found:
    """Read all inputs; a file that cannot be read costs itself only."""
    tree, folders = _tree(settings.paths, tuple(settings.module_paths.values()))
    declared, config_problems = _configuration(tree, folders, settings)
    cache = opened(tree.boundary or tree.root, *tree.opened) if settings.cache else None
    terraform = read_terraform(tree, _options(settings, tree, folders, declared), cache)
    plans = [_plan(path) for path in (*settings.plans, *settings.states)]
    plans = renamed(terraform.resources, plans, terraform.refactorings)
    exports = [_export(path) for path in settings.exports]
    resources = with_access_roles(
        joined(with_exports(overlay(terraform.resources, plans), exports))
    )
    known = covered(terraform.absent, terraform.resources, plans)
    grants, grants_problems, grants_files = _grants(tree, folders, settings)
    problems = [*config_problems, *grants_problems]
    problems.extend(problem for problem in terraform.problems if problem not in known)
    problems.extend(problem for found in plans for problem in found.problems)
    problems.extend(problem for export in exports for problem in export.problems)
    if not terraform.resources:
        problems.extend(problem for found in plans for problem in found.alone)
    problems.extend(_unlisted(tree))
    files = terraform.files + grants_files + len(plans) + len(exports)
    if not files:
        problems.append(_nothing(settings))
    return Found(
        resources=tuple(resources),
        grants=grants,
        problems=tuple(problems),
        files=files,
        stacks=terraform.stacks,
        modules=terraform.modules,
        outputs=terraform.outputs,
        environments=terraform.environments,
        changes=tuple(change for found in plans for change in found.changes),
    )


def _tree(paths: tuple[Path, ...], modules: tuple[Path, ...]) -> tuple[Tree, tuple[str, ...]]:
    """One tree for all paths, and each path within it; files of the repository around may be read
    (a module at `../modules`) and those below the folders of `modules`, others never.
    """
    folders = [path if path.is_dir() else path.parent for path in paths]
    absolute = [folder.resolve() for folder in folders]
    root = Path(os.path.commonpath(absolute))
    within = tuple(dict.fromkeys(path.relative_to(root).as_posix() for path in absolute))
    return Tree(root, _repository(root), modules), within


def _repository(folder: Path) -> Path:
    for candidate in (folder, *folder.parents):
        if (candidate / ".git").exists():
            return candidate
    return folder


def _options(
    settings: Settings, tree: Tree, folders: tuple[str, ...], declared: tuple[Declaration, ...]
) -> TerraformOptions:
    """As the reader wants it: paths from the tree's root, not from where the user stands."""

    def within(path: Path) -> str:
        return os.path.relpath(path.resolve(), tree.root).replace(os.sep, "/")

    return TerraformOptions(
        folders=folders,
        given=tuple(within(item) if isinstance(item, Path) else item for item in settings.given),
        workspace=settings.workspace,
        parser=settings.parser,
        module_paths=tuple((name, within(path)) for name, path in settings.module_paths.items()),
        environments=declared,
    )


def _configuration(
    tree: Tree, folders: Iterable[str], settings: Settings
) -> tuple[tuple[Declaration, ...], list[Problem]]:
    """What `blastwall.yaml` beside the analysed folders declares, or the file that an option names
    instead: a pipeline can take it from a branch that was reviewed.
    """
    found: list[Declaration] = []
    problems: list[Problem] = []
    for read_from, shown, name, folder in _configuration_files(tree, folders, settings):
        try:
            declared, faults = read_configuration(read_from.read(name), shown, folder)
        except Unreadable as error:
            problems.append(_unreadable(shown, str(error)))
            continue
        except Exception as error:  # noqa: BLE001 (one file must not end the run)
            problems.append(crashed(shown, error))
            continue
        found.extend(declared)
        problems.extend(faults)
    return tuple(found), problems


def _configuration_files(
    tree: Tree, folders: Iterable[str], settings: Settings
) -> Iterator[tuple[Tree, str, str, str]]:
    for folder in folders:
        if settings.config is not None:
            path = settings.config
            yield Tree(path.resolve().parent), path.as_posix(), path.name, folder
            continue
        for name in CONFIGURATION_NAMES:
            file = name if folder == "." else f"{folder}/{name}"
            if tree.exists(file):
                yield tree, file, file, folder


def _plan(path: Path) -> PlanResult:
    try:
        text = Tree(path.resolve().parent).read(path.name)
    except Unreadable as error:
        return unreadable(path.as_posix(), str(error))
    try:
        return read_plan(text, path.as_posix())
    except Exception as error:  # noqa: BLE001 (one file must not end the run)
        return PlanResult((), (), (crashed(path.as_posix(), error),))


def _export(path: Path) -> Export:
    try:
        text = Tree(path.resolve().parent).read(path.name)
    except Unreadable as error:
        return broken(path.as_posix(), str(error))
    try:
        return read_export(text, path.as_posix())
    except Exception as error:  # noqa: BLE001 (one file must not end the run)
        return Export((), (crashed(path.as_posix(), error),))


def _grants(
    tree: Tree, folders: Iterable[str], settings: Settings
) -> tuple[Grants, list[Problem], int]:
    """The grants files beside the analysed folders, and those named by an option."""
    found: list[Grants] = []
    problems: list[Problem] = []
    for read_from, shown, name in _grants_files(tree, folders, settings):
        try:
            grants, faults = read_grants(read_from.read(name), shown)
        except Unreadable as error:
            problems.append(_unreadable(shown, str(error)))
            continue
        except Exception as error:  # noqa: BLE001 (one file must not end the run)
            problems.append(crashed(shown, error))
            continue
        found.append(grants)
        problems.extend(faults)
    merged, faults = merge(found)
    placed, missing = located(merged, tree)
    return placed, [*problems, *faults, *missing], len(found)


def _grants_files(
    tree: Tree, folders: Iterable[str], settings: Settings
) -> Iterable[tuple[Tree, str, str]]:
    found: set[Path] = set()
    for folder in folders:
        for name in GRANTS_NAMES:
            path = name if folder == "." else f"{folder}/{name}"
            if tree.exists(path):
                found.add((tree.root / path).resolve())
                yield tree, path, path
    for given in settings.grants:
        if given.resolve() not in found:
            yield Tree(given.resolve().parent), given.as_posix(), given.name


def _unreadable(path: str, why: str) -> Problem:
    where = Location(path, 1)
    return Problem(ProblemKind.UNREADABLE, path, why, "nothing of it was analysed", where)


def _unlisted(tree: Tree) -> Iterator[Problem]:
    for folder in tree.unlisted:
        yield Problem(
            ProblemKind.UNREADABLE,
            f"folder {os.path.relpath(folder, tree.root)}",
            f"it holds over {MAX_FILES} files",
            "those after the first ones were not looked at; name folders inside it as PATHS",
        )


def _nothing(settings: Settings) -> Problem:
    paths = ", ".join(path.as_posix() for path in settings.paths)
    return Problem(
        ProblemKind.UNREADABLE,
        f"no input in {paths}",
        "no Terraform file, plan, state or grants file was found there",
        "nothing was analysed; name a folder with *.tf files, or use --plan, --state, --grants",
    )
