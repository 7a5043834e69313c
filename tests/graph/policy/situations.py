"""Random situations: who asks for what with which policies, as AWS writes them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

OWN, OTHER = "111111111111", "222222222222"
REGION = "eu-west-1"
USER = f"arn:aws:iam::{OWN}:user/ann"
ROLE = f"arn:aws:iam::{OWN}:role/team/app"
SESSION = f"arn:aws:sts::{OWN}:assumed-role/app/"
SESSIONS = ("named", "another")
Document = dict[str, Any]

# Permission and resource; a service whose resource policy must allow is marked.
REQUESTS = (
    ("s3:GetObject", "arn:aws:s3:::data/a/key"),
    ("s3:DeleteObject", "arn:aws:s3:::data/a/key"),
    ("s3:DeleteBucket", "arn:aws:s3:::data"),
    ("s3:ListBucket", "arn:aws:s3:::data"),
    ("kms:Decrypt", "arn:aws:kms:eu-west-1:{account}:key/k1"),
    ("kms:ScheduleKeyDeletion", "arn:aws:kms:eu-west-1:{account}:key/k1"),
    ("sts:AssumeRole", "arn:aws:iam::{account}:role/target"),
    ("sqs:PurgeQueue", "arn:aws:sqs:eu-west-1:{account}:jobs"),
    ("sns:Publish", "arn:aws:sns:eu-west-1:{account}:news"),
    ("secretsmanager:DeleteSecret", "arn:aws:secretsmanager:eu-west-1:{account}:secret:s-abcdef"),
    ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:{account}:secret:s-abcdef"),
    ("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:{account}:function:work"),
    ("ecr:BatchDeleteImage", "arn:aws:ecr:eu-west-1:{account}:repository/images"),
    ("dynamodb:DeleteTable", "arn:aws:dynamodb:eu-west-1:{account}:table/orders"),
    ("backup:DeleteRecoveryPoint", "arn:aws:backup:eu-west-1:{account}:recovery-point:p"),
    (
        "elasticfilesystem:DeleteFileSystem",
        "arn:aws:elasticfilesystem:eu-west-1:{account}:file-system/fs-1",
    ),
    ("es:ESHttpDelete", "arn:aws:es:eu-west-1:{account}:domain/logs"),
    ("rds:DeleteDBInstance", "arn:aws:rds:eu-west-1:{account}:db:main"),
    ("iam:DeleteRole", "arn:aws:iam::{account}:role/target"),
)
NO_RESOURCE = (("s3:ListAllMyBuckets", "*"), ("ec2:DescribeInstances", "*"))
MANDATORY = {"kms", "sts"}
WITHOUT_POLICY = {"rds", "iam", "ec2"}
RCP_SERVICES = {"s3", "sts", "sqs", "kms", "secretsmanager"}

KEYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "aws:PrincipalTag/team": ("string", ("red", "blue", "Red")),
    "aws:PrincipalOrgID": ("string", ("o-11111", "o-22222")),
    "aws:RequestedRegion": ("string", ("eu-west-1", "us-east-1")),
    "aws:SourceVpc": ("string", ("vpc-1", "vpc-2")),
    "aws:SourceArn": ("arn", ("arn:aws:s3:::data", "arn:aws:sns:eu-west-1:111111111111:news")),
    "aws:SecureTransport": ("bool", ("true", "false")),
    "aws:MultiFactorAuthPresent": ("bool", ("true", "false")),
    "aws:MultiFactorAuthAge": ("numeric", ("5", "60", "3600")),
    "aws:CurrentTime": ("date", ("2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z")),
    "aws:TokenIssueTime": ("date", ("2026-01-01T00:00:00Z", "2025-06-01T12:00:00Z")),
    "aws:SourceIp": ("ip", ("10.1.2.3", "203.0.113.9", "2001:db8::7")),
    "aws:TagKeys": ("many", ("env", "team", "cost")),
    "aws:CalledVia": ("many", ("athena.amazonaws.com", "cloudformation.amazonaws.com")),
}
FIXED = {"aws:PrincipalArn": "arn", "aws:PrincipalAccount": "string", "aws:username": "string"}
FAMILIES = {
    "string": ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase",
               "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike"),
    "arn": ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike", "StringEquals"),
    "bool": ("Bool",),
    "numeric": ("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
                "NumericGreaterThan", "NumericGreaterThanEquals"),
    "date": ("DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals",
             "DateGreaterThan", "DateGreaterThanEquals"),
    "ip": ("IpAddress", "NotIpAddress"),
}  # fmt: skip
FAMILIES["many"] = FAMILIES["string"]
EXTRA = {
    "ip": ("10.0.0.0/8", "203.0.113.0/24", "2001:db8::/32", "0.0.0.0/0"),
    "arn": ("arn:aws:*:::data", "arn:aws:iam::*:role/*", "arn:aws:iam::111111111111:user/a*",
            USER, ROLE, "*"),
    "string": ("r*", "?ed", "*", "vpc-*", "${aws:username}", "${aws:PrincipalTag/team}",
               "${aws:PrincipalTag/none, 'red'}", "${*}", OWN, OTHER, "ann"),
    "many": ("e*", "*", "${aws:PrincipalTag/team}"),
    "numeric": ("59.5",),
    "date": ("2025-12-31T23:00:00Z", "2026-01-01T01:00:00+01:00"),
    "bool": (),
}  # fmt: skip

# What else an open key may hold, or a caller may choose.
OTHERS = {
    "string": (
        "red",
        "blue",
        "Red",
        "ann",
        OWN,
        OTHER,
        "o-11111",
        "vpc-1",
        "*",
        "r*",
        "?ed",
        "vpc-*",
        "other",
    ),
    "arn": (USER, ROLE, "arn:aws:iam::111111111111:role/x", "arn:aws:sqs:eu-west-1:1:q"),
    "bool": (),
    "numeric": ("59.5", "1", "1000000"),
    "date": ("2020-01-01T00:00:00Z", "2025-12-31T23:00:00Z", "2030-01-01T00:00:00Z"),
    "ip": ("10.9.9.9", "198.51.100.7", "2001:db9::1"),
    "many": ("red", "blue", "Red", "other"),
}


@dataclass
class Situation:
    """One request with every policy that has a say in it. `open`: a key of which nobody knows
    what it holds; `chosen`: one that the caller decides; `context` has all the others, and those
    that are not in it are absent.
    """

    number: int
    principal: str
    action: str
    resource: str
    account: str
    context: dict[str, str | list[str]] = field(default_factory=dict)
    open: str = ""
    chosen: str = ""
    identity: list[Document] = field(default_factory=list)
    boundary: Document | None = None
    session: Document | None = None
    scps: list[list[Document]] = field(default_factory=list)
    rcps: list[list[Document]] = field(default_factory=list)
    policy: Document | None = None

    @property
    def service(self) -> str:
        return self.action.partition(":")[0]

    @property
    def doubtful(self) -> bool:
        """Whether nobody knows a key, or the name of something is made of one that is chosen."""
        policies = (self.identity, self.boundary, self.session, self.scps, self.rcps, self.policy)
        return bool(self.open) or bool(self.chosen and f"${{{self.chosen}" in json.dumps(policies))

    @property
    def is_role(self) -> bool:
        return self.principal == ROLE


def situation(number: int) -> Situation:
    """The situation with a number."""
    return _Maker(Random(number), number).situation()


class _Maker:
    def __init__(self, random: Random, number: int) -> None:
        self.random = random
        self.number = number

    def situation(self) -> Situation:
        chance, pick = self.chance, self.random.choice
        account = pick((OWN, OWN, OTHER))
        action, template = pick(NO_RESOURCE if chance(0.05) else REQUESTS)
        resource = template.format(account=account)
        if resource == "*":
            account = OWN
        self.action, self.resource = action, resource
        found = Situation(self.number, pick((USER, ROLE)), action, resource, account)
        self.principal = found.principal
        found.context = self.context(found)
        if chance(0.2):
            found.open = pick(sorted(KEYS))
            found.context.pop(found.open, None)
        elif chance(0.15):
            found.chosen = pick(sorted(KEYS))
            found.context.pop(found.chosen, None)
        found.identity = [self.document() for _ in range(pick((0, 1, 1, 2)))]
        found.boundary = self.document() if chance(0.3) else None
        found.session = self.document() if found.is_role and chance(0.3) else None
        if chance(0.4):
            found.scps = [self.level() for _ in range(pick((1, 2, 3)))]
        if chance(0.3) and found.service in RCP_SERVICES:
            found.rcps = [[self.rcp()] for _ in range(pick((1, 2)))]
        mandatory = found.service in MANDATORY
        if found.service not in WITHOUT_POLICY and resource != "*" and (mandatory or chance(0.7)):
            found.policy = self.resource_policy(found)
        return found

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def context(self, about: Situation) -> dict[str, str | list[str]]:
        found: dict[str, str | list[str]] = {"aws:PrincipalArn": about.principal}
        found["aws:PrincipalAccount"] = OWN
        if not about.is_role:
            found["aws:username"] = "ann"
        for key, (kind, values) in KEYS.items():
            if self.chance(0.5):
                many = kind == "many"
                size = self.random.randint(1, len(values))
                found[key] = (
                    self.random.sample(values, size) if many else self.random.choice(values)
                )
        return found

    def level(self) -> list[Document]:
        """Policies of one level; most keep the one that AWS attaches."""
        found = [self.document(scp=True) for _ in range(self.random.choice((0, 1, 1)))]
        if not found or self.chance(0.8):
            found.append(_document({"Effect": "Allow", "Action": "*", "Resource": "*"}))
        return found

    def rcp(self) -> Document:
        row = self.statement("Deny", not_action=False)
        if row["Action"] in ("*", ["*"]):
            row["Action"] = f"{self.action.partition(':')[0]}:*"
        return _document(row | {"Principal": "*"})

    def document(self, *, scp: bool = False) -> Document:
        wide = 0.7 if not scp else 0.3
        rows = [
            self.statement("Allow" if self.chance(wide) else "Deny")
            for _ in range(self.random.choice((1, 1, 2, 3)))
        ]
        return _document(*rows)

    def statement(self, effect: str, *, not_action: bool = True) -> Document:
        narrow = effect == "Deny"
        row: Document = {"Effect": effect}
        element = "NotAction" if not_action and self.chance(0.12) else "Action"
        row[element] = self.listed(self.actions(near=not narrow and element == "Action"))
        element = "NotResource" if self.chance(0.12) else "Resource"
        row[element] = self.listed(self.resources(near=not narrow and element == "Resource"))
        if self.chance(0.35):
            row["Condition"] = self.conditions()
        return row

    def listed(self, values: list[str]) -> str | list[str]:
        count = self.random.choice((1, 1, 1, 2))
        if count == 1:
            return self.random.choice(values)
        found = self.random.sample(values, min(count, len(values)))
        return ["*"] if "*" in found else found

    def actions(self, *, near: bool) -> list[str]:
        service, _, name = self.action.partition(":")
        found = ["*", f"{service}:*", self.action, self.action.lower(), f"{service}:{name[:3]}*"]
        far = ["s3:GetObject", "rds:*", f"{service}:?{name[1:]}", f"{service}:x*", "ec2:Stop*"]
        return found if near else found + far

    def resources(self, *, near: bool) -> list[str]:
        text = self.resource
        if text == "*":
            return ["*", "*", "arn:aws:s3:::*"]
        head = text[: max(text.rfind("/"), text.rfind(":")) + 1]
        tail = text.removeprefix(head)  # what AWS lets wildcards and variables stand in
        found = ["*", text, f"{head}*", f"{text[:-2]}*", f"{head}?{tail[1:]}"]
        far = [
            "arn:aws:s3:::other/*",
            text[:-1] + "?",
            text.replace(OWN, OTHER),
            text.upper(),
            f"{head}{tail[:1]}*{tail[-1:]}",
            f"{head}${{aws:username}}",
            f"{head}${{aws:PrincipalTag/team, '{tail}'}}",
            f"{head}*${{aws:username}}*",
        ]
        return found if near and self.chance(0.8) else found + far

    def conditions(self) -> Document:
        found: dict[str, dict[str, Any]] = {}
        for _ in range(self.random.choice((1, 1, 2))):
            key = self.random.choice((*KEYS, *KEYS, *FIXED))
            kind = FIXED.get(key) or KEYS[key][0]
            operator, values = self.test(key, kind)
            found.setdefault(operator, {})[key] = values
        return found

    def test(self, key: str, kind: str) -> tuple[str, Any]:
        if self.chance(0.12):
            return "Null", self.random.choice(("true", "false"))
        pool = [*(KEYS[key][1] if key in KEYS else ()), *EXTRA[kind]]
        if key in FIXED and kind == "string":
            pool = ["ann", "bob", OWN, OTHER, "a*", "*"]
        operator = self.random.choice(FAMILIES[kind])
        if kind == "many" or self.chance(0.1):
            operator = f"{self.random.choice(('ForAllValues', 'ForAnyValue'))}:{operator}"
        if self.chance(0.2):
            operator += "IfExists"
        many = self.chance(0.4) and kind != "bool"
        values = self.random.sample(pool, min(2, len(pool))) if many else self.random.choice(pool)
        return operator, values

    def resource_policy(self, about: Situation) -> Document:
        rows = []
        for _ in range(self.random.choice((1, 1, 2, 3))):
            row = self.statement("Allow" if self.chance(0.75) else "Deny")
            negated = row["Effect"] == "Deny" and self.chance(0.3)
            row["NotPrincipal" if negated else "Principal"] = self.principals(negated=negated)
            if about.service == "sts":
                row.pop("Resource", None)
                row.pop("NotResource", None)
            rows.append(row)
        return _document(*rows)

    def principals(self, *, negated: bool) -> Any:
        root = f"arn:aws:iam::{OWN}:root"
        mine = [
            self.principal, root, OWN, SESSION + SESSIONS[0], USER, ROLE,
            f"arn:aws:iam::{OTHER}:root", f"arn:aws:iam::{OWN}:user/bob",
        ]  # fmt: skip
        if not negated and self.chance(0.15):
            return self.random.choice(("*", {"AWS": "*"}))
        found: Document = {"AWS": self.listed(mine)}
        if self.chance(0.1):
            found["Service"] = "lambda.amazonaws.com"
        return found


def _document(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}
