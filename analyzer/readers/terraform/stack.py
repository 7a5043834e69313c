"""One stack evaluated by demand: variables, locals, modules, resources, outputs by address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from analyzer.readers.terraform import names, providers
from analyzer.readers.terraform.blocks import META, attributes
from analyzer.readers.terraform.calls import Calls
from analyzer.readers.terraform.config import Declared
from analyzer.readers.terraform.data import Data, Where
from analyzer.readers.terraform.evaluate import Evaluator
from analyzer.readers.terraform.expand import (
    MAX_INSTANCES,
    SINGLE,
    Expansion,
    Instance,
    by_count,
    by_for_each,
    within,
)
from analyzer.readers.terraform.files import Files
from analyzer.readers.terraform.functions import Context
from analyzer.readers.terraform.identity import ResourceObject
from analyzer.readers.terraform.imports import identified, import_ids
from analyzer.readers.terraform.instances import Evaluated
from analyzer.readers.terraform.library import Library
from analyzer.readers.terraform.memo import Memo
from analyzer.readers.terraform.names import Repeated, Table
from analyzer.readers.terraform.remote import TYPE as REMOTE_STATE
from analyzer.readers.terraform.remote import RemoteState, States
from analyzer.readers.terraform.scope import Call, Module, Scope
from analyzer.readers.terraform.secrecy import guarded
from analyzer.readers.terraform.syntax import Argument
from analyzer.readers.terraform.traversal import Found
from analyzer.readers.terraform.types import EvaluationError
from analyzer.readers.terraform.types.partial import mark
from analyzer.readers.terraform.variables import Variables
from analyzer.secrets import masked
from graph.modelled import matters
from graph.problems import Problem, ProblemKind
from graph.resource import Presence, ProviderConfig
from graph.values import Unknown, Why

MAX_ALL_INSTANCES = 50_000
_EXPANSIONS = {"count": by_count, "for_each": by_for_each}


@dataclass
class StackEvaluator:
    """Answers every name of one stack; results are kept in `memo`."""

    root: Module
    library: Library
    files: Files
    states: States | None = None
    memo: Memo = field(default_factory=Memo)
    _faults: dict[str, Problem] = field(default_factory=dict)
    _instances: int = 0
    _children: dict[tuple[Module, str, object], Module | None] = field(default_factory=dict)
    _evaluated: dict[tuple[Module, str, str, object], Evaluated] = field(default_factory=dict)
    _expanded: dict[tuple[Module, str, str], Expansion] = field(default_factory=dict)
    _providers: dict[tuple[Module, str], ProviderConfig] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.evaluator = Evaluator(self)
        self._variables = Variables(self.evaluator, self.memo)
        self._calls = Calls(self.library)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was met while modules were opened and blocks expanded."""
        return (*self._calls.problems, *self._faults.values())

    # what an expression may ask -------------------------------------------------------------

    def resolve(self, name: str, scope: Scope, where: Where) -> Found:
        """A root name; raises EvaluationError where nothing has it."""
        return names.resolve(self, name, scope, where)

    def context(self, scope: Scope) -> Context:
        """File access and templates for functions."""
        return self.files.context(scope, self.evaluator)

    def variable(self, module: Module, name: str) -> Data:
        """`var.name` in a module."""
        key = (module, "var", name)
        return self.memo.get(key, f"var.{name}", lambda: self._variables.value(module, name))

    def local(self, module: Module, name: str) -> Data:
        """`local.name` in a module."""
        found = module.config.locals.get(name)
        if found is None:
            raise EvaluationError(f"no local value is named {name!r}")
        argument, file = found
        scope = Scope(module, file)
        return guarded(name, self._kept((module, "local", name), f"local.{name}", argument, scope))

    def child(self, module: Module, name: str, *, latent: bool) -> Repeated:
        """`module.name`."""
        declared = module.config.modules.get(name)
        if declared is None:
            raise EvaluationError(f"no module is named {name!r}")
        return Repeated(
            f"module.{name}",
            self.expansion(module, "module", name, declared),
            lambda instance: self._outputs(module, name, declared, instance),
            latent,
        )

    def resource(self, module: Module, mode: str, key: str, *, latent: bool) -> Repeated:
        """`type.name` or `data.type.name`."""
        declared = module.config.blocks(mode).get(key)
        name = f"data.{key}" if mode == "data" else key
        if declared is None:
            raise EvaluationError(f"{name} is not declared here")
        return Repeated(
            name,
            self.expansion(module, mode, key, declared),
            lambda instance: self._opened(module, mode, key, instance),
            latent,
        )

    # what a reader asks ---------------------------------------------------------------------

    def modules(self) -> Iterator[Module]:
        """Every module instance, parents first."""
        queue = [self.root]
        for module in queue:
            yield module
            for name, declared in module.config.modules.items():
                for instance in self.expansion(module, "module", name, declared).instances:
                    child = self.instance(module, name, declared, instance)
                    if child is not None:
                        queue.append(child)

    def resources(self) -> Iterator[Evaluated]:
        """Every resource and data instance of every module."""
        for module in self.modules():
            for mode in ("managed", "data"):
                for key, declared in module.config.blocks(mode).items():
                    for instance in self.expansion(module, mode, key, declared).instances:
                        yield self.evaluated(module, mode, key, instance)

    def outputs(self) -> Iterator[tuple[str, Data]]:
        """The root module's outputs."""
        for name in self.root.config.outputs:
            yield name, self.output(name)

    def output(self, name: str) -> Data:
        """One of the root module's outputs."""
        return self._output(self.root, name)

    def expansion(self, module: Module, mode: str, key: str, declared: Declared) -> Expansion:
        """The instances of a resource or module call."""
        found = self._expanded.get((module, mode, key))
        if found is None:
            found = self._expand(module, key, declared)
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
        key = providers.owner(module, name)
        if key not in self._providers:
            self._providers[key] = providers.undeclared(*key)  # one that asks for itself
            self._providers[key] = providers.configured(self.evaluator, *key)
        return self._providers[key]

    def instance(
        self, module: Module, name: str, declared: Declared, item: Instance
    ) -> Module | None:
        """The module instance behind a call, `None` where its source cannot be had."""
        key = (module, name, item.key)
        if key not in self._children:
            self._children[key] = self._enter(module, name, declared, item)
        return self._children[key]

    def scope(self, module: Module, declared: Declared, item: Instance) -> Scope:
        """The scope of a block's body for one of its instances."""
        return Scope(
            module,
            declared.file,
            each=item.each,
            count=item.count,
            repeated=item.key is not None,
            latent=item.presence is Presence.LATENT,
        )

    # how ------------------------------------------------------------------------------------

    def _kept(self, key: tuple[object, ...], name: str, argument: Argument, scope: Scope) -> Data:
        return self.memo.get(key, name, lambda: self.evaluator.value(argument.value, scope))

    def _expand(self, module: Module, key: str, declared: Declared) -> Expansion:
        body = declared.block.body.arguments
        for name, expand in _EXPANSIONS.items():
            if name not in body:
                continue
            address = f"{module.path}.{key}" if module.path else key
            argument, scope = body[name], Scope(module, declared.file)
            value, touched = self.memo.watch(
                lambda: self._kept((module, name, key), f"{address}.{name}", argument, scope)  # noqa: B023 (called at once)
            )
            defaulted = any(what.startswith("default:") for what in touched)
            room = max(1, min(MAX_INSTANCES, MAX_ALL_INSTANCES - self._instances))
            try:
                found = expand(value, defaulted=defaulted, room=room)
            except EvaluationError as error:
                fault = Unknown(Why.ERROR, str(error), declared.location)
                found = expand(fault, defaulted=False, room=room)
            self._instances += len(found.instances)
            self._note(f"{name} of {address}", declared, found.unknown)
            return found
        return SINGLE

    def _note(self, what: str, declared: Declared, why: Unknown | None) -> None:
        """A number of instances that is not known for a fault is a problem."""
        faulty = why is not None and why.why in {Why.ERROR, Why.LIMIT, Why.CYCLE}
        if why is not None and faulty and _counts(declared):
            effect = "one instance stands for any number of them"
            where = why.location or declared.location
            kind = ProblemKind.UNRESOLVED
            self._faults[what] = Problem(kind, what, why.detail, effect, where)

    def _enter(
        self, module: Module, name: str, declared: Declared, item: Instance
    ) -> Module | None:
        config = self._calls.config(module, name, declared)
        if config is None:
            return None
        path = f"{module.path}." if module.path else ""
        arguments = {k: v for k, v in declared.block.body.arguments.items() if k not in META}
        return Module(
            config,
            f"{path}module.{name}{item.suffix}",
            module.stack,
            Call(arguments, self.scope(module, declared, item)),
            providers=providers.passed(declared.block),
            parent=module,
            presence=within(item.presence, module.presence),
            doubt=item.doubt or module.doubt,
        )

    def _evaluate(self, module: Module, mode: str, key: str, item: Instance) -> Evaluated:
        declared = module.config.blocks(mode)[key]
        type_, name = key.split(".", 1)
        scope = self.scope(module, declared, item)
        found, touched = self.memo.apart(
            lambda: attributes(self.evaluator, declared.block.body, scope)
        )
        prefix = (f"{module.path}." if module.path else "") + ("data." if mode == "data" else "")
        address = f"{prefix}{key}{item.suffix}"
        imported = self._imported().get(address)
        return Evaluated(
            module=module,
            mode=mode,
            type=type_,
            name=name,
            instance=replace(
                item,
                presence=within(item.presence, module.presence),
                doubt=item.doubt or module.doubt,
            ),
            declared=declared,
            values=found.values if imported is None else identified(type_, found.values, imported),
            places=found.places,
            provider=self.provider(module, providers.wanted(declared.block)),
            touched=touched,
            address=address,
            files=self.context(scope),
        )

    def _imported(self) -> dict[str, Data]:
        """The ids of what import blocks take over; nothing while they are evaluated themselves."""
        if not any(declared.block.type == "import" for declared in self.root.config.refactored):
            return {}
        found, _ = self.memo.apart(
            lambda: self.memo.get("import", "an import block", self._import_ids)
        )
        return found if isinstance(found, dict) else {}

    def _import_ids(self) -> dict[str, Data]:
        def expand(declared: Declared) -> Expansion:
            return self.expansion(self.root, "import", f"import:{declared.location}", declared)

        return import_ids(self.evaluator, self.root, expand)

    def _opened(self, module: Module, mode: str, key: str, item: Instance) -> Found:
        """An instance; the state of another root module is not evaluated before somebody asks."""
        found = self._object(module, mode, key, item)
        remote = mode == "data" and key.startswith(f"{REMOTE_STATE}.")
        if self.states is None or not remote or not isinstance(found, ResourceObject):
            return found
        return RemoteState(self.evaluated(module, mode, key, item), found, self.states)

    def _object(self, module: Module, mode: str, key: str, item: Instance) -> Data:
        """An instance as a value; asking for it from within its own attributes is a cycle."""
        name = f"data.{key}" if mode == "data" else key

        def compute() -> Data:
            evaluated = self.evaluated(module, mode, key, item)
            self.memo.touch(f"resource:{evaluated.address}")
            return ResourceObject(evaluated.values, evaluated)

        return self.memo.get((module, mode, key, item.key), name, compute)

    def _outputs(self, module: Module, name: str, declared: Declared, item: Instance) -> Table:
        child = self.instance(module, name, declared, item)
        if child is None:
            path = f"{module.path}." if module.path else ""
            called = f"{path}module.{name}{item.suffix}"
            source = masked(declared.text("source") or "(no source)")
            return Table(
                f"module.{name}",
                lambda output, where: _missing(module, source, f"{called}.{output}", where),
                lambda: Unknown(Why.MODULE, f"{source}: {called}", declared.location),
            )
        return Table(
            child.path,
            lambda output, _where: self._output(child, output),
            lambda: {output: self._output(child, output) for output in child.config.outputs},
        )

    def _output(self, module: Module, name: str) -> Data:
        declared = module.config.outputs.get(name)
        if declared is None:
            raise EvaluationError(f"module {module.path or 'root'} has no output {name!r}")
        argument = declared.block.body.arguments.get("value")
        if argument is None:
            return None
        scope = Scope(module, declared.file)
        value = self._kept((module, "output", name), f"output.{name}", argument, scope)
        return mark(value) if declared.flag("sensitive") is True else value


def _counts(declared: Declared) -> bool:
    """Whether the analysis would see how many there are: modules, data, what tables speak of."""
    block = declared.block
    return block.type != "resource" or matters(block.labels[0])


def _missing(module: Module, source: str, address: str, where: Where) -> Unknown:
    """An output of a module that is not there: it equals itself, and says who has it."""
    detail = f"{source}: {address}"
    return Unknown(Why.MODULE, detail, where(), symbol=f"{module.stack.id}:{address}")
