"""Where a resource lives and what names it: account, region, stack, name, ARN, encryption key."""

from __future__ import annotations

import re

from graph.conditions import first_at
from graph.model import Place, Scope
from graph.references import References
from graph.resource import Resource
from graph.storetypes import StoreType, store_table
from graph.values import OneOf, Text, Truth, Unknown, Value, Why

_FIELD = re.compile(r"\{(\w+)\}")


def scope(resource: Resource, row: StoreType) -> Scope:
    """Account and region as the provider configuration or the resource itself says."""
    return Scope(
        vendor=row.vendor,
        account=_place(first_at(resource, *row.account)) or account(resource),
        region=_place(first_at(resource, *row.region)) or region(resource),
        zone=_place(first_at(resource, *row.zone)),
        stack=resource.stack.id,
    )


def account(resource: Resource) -> Place:
    """The account; without one in the code, an unknown that equals itself within the stack."""
    return resource.provider.account or _unsaid(resource, "account")


def region(resource: Resource) -> Place:
    """The region of the provider configuration."""
    return resource.provider.region or _unsaid(resource, "region")


def same(one: Place, other: Place) -> Truth:
    """Whether two places are one; unknowns are equal when they have the same symbol."""
    if isinstance(one, str) and isinstance(other, str):
        return Truth.of(one == other)
    if isinstance(one, Unknown) and isinstance(other, Unknown) and one.symbol:
        return Truth.YES if one.symbol == other.symbol else Truth.MAYBE
    return Truth.MAYBE


def text(value: Value) -> str:
    """A value as text, `*` for what is not known."""
    match value:
        case str():
            return value
        case bool() | None:
            return "*"
        case int() | float():
            return str(value)
        case Text(parts):
            return "".join(part if isinstance(part, str) else "*" for part in parts)
    return "*"


def label(resource: Resource, row: StoreType) -> str:
    """What a reader calls it: its name where the code says one, else its address."""
    for path in row.label:
        value = first_at(resource, path)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, Text) and re.search(r"\w", text(value)):
            return text(value)
    return resource.name


def label_of(resource: Resource) -> str:
    """The same for a type of which no table says how it is called."""
    for name in ("name", "identifier", "cluster_identifier", "function_name", "family", "key"):
        value = resource.get(name)
        if isinstance(value, str) and value:
            return value
    return resource.name


def arn(resource: Resource, row: StoreType) -> tuple[str, ...]:
    """Its ARN or provider path, `*` for what is not known; empty where the type has none."""
    return path(row.arn, resource, scope(resource, row))


def path(template: str, resource: Resource, where: Scope) -> tuple[str, ...]:
    """A template of a table, filled from the resource's attributes and the place."""
    if not template:
        return ()
    given = {
        "region": text(where.region),
        "account": text(where.account),
        "partition": partition(text(where.region)),
    }
    filled = _FIELD.sub(lambda found: _filled(found[1], given, resource), template)
    return (filled.replace("parameter//", "parameter/"),)


def partition(region_name: str) -> str:
    """The ARN partition of a region."""
    if region_name.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region_name.startswith("us-gov-") else "aws"


def key(value: Value, references: References, at: Resource) -> Place:
    """The key a value names: a node's id, what the code says, `None` for the provider's own."""
    table = store_table()
    if value is None or value == "":
        return None
    aliases = [row.tf for row in table.types.values() if row.alias_of]
    for address, truth in references.resolve(value, [*table.keys, *aliases], at).items():
        if truth is not Truth.YES:
            continue
        found = references.estate.by_address[address]
        row = table.types[found.type]
        if not row.alias_of:
            return address
        target = first_at(found, row.alias_of)
        return key(target, references, found) if target is not value else None
    if isinstance(value, str):
        return None if any(name in value for name in table.own_keys) else value
    return _place(value)


def _filled(name: str, given: dict[str, str], resource: Resource) -> str:
    if name in given:
        return given[name]
    value = resource.get(name)
    prefix = resource.get(f"{name}_prefix")
    if (value is None or isinstance(value, Unknown)) and isinstance(prefix, str) and prefix:
        return f"{prefix}*"
    return text(value)


def _place(value: Value) -> Place:
    match value:
        case str():
            return value or None
        case Unknown():
            return value
        case Text() | OneOf():
            return Unknown(Why.COMPUTED, detail=text(value), symbol=_symbol(value))
    return None


def _symbol(value: Text | OneOf) -> str | None:
    """Texts with the same parts are the same text, whatever it will be."""
    if isinstance(value, OneOf):
        return None
    names = [
        part if isinstance(part, str) else getattr(part, "symbol", None) for part in value.parts
    ]
    return "".join(name for name in names if name) if all(names) else None


def _unsaid(resource: Resource, what: str) -> Unknown:
    configuration = f"{resource.provider.name}.{resource.provider.alias or 'default'}"
    return Unknown(
        Why.VARIABLE,
        detail=f"{what} of {configuration}",
        symbol=f"{resource.stack.id}:{configuration}:{what}",
    )
