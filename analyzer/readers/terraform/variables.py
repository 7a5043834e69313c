"""Input variables: what is given, else the default, converted to the declared type."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.readers.terraform.config import Declared
from analyzer.readers.terraform.data import Data, Sensitive
from analyzer.readers.terraform.evaluate import Evaluator
from analyzer.readers.terraform.functions.documents import from_json
from analyzer.readers.terraform.memo import Memo
from analyzer.readers.terraform.parse import Fault, parse_expression
from analyzer.readers.terraform.scope import Module, Scope
from analyzer.readers.terraform.secrecy import guarded
from analyzer.readers.terraform.syntax import Expression, File, Literal
from analyzer.readers.terraform.types import ANY, EvaluationError, LimitError, convert, parse
from analyzer.secrets import secret_name
from graph.values import Unknown, Why


@dataclass(frozen=True)
class Variables:
    """The variables of every module instance of a stack."""

    evaluator: Evaluator
    memo: Memo

    def value(self, module: Module, name: str) -> Data:
        """`var.name` in a module; raises EvaluationError where it is not declared."""
        declared = module.config.variables.get(name)
        if declared is None:
            raise EvaluationError(f"no variable is named {name!r}")
        value = self._converted(declared, self._raw(module, name, declared))
        if declared.flag("sensitive") is True and not isinstance(value, Sensitive | Unknown):
            value = Sensitive(value, declared=not secret_name(name))
        return guarded(name, value)

    def _raw(self, module: Module, name: str, declared: Declared) -> Data:
        value, given = self._given(module, name)
        if given and not (value is None and declared.flag("nullable") is False):
            return value
        default = declared.block.body.arguments.get("default")
        if default is None:
            symbol = f"{module.stack.id}|{module.path}|var.{name}"
            return Unknown(Why.VARIABLE, f"var.{name}", declared.location, symbol)
        if module.parent is None:
            self.memo.touch(f"default:var.{name}")
        if declared.block.body.json:
            return constant(declared.file, default.value)
        return self.evaluator.value(default.value, Scope(module, declared.file))

    def _given(self, module: Module, name: str) -> tuple[Data, bool]:
        if module.call is None:
            return module.inputs.get(name), name in module.inputs
        argument = module.call.arguments.get(name)
        if argument is None:
            return None, False
        return self.evaluator.value(argument.value, module.call.scope), True

    def _converted(self, declared: Declared, value: Data) -> Data:
        argument = declared.block.body.arguments.get("type")
        if argument is None:
            return value
        scope = Scope(Module.empty(declared.file.path), declared.file)

        name = declared.block.labels[0]
        try:
            constraint = parse(
                _type_of(declared.file, argument.value),
                lambda node: self.evaluator.strict(node, scope),
            )
            return value if constraint == ANY else convert(value, constraint)
        except EvaluationError as error:
            why = Why.ERROR, f"var.{name}: {error}"
        except LimitError as error:
            why = Why.LIMIT, f"var.{name}: {error}"
        return Unknown(*why, declared.location)


def _type_of(file: File, node: Expression) -> Expression:
    """The type as an expression: JSON syntax has its text in a string."""
    if not (file.body.json and isinstance(node, Literal) and isinstance(node.value, str)):
        return node
    try:
        return parse_expression(node.value)
    except Fault as fault:
        raise EvaluationError(fault.message) from None


def constant(file: File, node: Expression) -> Data:
    """A constant of JSON syntax: its strings are no templates."""
    try:
        return from_json(file.cut(node.span))
    except (EvaluationError, RecursionError):
        return Unknown(Why.ERROR, "not a JSON value", file.location(node.span))
