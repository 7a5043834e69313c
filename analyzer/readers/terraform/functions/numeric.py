"""Numeric functions."""

from __future__ import annotations

import math
from collections.abc import Callable

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.functions.registry import FunctionError, Parameter, function
from analyzer.readers.terraform.types import NUMBER
from analyzer.readers.terraform.types.errors import LimitError
from analyzer.readers.terraform.types.numbers import Number, from_float, whole

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CASELESS = 36
_MIN_BASE, _MAX_BASE = 2, 62
_MAX_DIGITS = 4000
_NUM = Parameter("num", NUMBER)


@function("abs", _NUM)
def absolute(number: Number) -> Data:
    return abs(number) if isinstance(number, int) else number.copy_abs()


@function("ceil", _NUM)
def ceil(number: Number) -> Data:
    return math.ceil(number)


@function("floor", _NUM)
def floor(number: Number) -> Data:
    return math.floor(number)


@function("signum", _NUM)
def signum(number: Number) -> Data:
    number = whole(number)
    return (number > 0) - (number < 0)


@function("log", _NUM, Parameter("base", NUMBER))
def log(number: Number, base: Number) -> Data:
    return _real(lambda: _ln(number) / _ln(base))


def _ln(number: Number) -> float:
    if number == 0:
        return -math.inf
    return math.log(float(number)) if number > 0 else math.nan


@function("pow", _NUM, Parameter("power", NUMBER))
def power(number: Number, exponent: Number) -> Data:
    return _real(lambda: math.pow(float(number), float(exponent)))


def _real(compute: Callable[[], float]) -> Data:
    try:
        return from_float(compute())
    except (ValueError, OverflowError, ZeroDivisionError):
        raise LimitError("the result is not a finite number") from None


@function("max", rest=Parameter("numbers", NUMBER))
def maximum(*values: Number) -> Data:
    if not values:
        raise FunctionError("must pass at least one number")
    return max(values)


@function("min", rest=Parameter("numbers", NUMBER))
def minimum(*values: Number) -> Data:
    if not values:
        raise FunctionError("must pass at least one number")
    return min(values)


@function("parseint", Parameter("number"), Parameter("base", NUMBER))
def parseint(spelled: Data, base: Number) -> Data:
    if not isinstance(spelled, str):
        raise FunctionError("first argument must be a string")
    radix = whole(base, "base")
    if not _MIN_BASE <= radix <= _MAX_BASE:
        raise FunctionError(
            f"base must be a whole number between {_MIN_BASE} and {_MAX_BASE} inclusive"
        )
    digits = spelled[1:] if spelled[:1] in {"+", "-"} else spelled
    if radix <= _CASELESS:
        digits = digits.lower()
    allowed = _DIGITS[:radix]
    if not digits or any(digit not in allowed for digit in digits):
        raise FunctionError(f'cannot parse "{spelled}" as a base {radix} integer')
    if len(digits) > _MAX_DIGITS:
        raise LimitError("a number with more than 4000 digits")
    value = 0
    for digit in digits:
        value = value * radix + allowed.index(digit)
    return -value if spelled[0] == "-" else value
