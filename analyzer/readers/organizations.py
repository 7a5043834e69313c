"""The role that AWS Organizations makes in every account that it creates, though no code says so.

It has all rights there and trusts the whole management account.
Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graph.identities import of, partition
from graph.resource import ProviderConfig, Resource
from graph.values import Json, Text, Unknown, Value

ACCOUNT = "aws_organizations_account"
_NAME = "OrganizationAccountAccessRole"


def with_access_roles(resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """The resources, and such a role for each account that they create."""
    accounts = (it for it in resources if it.type == ACCOUNT and it.mode == "managed")
    written = {it.address for it in resources}
    roles = (_role(it) for it in accounts)
    return (*resources, *(role for role in roles if role.address not in written))


def _role(account: Resource) -> Resource:
    name = account.get("role_name") or _NAME
    arn = _joined(f"arn:{partition(account.provider)}:iam::", account.provider.account, ":root")
    statement: Value = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": arn}}
    rights = f"arn:{partition(account.provider)}:iam::aws:policy/AdministratorAccess"
    return replace(
        account,
        address=f"{account.address}#access-role",
        type="aws_iam_role",
        name=_NAME,
        attributes={
            "name": name,
            "assume_role_policy": Json({"Version": "2012-10-17", "Statement": (statement,)}),
            "managed_policy_arns": (rights,),
        },
        provider=ProviderConfig("aws", account=_id(account), region=account.provider.region),
    )


def _id(account: Resource) -> str | Unknown | None:
    value = of(account, "id")
    return value if isinstance(value, str | Unknown) else None


def _joined(*parts: str | Unknown | None) -> Value:
    if all(isinstance(part, str) for part in parts):
        return "".join(str(part) for part in parts)
    return Text(tuple(part for part in parts if part is not None))
