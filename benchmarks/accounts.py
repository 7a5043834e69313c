"""Generated AWS accounts as plain data: who has which policies, and which resources there are.

Teams own resources by name; most identities belong to one team, some to the platform. The same
numbers give the same account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

ACCOUNT = "111111111111"
Document = dict[str, Any]
SERVICES = {
    "aws/s3-bucket": ("s3", "arn:aws:s3:::{name}"),
    "aws/dynamodb-table": ("dynamodb", "arn:aws:dynamodb:eu-west-1:{account}:table/{name}"),
    "aws/rds-instance": ("rds", "arn:aws:rds:eu-west-1:{account}:db:{name}"),
    "aws/efs-file-system": (
        "elasticfilesystem",
        "arn:aws:elasticfilesystem:eu-west-1:{account}:file-system/{name}",
    ),
    "aws/secretsmanager-secret": (
        "secretsmanager",
        "arn:aws:secretsmanager:eu-west-1:{account}:secret:{name}",
    ),
}
ACTIONS = {
    "s3": ("GetObject*", "PutObject", "DeleteObject*", "ListBucket", "DeleteBucket"),
    "dynamodb": ("GetItem", "Query", "PutItem", "Batch*", "DeleteItem", "DeleteTable"),
    "rds": ("Describe*", "ModifyDBInstance", "DeleteDBInstance", "CreateDBSnapshot"),
    "elasticfilesystem": ("Client*", "Describe*", "DeleteFileSystem"),
    "secretsmanager": ("GetSecretValue", "PutSecretValue", "DeleteSecret", "Describe*"),
}
STAGES = ("dev", "staging", "prod")
PER_TEAM = 40


@dataclass(frozen=True)
class Account:
    """`policies` of each identity, and the type and ARN of each resource."""

    policies: tuple[tuple[Document, ...], ...]
    resources: tuple[tuple[str, str], ...]


def account(identities: int, resources: int) -> Account:
    """An account of so many identities and resources."""
    random = Random(identities * 1_000_003 + resources)
    teams = max(1, identities // PER_TEAM)
    made = tuple(_resource(random, number, teams) for number in range(resources))
    policies = tuple(tuple(_policies(random, n, teams)) for n in range(identities))
    return Account(policies, made)


def _resource(random: Random, number: int, teams: int) -> tuple[str, str]:
    type_, (_, arn) = random.choice(list(SERVICES.items()))
    name = f"team{random.randrange(teams):03d}-{random.choice(STAGES)}-{number:06d}"
    return type_, arn.format(name=name, account=ACCOUNT)


def _policies(random: Random, number: int, teams: int) -> Iterator[Document]:
    """One in 200 is an administrator, one in 50 reads a whole service, the others have a team."""
    team, stage = f"team{random.randrange(teams):03d}", random.choice(STAGES)
    if number % 200 == 0:
        yield _document([("Allow", ["*"], ["*"])])
    elif number % 50 == 0:
        service = random.choice(list(ACTIONS))
        yield _document([("Allow", [f"{service}:Get*", f"{service}:Describe*"], ["*"])])
    else:
        yield _document([_own(random, team, stage) for _ in range(random.randint(2, 5))])
    if number % 10 == 0:
        yield _document([("Deny", ["*:Delete*"], [_arn(random, team, "prod", "*")])])


def _own(random: Random, team: str, stage: str) -> tuple[str, list[str], list[str]]:
    type_ = random.choice(list(SERVICES))
    service, _ = SERVICES[type_]
    actions = random.sample(ACTIONS[service], k=random.randint(1, 3))
    rest = random.choice(
        ("*", "*", f"{random.randrange(100):03d}*", f"{random.randrange(10**6):06d}")
    )
    arn = _arn(random, team, stage, rest, type_)
    return "Allow", [f"{service}:{action}" for action in actions], [arn, f"{arn}/*"]


def _arn(random: Random, team: str, stage: str, rest: str, type_: str | None = None) -> str:
    _, arn = SERVICES[type_ or random.choice(list(SERVICES))]
    return arn.format(name=f"{team}-{stage}-{rest}", account=ACCOUNT)


def _document(rows: list[tuple[str, list[str], list[str]]]) -> Document:
    keys = ("Effect", "Action", "Resource")
    return {
        "Version": "2012-10-17",
        "Statement": [dict(zip(keys, row, strict=True)) for row in rows],
    }
