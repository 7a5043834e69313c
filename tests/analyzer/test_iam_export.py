"""`aws iam get-account-authorization-details` beside code, in the shape that AWS documents."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest

from analyzer.pipeline import analyze
from analyzer.readers.iam import read_export
from analyzer.settings import Settings
from graph.model import EdgeKind, Verb
from graph.problems import ProblemKind
from graph.values import Truth

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES
IAM = "arn:aws:iam::111111111111"
OTHER = "arn:aws:iam::222222222222"
ADMIN = {
    "PolicyName": "AdministratorAccess",
    "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
}
CODE = """
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}
resource "aws_s3_bucket" "files" { bucket = "shop-files-prod" }
variable "policy" {}
resource "aws_iam_role" "ci" {
  name               = "ci"
  assume_role_policy = var.policy
}
resource "aws_iam_role_policy" "ci" {
  role   = aws_iam_role.ci.name
  policy = var.policy
}
"""


def document(action, resource="*"):
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def trust(principal):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def role(name="ci", head=IAM, **more):
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": "AROAEXAMPLE",
        "Arn": f"{head}:role/{name}",
        "CreateDate": "2020-01-01T00:00:00+00:00",
        "AssumeRolePolicyDocument": trust({"Service": "ec2.amazonaws.com"}),
        "InstanceProfileList": [],
        "RolePolicyList": [],
        "AttachedManagedPolicies": [],
        "Tags": [],
        "RoleLastUsed": {"LastUsedDate": "2026-11-01T00:00:00+00:00", "Region": "eu-west-1"},
        **more,
    }


def user(name="ops", **more):
    return {
        "Path": "/",
        "UserName": name,
        "UserId": "AIDAEXAMPLE",
        "Arn": f"{IAM}:user/{name}",
        "GroupList": [],
        "AttachedManagedPolicies": [],
        "Tags": [],
        **more,
    }


def group(name, **more):
    base = {"Path": "/", "GroupName": name, "GroupId": "AGPAEXAMPLE", "Arn": f"{IAM}:group/{name}"}
    return {**base, "GroupPolicyList": [], "AttachedManagedPolicies": [], **more}


def managed(name, *versions):
    found = [
        {
            "Document": content,
            "VersionId": f"v{number}",
            "IsDefaultVersion": number == len(versions),
        }
        for number, content in enumerate(versions, 1)
    ]
    arn = f"{IAM}:policy/{name}"
    return {"PolicyName": name, "Arn": arn, "Path": "/", "PolicyVersionList": found}


def world(tmp_path: Path, *exports, code: str = CODE):
    (tmp_path / "main.tf").write_text(code)
    paths = []
    for number, content in enumerate(exports):
        paths.append(tmp_path / f"iam-{number}.json")
        lists = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        paths[-1].write_text(json.dumps({**lists, **content}, indent=2))
    settings = Settings((tmp_path,), exports=tuple(paths), today=date(2026, 11, 24))
    return analyze(settings)


def destroyers(report, target="aws_s3_bucket.files"):
    return {name: power.truth for name, power in report.world.reach.who(target, Verb.DESTROY)}


def test_who_is_in_no_code_is_a_credential(tmp_path):
    admins = group("admins", AttachedManagedPolicies=[ADMIN])
    report = world(
        tmp_path, {"UserDetailList": [user(GroupList=["admins"])], "GroupDetailList": [admins]}
    )
    assert destroyers(report) == {f"{IAM}:user/ops": YES}
    assert report.world.graph.nodes[f"{IAM}:user/ops"].location.line > 1


@pytest.mark.parametrize("encode", [lambda it: it, lambda it: quote(json.dumps(it))])
def test_an_inline_policy_is_an_object_or_encoded(tmp_path, encode):
    policy = {"PolicyName": "p", "PolicyDocument": encode(document("s3:DeleteObject"))}
    report = world(tmp_path, {"RoleDetailList": [role("batch", RolePolicyList=[policy])]})
    assert destroyers(report) == {f"{IAM}:role/batch": YES}


def test_the_default_version_counts(tmp_path):
    attached = [{"PolicyName": "files", "PolicyArn": f"{IAM}:policy/files"}]
    users = [user(AttachedManagedPolicies=attached)]
    old, new = document("s3:DeleteObject"), document("s3:ListBucket")
    assert destroyers(
        world(tmp_path, {"UserDetailList": users, "Policies": [managed("files", new, old)]})
    )
    report = world(tmp_path, {"UserDetailList": users, "Policies": [managed("files", old, new)]})
    assert not destroyers(report)


def test_what_the_code_leaves_open_the_export_says(tmp_path):
    policy = {"PolicyName": "p", "PolicyDocument": document("s3:DeleteObject")}
    assert destroyers(world(tmp_path)) == {}
    report = world(tmp_path, {"RoleDetailList": [role(RolePolicyList=[policy])]})
    assert destroyers(report) == {"aws_iam_role.ci": YES}
    holders = report.world.graph.incoming["aws_iam_role.ci"]
    assert [e.source for e in holders if e.kind is EdgeKind.HOLDS] == ["service:ec2.amazonaws.com"]
    assert not [it for it in report.world.graph.nodes if it.startswith(f"{IAM}:role/ci")]
    assert not [it for it in report.problems if it.whose]


def test_a_boundary_limits(tmp_path):
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": f"{IAM}:policy/b"}
    users = [user(AttachedManagedPolicies=[ADMIN], PermissionsBoundary=boundary)]
    policies = [managed("b", document("s3:GetObject"))]
    report = world(tmp_path, {"UserDetailList": users, "Policies": policies})
    assert not destroyers(report)


def test_a_role_is_assumed_from_another_account(tmp_path):
    here = role(
        "deploy",
        AssumeRolePolicyDocument=trust({"AWS": f"{OTHER}:role/ci"}),
        AttachedManagedPolicies=[ADMIN],
    )
    policy = {"PolicyName": "p", "PolicyDocument": document("sts:AssumeRole", here["Arn"])}
    there = role("ci", OTHER, RolePolicyList=[policy])
    twin = role("cd", OTHER, RolePolicyList=[policy])
    report = world(tmp_path, {"RoleDetailList": [here]}, {"RoleDetailList": [there, twin]})
    assert destroyers(report) == {here["Arn"]: YES, there["Arn"]: YES}


def test_a_role_of_the_same_name_in_another_account_is_another(tmp_path):
    policy = {"PolicyName": "p", "PolicyDocument": document("s3:DeleteObject")}
    report = world(tmp_path, {"RoleDetailList": [role("ci", OTHER, RolePolicyList=[policy])]})
    assert "aws_iam_role.ci" not in destroyers(report)


def test_an_instance_profile_is_that_of_its_role(tmp_path):
    code = CODE + 'resource "aws_instance" "w" { iam_instance_profile = "batch" }\n'
    profile = {"Path": "/", "InstanceProfileName": "batch", "Arn": f"{IAM}:instance-profile/batch"}
    batch = role("batch", AttachedManagedPolicies=[ADMIN], InstanceProfileList=[profile])
    policy = {"PolicyName": "p", "PolicyDocument": document("ssm:SendCommand")}
    users = [user("dev", UserPolicyList=[policy])]
    report = world(tmp_path, {"RoleDetailList": [batch], "UserDetailList": users}, code=code)
    assert destroyers(report)[f"{IAM}:user/dev"] is not NO


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "{}", '{"Version": 1}', "[" * 100_000, '{"UserDetailList": "', "\x00"],
)
def test_what_is_no_export_is_said(text):
    (problem,) = read_export(text, "x.json").problems
    assert problem.kind is ProblemKind.UNREADABLE


@pytest.mark.parametrize(
    "content",
    [
        {"UserDetailList": [{}, 1, None, {"Arn": 1}, {"Arn": "arn:aws:s3:::x"}]},
        {"RoleDetailList": [{"Arn": f"{IAM}:role/x"}]},
        {"RoleDetailList": [{"Arn": f"{IAM}:role/x", "AssumeRolePolicyDocument": "%7B"}]},
        {"Policies": [{"Arn": f"{IAM}:policy/x", "PolicyVersionList": {}}]},
        {"UserDetailList": [user(GroupList=3, Tags=[1, {"Key": 2}], PermissionsBoundary=1)]},
        {"UserDetailList": [user()], "IsTruncated": True},
    ],
)
def test_a_broken_entry_costs_itself_only(tmp_path, content):
    export = read_export(json.dumps(content), "x.json")
    assert bool(export.problems) is ("Tags" not in str(content) or "IsTruncated" in content)
    assert world(tmp_path, content).world.graph.nodes


def test_a_token_in_a_policy_is_not_kept():
    statement = trust({"AWS": f"{OTHER}:root"})
    token = "ghp_" + "a1B2" * 9
    statement["Statement"][0]["Condition"] = {"StringEquals": {"aws:PrincipalTag/token": token}}
    export = read_export(
        json.dumps({"RoleDetailList": [role(AssumeRolePolicyDocument=statement)]}), "x.json"
    )
    assert token not in repr(export)
