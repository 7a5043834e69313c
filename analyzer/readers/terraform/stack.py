"""One stack evaluated by demand: variables, locals, modules, resources, outputs by address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from analyzer.readers.terraform import identity as identities
from analyzer.readers.terraform import names, providers
from analyzer.readers.terraform.blocks import META, attributes
from analyzer.readers.terraform.config import Config, Declared
from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.evaluate import Evaluator
from analyzer.readers.terraform.expand import SINGLE, Expansion, Instance, by_count, by_for_each
from analyzer.readers.terraform.files import Files
from analyzer.readers.terraform.library import Library
from analyzer.readers.terraform.memo import Memo
from analyzer.readers.terraform.names import Repeated
from analyzer.readers.terraform.scope import Call, Module, Scope
from analyzer.readers.terraform.syntax import Literal
from analyzer.readers.terraform.types import ANY, EvaluationError, Type, convert, parse
from analyzer.readers.terraform.types.partial import mark
from analyzer.secrets import secret_name
from graph.problems import Problem, ProblemKind
from graph.resource import Presence, ProviderConfig
from graph.values import Location, Unknown, Why

MAX_MODULE_DEPTH = 30


class ResourceObject(dict[str, Data]):
    """A resource's attributes, or an object within them. What code does not set is an identity or
    known after apply: without the provider's schema a missing attribute is no error.
    """

    def __init__(
        self, values: Mapping[str, Data], stack: StackEvaluator, item: Evaluated, path: str = ""
    ) -> None:
        super().__init__(values)
        self._stack, self._item, self._path = stack, item, path

    def member(self, name: str, where: Location) -> Data:
        """An attribute, set or computed."""
        path = f"{self._path}.{name}" if self._path else name
        if name not in self:
            return identities.computed(self._stack, self._item, path, where)
        value = self[name]
        if type(value) is dict:
            return ResourceObject(value, self._stack, self._item, path)
        return value


@dataclass(frozen=True, eq=False)
class Evaluated:
    """One evaluated instance: its attributes, their places, and what they rest on."""

    module: Module
    mode: str
    type: str
    name: str
    instance: Instance
    declared: Declared
    values: Mapping[str, Data]
    places: Mapping[str, Location]
    provider: ProviderConfig
    touched: frozenset[str]

    @property
    def address(self) -> str:
        """Terraform's address within the stack."""
        prefix = f"{self.module.path}." if self.module.path else ""
        data = "data." if self.mode == "data" else ""
        return f"{prefix}{data}{self.type}.{self.name}{self.instance.suffix}"


@dataclass
class StackEvaluator:
    """Answers every name of one stack; results are kept in `memo`."""

    root: Module
    library: Library
    files: Files
    problems: list[Problem] = field(default_factory=list)
    memo: Memo = field(default_factory=Memo)
    _children: dict[tuple[Module, str, object], Module] = field(default_factory=dict)
    _evaluated: dict[tuple[Module, str, str, object], Evaluated] = field(default_factory=dict)
    _expanded: dict[tuple[Module, str, str], Expansion] = field(default_factory=dict)
    _providers: dict[tuple[Module, str], ProviderConfig] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.evaluator = Evaluator(self)

    # what an expression may ask -------------------------------------------------------------

    def resolve(self, name: str, scope: Scope, where: Location) -> object:
        """A root name; raises EvaluationError where nothing has it."""
        return names.resolve(self, name, scope, where)

    def context(self, scope: Scope) -> object:
        """File access and templates for functions."""
        return self.files.context(scope, self.evaluator)

    def variable(self, module: Module, name: str, where: Location | None) -> Data:
        """`var.name` in a module."""
        key = (module, "var", name)
        return self.memo.get(key, f"var.{name}", lambda: self._variable(module, name, where))

    def local(self, module: Module, name: str, where: Location | None) -> Data:
        """`local.name` in a module."""
        found = module.config.locals.get(name)
        if found is None:
            raise EvaluationError(f"no local value is named {name!r}")
        del where
        argument, file = found
        scope = Scope(module, file)
        key = (module, "local", name)
        return self.memo.get(
            key, f"local.{name}", lambda: self.evaluator.value(argument.value, scope)
        )

    def child(self, module: Module, name: str) -> Repeated:
        """`module.name`."""
        declared = module.config.modules.get(name)
        if declared is None:
            raise EvaluationError(f"no module is named {name!r}")
        expansion = self.expansion(module, "module", name, declared)
        return Repeated(
            f"module.{name}",
            expansion.instances,
            expansion.single,
            expansion.symbolic,
            expansion.keyed,
            expansion.unknown,
            lambda instance: self._outputs(module, name, declared, instance),
            lambda instance: self._outputs(module, name, declared, instance).value(),
        )

    def resource(self, module: Module, mode: str, key: str, where: Location) -> Repeated:
        """`type.name` or `data.type.name`."""
        table = module.config.data if mode == "data" else module.config.resources
        declared = table.get(key)
        prefix = "data." if mode == "data" else ""
        if declared is None:
            raise EvaluationError(f"{prefix}{key} is not declared here")
        del where
        expansion = self.expansion(module, mode, key, declared)
        present = tuple(i for i in expansion.instances if i.presence is not Presence.LATENT)
        return Repeated(
            prefix + key,
            present,
            expansion.single,
            expansion.symbolic,
            expansion.keyed,
            expansion.unknown,
            lambda instance: self._object(module, mode, key, instance),
            lambda instance: self._object(module, mode, key, instance),
        )

    # what a reader asks ---------------------------------------------------------------------

    def modules(self) -> Iterator[Module]:
        """Every module instance, parents first."""
        queue = [self.root]
        while queue:
            module = queue.pop(0)
            yield module
            for name, declared in module.config.modules.items():
                for instance in self.expansion(module, "module", name, declared).instances:
                    child = self.instance(module, name, declared, instance)
                    if child is not None:
                        queue.append(child)

    def resources(self) -> Iterator[Evaluated]:
        """Every resource and data instance of every module."""
        for module in self.modules():
            tables = (("managed", module.config.resources), ("data", module.config.data))
            for mode, table in tables:
                for key, declared in table.items():
                    for instance in self.expansion(module, mode, key, declared).instances:
                        yield self.evaluated(module, mode, key, instance)

    def outputs(self) -> Iterator[tuple[str, Data]]:
        """The root module's outputs."""
        for name in self.root.config.outputs:
            yield name, self._output(self.root, name)

    def expansion(self, module: Module, mode: str, key: str, declared: Declared) -> Expansion:
        """The instances of a resource or module call."""
        found = self._expanded.get((module, mode, key))
        if found is None:
            self._expanded[module, mode, key] = SINGLE  # a count that asks for itself
            found = self._expand(module, declared)
            self._expanded[module, mode, key] = found
        return found

    def evaluated(self, module: Module, mode: str, key: str, instance: Instance) -> Evaluated:
        """One instance, evaluated once."""
        known = self._evaluated.get((module, mode, key, instance.key))
        if known is None:
            known = self._evaluate(module, mode, key, instance)
            self._evaluated[module, mode, key, instance.key] = known
        return known

    def provider(self, module: Module, name: str) -> ProviderConfig:
        """The provider configuration of that name in a module."""
        key = (module, name)
        if key not in self._providers:
            placeholder = ProviderConfig(name.split(".", 1)[0], symbolic_alias(name))
            self._providers[key] = placeholder
            self._providers[key] = providers.configured(self.evaluator, module, name)
        return self._providers[key]

    def instance(
        self, module: Module, name: str, declared: Declared, item: Instance
    ) -> Module | None:
        """The module instance behind a call, `None` where its source cannot be had."""
        key = (module, name, item.key)
        if key in self._children:
            return self._children[key]
        config = self._config(module, name, declared)
        if config is None:
            return None
        path = f"{module.path}." if module.path else ""
        scope = self.scope(module, declared, item)
        arguments = {k: v for k, v in declared.block.body.arguments.items() if k not in META}
        child = Module(
            config,
            f"{path}module.{name}{item.suffix}",
            module.stack,
            Call(arguments, scope),
            providers=providers.passed(declared.block),
            parent=module,
            defaulted=module.defaulted or item.presence is Presence.LATENT,
        )
        self._children[key] = child
        return child

    def scope(self, module: Module, declared: Declared, item: Instance) -> Scope:
        """The scope of a block's body for one of its instances."""
        return Scope(
            module, declared.file, each=item.each, count=item.count, repeated=item.key is not None
        )

    # how ------------------------------------------------------------------------------------

    def _variable(self, module: Module, name: str, where: Location | None) -> Data:
        declared = module.config.variables.get(name)
        if declared is None:
            raise EvaluationError(f"no variable is named {name!r}")
        value, given = self._given(module, name)
        body = declared.block.body.arguments
        scope = Scope(module, declared.file)
        if not given or (value is None and _false(declared, "nullable")):
            default = body.get("default")
            if default is None:
                return Unknown(
                    Why.VARIABLE,
                    f"var.{name}",
                    declared.location,
                    symbol=f"{module.path}|var.{name}",
                )
            value = self.evaluator.value(default.value, scope)
            self.memo.touch(f"default:var.{name}")
        value = self._converted(declared, value, where)
        secret = _true(declared, "sensitive") or (
            isinstance(value, str) and value != "" and secret_name(name)
        )
        return mark(value) if secret and not isinstance(value, Unknown) else value

    def _given(self, module: Module, name: str) -> tuple[Data, bool]:
        if module.call is None:
            return (module.inputs[name], True) if name in module.inputs else (None, False)
        argument = module.call.arguments.get(name)
        if argument is None:
            return None, False
        return self.evaluator.value(argument.value, module.call.scope), True

    def _converted(self, declared: Declared, value: Data, where: Location | None) -> Data:
        argument = declared.block.body.arguments.get("type")
        if argument is None:
            return value
        try:
            constraint: Type = parse(argument.value, lambda node: self._constant(node, declared))
            return value if constraint == ANY else convert(value, constraint)
        except EvaluationError as error:
            del where
            why = f"var.{declared.block.labels[0]}: {error}"
            return Unknown(Why.ERROR, why, declared.location)

    def _constant(self, node: object, declared: Declared) -> Data:
        return self.evaluator.strict(node, Scope(self.root, declared.file))  # type: ignore[arg-type] # an expression

    def _expand(self, module: Module, declared: Declared) -> Expansion:
        body = declared.block.body.arguments
        scope = Scope(module, declared.file)
        for name, expand in (("for_each", by_for_each), ("count", by_count)):
            if name in body:
                value, touched = self.memo.watch(
                    lambda n=name: self.evaluator.value(body[n].value, scope)
                )  # type: ignore[misc] # bound now
                defaulted = any(what.startswith("default:") for what in touched)
                try:
                    return expand(value, defaulted=defaulted)
                except EvaluationError as error:
                    why = Unknown(Why.ERROR, str(error), declared.location)
                    return expand(why, defaulted=False)
        return SINGLE

    def _evaluate(self, module: Module, mode: str, key: str, item: Instance) -> Evaluated:
        table = module.config.data if mode == "data" else module.config.resources
        declared = table[key]
        type_, name = key.split(".", 1)
        scope = self.scope(module, declared, item)
        self.memo.touched.append(set())
        try:
            found = attributes(self.evaluator, declared.block.body, scope)
        finally:
            touched = frozenset(self.memo.touched.pop())
        provider = self.provider(module, providers.wanted(declared.block))
        return Evaluated(
            module, mode, type_, name, item, declared, found.values, found.places, provider, touched
        )

    def _object(self, module: Module, mode: str, key: str, item: Instance) -> Data:
        """An instance as a value; asking for it from within its own attributes is a cycle."""
        prefix = "data." if mode == "data" else ""
        name = f"{prefix}{key}"

        def compute() -> Data:
            evaluated = self.evaluated(module, mode, key, item)
            self.memo.touch(f"resource:{evaluated.address}")
            return ResourceObject(evaluated.values, self, evaluated)

        return self.memo.get((module, mode, key, item.key), name, compute)

    def _outputs(
        self, module: Module, name: str, declared: Declared, item: Instance
    ) -> names.Table:
        child = self.instance(module, name, declared, item)
        if child is None:
            return names.Table(
                f"module.{name}",
                lambda output, where: self._missing(module, name, item, output, where),
                lambda: Unknown(Why.MODULE, f"module.{name}", declared.location),
            )
        found = child
        return names.Table(
            found.path,
            lambda output, _where: self._output(found, output),
            lambda: {output: self._output(found, output) for output in found.config.outputs},
        )

    def _missing(
        self, module: Module, name: str, item: Instance, output: str, where: Location
    ) -> Data:
        path = f"{module.path}." if module.path else ""
        symbol = f"{path}module.{name}{item.suffix}.{output}"
        return Unknown(Why.MODULE, symbol, where, symbol=f"{module.stack.id}:{symbol}")

    def _output(self, module: Module, name: str) -> Data:
        declared = module.config.outputs.get(name)
        if declared is None:
            raise EvaluationError(f"module {module.path or 'root'} has no output {name!r}")
        argument = declared.block.body.arguments.get("value")
        if argument is None:
            return None
        key = (module, "output", name)
        scope = Scope(module, declared.file)
        value = self.memo.get(
            key, f"output.{name}", lambda: self.evaluator.value(argument.value, scope)
        )
        return mark(value) if _true(declared, "sensitive") else value

    def _config(self, module: Module, name: str, declared: Declared) -> Config | None:
        argument = declared.block.body.arguments.get("source")
        source = argument.value.value if argument and isinstance(argument.value, Literal) else None
        where = declared.location
        if not isinstance(source, str):
            self._gap(module, name, "its source is not a plain string", where)
            return None
        depth = module.path.count("module.")
        if depth >= MAX_MODULE_DEPTH:
            self._gap(
                module,
                name,
                f"modules call each other over {MAX_MODULE_DEPTH} levels deep",
                where,
                ProblemKind.INVALID,
            )
            return None
        folder = self.library.folder(module.config.folder, source, name, module)
        if folder is None:
            self._gap(module, name, f"its source {source!r} is not in this repository", where)
            return None
        return self.library.config(folder)

    def _gap(
        self,
        module: Module,
        name: str,
        why: str,
        where: Location,
        kind: ProblemKind = ProblemKind.UNRESOLVED,
    ) -> None:
        path = f"{module.path}." if module.path else ""
        effect = "what it creates was not analysed, its outputs are unknown"
        problem = Problem(kind, f"module {path}{name}", why, effect, where)
        if problem not in self.problems:
            self.problems.append(problem)


def symbolic_alias(name: str) -> str:
    """The alias in `aws.replica`."""
    return name.split(".", 1)[1] if "." in name else ""


def _flag(declared: Declared, name: str) -> object:
    argument = declared.block.body.arguments.get(name)
    return argument.value.value if argument and isinstance(argument.value, Literal) else None


def _true(declared: Declared, name: str) -> bool:
    return _flag(declared, name) is True


def _false(declared: Declared, name: str) -> bool:
    return _flag(declared, name) is False
