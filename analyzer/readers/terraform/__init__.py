"""Terraform and OpenTofu directories → resources, parsed and evaluated; no init, no network."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from analyzer.cache import Cache
from analyzer.readers.guard import crashed
from analyzer.readers.terraform.config import Config
from analyzer.readers.terraform.deepstack import with_deep_stack
from analyzer.readers.terraform.export import export, export_all
from analyzer.readers.terraform.files import Files
from analyzer.readers.terraform.inputs import given_values, unread
from analyzer.readers.terraform.kept import Kept
from analyzer.readers.terraform.library import Library
from analyzer.readers.terraform.parse import available
from analyzer.readers.terraform.resources import faults, resources
from analyzer.readers.terraform.scope import Module, Scope
from analyzer.readers.terraform.stack import StackEvaluator
from analyzer.sources import Tree
from analyzer.watching import WatchedTree
from graph.problems import Problem, ProblemKind
from graph.resource import Resource, Stack
from graph.values import Location, Value

__all__ = ["TerraformOptions", "TerraformResult", "read_terraform"]


@dataclass(frozen=True)
class TerraformOptions:
    """Where to look (`folders` within the tree) and what is given from outside."""

    folders: tuple[str, ...] = (".",)
    var_files: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    workspace: str | None = None
    parser: str = "native"


@dataclass(frozen=True)
class TerraformResult:
    """Evaluated resources of all stacks, outputs by stack id and name, and every gap."""

    resources: tuple[Resource, ...]
    outputs: Mapping[str, Mapping[str, Value]]
    problems: tuple[Problem, ...]
    files: int = 0
    stacks: int = 0
    modules: int = 0


@dataclass(frozen=True)
class StackResult:
    """One root module evaluated. `whole` is false where blastwall failed half-way."""

    resources: tuple[Resource, ...]
    outputs: Mapping[str, Value]
    problems: tuple[Problem, ...]
    modules: int
    whole: bool = True


def read_terraform(
    tree: Tree, options: TerraformOptions | None = None, cache: Cache | None = None
) -> TerraformResult:
    """Every root module below the folders, evaluated each as its own stack; what did not change
    since an earlier run is taken from the cache.
    """
    chosen = options or TerraformOptions()
    kept = Kept(WatchedTree(tree.root, tree.boundary), cache)
    return with_deep_stack(lambda: _read(kept, chosen))


def _read(kept: Kept, options: TerraformOptions) -> TerraformResult:
    problems: list[Problem] = []
    library = Library(kept, _parser(options.parser, problems))
    uncalled = library.roots(options.folders)
    unused = library.unused(uncalled)
    roots = [folder for folder in uncalled if folder not in unused]
    found: list[Resource] = []
    outputs: dict[str, Mapping[str, Value]] = {}
    modules = 0
    for folder in roots:
        stack = Stack(folder if len(roots) > 1 else "", folder, options.workspace)
        result = _kept_stack(library, stack, options)
        found.extend(result.resources)
        problems.extend(result.problems)
        modules += result.modules
        if result.whole:
            outputs[stack.id] = result.outputs
    folders = library.folders(options.folders)
    if folders:
        problems.extend(unread(library.variable_files, folders, options.var_files))
    declared = (problem for folder in folders for problem in library.outline(folder).problems)
    return TerraformResult(
        tuple(found),
        outputs,
        tuple(dict.fromkeys([*declared, *problems, *faults(found), *_unused(unused, library)])),
        files=sum(len(library.files(folder)) for folder in folders),
        stacks=len(roots),
        modules=modules,
    )


def _kept_stack(library: Library, stack: Stack, options: TerraformOptions) -> StackResult:
    """A root module as an earlier run evaluated it, else evaluated now. The key names all that the
    result rests on besides the tree, whose answers are looked after by themselves.
    """
    given = (options.var_files, dict(options.variables), stack.workspace, available())
    return library.kept.get(
        lambda: ("stack", stack.id, *library.identity(stack.path), *given),
        lambda: _stack(library, stack, options),
        lambda found: _parts(found) if found.whole else None,
        StackResult,
    )


def _parts(found: StackResult) -> tuple[object, ...]:
    return found.resources, found.outputs, found.problems, found.modules


def _stack(library: Library, stack: Stack, options: TerraformOptions) -> StackResult:
    config, tree = library.config(stack.path), library.tree
    problems: list[Problem] = []
    found: list[Resource] = []
    outputs: dict[str, Value] = {}
    modules, whole = 0, True
    inputs = given_values(tree, config, options.var_files, options.variables, problems)
    evaluator = StackEvaluator(Module(config, "", stack, inputs=inputs), library, Files(tree))
    try:
        found.extend(resources(evaluator, _described(config, evaluator, stack)))
        outputs.update((name, export(value, name)) for name, value in evaluator.outputs())
        modules = sum(1 for _ in evaluator.modules())
    except Exception as error:  # noqa: BLE001 (one root module must not end the run)
        problems.append(crashed(stack.path or ".", error))
        whole = False
    problems.extend(evaluator.problems)
    return StackResult(tuple(found), outputs, tuple(problems), modules, whole)


def _parser(wanted: str, problems: list[Problem]) -> str:
    """The parser to use: the wanted one, if it is there."""
    if wanted == "native" or available():
        return wanted
    why = "the package is not installed; `pip install python-hcl2` (the extra `hcl2`) adds it"
    effect = "the built-in parser was used"
    problems.append(Problem(ProblemKind.UNSUPPORTED, f"the parser {wanted}", why, effect))
    return "native"


def _described(config: Config, evaluator: StackEvaluator, stack: Stack) -> Stack:
    """The stack with its backend and its variables."""
    variables = {
        name: export(evaluator.variable(evaluator.root, name), name) for name in config.variables
    }
    stack = replace(stack, variables=variables)
    declared = config.backend
    if declared is None:
        return stack
    scope = Scope(evaluator.root, declared.file)
    values = {
        name: evaluator.evaluator.value(argument.value, scope)
        for name, argument in declared.block.body.arguments.items()
    }
    labels = declared.block.labels
    backend = {**export_all(values), "type": labels[0] if labels else "cloud"}
    return replace(stack, backend=backend, location=declared.location)


def _unused(folders: list[str], library: Library) -> Iterator[Problem]:
    """One gap for all modules that only other repositories call."""
    if folders:
        more = f" and {len(folders) - 3} more" if len(folders) > 3 else ""
        names = library.files(folders[0])
        yield Problem(
            ProblemKind.UNSUPPORTED,
            f"modules that nothing here calls: {', '.join(folders[:3])}{more}",
            "they configure no provider or backend, so they are applied from elsewhere",
            "what they create was not analysed; name a folder as PATH to analyse it alone",
            Location(posixpath.join(folders[0], names[0]), 1) if names else None,
        )
