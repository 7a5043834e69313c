"""Terraform and OpenTofu directories → resources, parsed and evaluated; no init, no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields

from analyzer.cache import Cache
from analyzer.readers.guard import is_crash
from analyzer.readers.terraform.deepstack import with_deep_stack
from analyzer.readers.terraform.environments import Choice, Declaration
from analyzer.readers.terraform.inputs import Given, unread
from analyzer.readers.terraform.kept import Kept
from analyzer.readers.terraform.library import Library
from analyzer.readers.terraform.origins import ModulePath, origin
from analyzer.readers.terraform.parse import available
from analyzer.readers.terraform.refactoring import Move, Refactoring
from analyzer.readers.terraform.resources import faults
from analyzer.readers.terraform.stacks import Stacks
from analyzer.readers.terraform.terragrunt import Units
from analyzer.readers.terraform.watched import WatchedTree
from analyzer.sources import Tree
from graph.problems import Problem, ProblemKind
from graph.resource import Resource
from graph.values import Location, Value

__all__ = ["Analysed", "TerraformOptions", "TerraformResult", "read_terraform"]


@dataclass(frozen=True)
class TerraformOptions:
    """Where to look (`folders` within the tree), what is given from outside, and the environments
    that are declared.
    """

    folders: tuple[str, ...] = (".",)
    given: tuple[Given, ...] = ()
    workspace: str | None = None
    parser: str = "native"
    module_paths: tuple[tuple[str, str], ...] = ()
    environments: tuple[Declaration, ...] = ()


@dataclass(frozen=True)
class Analysed:
    """A named environment of a root module, and what tells that there is one."""

    root: str
    name: str
    evidence: str


@dataclass(frozen=True)
class TerraformResult:
    """Evaluated resources of all stacks, outputs by stack id and name, and every gap; `absent` has
    the calls (stack, address) behind each gap that is a module which is not there.
    """

    resources: tuple[Resource, ...]
    outputs: Mapping[str, Mapping[str, Value]]
    problems: tuple[Problem, ...]
    files: int = 0
    stacks: int = 0
    modules: int = 0
    environments: tuple[Analysed, ...] = ()
    refactorings: tuple[Refactoring, ...] = ()
    absent: Mapping[Problem, frozenset[tuple[str, str]]] = field(default_factory=dict)


def read_terraform(
    tree: Tree, options: TerraformOptions | None = None, cache: Cache | None = None
) -> TerraformResult:
    """Every root module below the folders, each of its environments evaluated as its own stack.
    With a cache: as an earlier run found it, where nothing that it rests on has changed since.
    """
    chosen = options or TerraformOptions()
    if cache is None:
        return with_deep_stack(lambda: _read(tree, chosen))
    watched = WatchedTree(tree.root, tree.boundary, tree.opened, unlisted=tree.unlisted)
    kept = Kept(cache, watched, (asdict(chosen), available()), (Analysed, Refactoring, Move))
    found = kept.find()
    if found is not None:
        return TerraformResult(*found)
    result = with_deep_stack(lambda: _read(watched, chosen))
    if not any(map(is_crash, result.problems)):
        kept.keep(tuple(getattr(result, part.name) for part in fields(result)))
    return result


def _read(tree: Tree, options: TerraformOptions) -> TerraformResult:
    problems: list[Problem] = []
    modules = tuple(ModulePath(origin(source), folder) for source, folder in options.module_paths)
    library = Library(tree, _parser(options.parser, problems), modules)
    folders = library.folders(options.folders)
    units = Units(library, options.folders, options.given, options.workspace)
    called = units.folders()
    uncalled = [folder for folder in library.roots(options.folders) if folder not in called]
    unused = library.unused(uncalled)
    roots = [folder for folder in uncalled if folder not in unused]
    choice = Choice(library, roots, folders, options.given, options.workspace, options.environments)
    stacks = Stacks(tree, library, problems, {*roots, *units.all})
    for folder in roots:
        stacks.root(folder, choice, several=len(roots) + len(units.all) > 1)
    units.several = len(roots) + len(units.all) > 1
    for evaluator in map(units.open, units.all):
        if evaluator is not None:
            stacks.add(evaluator)
    stacks.evaluate()
    absent = library.absent.problems(stacks.ids)
    problems.extend((*choice.gaps(), *units.gaps(), *absent))
    if folders:
        named = {
            *choice.used,
            *units.used,
            *(item for item in options.given if isinstance(item, str)),
        }
        problems.extend(unread(library.variable_files, folders, named))
    configs = [library.config(folder) for folder in folders]
    declared = (problem for config in configs for problem in config.problems)
    found = stacks.resources
    return TerraformResult(
        tuple(found),
        stacks.outputs,
        tuple(dict.fromkeys([*declared, *problems, *faults(found), *_unused(unused, library)])),
        files=sum(len(config.files) for config in configs),
        stacks=len(stacks.ids),
        modules=stacks.modules,
        refactorings=tuple(stacks.refactorings),
        environments=tuple(
            Analysed(stack.path, stack.environment, evidence)
            for stack, evidence in stacks.environments
        ),
        absent=absent,
    )


def _parser(wanted: str, problems: list[Problem]) -> str:
    """The parser to use: the wanted one, if it is there."""
    if wanted == "native" or available():
        return wanted
    why = "the package is not installed; `pip install python-hcl2` (the extra `hcl2`) adds it"
    effect = "the built-in parser was used"
    problems.append(Problem(ProblemKind.UNSUPPORTED, f"the parser {wanted}", why, effect))
    return "native"


def _unused(folders: list[str], library: Library) -> Iterator[Problem]:
    """One gap for all modules that only other repositories call."""
    if folders:
        more = f" and {len(folders) - 3} more" if len(folders) > 3 else ""
        config = library.config(folders[0])
        yield Problem(
            ProblemKind.UNSUPPORTED,
            f"modules that nothing here calls: {', '.join(folders[:3])}{more}",
            "they configure no provider or backend, so they are applied from elsewhere",
            "what they create was not analysed; name a folder as PATH to analyse it alone",
            Location(config.files[0], 1) if config.files else None,
        )
