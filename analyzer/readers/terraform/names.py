"""What the root names of an expression stand for: var, local, each, count, path, module, data …"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.evaluate import element
from analyzer.readers.terraform.scope import Module, Scope
from analyzer.readers.terraform.types import EvaluationError
from analyzer.readers.terraform.types.partial import blame, known, unmark
from graph.values import Location, Unknown, Why

if TYPE_CHECKING:
    from analyzer.readers.terraform.expand import Instance
    from analyzer.readers.terraform.stack import StackEvaluator


@dataclass(frozen=True, eq=False)
class Table:
    """A name whose attributes are looked up one by one (`var`, `local`, `module`, a type)."""

    name: str
    lookup: Callable[[str, Location], object]
    whole: Callable[[], Data]

    def attribute(self, name: str, where: Location) -> object:
        """`var.x`."""
        return self.lookup(name, where)

    def index(self, key: Data, where: Location) -> object:
        """`var["x"]`."""
        plain, _ = unmark(key)
        if isinstance(plain, str):
            return self.lookup(plain, where)
        return blame(plain) if not known(plain) else _refuse(f"{self.name} needs a name")

    def value(self) -> Data:
        """All of it."""
        return self.whole()


@dataclass(frozen=True, eq=False)
class Repeated:
    """A resource or module with its instances; `single` where it has neither count nor for_each."""

    name: str
    instances: tuple[Instance, ...]
    single: bool
    symbolic: bool
    keyed: bool
    unknown: Unknown | None
    open: Callable[[Instance], object]
    whole_of: Callable[[Instance], Data]

    def attribute(self, name: str, where: Location) -> object:
        """`aws_x.y.name`, for a resource that is one."""
        if self.symbolic:
            return _attribute(self.open(self.instances[0]), name, where)
        if not self.single:
            raise EvaluationError(f"{self.name} has several instances; it needs an index")
        return _attribute(self.open(self.instances[0]), name, where)

    def index(self, key: Data, where: Location) -> object:
        """`aws_x.y[key]`."""
        plain, _ = unmark(key)
        if self.symbolic:
            return self.open(self.instances[0])
        if self.single:
            raise EvaluationError(f"{self.name} has no count or for_each; it has no index")
        if not known(plain):
            return element(self.value(), plain, where)
        wanted = (
            int(plain) if isinstance(plain, str) and plain.isdigit() and not self.keyed else plain
        )
        for instance in self.instances:
            if instance.key == wanted:
                return self.open(instance)
        raise EvaluationError(f"{self.name} has no instance {plain!r}")

    def value(self) -> Data:
        """The instance, or all of them as a list or an object."""
        if self.single:
            return self.whole_of(self.instances[0])
        if self.symbolic:
            return self.unknown or Unknown(Why.COMPUTED, self.name)
        if self.keyed:
            return {str(item.key): self.whole_of(item) for item in self.instances}
        return tuple(self.whole_of(item) for item in self.instances)


def _attribute(found: object, name: str, where: Location) -> object:
    from analyzer.readers.terraform.evaluate import member  # noqa: PLC0415

    if hasattr(found, "attribute"):
        return found.attribute(name, where)
    return member(found, name, where)  # type: ignore[arg-type] # Data where it is no reference


def _refuse(message: str) -> Data:
    raise EvaluationError(message)


def resolve(stack: StackEvaluator, name: str, scope: Scope, where: Location) -> object:
    """The thing a root name stands for.

    Raises:
        EvaluationError: nothing has that name.

    """
    module = scope.module
    tables: dict[str, Callable[[], object]] = {
        "var": lambda: _variables(stack, module),
        "local": lambda: _locals(stack, module),
        "module": lambda: _modules(stack, module),
        "data": lambda: _types(stack, module, "data"),
        "resource": lambda: _types(stack, module, "managed"),
        "each": lambda: _each(scope, where),
        "count": lambda: _count(scope, where),
        "path": lambda: _path(module),
        "terraform": lambda: _terraform(module, where),
        "self": lambda: Unknown(Why.COMPUTED, "self", where),
        "ephemeral": lambda: Unknown(Why.COMPUTED, "an ephemeral resource", where),
    }
    if name in tables:
        return tables[name]()
    return _type(stack, module, "managed", name, where)


def _variables(stack: StackEvaluator, module: Module) -> Table:
    return Table(
        "var",
        lambda name, where: stack.variable(module, name, where),
        lambda: {name: stack.variable(module, name, None) for name in module.config.variables},
    )


def _locals(stack: StackEvaluator, module: Module) -> Table:
    return Table(
        "local",
        lambda name, where: stack.local(module, name, where),
        lambda: {name: stack.local(module, name, None) for name in module.config.locals},
    )


def _modules(stack: StackEvaluator, module: Module) -> Table:
    return Table(
        "module",
        lambda name, _where: stack.child(module, name),
        lambda: {name: stack.child(module, name).value() for name in module.config.modules},
    )


def _types(stack: StackEvaluator, module: Module, mode: str) -> Table:
    return Table(
        mode,
        lambda name, where: _type(stack, module, mode, name, where),
        lambda: Unknown(Why.COMPUTED, mode),
    )


def _type(stack: StackEvaluator, module: Module, mode: str, type_: str, where: Location) -> Table:
    table = module.config.data if mode == "data" else module.config.resources
    if not any(key.startswith(f"{type_}.") for key in table):
        prefix = "data." if mode == "data" else ""
        raise EvaluationError(f"nothing is declared as {prefix}{type_} here")
    del where
    return Table(
        type_,
        lambda name, place: stack.resource(module, mode, f"{type_}.{name}", place),
        lambda: Unknown(Why.COMPUTED, type_),
    )


def _each(scope: Scope, where: Location) -> Data:
    if scope.each is not None:
        return {"key": scope.each[0], "value": scope.each[1]}
    if scope.repeated:
        return Unknown(Why.COMPUTED, "each", where)
    raise EvaluationError("each is only there where for_each is")


def _count(scope: Scope, where: Location) -> Data:
    if scope.count is not None:
        return {"index": scope.count}
    if scope.repeated:
        return Unknown(Why.COMPUTED, "count", where)
    raise EvaluationError("count is only there where count is")


def _path(module: Module) -> Data:
    root = module.root.config.folder or "."
    from posixpath import relpath  # noqa: PLC0415

    folder = relpath(module.config.folder or ".", root)
    return {"module": folder, "root": ".", "cwd": Unknown(Why.COMPUTED, "path.cwd")}


def _terraform(module: Module, where: Location) -> Data:
    workspace = module.stack.workspace
    unknown = Unknown(Why.WORKSPACE, "terraform.workspace", where, symbol="terraform.workspace")
    return {"workspace": workspace if workspace is not None else unknown, "applying": False}
