"""Accounts that a plan or state tells, put wherever the code had to leave them open.

A provider configuration has one account. The ARN of one thing that exists says which, also for
what has no account in its ARN (a bucket) or no ARN yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from analyzer.readers.rewriting import changed, rewritten
from graph.resource import Resource
from graph.values import Unknown, Value

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

    def change(hole: Unknown) -> Value:
        return accounts.get(hole.symbol or "", hole)

    found = changed(resource, change)
    account = rewritten(resource.provider.account, change)
    assert account is None or isinstance(account, str | Unknown)
    return replace(found, provider=replace(resource.provider, account=account))
