"""Terraform's operators and its conditional on values that may be partly unknown."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import cast

from analyzer.readers.terraform.data import Data, MapValue, Sensitive, SetValue
from analyzer.readers.terraform.types import BOOL, NUMBER, Type, convert, numbers, type_of, unify
from analyzer.readers.terraform.types.errors import ConversionError, EvaluationError, LimitError
from analyzer.readers.terraform.types.numbers import NEGATIVE_ZERO, Number, exact, from_fraction
from analyzer.readers.terraform.types.partial import (
    blame,
    identity,
    known,
    mark,
    of_alternatives,
    one_of,
    unmark,
)
from analyzer.readers.terraform.types.sets import definite
from graph.values import Json, OneOf, Text, Unknown


def binary(operator: str, left: Data, right: Data) -> Data:
    """Apply a binary operator; raises EvaluationError where Terraform would refuse the operands."""
    left, left_marked = _unwrap(operator, left)
    right, right_marked = _unwrap(operator, right)
    result = _choices(operator, left, right)
    return mark(result) if left_marked or right_marked else result


def unary(operator: str, operand: Data) -> Data:
    """Apply `!` or `-`."""
    value, marked = unmark(operand)
    if isinstance(value, OneOf):
        result = one_of((unary(operator, option) for option in _options(value)), value.why)
    elif operator == "!":
        truth = _operand(value, BOOL, operator)
        result = truth if isinstance(truth, Unknown) else not truth
    else:
        number = _operand(value, NUMBER, operator)
        result = _negate(number) if isinstance(number, int | Decimal) else number
    return mark(result) if marked else result


def truth(condition: Data) -> tuple[bool | Unknown, bool]:
    """What a condition says, and whether it is sensitive; raises EvaluationError where it is
    neither true nor false.
    """
    plain, marked = unmark(condition)
    if plain is None:
        raise EvaluationError("the condition value is null; it must be true or false")
    try:
        found = convert(plain, BOOL)
    except ConversionError as error:
        raise EvaluationError(f"the condition must be true or false: {error}") from None
    return (found if isinstance(found, bool) else blame(found)), marked


def conditional(condition: Data, then: Data, other: Data) -> Data:
    """Evaluate `condition ? then : other`.

    An unknown condition gives both branches as alternatives; Terraform ignores an error in the
    branch that is not chosen, so the caller passes an unknown for that one. Raises EvaluationError
    where the branches have no common type.
    """
    decided, marked = truth(condition)
    left, right = unify_branches(then, other)
    if isinstance(decided, bool):
        result = left if decided else right
    else:
        result = one_of((left, right), decided)
    return mark(result) if marked else result


def unify_branches(then: Data, other: Data) -> tuple[Data, Data]:
    """Convert both results of a conditional to the type they have in common."""
    if type(then) is type(other) and isinstance(then, bool | int | str):
        return then, other
    left, right = type_of(then), type_of(other)
    common = unify((left, right))
    if common is None:
        raise EvaluationError("the true and false result expressions must have consistent types")
    return (
        then if left == common else convert(then, common),
        other if right == common else convert(other, common),
    )


def equal(left: Data, right: Data) -> bool | Unknown:
    """Whether two values are equal, decided as far as the known parts allow; types count, so
    `1 == "1"` and `[1] == tolist([1])` are false.
    """
    if type(left) is type(right) and isinstance(left, str):
        return left == right
    left, right = unmark(left)[0], unmark(right)[0]
    if identity(left) == identity(right):
        return True
    if known(left) and known(right):
        return False
    return blame(left, right) if _may_equal(left, right) else False


def _may_equal(left: Data, right: Data) -> bool:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return True
    if isinstance(left, OneOf) or isinstance(right, OneOf):
        return any(_may_equal(one, two) for one in _options(left) for two in _options(right))
    if isinstance(left, str | Text | Json) or isinstance(right, str | Text | Json):
        return _may_equal_strings(left, right)
    if isinstance(left, dict) and isinstance(right, dict):
        return (
            isinstance(left, MapValue) == isinstance(right, MapValue)
            and left.keys() == right.keys()
            and all(_may_equal(left[key], right[key]) for key in left)
        )
    if isinstance(left, tuple) and isinstance(right, tuple):
        return _may_equal_sequences(left, right)
    return identity(left) == identity(right)


def _may_equal_sequences(left: tuple[Data, ...], right: tuple[Data, ...]) -> bool:
    if type(left) is not type(right):
        return False
    if isinstance(left, SetValue) and not (definite(left) and definite(right)):
        return bool(left) == bool(right)
    return len(left) == len(right) and all(map(_may_equal, left, right))


def _may_equal_strings(left: Data, right: Data) -> bool:
    one, two = _ends(left), _ends(right)
    if one is None or two is None:
        return False
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    starts = one[0].startswith(two[0]) or two[0].startswith(one[0])
    ends = one[1].endswith(two[1]) or two[1].endswith(one[1])
    lengths = [len(side) for side in (left, right) if isinstance(side, str)]
    return starts and ends and all(max(one[2], two[2]) <= length for length in lengths)


def _ends(data: Data) -> tuple[str, str, int] | None:
    """Known start, known end and least length of a string; None for what is no string."""
    match data:
        case str():
            return data, data, len(data)
        case Json(document=document):
            start = "{" if isinstance(document, dict) else ""
            return start, "", len(start)
        case Text(parts=parts):
            first, last = parts[0], parts[-1]
            return (
                first if isinstance(first, str) else "",
                last if isinstance(last, str) else "",
                sum(len(part) for part in parts if isinstance(part, str)),
            )
    return None


def _options(data: Data) -> tuple[Data, ...]:
    return cast("tuple[Data, ...]", data.options) if isinstance(data, OneOf) else (data,)


def _unwrap(operator: str, data: Data) -> tuple[Data, bool]:
    if operator in {"==", "!="}:
        return unmark(data)
    return (data.value, True) if isinstance(data, Sensitive) else (data, False)


def _choices(operator: str, left: Data, right: Data) -> Data:
    """Apply to every alternative of the operands."""
    if operator in {"==", "!="} or not (isinstance(left, OneOf) or isinstance(right, OneOf)):
        return _apply(operator, left, right)
    why = next(side.why for side in (left, right) if isinstance(side, OneOf))
    pairs = itertools.product(_options(left), _options(right))
    return of_alternatives((partial(_apply, operator, one, two) for one, two in pairs), why)


def _apply(operator: str, left: Data, right: Data) -> Data:
    match operator:
        case "==":
            return equal(left, right)
        case "!=":
            same = equal(left, right)
            return same if isinstance(same, Unknown) else not same
        case "&&" | "||":
            return _logic(operator, _operand(left, BOOL, operator), _operand(right, BOOL, operator))
    one, two = _operand(left, NUMBER, operator), _operand(right, NUMBER, operator)
    if not isinstance(one, int | Decimal) or not isinstance(two, int | Decimal):
        return blame(one, two)
    if operator in _COMPARISONS:
        return _COMPARISONS[operator](one, two)
    return _ARITHMETIC[operator](one, two)


def _logic(operator: str, left: Data, right: Data) -> Data:
    decisive = operator == "||"
    if left is decisive or right is decisive:
        return decisive
    return blame(left, right) if not (known(left) and known(right)) else not decisive


def present(operator: str, value: Data) -> Data:
    """An operand; raises EvaluationError where it is null."""
    if value is None:
        raise EvaluationError(f'operand of "{operator}" must not be null')
    return value


def _operand(value: Data, kind: Type, operator: str) -> Data:
    value = present(operator, value)
    try:
        return convert(value, kind)
    except ConversionError as error:
        raise EvaluationError(f'unsuitable value for operand of "{operator}": {error}') from None


def _negate(number: Number) -> Number:
    if number == 0:
        return 0 if number is NEGATIVE_ZERO else NEGATIVE_ZERO
    return -number if isinstance(number, int) else number.copy_negate()


def _add(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int):
        return _fit(left + right)
    if left == 0 and right == 0:
        return NEGATIVE_ZERO if _minus(left) and _minus(right) else 0
    return from_fraction(exact(left) + exact(right))


def _subtract(left: Number, right: Number) -> Number:
    return _add(left, _negate(right)) if right else left


def _multiply(left: Number, right: Number) -> Number:
    if left == 0 or right == 0:
        return NEGATIVE_ZERO if _minus(left) != _minus(right) else 0
    if isinstance(left, int) and isinstance(right, int):
        return _fit(left * right)
    return from_fraction(exact(left) * exact(right))


def _divide(left: Number, right: Number) -> Number:
    if right == 0:
        raise LimitError("a division by zero")
    if left == 0:
        return NEGATIVE_ZERO if _minus(left) != _minus(right) else 0
    return from_fraction(exact(left) / exact(right))


def _modulo(left: Number, right: Number) -> Number:
    """What is left of whole multiples; the quotient is rounded before its fraction is cut off."""
    if right == 0 or left == 0:
        return left
    one, two = exact(left), exact(right)
    whole = int(numbers.rounded(one / two))
    return from_fraction(one - numbers.rounded(two * whole))


def _minus(number: Number) -> bool:
    return number < 0 or (isinstance(number, Decimal) and number.is_signed())


def _fit(number: int) -> Number:
    fits = number.bit_length() <= numbers.PRECISION
    return number if fits else from_fraction(Fraction(number))


_COMPARISONS: dict[str, Callable[[Number, Number], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_ARITHMETIC: dict[str, Callable[[Number, Number], Number]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "%": _modulo,
}
