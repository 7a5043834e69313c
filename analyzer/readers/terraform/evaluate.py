"""Expressions → values: by demand, every address once; an error gives a named unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from analyzer.readers.terraform import functions, operators, traversal
from analyzer.readers.terraform.data import Data, ListValue, Sensitive, SetValue
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
from analyzer.readers.terraform.traversal import Found, Reference, Where
from analyzer.readers.terraform.types import EvaluationError, LimitError, to_string
from analyzer.readers.terraform.types.alternatives import Failures
from analyzer.readers.terraform.types.partial import blame, known, mark, one_of, text, unmark
from analyzer.readers.terraform.types.sets import definite
from graph.values import Json, OneOf, Text, Unknown, Why

MAX_WORK = 500_000
MAX_FOR = 100_000
Pairs = Sequence[tuple[Data, Data]]


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
        self._work = MAX_WORK
        self._rules: dict[type[Expression], Callable[[Any, Scope], Found]] = {
            Literal: lambda node, _scope: node.value,
            Variable: self._name,
            Attribute: self._attribute,
            Index: self._index,
            Call: self._call,
            Template: lambda node, scope: self._template(node.parts, scope),
            Wrapped: lambda node, scope: self._any(node.inner, scope),
            Object: lambda node, scope: self._object(node.items, scope),
            Tuple: self._tuple,
            Conditional: self._conditional,
            Binary: self._binary,
            Unary: self._unary,
            For: self._for,
            Splat: self._splat,
            TemplateIf: self._template_if,
            TemplateFor: self._template_for,
        }

    def value(self, node: Expression, scope: Scope) -> Data:
        """The value of an expression; an error is an `Unknown` that says what is wrong."""
        try:
            return self.strict(node, scope)
        except EvaluationError as error:
            return Unknown(Why.ERROR, str(error), scope.place(node))
        except LimitError as error:
            return Unknown(Why.LIMIT, str(error), scope.place(node))
        except RecursionError:
            return Unknown(Why.LIMIT, "nested too deep", scope.place(node))

    def strict(self, node: Expression, scope: Scope) -> Data:
        """The value of an expression.

        Raises:
            EvaluationError: Terraform would refuse it.
            LimitError: it would take too much work.

        """
        found = self._any(node, scope)
        return found.value() if isinstance(found, Reference) else found

    def _spend(self, work: int) -> None:
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
        """`&&` and `||` do not need a side that cannot change the result."""
        operator, first = node.operator, self.strict(node.left, scope)
        plain, marked = unmark(first)
        if (operator == "&&" and plain is False) or (operator == "||" and plain is True):
            return mark(plain) if marked else plain
        return operators.binary(operator, first, self.strict(node.right, scope))

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
        if isinstance(other, Unknown) or not known(result):
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
            self._spend(1 + len(found) // (100 if isinstance(found, str) else 1))
        return found

    def _attempt(self, node: Call, scope: Scope) -> Data:
        """`try` gives the first argument without an error; an unknown one may yet have one."""
        options: list[Data] = []
        for argument in node.arguments:
            before = Failures.count
            try:
                found = self.strict(argument, scope)
            except EvaluationError:
                continue
            certain = Failures.count == before
            if node.name == "can":
                return True if certain and known(found) else blame(found)
            options.append(found)
            if certain and not isinstance(unmark(found)[0], Unknown | OneOf):
                break
        if node.name == "can":
            return False
        if not options:
            raise FunctionError("try: no expression succeeded")
        return options[0] if len(options) == 1 else one_of(options, blame(*options[:-1]))

    def _template(self, parts: Iterable[Expression], scope: Scope) -> Data:
        pieces: list[Data] = []
        marked = False
        for part in parts:
            piece, secret = unmark(self._part(part, scope))
            marked = marked or secret
            pieces.append(piece)
        size = sum(len(piece) for piece in pieces if isinstance(piece, str))
        bounded(size)
        self._spend(size // 100)
        joined = normalize(text(pieces))
        return mark(joined) if marked else joined

    def _part(self, part: Expression, scope: Scope) -> Data:
        if isinstance(part, TemplateIf):
            return self._template_if(part, scope)
        if isinstance(part, TemplateFor):
            return self._template_for(part, scope)
        found, marked = unmark(self.strict(part, scope))
        if found is None:
            raise EvaluationError("a template cannot include a null value")
        if isinstance(found, tuple | dict):
            raise EvaluationError("a template cannot include a list or an object")
        if not isinstance(found, Text | Unknown | Json | OneOf):
            found = to_string(found)
        return mark(found) if marked else found

    def _template_if(self, part: TemplateIf, scope: Scope) -> Data:
        condition = self.strict(part.condition, scope)
        truth, marked = operators.truth(condition)
        if isinstance(truth, bool):
            chosen = self._template(part.then if truth else part.other, scope)
            return mark(chosen) if marked else chosen
        then, other = self._template(part.then, scope), self._template(part.other, scope)
        return operators.conditional(condition, then, other)

    def _template_for(self, part: TemplateFor, scope: Scope) -> Data:
        collection = self.strict(part.collection, scope)
        pairs, marked = self._pairs(collection)
        if pairs is None:
            return blame(collection)
        pieces: list[Data] = []
        for key, item in pairs:
            inner = _bound(scope, part.key, part.value, key, item)
            piece, secret = unmark(self._template(part.body, inner))
            marked = marked or secret
            pieces.append(piece)
        bounded(sum(len(piece) for piece in pieces if isinstance(piece, str)))
        rendered = text(pieces)
        return mark(rendered) if marked else rendered

    def _for(self, node: For, scope: Scope) -> Data:
        collection = self.strict(node.collection, scope)
        pairs, marked = self._pairs(collection)
        if pairs is None:
            return blame(collection)
        if node.key_result is None:
            result = self._listed(node, pairs, scope)
        else:
            result = self._mapped(node, node.key_result, pairs, scope)
        return mark(result) if marked else result

    def _kept(self, node: For, scope: Scope) -> bool | Unknown:
        if node.condition is None:
            return True
        truth, _ = operators.truth(self.strict(node.condition, scope))
        return truth

    def _pairs(self, collection: Data) -> tuple[Pairs | None, bool]:
        """Keys and items of a collection, `None` where its size is not known; if it is secret."""
        marked = isinstance(collection, Sensitive)
        plain = collection.value if isinstance(collection, Sensitive) else collection
        if isinstance(plain, Unknown | OneOf):
            return None, marked
        if not isinstance(plain, tuple | dict):
            raise EvaluationError("a for expression needs a list, set, map or object")
        self._spend(len(plain))
        if len(plain) > MAX_FOR:
            raise LimitError(f"a loop over more than {MAX_FOR} elements")
        if isinstance(plain, dict):
            return [(key, plain[key]) for key in sorted(plain)], marked
        if not isinstance(plain, SetValue):
            return list(enumerate(plain)), marked
        return ([(item, item) for item in plain] if definite(plain) else None), marked

    def _listed(self, node: For, pairs: Pairs, scope: Scope) -> Data:
        found: list[Data] = []
        doubt: list[Unknown] = []
        for key, item in pairs:
            inner = _bound(scope, node.key, node.value, key, item)
            kept = self._kept(node, inner)
            if kept is False:
                continue
            found.append(self.strict(node.result, inner))
            if isinstance(kept, Unknown):
                doubt.append(kept)
        if doubt:
            return blame(*doubt, *found)
        return tuple(found)

    def _mapped(self, node: For, key_result: Expression, pairs: Pairs, scope: Scope) -> Data:
        found: dict[str, Data] = {}
        groups: dict[str, list[Data]] = {}
        secret = False
        for key, item in pairs:
            inner = _bound(scope, node.key, node.value, key, item)
            kept = self._kept(node, inner)
            if kept is False:
                continue
            raw, marked = unmark(self.strict(key_result, inner))
            name, value = to_string(raw), self.strict(node.result, inner)
            secret = secret or marked
            if name is None:
                raise EvaluationError("the key of a for expression must not be null")
            if isinstance(kept, Unknown) or not isinstance(name, str):
                return blame(*(hole for hole in (kept, name) if not isinstance(hole, str)), value)
            if node.group:
                groups.setdefault(name, []).append(value)
            elif name in found:
                shown = "" if marked else f" {name!r}"
                raise EvaluationError(f"two items of the for expression have the key{shown}")
            else:
                found[name] = value
        if node.group:
            found = {name: tuple(values) for name, values in groups.items()}
        result = dict(sorted(found.items()))
        return mark(result) if secret else result

    def _splat(self, node: Splat, scope: Scope) -> Data:
        source = self.strict(node.source, scope)
        plain, marked = (source.value, True) if isinstance(source, Sensitive) else (source, False)
        if plain is None:
            return ()
        if isinstance(plain, Unknown | OneOf):
            return blame(plain)
        if isinstance(plain, SetValue) and not definite(plain):
            return blame(plain)
        items = plain if isinstance(plain, tuple) else (plain,)
        self._spend(len(items))
        each = tuple([self.strict(node.each, scope.bind(**{"": item})) for item in items])
        result = ListValue(each) if isinstance(plain, ListValue | SetValue) else each
        return mark(result) if marked else result


def _bound(scope: Scope, key_name: str, value_name: str, key: Data, value: Data) -> Scope:
    names = {value_name: value}
    if key_name:
        names[key_name] = key
    return scope.bind(**names)
