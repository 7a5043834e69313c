"""Values without secrets: what a name promises, a mark says or a text assigns is left out."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from itertools import islice

from analyzer.secrets import may_hold_secret, secret_name, secret_spans
from graph.values import Json, OneOf, Text, Unknown, Value, Why, holes

# A word is looked at once, from its start: to begin again at each letter is quadratic.
_ASSIGNED = re.compile(
    r"""(?<![\w.-])(?:(?![A-Za-z])[\w.-])*+(?P<name>[A-Za-z][\w.-]*+)(?P<sign>["']?\s*[:=]\s*)"""
    r"""(?P<value>"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s"'{}\[\]$,;]+)"""
)
_HINTS = (
    "pass", "secret", "token", "key", "pwd", "credential", "dsn", "bearer", "connection", "sas",
    "://",
)  # fmt: skip
_OF_ARN = re.compile(r":secret:[\w/+.@!*?-]*")
_DEPTH = 50
_MOST = 100  # values of others that one secret is made of
_SHORTEST = 8  # no text that assigns a secret, and no vendor's token, is shorter


def safe(value: Value, name: str = "") -> Value:
    """The value of an attribute called `name`, every secret in it an `Unknown`."""
    if isinstance(value, str):
        return text(value, name)
    match value:
        case bool() | None | Unknown():
            return value
        case int() | float() | Decimal():
            return Unknown(Why.SENSITIVE, name) if name and secret_name(name) else value
        case Text(parts) if secret_name(name) and not _is_arn(parts[0]):
            return hollow(value, name)
        case Text(parts):
            named = _is_arn(parts[0])
            return _joined([_piece(part, named) for part in parts])
        case Json(document):
            return Json(safe(document))
        case OneOf(options, why):
            return OneOf(tuple(safe(option, name) for option in options), why)
        case tuple():
            return tuple([safe(item, name) for item in value])
        case Mapping():
            return mapping(value)
    return value


def hollow(value: Value, name: str) -> Value:
    """What is hidden as a whole, without a letter of it: only which values of others are in it."""
    if isinstance(value, Unknown):
        return value
    inside = {hole: None for _, hole in holes(value) if hole.why is not Why.SENSITIVE}
    hidden = Unknown(Why.SENSITIVE, name)
    return Text((hidden, *islice(inside, _MOST))) if inside else hidden


def _piece(part: str | Unknown | OneOf, named: bool) -> Value:
    """A part of a text; in an ARN, `:secret:` names the kind of thing and assigns nothing."""
    if not isinstance(part, str) or (named and _OF_ARN.fullmatch(part)):
        return part
    return text(part)


def attributes(type_: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """Attributes without what their names, their shapes or the provider call secret."""
    return hide(type_, mapping(values))


def hide(type_: str, values: dict[str, Value]) -> dict[str, Value]:
    """Take away what the provider calls secret, whatever its name is."""
    for name in _hidden(type_) & values.keys():
        if values[name] is not None:
            values[name] = hollow(values[name], name)
    return values


@cache
def _hidden(type_: str) -> frozenset[str]:
    rows = _table().items()
    return frozenset(name for glob, names in rows if fnmatchcase(type_, glob) for name in names)


@cache
def _table() -> Mapping[str, list[str]]:
    file = resources.files(__package__) / "secret_attributes.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def mapping(values: Mapping[str, Value]) -> dict[str, Value]:
    """An object; of a pair like `{ name = "DB_PASSWORD", value = … }` the value goes too."""
    named = values.get("name") or values.get("key")
    kept = {key: safe(item, key) for key, item in values.items()}
    if "value" in kept and isinstance(named, str) and secret_name(named):
        kept["value"] = safe(values["value"], named)
    return kept


def text(value: str, name: str = "") -> Value:
    """A string; one that is JSON, assigns variables or holds a URL loses the secrets in it only."""
    if not value:
        return value
    if name and secret_name(name) and not _is_arn(value):
        return Unknown(Why.SENSITIVE, name)
    if len(value) < _SHORTEST or not _worth_a_look(value):
        return value
    if value[0] in "{[":
        found = _document(value)
        if found is not None:
            return found
    return _without_assigned(value)


def _worth_a_look(value: str) -> bool:
    return any(map(value.lower().__contains__, _HINTS)) or may_hold_secret(value)


def _is_arn(part: object) -> bool:
    """An ARN names a secret and is none."""
    return isinstance(part, str) and part.startswith("arn:")


def _document(value: str) -> Value:
    """A JSON text with holes where it had secrets; `None` where it is no JSON."""
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return None
    document = _frozen(parsed, 0)
    cleaned = safe(document)
    return value if cleaned == document else Json(cleaned)


def _frozen(value: object, depth: int) -> Value:
    if depth > _DEPTH:
        return Unknown(Why.LIMIT, "nested too deep")
    if isinstance(value, dict):
        return {str(key): _frozen(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return tuple([_frozen(item, depth + 1) for item in value])
    return value if isinstance(value, str | int | float) else None


def _without_assigned(value: str) -> Value:
    parts: list[str | Unknown | OneOf] = []
    at = 0
    for start, end, name in sorted(_secrets_in(value)):
        if start >= at:
            hidden = Unknown(Why.SENSITIVE, name or "a credential within the text")
            parts.extend((value[at:start], hidden))
            at = end
    return _joined([*parts, value[at:]]) if parts else value


def _secrets_in(value: str) -> list[tuple[int, int, str]]:
    found = [
        (*match.span("value"), match["name"])
        for match in _ASSIGNED.finditer(value)
        if secret_name(match["name"])
    ]
    found.extend((start, end, "") for start, end in secret_spans(value))
    return found


def _joined(parts: list[Value]) -> Value:
    pieces: list[str | Unknown | OneOf] = []
    for part in parts:
        if isinstance(part, Text):
            pieces.extend(part.parts)
        elif isinstance(part, str | Unknown | OneOf) and part != "":
            pieces.append(part)
    if len(pieces) == 1:
        return pieces[0]
    return Text(tuple(pieces)) if pieces else ""
