"""Values of the evaluation → `graph.values`: language distinctions gone, secrets gone."""

from __future__ import annotations

from decimal import Decimal

from analyzer.readers.terraform.data import Data, Sensitive
from analyzer.secrets import secret_name
from graph.values import Json, OneOf, Text, Unknown, Value, Why


def export(data: Data, name: str = "") -> Value:
    """A value without secrets; `name` is the attribute's, which may promise one."""
    match data:
        case Sensitive():
            return Unknown(Why.SENSITIVE, name)
        case str() if data and secret_name(name):
            return Unknown(Why.SENSITIVE, name)
        case Text(parts) if secret_name(name):
            first = next((part for part in parts if isinstance(part, Unknown)), None)
            return first or Unknown(Why.SENSITIVE, name)
        case Text(parts):
            return Text(tuple(_part(part) for part in parts))
        case Json(document):
            return Json(export(document))  # type: ignore[arg-type] # Value is Data
        case OneOf(options, why):
            return OneOf(tuple(export(option, name) for option in options), why)  # type: ignore[arg-type] # Value is Data
        case dict():
            return {key: export(item, key) for key, item in data.items()}
        case tuple():
            return tuple(export(item, name) for item in data)
        case Decimal():
            return int(data) if data == data.to_integral_value() else data
    return data


def _part(part: str | Unknown | OneOf) -> str | Unknown | OneOf:
    return part
