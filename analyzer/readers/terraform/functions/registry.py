"""The table of functions, and how a call treats its arguments before a function sees them."""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import Protocol, TypeAlias, cast

from analyzer.readers.terraform.data import Data, MapValue, Sensitive
from analyzer.readers.terraform.functions.derived import derived
from analyzer.readers.terraform.types import ANY, STRING, Type, convert
from analyzer.readers.terraform.types.errors import ConversionError, EvaluationError, LimitError
from analyzer.readers.terraform.types.partial import (
    MAX_OPTIONS,
    blame,
    known,
    of_alternatives,
    only_declared,
    rebuild,
    unmark,
)
from graph.values import Location, OneOf, Text, Unknown, Why

MAX_LENGTH = 10_000_000
MAX_ELEMENTS = 100_000
# Not the same at every call, or of a shape that only the text says: it could be null.
_UNSTEADY = frozenset({"bcrypt", "jsondecode", "yamldecode"})


class FunctionError(EvaluationError):
    """A call Terraform would refuse, in words like Terraform's."""


class Context(Protocol):
    """What a function may ask of its surroundings; paths are relative to the root module.

    A path that leaves the repository raises LimitError, one that does not exist FunctionError.
    """

    def read_text(self, path: str) -> str:
        """Read a file as UTF-8."""
        ...

    def read_bytes(self, path: str) -> bytes:
        """Read a file."""
        ...

    def exists(self, path: str) -> bool:
        """Tell whether a regular file is there."""
        ...

    def list_files(self, directory: str) -> Iterable[str]:
        """List all regular files below a directory, as `/`-separated paths relative to it."""
        ...

    def template(self, text: str, variables: dict[str, Data]) -> Data:
        """Evaluate a template with nothing but `variables` in scope."""
        ...


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `partial` where the implementation takes values that are partly unknown."""

    name: str
    type: Type = ANY
    nullable: bool = False
    partial: bool = False


Implementation: TypeAlias = Callable[..., Data]


class Marks(Enum):
    """What a function does about sensitive marks."""

    SPREAD = "one sensitive part makes the whole result sensitive"
    INNER = "elements are only moved about and keep their marks"
    SEEN = "the function is about the marks"


@dataclass(frozen=True, slots=True)
class Function:
    """A function with its signature."""

    name: str
    parameters: tuple[Parameter, ...]
    rest: Parameter | None
    implementation: Implementation
    marks: Marks
    with_context: bool


FUNCTIONS: dict[str, Function] = {}


def function(
    name: str,
    *parameters: Parameter,
    rest: Parameter | None = None,
    marks: Marks = Marks.SPREAD,
    with_context: bool = False,
) -> Callable[[Implementation], Implementation]:
    """Enter an implementation in the table."""

    def enter(implementation: Implementation) -> Implementation:
        FUNCTIONS[name] = Function(name, parameters, rest, implementation, marks, with_context)
        return implementation

    return enter


def string(name: str = "str") -> Parameter:
    """Take a wholly known string."""
    return Parameter(name, STRING)


def anything(name: str, kind: Type = ANY, *, nullable: bool = False) -> Parameter:
    """Take a value that may be partly unknown."""
    return Parameter(name, kind, nullable, partial=True)


def call(
    name: str, args: Sequence[Data], context: Context | None, location: Location | None = None
) -> Data:
    """Call a function by name.

    Raises FunctionError where Terraform would refuse the call. A function Terraform's core does
    not define gives an unknown, as does one whose result is too large or never the same.
    """
    name = name.removeprefix("core::")
    found = FUNCTIONS.get(name)
    if found is None:
        detail = f"{name} is defined by a provider" if "::" in name else name
        return replace(blame(*args, detail=detail), why=Why.FUNCTION, location=location)
    try:
        _check_count(found, len(args))
        result = _call_unmarked(found, list(args), context)
    except (LimitError, RecursionError, OverflowError) as error:
        reason = str(error) if isinstance(error, LimitError) else "nested too deep"
        return replace(blame(*args, detail=f"{name}: {reason}"), why=Why.LIMIT, location=location)
    if isinstance(result, Unknown) and result.location is None:
        return replace(result, location=location)
    return result


def _check_count(found: Function, count: int) -> None:
    least = len(found.parameters)
    if count < least:
        missing = found.parameters[count].name
        raise FunctionError(f'{found.name}: not enough arguments; missing value for "{missing}"')
    if count > least and found.rest is None:
        raise FunctionError(f"{found.name}: too many arguments; expected {least}")


def _call_unmarked(found: Function, args: list[Data], context: Context | None) -> Data:
    if found.marks is Marks.SEEN:
        return _call_options(found, args, context)
    if found.marks is Marks.INNER:
        marked: list[Data] = [arg for arg in args if isinstance(arg, Sensitive)]
        plain = [arg.value if isinstance(arg, Sensitive) else arg for arg in args]
    else:
        stripped = [unmark(arg) for arg in args]
        marked = [arg for arg, (_, is_marked) in zip(args, stripped, strict=True) if is_marked]
        plain = [arg for arg, _ in stripped]
    if not marked:
        return _call_options(found, plain, context)
    try:
        result = _call_options(found, plain, context)
    except FunctionError:  # its message may quote the value
        raise FunctionError(f"{found.name}: a sensitive argument is not valid") from None
    return Sensitive(result, declared=all(map(only_declared, marked)))


def _call_options(found: Function, args: list[Data], context: Context | None) -> Data:
    """Call once for every combination of alternatives; a combination that fails has no value."""
    choices = [arg for arg in args if isinstance(arg, OneOf)]
    if not choices:
        return _call_converted(found, args, context)
    if math.prod(len(choice.options) for choice in choices) > MAX_OPTIONS:
        return blame(*choices)
    options = [arg.options if isinstance(arg, OneOf) else (arg,) for arg in args]
    combinations = itertools.product(*cast("list[tuple[Data, ...]]", options))
    calls = (partial(_call_unmarked, found, list(each), context) for each in combinations)
    return of_alternatives(calls, choices[0].why)


def _call_converted(found: Function, args: list[Data], context: Context | None) -> Data:
    converted: list[Data] = []
    strict: list[Data] = []
    for index, arg in enumerate(args):
        given = index < len(found.parameters)
        parameter = found.parameters[index] if given else found.rest
        assert parameter is not None
        value = _convert(found, parameter, arg)
        converted.append(value)
        if not parameter.partial and not known(value):
            strict.append(value)
    if strict:
        return _steady(found, converted, blame(*strict))
    try:
        if found.with_context:
            result = found.implementation(context, *converted)
        else:
            result = found.implementation(*converted)
    except EvaluationError as error:
        raise FunctionError(f"{found.name}: {error}") from None
    return _steady(found, converted, _check_size(result))


def _steady(found: Function, args: list[Data], result: Data) -> Data:
    """What depends on nothing but the arguments is the same wherever the call stands. Something
    that has a name is never null, so a function that passes on any value gives it none.
    """
    if found.with_context or not args or found.name in _UNSTEADY:
        return result
    passes_on = any(
        parameter.type == ANY for parameter in (*found.parameters, found.rest) if parameter
    )
    if isinstance(result, Text) or (isinstance(result, Unknown) and not passes_on):
        return derived(found.name, args, result)
    return result


def _convert(found: Function, parameter: Parameter, arg: Data) -> Data:
    if arg is None and not parameter.nullable:
        raise FunctionError(
            f'{found.name}: invalid value for "{parameter.name}" parameter: must not be null'
        )
    if parameter.type == ANY:
        return arg
    try:
        return convert(arg, parameter.type)
    except ConversionError as error:
        raise FunctionError(
            f'{found.name}: invalid value for "{parameter.name}" parameter: {error}'
        ) from None


def _check_size(result: Data) -> Data:
    if isinstance(result, str):
        bounded(len(result))
        return normalize(result)
    if isinstance(result, tuple | dict) and len(result) > MAX_ELEMENTS:
        raise LimitError(f"more than {MAX_ELEMENTS} elements")
    return result


def bounded(length: int) -> None:
    """Refuse to make a string longer than the limit; raises LimitError."""
    if length > MAX_LENGTH:
        raise LimitError(f"a string of more than {MAX_LENGTH} characters")


def normalize(data: Data) -> Data:
    """Bring every string into Unicode's normal form C, as Terraform keeps its strings."""
    if isinstance(data, str):
        return _normal(data)
    if isinstance(data, tuple):
        return rebuild(data, map(normalize, data))
    if isinstance(data, dict):
        items = {_normal(key): normalize(item) for key, item in data.items()}
        return MapValue(items) if isinstance(data, MapValue) else items
    return data


def _normal(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)
