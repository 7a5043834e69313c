"""Situations without what is disputed; why it is, differences.toml says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

from tests.graph.policy.situations import SESSION, Document, Situation

HARMLESS = {"Effect": "Deny", "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::nothing"}

_VARIABLE_NAME = re.compile(r"(?:[^:]*:){5}[^:/]*\$\{aws:")  # no type stands before the name


def session_policy(given: Situation) -> Situation:
    return replace(given, session=None)


def not_principal(given: Situation) -> Situation:
    return _without(given, lambda row: "NotPrincipal" in row)


def variable_without_value(given: Situation) -> Situation:
    return _without(given, lambda row: _negated(row) and "${aws:" in json.dumps(row))


def for_any_value_if_exists(given: Situation) -> Situation:
    return _without(given, lambda row: any(map(_any_if_exists, row.get("Condition", ()))))


def address_family(given: Situation) -> Situation:
    return _without(given, lambda row: any("IpAddress" in it for it in row.get("Condition", ())))


def variable_in_name(given: Situation) -> Situation:
    return _without(given, lambda row: any(_VARIABLE_NAME.match(it) for it in _resources(row)))


def session_twice(given: Situation) -> Situation:
    return _without(given, lambda row: row["Effect"] == "Deny" and SESSION in json.dumps(row))


def incomplete_arn(given: Situation) -> Situation:
    return _without(given, lambda row: any(map(_incomplete, row.get("Condition", {}).items())))


def _incomplete(test: tuple[str, Document]) -> bool:
    operator, keys = test
    values = [
        it for given in keys.values() for it in (given if isinstance(given, list) else [given])
    ]
    return "Arn" in operator and any(value.count(":") < 5 for value in values)


def _resources(row: Document) -> list[str]:
    found = row.get("Resource") or row.get("NotResource") or []
    return found if isinstance(found, list) else [found]


def _negated(row: Document) -> bool:
    return "NotResource" in row or any("Not" in operator for operator in row.get("Condition", ()))


def _any_if_exists(operator: str) -> bool:
    return operator.startswith("ForAnyValue") and operator.endswith("IfExists")


def _without(given: Situation, disputed: Callable[[Document], bool]) -> Situation:
    """The situation with harmless statements instead of the disputed ones."""

    def one(document: Document | None) -> Document | None:
        return document and document | {"Statement": list(map(statement, document["Statement"]))}

    def statement(row: Document) -> Document:
        if not disputed(row):
            return row
        who = {"Principal": "*"} if "Principal" in row or "NotPrincipal" in row else {}
        return {key: it for key, it in (HARMLESS | who).items() if key != "Resource" or _on(row)}

    def every(documents: list[Document]) -> list[Document]:
        return [it for document in documents if (it := one(document))]

    return replace(
        given,
        identity=every(given.identity),
        boundary=one(given.boundary),
        session=one(given.session),
        scps=[every(level) for level in given.scps],
        rcps=[every(level) for level in given.rcps],
        policy=one(given.policy),
    )


def _on(row: Document) -> bool:
    return "Resource" in row or "NotResource" in row


DIFFERENCES = (
    session_policy,
    not_principal,
    variable_without_value,
    for_any_value_if_exists,
    address_family,
    variable_in_name,
    session_twice,
    incomplete_arn,
)
