"""AWS-managed policies: the right document for an ARN, in every partition, and none invented."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from graph import managed_policies as managed
from graph.managed_policies import managed_policy

ROOT = Path(__file__).parents[2]


def actions(document, effect="Allow"):
    for statement in document["Statement"]:
        if statement["Effect"] == effect:
            found = statement.get("Action", ())
            yield from (found,) if isinstance(found, str) else found


def test_administrator_access_allows_everything():
    document = managed_policy("arn:aws:iam::aws:policy/AdministratorAccess")
    assert document["Statement"] == [{"Effect": "Allow", "Action": "*", "Resource": "*"}]


def test_power_user_access_allows_all_but_identities():
    document = managed_policy("arn:aws:iam::aws:policy/PowerUserAccess")
    excluded = [each["NotAction"] for each in document["Statement"] if "NotAction" in each]
    assert len(excluded) == 1
    assert {"iam:*", "organizations:*", "account:*"} <= set(excluded[0])


def test_read_only_access_destroys_nothing_and_reads_objects():
    found = set(actions(managed_policy("arn:aws:iam::aws:policy/ReadOnlyAccess")))
    assert "s3:Get*" in found
    assert not [name for name in found if re.search(r":(Delete|Put|\*)", name)]


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
        "arn:aws:iam::aws:policy/job-function/DatabaseAdministrator",
        "arn:aws:iam::aws:policy/aws-service-role/AmazonRDSServiceRolePolicy",
    ],
)
def test_a_path_is_part_of_the_name(arn):
    assert list(actions(managed_policy(arn)))
    assert managed_policy(arn.replace(arn.split("/")[1] + "/", "")) is None


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov"])
def test_other_partitions_have_the_document_with_their_own_arns(partition):
    name = "iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
    here, there = managed_policy(f"arn:aws:{name}"), managed_policy(f"arn:{partition}:{name}")
    assert list(actions(here)) == list(actions(there))
    resources = [each["Resource"] for each in there["Statement"]]
    arns = [arn for each in resources for arn in ((each,) if isinstance(each, str) else each)]
    assert any(arn.startswith(f"arn:{partition}:") for arn in arns)
    assert not [arn for arn in arns if arn.startswith("arn:aws:")]


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::aws:policy/NoSuchPolicy",
        "arn:aws:iam::123456789012:policy/AdministratorAccess",
        "AdministratorAccess",
        "arn:aws:iam::aws:policy/",
        "",
    ],
)
def test_any_other_arn_has_no_document(arn):
    assert managed_policy(arn) is None


def test_every_document_is_one_and_the_data_says_its_age():
    policies = managed._data()["policies"]
    assert len(policies) > 1000
    assert all(document["Statement"] for document in policies.values())
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", managed.as_of())


def test_the_attribution_names_the_source_of_the_data():
    assert managed._data()["source"].split()[0] in (ROOT / "NOTICE").read_text(encoding="utf-8")


def test_the_script_reads_the_module_as_text():
    script = runpy.run_path(str(ROOT / "tools/managed_policies.py"))
    assert script["documents"]('name = """{"P": {"Path": "/"}}"""') == {"P": {"Path": "/"}}
