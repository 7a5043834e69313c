"""Conversion functions and those about sensitive marks."""

from __future__ import annotations

from analyzer.readers.terraform.data import Data, Sensitive
from analyzer.readers.terraform.functions.registry import (
    Marks,
    anything,
    function,
)
from analyzer.readers.terraform.types import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    ListType,
    MapType,
    SetType,
    Type,
    convert,
)
from analyzer.readers.terraform.types.partial import blame
from graph.values import OneOf, Unknown

_VALUE = anything("value", nullable=True)


def _conversion(name: str, kind: Type, marks: Marks = Marks.SPREAD) -> None:
    def apply(value: Data) -> Data:
        return convert(value, kind)

    function(name, _VALUE, marks=marks)(apply)


_conversion("tostring", STRING)
_conversion("tonumber", NUMBER)
_conversion("tobool", BOOL)
_conversion("tolist", ListType(ANY), Marks.INNER)
_conversion("toset", SetType(ANY))
_conversion("tomap", MapType(ANY), Marks.INNER)


@function("sensitive", _VALUE, marks=Marks.SEEN)
def sensitive(value: Data) -> Data:
    return value if isinstance(value, Sensitive) else Sensitive(value, declared=True)


@function("ephemeralasnull", _VALUE, marks=Marks.INNER)
def ephemeralasnull(value: Data) -> Data:
    return value


@function("issensitive", _VALUE, marks=Marks.SEEN)
def issensitive(value: Data) -> Data:
    """What is not known may yet turn out to be sensitive."""
    return blame(value) if isinstance(value, Unknown | OneOf) else isinstance(value, Sensitive)


@function("nonsensitive", _VALUE, marks=Marks.SEEN)
def nonsensitive(value: Data) -> Data:
    return value.value if isinstance(value, Sensitive) and value.declared else value
