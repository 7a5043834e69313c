"""Identities of a resource before it exists: ARN, id, name, as far as code tells.

`graph/providers/<name>/identities.toml` has a template for each attribute of a type:
`{attribute}` is the resource's own, `{attribute|default}` with a value for its absence,
`{attribute#start}` without that start where it has it; `{partition}`, `{account}` and `{region}`
come from the provider configuration. A name that the provider completes (`name_prefix`) is the
prefix and a hole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from graph.resource import ProviderConfig, Resource
from graph.tables import tables
from graph.values import OneOf, Text, Unknown, Value, Why

_FIELD = re.compile(r"\{([a-z_0-9.]+)(?:#([^{}|]+))?(?:\|([^{}]*))?\}")
Lookup = Callable[[str], Value]


@cache
def _templates() -> Mapping[str, Mapping[str, str]]:
    return {type_: row for rows in tables("identities").values() for type_, row in rows.items()}


def identity(type_: str, attribute: str) -> str | None:
    """The template of a computed attribute, `None` where the table has none."""
    return _templates().get(type_, {}).get(attribute)


def fill(template: str, lookup: Lookup, provider: ProviderConfig, address: str) -> Value:
    """The identity as far as it is known; what is missing is a hole that equals itself."""
    parts: list[str | Unknown | OneOf] = []
    fields, rest = _fields(template)
    for before, name, start, default in fields:
        parts.append(before)
        parts.extend(_without(start, _parts(_field(name, default, lookup, provider, address))))
    parts.append(rest)
    joined: list[str | Unknown | OneOf] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    if len(joined) == 1:
        return joined[0]
    return Text(tuple(joined)) if joined else ""


@cache
def _fields(template: str) -> tuple[tuple[tuple[str, str, str | None, str | None], ...], str]:
    """A template's fields, each with the text before it, and the text after the last."""
    found, at = [], 0
    for match in _FIELD.finditer(template):
        found.append((template[at : match.start()], match[1], match[2], match[3]))
        at = match.end()
    return tuple(found), template[at:]


def _field(
    name: str, default: str | None, lookup: Lookup, provider: ProviderConfig, address: str
) -> Value:
    if name == "partition":
        return _partition(provider)
    if name == "account":
        return provider.account or Unknown(Why.COMPUTED, "account", symbol="account:")
    if name == "region":
        own = lookup("region")
        return own or provider.region or Unknown(Why.COMPUTED, "region", symbol="region:")
    value = lookup(name)
    if value is None:
        if default is not None:
            return default
        symbol = f"{address}.{name}"
        hole = Unknown(Why.COMPUTED, symbol, symbol=symbol, references=(address,))
        prefix = lookup(f"{name}_prefix")
        return Text((*_parts(prefix), hole)) if isinstance(prefix, str | Text) else hole
    return value


def _parts(value: Value) -> tuple[str | Unknown | OneOf, ...]:
    if isinstance(value, Text):
        return value.parts
    if isinstance(value, str | Unknown | OneOf):
        return (value,)
    return (str(value),)


def _without(
    start: str | None, parts: tuple[str | Unknown | OneOf, ...]
) -> tuple[str | Unknown | OneOf, ...]:
    if start and parts and isinstance(parts[0], str):
        return (parts[0].removeprefix(start), *parts[1:])
    return parts


def _partition(provider: ProviderConfig) -> str:
    region = provider.region if isinstance(provider.region, str) else ""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def of(resource: Resource, attribute: str) -> Value:
    """A resource's identity: what is set, else what the table says, else an opaque one."""
    value = resource.get(attribute)
    if value is not None:
        return value
    template = identity(resource.type, attribute)
    if template is not None:
        return fill(template, resource.get, resource.provider, resource.address)
    symbol = f"{resource.address}.{attribute}"
    return Unknown(Why.COMPUTED, symbol, symbol=symbol, references=(resource.address,))
