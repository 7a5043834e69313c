"""Values of the evaluation → `graph.values`: language distinctions gone, secrets gone."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from analyzer.readers.redact import hollow, mapping, safe
from analyzer.readers.terraform.data import Data, Sensitive
from graph.values import Json, OneOf, Value


def export(data: Data, name: str = "") -> Value:
    """A value without secrets; `name` is the attribute's, which may promise one."""
    return safe(_plain(data, name), name)


def export_all(values: Mapping[str, Data]) -> dict[str, Value]:
    """The attributes of one block."""
    return mapping({name: _plain(value, name) for name, value in values.items()})


def _plain(data: Data, name: str) -> Value:
    match data:
        case None | bool() | int() | str():
            return data
        case Sensitive(value=value):
            return hollow(_plain(value, name), name)
        case Decimal():
            return int(data) if data == data.to_integral_value() else data
        case dict():
            return {key: _plain(item, key) for key, item in data.items()}
        case tuple():
            return tuple([_plain(item, name) for item in data])
        case Json(document):
            return Json(_plain(cast("Data", document), name))
        case OneOf(options, why):
            return OneOf(tuple(_plain(cast("Data", option), name) for option in options), why)
    return data
