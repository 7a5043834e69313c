"""Terragrunt's own functions. What would run a command, ask a cloud or read the environment of
whoever runs Terragrunt is unknown: nothing is ever executed.
https://terragrunt.gruntwork.io/docs/reference/hcl/functions/
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import TypeAlias

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.functions import call
from analyzer.readers.terraform.inputs import constants
from analyzer.readers.terraform.terragrunt.paths import TOP
from analyzer.readers.terraform.terragrunt.reading import READ, Reading
from analyzer.readers.terraform.traversal import Found
from analyzer.readers.terraform.types import EvaluationError
from analyzer.readers.terraform.types.partial import blame, known
from graph.values import Location, Unknown, Why

Function: TypeAlias = "Callable[[Reading, list[Data], Location], Found]"
MAX_UP = 100
_NEED_VARS = (
    "apply", "console", "destroy", "import", "plan", "push", "refresh", "test",
)  # fmt: skip
_NEED_LOCKING = (
    "apply", "destroy", "import", "init", "plan", "refresh", "taint", "untaint",
)  # fmt: skip


def _text(arguments: list[Data], at: int) -> str | None:
    """An argument that is a string; `None` where it is left out.

    Raises:
        EvaluationError: it is not known, or no string.

    """
    if at >= len(arguments):
        return None
    value = arguments[at]
    if not isinstance(value, str):
        raise EvaluationError("a path must be a string")
    return value


def _find_in_parent_folders(reading: Reading, arguments: list[Data], place: Location) -> Data:
    """Upwards from above the unit's folder, never out of the repository."""
    if not known(tuple(arguments)):
        return blame(*arguments)
    name, fallback = _text(arguments, 0) or "terragrunt.hcl", arguments[1:]
    paths, folder = reading.project.paths, reading.project.paths.absolute(reading.home)
    for _ in range(MAX_UP):
        above = posixpath.dirname(folder)
        if above in {folder, "/"}:
            break
        folder = above
        path = paths.inside(posixpath.join(folder, name), "")
        if reading.project.there(path):
            return posixpath.join(folder, name)
    if fallback:
        return fallback[0]
    raise EvaluationError(f"no file {name!r} in a folder above ({place})")


def _read(reading: Reading, arguments: list[Data], place: Location) -> Found:
    if not arguments or not isinstance(arguments[0], str):
        return blame(*arguments, detail=READ)
    found = reading.project.read(reading, arguments[0])
    if found is not None:
        return found.exposed()
    if len(arguments) > 1:
        return arguments[1]
    return Unknown(Why.ERROR, f"{READ}: {arguments[0]!r} cannot be read", place)


def _relative_to_include(reading: Reading, arguments: list[Data], _: Location) -> Data:
    parent = reading.including(_text(arguments, 0))
    return "." if parent is None else _between(reading.home, parent.folder)


def _relative_from_include(reading: Reading, arguments: list[Data], _: Location) -> Data:
    parent = reading.including(_text(arguments, 0))
    return "." if parent is None else _between(parent.folder, reading.home)


def _between(to: str, start: str) -> str:
    return posixpath.relpath(to or ".", start or ".")


def _terragrunt_dir(reading: Reading, _: list[Data], __: Location) -> Data:
    return reading.project.paths.absolute(reading.home)


def _parent_dir(reading: Reading, arguments: list[Data], _: Location) -> Data:
    parent = reading.including(_text(arguments, 0))
    return reading.project.paths.absolute(parent.folder if parent else reading.home)


def _original_dir(reading: Reading, _: list[Data], __: Location) -> Data:
    return reading.project.paths.absolute(reading.original)


def _from_repository(reading: Reading, _: list[Data], __: Location) -> Data:
    paths = reading.project.paths
    return posixpath.relpath(paths.absolute(reading.home), TOP)


def _to_repository(reading: Reading, _: list[Data], __: Location) -> Data:
    paths = reading.project.paths
    return posixpath.relpath(TOP, paths.absolute(reading.home))


def _get_env(_: Reading, arguments: list[Data], place: Location) -> Data:
    """The default; the environment of this run is not the one that applies."""
    if len(arguments) > 1:
        return arguments[1]
    name = arguments[0] if arguments and isinstance(arguments[0], str) else "?"
    return Unknown(Why.VARIABLE, f"get_env({name!r})", place, symbol=f"env:{name}")


def _tfvars(reading: Reading, arguments: list[Data], _: Location) -> Data:
    path = reading.project.paths.inside(_text(arguments, 0) or "", reading.home)
    return call("jsonencode", [constants(reading.project.tree, path, [])], None)


def _same(_: Reading, arguments: list[Data], __: Location) -> Data:
    return arguments[0] if arguments else None


def _unknown(name: str, why: Why = Why.IMPURE) -> Function:
    """What only a run can tell; the same for all of a unit, except the result of a command."""

    def open_(reading: Reading, _: list[Data], place: Location) -> Data:
        symbol = None if name == "run_cmd" else f"{reading.original}|{name}"
        return Unknown(why, f"{name}()", place, symbol)

    return open_


def _constant(value: Data) -> Function:
    return lambda _reading, _arguments, _place: value


FUNCTIONS: dict[str, Function] = {
    "find_in_parent_folders": _find_in_parent_folders,
    READ: _read,
    "read_tfvars_file": _tfvars,
    "path_relative_to_include": _relative_to_include,
    "path_relative_from_include": _relative_from_include,
    "get_terragrunt_dir": _terragrunt_dir,
    "get_parent_terragrunt_dir": _parent_dir,
    "get_original_terragrunt_dir": _original_dir,
    "get_repo_root": _constant(TOP),
    "get_path_from_repo_root": _from_repository,
    "get_path_to_repo_root": _to_repository,
    "get_env": _get_env,
    "mark_as_read": _same,
    "mark_glob_as_read": _same,
    "get_terraform_commands_that_need_vars": _constant(_NEED_VARS),
    "get_terraform_commands_that_need_locking": _constant(_NEED_LOCKING),
    "get_terraform_commands_that_need_input": _constant(("apply", "import", "init", "plan")),
    "get_terraform_commands_that_need_parallelism": _constant(("apply", "plan", "destroy")),
    "get_default_retryable_errors": _constant(()),
    "get_terragrunt_source_cli_flag": _constant(""),
    "sops_decrypt_file": _unknown("sops_decrypt_file", Why.SENSITIVE),
    **{
        name: _unknown(name)
        for name in (
            "run_cmd", "get_aws_account_id", "get_aws_account_alias",
            "get_aws_caller_identity_arn", "get_aws_caller_identity_user_id", "get_platform",
            "get_terraform_command", "get_terraform_cli_args", "get_working_dir",
            "constraint_check",
        )
    },
}  # fmt: skip
