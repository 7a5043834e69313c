"""A folder's expressions without providers: the same text, where Terraform can evaluate it.

The shadow of a module holds its variables (type and default only), those of its locals that rest
on nothing but variables, locals and paths, and each such expression of its blocks as a local
`probe_<number>`. Other files of the repository are linked, so that file functions find them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path

from analyzer.readers.terraform.parse import parse
from analyzer.readers.terraform.syntax import (
    Argument,
    Attribute,
    Block,
    Body,
    Expression,
    File,
    For,
    Literal,
    TemplateFor,
    Variable,
)
from tools.corpus.files import NATIVE, text_of, walk

PROBE = "probe_"
NAME = "shadow.tf"
_RESERVED = {
    "source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals",
}  # fmt: skip
_META = {"depends_on", "provider", "providers", "ignore_changes", "replace_triggered_by"}
_UNTOUCHED = {"variable", "moved", "removed", "import", "check", "terraform", "locals"}
_VARIABLE_PARTS = ("type", "default", "nullable", "sensitive")
_MODERN = {'"string"': " string", '"list"': " list(any)", '"map"': " map(any)"}  # as until 0.14
_PATHS = {"path": {"module", "root"}, "terraform": {"workspace"}}
_ROOTS = {"var", "local"}


@dataclass
class Shadow:
    """The variables and locals of a shadow by address; the probes' places; who needs whom."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    locals: dict[str, str] = field(default_factory=dict)
    probes: dict[str, str] = field(default_factory=dict)
    needs: dict[str, set[str]] = field(default_factory=dict)

    def text(self, without: Container[str] = ()) -> tuple[str, dict[int, str]]:
        """The configuration, and which address stands on which line."""
        parts, places, line = list[str](), dict[int, str](), 1
        for address, part in [*self.variables.items(), *self.locals.items()]:
            if address not in without:
                parts.append(part)
                end = line + part.count("\n")
                places.update(dict.fromkeys(range(line, end), address))
                line = end
        return "".join(parts), places

    def resting_on(self, addresses: set[str]) -> set[str]:
        """The addresses, and all that need one of them."""
        while True:
            more = {name for name, needed in self.needs.items() if needed & addresses} - addresses
            if not more:
                return addresses
            addresses = addresses | more


def linked(repository: Path, target: Path) -> None:
    """The repository without its configuration, by hard links where they can be."""
    for path in walk(repository):
        copy = target / path.relative_to(repository)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not _harmless(path):
            continue
        if path.is_symlink():
            copy.symlink_to(path.readlink())
        else:
            _linked(path, copy)


def _linked(path: Path, copy: Path) -> None:
    try:
        os.link(path, copy)
    except OSError:
        shutil.copyfile(path, copy)


def _harmless(path: Path) -> bool:
    """Terraform refuses a folder for a variable file that it cannot read."""
    name = path.name
    if name.endswith(
        (".tf", ".tofu", ".tf.json", ".tofu.json", ".tftest.hcl", ".terraform.lock.hcl")
    ):
        return False
    if name.startswith("terraform.tfstate"):
        return False
    return not name.endswith((".tfvars", ".tfvars.json")) or text_of(path) is not None


def shadow(folder: Path) -> Shadow | None:
    """The shadow of a folder, `None` where it has no expressions to compare."""
    files = [
        parse(text, str(path))
        for path in sorted(folder.iterdir())
        if path.name.endswith(NATIVE[:2]) and (text := text_of(path)) is not None
    ]
    made = Shadow(folder)
    declared = dict(_locals(files))
    for file in files:
        for block in file.body.blocks:
            if block.type == "variable" and len(block.labels) == 1:
                _enter_variable(made, block, file)
    free = _free(declared, made.needs.keys())
    for name in sorted(free):
        _enter_local(made, name, *declared[name])
    known = made.needs.keys() | {"path.module", "path.root", "terraform.workspace"}
    seen: set[str] = set()
    for file in files:
        for argument in _arguments(file):
            _probe(made, argument, file, known, seen)
    for name in sorted(free):
        _probe(made, *declared[name], known, seen)
    return made if made.probes else None


def _probe(made: Shadow, argument: Argument, file: File, known: set[str], seen: set[str]) -> None:
    source, needs = _source(argument, file), references(argument.value)
    plain = isinstance(argument.value, Literal) and "\\" not in source and "<<" not in source
    if needs is None or not needs <= known or plain or source in seen:
        return
    seen.add(source)
    name = f"{PROBE}{len(made.probes)}"
    made.probes[name] = str(file.location(argument.span))
    _enter_local(made, name, argument, file)


def _enter_local(made: Shadow, name: str, argument: Argument, file: File) -> None:
    made.locals[f"local.{name}"] = f"locals {{\n  {name} ={_source(argument, file)}\n}}\n"
    made.needs[f"local.{name}"] = references(argument.value) or set()


def _enter_variable(made: Shadow, block: Block, file: File) -> None:
    name = block.labels[0]
    if name in _RESERVED or f"var.{name}" in made.needs:
        return
    parts = [
        f"  {key} ={_MODERN.get(source.strip(), source)}\n"
        for key in _VARIABLE_PARTS
        if (argument := block.body.arguments.get(key)) and (source := _source(argument, file))
    ]
    made.variables[f"var.{name}"] = f'variable "{name}" {{\n{"".join(parts)}}}\n'
    made.needs[f"var.{name}"] = set()


def _locals(files: list[File]) -> Iterator[tuple[str, tuple[Argument, File]]]:
    for file in files:
        for block in file.body.blocks:
            if block.type == "locals":
                for name, argument in block.body.arguments.items():
                    yield name, (argument, file)


def _free(declared: Mapping[str, tuple[Argument, File]], variables: set[str]) -> set[str]:
    """Locals that rest, directly or not, on what a shadow has."""
    needs = {name: references(argument.value) for name, (argument, _) in declared.items()}
    free = {name for name, found in needs.items() if found is not None}
    base = set(variables) | {"path.module", "path.root", "terraform.workspace"}
    while True:
        have = base | {f"local.{name}" for name in free}
        less = {name for name in free if (needs[name] or set()) <= have}
        if less == free:
            return free
        free = less


def _arguments(file: File) -> Iterator[Argument]:
    for block in file.body.blocks:
        if block.type not in _UNTOUCHED:
            yield from _inside(block.body)


def _inside(body: Body) -> Iterator[Argument]:
    yield from (item for name, item in body.arguments.items() if name not in _META)
    for block in body.blocks:
        yield from _inside(block.body)


def _source(argument: Argument, file: File) -> str:
    """What stands behind the equals sign (its own span leaves outer parentheses out)."""
    start, end = argument.span
    return file.text[start:end].split("=", 1)[1].rstrip()


def references(expression: Expression) -> set[str] | None:
    """The names an expression asks for, `None` where one is no variable, local or path."""
    found: set[str] = set()
    return found if _collect(expression, frozenset({""}), found) else None


def _collect(node: object, bound: frozenset[str], found: set[str]) -> bool:
    if isinstance(node, tuple):
        return all(_collect(item, bound, found) for item in node)
    if isinstance(node, Variable):
        return node.name in bound
    if isinstance(node, Attribute) and isinstance(node.source, Variable):
        root = node.source.name
        if root in bound:
            return True
        found.add(f"{root}.{node.name}")
        return root in _ROOTS or node.name in _PATHS.get(root, ())
    if not is_dataclass(node):
        return True
    if isinstance(node, For | TemplateFor):
        if not _collect(node.collection, bound, found):
            return False
        bound |= {node.key, node.value}
    return all(_collect(getattr(node, item.name), bound, found) for item in fields(node))
