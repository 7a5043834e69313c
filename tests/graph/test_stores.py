"""Resources → stores, keys, guards, states and what buckets are for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.estate import Estate
from graph.grants import Grants
from graph.model import EdgeKind, Kind
from graph.resource import Presence, Stack
from graph.states import state_id
from graph.stores import describe, terraform_guards
from graph.values import Truth, Unknown, Why
from tests.graph.estates import HERE, TODAY, joined, missing, ref, res

DB = "aws_db_instance.main"


def facts(*resources):
    return joined([describe(Estate(tuple(resources), Grants(), TODAY))])


def with_backend(resource, path=".", **backend):
    return replace(resource, stack=Stack(resource.stack.id, path, backend=backend, location=HERE))


def guards(resource, *more):
    return {g.id: g for g in facts(resource, *more).stores[resource.address].guards}


class TestGuards:
    @pytest.mark.parametrize(
        ("value", "on"), [(True, Truth.YES), (False, Truth.NO), (missing("x"), Truth.MAYBE)]
    )
    def test_deletion_protection(self, value, on) -> None:
        found = guards(res(DB, deletion_protection=value))["aws.rds.deletion_protection"]
        assert (found.on, found.removable_by) == (on, ("rds:ModifyDBInstance",))

    def test_its_default_is_off(self) -> None:
        assert guards(res(DB))["aws.rds.deletion_protection"].on is Truth.NO

    def test_prevent_destroy_binds_terraform_only(self) -> None:
        found = guards(res(DB, lifecycle={"prevent_destroy": True}))["terraform.prevent_destroy"]
        assert (found.grade, found.on, found.removable_by) == ("terraform_only", Truth.YES, ())

    def test_prevent_destroy_that_is_not_known(self) -> None:
        (found,) = terraform_guards(res(DB, lifecycle={"prevent_destroy": missing("x")}))
        assert found.on is Truth.MAYBE
        assert terraform_guards(res(DB, lifecycle={"prevent_destroy": False})) == ()


class TestKeys:
    def test_a_key_encrypts_what_names_it(self) -> None:
        key = res("aws_kms_key.k", deletion_window_in_days=7)
        graph = facts(key, res(DB, kms_key_id=ref("aws_kms_key.k.arn")))
        assert graph.stores[DB].key == "aws_kms_key.k"
        assert graph.nodes["aws_kms_key.k"].facts["deletion_window_days"] == "7"
        assert [(e.source, e.kind, e.target) for e in graph.edges] == [
            ("aws_kms_key.k", EdgeKind.ENCRYPTS, DB)
        ]

    def test_a_buckets_key_stands_in_a_resource_of_its_own(self) -> None:
        bucket = res("aws_s3_bucket.b", bucket="b")
        rule = {
            "apply_server_side_encryption_by_default": [
                {"kms_master_key_id": ref("aws_kms_key.k.arn")}
            ]
        }
        encryption = res(
            "aws_s3_bucket_server_side_encryption_configuration.b",
            bucket=ref("aws_s3_bucket.b.id"),
            rule=[rule],
        )  # fmt: skip
        graph = facts(bucket, res("aws_kms_key.k"), encryption)
        assert graph.stores["aws_s3_bucket.b"].key == "aws_kms_key.k"


class TestWhatIsAStore:
    def test_a_replica_is_none(self) -> None:
        replica = res("aws_db_instance.r", replicate_source_db="orders")
        assert "aws_db_instance.r" not in facts(replica).nodes

    def test_a_cache_that_keeps_nothing_is_none(self) -> None:
        assert facts(res("aws_elasticache_cluster.m", engine="memcached")).nodes == {}
        unknown = res("aws_elasticache_cluster.m", engine=missing("engine"))
        assert facts(unknown).nodes["aws_elasticache_cluster.m"].kind is Kind.STORE

    def test_what_exists_under_other_settings_only_is_none(self) -> None:
        assert facts(res(DB, presence=Presence.LATENT)).nodes == {}
        assert DB in facts(res(DB, presence=Presence.SYMBOLIC)).stores

    def test_other_kinds(self) -> None:
        graph = facts(
            res("aws_secretsmanager_secret.s", name="db"),
            res("aws_ssm_parameter.plain", name="x", type="String"),
            res("aws_ssm_parameter.secret", name="y", type="SecureString"),
            res("aws_backup_vault.v", name="v"),
            res("aws_kms_alias.a", name="alias/x"),
            res("aws_iam_role.r"),
        )
        kinds = {node.id: node.kind for node in graph.nodes.values()}
        assert kinds == {
            "aws_secretsmanager_secret.s": Kind.SECRET,
            "aws_ssm_parameter.secret": Kind.SECRET,
            "aws_backup_vault.v": Kind.CONTAINER,
        }
        assert graph.stores == {}


BUCKET = res("aws_s3_bucket.b", bucket="acme-logs")


class TestRolesOfBuckets:
    TRAIL = res("aws_cloudtrail.t", s3_bucket_name=ref("aws_s3_bucket.b.id"))

    def test_one_that_receives_logs_is_no_store(self) -> None:
        found = facts(BUCKET, self.TRAIL).nodes["aws_s3_bucket.b"]
        assert found.kind is Kind.RESOURCE
        assert found.facts["role_because"] == "aws_cloudtrail.t sends audit logs there"

    def test_its_name_alone_decides_nothing(self) -> None:
        assert "aws_s3_bucket.b" in facts(BUCKET).stores

    def test_a_log_target_that_is_not_certain_decides_nothing(self) -> None:
        perhaps = res("aws_cloudtrail.t", s3_bucket_name=missing("bucket"))
        assert "aws_s3_bucket.b" in facts(BUCKET, perhaps).stores

    def test_one_that_also_receives_replicas_is_data(self) -> None:
        replication = res(
            "aws_s3_bucket_replication_configuration.r",
            rule=[{"destination": [{"bucket": ref("aws_s3_bucket.b.arn")}]}],
        )
        for resources in ((self.TRAIL, replication), (replication, self.TRAIL)):
            graph = facts(BUCKET, *resources)
            assert "aws_s3_bucket.b" in graph.stores
            assert graph.nodes["aws_s3_bucket.b"].facts["role"] == "data"


class TestStates:
    def test_a_backend_is_a_state_with_its_path(self) -> None:
        db = with_backend(
            res(DB), type="s3", bucket="acme-state", key="prod.tfstate", region="us-east-1"
        )
        found = facts(db).nodes["terraform.state"]
        assert found.paths == ("arn:aws:s3:::acme-state/prod.tfstate",)
        assert (found.scope.account, found.scope.region) == ("111111111111", "us-east-1")
        assert found.name == "Terraform state of ."

    def test_the_bucket_that_holds_it_contains_it(self) -> None:
        state = res("aws_s3_bucket.state", bucket="acme-state")
        graph = facts(with_backend(state, type="s3", bucket="acme-state", key="x"))
        assert [(e.source, e.kind, e.target) for e in graph.edges] == [
            ("aws_s3_bucket.state", EdgeKind.CONTAINS, "terraform.state")
        ]
        assert graph.nodes["aws_s3_bucket.state"].facts["role"] == "terraform-state"

    def test_a_backend_that_no_table_knows_has_none(self) -> None:
        assert "terraform.state" not in facts(with_backend(res(DB), type="carrier-pigeon")).nodes

    def test_one_a_root_module(self) -> None:
        one = res("a:aws_db_instance.x", stack="a")
        two = res("b:aws_db_instance.x", stack="b")
        stacks = [with_backend(item, type="s3", bucket="s", key="k") for item in (one, two)]
        states = {id_ for id_ in facts(*stacks).nodes if id_.endswith("terraform.state")}
        assert states == {"a:terraform.state", "b:terraform.state"}
        assert state_id(Stack("", ".")) == "terraform.state"

    def test_a_state_bucket_that_another_backend_names(self) -> None:
        """Its own root module has no backend; the name alone says that states lie there."""
        bucket = res("boot:aws_s3_bucket.state", stack="boot", bucket="acme-state")
        app = with_backend(
            res("app:aws_db_instance.x", stack="app"), type="s3", bucket="acme-state", key="k"
        )
        graph = facts(bucket, app)
        holds = {(e.source, e.target) for e in graph.edges if e.kind is EdgeKind.CONTAINS}
        assert holds == {("boot:aws_s3_bucket.state", "app:terraform.state")}


def test_a_database_that_may_be_a_replica_is_a_store_until_that_is_known():
    variable = Unknown(Why.VARIABLE, "var.source", symbol="|var.source")
    for source, stands in ((variable, True), (ref("aws_db_instance.a.identifier"), False)):
        graph = facts(
            res("aws_db_instance.a", identifier="a"),
            res("aws_db_instance.b", identifier="b", replicate_source_db=source),
        )
        assert ("aws_db_instance.b" in graph.stores) is stands


def test_a_bucket_that_only_a_pipeline_hands_things_on_in_is_no_store():
    bucket = res("aws_s3_bucket.a", bucket="a")
    store = ({"location": ref("aws_s3_bucket.a.bucket")},)
    found = facts(bucket, res("aws_codepipeline.p", artifact_store=store))
    assert found.stores == {}
    assert "aws_s3_bucket.a" in facts(bucket).stores


def test_a_store_says_how_its_deletion_can_be_undone() -> None:
    pool = facts(res("aws_cognito_user_pool.p", name="p")).stores["aws_cognito_user_pool.p"]
    assert pool.undo.window.days == 14
    assert facts(res(DB)).stores[DB].undo is None
