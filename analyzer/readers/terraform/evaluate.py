"""Expressions → values: by demand, every address once, a cycle or an error gives a named unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from analyzer.readers.terraform import functions, operators
from analyzer.readers.terraform.data import Data, ListValue, MapValue, Sensitive, SetValue
from analyzer.readers.terraform.functions import Context, FunctionError
from analyzer.readers.terraform.scope import Scope
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
from analyzer.readers.terraform.types import EvaluationError, to_string
from analyzer.readers.terraform.types.partial import blame, known, mark, one_of, text, unmark
from graph.values import Json, Location, OneOf, Text, Unknown, Why

MAX_FOR = 100_000


class Reference(Protocol):
    """A name that stands for something not evaluated yet: a resource, a module."""

    def attribute(self, name: str, where: Location) -> Data | Reference:
        """`reference.name`."""
        ...

    def index(self, key: Data, where: Location) -> Data | Reference:
        """`reference[key]`."""
        ...

    def value(self) -> Data:
        """The whole of it."""
        ...


class Names(Protocol):
    """What a scope's root names (`var`, `local`, `aws_s3_bucket`, `module` …) stand for."""

    def resolve(self, name: str, scope: Scope, where: Location) -> Data | Reference:
        """The thing of that name.

        Raises:
            EvaluationError: there is none.

        """
        ...

    def context(self, scope: Scope) -> Context:
        """What functions may ask for."""
        ...


class Evaluator:
    """Evaluates expressions; `names` answers for everything outside an expression."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def value(self, node: Expression, scope: Scope) -> Data:
        """The value of an expression; an error is an `Unknown` that says what is wrong."""
        try:
            return self.strict(node, scope)
        except EvaluationError as error:
            return Unknown(Why.ERROR, str(error), scope.place(node))

    def strict(self, node: Expression, scope: Scope) -> Data:
        """The value of an expression.

        Raises:
            EvaluationError: Terraform would refuse it.

        """
        found = self._any(node, scope)
        return found.value() if _is_reference(found) else found

    def _any(self, node: Expression, scope: Scope) -> Data | Reference:
        match node:
            case Literal(value=value):
                return value
            case Variable(name=name):
                return self._name(name, scope, node)
            case Attribute(source=source, name=name):
                return _attribute(self._any(source, scope), name, scope.place(node))
            case Index(source=source, key=key):
                found = self._any(source, scope)
                return _index(found, self.strict(key, scope), scope.place(node))
            case Template(parts=parts):
                return self._template(parts, scope)
            case Wrapped(inner=inner):
                return self._any(inner, scope)
            case TemplateIf() | TemplateFor():
                return self._template((node,), scope)
            case Call():
                return self._call(node, scope)
        return self._composed(node, scope)

    def _composed(self, node: Expression, scope: Scope) -> Data:
        match node:
            case Unary(operator=operator, operand=operand):
                return operators.unary(operator, self.strict(operand, scope))
            case Binary(operator=operator, left=left, right=right):
                return self._binary(operator, left, right, scope)
            case Conditional():
                return self._conditional(node, scope)
            case Tuple(items=items):
                return tuple(self.strict(item, scope) for item in items)
            case Object(items=items):
                return self._object(items, scope)
            case For():
                return self._for(node, scope)
            case Splat():
                return self._splat(node, scope)
        raise EvaluationError("not an expression")

    def _name(self, name: str, scope: Scope, node: Expression) -> Data | Reference:
        if name in scope.names:
            return scope.names[name]
        return self._names.resolve(name, scope, scope.place(node))

    def _binary(self, operator: str, left: Expression, right: Expression, scope: Scope) -> Data:
        """`&&` and `||` do not need a side that cannot change the result."""
        first = self.strict(left, scope)
        plain, marked = unmark(first)
        if (operator == "&&" and plain is False) or (operator == "||" and plain is True):
            return mark(plain) if marked else plain
        return operators.binary(operator, first, self.strict(right, scope))

    def _conditional(self, node: Conditional, scope: Scope) -> Data:
        condition = self.strict(node.condition, scope)
        truth, marked = unmark(condition)
        if isinstance(truth, bool | str):
            chosen = truth if isinstance(truth, bool) else truth == "true"
            if isinstance(truth, bool) or truth in {"true", "false"}:
                result = self._chosen(node, scope, chosen=chosen)
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
        for key_node, value_node in items:
            key, marked = unmark(to_string(self.strict(key_node, scope)))
            value = self.strict(value_node, scope)
            if isinstance(key, str):
                found[key] = mark(value) if marked else value
            elif key is None:
                raise EvaluationError("an object's key must not be null")
            else:
                return blame(key, value)
        return found

    def _call(self, node: Call, scope: Scope) -> Data:
        if node.name in {"try", "can"}:
            return self._attempt(node, scope)
        args = [self.strict(argument, scope) for argument in node.arguments]
        if node.expand:
            last, _ = unmark(args.pop())
            if not isinstance(last, tuple):
                return blame(last) if not known(last) else _no("only a list can be expanded")
            if isinstance(last, SetValue) and not known(last):
                return blame(last)
            args.extend(last)
        return functions.call(node.name, args, self._names.context(scope), scope.place(node))

    def _attempt(self, node: Call, scope: Scope) -> Data:
        """`try` gives the first argument without an error; an unknown one may yet have one."""
        options: list[Data] = []
        for argument in node.arguments:
            try:
                found = self.strict(argument, scope)
            except EvaluationError:
                continue
            if node.name == "can":
                return True if known(found) else blame(found)
            options.append(found)
            if not isinstance(unmark(found)[0], Unknown | OneOf):
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
        joined = text(pieces)
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
        truth, _ = unmark(condition)
        if isinstance(truth, bool):
            return self._template(part.then if truth else part.other, scope)
        then, other = self._template(part.then, scope), self._template(part.other, scope)
        return operators.conditional(condition, then, other)

    def _template_for(self, part: TemplateFor, scope: Scope) -> Data:
        collection = self.strict(part.collection, scope)
        pairs, marked = _pairs(collection)
        if pairs is None:
            return blame(collection)
        names = {name: None for name in (part.key, part.value) if name}
        del names
        rendered = text(
            unmark(self._template(part.body, _bound(scope, part.key, part.value, key, item)))[0]
            for key, item in pairs
        )
        return mark(rendered) if marked else rendered

    def _for(self, node: For, scope: Scope) -> Data:
        collection = self.strict(node.collection, scope)
        pairs, marked = _pairs(collection)
        if pairs is None:
            return blame(collection)
        result = (
            self._mapped(node, pairs, scope)
            if node.key_result
            else self._listed(node, pairs, scope)
        )
        return mark(result) if marked else result

    def _kept(self, node: For, scope: Scope) -> bool | Unknown:
        if node.condition is None:
            return True
        truth, _ = unmark(self.strict(node.condition, scope))
        if isinstance(truth, str) and truth in {"true", "false"}:
            return truth == "true"
        if isinstance(truth, bool):
            return truth
        if known(truth):
            raise EvaluationError("the 'if' of a for expression must be true or false")
        return blame(truth)

    def _listed(self, node: For, pairs: Sequence[tuple[Data, Data]], scope: Scope) -> Data:
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

    def _mapped(self, node: For, pairs: Sequence[tuple[Data, Data]], scope: Scope) -> Data:
        found: dict[str, Data] = {}
        groups: dict[str, list[Data]] = {}
        assert node.key_result is not None, "the object form has a key"
        for key, item in pairs:
            inner = _bound(scope, node.key, node.value, key, item)
            kept = self._kept(node, inner)
            if kept is False:
                continue
            name, _ = unmark(to_string(self.strict(node.key_result, inner)))
            value = self.strict(node.result, inner)
            if isinstance(kept, Unknown) or not isinstance(name, str):
                if name is None:
                    raise EvaluationError("the key of a for expression must not be null")
                return blame(
                    *(h for h in (kept, name) if isinstance(h, Unknown | Text | OneOf)), value
                )
            if node.group:
                groups.setdefault(name, []).append(value)
            elif name in found:
                raise EvaluationError(f"two items of the for expression have the key {name!r}")
            else:
                found[name] = value
        if node.group:
            return {name: tuple(values) for name, values in sorted(groups.items())}
        return dict(sorted(found.items()))

    def _splat(self, node: Splat, scope: Scope) -> Data:
        source = self.strict(node.source, scope)
        plain, marked = (source.value, True) if isinstance(source, Sensitive) else (source, False)
        if plain is None:
            return ()
        if isinstance(plain, Unknown | OneOf):
            return blame(plain)
        if isinstance(plain, SetValue) and not known(plain):
            return blame(plain)
        items = plain if isinstance(plain, tuple) else (plain,)
        each = tuple(self.strict(node.each, scope.bind(**{"": item})) for item in items)
        result = ListValue(each) if isinstance(plain, ListValue | SetValue) else each
        return mark(result) if marked else result


def _bound(scope: Scope, key_name: str, value_name: str, key: Data, value: Data) -> Scope:
    names = {value_name: value}
    if key_name:
        names[key_name] = key
    return scope.bind(**names)


def _pairs(collection: Data) -> tuple[Sequence[tuple[Data, Data]] | None, bool]:
    """Keys and items of a collection, `None` where its size is not known; whether it is secret."""
    marked = isinstance(collection, Sensitive)
    plain = collection.value if isinstance(collection, Sensitive) else collection
    if isinstance(plain, SetValue):
        if not known(plain) and len(plain) > 1:
            return None, marked
        return [(item, item) for item in plain], marked
    if isinstance(plain, tuple):
        if len(plain) > MAX_FOR:
            return None, marked
        return list(enumerate(plain)), marked
    if isinstance(plain, Mapping):
        return [(key, plain[key]) for key in sorted(plain)], marked
    if isinstance(plain, Unknown | OneOf):
        return None, marked
    raise EvaluationError("a for expression needs a list, set, map or object")


def _is_reference(found: object) -> bool:
    return hasattr(found, "attribute") and hasattr(found, "index")


def _no(message: str) -> Data:
    raise EvaluationError(message)


def _attribute(source: object, name: str, where: Location) -> Data | Reference:
    if _is_reference(source):
        return source.attribute(name, where)  # type: ignore[attr-defined] # checked by _is_reference
    return member(source, name, where)  # type: ignore[arg-type] # Data, the only other case


def _index(source: object, key: Data, where: Location) -> Data | Reference:
    if _is_reference(source):
        return source.index(key, where)  # type: ignore[attr-defined] # checked by _is_reference
    return element(source, key, where)  # type: ignore[arg-type] # Data, the only other case


def member(source: Data, name: str, where: Location) -> Data:
    """`source.name`.

    Raises:
        EvaluationError: there is no such attribute.

    """
    match source:
        case Sensitive(value=value):
            return mark(member(value, name, where))
        case Unknown():
            return _below(source, f".{name}", where)
        case OneOf(options=options, why=why):
            found = (member(option, name, where) for option in options)  # type: ignore[arg-type] # Value is Data
            return one_of(found, why)
        case dict():
            if hasattr(source, "member"):
                return source.member(name, where)  # type: ignore[no-any-return] # ResourceObject
            if name not in source:
                raise EvaluationError(f"this object has no attribute {name!r}")
            return source[name]
        case None:
            raise EvaluationError(f"the value is null and has no attribute {name!r}")
        case tuple() if name.isdigit():
            return element(source, int(name), where)
    raise EvaluationError(f"the value has no attribute {name!r}")


def element(source: Data, key: Data, where: Location) -> Data:
    """`source[key]`.

    Raises:
        EvaluationError: there is no such element.

    """
    plain, secret = unmark(key)
    if secret:
        return mark(element(source, plain, where))
    match source:
        case Sensitive(value=value):
            return mark(element(value, plain, where))
        case Unknown():
            shown = (
                f'["{plain}"]'
                if isinstance(plain, str)
                else f"[{plain}]"
                if known(plain)
                else "[?]"
            )
            return _below(source, shown, where)
        case OneOf(options=options, why=why):
            found = (element(option, plain, where) for option in options)  # type: ignore[arg-type] # Value is Data
            return one_of(found, why)
        case None:
            raise EvaluationError("the value is null and has no elements")
    if not known(plain):
        return _any_of(source, plain)
    return _known_element(source, plain, where)


def _known_element(source: Data, key: Data, where: Location) -> Data:
    if isinstance(source, SetValue):
        raise EvaluationError("a set's elements have no index")
    if isinstance(source, tuple):
        index = (
            int(key) if isinstance(key, int) or (isinstance(key, str) and key.isdigit()) else None
        )
        if index is None or isinstance(key, bool):
            raise EvaluationError("a list's index must be a whole number")
        if not 0 <= index < len(source):
            raise EvaluationError(
                f"the list has {len(source)} elements, none has the index {index}"
            )
        return source[index]
    if isinstance(source, dict):
        name = to_string(key)
        if not isinstance(name, str):
            raise EvaluationError("an object's key must be a string")
        if isinstance(source, MapValue) and name not in source:
            raise EvaluationError(f"the map has no element with the key {name!r}")
        return member(source, name, where)
    raise EvaluationError("the value has no elements")


def _any_of(source: Data, key: Data) -> Data:
    """An unknown key may choose any element."""
    items = source.values() if isinstance(source, dict) else source
    if isinstance(items, tuple) or isinstance(source, dict):
        found = list(items)  # type: ignore[arg-type] # a tuple or a dict's values
        if found:
            return one_of(found, blame(key))
    return blame(key)


def _below(source: Unknown, step: str, where: Location) -> Unknown:
    symbol = source.symbol + step if source.symbol else None
    detail = (
        source.detail + step if source.detail and source.why is not Why.ERROR else source.detail
    )
    return replace(source, detail=detail, symbol=symbol, location=source.location or where)
