"""Where a trust is written, if that is in a policy document of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graph.policy.documents import Test
from graph.providers.aws.attachments import Attachments
from graph.resource import Resource
from graph.values import Location, Unknown, Value, Why

DOCUMENT = "aws_iam_policy_document"


def written(test: Test | None, role: Resource, attachments: Attachments) -> Location | None:
    """The values of a condition in the documents that a role's trust policy is made of; without
    a condition, whom they name.
    """
    made_of = Unknown(Why.DATA, references=role.references)
    for address in attachments.references.resolve(made_of, [DOCUMENT], role):
        document = attachments.estate.by_address[address]
        for path, value in _leaves(document, test):
            if test is None or _same(value, test, attachments):
                return document.place(path)
    return None


def _leaves(document: Resource, test: Test | None) -> Iterator[tuple[str, Value]]:
    """The values of the document's conditions on a key; without one, its federated principals."""
    block, attribute = ("condition", "values") if test else ("principals", "identifiers")
    for number, statement in enumerate(_blocks(document.get("statement"))):
        for index, row in enumerate(_blocks(statement.get(block))):
            path = f"statement[{number}].{block}[{index}].{attribute}"
            if test is not None or row.get("type") in {"Federated", "*", "AWS"}:
                yield path, row.get(attribute)


def _blocks(value: Value) -> tuple[Mapping[str, Value], ...]:
    found = value if isinstance(value, tuple) else ()
    return tuple(item for item in found if isinstance(item, Mapping))


def _same(value: Value, test: Test, attachments: Attachments) -> bool:
    items = value if isinstance(value, tuple) else (value,)
    said = [name.shown for item in items for name in attachments.symbols.names(item)]
    return said == [pattern.shown for entry in test.values for pattern in entry]
