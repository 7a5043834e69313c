"""The workspaces that a root module's own code names: keys that `terraform.workspace` chooses in a
map, and words that it is compared with.

Code may look at the workspace's end only (`trimprefix(terraform.workspace, "shop-")`); such a form
is followed through locals, and the name put together again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from analyzer.readers.terraform.config import Config
from analyzer.readers.terraform.scope import Scope
from analyzer.readers.terraform.stack import StackEvaluator
from analyzer.readers.terraform.syntax import (
    Attribute,
    Binary,
    Body,
    Call,
    Expression,
    File,
    Index,
    Literal,
    Variable,
    Wrapped,
)
from analyzer.readers.terraform.walk import expressions, walk

MAX_FORMS = 20
_UNCHANGED = frozenset({"lower", "tostring", "trimspace", "nonsensitive"})
_FORGIVING = ("try", "can")


def mentions_workspace(config: Config) -> bool:
    """Whether the module's own files ask for the workspace at all."""
    return any("terraform.workspace" in file.text for file in _files(config))


def workspaces(evaluator: StackEvaluator) -> tuple[str, ...]:
    """Names of workspaces, sorted; none where the code does not say what they are.

    A map without a default has all of them. A comparison names one and leaves the others open, so
    that two are wanted before they count.
    """
    found = _Search(evaluator)
    found.run()
    required = [names for names in found.required if names]
    if required:
        return tuple(sorted(frozenset.intersection(*required) or frozenset.union(*required)))
    named = found.named - {"default"}
    return tuple(sorted(named)) if len(named) > 1 else ()


@dataclass
class _Search:
    evaluator: StackEvaluator
    required: list[frozenset[str]] = field(default_factory=list)
    named: set[str] = field(default_factory=set)

    def run(self) -> None:
        config = self.evaluator.root.config
        words = ["terraform.workspace", *(f"local.{name}" for name in self._derived(config))]
        for file, body in _bodies(config):
            if any(word in file.text for word in words):
                scope = Scope(self.evaluator.root, file)
                for value in expressions([body]):
                    for node, forgiving in walk(value, stop=_FORGIVING):
                        self._look(node, scope, forgiving=forgiving)

    def _derived(self, config: Config) -> Iterator[str]:
        """Locals that are the workspace's name, or its end."""
        for name, (argument, file) in config.locals.items():
            if self._prefix(argument.value, Scope(self.evaluator.root, file)) is not None:
                yield name

    def _look(self, node: Expression, scope: Scope, *, forgiving: bool) -> None:
        match node:
            case Binary(operator="==" | "!=", left=left, right=right):
                for one, other in ((left, right), (right, left)):
                    if isinstance(other, Literal) and isinstance(other.value, str) and other.value:
                        self._name(one, (other.value,), scope, required=False)
            case Index(source=source, key=key):
                self._keys(key, source, scope, required=not forgiving)
            case Call(name="lookup", arguments=(source, key, *rest)):
                self._keys(key, source, scope, required=not rest and not forgiving)
            case Call(name="contains", arguments=(source, key)):
                self._keys(key, source, scope, required=False)

    def _keys(self, key: Expression, source: Expression, scope: Scope, *, required: bool) -> None:
        if self._prefix(key, scope) is not None:
            value = self.evaluator.evaluator.value(source, scope)
            if isinstance(value, tuple | dict):
                keys = tuple(item for item in value if isinstance(item, str))
                self._name(key, keys, scope, required=required)

    def _name(
        self, form: Expression, words: tuple[str, ...], scope: Scope, *, required: bool
    ) -> None:
        prefix = self._prefix(form, scope)
        if prefix is not None:
            names = frozenset(prefix + word for word in words)
            self.named |= names
            if required:
                self.required.append(names)

    def _prefix(self, node: Expression, scope: Scope, depth: int = 0) -> str | None:
        """What was cut off the workspace's name, `None` where the expression is another thing."""
        if depth > MAX_FORMS:
            return None
        match node:
            case Attribute(source=Variable(name="terraform" | "tofu"), name="workspace"):
                return ""
            case Attribute(source=Variable(name="local"), name=name):
                argument, file = scope.module.config.locals.get(name, (None, None))
                if argument is None or file is None:
                    return None
                return self._prefix(argument.value, Scope(scope.module, file), depth + 1)
            case Wrapped(inner=inner):
                return self._prefix(inner, scope, depth + 1)
            case Call(name=name, arguments=(inner,)) if name in _UNCHANGED:
                return self._prefix(inner, scope, depth + 1)
            case (
                Call(name="trimprefix", arguments=(inner, cut))
                | Call(name="substr", arguments=(inner, Call(name="length", arguments=(cut,)), _))
            ):
                before = self._prefix(inner, scope, depth + 1)
                value = self.evaluator.evaluator.value(cut, scope) if before is not None else None
                return f"{before}{value}" if isinstance(value, str) else None
        return None


def _bodies(config: Config) -> Iterator[tuple[File, Body]]:
    for argument, file in config.locals.values():
        yield file, Body({argument.name: argument}, (), argument.span)
    for table in (config.resources, config.data, config.modules, config.providers, config.outputs):
        for declared in table.values():
            yield declared.file, declared.block.body


def _files(config: Config) -> Iterator[File]:
    return iter({file.path: file for file, _ in _bodies(config)}.values())
