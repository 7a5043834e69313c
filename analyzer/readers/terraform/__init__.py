"""Terraform and OpenTofu directories → resources, parsed and evaluated; no init, no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from analyzer.readers.guard import crashed
from analyzer.readers.terraform.config import Config
from analyzer.readers.terraform.deepstack import with_deep_stack
from analyzer.readers.terraform.export import export, export_all
from analyzer.readers.terraform.files import Files
from analyzer.readers.terraform.inputs import given_values, unread
from analyzer.readers.terraform.library import Library
from analyzer.readers.terraform.origins import Given, origin
from analyzer.readers.terraform.parse import available
from analyzer.readers.terraform.remote import States
from analyzer.readers.terraform.resources import faults, resources
from analyzer.readers.terraform.scope import Module, Scope
from analyzer.readers.terraform.stack import StackEvaluator
from analyzer.sources import Tree
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
    module_paths: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TerraformResult:
    """Evaluated resources of all stacks, outputs by stack id and name, and every gap."""

    resources: tuple[Resource, ...]
    outputs: Mapping[str, Mapping[str, Value]]
    problems: tuple[Problem, ...]
    files: int = 0
    stacks: int = 0
    modules: int = 0


def read_terraform(tree: Tree, options: TerraformOptions | None = None) -> TerraformResult:
    """Every root module below the folders, evaluated each as its own stack."""
    chosen = options or TerraformOptions()
    return with_deep_stack(lambda: _read(tree, chosen))


def _read(tree: Tree, options: TerraformOptions) -> TerraformResult:
    problems: list[Problem] = []
    given = tuple(Given(origin(source), folder) for source, folder in options.module_paths)
    library = Library(tree, _parser(options.parser, problems), given)
    uncalled = library.roots(options.folders)
    unused = library.unused(uncalled)
    roots = [folder for folder in uncalled if folder not in unused]
    found: list[Resource] = []
    outputs: dict[str, dict[str, Value]] = {}
    modules = 0
    states = States(tree, lambda root, all_: StackEvaluator(root, library, Files(tree), all_))
    for folder in roots:
        config = library.config(folder)
        stack = Stack(folder if len(roots) > 1 else "", folder, options.workspace)
        inputs = given_values(tree, config, options.var_files, options.variables, problems)
        states.roots.append(Module(config, "", stack, inputs=inputs))
    for root in states.roots:
        config, stack, folder = root.config, root.stack, root.config.folder
        evaluator = StackEvaluator(root, library, Files(tree), states)
        try:
            found.extend(resources(evaluator, _described(config, evaluator, stack)))
            outputs[stack.id] = {name: export(value, name) for name, value in evaluator.outputs()}
            modules += sum(1 for _ in evaluator.modules())
        except Exception as error:  # noqa: BLE001 (one root module must not end the run)
            problems.append(crashed(folder or ".", error))
        problems.extend(evaluator.problems)
    problems.extend(states.problems.values())
    problems.extend(library.absent.problems())
    folders = library.folders(options.folders)
    if folders:
        problems.extend(unread(library.variable_files, folders, options.var_files))
    configs = [library.config(folder) for folder in folders]
    declared = (problem for config in configs for problem in config.problems)
    return TerraformResult(
        tuple(found),
        outputs,
        tuple(dict.fromkeys([*declared, *problems, *faults(found), *_unused(unused, library)])),
        files=sum(len(config.files) for config in configs),
        stacks=len(roots),
        modules=modules,
    )


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
        config = library.config(folders[0])
        yield Problem(
            ProblemKind.UNSUPPORTED,
            f"modules that nothing here calls: {', '.join(folders[:3])}{more}",
            "they configure no provider or backend, so they are applied from elsewhere",
            "what they create was not analysed; name a folder as PATH to analyse it alone",
            Location(config.files[0], 1) if config.files else None,
        )
