"""Terraform's types, and how a type constraint like `map(object({ a = string }))` is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.syntax import (
    Call,
    Expression,
    Literal,
    Object,
    Tuple,
    Variable,
    Wrapped,
)
from analyzer.readers.terraform.types.errors import EvaluationError


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """`string`, `number`, `bool`, or `dynamic`: any type, to be decided by the value. There is one
    object of each.
    """

    name: str


@dataclass(frozen=True, slots=True)
class ListType:
    """`list(element)`."""

    element: Type


@dataclass(frozen=True, slots=True)
class SetType:
    """`set(element)`."""

    element: Type


@dataclass(frozen=True, slots=True)
class MapType:
    """`map(element)`."""

    element: Type


@dataclass(frozen=True, slots=True)
class TupleType:
    """`tuple([a, b])`."""

    elements: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class ObjectType:
    """`object({...})`; attributes are sorted by name, `optional` ones may be left out and then
    take their default, or null.
    """

    attributes: tuple[tuple[str, Type], ...]
    optional: frozenset[str] = frozenset()
    defaults: Mapping[str, Data] = field(default_factory=dict, compare=False)


Type: TypeAlias = Primitive | ListType | SetType | MapType | TupleType | ObjectType

STRING, NUMBER, BOOL, ANY = (Primitive(name) for name in ("string", "number", "bool", "dynamic"))
_NAMES = {"string": STRING, "number": NUMBER, "bool": BOOL, "any": ANY}
_COLLECTIONS: dict[str, Callable[[Type], Type]] = {
    "list": ListType,
    "set": SetType,
    "map": MapType,
}


class TypeConstraintError(EvaluationError):
    """A type constraint Terraform would refuse."""


def parse(expression: Expression, constant: Callable[[Expression], Data]) -> Type:
    """Read a type constraint; `constant` evaluates the default of `optional(type, default)`.

    Raises TypeConstraintError where the expression is no type.
    """
    match expression:
        case Variable(name=name) if name in _NAMES:
            return _NAMES[name]
        case Variable(name=name) if name in _COLLECTIONS:
            return _COLLECTIONS[name](ANY)  # the bare keyword, still accepted as list(any)
        case Literal(value=str() as name) if name in _NAMES or name in _COLLECTIONS:
            return _quoted(name)
        case Wrapped(inner=inner):
            return parse(inner, constant)
        case Call(name=name, arguments=(argument,)) if name in _COLLECTIONS:
            return _COLLECTIONS[name](parse(argument, constant))
        case Call(name="tuple", arguments=(Tuple(items=items),)):
            return TupleType(tuple(parse(item, constant) for item in items))
        case Call(name="object", arguments=(Object() as body,)):
            return _object(body, constant)
    raise TypeConstraintError("a type constraint is needed: a type keyword or a type constructor")


def _quoted(name: str) -> Type:
    """Read the quoted form of Terraform 0.11, in which elements may be of any type."""
    return _COLLECTIONS[name](ANY) if name in _COLLECTIONS else _NAMES[name]


def _object(body: Object, constant: Callable[[Expression], Data]) -> ObjectType:
    attributes: dict[str, Type] = {}
    defaults: dict[str, Data] = {}
    optional: set[str] = set()
    for key, value in body.items:
        name = _attribute_name(key)
        match value:
            case Call(name="optional", arguments=(inner,)):
                attributes[name] = parse(inner, constant)
                optional.add(name)
            case Call(name="optional", arguments=(inner, default)):
                attributes[name] = parse(inner, constant)
                defaults[name] = constant(default)
                optional.add(name)
            case _:
                attributes[name] = parse(value, constant)
    return ObjectType(tuple(sorted(attributes.items())), frozenset(optional), defaults)


def _attribute_name(key: Expression) -> str:
    match key:
        case Literal(value=str() as name) | Variable(name=name):
            return name
        case _:
            raise TypeConstraintError("an object type's attribute names must be plain names")


def friendly(kind: Type) -> str:
    """Name the type as Terraform's messages do."""
    match kind:
        case Primitive(name=name):
            return name
        case ListType(element=element):
            return f"list of {friendly(element)}"
        case SetType(element=element):
            return f"set of {friendly(element)}"
        case MapType(element=element):
            return f"map of {friendly(element)}"
        case TupleType():
            return "tuple"
        case ObjectType():
            return "object"
