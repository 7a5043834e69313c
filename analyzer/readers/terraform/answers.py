"""Data sources that the configuration itself answers, without asking the cloud."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

from analyzer.readers.terraform import policy_document
from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.functions import call
from analyzer.readers.terraform.instances import Evaluated
from analyzer.readers.terraform.providers import default_tags
from analyzer.readers.terraform.types.partial import unmark
from graph.identities import Owner, derived, dns_suffix, partition
from graph.values import Location, Unknown, Value, Why

Answer: TypeAlias = Callable[[Evaluated], Data]
_FIELDS = 6  # of an ARN


def opaque(item: Evaluated, name: str, where: Location | None = None) -> Unknown:
    """Known after apply, or read from the cloud: not known, yet always the same thing."""
    why = Why.DATA if item.mode == "data" else Why.COMPUTED
    if item.type == "terraform_remote_state":
        why = Why.REMOTE_STATE
    address = item.stack_address
    detail = f"{item.address}.{name}"
    return Unknown(why, detail, where or item.declared.location, f"{address}.{name}", (address,))


def _account(item: Evaluated) -> Data:
    return item.provider.account or Unknown(Why.DATA, "the account")


def _region(item: Evaluated) -> Data:
    return item.values.get("region") or item.provider.region or Unknown(Why.DATA, "the region")


def _arn(item: Evaluated) -> str | None:
    given = unmark(item.values.get("arn"))[0]
    return given if isinstance(given, str) and given.count(":") >= _FIELDS - 1 else None


def _field(number: int, name: str) -> Answer:
    """One part of the ARN that a `data.aws_arn` takes apart."""

    def answer(item: Evaluated) -> Data:
        arn = _arn(item)
        return opaque(item, name) if arn is None else arn.split(":", _FIELDS - 1)[number]

    return answer


def _issuer(item: Evaluated) -> Data:
    """Whose session an ARN is; that of no session is its own issuer."""
    arn = _arn(item)
    if arn is None or ":sts:" in arn:  # the role's path is not in the session's ARN
        return opaque(item, "issuer_arn")
    return arn


def _policy_arn(item: Evaluated) -> Data:
    """By its name one of AWS's own, else of the account."""
    from graph.providers.aws.managed import managed_arn  # noqa: PLC0415 (all of the provider)

    name = unmark(item.values.get("name"))[0]
    of_aws = managed_arn(name, partition(item.provider)) if isinstance(name, str) else None
    if of_aws is not None:
        return of_aws

    def own(field: str) -> Value:
        return cast("Value", unmark(item.values.get(field))[0])

    owner = Owner(item.type, item.stack_address, own, item.provider, item.mode)
    return cast("Data", derived(owner, "arn"))


def _policy(item: Evaluated) -> Data:
    from graph.providers.aws.managed import managed_policy  # noqa: PLC0415 (all of the provider)

    arn = item.values.get("arn") or _policy_arn(item)
    document = managed_policy(arn) if isinstance(arn, str) else None
    return opaque(item, "policy") if document is None else json.dumps(document)


def _default_tags(item: Evaluated) -> Data:
    return cast("Data", dict(default_tags(item.provider)))


def _partition(item: Evaluated) -> Data:
    return partition(item.provider)


def _document(item: Evaluated) -> Data:
    return item.document


def _minified(item: Evaluated) -> Data:
    document = item.document
    if isinstance(document, str):
        return policy_document.written(json.loads(document))
    return document


def _rendered(item: Evaluated) -> Data:
    """A `template_file`, which renders as the function does; no `template`, nothing known."""
    template = item.values.get("template")
    if template is None:
        return opaque(item, "rendered")
    return call("templatestring", (template, item.values.get("vars") or {}), item.files)


def _content(item: Evaluated) -> Data:
    return call("file", (item.values.get("filename"),), item.files)


ANSWERS: Mapping[str, Mapping[str, Answer]] = {
    "aws_iam_policy_document": {"json": _document, "minified_json": _minified},
    "aws_iam_policy": {"arn": _policy_arn, "id": _policy_arn, "policy": _policy},
    "aws_iam_session_context": {"issuer_arn": _issuer},
    "aws_arn": {
        "partition": _field(1, "partition"),
        "service": _field(2, "service"),
        "region": _field(3, "region"),
        "account": _field(4, "account"),
        "resource": _field(5, "resource"),
    },
    "aws_default_tags": {"tags": _default_tags},
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
