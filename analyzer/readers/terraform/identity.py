"""Attributes that code does not set: identities from the provider's table, data sources that the
configuration itself answers, else an unknown that equals itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import cast

from analyzer.readers.terraform.data import Data, OpenObject, Where
from analyzer.readers.terraform.functions import call
from analyzer.readers.terraform.instances import Evaluated
from analyzer.readers.terraform.types.partial import unmark
from graph.identities import Owner, derived, dns_suffix, partition
from graph.values import Location, Unknown, Value, Why


class ResourceObject(OpenObject):
    """A resource's attributes, or an object within them. What code does not set is an identity or
    known after apply: without the provider's schema a missing attribute is no error.
    """

    def __init__(self, values: Mapping[str, Data], item: Evaluated, path: str = "") -> None:
        super().__init__(values)
        self._item, self._path = item, path

    def member(self, name: str, where: Where | None = None) -> Data:
        """An attribute, set or computed."""
        path = f"{self._path}.{name}" if self._path else name
        if name not in self:
            return computed(self._item, path, where() if where else self._item.declared.location)
        return self._opened(self[name], path)

    def with_values(self, values: Mapping[str, Data]) -> ResourceObject:
        """The same object with other values for what is set."""
        return ResourceObject(values, self._item, self._path)

    def _opened(self, value: Data, path: str) -> Data:
        if type(value) is dict:
            return ResourceObject(value, self._item, path)
        if type(value) is tuple and any(type(item) is dict for item in value):
            return tuple(self._opened(item, f"{path}[{at}]") for at, item in enumerate(value))
        return value


def computed(item: Evaluated, name: str, where: Location) -> Data:
    """The value of an attribute that the block does not set."""
    answers = _ANSWERS.get(item.type) if item.mode == "data" else None
    if answers is not None and name in answers:
        return answers[name](item)
    own = partial(_own, item)
    found = derived(Owner(item.type, item.stack_address, own, item.provider, item.mode), name)
    return _opaque(item, name, where) if found is None else cast("Data", found)


def _opaque(item: Evaluated, name: str, where: Location) -> Unknown:
    """Known after apply, or read from the cloud: not known, yet always the same thing."""
    why = Why.DATA if item.mode == "data" else Why.COMPUTED
    if item.type == "terraform_remote_state":
        why = Why.REMOTE_STATE
    address = item.stack_address
    detail = f"{item.address}.{name}"
    return Unknown(why, detail, where, f"{address}.{name}", (address,))


def _own(item: Evaluated, field: str) -> Value:
    """One of the resource's own attributes; a dotted field enters blocks."""
    value: Data = dict(item.values)
    for step in field.split("."):
        if isinstance(value, tuple) and len(value) == 1:
            value = value[0]
        if not isinstance(value, Mapping):
            return value if isinstance(value, Unknown) else None
        value = unmark(value.get(step))[0]
    return cast("Value", value)


def _account(item: Evaluated) -> Data:
    return item.provider.account or Unknown(Why.DATA, "the account")


def _region(item: Evaluated) -> Data:
    return item.values.get("region") or item.provider.region or Unknown(Why.DATA, "the region")


def _partition(item: Evaluated) -> Data:
    return partition(item.provider)


def _document(item: Evaluated) -> Data:
    return item.document


def _minified(item: Evaluated) -> Data:
    document = item.document
    if isinstance(document, str):
        return json.dumps(json.loads(document), separators=(",", ":"), ensure_ascii=False)
    return document


def _rendered(item: Evaluated) -> Data:
    """A `template_file`, which renders as the function does; no `template`, nothing known."""
    template = item.values.get("template")
    if template is None:
        return _opaque(item, "rendered", item.declared.location)
    return call("templatestring", (template, item.values.get("vars") or {}), item.files)


def _content(item: Evaluated) -> Data:
    return call("file", (item.values.get("filename"),), item.files)


_ANSWERS: dict[str, dict[str, Callable[[Evaluated], Data]]] = {
    "aws_iam_policy_document": {"json": _document, "minified_json": _minified},
    "aws_caller_identity": {"account_id": _account, "id": _account},
    "template_file": {"rendered": _rendered},
    "local_file": {"content": _content},
    "aws_region": {"name": _region, "region": _region, "id": _region},
    "aws_partition": {
        "partition": _partition,
        "id": _partition,
        "dns_suffix": lambda item: dns_suffix(item.provider),
    },
}
