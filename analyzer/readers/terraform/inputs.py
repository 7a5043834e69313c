"""Root module variables from outside: tfvars files in Terraform's order, then `-var`."""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterable, Iterator, Mapping

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

AUTOMATIC = ("terraform.tfvars", "terraform.tfvars.json")


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
    tree: Tree,
    config: Config,
    var_files: Iterable[str],
    variables: Mapping[str, str],
    problems: list[Problem],
) -> dict[str, Data]:
    """Values by variable name; later sources win."""
    found: dict[str, Data] = {}
    for path in (*_automatic(tree, config.folder), *var_files):
        found.update(_file_values(tree, path, problems))
    for name, text in variables.items():
        if name in config.variables:
            found[name] = _text_value(config, name, text)
    return {name: value for name, value in found.items() if name in config.variables}


def _automatic(tree: Tree, folder: str) -> list[str]:
    names = tree.list(folder, is_variable_file)
    first = [name for name in AUTOMATIC if name in names]
    automatic = sorted(name for name in names if ".auto.tfvars" in name)
    return [posixpath.join(folder, name) for name in (*first, *automatic)]


def unread(
    files: Iterable[str], folders: Container[str], given: Iterable[str]
) -> Iterator[Problem]:
    """One gap for all variable files that Terraform reads only where they are named: usually one
    an environment. What lies beside configuration and has an automatic name is read there.
    """
    named = {posixpath.normpath(path) for path in given}
    found = [path for path in files if path not in named and not _read_there(path, folders)]
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        yield Problem(
            ProblemKind.UNRESOLVED,
            f"variable files {', '.join(found[:3])}{more}",
            "Terraform reads such a file only where it is named",
            f"what an environment sets there was not used; see one with --var-file {found[0]}",
            Location(found[0], 1),
        )


def _read_there(path: str, folders: Container[str]) -> bool:
    folder, name = posixpath.split(path)
    automatic = name in AUTOMATIC or ".auto.tfvars" in name
    return automatic and folder in folders


def _file_values(tree: Tree, path: str, problems: list[Problem]) -> dict[str, Data]:
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


def _text_value(config: Config, name: str, text: str) -> Data:
    """`-var` text is a string where the variable is one, else an expression."""
    argument = config.variables[name].block.body.arguments.get("type")
    kind = argument and getattr(argument.value, "name", None)
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
