"""Terraform's types: constraints, conversions, the common type of several values."""

from analyzer.readers.terraform.types.constraints import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
    TypeConstraintError,
    friendly,
    parse,
)
from analyzer.readers.terraform.types.convert import convert, to_string
from analyzer.readers.terraform.types.errors import ConversionError, EvaluationError, LimitError
from analyzer.readers.terraform.types.unify import type_of, unify

__all__ = [
    "ANY",
    "BOOL",
    "NUMBER",
    "STRING",
    "ConversionError",
    "EvaluationError",
    "LimitError",
    "ListType",
    "MapType",
    "ObjectType",
    "SetType",
    "TupleType",
    "Type",
    "TypeConstraintError",
    "convert",
    "friendly",
    "parse",
    "to_string",
    "type_of",
    "unify",
]
