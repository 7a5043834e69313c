"""What the root names of an expression stand for: var, local, each, count, path, module, data …"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from posixpath import relpath
from typing import Protocol, cast

from analyzer.readers.terraform import traversal
from analyzer.readers.terraform.data import Data, Where
from analyzer.readers.terraform.expand import Expansion, Instance
from analyzer.readers.terraform.scope import Module, Scope
from analyzer.readers.terraform.traversal import Found, Reference
from analyzer.readers.terraform.types import EvaluationError
from analyzer.readers.terraform.types.partial import (
    blame,
    each_option,
    known,
    one_of,
    unmark,
    with_and_without,
)
from graph.records import record
from graph.resource import Presence
from graph.values import Unknown, Why


@record(eq=False)
class Table(Reference):
    """A name whose attributes are looked up one by one (`var`, `local`, `module`, a type)."""

    name: str
    lookup: Callable[[str, Where], Found]
    whole: Callable[[], Data]

    def attribute(self, name: str, where: Where) -> Found:
        """`var.x`."""
        return self.lookup(name, where)

    def index(self, key: Data, where: Where) -> Found:
        """`var["x"]`."""
        plain, _ = unmark(key)
        if isinstance(plain, str):
            return self.lookup(plain, where)
        if known(plain):
            raise EvaluationError(f"{self.name} needs a name")
        return blame(plain)

    def value(self) -> Data:
        """All of it."""
        return self.whole()


@record(eq=False)
class Repeated(Reference):
    """A resource or module with its instances; `open` gives one of them. Only what is `latent`
    itself sees instances that do not exist under these settings.
    """

    name: str
    expansion: Expansion
    open: Callable[[Instance], Found]
    latent: bool = False

    def attribute(self, name: str, where: Where) -> Found:
        """`aws_x.y.name`, for a resource that is one."""
        if not (self.expansion.single or self.expansion.symbolic):
            raise EvaluationError(f"{self.name} has several instances; it needs an index")
        return traversal.attribute(self.open(self.expansion.instances[0]), name, where)

    def index(self, key: Data, where: Where) -> Found:
        """`aws_x.y[key]`."""
        plain, _ = unmark(key)
        if self.expansion.symbolic:
            return self.open(self.expansion.instances[0])
        if self.expansion.single:
            raise EvaluationError(f"{self.name} has no count or for_each; it has no index")
        if not known(plain):
            return traversal.element(self.value(), plain, where)
        wanted = plain
        if isinstance(plain, str) and plain.isdecimal() and not self.expansion.keyed:
            wanted = int(plain)
        for instance in self._present():
            if wanted == instance.key or instance.presence is Presence.LATENT:
                return self.open(instance)
        raise EvaluationError(f"{self.name} has no instance {plain!r}")

    def doubt(self, key: Data) -> Unknown | None:
        """Why there may be no instance of that key, which is then an error."""
        plain, _ = unmark(key)
        found = (item for item in self.expansion.instances if item.key in (plain, "?"))
        uncertain = any(item.presence is Presence.SYMBOLIC for item in found)
        return self.expansion.unknown if uncertain else None

    def value(self) -> Data:
        """The instance, or all of them as a list or an object."""
        if self.expansion.single:
            return self._whole(self.expansion.instances[0])
        if self.expansion.symbolic:
            return self.expansion.unknown or Unknown(Why.COMPUTED, self.name)
        present = self._present()
        if self.expansion.keyed and any(item.presence is Presence.LATENT for item in present):
            return Unknown(Why.VARIABLE, f"the instances of {self.name} under other settings")
        doubt = self.expansion.unknown
        uncertain = enumerate(item.presence is not Presence.CERTAIN for item in present)
        doubts = {at: doubt for at, may_lack in uncertain if may_lack and doubt is not None}
        if not self.expansion.keyed:
            return self._counted(present, doubts)
        pairs = tuple([(str(item.key), self._whole(item)) for item in present])
        found = with_and_without(pairs, doubts)
        return found if isinstance(found, Unknown) else each_option(found, _as_object)

    def _counted(self, present: tuple[Instance, ...], doubts: Mapping[int, Unknown]) -> Data:
        """All instances of a count: those in doubt are the last ones, there from the first on."""
        whole = tuple([self._whole(item) for item in present])
        if not doubts:
            return whole
        lengths = range(len(whole) - len(doubts), len(whole) + 1)
        return one_of((whole[:length] for length in lengths), next(iter(doubts.values())))

    def _present(self) -> tuple[Instance, ...]:
        """Latent instances do not exist under these settings: what does exist cannot see them."""
        instances = self.expansion.instances
        if self.latent:
            return instances
        return tuple(item for item in instances if item.presence is not Presence.LATENT)

    def _whole(self, instance: Instance) -> Data:
        found = self.open(instance)
        return found.value() if isinstance(found, Reference) else found


def _as_object(pairs: Data) -> Data:
    return dict(cast("tuple[tuple[str, Data], ...]", pairs))


class Declarations(Protocol):
    """What a module declares, evaluated when it is asked for."""

    def variable(self, module: Module, name: str) -> Data:
        """`var.name`."""
        ...

    def local(self, module: Module, name: str) -> Data:
        """`local.name`."""
        ...

    def child(self, module: Module, name: str, *, latent: bool) -> Repeated:
        """`module.name`."""
        ...

    def resource(self, module: Module, mode: str, key: str, *, latent: bool) -> Repeated:
        """`type.name` or `data.type.name`."""
        ...


def resolve(declared: Declarations, name: str, scope: Scope, where: Where) -> Found:
    """The thing a root name stands for.

    Raises:
        EvaluationError: nothing has that name.

    """
    module = scope.module
    latent = scope.latent or module.presence is Presence.LATENT
    match name:
        case "var":
            return _variables(declared, module)
        case "local":
            return _locals(declared, module)
        case "module":
            return _modules(declared, module, latent)
        case "data":
            return _types(declared, module, "data", latent)
        case "resource":
            return _types(declared, module, "managed", latent)
        case "each" | "count":
            return _repetition(name, scope, where)
        case "path":
            return _path(module)
        case "terraform" | "tofu":
            return _terraform(module, where)
        case "self" | "ephemeral":
            return Unknown(Why.COMPUTED, name, where())
    return _type(declared, module, "managed", name, latent)


def _variables(declared: Declarations, module: Module) -> Table:
    return Table(
        "var",
        lambda name, _where: declared.variable(module, name),
        lambda: {name: declared.variable(module, name) for name in module.config.variables},
    )


def _locals(declared: Declarations, module: Module) -> Table:
    return Table(
        "local",
        lambda name, _where: declared.local(module, name),
        lambda: {name: declared.local(module, name) for name in module.config.locals},
    )


def _modules(declared: Declarations, module: Module, latent: bool) -> Table:
    calls = module.config.modules
    return Table(
        "module",
        lambda name, _where: declared.child(module, name, latent=latent),
        lambda: {name: declared.child(module, name, latent=latent).value() for name in calls},
    )


def _types(declared: Declarations, module: Module, mode: str, latent: bool) -> Table:
    return Table(
        mode,
        lambda name, _where: _type(declared, module, mode, name, latent),
        lambda: Unknown(Why.COMPUTED, mode),
    )


def _type(declared: Declarations, module: Module, mode: str, type_: str, latent: bool) -> Table:
    types = module.config.data_types if mode == "data" else module.config.resource_types
    if type_ not in types:
        prefix = "data." if mode == "data" else ""
        raise EvaluationError(f"nothing is declared as {prefix}{type_} here")
    return Table(
        type_,
        lambda name, _where: declared.resource(module, mode, f"{type_}.{name}", latent=latent),
        lambda: Unknown(Why.COMPUTED, type_),
    )


def _repetition(name: str, scope: Scope, where: Where) -> Data:
    if name == "each" and scope.each is not None:
        return {"key": scope.each[0], "value": scope.each[1]}
    if name == "count" and scope.count is not None:
        return {"index": scope.count}
    if scope.repeated:
        return Unknown(Why.COMPUTED, name, where())
    meta = "for_each" if name == "each" else "count"
    raise EvaluationError(f"{name} is only there where {meta} is")


def _path(module: Module) -> Data:
    root = module.root.config.folder or "."
    folder = relpath(module.config.folder or ".", root)
    return {"module": folder, "root": ".", "cwd": Unknown(Why.COMPUTED, "path.cwd")}


def _terraform(module: Module, where: Where) -> Data:
    workspace = module.stack.workspace
    unknown = Unknown(Why.WORKSPACE, "terraform.workspace", where(), symbol="terraform.workspace")
    return {"workspace": workspace if workspace is not None else unknown, "applying": False}
