"""`aws iam get-account-authorization-details` → the resources that Terraform would have declared.

One export is one account. What it says of a user, role, group or policy becomes the same types as
in code, so that the same engine decides; the ARN is the address of what code does not declare.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from analyzer.readers import redact
from graph.problems import Problem, ProblemKind
from graph.resource import ProviderConfig, Resource, Stack
from graph.values import Location, Value

_ARN = re.compile(r"arn:[a-z-]+:iam::(\d{12}):(?:user|role|group|policy|instance-profile)/.+")
_LINE = re.compile(r'\s*"Arn"\s*:\s*"([^"\\]+)"')
_LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")


@dataclass(frozen=True)
class Export:
    """The resources of one account, and what could not be read of them."""

    resources: tuple[Resource, ...]
    problems: tuple[Problem, ...] = ()


def read_export(text: str, path: str) -> Export:
    """An export as the command writes it (pages joined), documents as objects or URL-encoded."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        return broken(path, f"no JSON ({type(error).__name__})")
    if not isinstance(content, dict) or not any(name in content for name in _LISTS):
        return broken(path, "not what `aws iam get-account-authorization-details` writes")
    reader = _Reader(path, _lines(text))
    found = tuple(reader.resources(content))
    if content.get("IsTruncated") is True:
        effect = "who is on the other pages is not known; export without --max-items"
        reader.gap(path, "it is one page of several", effect)
    return Export(found, tuple(reader.problems))


def broken(path: str, why: str) -> Export:
    """A file that is no export."""
    effect = "nothing of it was analysed"
    return Export((), (Problem(ProblemKind.UNREADABLE, path, why, effect, Location(path, 1)),))


def _lines(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        match = _LINE.match(line)
        if match:
            found.setdefault(match[1], number)
    return found


class _Reader:
    """Reads one export; what is not as documented is left out and said."""

    def __init__(self, path: str, lines: Mapping[str, int]) -> None:
        self.path, self._at = path, lines
        self.problems: list[Problem] = []

    def gap(self, what: str, why: str, effect: str) -> None:
        """Something that was left out."""
        where = Location(self.path, self._at.get(what, 1))
        self.problems.append(Problem(ProblemKind.INVALID, what, why, effect, where))

    def resources(self, content: Mapping[str, Any]) -> Iterator[Resource]:
        """Everything of the four lists."""
        for row in self._rows(content, "Policies"):
            yield from self._policy(row)
        for row in self._rows(content, "GroupDetailList"):
            yield self._made("aws_iam_group", row, {"name": row.get("GroupName")})
            yield from self._given(row, "group", "GroupPolicyList")
        for row in self._rows(content, "UserDetailList"):
            yield self._made("aws_iam_user", row, _principal(row, "UserName"))
            yield from self._given(row, "user", "UserPolicyList")
            yield from self._groups(row)
        for row in self._rows(content, "RoleDetailList"):
            trust = self._document(row.get("AssumeRolePolicyDocument"), row["Arn"])
            values = {**_principal(row, "RoleName"), "assume_role_policy": trust}
            yield self._made("aws_iam_role", row, values)
            yield from self._given(row, "role", "RolePolicyList")
            yield from self._profiles(row)

    def _rows(self, content: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
        for row in _maps(content.get(name)):
            arn = row.get("Arn")
            if isinstance(arn, str) and _ARN.fullmatch(arn):
                yield row
            else:
                self.gap(self.path, f"an entry of {name} has no ARN of IAM", "it was left out")

    def _policy(self, row: dict[str, Any]) -> Iterator[Resource]:
        for version in _maps(row.get("PolicyVersionList")):
            if version.get("IsDefaultVersion") is True:
                document = self._document(version.get("Document"), row["Arn"])
                values = {"name": row.get("PolicyName"), "path": row.get("Path")}
                yield self._made("aws_iam_policy", row, {**values, "policy": document})
                return
        self.gap(row["Arn"], "its default version is not in the export", "it is not known")

    def _given(self, row: dict[str, Any], who: str, inline: str) -> Iterator[Resource]:
        arn = row["Arn"]
        for number, policy in enumerate(_maps(row.get(inline))):
            document = self._document(policy.get("PolicyDocument"), arn)
            values = {who: arn, "name": policy.get("PolicyName"), "policy": document}
            yield self._made(f"aws_iam_{who}_policy", row, values, f"#inline-{number}")
        for number, policy in enumerate(_maps(row.get("AttachedManagedPolicies"))):
            values = {who: arn, "policy_arn": policy.get("PolicyArn")}
            yield self._made(f"aws_iam_{who}_policy_attachment", row, values, f"#attached-{number}")

    def _groups(self, row: dict[str, Any]) -> Iterator[Resource]:
        head = row["Arn"].split(":user/", 1)[0]
        names = row.get("GroupList")
        for number, name in enumerate(names if isinstance(names, list) else ()):
            if isinstance(name, str):
                values = {"user": row["Arn"], "groups": (f"{head}:group/{name}",)}
                type_ = "aws_iam_user_group_membership"
                yield self._made(type_, row, values, f"#group-{number}")

    def _profiles(self, row: dict[str, Any]) -> Iterator[Resource]:
        for profile in _maps(row.get("InstanceProfileList")):
            arn = profile.get("Arn")
            if isinstance(arn, str) and _ARN.fullmatch(arn):
                values = {"name": profile.get("InstanceProfileName"), "role": row["Arn"]}
                yield self._made("aws_iam_instance_profile", {"Arn": arn}, values)

    def _document(self, value: Any, arn: str) -> str:
        """A policy document as text; one that is none denies and allows nobody knows what."""
        try:
            if isinstance(value, str):
                value = json.loads(unquote(value))
            if isinstance(value, dict):
                return json.dumps(value)
        except (ValueError, RecursionError):
            pass
        self.gap(arn, "a policy document is no JSON object", "what it allows is not known")
        return "not a policy"

    def _made(
        self, type_: str, row: Mapping[str, Any], values: Mapping[str, Any], suffix: str = ""
    ) -> Resource:
        arn = row["Arn"]
        match = _ARN.fullmatch(arn)
        assert match is not None, "rows without an ARN are left out"
        place = Location(self.path, self._at.get(arn, 1))
        own = {} if suffix else {"arn": arn}
        given = {name: value for name, value in values.items() if value is not None}
        return Resource(
            address=arn + suffix,
            type=type_,
            name=arn.rsplit("/", 1)[-1],
            attributes=redact.attributes(type_, {**given, **own}),
            location=place,
            stack=Stack(f"iam-{match[1]}", self.path, location=Location(self.path, 1)),
            provider=ProviderConfig("aws", account=match[1]),
        )


def _principal(row: Mapping[str, Any], name: str) -> dict[str, Value]:
    values: dict[str, Value] = {"name": row.get(name), "path": row.get("Path")}
    boundary = row.get("PermissionsBoundary")
    if isinstance(boundary, dict):
        values["permissions_boundary"] = boundary.get("PermissionsBoundaryArn")
    pairs = ((tag.get("Key"), tag.get("Value")) for tag in _maps(row.get("Tags")))
    tags = {key: value for key, value in pairs if isinstance(key, str) and isinstance(value, str)}
    return {**values, "tags": tags}


def _maps(rows: Any) -> Iterable[dict[str, Any]]:
    return (row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()
