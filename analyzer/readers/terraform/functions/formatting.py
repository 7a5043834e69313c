"""`format` and `formatlist`: the printf verbs of Terraform, with holes for unknown arguments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from analyzer.readers.terraform.data import Data, ListValue
from analyzer.readers.terraform.functions.documents import encode, quote
from analyzer.readers.terraform.functions.graphemes import clusters, count
from analyzer.readers.terraform.functions.registry import (
    FunctionError,
    anything,
    bounded,
    function,
)
from analyzer.readers.terraform.types import BOOL, NUMBER, STRING, convert
from analyzer.readers.terraform.types.errors import ConversionError
from analyzer.readers.terraform.types.numbers import NEGATIVE_ZERO, Number, exact
from analyzer.readers.terraform.types.partial import anonymous, blame, known, text
from analyzer.readers.terraform.types.sets import definite
from graph.values import Json, OneOf, Text, Unknown

_VERB = re.compile(
    r"%(?P<flags>[-+ #0]*)(?P<width>[1-9][0-9]{0,8})?(?:\.(?P<precision>[0-9]{0,8}))?"
    r"(?:\[(?P<index>[1-9][0-9]{0,8})\])?(?P<mode>[A-Za-z%])"
)
_INTEGERS = {"b": "b", "d": "d", "o": "o", "x": "x", "X": "X"}
_EXPONENT_FROM = 21


@dataclass(frozen=True, slots=True)
class _Verb:
    """One verb: `%-5.2f` has flags `-`, width 5, precision 2, mode `f`."""

    flags: str
    width: int
    precision: int | None
    mode: str

    def pad(self, shown: str) -> str:
        """Fill up to the width."""
        bounded(self.width)
        missing = self.width - count(shown)
        if missing <= 0:
            return shown
        fill = ("0" if "0" in self.flags else " ") * missing
        return shown + fill if "-" in self.flags else fill + shown


@function("format", anything("format", STRING), rest=anything("args", nullable=True))
def format_of(template: Data, *args: Data) -> Data:
    if not isinstance(template, str):
        return blame(template, *args)
    return _format(template, args)


def _format(template: str, args: tuple[Data, ...]) -> Data:
    pieces: list[Data] = []
    position = argument = used = size = 0
    while (start := template.find("%", position)) >= 0:
        pieces.append(template[position:start])
        found = _VERB.match(template, start)
        if found is None:
            raise FunctionError(f"unrecognized format sequence at offset {start}")
        position = found.end()
        if found["mode"] == "%":
            if len(found.group()) > len("%%"):
                raise FunctionError(f"unrecognized format sequence at offset {start}")
            pieces.append("%")
            continue
        argument = int(found["index"]) if found["index"] else argument + 1
        used = max(used, argument)
        if argument > len(args):
            raise FunctionError(f'not enough arguments for "{found.group()}" at {start}')
        precision = found["precision"]
        verb = _Verb(
            found["flags"],
            int(found["width"] or 0),
            int(precision or 0) if precision is not None else None,
            found["mode"],
        )
        size += max(verb.width, verb.precision or 0)
        bounded(size)
        pieces.append(_show(verb, args[argument - 1]))
    if used < len(args):
        raise FunctionError(f"too many arguments; only {used} used by format string")
    return text([*pieces, template[position:]])


def _show(verb: _Verb, arg: Data) -> Data:
    if arg is None and verb.mode != "v":
        raise FunctionError("unsupported value: null value cannot be formatted")
    if not known(arg):
        return _show_partial(verb, arg)
    try:
        if verb.mode == "v":
            return verb.pad(_as_is(verb, arg))
        if verb.mode == "t":
            return "true" if convert(arg, BOOL) else "false"
        if verb.mode in {"s", "q"}:
            return _show_string(verb, str(convert(arg, STRING)))
        if verb.mode in _INTEGERS or verb.mode in "eEfgG":
            number = convert(arg, NUMBER)
            assert isinstance(number, int | Decimal)
            return _show_number(verb, number)
    except ConversionError as error:
        raise FunctionError(f'unsupported value for "%{verb.mode}": {error}') from None
    raise FunctionError(f'unsupported format verb "{verb.mode}"')


def _show_partial(verb: _Verb, arg: Data) -> Data:
    """Show a string, or what becomes one, as it is; everything else is an anonymous hole."""
    plain = not verb.flags and not verb.width and verb.precision is None
    if plain and verb.mode in {"s", "v"} and isinstance(arg, Text | Unknown | OneOf):
        return arg
    if plain and verb.mode in {"s", "v"} and isinstance(arg, Json):
        return text(encode_parts(arg))
    if verb.mode == "v" and plain and isinstance(arg, dict | tuple):
        return text(encode(arg))
    return anonymous(arg) if isinstance(arg, Unknown) else blame(arg)


def encode_parts(document: Json) -> list[Data]:
    """The pieces of a document with holes."""
    return list(encode(document.document))  # type: ignore[arg-type]  # made from Data


def _as_is(verb: _Verb, arg: Data) -> str:
    if isinstance(arg, str) and "#" not in verb.flags:
        return arg
    if isinstance(arg, int | Decimal) and not isinstance(arg, bool) and "#" not in verb.flags:
        return _general(arg)
    return "".join(part for part in encode(arg) if isinstance(part, str))


def _general(number: Number) -> str:
    """Show a number with as few digits as identify it, with an exponent from 1e+21 on."""
    sign, digits, exponent = Decimal(number).as_tuple()
    assert isinstance(exponent, int)
    power = len(digits) + exponent - 1
    if number == 0 or -5 < power < _EXPONENT_FROM:
        return format(Decimal(number), "f")
    shown = "".join(map(str, digits)).rstrip("0")
    mantissa = shown[0] + ("." + shown[1:] if len(shown) > 1 else "")
    return f"{'-' if sign else ''}{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"


def _show_string(verb: _Verb, value: str) -> str:
    if verb.precision:
        value = "".join(clusters(value)[: verb.precision])
    return verb.pad(quote(value) if verb.mode == "q" else value)


def _show_number(verb: _Verb, number: Number) -> str:
    if verb.mode in _INTEGERS:
        if number != int(number):
            raise FunctionError("unsupported value: an integer is required")
        shown = format(abs(int(number)), _INTEGERS[verb.mode])
        if "#" in verb.flags:
            shown = {"o": "0", "x": "0x", "X": "0X", "b": "0b"}.get(verb.mode, "") + shown
        if verb.precision is not None:
            shown = shown.rjust(verb.precision, "0")
        return _signed(verb, shown, negative=number < 0)
    negative = number < 0 or number is NEGATIVE_ZERO
    return _signed(verb, _show_real(verb, number), negative=negative)


def _show_real(verb: _Verb, number: Number) -> str:
    value = abs(exact(number))
    bounded(verb.precision or 0)
    context = Context(prec=2000, rounding=ROUND_HALF_EVEN)
    decimal = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    if verb.mode in "gG":
        if verb.precision is None:
            shown = _general(-number if number < 0 else number)
            return shown.upper() if verb.mode == "G" else shown
        return _two_digit_exponent(_significant(decimal, verb.precision or 1, verb.mode))
    places = 6 if verb.precision is None else verb.precision
    return _two_digit_exponent(format(decimal, f".{places}{verb.mode}"))


def _significant(decimal: Decimal, digits: int, mode: str) -> str:
    """Show `digits` significant digits without trailing zeros, as C's `%g`."""
    rounded = Context(prec=digits).plus(decimal)
    power = rounded.adjusted() if rounded else 0
    trimmed = rounded.normalize(Context(prec=max(digits, 1)))
    if -5 < power < max(digits, 1):
        return format(trimmed, "f")
    return format(trimmed, "e" if mode == "g" else "E")


def _two_digit_exponent(shown: str) -> str:
    return re.sub(r"([eE][+-])(\d)$", r"\g<1>0\2", shown)


def _signed(verb: _Verb, shown: str, *, negative: bool) -> str:
    sign = "-" if negative else "+" if "+" in verb.flags else " " if " " in verb.flags else ""
    bounded(verb.width)
    if "-" in verb.flags:
        return (sign + shown).ljust(verb.width)
    if "0" in verb.flags and (verb.precision is None or verb.mode not in _INTEGERS):
        return sign + shown.rjust(verb.width - len(sign), "0")
    return (sign + shown).rjust(verb.width)


@function("formatlist", anything("format", STRING), rest=anything("args", nullable=True))
def formatlist(template: Data, *args: Data) -> Data:
    if any(isinstance(arg, Unknown) for arg in (template, *args)):
        return blame(template, *args)
    columns = [arg for arg in args if isinstance(arg, tuple)]
    if not isinstance(template, str) or not all(map(definite, columns)):
        return blame(template, *args)
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        raise FunctionError("the lists among the arguments have different lengths")
    rows = lengths.pop() if lengths else 1
    made: list[Data] = []
    size = 0
    for row in range(rows):
        row_args = tuple(arg[row] if isinstance(arg, tuple) else arg for arg in args)
        found = _format(template, row_args)
        size += len(found) if isinstance(found, str) else 0
        bounded(size)
        made.append(found)
    return ListValue(made)
