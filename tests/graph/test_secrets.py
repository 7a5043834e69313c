"""Secrets as hops: where code puts one, and who comes by what it opens."""

from __future__ import annotations

import pytest

from graph.model import EdgeKind, Kind, Verb
from graph.powers import powers_of
from graph.reach import Reach
from graph.survival import survive
from graph.values import Truth
from tests.graph.providers.aws import graph_from

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES
KEY = "aws_iam_access_key.deploy"
MASTER = "aws_db_instance.main#master"
ESTATE = """
resource "aws_iam_user" "deploy" { name = "deploy" }
resource "aws_iam_access_key" "deploy" { user = aws_iam_user.deploy.name }
resource "random_password" "db" { length = 20 }
resource "aws_db_instance" "main" {
  identifier = "shop-prod"
  password   = random_password.db.result
}
resource "aws_iam_role" "reader" {
  name               = "reader"
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
}
"""


def may(call: str, resource: str = '"*"') -> str:
    return f"""
resource "aws_iam_role_policy" "reader" {{
  role   = aws_iam_role.reader.name
  policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "{call}", Resource = {resource} }}] }})
}}
"""


def becomes(graph, source="aws_iam_role.reader"):
    return Reach(graph).becomes(source)


PLACES = {
    "elasticbeanstalk:DescribeConfigurationSettings": """
resource "aws_elastic_beanstalk_environment" "e" {
  name        = "e"
  application = "a"
  setting {
    namespace = "aws:elasticbeanstalk:application:environment"
    name      = "KEY"
    value     = VALUE
  }
}""",
    "dynamodb:Scan": """
resource "aws_dynamodb_table" "t" { name = "t" }
resource "aws_dynamodb_table_item" "t" {
  table_name = aws_dynamodb_table.t.name
  hash_key   = "id"
  item       = jsonencode({ id = { S = "1" }, key = { S = VALUE } })
}""",
    "secretsmanager:GetSecretValue": """
resource "aws_secretsmanager_secret" "s" { name = "s" }
resource "aws_secretsmanager_secret_version" "s" {
  secret_id     = aws_secretsmanager_secret.s.id
  secret_string = jsonencode({ key = VALUE })
}""",
    "ssm:GetParameter": """
resource "aws_ssm_parameter" "p" {
  name  = "/p"
  type  = "SecureString"
  value = VALUE
}""",
    "ssm:GetParametersByPath": """
resource "aws_ssm_parameter" "p" {
  name  = "/p"
  type  = "String"
  value = VALUE
}""",
    "s3:GetObject": """
resource "aws_s3_bucket" "b" { bucket = "b" }
resource "aws_s3_object" "o" {
  bucket  = aws_s3_bucket.b.id
  key     = "config.env"
  content = "KEY=${VALUE}"
}""",
    "ec2:DescribeInstanceAttribute": """
resource "aws_instance" "w" { user_data = "export KEY=${VALUE}" }""",
    "ec2:DescribeLaunchTemplateVersions": """
resource "aws_launch_template" "t" { user_data = base64encode("export KEY=${VALUE}") }""",
    "lambda:GetFunctionConfiguration": """
resource "aws_lambda_function" "f" {
  function_name = "f"
  environment {
    variables = { KEY = VALUE }
  }
}""",
    "ecs:DescribeTaskDefinition": """
resource "aws_ecs_task_definition" "t" {
  family                = "t"
  container_definitions = jsonencode([{ name = "t", environment = [{ name = "KEY", value = VALUE }] }])
}""",
    "codebuild:BatchGetProjects": """
resource "aws_codebuild_project" "p" {
  name = "p"
  environment {
    environment_variable {
      name  = "KEY"
      value = VALUE
    }
  }
}""",
}
SECRETS = {KEY: "aws_iam_access_key.deploy.secret", MASTER: "random_password.db.result"}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("call", PLACES)
def test_who_reads_a_place_has_what_lies_there(tmp_path, call, secret):
    place = PLACES[call].replace("VALUE", SECRETS[secret])
    graph = graph_from(tmp_path, ESTATE + place + may(call))
    found = becomes(graph)
    assert found[secret] is (MAYBE if "base64encode" in place else YES)
    assert {KEY, MASTER} & found.keys() == {secret}
    assert ("aws_iam_user.deploy" in found) is (secret == KEY)


@pytest.mark.parametrize("call", PLACES)
def test_who_may_not_read_it_has_nothing(tmp_path, call):
    place = PLACES[call].replace("VALUE", SECRETS[KEY])
    graph = graph_from(tmp_path, ESTATE + place + may("s3:ListBucket"))
    assert set(becomes(graph)) == {"aws_iam_role.reader"}


@pytest.mark.parametrize("other", ["aws_iam_access_key.deploy.id", "aws_iam_user.deploy.arn"])
def test_an_id_is_no_secret(tmp_path, other):
    place = PLACES["ssm:GetParameter"].replace("VALUE", other)
    graph = graph_from(tmp_path, ESTATE + place + may("ssm:GetParameter"))
    assert KEY not in becomes(graph)


STATE = """
terraform {
  backend "s3" {
    bucket = "states"
    key    = "shop/terraform.tfstate"
  }
}
"""


def test_a_state_has_every_secret_of_its_stack(tmp_path):
    graph = graph_from(
        tmp_path, STATE + ESTATE + may("s3:GetObject", '"arn:aws:s3:::states/shop/*"')
    )
    found = becomes(graph)
    assert found[KEY] is YES
    assert found[MASTER] is YES


def test_another_key_of_the_bucket_is_not_the_state(tmp_path):
    graph = graph_from(
        tmp_path, STATE + ESTATE + may("s3:GetObject", '"arn:aws:s3:::states/blog/*"')
    )
    assert set(becomes(graph)) == {"aws_iam_role.reader"}


def test_a_state_has_a_key_only_encrypted_where_pgp_is_used(tmp_path):
    text = ESTATE.replace(
        "deploy.name }", 'deploy.name\n pgp_key = "keybase:me" }'.replace(" }", "\n}")
    )
    graph = graph_from(tmp_path, STATE + text + may("s3:GetObject"))
    assert KEY not in becomes(graph)


def test_a_password_that_a_database_reads_from_a_secret(tmp_path):
    text = """
data "aws_secretsmanager_secret_version" "db" { secret_id = aws_secretsmanager_secret.db.id }
resource "aws_secretsmanager_secret" "db" { name = "db" }
resource "aws_db_instance" "read" {
  password = jsondecode(data.aws_secretsmanager_secret_version.db.secret_string)["password"]
}
"""
    graph = graph_from(tmp_path, ESTATE + text + may("secretsmanager:GetSecretValue"))
    assert becomes(graph)["aws_db_instance.read#master"] is YES


def test_a_password_that_the_service_keeps(tmp_path):
    text = 'resource "aws_rds_cluster" "c" {\n manage_master_user_password = true\n}\n'
    graph = graph_from(tmp_path, text + ESTATE + may("secretsmanager:GetSecretValue"))
    assert becomes(graph)["aws_rds_cluster.c#master"] is YES
    narrow = may(
        "secretsmanager:GetSecretValue",
        '"arn:aws:secretsmanager:eu-west-1:111111111111:secret:app-*"',
    )
    graph = graph_from(tmp_path, text + ESTATE + narrow)
    assert "aws_rds_cluster.c#master" not in becomes(graph)


def test_queries_take_the_data_and_leave_the_backups(tmp_path):
    place = PLACES["ssm:GetParameter"].replace("VALUE", SECRETS[MASTER])
    graph = graph_from(tmp_path, ESTATE + place + may("ssm:GetParameter"))
    reach = Reach(graph)
    power = reach.powers("aws_iam_role.reader")[Verb.DESTROY, "aws_db_instance.main"]
    assert (power.truth, power.edge.calls) == (MAYBE, ("DROP DATABASE",))
    path = reach.witness("aws_iam_role.reader", *[Verb.DESTROY, "aws_db_instance.main"])
    assert path.calls == ("ssm:GetParameter", "DROP DATABASE")
    assert path.conditions == ("if the database can be reached over the network",)
    survival = survive(graph, powers_of(reach))
    assert not survival.lost("aws_iam_role.reader", "aws_db_instance.main")
    assert Verb.DESTROY_BACKUP not in {verb for verb, _ in reach.powers("aws_iam_role.reader")}


def test_nobody_starts_as_a_master_user(tmp_path):
    graph = graph_from(tmp_path, STATE + ESTATE)
    assert graph.nodes[MASTER].kind is Kind.POWER
    assert MASTER not in {node.id for node in Reach(graph).credentials}


def test_a_hundred_keys_of_one_state_are_one_step(tmp_path):
    many = STATE + ESTATE.replace(
        'resource "aws_iam_access_key" "deploy" {',
        'resource "aws_iam_access_key" "deploy" {\n count = 100\n',
    ).replace("aws_iam_user.deploy.name }", "aws_iam_user.deploy.name\n}")
    graph = graph_from(tmp_path, many + may("s3:GetObject"))
    reading = [e for e in graph.outgoing["aws_iam_role.reader"] if e.kind is EdgeKind.ACCESS]
    assert [e.target for e in reading] == ["terraform.state"]
    assert len([it for it in becomes(graph) if it.startswith(KEY)]) == 100


LOCKED = """
resource "aws_kms_key" "k" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = PRINCIPAL } CONDITION }] })
}
resource "aws_secretsmanager_secret" "s" {
  name       = "s"
  kms_key_id = aws_kms_key.k.arn
}
resource "aws_secretsmanager_secret_version" "s" {
  secret_id     = aws_secretsmanager_secret.s.id
  secret_string = aws_iam_access_key.deploy.secret
}
"""
ROOT, READER = '"arn:aws:iam::111111111111:root"', "aws_iam_role.reader.arn"
OF_S3 = ', Condition = { StringLike = { "kms:ViaService" = "s3.*.amazonaws.com" } }'
OF_SECRETS = OF_S3.replace("s3.", "secretsmanager.")


@pytest.mark.parametrize(
    ("principal", "condition", "calls", "truth"),
    [
        (ROOT, "", "secretsmanager:GetSecretValue", None),
        (ROOT, "", 'secretsmanager:*", "kms:Decrypt', YES),
        (READER, "", "secretsmanager:GetSecretValue", YES),
        (READER, OF_SECRETS, "secretsmanager:GetSecretValue", YES),
        (READER, OF_S3, "secretsmanager:GetSecretValue", None),
        ("aws_iam_user.deploy.arn", "", 'secretsmanager:*", "kms:Decrypt', None),
    ],
)
def test_a_customers_key_must_let_the_reader_too(tmp_path, principal, condition, calls, truth):
    locked = LOCKED.replace("PRINCIPAL", principal).replace("CONDITION", condition)
    policy = may(calls).replace('Action = "', 'Action = ["').replace('", Resource', '"], Resource')
    graph = graph_from(tmp_path, ESTATE + locked + policy)
    assert becomes(graph).get(KEY) is truth


@pytest.mark.parametrize(
    ("key", "truth"),
    [
        ('kms_key_id = "alias/of-somebody"', MAYBE),
        ('kms_key_id = "alias/aws/secretsmanager"', YES),
        ("kms_key_id = null", YES),
    ],
)
def test_a_key_that_is_not_in_the_code_may_refuse(tmp_path, key, truth):
    place = PLACES["secretsmanager:GetSecretValue"].replace("VALUE", SECRETS[KEY])
    place = place.replace('{ name = "s" }', f'{{\n name = "s"\n {key}\n}}')
    graph = graph_from(tmp_path, ESTATE + place + may("secretsmanager:GetSecretValue"))
    assert becomes(graph)[KEY] is truth


def test_the_key_of_a_password_that_the_service_keeps(tmp_path):
    text = """
resource "aws_kms_key" "k" {}
resource "aws_db_instance" "kept" {
  manage_master_user_password   = true
  master_user_secret_kms_key_id = KEY
}
"""
    found = {}
    for key in ("aws_kms_key.k.arn", '"alias/of-somebody"', "null"):
        policy = may("secretsmanager:GetSecretValue")
        graph = graph_from(tmp_path, ESTATE + text.replace("KEY", key) + policy)
        found[key] = becomes(graph).get("aws_db_instance.kept#master")
    assert found == {"aws_kms_key.k.arn": None, '"alias/of-somebody"': MAYBE, "null": YES}
