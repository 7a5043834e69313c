"""The documents of AWS-managed policies: what `arn:aws:iam::aws:policy/...` allows.

Their data file is written by `tools/managed_policies.py` and read at the first question only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

_FOLDERS = ("", "service-role/", "job-function/")
_ARN = re.compile(r"arn:(aws[a-z-]*):iam::aws:policy/(.+)")


@cache
def managed_policy(arn: str) -> Mapping[str, Any] | None:
    """The policy document of an AWS-managed policy, `None` for an ARN that is none we know.

    All partitions share the documents of `aws`, with their own ARNs in them.
    """
    match = _ARN.fullmatch(arn)
    document: Mapping[str, Any] | None = _data()["policies"].get(match[2]) if match else None
    if match is None or document is None or match[1] == "aws":
        return document
    there = json.dumps(document).replace('"arn:aws:', f'"arn:{match[1]}:')
    moved: Mapping[str, Any] = json.loads(there)
    return moved


def managed_arn(name: str, partition: str = "aws") -> str | None:
    """The ARN of the AWS-managed policy of a name, `None` where AWS has none."""
    folder = next((each for each in _FOLDERS if each + name in _data()["policies"]), None)
    return None if folder is None else f"arn:{partition}:iam::aws:policy/{folder}{name}"


@cache
def managed_arns(partition: str = "aws") -> tuple[str, ...]:
    """The ARNs of all AWS-managed policies that are known here."""
    return tuple(f"arn:{partition}:iam::aws:policy/{name}" for name in _data()["policies"])


def as_of() -> str:
    """The day of the newest document, in ISO form: AWS changes its policies without notice."""
    day: str = _data()["as_of"]
    return day


@cache
def _data() -> Mapping[str, Any]:
    import lzma  # noqa: PLC0415 (few runs need it)

    packed = (resources.files("graph") / "providers/aws/managed_policies.json.xz").read_bytes()
    data: Mapping[str, Any] = json.loads(lzma.decompress(packed))
    return data
