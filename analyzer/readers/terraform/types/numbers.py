"""Terraform's numbers: binary floats of 512 bits, held as the shortest decimal that means them."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from analyzer.readers.terraform.types.errors import EvaluationError, LimitError

Number: TypeAlias = int | Decimal

PRECISION = 512
NEGATIVE_ZERO = Decimal("-0")
_MAX_DIGITS = 4000
_MAX_BITS = 14_000  # what Python writes as decimal digits (4300 at most), with room
_NUMBER = re.compile(
    r"([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]+))?", re.ASCII
)


def parse(text: str) -> Number | None:
    """Read the number a string spells; None where it spells none.

    Raises LimitError for one that is too long to reckon with.
    """
    if len(text) < 100 and text.isascii() and text.isdigit():
        return int(text)
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, whole, part, only_part, exponent = found.groups()
    fraction = part or only_part or ""
    spelled = (whole or "") + fraction
    if len(spelled) > _MAX_DIGITS or len(exponent or "") > len("-999999"):
        raise _too_long()
    power = int(exponent or 0) - len(fraction)
    if abs(power) > _MAX_DIGITS:
        raise _too_long()
    digits = int(spelled)
    if digits == 0:
        return NEGATIVE_ZERO if sign == "-" else 0
    value = Fraction(digits) * Fraction(10) ** power
    return from_fraction(-value if sign == "-" else value)


def exact(number: Number) -> Fraction:
    """Return the binary value a number stands for."""
    if isinstance(number, int) and number.bit_length() <= PRECISION:
        return Fraction(number)
    return rounded(Fraction(number))


def rounded(value: Fraction) -> Fraction:
    """The nearest float of 512 bits."""
    if value == 0:
        return value
    mantissa, exponent = _round(abs(value))
    found = mantissa * Fraction(2) ** exponent
    return -found if value < 0 else found


def from_fraction(value: Fraction) -> Number:
    """Round to 512 bits and spell the result with as few digits as identify it."""
    if value.denominator == 1 and value.numerator.bit_length() <= PRECISION:
        return value.numerator
    mantissa, exponent = _round(abs(value))
    if abs(exponent) > _MAX_BITS:
        raise _too_long()
    digits, power = _shortest(mantissa, exponent)
    if power >= 0:
        scaled = digits * int(10**power)
        return -scaled if value < 0 else scaled
    return Decimal((int(value < 0), tuple(int(d) for d in str(digits)), power))


def _too_long() -> LimitError:
    return LimitError(f"a number with more than {_MAX_DIGITS} digits")


def from_float(value: float) -> Number:
    """Take a double, as Terraform's float functions return: with the digits that identify it."""
    if value != value:  # noqa: PLR0124 (not a number is what differs from itself)
        raise EvaluationError("the result is not a number")
    number = parse(repr(value))
    if number is None:
        raise LimitError("the result is not a finite number")
    return number


def spell(number: Number) -> str:
    """Write the decimal form Terraform prints, without an exponent."""
    return str(number) if isinstance(number, int) else format(number, "f")


def whole(number: Number, what: str = "value") -> int:
    """Require a whole number that fits 64 bits, as arguments like an index or a length need.

    Raises EvaluationError for a fraction and for a number out of range.
    """
    if number != int(number):
        raise EvaluationError(f"{what} must be a whole number")
    if not -(2**63) <= number < 2**63:
        raise EvaluationError(f"{what} is out of range")
    return int(number)


def _round(value: Fraction) -> tuple[int, int]:
    numerator, denominator = value.numerator, value.denominator
    exponent = numerator.bit_length() - denominator.bit_length() - PRECISION
    while True:
        scaled = (
            Fraction(numerator, denominator << exponent)
            if exponent >= 0
            else Fraction(numerator << -exponent, denominator)
        )
        mantissa = round(scaled)  # half to even
        if mantissa.bit_length() > PRECISION and mantissa != 1 << PRECISION:
            exponent += 1
            continue
        if mantissa.bit_length() < PRECISION:
            exponent -= 1
            continue
        return (mantissa >> 1, exponent + 1) if mantissa == 1 << PRECISION else (mantissa, exponent)


def _shortest(mantissa: int, exponent: int) -> tuple[int, int]:
    """Digits and power of ten of the shortest decimal within half a unit of the last place."""
    doubled, exponent = mantissa * 2, exponent - 1
    scale = 1 << exponent if exponent >= 0 else 5**-exponent
    if doubled.bit_length() + scale.bit_length() > _MAX_BITS:
        raise _too_long()
    exact_digits, low, high = (str((doubled + d) * scale) for d in (0, -1, 1))
    point = len(exact_digits) + min(exponent, 0)
    exact_digits, low, high = (d.rstrip("0") for d in (exact_digits, low, high))
    inclusive = mantissa % 2 == 0
    for index, digit in enumerate(exact_digits):
        below = low[index] if index < len(low) else "0"
        above = high[index] if index < len(high) else "0"
        last_low, last_high = index + 1 == len(low), index + 1 >= len(high)
        down = below != digit or (inclusive and last_low)
        up = digit != above and (inclusive or int(digit) + 1 < int(above) or not last_high)
        if not (down or up):
            continue
        kept = int(exact_digits[: index + 1])
        rest = exact_digits[index + 1 :]
        nearer_up = rest > "5" or (rest == "5" and kept % 2 == 1)
        if up and (nearer_up if down else True):
            kept += 1
        return _trim(kept, point - index - 1)
    return _trim(int(exact_digits), point - len(exact_digits))


def _trim(digits: int, power: int) -> tuple[int, int]:
    while digits % 10 == 0:
        digits, power = digits // 10, power + 1
    return digits, power
