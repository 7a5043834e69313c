"""Accounts that a plan or state tells, put wherever the code had to leave them open.

A provider configuration has one account. The ARN of one thing that exists says which, also for
what has no account in its ARN (a bucket) or no ARN yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from graph.resource import Resource
from graph.values import Json, OneOf, Text, Unknown, Value

CALLER = "aws_caller_identity"
_DIGITS = 12


def told(pairs: Iterable[tuple[Resource, Resource]]) -> dict[str, str]:
    """By the symbol of an account in the code: its number, where all that is planned agree."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for planned, written in pairs:
        open_, account = written.provider.account, planned.provider.account
        ours = planned.mode == "managed" or planned.type == CALLER
        if ours and isinstance(open_, Unknown) and open_.symbol and is_account(account):
            found[open_.symbol].add(str(account))
    return {symbol: one for symbol, (one, *more) in found.items() if not more}


def is_account(value: object) -> bool:
    """Whether a text is an account's number (the ARNs of AWS's own policies have none)."""
    return isinstance(value, str) and len(value) == _DIGITS and value.isdigit()


def settled(resource: Resource, accounts: Mapping[str, str]) -> Resource:
    """The resource with the accounts that are known now, in its provider and in its values."""
    if not accounts:
        return resource
    attributes = _settled(resource.attributes, accounts)
    assert isinstance(attributes, Mapping)
    account = _settled(resource.provider.account, accounts)
    assert account is None or isinstance(account, str | Unknown)
    provider = replace(resource.provider, account=account)
    return replace(resource, attributes=attributes, provider=provider)


def _settled(value: Value, accounts: Mapping[str, str]) -> Value:
    match value:
        case Unknown(symbol=str() as symbol) if symbol in accounts:
            return accounts[symbol]
        case Text(parts):
            return _joined([_settled(part, accounts) for part in parts])
        case Json(document):
            return Json(_settled(document, accounts))
        case OneOf(options, why):
            return OneOf(tuple(_settled(option, accounts) for option in options), why)
        case Mapping():
            return {key: _settled(item, accounts) for key, item in value.items()}
        case tuple():
            return tuple(_settled(item, accounts) for item in value)
    return value


def _joined(parts: Iterable[Value]) -> Value:
    """A text, plain where no hole is left."""
    found: list[str | Unknown | OneOf] = []
    for part in parts:
        assert isinstance(part, str | Unknown | OneOf)
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return found[0] if len(found) == 1 and isinstance(found[0], str) else Text(tuple(found))
