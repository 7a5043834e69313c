"""Terraform and OpenTofu directories → resources: parsed, evaluated, expanded; no init, no network."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

from analyzer.readers.terraform.blocks import lifecycle
from analyzer.readers.terraform.config import Config
from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.evaluate import Evaluator
from analyzer.readers.terraform.export import export
from analyzer.readers.terraform.files import Files
from analyzer.readers.terraform.identity import computed
from analyzer.readers.terraform.inputs import given_values
from analyzer.readers.terraform.library import Library
from analyzer.readers.terraform.providers import default_tags
from analyzer.readers.terraform.scope import Module, Scope
from analyzer.readers.terraform.stack import Evaluated, StackEvaluator
from analyzer.readers.terraform.types.partial import holes
from analyzer.sources import Tree
from graph.problems import Problem, ProblemKind
from graph.resource import Resource, Stack
from graph.values import Unknown, Value, Why

__all__ = ["TerraformOptions", "TerraformResult", "read_terraform"]

ENVIRONMENT_NAMES = (
    "environment", "env", "stage", "environment_name", "env_name", "deployment_environment",
    "workspace", "account_name", "tier", "account_environment",
)  # fmt: skip
STACK_BYTES = 512 * 1024 * 1024
RECURSION = 60_000
T = TypeVar("T")


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


def read_terraform(tree: Tree, options: TerraformOptions | None = None) -> TerraformResult:
    """Every root module below the folders, evaluated each as its own stack."""
    chosen = options or TerraformOptions()
    return _with_deep_stack(lambda: _read(tree, chosen))


def _with_deep_stack(work: Callable[[], T]) -> T:
    """Long chains of references need more stack than a thread has by default."""
    result: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as error:  # noqa: BLE001 (raised again in the caller's thread)
            failure.append(error)

    before = sys.getrecursionlimit()
    old = threading.stack_size(STACK_BYTES)
    sys.setrecursionlimit(max(before, RECURSION))
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(old)
        sys.setrecursionlimit(before)
    if failure:
        raise failure[0]
    return result[0]


def _read(tree: Tree, options: TerraformOptions) -> TerraformResult:
    library = Library(tree, options.parser)
    roots = library.roots(options.folders)
    resources: list[Resource] = []
    outputs: dict[str, dict[str, Value]] = {}
    problems: list[Problem] = []
    modules = 0
    for folder in roots:
        evaluator = _stack(tree, library, folder, options, problems, several=len(roots) > 1)
        resources.extend(_resource(evaluator, item) for item in evaluator.resources())
        found = {name: export(value, name) for name, value in evaluator.outputs()}
        outputs[evaluator.root.stack.id] = found
        modules += sum(1 for _ in evaluator.modules())
        problems.extend(evaluator.problems)
    configs = [library.config(folder) for folder in library.folders(options.folders)]
    problems = [*(p for config in configs for p in config.problems), *problems]
    problems.extend(_unresolved(resources))
    files = sum(len(config.files) for config in configs)
    return TerraformResult(
        tuple(resources), outputs, tuple(dict.fromkeys(problems)), files, len(roots), modules
    )


def _stack(
    tree: Tree,
    library: Library,
    folder: str,
    options: TerraformOptions,
    problems: list[Problem],
    *,
    several: bool,
) -> StackEvaluator:
    config = library.config(folder)
    inputs = given_values(tree, config, options.var_files, options.variables, problems)
    stack = Stack(folder if several else "", folder, options.workspace)
    root = Module(config, "", stack, inputs=inputs)
    evaluator = StackEvaluator(root, library, Files(tree))
    described = _described(config, evaluator, stack)
    evaluator.root = replace(root, stack=described)
    return StackEvaluator(evaluator.root, library, Files(tree))


def _described(config: Config, evaluator: StackEvaluator, stack: Stack) -> Stack:
    """The stack with its backend and its variables."""
    backend: dict[str, Value] = {}
    location = None
    for declared in config.terraform:
        for block in declared.block.body.blocks:
            if block.type in {"backend", "cloud"}:
                scope = Scope(evaluator.root, declared.file)
                backend = dict(_arguments(evaluator.evaluator, block.body.arguments, scope))
                backend["type"] = block.labels[0] if block.labels else "cloud"
                location = declared.file.location(block.span)
    variables = {
        name: export(evaluator.variable(evaluator.root, name, None), name)
        for name in config.variables
    }
    return replace(stack, backend=backend, variables=variables, location=location)


def _arguments(
    evaluator: Evaluator, arguments: Mapping[str, object], scope: Scope
) -> Iterator[tuple[str, Value]]:
    for name, argument in arguments.items():
        value = evaluator.value(argument.value, scope)  # type: ignore[attr-defined] # Argument
        yield name, export(value, name)


def _resource(stack: StackEvaluator, item: Evaluated) -> Resource:
    prefix = f"{stack.root.stack.id}:" if stack.root.stack.id else ""
    attributes = cast("dict[str, Value]", export(cast("Data", _attributes(stack, item))))
    references = {what.split(":", 1)[1] for what in item.touched if what.startswith("resource:")}
    references.update(
        name.removeprefix(prefix)
        for value in item.values.values()
        for hole in holes(value)
        for name in hole.references
    )
    scope = stack.scope(item.module, item.declared, item.instance)
    return Resource(
        address=prefix + item.address,
        type=item.type,
        name=item.name,
        attributes=attributes,
        location=item.declared.location,
        stack=stack.root.stack,
        provider=item.provider,
        mode=item.mode,
        module=item.module.path,
        presence=item.instance.presence,
        places=item.places,
        variables=_environment(stack, item.module),
        references=tuple(sorted(prefix + name for name in references)),
        lifecycle=cast(
            "dict[str, Value]", lifecycle(stack.evaluator, item.declared.block.body, scope)
        ),
    )


def _attributes(stack: StackEvaluator, item: Evaluated) -> dict[str, Data]:
    """What is set, with what the provider adds: default tags, rendered documents."""
    values = dict(item.values)
    tags = default_tags(item.provider)
    if item.mode == "managed" and item.provider.name == "aws" and (tags or "tags" in values):
        own = values.get("tags")
        values["tags_all"] = (
            {**tags, **own} if isinstance(own, dict) else (own if own is not None else tags)
        )
    if item.mode == "data" and item.type == "aws_iam_policy_document":
        values["json"] = computed(stack, item, "json", item.declared.location)
    return values


def _environment(stack: StackEvaluator, module: Module | None) -> dict[str, Value]:
    """Environment-like inputs of the nearest module that has one."""
    while module is not None:
        found = {
            name: export(stack.variable(module, name, None), name)
            for name in ENVIRONMENT_NAMES
            if name in module.config.variables
        }
        if any(isinstance(value, str) for value in found.values()) or (
            found and module.parent is None
        ):
            return found
        module = module.parent
    return {}


def _unresolved(resources: Iterable[Resource]) -> Iterator[Problem]:
    """Errors and limits met while evaluating, each once; other unknowns stay with their values."""
    seen: set[tuple[str, object]] = set()
    for resource in resources:
        for hole in holes(cast("Data", resource.attributes)):
            key = (hole.detail, hole.location)
            if hole.why in {Why.ERROR, Why.LIMIT, Why.CYCLE} and key not in seen:
                seen.add(key)
                yield _problem(resource, hole)


def _problem(resource: Resource, hole: Unknown) -> Problem:
    effect = f"a value of {resource.address} is unknown and treated as anything it could be"
    kind = ProblemKind.UNRESOLVED
    return Problem(
        kind,
        hole.detail or str(hole.why),
        str(hole.why),
        effect,
        hole.location or resource.location,
    )
