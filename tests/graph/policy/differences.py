"""Situations without what is disputed; why it is, differences.toml says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from tests.graph.policy.situations import Document, Situation

HARMLESS = {"Effect": "Deny", "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::nothing"}


def session_policy(given: Situation) -> Situation:
    return replace(given, session=None)


def not_principal(given: Situation) -> Situation:
    return _without(given, lambda row: "NotPrincipal" in row)


def variable_without_value(given: Situation) -> Situation:
    return _without(given, lambda row: _negated(row) and "${aws:" in json.dumps(row))


def for_any_value_if_exists(given: Situation) -> Situation:
    return _without(given, lambda row: any(map(_any_if_exists, row.get("Condition", ()))))


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


DIFFERENCES = (session_policy, not_principal, variable_without_value, for_any_value_if_exists)
