"""Identities of a resource before it exists: ARN, id, name, as far as code tells.

`graph/providers/<name>/identities.toml` has a template for each attribute of a type:
`{attribute}` is the resource's own, set or by its own template; `{one,other}` the first that is
set; `{attribute|default}` has a value for its absence, `{attribute#start}` leaves that start out
where it is, `{attribute^start}` counts only where it starts so. `{partition}`, `{dns_suffix}`,
`{account}` and `{region}` come from the provider configuration. A name that the provider completes
(`name_prefix`) is the prefix and a hole.

A data source answers as the resource of its type does, except that what it does not set was set by
somebody else: no default holds. `["data.<type>"]` is for one that asks by other arguments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from graph.resource import ProviderConfig, Resource
from graph.tables import tables
from graph.values import OneOf, Text, Unknown, Value, Why

_FIELD = re.compile(r"\{([a-z_0-9.,]+)(?:([#^])([^{}|]+))?(?:\|([^{}]*))?\}")
_PLACES = frozenset({"partition", "dns_suffix", "account", "region"})
Lookup = Callable[[str], Value]


@dataclass(frozen=True, slots=True)
class _Field:
    """One `{…}` of a template, and the text before it."""

    before: str
    names: tuple[str, ...]
    sign: str | None
    start: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose identity it is: `own` gives the attributes that code sets."""

    type: str
    address: str
    own: Lookup
    provider: ProviderConfig
    mode: str = "managed"


@cache
def _templates() -> Mapping[str, Mapping[str, str]]:
    return {type_: row for rows in tables("identities").values() for type_, row in rows.items()}


def identity(type_: str, attribute: str, mode: str = "managed") -> str | None:
    """The template of a computed attribute, `None` where the table has none."""
    row = _templates().get(type_, {})
    if mode == "data":
        row = _templates().get(f"data.{type_}", row)
    return row.get(attribute)


def default(type_: str, name: str) -> str | None:
    """What stands for an attribute that is not set, where a template says."""
    for template in _templates().get(type_, {}).values():
        for field in _fields(template)[0]:
            if name in field.names and field.default is not None:
                return field.default
    return None


def derived(owner: Owner, attribute: str) -> Value:
    """What the table says of an attribute that code does not set; `None` where it says nothing."""
    template = identity(owner.type, attribute, owner.mode)
    return None if template is None else _fill(template, owner, (attribute,))


def fill(template: str, lookup: Lookup, provider: ProviderConfig, address: str) -> Value:
    """A template of another table, as far as it is known; what is missing equals itself."""
    return _fill(template, Owner("", address, lookup, provider), ())


def _fill(template: str, owner: Owner, asked: tuple[str, ...]) -> Value:
    parts: list[str | Unknown | OneOf] = []
    fields, rest = _fields(template)
    for field in fields:
        parts.append(field.before)
        parts.extend(_parts(_field(field, owner, asked)))
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
def _fields(template: str) -> tuple[tuple[_Field, ...], str]:
    """A template's fields, and the text after the last."""
    found, at = [], 0
    for match in _FIELD.finditer(template):
        names, sign, start, default = match.groups()
        before = template[at : match.start()]
        found.append(_Field(before, tuple(names.split(",")), sign, start or "", default))
        at = match.end()
    return tuple(found), template[at:]


def _field(field: _Field, owner: Owner, asked: tuple[str, ...]) -> Value:
    for name in field.names:
        value = _started(_named(name, owner, asked), field)
        if value is not None:
            return value
    if field.default is not None and owner.mode == "managed":
        return field.default
    name = field.names[0]
    symbol = f"{owner.address}.{name}"
    why = Why.DATA if owner.mode == "data" else Why.COMPUTED
    hole = Unknown(why, symbol, symbol=symbol, references=(owner.address,))
    prefix = owner.own(f"{name}_prefix")
    return Text((*_parts(prefix), hole)) if isinstance(prefix, str | Text) else hole


def _named(name: str, owner: Owner, asked: tuple[str, ...]) -> Value:
    """What stands for a name: a place, what the code sets, or what the table says of it."""
    provider = owner.provider
    match name:
        case "partition":
            return partition(provider)
        case "dns_suffix":
            return dns_suffix(provider)
        case "account":
            return provider.account or Unknown(Why.COMPUTED, "account", symbol="account:")
        case "region":
            own = owner.own("region")
            return own or provider.region or Unknown(Why.COMPUTED, "region", symbol="region:")
    value = owner.own(name)
    template = identity(owner.type, name, owner.mode) if value is None else None
    if template is None or name in asked:
        return value
    return _fill(template, owner, (*asked, name))


def _started(value: Value, field: _Field) -> Value:
    """The value without its start, or only where it has it, as the field's sign says."""
    first = value.parts[0] if isinstance(value, Text) else value
    if field.sign is None or not isinstance(first, str):
        return value
    if field.sign == "^":
        return value if first.startswith(field.start) else None
    rest = first.removeprefix(field.start)
    return Text((rest, *value.parts[1:])) if isinstance(value, Text) else rest


def _parts(value: Value) -> tuple[str | Unknown | OneOf, ...]:
    if isinstance(value, Text):
        return value.parts
    if isinstance(value, str | Unknown | OneOf):
        return (value,)
    return (str(value),)


def partition(provider: ProviderConfig) -> str:
    """AWS's partition of a region; without one, that of nearly everybody."""
    region = provider.region if isinstance(provider.region, str) else ""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def dns_suffix(provider: ProviderConfig) -> str:
    """What the names of AWS's hosts end with."""
    return "amazonaws.com.cn" if partition(provider) == "aws-cn" else "amazonaws.com"


def of(resource: Resource, attribute: str) -> Value:
    """A resource's identity: what is set, else what the table says, else an opaque one."""
    owner = owner_of(resource)
    value = owner.own(attribute)
    if value is not None:
        return value
    value = derived(owner, attribute)
    if value is not None:
        return value
    symbol = f"{resource.address}.{attribute}"
    return Unknown(Why.COMPUTED, symbol, symbol=symbol, references=(resource.address,))


def owner_of(resource: Resource) -> Owner:
    """A resource as the owner of its identities; what a plan calls unknown is not set."""

    def own(name: str) -> Value:
        value = resource.get(name)
        unset = isinstance(value, Unknown) and value.symbol == f"{resource.address}.{name}"
        return None if unset else value

    return Owner(resource.type, resource.address, own, resource.provider, resource.mode)


def imported(type_: str, text: str) -> Mapping[str, str]:
    """What an import by this id says of a resource: the fields of its `id`, or the `id` itself
    where the provider makes it up. Nothing for a type of which no table says what identifies it.

    An import takes the id, or for what has an ARN as its id the name alone.
    """
    row = _templates().get(type_, {})
    template = row.get("id")
    if template is None:
        return {"id": text} if any("{id}" in other for other in row.values()) else {}
    for _ in row:  # an id that is the ARN
        template = row.get(template.strip("{}"), template)
    fields, _ = _fields(template)
    own = [field for field in fields if field.names[0] not in _PLACES]
    distinct = len({field.names[0] for field in own}) == len(own)
    plain = (len(field.names) == 1 and field.names[0].isidentifier() for field in own)
    if not distinct or not all(plain) or any(field.sign for field in own):
        return {}
    match = _pattern(template).fullmatch(text)
    if match is not None:
        return {field.names[0]: match[field.names[0]] for field in own}
    alone = len(own) == 1 and not {":", "/"} & set(text)
    return {own[0].names[0]: text} if alone else {}


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """A template as a pattern; a path takes the slashes, so that a name behind it has none."""
    fields, rest = _fields(template)
    parts: list[str] = []
    for field in fields:
        name = field.names[0]
        inner = "/(?:[^:]*/)?" if name == "path" else "[^:]+"
        group = "[^:]*" if name in _PLACES else f"(?P<{name}>{inner})"
        parts += (re.escape(field.before), group)
    return re.compile("".join([*parts, re.escape(rest)]))
