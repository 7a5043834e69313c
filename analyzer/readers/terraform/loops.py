"""`for` expressions, splats and template loops: also over one of several collections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Protocol, cast

from analyzer.readers.terraform import operators
from analyzer.readers.terraform.data import Data, ListValue, Sensitive, SetValue
from analyzer.readers.terraform.functions.registry import bounded
from analyzer.readers.terraform.scope import Scope
from analyzer.readers.terraform.syntax import Expression, For, Splat, TemplateFor
from analyzer.readers.terraform.types import EvaluationError, LimitError, to_string
from analyzer.readers.terraform.types.partial import (
    blame,
    each_option,
    mark,
    text,
    unmark,
    with_and_without,
)
from analyzer.readers.terraform.types.sets import definite
from graph.values import Unknown, Why

MAX_FOR = 100_000
Pairs = Sequence[tuple[Data, Data]]


class Evaluator(Protocol):
    """What evaluates the parts of a loop."""

    def strict(self, node: Expression, scope: Scope) -> Data:
        """The value of an expression; raises EvaluationError."""
        ...

    def template(self, parts: Iterable[Expression], scope: Scope) -> Data:
        """The text that parts make."""
        ...

    def spend(self, work: int) -> None:
        """Take from the allowance; raises LimitError."""
        ...


def collected(evaluator: Evaluator, node: For, scope: Scope) -> Data:
    """`[for …]` or `{for …}`; a condition that cannot be one is an error also over nothing."""
    if node.key_result is None:
        rule = partial(_listed, evaluator, node, scope)
    else:
        rule = partial(_mapped, evaluator, node, scope, node.key_result)

    def condition() -> None:
        hole = Unknown(Why.COMPUTED, "an element of a collection")
        _kept(evaluator, node, _bound(scope, node.key, node.value, hole, hole))

    return _over(evaluator, node.collection, scope, rule, condition)


def template(evaluator: Evaluator, node: TemplateFor, scope: Scope) -> Data:
    """`%{ for … }`."""

    def rendered(pairs: Pairs) -> Data:
        pieces: list[Data] = []
        marked = False
        for key, item in pairs:
            inner = _bound(scope, node.key, node.value, key, item)
            piece, secret = unmark(evaluator.template(node.body, inner))
            marked = marked or secret
            pieces.append(piece)
        bounded(sum(len(piece) for piece in pieces if isinstance(piece, str)))
        found = text(pieces)
        return mark(found) if marked else found

    return _over(evaluator, node.collection, scope, rendered)


def splat(evaluator: Evaluator, node: Splat, scope: Scope) -> Data:
    """`source[*].each`."""

    def each(plain: Data) -> Data:
        if plain is None:
            return ()
        if isinstance(plain, Unknown) or (isinstance(plain, SetValue) and not definite(plain)):
            return blame(plain)
        items = plain if isinstance(plain, tuple) else (plain,)
        evaluator.spend(len(items))
        found = tuple([evaluator.strict(node.each, scope.bind(**{"": item})) for item in items])
        return ListValue(found) if isinstance(plain, ListValue | SetValue) else found

    return _through_marks(evaluator.strict(node.source, scope), each)


def _over(
    evaluator: Evaluator,
    collection: Expression,
    scope: Scope,
    rule: Callable[[Pairs], Data],
    without_elements: Callable[[], None] = lambda: None,
) -> Data:
    """What a rule makes of the elements of a collection; where there are none to be seen, what
    must hold all the same.
    """

    def each(plain: Data) -> Data:
        pairs = _pairs(evaluator, plain)
        if not pairs:
            without_elements()
        return blame(plain) if pairs is None else rule(pairs)

    return _through_marks(evaluator.strict(collection, scope), each)


def _through_marks(data: Data, change: Callable[[Data], Data]) -> Data:
    if isinstance(data, Sensitive):
        return mark(each_option(data.value, change))
    return each_option(data, change)


def _pairs(evaluator: Evaluator, plain: Data) -> Pairs | None:
    """Keys and items of a collection, `None` where its size is not known."""
    if isinstance(plain, Unknown):
        return None
    if not isinstance(plain, tuple | dict):
        raise EvaluationError("a for expression needs a list, set, map or object")
    evaluator.spend(1 + len(plain))
    if len(plain) > MAX_FOR:
        raise LimitError(f"a loop over more than {MAX_FOR} elements")
    if isinstance(plain, dict):
        return [(key, plain[key]) for key in sorted(plain)]
    if not isinstance(plain, SetValue):
        return list(enumerate(plain))
    return [(item, item) for item in plain] if definite(plain) else None


def _kept(evaluator: Evaluator, node: For, scope: Scope) -> bool | Unknown:
    if node.condition is None:
        return True
    truth, _ = operators.truth(evaluator.strict(node.condition, scope))
    return truth


def _listed(evaluator: Evaluator, node: For, scope: Scope, pairs: Pairs) -> Data:
    scope = scope.loop()
    found: list[Data] = []
    doubts: dict[int, Unknown] = {}
    for key, item in pairs:
        inner = _bound(scope, node.key, node.value, key, item)
        kept = _kept(evaluator, node, inner)
        if kept is False:
            continue
        if isinstance(kept, Unknown):
            doubts[len(found)] = kept
        found.append(evaluator.strict(node.result, inner))
    return with_and_without(tuple(found), doubts)


def _mapped(
    evaluator: Evaluator, node: For, scope: Scope, key_result: Expression, pairs: Pairs
) -> Data:
    found: list[Data] = []
    doubts: dict[int, Unknown] = {}
    secret = False
    scope = scope.loop()
    for key, item in pairs:
        inner = _bound(scope, node.key, node.value, key, item)
        kept = _kept(evaluator, node, inner)
        if kept is False:
            continue
        raw, marked = unmark(evaluator.strict(key_result, inner))
        name, value = to_string(raw), evaluator.strict(node.result, inner)
        secret = secret or marked
        if name is None:
            raise EvaluationError("the key of a for expression must not be null")
        if not isinstance(name, str):
            return blame(name, value)
        if isinstance(kept, Unknown):
            doubts[len(found)] = kept
        found.append((name, value))
    chosen = with_and_without(tuple(found), doubts)
    if isinstance(chosen, Unknown):
        return chosen
    result = each_option(chosen, _grouped if node.group else partial(_object_of, secret=secret))
    return mark(result) if secret else result


def _object_of(pairs: Data, *, secret: bool) -> Data:
    """The object that pairs of key and value make."""
    found: dict[str, Data] = {}
    for name, value in _named(pairs):
        if name in found:
            shown = "" if secret else f" {name!r}"
            raise EvaluationError(f"two items of the for expression have the key{shown}")
        found[name] = value
    return dict(sorted(found.items()))


def _grouped(pairs: Data) -> Data:
    """The object of lists that pairs make where several may have one key."""
    found: dict[str, list[Data]] = {}
    for name, value in _named(pairs):
        found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in sorted(found.items())}


def _named(pairs: Data) -> Iterable[tuple[str, Data]]:
    return cast("Iterable[tuple[str, Data]]", pairs)


def _bound(scope: Scope, key_name: str, value_name: str, key: Data, value: Data) -> Scope:
    names = {value_name: value}
    if key_name:
        names[key_name] = key
    return scope.bind(**names)
