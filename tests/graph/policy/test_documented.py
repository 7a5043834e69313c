"""The tables and examples of the IAM User Guide: what they say, we say, and the simulator too.

A statement in short: `allow|deny [not] ACTION [on|off RESOURCE] [for|but WHO,…] [if OPERATOR KEY
VALUE,… [and …]]`; `off` is NotResource, `but` is NotPrincipal.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from graph.values import Truth
from tests.graph.policy.simulator import simulate
from tests.graph.policy.situations import OTHER, OWN, ROLE, SESSION, SESSIONS, USER, Situation
from tests.graph.policy.test_simulated import agreeing
from tests.graph.policy.verdicts import ours, requests

PAGES = tomllib.loads((Path(__file__).parent / "documented.toml").read_text(encoding="utf-8"))
CASES = [
    pytest.param(case, id=f"{page['url'].rpartition('/')[2]}: {case['name']}")
    for page in PAGES["page"]
    for case in page["case"]
]
WHO = {
    "root": f"arn:aws:iam::{OWN}:root",
    "account": OWN,
    "other": f"arn:aws:iam::{OTHER}:root",
    "bob": f"arn:aws:iam::{OWN}:user/bob",
    "role": ROLE,
    "session": SESSION + SESSIONS[0],
    "*": "*",
}
RESOURCES = {
    "kms": "arn:aws:kms:eu-west-1:{account}:key/k1",
    "sts": "arn:aws:iam::{account}:role/target",
    "s3": "arn:aws:s3:::data/a/key",
}
STATEMENT = re.compile(
    r"(?P<effect>allow|deny) (?P<negated>not )?(?P<action>\S+)"
    r"(?: (?P<on>on|off) (?P<resource>.+?))??"
    r"(?: (?P<for>for|but) (?P<who>\S+))?(?: if (?P<tests>.+))?"
)
WANTED = {"yes": Truth.YES, "no": Truth.NO, "maybe": Truth.MAYBE}


def statement(short: str, own: str, action: str) -> dict[str, Any]:
    found = STATEMENT.fullmatch(short)
    assert found, short
    row: dict[str, Any] = {"Effect": found["effect"].capitalize()}
    row["NotAction" if found["negated"] else "Action"] = found["action"]
    if not action.startswith("sts:") or not found["for"]:
        row["NotResource" if found["on"] == "off" else "Resource"] = found["resource"] or "*"
    if found["for"]:
        row["Principal" if found["for"] == "for" else "NotPrincipal"] = principals(
            found["who"], own
        )
    for test in found["tests"].split(" and ") if found["tests"] else ():
        operator, key, values = test.split(" ")
        several = values.split(",")
        value = several if len(several) > 1 else values
        row.setdefault("Condition", {}).setdefault(operator, {})[key] = value
    return row


def principals(who: str, own: str) -> Any:
    if who == "lambda":
        return {"Service": "lambda.amazonaws.com"}
    names = [own if name == "self" else WHO[name] for name in who.split(",")]
    return names[0] if names == ["*"] else {"AWS": names}


def read(case: dict[str, Any]) -> Situation:
    own = ROLE if case.get("who") == "role" else USER
    action = case.get("action", "s3:DeleteObject")
    account = OTHER if case.get("account") == "other" else OWN
    template = case.get("resource") or RESOURCES[action.partition(":")[0]]

    def document(rows: list[str]) -> dict[str, Any]:
        found = [statement(row, own, action) for row in rows]
        return {"Version": "2012-10-17", "Statement": found}

    def maybe(name: str) -> dict[str, Any] | None:
        return document(case[name]) if name in case else None

    who = {"aws:PrincipalArn": own, "aws:PrincipalAccount": OWN}
    who |= {"aws:username": "ann"} if own == USER else {}
    return Situation(
        0,
        own,
        action,
        template if "${" in template else template.format(account=account),
        account,
        who | case.get("context", {}),
        identity=[document(case["identity"])] if "identity" in case else [],
        boundary=maybe("boundary"),
        session=maybe("session"),
        scps=[[document(level)] for level in case.get("scps", ())],
        rcps=[[document(level)] for level in case.get("rcps", ())],
        policy=maybe("policy"),
    )


@pytest.mark.parametrize("case", CASES)
def test_says_what_the_guide_says(case):
    assert ours(read(case)).truth is WANTED[case["wanted"]]


def test_the_simulator_says_the_same():
    """The cases are read as they are meant: somebody else's reading agrees."""
    situations = [read(parameters.values[0]) for parameters in CASES]
    asked = [list(requests(each)) for each in situations]
    answers = simulate(request for each in asked for request in each)
    for parameters, given, each in zip(CASES, situations, asked, strict=True):
        theirs = [next(answers) for _ in each]
        wanted = WANTED[parameters.values[0]["wanted"]]
        assert agreeing(given, wanted, theirs), parameters.id
