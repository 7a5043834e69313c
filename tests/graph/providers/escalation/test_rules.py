"""Every rule fires where its calls are allowed, and no more when one of them is taken away."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from graph.model import Verb
from graph.providers.aws.escalation.rules import rules
from graph.reach import Reach
from graph.store import Graph
from graph.values import Truth
from tests.graph.providers.aws import graph_from

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text())["case"]
POWER = json.dumps({"Statement": [{"Effect": "Allow", "Action": "rds:*", "Resource": "*"}]})
BASE = 'resource "aws_db_instance" "d" { identifier = "d" }\n'
ROLE = """
resource "aws_iam_role" "t" {
  name = "t"
  assume_role_policy = jsonencode({ Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "SERVICE.amazonaws.com" } }] })
}
resource "aws_iam_role_policy" "t" {
  role   = aws_iam_role.t.name
  policy = local.power
}
"""
TARGET = """
resource "aws_iam_user" "t" { name = "t" }
resource "aws_iam_user_policy" "t" {
  user   = aws_iam_user.t.name
  policy = local.power
}
"""
RUNS = 'resource "TYPE" "w" {\n  NAME = "w"\n  ROLE = aws_iam_role.t.arn\n}\n'
INSTANCE = """
resource "aws_iam_instance_profile" "t" {
  name = "t"
  role = aws_iam_role.t.name
}
resource "aws_instance" "w" { iam_instance_profile = aws_iam_instance_profile.t.name }
"""
CHOSEN = """
resource "aws_iam_policy" "power" {
  name   = "power"
  policy = local.power
}
"""
TASK = "{role:ecs-tasks}\n{runs:aws_ecs_task_definition family task_role_arn}"


def world(text: str) -> str:
    text = text.replace("{instance}", "{role:ec2}" + INSTANCE).replace("{task}", TASK)
    text = re.sub(r"\{role:([\w.-]+)\}", lambda m: ROLE.replace("SERVICE", m[1]), text)
    text = re.sub(
        r"\{runs:(\w+) (\w+) (\w+)\}",
        lambda m: RUNS.replace("TYPE", m[1]).replace("NAME", m[2]).replace("ROLE", m[3]),
        text,
    )
    return text.replace("{user}", TARGET).replace("{chosen}", CHOSEN)


def document(effect: str, calls: list[str]) -> str:
    rows = [{"Effect": effect, "Action": calls, "Resource": "*"}]
    return json.dumps({"Version": "2012-10-17", "Statement": rows})


def users(case) -> dict[str, list[str]]:
    """The user with all permissions, and one user without each."""
    every = case["allow"]
    lacking = {f"without_{n}": [it for it in every if it != call] for n, call in enumerate(every)}
    return {"u": every, **lacking}


def terraform(case) -> str:
    names = list(users(case))
    text = BASE + world(case["world"])
    text += f"\nlocals {{\n  users = {json.dumps(names)}\n  power = {json.dumps(POWER)}\n}}\n"
    bounded = ""
    if "boundary" in case:
        limit = json.dumps(document("Allow", case["boundary"]))
        text += f'resource "aws_iam_policy" "limit" {{\n  name = "limit"\n  policy = {limit}\n}}\n'
        bounded = "  permissions_boundary = aws_iam_policy.limit.arn\n"
    if "deny" in case:
        text += denial(case["deny"])
    for name, calls in users(case).items():
        text += f'resource "aws_iam_user" "{name}" {{\n  name = "{name}"\n{bounded}}}\n'
        policy = json.dumps(allowed(case, calls or ["ec2:Describe*"]))
        text += f'resource "aws_iam_user_policy" "{name}" {{\n  user = aws_iam_user.{name}.name\n'
        text += f"  policy = {policy}\n}}\n"
    return text


def allowed(case, calls: list[str]) -> str:
    rows = [{"Effect": "Allow", "Action": calls, "Resource": case.get("on", "*")}]
    if "condition" in case:
        rows[0]["Condition"] = case["condition"]
        free = [call for call in calls if call in case.get("free", ())]
        rows += [{**rows[0], "Action": free, "Condition": {}}] if free else []
    return json.dumps({"Version": "2012-10-17", "Statement": rows})


def denial(calls: list[str]) -> str:
    return f"""
resource "aws_iam_policy" "deny" {{
  name   = "deny"
  policy = {json.dumps(document("Deny", calls))}
}}
resource "aws_iam_user_policy_attachment" "deny" {{
  for_each   = toset(local.users)
  user       = each.key
  policy_arn = aws_iam_policy.deny.arn
}}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    @cache
    def build(number: int) -> Graph:
        folder = tmp_path_factory.mktemp(CASES[number]["rule"])
        return graph_from(folder, terraform(CASES[number]))

    return build


def fact_ids(path) -> set[str | None]:
    return {evidence.fact for edge in path.edges for evidence in edge.evidence}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[it["rule"] for it in CASES])
def test_a_rule_fires_with_its_permissions_and_not_without_one(built, number):
    case, reach = CASES[number], Reach(built(number))
    path = reach.witness("aws_iam_user.u", Verb.DESTROY, "aws_db_instance.d")
    assert path is not None
    assert path.calls == (*case["calls"], "rds:DeleteDBInstance")
    assert case["rule"] in fact_ids(path)
    assert path.truth is (Truth.YES if case.get("sure", True) else Truth.MAYBE)
    for name, calls in users(case).items():
        if name == "u":
            continue
        lost = set(case["allow"]) - set(calls)
        found = reach.witness(f"aws_iam_user.{name}", Verb.DESTROY, "aws_db_instance.d")
        if lost <= set(case.get("optional", ())):
            assert found is not None
            assert found.truth is Truth.MAYBE
        else:
            assert found is None or case["rule"] not in fact_ids(found)
            assert found is None or fact_ids(found) & set(case.get("also", ())) or not calls


def test_every_rule_has_a_case():
    assert {case["rule"] for case in CASES} == {rule.id for rule in rules()}
