"""The stacks of a run: every environment of every root module, evaluated and collected."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field, replace
from functools import cached_property

from analyzer.readers.guard import crashed
from analyzer.readers.terraform.config import Config
from analyzer.readers.terraform.environments import Choice, Environment
from analyzer.readers.terraform.export import export, export_all
from analyzer.readers.terraform.files import Files
from analyzer.readers.terraform.inputs import given_values
from analyzer.readers.terraform.library import Library
from analyzer.readers.terraform.refactoring import Refactoring, refactoring
from analyzer.readers.terraform.remote import States
from analyzer.readers.terraform.resources import resources
from analyzer.readers.terraform.scope import Module, Scope
from analyzer.readers.terraform.stack import StackEvaluator
from analyzer.sources import Tree
from graph.problems import Problem
from graph.resource import Resource, Stack
from graph.values import Value


@dataclass
class Stacks:
    """What all stacks give; `environments` are those that have a name, with its evidence,
    `reserved` the ids of stacks without one.
    """

    tree: Tree
    library: Library
    problems: list[Problem]
    reserved: Container[str] = ()
    evaluators: list[StackEvaluator] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    outputs: dict[str, dict[str, Value]] = field(default_factory=dict)
    environments: list[tuple[Stack, str]] = field(default_factory=list)
    ids: dict[str, None] = field(default_factory=dict)
    refactorings: list[Refactoring] = field(default_factory=list)
    modules: int = 0

    def root(self, folder: str, choice: Choice, *, several: bool) -> None:
        """All environments of a root module, to be evaluated when all roots are known."""
        plain = self._open(self._module(folder, Environment("", choice.given), several=several))
        for environment in choice.of(folder, plain):
            module = self._module(folder, environment, several=several)
            self.add(self._open(module, self._states))
            if environment.name:
                self.environments.append((module.stack, environment.evidence))
        plain.close()

    def add(self, evaluator: StackEvaluator) -> None:
        """One more stack."""
        self.ids[evaluator.root.stack.id] = None
        self.evaluators.append(evaluator)
        self._states.roots.append(evaluator.root)

    def evaluate(self) -> None:
        """All of them; they may ask each other for outputs, so that all must be there first."""
        for evaluator in self.evaluators:
            self._evaluate(evaluator)
            if evaluator.states is not None:  # whoever reads its state has it evaluated apart
                evaluator.close()
        self.problems.extend(self._states.problems.values())
        self._states.close()

    def _evaluate(self, evaluator: StackEvaluator) -> None:
        """One stack; a fault of ours in it does not end the run."""
        config, stack = evaluator.root.config, evaluator.root.stack
        try:
            self.resources.extend(resources(evaluator, described(config, evaluator, stack)))
            self.outputs[stack.id] = {
                name: export(value, name) for name, value in evaluator.outputs()
            }
            modules = list(evaluator.modules())
            self.modules += len(modules)
            self.refactorings.append(refactoring(stack.id, modules))
        except Exception as error:  # noqa: BLE001 (one root module must not end the run)
            self.problems.append(crashed(stack.path or ".", error))
        self.problems.extend((*evaluator.problems, *evaluator.evaluator.faults))

    @cached_property
    def _states(self) -> States:
        return States(self.tree, self._open)

    def _open(self, module: Module, states: States | None = None) -> StackEvaluator:
        return StackEvaluator(module, self.library, Files(self.tree), states)

    def _module(self, folder: str, environment: Environment, *, several: bool) -> Module:
        config = self.library.config(folder)
        stack = Stack(
            self._id(folder if several else "", environment.name),
            folder,
            environment.workspace,
            environment=environment.name,
        )
        inputs = given_values(self.tree, config, environment.given, self.problems)
        return Module(config, "", stack, inputs=inputs)

    def _id(self, base: str, environment: str) -> str:
        """`infra@prod`; a folder of that very name does not make two stacks one."""
        if not environment:
            return base
        id_ = f"{base}@{environment}"
        while id_ in self.ids or id_ in self.reserved:
            id_ += "+"
        return id_


def described(config: Config, evaluator: StackEvaluator, stack: Stack) -> Stack:
    """The stack with its variables, and its backend where it has none from elsewhere."""
    variables = {
        name: export(evaluator.variable(evaluator.root, name), name) for name in config.variables
    }
    stack = replace(stack, variables=variables)
    declared = config.backend
    if declared is None or stack.backend:
        return stack
    scope = Scope(evaluator.root, declared.file)
    values = {
        name: evaluator.evaluator.value(argument.value, scope)
        for name, argument in declared.block.body.arguments.items()
    }
    labels = declared.block.labels
    backend = {**export_all(values), "type": labels[0] if labels else "cloud"}
    return replace(stack, backend=backend, location=declared.location)
