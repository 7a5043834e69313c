"""Expressions → values: by demand, every address once; an error gives a named unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from analyzer.readers.guard import crashed
from analyzer.readers.terraform import functions, loops, operators, traversal
from analyzer.readers.terraform.data import Data, Sensitive, Where
from analyzer.readers.terraform.functions import Context, FunctionError
from analyzer.readers.terraform.functions.registry import bounded, normalize
from analyzer.readers.terraform.scope import Scope
from analyzer.readers.terraform.secrecy import guarded
from analyzer.readers.terraform.syntax import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Literal,
    Object,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    Tuple,
    Unary,
    Variable,
    Wrapped,
)
from analyzer.readers.terraform.traversal import Found, Reference
from analyzer.readers.terraform.types import EvaluationError, LimitError, to_string
from analyzer.readers.terraform.types.partial import (
    Failures,
    blame,
    known,
    mark,
    one_of,
    text,
    unmark,
)
from analyzer.readers.terraform.types.sets import definite
from graph.problems import Problem
from graph.values import Location, OneOf, Unknown, Why

MAX_WORK = 500_000


class Names(Protocol):
    """What a scope's root names (`var`, `local`, `aws_s3_bucket`, `module` …) stand for."""

    def resolve(self, name: str, scope: Scope, where: Where) -> Found:
        """The thing of that name.

        Raises:
            EvaluationError: there is none.

        """
        ...

    def context(self, scope: Scope) -> Context | None:
        """What functions may ask for."""
        ...


class Evaluator:
    """Evaluates expressions; `names` answers for everything outside an expression.

    Loops and long strings spend from one allowance, so that no input can keep a run busy.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self.faults: list[Problem] = []
        self._work = MAX_WORK
        self._doubts: list[Unknown] = []
        self._rules: dict[type[Expression], Callable[[Any, Scope], Found]] = {
            Literal: lambda node, _scope: node.value,
            Variable: self._name,
            Attribute: self._attribute,
            Index: self._index,
            Call: self._call,
            Template: lambda node, scope: self.template(node.parts, scope),
            Wrapped: lambda node, scope: self._any(node.inner, scope),
            Object: lambda node, scope: self._object(node.items, scope),
            Tuple: self._tuple,
            Conditional: self._conditional,
            Binary: self._binary,
            Unary: self._unary,
            For: lambda node, scope: loops.collected(self, node, scope),
            Splat: lambda node, scope: loops.splat(self, node, scope),
            TemplateIf: self._template_if,
            TemplateFor: lambda node, scope: loops.template(self, node, scope),
        }

    def value(self, node: Expression, scope: Scope) -> Data:
        """The value of an expression; an error is an `Unknown` that says what is wrong."""
        if isinstance(node, Literal):
            return node.value
        try:
            return self._doubted(node, scope)[0]
        except EvaluationError as error:
            return Unknown(Why.ERROR, str(error), scope.place(node))
        except LimitError as error:
            return Unknown(Why.LIMIT, str(error), scope.place(node))
        except RecursionError:
            return Unknown(Why.LIMIT, "nested too deep", scope.place(node))
        except Exception as error:  # noqa: BLE001 (a fault of ours costs its value only)
            return self._faulty(error, scope.place(node))

    def strict(self, node: Expression, scope: Scope) -> Data:
        """The value of an expression.

        Raises:
            EvaluationError: Terraform would refuse it.
            LimitError: it would take too much work.

        """
        found = self._any(node, scope)
        return found.value() if isinstance(found, Reference) else found

    def _doubted(self, node: Expression, scope: Scope) -> tuple[Data, list[Unknown]]:
        """The value of an expression, and why what it speaks of may not be there, or may fail."""
        outside, self._doubts = self._doubts, []
        before = Failures.count
        try:
            found = self.strict(node, scope)
            if Failures.count > before:
                why = "an error under other settings"
                self._doubts.append(Unknown(Why.ERROR, why, scope.place(node)))
            return found, self._doubts
        finally:
            self._doubts = outside

    def _faulty(self, error: Exception, where: Location) -> Unknown:
        fault = crashed(where.path, error)
        fault = replace(fault, effect="the value is open; please report it", location=where)
        self.faults.append(fault)
        return Unknown(Why.ERROR, fault.why, where)

    def spend(self, work: int) -> None:
        """Take from the allowance; raises LimitError where nothing is left."""
        self._work -= work
        if self._work < 0:
            raise LimitError("the configuration's loops and strings take too much work")

    def _any(self, node: Expression, scope: Scope) -> Found:
        found: Found = self._rules[type(node)](node, scope)
        return found

    def _attribute(self, node: Attribute, scope: Scope) -> Found:
        source = self._any(node.source, scope)
        return traversal.attribute(source, node.name, lambda: scope.place(node))

    def _index(self, node: Index, scope: Scope) -> Found:
        source = self._any(node.source, scope)
        key = self.strict(node.key, scope)
        doubt = source.doubt(key) if isinstance(source, Reference) else None
        if doubt is not None:
            self._doubts.append(doubt)
        return traversal.index(source, key, lambda: scope.place(node))

    def _tuple(self, node: Tuple, scope: Scope) -> Data:
        return tuple([self.strict(item, scope) for item in node.items])

    def _unary(self, node: Unary, scope: Scope) -> Data:
        return operators.unary(node.operator, self.strict(node.operand, scope))

    def _name(self, node: Variable, scope: Scope) -> Found:
        if node.name in scope.names:
            return scope.names[node.name]
        return self._names.resolve(node.name, scope, lambda: scope.place(node))

    def _binary(self, node: Binary, scope: Scope) -> Data:
        if node.operator in {"&&", "||"}:
            return self._logical(node, scope)
        left = self.strict(node.left, scope)
        return operators.binary(node.operator, left, self.strict(node.right, scope))

    def _logical(self, node: Binary, scope: Scope) -> Data:
        """A side that decides makes the other one needless, even where that has an error."""
        decisive = node.operator == "||"
        try:
            first = operators.present(node.operator, self.strict(node.left, scope))
        except EvaluationError:
            second = self.strict(node.right, scope)
            if unmark(second)[0] is decisive:
                return second
            raise
        plain, marked = unmark(first)
        if plain is decisive:
            return mark(plain) if marked else plain
        return operators.binary(node.operator, first, self.strict(node.right, scope))

    def _conditional(self, node: Conditional, scope: Scope) -> Data:
        condition = self.strict(node.condition, scope)
        truth, marked = operators.truth(condition)
        if isinstance(truth, bool):
            result = self._chosen(node, scope, chosen=truth)
            return mark(result) if marked else result
        then, other = self.value(node.then, scope), self.value(node.other, scope)
        return operators.conditional(condition, then, other)

    def _chosen(self, node: Conditional, scope: Scope, *, chosen: bool) -> Data:
        """The chosen branch, converted to the type it has in common with the other one."""
        result = self.strict(node.then if chosen else node.other, scope)
        other = self.value(node.other if chosen else node.then, scope)
        if isinstance(other, Sensitive):  # a branch's mark is the result's, chosen or not
            result, other = mark(result), other.value
        if isinstance(other, Unknown) or isinstance(result, Unknown):
            return result
        pair = (result, other) if chosen else (other, result)
        left, right = operators.unify_branches(*pair)
        return left if chosen else right

    def _object(self, items: Sequence[tuple[Expression, Expression]], scope: Scope) -> Data:
        found: dict[str, Data] = {}
        secret = False
        for key_node, value_node in items:
            raw, marked = unmark(self.strict(key_node, scope))
            key, value = to_string(raw), self.strict(value_node, scope)
            secret = secret or marked
            if isinstance(key, str):
                found[key] = guarded(key, value)
            elif key is None:
                raise EvaluationError("an object's key must not be null")
            else:
                return blame(key, value)
        return mark(found) if secret else found

    def _call(self, node: Call, scope: Scope) -> Data:
        if node.name in {"try", "can"}:
            return self._attempt(node, scope)
        steady = scope.steady
        if steady is None or steady.varies(node, scope.names):
            return self._called(node, scope)
        if id(node) in steady.values:
            return steady.values[id(node)]
        before = Failures.count, len(self._doubts)
        found = self._called(node, scope)
        if known(found) and before == (Failures.count, len(self._doubts)):
            steady.values[id(node)] = found
        return found

    def _called(self, node: Call, scope: Scope) -> Data:
        args = [self.strict(argument, scope) for argument in node.arguments]
        if node.expand:
            last = args.pop()
            items, marked = (last.value, True) if isinstance(last, Sensitive) else (last, False)
            if not isinstance(items, tuple):
                if known(items):
                    raise EvaluationError("only a list can be expanded")
                return blame(items)
            if not definite(items):
                return blame(items)
            args.extend(mark(item) if marked else item for item in items)
        found = functions.call(node.name, args, self._names.context(scope), scope.place(node))
        if isinstance(found, str | tuple | dict):
            self.spend(1 + len(found) // (100 if isinstance(found, str) else 1))
        return found

    def _attempt(self, node: Call, scope: Scope) -> Data:
        """`try` gives the first argument without an error; an unknown one may yet have one, and
        so may one that speaks of an instance which may not be there.
        """
        options: list[Data] = []
        reasons: list[Unknown] = []
        for argument in node.arguments:
            try:
                found, doubts = self._doubted(argument, scope)
            except EvaluationError:
                continue
            if node.name == "can":
                return True if known(found) and not doubts else blame(*doubts, found)
            options.append(found)
            if not doubts and not isinstance(unmark(found)[0], Unknown | OneOf):
                break
            reasons.extend(doubts)
        if node.name == "can":
            return False
        if not options:
            raise FunctionError("try: no expression succeeded")
        return options[0] if len(options) == 1 else one_of(options, blame(*reasons, *options[:-1]))

    def template(self, parts: Iterable[Expression], scope: Scope) -> Data:
        """The text that parts make."""
        pieces: list[Data] = []
        marked = False
        for part in parts:
            piece = self._part(part, scope)
            if not isinstance(piece, str):
                piece, secret = unmark(piece)
                marked = marked or secret
            pieces.append(piece)
        size = sum(len(piece) for piece in pieces if isinstance(piece, str))
        bounded(size)
        self.spend(size // 100)
        joined = normalize(text(pieces))
        return mark(joined) if marked else joined

    def _part(self, part: Expression, scope: Scope) -> Data:
        if isinstance(part, Literal) and isinstance(part.value, str):
            return part.value
        if isinstance(part, TemplateIf):
            return self._template_if(part, scope)
        if isinstance(part, TemplateFor):
            return loops.template(self, part, scope)
        found = self.strict(part, scope)
        if isinstance(found, str):
            return found
        found, marked = unmark(found)
        if found is None:
            raise EvaluationError("a template cannot include a null value")
        if isinstance(found, tuple | dict):
            raise EvaluationError("a template cannot include a list or an object")
        if not isinstance(found, OneOf):
            found = to_string(found)
        return mark(found) if marked else found

    def _template_if(self, part: TemplateIf, scope: Scope) -> Data:
        condition = self.strict(part.condition, scope)
        truth, marked = operators.truth(condition)
        if isinstance(truth, bool):
            chosen = self.template(part.then if truth else part.other, scope)
            return mark(chosen) if marked else chosen
        then, other = self.template(part.then, scope), self.template(part.other, scope)
        return operators.conditional(condition, then, other)
