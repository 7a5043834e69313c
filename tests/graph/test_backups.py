"""From resources to copies: what declares one, whom it covers, where it lies, what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from graph.grants import DeclaredBackup, DeclaredStore, Grants
from graph.model import Cascade, EdgeKind, Grade, Kind
from graph.resource import Presence
from graph.values import Truth
from tests.graph.estates import HERE, described, missing, ref, res

DB = "aws_db_instance.main"


def copies(graph, store, mechanism=None):
    found = graph.copies_of.get(store, ())
    return [item for item in found if mechanism in (None, item.mechanism)]


def only(graph, store, mechanism):
    found = copies(graph, store, mechanism)
    assert len(found) == 1, [(item.node, item.mechanism) for item in graph.copies]
    return found[0]


def test_rds_defaults_mean_no_backup_at_all():
    graph = described(res(DB, identifier="main", skip_final_snapshot=True))
    assert list(graph.stores) == [DB]
    assert copies(graph, DB) == []


@pytest.mark.parametrize(
    ("attributes", "attached"),
    [
        ({"backup_retention_period": 7}, Truth.YES),
        ({"backup_retention_period": "7"}, Truth.YES),
        ({"backup_retention_period": missing("days")}, Truth.MAYBE),
        ({"backup_retention_period": 0}, None),
        ({}, None),
    ],
)
def test_rds_automated_backups(attributes, attached):
    graph = described(res(DB, identifier="main", skip_final_snapshot=True, **attributes))
    found = copies(graph, DB)
    assert [item.attached for item in found] == ([] if attached is None else [attached])


@pytest.mark.parametrize(
    ("attributes", "terraform"),
    [
        ({}, Cascade.ALWAYS),
        ({"delete_automated_backups": True}, Cascade.ALWAYS),
        ({"delete_automated_backups": False}, Cascade.NEVER),
        ({"delete_automated_backups": missing("keep")}, Cascade.UNKNOWN),
    ],
)
def test_an_argument_of_the_delete_call_binds_terraform_only(attributes, terraform):
    graph = described(res(DB, identifier="main", backup_retention_period=7, **attributes))
    copy = only(graph, DB, "aws.rds.automated_backup")
    assert copy.cascade is Cascade.ALWAYS
    assert copy.cascade_by_caller
    assert copy.terraform_cascade is terraform
    assert copy.horizon == timedelta(days=7)


def test_a_final_snapshot_exists_for_terraform_only():
    graph = described(res(DB, identifier="main", final_snapshot_identifier="last"))
    copy = only(graph, DB, "aws.rds.final_snapshot")
    assert copy.made_by_delete
    assert (copy.cascade, copy.terraform_cascade) == (Cascade.ALWAYS, Cascade.NEVER)


def test_snapshots_and_copies_of_snapshots_belong_to_the_database():
    graph = described(
        res(DB, identifier="main"),
        res("aws_db_snapshot.s", db_instance_identifier="main", db_snapshot_identifier="s"),
        res(
            "aws_db_snapshot_copy.c",
            source_db_snapshot_identifier=ref("aws_db_snapshot.s.db_snapshot_arn"),
            target_db_snapshot_identifier="c",
            region="us-east-1",
        ),
    )
    snapshot = only(graph, DB, "aws.rds.manual_snapshot")
    copy = only(graph, DB, "aws.rds.snapshot_copy")
    assert snapshot.node == "aws_db_snapshot.s"
    assert snapshot.terraform is Truth.YES
    assert graph.nodes[copy.node].scope.region == "us-east-1"


def test_a_replica_is_no_store_and_no_copy():
    replica = res("aws_db_instance.r", identifier="r", replicate_source_db=ref(f"{DB}.identifier"))
    graph = described(res(DB, identifier="main"), replica)
    assert list(graph.stores) == [DB]
    copy = only(graph, DB, "aws.rds.read_replica")
    assert not copy.counts
    assert [edge.kind for edge in graph.edges if edge.target == copy.node] == [EdgeKind.REPLICATES]


BUCKET = "aws_s3_bucket.data"


def test_bucket_versions_lie_in_the_bucket_and_survive_deleted_objects():
    graph = described(
        res(BUCKET, bucket="data"),
        res(
            "aws_s3_bucket_versioning.v",
            bucket=ref(f"{BUCKET}.id"),
            versioning_configuration=[{"status": "Enabled"}],
        ),
    )
    copy = only(graph, BUCKET, "aws.s3.versioning")
    assert copy.container == BUCKET
    assert copy.domains["storage_unit"] is Truth.YES
    assert copy.managed_by_store
    assert graph.nodes[copy.node].paths == ("arn:aws:s3:::data/*",)


@pytest.mark.parametrize(
    ("mode", "grade"), [("GOVERNANCE", Grade.GOVERNANCE), ("COMPLIANCE", Grade.COMPLIANCE)]
)
def test_object_lock_raises_what_lies_in_the_bucket(mode, grade):
    graph = described(
        res(BUCKET, bucket="data"),
        res(
            "aws_s3_bucket_versioning.v",
            bucket="data",
            versioning_configuration=[{"status": "Enabled"}],
        ),
        res(
            "aws_s3_bucket_object_lock_configuration.l",
            bucket=ref(f"{BUCKET}.bucket"),
            rule=[{"default_retention": [{"mode": mode, "days": 30}]}],
        ),
    )
    copy = only(graph, BUCKET, "aws.s3.versioning")
    assert copy.grade is grade
    assert copy.lock == timedelta(days=30)


def test_an_unknown_lock_raises_nothing():
    graph = described(
        res(BUCKET, bucket="data"),
        res(
            "aws_s3_bucket_versioning.v",
            bucket="data",
            versioning_configuration=[{"status": "Enabled"}],
        ),
        res(
            "aws_s3_bucket_object_lock_configuration.l",
            bucket="data",
            rule=[{"default_retention": [{"mode": missing("mode"), "days": 30}]}],
        ),
    )
    assert only(graph, BUCKET, "aws.s3.versioning").grade is Grade.NONE


def test_replication_lies_in_the_other_bucket():
    graph = described(
        res(BUCKET, bucket="data"),
        res("aws_s3_bucket.far", bucket="far", region="us-east-1", account="222222222222"),
        res(
            "aws_s3_bucket_replication_configuration.r",
            bucket="data",
            rule=[{"status": "Enabled", "destination": [{"bucket": ref("aws_s3_bucket.far.arn")}]}],
        ),
    )
    copy = only(graph, BUCKET, "aws.s3.replication")
    scope = graph.nodes[copy.node].scope
    assert copy.container == "aws_s3_bucket.far"
    assert (scope.region, scope.account) == ("us-east-1", "222222222222")


TABLE = "aws_dynamodb_table.t"


def test_dynamodb_point_in_time_recovery_leaves_35_days():
    graph = described(res(TABLE, name="t", point_in_time_recovery=[{"enabled": True}]))
    copy = only(graph, TABLE, "aws.dynamodb.pitr")
    assert (copy.cascade, copy.grace) == (Cascade.GRACE, timedelta(days=35))


def plan(*rules, **more):
    return res("aws_backup_plan.p", name="p", rule=list(rules), **more)


VAULT = res("aws_backup_vault.v", name="v", kms_key_arn=None)
DAILY = {"rule_name": "daily", "target_vault_name": "v", "lifecycle": [{"delete_after": 35}]}


def selection(**more):
    return res("aws_backup_selection.s", plan_id=ref("aws_backup_plan.p.id"), **more)


@pytest.mark.parametrize(
    ("chosen", "attached"),
    [
        ({"resources": [ref(f"{TABLE}.arn")]}, Truth.YES),
        ({"resources": ["arn:aws:dynamodb:eu-west-1:111111111111:table/t"]}, Truth.YES),
        ({"resources": ["arn:aws:dynamodb:*:*:table/*"]}, Truth.YES),
        ({"resources": ["*"]}, Truth.YES),
        ({"resources": ["arn:aws:rds:*:*:db:*"]}, None),
        ({"resources": ["*"], "not_resources": ["arn:aws:dynamodb:*:*:table/t"]}, None),
        ({"resources": [missing("arn")]}, Truth.MAYBE),
        ({"resources": [ref("aws_db_instance.other.arn")]}, Truth.MAYBE),
        ({"selection_tag": [{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}]}, Truth.YES),
        ({"selection_tag": [{"type": "STRINGEQUALS", "key": "backup", "value": "daily"}]}, None),
        ({"selection_tag": [{"type": "STRINGEQUALS", "key": "Backup", "value": "Daily"}]}, None),
        ({"selection_tag": [{"type": "STRINGEQUALS", "key": "Backup", "value": missing("x")}]}, Truth.MAYBE),
        (
            {
                "resources": ["*"],
                "condition": [{"string_equals": [{"key": "aws:ResourceTag/Backup", "value": "daily"}]}],
            },
            Truth.YES,
        ),
        (
            {
                "resources": ["*"],
                "condition": [{"string_not_equals": [{"key": "aws:ResourceTag/Backup", "value": "daily"}]}],
            },
            None,
        ),
        (
            {
                "resources": ["*"],
                "condition": [{"string_like": [{"key": "aws:ResourceTag/Backup", "value": "d*"}]}],
            },
            Truth.YES,
        ),
        ({"resources": ["*"], "region": "us-east-1"}, None),
        ({"resources": ["*"], "account": "222222222222"}, None),
    ],
)  # fmt: skip
def test_aws_backup_selections(chosen, attached):
    graph = described(
        res(TABLE, name="t", tags={"Backup": "daily"}), VAULT, plan(DAILY), selection(**chosen)
    )
    found = copies(graph, TABLE, "aws.backup.plan_vault")
    assert [item.attached for item in found] == ([] if attached is None else [attached])


@pytest.mark.parametrize(
    ("store", "type_", "arn", "key"),
    [
        (res(DB, identifier="x", kms_key_id="own"), "aws/rds-recovery-point",
         "arn:aws:rds:eu-west-1:111111111111:snapshot:awsbackup:*", "own"),
        (res("aws_ebs_volume.main", kms_key_id="own"), "aws/ebs-recovery-point",
         "arn:aws:ec2:eu-west-1::snapshot/*", "own"),
        (res("aws_efs_file_system.main", kms_key_id="own"), "aws/recovery-point",
         "arn:aws:backup:eu-west-1:111111111111:recovery-point:*", "vault"),
    ],
)  # fmt: skip
def test_a_recovery_point_is_what_its_service_makes_of_it(store, type_, arn, key):
    vault = res("aws_backup_vault.v", name="v", kms_key_arn="vault")
    graph = described(store, vault, plan(DAILY), selection(resources=["*"]))
    copy = only(graph, store.address, "aws.backup.plan_vault")
    node = graph.nodes[copy.node]
    assert (node.type, node.paths, copy.key) == (type_, (arn,), key)


def test_default_tags_select_too():
    chosen = selection(selection_tag=[{"key": "Backup", "value": "daily"}])
    table = res(TABLE, name="t", default_tags={"Backup": "daily"})
    graph = described(table, VAULT, plan(DAILY), chosen)
    assert only(graph, TABLE, "aws.backup.plan_vault").attached is Truth.YES


def test_unknown_tags_may_select():
    chosen = selection(selection_tag=[{"key": "Backup", "value": "daily"}])
    graph = described(res(TABLE, name="t", tags=missing("tags")), VAULT, plan(DAILY), chosen)
    assert only(graph, TABLE, "aws.backup.plan_vault").attached is Truth.MAYBE


def test_a_plan_without_a_selection_is_no_backup():
    assert copies(described(res(TABLE, name="t"), VAULT, plan(DAILY)), TABLE) == []


@pytest.mark.parametrize(
    ("lock", "grade"),
    [({}, Grade.GOVERNANCE), ({"changeable_for_days": 3}, Grade.COMPLIANCE)],
)
def test_vault_lock(lock, grade):
    graph = described(
        res(TABLE, name="t"),
        VAULT,
        plan(DAILY),
        selection(resources=["*"]),
        res("aws_backup_vault_lock_configuration.l", backup_vault_name=ref("aws_backup_vault.v.name"), **lock),
    )  # fmt: skip
    copy = only(graph, TABLE, "aws.backup.plan_vault")
    assert copy.grade is grade
    assert copy.lock == timedelta(days=35)
    assert copy.age == (timedelta(0), timedelta(days=1))


def test_a_copy_action_lies_where_its_arn_says():
    rule = {**DAILY, "copy_action": [{
        "destination_vault_arn": "arn:aws:backup:eu-central-1:222222222222:backup-vault:far",
        "lifecycle": [{"delete_after": 90}],
    }]}  # fmt: skip
    graph = described(res(TABLE, name="t"), VAULT, plan(rule), selection(resources=["*"]))
    copy = only(graph, TABLE, "aws.backup.copy_action")
    scope = graph.nodes[copy.node].scope
    assert (scope.region, scope.account) == ("eu-central-1", "222222222222")
    assert copy.horizon == timedelta(days=90)
    assert len(copies(graph, TABLE)) == 2


def test_a_latent_plan_covers_nothing_and_a_symbolic_one_may():
    for presence, expected in ((Presence.LATENT, []), (Presence.SYMBOLIC, [Truth.MAYBE])):
        graph = described(
            res(TABLE, name="t"), VAULT, plan(DAILY, presence=presence), selection(resources=["*"])
        )
        assert [item.attached for item in copies(graph, TABLE)] == expected


VOLUME = "aws_ebs_volume.v"


@pytest.mark.parametrize(
    ("tags", "attached"),
    [({"Snap": "yes"}, Truth.YES), ({"Snap": "no"}, None), ({}, None), (missing("t"), Truth.MAYBE)],
)
def test_snapshot_lifecycle_policies_select_by_tag(tags, attached):
    policy = res(
        "aws_dlm_lifecycle_policy.p",
        policy_details=[
            {
                "target_tags": {"Snap": "yes", "Other": "x"},
                "schedule": [
                    {
                        "create_rule": [{"interval": 12}],
                        "retain_rule": [{"count": 14}],
                        "cross_region_copy_rule": [
                            {
                                "target": "us-east-1",
                                "retain_rule": [{"interval": 1, "interval_unit": "MONTHS"}],
                            }
                        ],
                    }
                ],
            }
        ],
    )
    graph = described(res(VOLUME, availability_zone="eu-west-1a", tags=tags), policy)
    here = copies(graph, VOLUME, "aws.ebs.dlm_policy")
    far = copies(graph, VOLUME, "aws.ebs.dlm_cross_region")
    assert [item.attached for item in here] == ([] if attached is None else [attached])
    if here:
        assert here[0].age == (timedelta(0), timedelta(hours=12))
        assert here[0].horizon == timedelta(days=7)
        assert graph.nodes[far[0].node].scope.region == "us-east-1"
        assert far[0].horizon == timedelta(days=31)


def declared(**more):
    given = {"id": "dump", "of": ("main",), "place": "saas:laptop", "location": HERE, **more}
    return DeclaredBackup(**given)


def test_a_declared_dump_has_the_age_it_was_seen_with():
    grants = Grants(
        stores=(DeclaredStore("main", (f"tf:{DB}",), HERE, max_loss=timedelta(days=1)),),
        backups=(declared(newest=date(2026, 8, 26), kind="dump", deletable_by=("ops",)),),
    )
    graph = described(res(DB, identifier="x"), grants=grants)
    copy = only(graph, DB, "declared.dump")
    assert copy.node == "dump"
    assert copy.age == (timedelta(days=90), timedelta(days=90))
    assert graph.stores[DB].max_loss == timedelta(days=1)
    assert graph.nodes["dump"].scope.vendor == "saas"
    assert [edge.source for edge in graph.edges if edge.target == "dump"] == ["ops"]


def test_a_declared_backup_inside_the_store_says_more_of_the_known_one():
    grants = Grants(backups=(declared(of=(DB,), place="same", kind="pitr", id="rds"),))
    graph = described(res(DB, identifier="x", backup_retention_period=7), grants=grants)
    copy = only(graph, DB, "aws.rds.automated_backup")
    assert copy.node == "rds"
    assert copy.cascade is Cascade.ALWAYS


def test_a_backup_of_nothing_is_a_problem():
    graph = described(res(DB, identifier="x"), grants=Grants(backups=(declared(of=("nope",)),)))
    assert [problem.what for problem in graph.problems] == ["backup dump"]


def test_nodes_of_copies_are_backups_with_the_scope_of_where_they_lie():
    graph = described(res(DB, identifier="x", backup_retention_period=7))
    node = graph.nodes[f"{DB}#automated-backup"]
    assert node.kind is Kind.BACKUP
    assert node.type == "aws/rds-automated-backup"
    assert node.paths == ("arn:aws:rds:eu-west-1:111111111111:auto-backup:*",)


@pytest.mark.parametrize(
    ("type_", "attributes", "kept"),
    [
        ("aws_docdb_cluster", {}, timedelta(days=1)),
        ("aws_neptune_cluster", {"backup_retention_period": 7}, timedelta(days=7)),
        ("aws_opensearch_domain", {}, timedelta(days=14)),
        ("aws_redshift_cluster", {}, timedelta(days=1)),
        ("aws_fsx_windows_file_system", {}, timedelta(days=7)),
        ("aws_elasticache_replication_group", {"snapshot_retention_limit": 3}, timedelta(days=3)),
    ],
)
def test_what_a_service_keeps_by_itself_dies_with_the_store(type_, attributes, kept):
    (copy,) = copies(described(res(f"{type_}.x", **attributes)), f"{type_}.x")
    assert copy.cascade is Cascade.ALWAYS
    assert copy.horizon == kept


@pytest.mark.parametrize(
    ("type_", "attributes"),
    [
        ("aws_elasticache_replication_group", {}),
        ("aws_fsx_openzfs_file_system", {}),
        ("aws_fsx_windows_file_system", {"automatic_backup_retention_days": 0}),
        ("aws_redshift_cluster", {"automated_snapshot_retention_period": 0}),
    ],
)
def test_where_a_service_keeps_nothing_by_itself_there_is_no_copy(type_, attributes):
    graph = described(res(f"{type_}.x", skip_final_snapshot=True, **attributes))
    assert copies(graph, f"{type_}.x") == []


@pytest.mark.parametrize(
    ("at", "store", "attached"),
    [
        ("aws_s3_bucket.b[?]", "aws_s3_bucket.b[?]", Truth.YES),
        ("module.m[?].aws_s3_bucket_versioning.v", "module.m[?].aws_s3_bucket.b", Truth.YES),
        ("aws_s3_bucket_versioning.v[?]", "aws_s3_bucket.b[?]", Truth.MAYBE),
        ("module.n[?].aws_s3_bucket_versioning.v", "module.m[?].aws_s3_bucket.b", Truth.MAYBE),
    ],
)
def test_a_setting_of_what_may_be_there_is_there_with_it(at, store, attached):
    bucket = res("aws_s3_bucket.b", bucket="x", versioning={"enabled": at == store})
    status = {"status": "Enabled"}
    setting = res("aws_s3_bucket_versioning.v", bucket="x", versioning_configuration=status)
    both = [
        replace(bucket, address=store),
        *([replace(setting, address=at)] if at != store else []),
    ]
    graph = described(*(replace(item, presence=Presence.SYMBOLIC) for item in both))
    (copy,) = copies(graph, store, "aws.s3.versioning")
    assert copy.attached is attached
