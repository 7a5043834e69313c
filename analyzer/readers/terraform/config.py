"""One module's configuration: every file of its folder parsed, overrides merged, blocks sorted."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from analyzer.readers.guard import crashed
from analyzer.readers.terraform.overrides import Joiner, merged, shifted
from analyzer.readers.terraform.parse import blocks_of, parse
from analyzer.readers.terraform.syntax import (
    Argument,
    Block,
    Expression,
    File,
    Literal,
    Object,
    Span,
)
from analyzer.sources import Tree, Unreadable
from graph.problems import Problem, ProblemKind
from graph.values import Location

LABELS = {
    "terraform": 0, "provider": 1, "variable": 1, "locals": 0, "output": 1, "module": 1,
    "resource": 2, "data": 2, "ephemeral": 2, "moved": 0, "import": 0, "removed": 0, "check": 1,
}  # fmt: skip
_BACKENDS = {"backend": 1, "cloud": 0}
_REFACTORING = frozenset({"moved", "import", "removed"})
_TOFU = re.compile(r"\.tofu(\.json)?\Z")
ENDINGS = (".tf", ".tofu", ".tf.json", ".tofu.json")


@dataclass(frozen=True)
class Declared:
    """A block with the file it stands in (places need the file's text)."""

    block: Block
    file: File

    @property
    def location(self) -> Location:
        """Where the block starts."""
        return self.file.location(self.block.span)

    def flag(self, name: str) -> bool | None:
        """An argument that is written as true or false."""
        value = self._literal(name)
        return value if isinstance(value, bool) else None

    def text(self, name: str) -> str | None:
        """An argument that is written as a plain string."""
        value = self._literal(name)
        return value if isinstance(value, str) else None

    def _literal(self, name: str) -> object:
        argument = self.block.body.arguments.get(name)
        return argument.value.value if argument and isinstance(argument.value, Literal) else None


@dataclass(frozen=True)
class Config:
    """What the files of one folder declare. Keys: names; `type.name` for resources and data.

    `terraform`: settings, those of override files first. `refactored`: moved, import and removed
    blocks in order.
    """

    folder: str
    variables: dict[str, Declared] = field(default_factory=dict)
    locals: dict[str, tuple[Argument, File]] = field(default_factory=dict)
    outputs: dict[str, Declared] = field(default_factory=dict)
    modules: dict[str, Declared] = field(default_factory=dict)
    resources: dict[str, Declared] = field(default_factory=dict)
    data: dict[str, Declared] = field(default_factory=dict)
    providers: dict[str, Declared] = field(default_factory=dict)
    terraform: list[Declared] = field(default_factory=list)
    refactored: list[Declared] = field(default_factory=list)
    files: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def blocks(self, mode: str) -> dict[str, Declared]:
        """The resource ("managed") or data blocks."""
        return self.data if mode == "data" else self.resources

    @cached_property
    def backend(self) -> Declared | None:
        """The block that says where the state lies (`backend`, `cloud`)."""
        for declared in self.terraform:
            for block in blocks_of(declared.block.body, _BACKENDS):
                if block.type in _BACKENDS:
                    return Declared(block, declared.file)
        return None

    @cached_property
    def provider_types(self) -> dict[str, str]:
        """The type of a provider by its local name, where `required_providers` says it."""
        return {
            name: source.rsplit("/", 1)[-1]
            for declared in reversed(self.terraform)
            for block in blocks_of(declared.block.body, {"required_providers": 0})
            if block.type == "required_providers"
            for name, argument in block.body.arguments.items()
            if (source := _source(argument.value)) is not None
        }

    @cached_property
    def resource_types(self) -> frozenset[str]:
        """The types of the resource blocks."""
        return frozenset(key.split(".", 1)[0] for key in self.resources)

    @cached_property
    def data_types(self) -> frozenset[str]:
        """The types of the data blocks."""
        return frozenset(key.split(".", 1)[0] for key in self.data)


def _source(requirement: Expression) -> str | None:
    items = requirement.items if isinstance(requirement, Object) else ()
    for key, value in items:
        if getattr(key, "value", None) == "source" and isinstance(value, Literal):
            return str(value.value)
    return None


def is_configuration(path: str) -> bool:
    """Whether a file belongs to Terraform's configuration by its name."""
    name = posixpath.basename(path)
    return name.endswith(ENDINGS) and not name.startswith(".") and not name.endswith("~")


def load(tree: Tree, folder: str, names: list[str], parser: str) -> Config:
    """The configuration of a folder; `names` are its files."""
    effective = _effective(names)
    config = Config(folder, files=tuple(posixpath.join(folder, name) for name in names))
    for name in effective:
        if not _overrides(name):
            for found in _declared(tree, folder, name, parser, config.problems):
                _enter(config, found)
    joiner = Joiner()
    for name in filter(_overrides, effective):
        for found in _declared(tree, folder, name, parser, config.problems):
            _override(config, found, joiner)
    return config


def _overrides(name: str) -> bool:
    """Whether Terraform merges the file over the others."""
    stem = _stem(name)
    return stem == "override" or stem.endswith("_override")


def _stem(name: str) -> str:
    return next(name.removesuffix(end) for end in reversed(ENDINGS) if name.endswith(end))


def _effective(names: list[str]) -> list[str]:
    """A `.tofu` file stands for the `.tf` file of the same name."""
    hidden = {_TOFU.sub(r".tf\1", name) for name in names if _TOFU.search(name)}
    return sorted(set(names) - hidden)


def _declared(
    tree: Tree, folder: str, name: str, parser: str, problems: list[Problem]
) -> Iterator[Declared]:
    path = posixpath.normpath(posixpath.join(folder, name))
    try:
        file = parse(tree.read(path), path, parser)
    except Unreadable as error:
        where = Location(path, 1)
        effect = "its resources were not analysed"
        problems.append(Problem(ProblemKind.UNREADABLE, path, str(error), effect, where))
        return
    except Exception as error:  # noqa: BLE001 (one file must not end the run)
        problems.append(crashed(path, error))
        return
    for fault in file.problems:
        where = file.location(fault.span)
        effect = f"left out: {fault.lost}"
        problems.append(Problem(ProblemKind.INVALID, path, fault.message, effect, where))
    for block in blocks_of(file.body, LABELS):
        if LABELS.get(block.type) == len(block.labels):
            yield Declared(block, file)


def _enter(config: Config, found: Declared) -> None:
    block = found.block
    if block.type == "locals":
        for name, argument in block.body.arguments.items():
            if name in config.locals:
                before, file = config.locals[name]
                _twice(config, f"local.{name}", file.location(before.span), found, argument.span)
            else:
                config.locals[name] = (argument, found.file)
        return
    named = _named(config, found)
    if named is not None:
        table, key = named
        if key in table:
            _twice(config, f"{block.type} {key}", table[key].location, found, block.span)
        else:
            table[key] = found
    elif block.type == "terraform":
        config.terraform.append(found)
    elif block.type in _REFACTORING:
        config.refactored.append(found)


def _twice(config: Config, what: str, first: Location, found: Declared, span: Span) -> None:
    why = "a name may be declared once"
    lost = f"only the first one, at {first}, was analysed"
    where = found.file.location(span)
    config.problems.append(
        Problem(ProblemKind.INVALID, f"{what} is declared twice", why, lost, where)
    )


def _named(config: Config, found: Declared) -> tuple[dict[str, Declared], str] | None:
    block = found.block
    tables = {
        "variable": config.variables,
        "output": config.outputs,
        "module": config.modules,
        "resource": config.resources,
        "data": config.data,
    }
    if block.type in tables:
        return tables[block.type], ".".join(block.labels)
    if block.type == "provider":
        return config.providers, _provider_key(found)
    return None


def _provider_key(found: Declared) -> str:
    alias = found.text("alias")
    name = found.block.labels[0]
    return f"{name}.{alias}" if alias else name


def _override(config: Config, found: Declared, joiner: Joiner) -> None:
    """Merge a block of an override file into the block of the same name."""
    block = found.block
    if block.type == "terraform":  # a backend is replaced as a whole, wherever it was declared
        config.terraform.insert(0, found)
        return
    if block.type == "removed":  # Terraform itself leaves it out there
        return
    if block.type == "locals":
        for name, argument in block.body.arguments.items():
            if name not in config.locals:
                _baseless(config, f"local.{name}", found.file.location(argument.span))
            config.locals[name] = (argument, found.file)
        return
    named = _named(config, found)
    if named is None or named[1] not in named[0]:
        # a default provider configuration is always there, if only as an empty one
        if named is None or block.type != "provider" or found.text("alias"):
            _baseless(config, " ".join([block.type, *block.labels]), found.location)
        _enter(config, found)
        return
    table, key = named
    base = table[key]
    file, start = joiner.join(base.file, found.file)
    table[key] = Declared(merged(base.block, shifted(block, start)), file)


def _baseless(config: Config, what: str, where: Location) -> None:
    why = "no other file declares it, and Terraform refuses to override what is not there"
    effect = "it was analysed as if it were declared"
    config.problems.append(
        Problem(ProblemKind.INVALID, f"the override of {what}", why, effect, where)
    )
