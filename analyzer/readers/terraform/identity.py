"""Attributes that code does not set: identities from the provider's table, data sources that the
configuration itself answers, else an unknown that equals itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from analyzer.readers.terraform import policy_document
from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.types.partial import unmark
from graph.identities import fill, identity
from graph.values import Location, Unknown, Value, Why

if TYPE_CHECKING:
    from analyzer.readers.terraform.stack import Evaluated, StackEvaluator


def computed(stack: StackEvaluator, item: Evaluated, name: str, where: Location) -> Data:
    """The value of an attribute that the block does not set."""
    answers = _ANSWERS.get(item.type) if item.mode == "data" else None
    if answers is not None and name in answers:
        return answers[name](item)
    if item.type == "terraform_data" and name == "output":
        return replace(opaque(stack, item, name, where), symbol=None)
    template = identity(item.type, name) if item.mode == "managed" else None
    if template is not None:
        return cast(
            "Data",
            fill(template, lambda field: _own(item, field), item.provider, _address(stack, item)),
        )
    return opaque(stack, item, name, where)


def opaque(stack: StackEvaluator, item: Evaluated, name: str, where: Location) -> Unknown:
    """Known after apply, or read from the cloud: not known, yet always the same thing."""
    address = _address(stack, item)
    why = Why.DATA if item.mode == "data" else Why.COMPUTED
    if item.type == "terraform_remote_state":
        why = Why.REMOTE_STATE
    symbol = f"{address}.{name}"
    return Unknown(why, f"{item.address}.{name}", where, symbol, (address,))


def _address(stack: StackEvaluator, item: Evaluated) -> str:
    prefix = stack.root.stack.id
    return f"{prefix}:{item.address}" if prefix else item.address


def _own(item: Evaluated, field: str) -> Value:
    """One of the resource's own attributes; a dotted field enters blocks."""
    value: Data = dict(item.values)
    for step in field.split("."):
        if isinstance(value, tuple) and len(value) == 1:
            value = value[0]
        if not isinstance(value, Mapping):
            return cast("Value", value) if isinstance(value, Unknown) else None
        value = unmark(value.get(step))[0]
    return cast("Value", value)


def _account(item: Evaluated) -> Data:
    return item.provider.account or Unknown(Why.DATA, "the account")


def _region(item: Evaluated) -> Data:
    return item.values.get("region") or item.provider.region or Unknown(Why.DATA, "the region")


def _partition(item: Evaluated) -> Data:
    region = item.provider.region if isinstance(item.provider.region, str) else ""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def _managed_policy_arn(item: Evaluated) -> Data:
    """An AWS-managed policy looked up by name has a fixed ARN only if it has no path: not known."""
    arn = item.values.get("arn")
    if arn is not None:
        return arn
    return Unknown(Why.DATA, f"{item.address}.arn", item.declared.location, item.address + ".arn")


_ANSWERS: dict[str, dict[str, Callable[[Evaluated], Data]]] = {
    "aws_iam_policy_document": {
        "json": lambda item: policy_document.render(item.values),
        "minified_json": lambda item: policy_document.render(item.values),
        "id": lambda _item: Unknown(Why.COMPUTED, "the hash of the document"),
    },
    "aws_caller_identity": {"account_id": _account, "id": _account},
    "aws_region": {"name": _region, "region": _region, "id": _region},
    "aws_partition": {
        "partition": _partition,
        "id": _partition,
        "dns_suffix": lambda _item: "amazonaws.com",
    },
    "aws_iam_policy": {"arn": _managed_policy_arn},
    "template_file": {"rendered": lambda item: Unknown(Why.DATA, f"{item.address}.rendered")},
}
