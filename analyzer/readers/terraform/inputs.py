"""Root module variables from outside: automatic variable files in Terraform's order, then
`-var-file` and `-var` as they come; the last one wins.

`TF_VAR_…` of the environment is not read: what a run says must follow from the repository and the
command line, and an analysis must not pick up the secrets that a CI job keeps there.
https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
"""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterable, Iterator
from typing import TypeAlias

from analyzer.readers.terraform.config import Config
from analyzer.readers.terraform.data import Data, Where
from analyzer.readers.terraform.evaluate import Evaluator
from analyzer.readers.terraform.functions import Context
from analyzer.readers.terraform.parse import Fault, parse, parse_expression
from analyzer.readers.terraform.scope import Module, Scope
from analyzer.readers.terraform.syntax import Body, File
from analyzer.readers.terraform.traversal import Found
from analyzer.readers.terraform.types import EvaluationError
from analyzer.readers.terraform.variables import constant
from analyzer.sources import Tree, Unreadable
from graph.problems import Problem, ProblemKind
from graph.values import Location

# A variable file's path, or a variable's name and its text.
Given: TypeAlias = "str | tuple[str, str]"
AUTOMATIC = ("terraform.tfvars", "terraform.tfvars.json")
_AUTOMATIC_ENDINGS = (".auto.tfvars", ".auto.tfvars.json")


class _Constants:
    """tfvars hold constants: no name stands for anything."""

    def resolve(self, name: str, scope: Scope, where: Where) -> Found:
        del scope, where
        raise EvaluationError(f"a variable's value cannot refer to {name!r}")

    def context(self, scope: Scope) -> Context | None:
        del scope
        return None


def is_variable_file(name: str) -> bool:
    """Whether a file of this name sets variables."""
    return name.endswith((".tfvars", ".tfvars.json"))


def given_values(
    tree: Tree, config: Config, given: Iterable[Given], problems: list[Problem]
) -> dict[str, Data]:
    """Values by variable name; later sources win."""
    found: dict[str, Data] = {}
    for item in (*automatic(tree, config.folder), *given):
        if isinstance(item, str):
            found.update(constants(tree, item, problems))
        elif item[0] in config.variables:
            found[item[0]] = text_value(config, *item)
    return {name: value for name, value in found.items() if name in config.variables}


def names_set(tree: Tree, path: str) -> frozenset[str]:
    """The variables that a file sets; none where it cannot be read."""
    try:
        return frozenset(parse(tree.read(path), path).body.arguments)
    except (Unreadable, RecursionError):
        return frozenset()


def automatic(tree: Tree, folder: str) -> list[str]:
    """The variable files that Terraform reads without being told."""
    names = tree.list(folder, is_variable_file)
    first = [name for name in AUTOMATIC if name in names]
    rest = sorted(name for name in names if name.endswith(_AUTOMATIC_ENDINGS))
    return [posixpath.join(folder, name) for name in (*first, *rest)]


def unread(
    files: Iterable[str], folders: Container[str], given: Iterable[str]
) -> Iterator[Problem]:
    """One gap for all variable files that Terraform reads only where they are named: usually one
    an environment. What lies beside configuration and has an automatic name is read there.
    """
    named = {posixpath.normpath(path) for path in given}
    found = [path for path in files if path not in named and not read_there(path, folders)]
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        yield Problem(
            ProblemKind.UNRESOLVED,
            f"variable files {', '.join(found[:3])}{more}",
            "Terraform reads such a file only where it is named",
            f"what an environment sets there was not used; see one with --var-file {found[0]}",
            Location(found[0], 1),
        )


def read_there(path: str, folders: Container[str]) -> bool:
    """Whether a file is read without being named: by its name, beside configuration."""
    folder, name = posixpath.split(path)
    return folder in folders and (name in AUTOMATIC or name.endswith(_AUTOMATIC_ENDINGS))


def constants(tree: Tree, path: str, problems: list[Problem]) -> dict[str, Data]:
    """The values that a file of constants sets by name (tfvars, a backend's configuration)."""
    path = posixpath.normpath(path)
    try:
        file = parse(tree.read(path), path)
    except Unreadable as error:
        problems.append(_problem(path, str(error), Location(path, 1)))
        return {}
    problems.extend(
        _problem(path, fault.message, file.location(fault.span)) for fault in file.problems
    )
    if file.body.json:
        return {name: constant(file, a.value) for name, a in file.body.arguments.items()}
    scope = Scope(Module.empty(), file)
    evaluator = Evaluator(_Constants())
    return {name: evaluator.value(a.value, scope) for name, a in file.body.arguments.items()}


def text_value(config: Config, name: str, text: str) -> Data:
    """`-var` text is a string where the variable is one, else an expression."""
    argument = config.variables[name].block.body.arguments.get("type")
    kind = argument and getattr(argument.value, "name", getattr(argument.value, "value", None))
    if argument is None or kind in {"string", "number", "bool"}:
        return text
    try:
        tree = parse_expression(text)
    except Fault:
        return text
    file = File("(--var)", text, Body({}, (), (0, 0)))
    return Evaluator(_Constants()).value(tree, Scope(Module.empty(), file))


def _problem(path: str, why: str, where: Location) -> Problem:
    effect = "its values were not used; variables keep their defaults or are unknown"
    return Problem(ProblemKind.UNREADABLE, path, why, effect, where)
