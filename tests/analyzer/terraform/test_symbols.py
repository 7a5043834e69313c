"""What is not known keeps its shape and its identity: references, documents, providers, modules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.readers.terraform import TerraformResult
from graph.problems import ProblemKind
from graph.resource import Presence, Resource
from graph.values import Json, OneOf, Text, Unknown, Value, Why, holes
from tests.analyzer.terraform.oracle import ours, write


def read(
    folder: Path, main: str, files: dict[str, str] | None = None, **options: Any
) -> TerraformResult:
    return ours(write(folder, {"main.tf": main, **(files or {})}), **options)


def by_address(result: TerraformResult) -> dict[str, Resource]:
    return {item.address: item for item in result.resources}


def outputs(result: TerraformResult, stack: str = "") -> dict[str, Value]:
    return dict(result.outputs[stack])


def text_of(value: Value) -> str:
    """A text with `{detail}` for each hole."""
    if isinstance(value, str):
        return value
    assert isinstance(value, Text), value
    return "".join(part if isinstance(part, str) else f"{{{part}}}" for part in value.parts)


def test_an_opaque_attribute_equals_itself_and_names_its_resource(tmp_path: Path) -> None:
    found = outputs(
        read(
            tmp_path,
            """
            resource "aws_volume_thing" "v" {}
            output "a" { value = aws_volume_thing.v.id }
            output "b" { value = "${aws_volume_thing.v.id}" }
            output "same" { value = aws_volume_thing.v.id == aws_volume_thing.v.id }
            output "other" { value = aws_volume_thing.v.id == aws_volume_thing.v.arn }
            """,
        )
    )
    hole = found["a"]
    assert isinstance(hole, Unknown)
    assert (hole.why, hole.symbol) == (Why.COMPUTED, "aws_volume_thing.v.id")
    assert hole.references == ("aws_volume_thing.v",)
    assert isinstance(found["b"], Unknown)
    assert found["b"].symbol == hole.symbol
    assert found["same"] is True
    assert isinstance(found["other"], Unknown)


def test_a_document_with_holes_stays_a_document(tmp_path: Path) -> None:
    found = outputs(
        read(
            tmp_path,
            """
            variable "account" {}
            locals {
              doc = jsonencode({
                Statement = [{ Effect = "Allow", Action = ["s3:*"], Resource = ["arn:aws:x::${var.account}:y", aws_thing.t.arn] }]
              })
            }
            resource "aws_thing" "t" {}
            output "doc" { value = local.doc }
            output "action" { value = jsondecode(local.doc).Statement[0].Action[0] }
            output "resource" { value = jsondecode(local.doc).Statement[0].Resource[0] }
            """,
        )
    )
    document = found["doc"]
    assert isinstance(document, Json)
    assert isinstance(document.document, dict)
    assert document.document["Statement"][0]["Effect"] == "Allow"  # type: ignore[index]
    assert {hole.detail for _, hole in holes(document)} == {"var.account", "aws_thing.t.arn"}
    assert found["action"] == "s3:*"
    assert isinstance(found["resource"], Text)


def test_an_unknown_condition_keeps_both_branches(tmp_path: Path) -> None:
    found = outputs(
        read(
            tmp_path,
            """
            variable "big" { type = bool }
            output "size" { value = var.big ? "large" : "small" }
            output "text" { value = "db-${var.big ? "large" : "small"}" }
            output "policy" { value = jsonencode({ Action = var.big ? "s3:*" : "s3:GetObject" }) }
            output "either" { value = var.big ? "same" : "same" }
            output "upper" { value = upper(var.big ? "a" : "b") }
            """,
        )
    )
    assert isinstance(found["size"], OneOf)
    assert found["size"].options == ("large", "small")
    assert found["size"].why.detail == "var.big"
    assert isinstance(found["text"], Text)
    assert isinstance(found["policy"], Json)
    assert found["either"] == "same"
    assert isinstance(found["upper"], OneOf)
    assert found["upper"].options == ("A", "B")


def test_an_unknown_number_of_instances_is_one_symbolic_instance(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        """
        variable "number" { type = number }
        variable "names" { type = set(string) }
        resource "aws_thing" "counted" {
          count = var.number
          name  = "n-${count.index}"
        }
        resource "aws_thing" "each" {
          for_each = var.names
          name     = each.value
        }
        module "m" {
          source   = "./m"
          for_each = var.names
          name     = each.key
        }
        output "first" { value = aws_thing.counted[0].name }
        output "all" { value = aws_thing.each[*] }
        """,
        {"m/main.tf": 'variable "name" {}\nresource "aws_thing" "in" { name = var.name }\n'},
    )
    found = by_address(result)
    assert set(found) == {"aws_thing.counted[?]", "aws_thing.each[?]", "module.m[?].aws_thing.in"}
    assert {item.presence for item in found.values()} == {Presence.SYMBOLIC}
    assert text_of(found["aws_thing.counted[?]"].attributes["name"]).startswith("n-{")
    assert isinstance(found["module.m[?].aws_thing.in"].attributes["name"], Unknown)
    assert result.problems == ()


def test_a_count_that_only_a_default_makes_zero_is_latent(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        """
        variable "enabled" { default = false }
        variable "buckets" { default = {} }
        resource "aws_thing" "switched" { count = var.enabled ? 1 : 0 }
        resource "aws_thing" "each" {
          for_each = var.buckets
          name     = each.key
        }
        resource "aws_thing" "never" { count = 0 }
        module "off" {
          source = "./m"
          count  = var.enabled ? 1 : 0
        }
        module "fixed" { source = "./m" }
        output "n" { value = length(aws_thing.switched) }
        """,
        {
            "m/main.tf": """
                variable "more" { default = false }
                resource "aws_thing" "in" {}
                resource "aws_thing" "more" { count = var.more ? 1 : 0 }
            """
        },
    )
    assert {name: item.presence for name, item in by_address(result).items()} == {
        "aws_thing.switched[0]": Presence.LATENT,
        "aws_thing.each[?]": Presence.LATENT,
        "module.off[0].aws_thing.in": Presence.LATENT,
        "module.fixed.aws_thing.in": Presence.CERTAIN,
    }
    assert outputs(result)["n"] == 0


def test_variables_given_from_outside_win_and_are_converted(tmp_path: Path) -> None:
    main = """
        variable "n" { type = number }
        variable "l" { type = list(string) }
        variable "s" { default = "default" }
        output "all" { value = [var.n, var.l, var.s] }
    """
    files = {"terraform.tfvars": 's = "tfvars"\n', "prod.tfvars": 's = "prod"\nl = ["p"]\n'}
    result = read(tmp_path, main, files, given=("prod.tfvars", ("n", "3"), ("l", '["a", "b"]')))
    assert outputs(result)["all"] == (3, ("a", "b"), "prod")


@pytest.mark.parametrize(
    ("provider", "account"),
    [
        ('assume_role { role_arn = "arn:aws:iam::222222222222:role/x" }', "222222222222"),
        ('assume_role { role_arn = "arn:aws:iam::${local.account}:role/x" }', "333333333333"),
        ('assume_role = [{ role_arn = "arn:aws:iam::444444444444:role/x" }]', "444444444444"),
        ('allowed_account_ids = ["555555555555"]', "555555555555"),
    ],
)
def test_a_provider_block_says_the_account(tmp_path: Path, provider: str, account: str) -> None:
    result = read(
        tmp_path,
        f"""
        locals {{ account = "333333333333" }}
        provider "aws" {{
          region = "eu-west-1"
          {provider}
        }}
        resource "aws_iam_role" "r" {{ name = "r" }}
        data "aws_caller_identity" "me" {{}}
        output "arn" {{ value = aws_iam_role.r.arn }}
        output "me" {{ value = data.aws_caller_identity.me.account_id }}
        """,
    )
    resource = by_address(result)["aws_iam_role.r"]
    assert (resource.provider.account, resource.provider.region) == (account, "eu-west-1")
    assert outputs(result) == {"arn": f"arn:aws:iam::{account}:role/r", "me": account}


def test_aliases_are_inherited_passed_and_kept_apart(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        """
        variable "backup_account" {}
        provider "aws" {
          region = "eu-west-1"
          default_tags { tags = { team = "x" } }
        }
        provider "aws" {
          alias  = "backup"
          region = "us-east-1"
          assume_role { role_arn = "arn:aws:iam::${var.backup_account}:role/r" }
        }
        resource "aws_thing" "here" { tags = { a = "1" } }
        resource "aws_thing" "there" { provider = aws.backup }
        module "inherits" { source = "./m" }
        module "passed" {
          source    = "./m"
          providers = { aws = aws.backup }
        }
        """,
        {"m/main.tf": 'resource "aws_thing" "in" {}\n'},
    )
    found = by_address(result)
    regions = {name: item.provider.region for name, item in found.items()}
    assert regions == {
        "aws_thing.here": "eu-west-1",
        "aws_thing.there": "us-east-1",
        "module.inherits.aws_thing.in": "eu-west-1",
        "module.passed.aws_thing.in": "us-east-1",
    }
    there = found["aws_thing.there"].provider.account
    assert isinstance(there, Unknown)
    assert there == found["module.passed.aws_thing.in"].provider.account
    here = found["aws_thing.here"].provider.account
    assert isinstance(here, Unknown)
    assert here.symbol != there.symbol
    assert found["aws_thing.here"].attributes["tags_all"] == {"team": "x", "a": "1"}


def test_a_policy_document_is_rendered_as_the_provider_does(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        """
        data "aws_iam_policy_document" "base" {
          statement {
            sid       = "Read"
            actions   = ["s3:GetObject"]
            resources = ["*"]
          }
          statement {
            sid       = "List"
            actions   = ["s3:ListBucket", "s3:GetBucketAcl"]
            resources = ["arn:aws:s3:::x", "arn:aws:s3:::y/&{aws:username}"]
          }
        }
        data "aws_iam_policy_document" "all" {
          source_policy_documents = [data.aws_iam_policy_document.base.json]
          statement {
            sid       = "Read"
            effect    = "Deny"
            actions   = ["s3:*"]
            resources = ["*"]
          }
          dynamic "statement" {
            for_each = toset(["a", "b"])
            content {
              sid           = statement.key
              actions       = ["sts:AssumeRole"]
              not_resources = [statement.value]
              principals {
                type        = "AWS"
                identifiers = ["arn:aws:iam::1:root", "arn:aws:iam::2:root"]
              }
              condition {
                test     = "StringEquals"
                variable = "aws:x"
                values   = ["v"]
              }
            }
          }
          override_policy_documents = [jsonencode({
            Statement = [{ Sid = "a", Effect = "Allow", Action = "sts:TagSession", Resource = "*" }]
          })]
        }
        output "json" { value = data.aws_iam_policy_document.all.json }
        """,
    )
    assert json.loads(str(outputs(result)["json"])) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Read", "Effect": "Deny", "Action": "s3:*", "Resource": "*"},
            {
                "Sid": "List",
                "Effect": "Allow",
                "Action": ["s3:ListBucket", "s3:GetBucketAcl"],
                "Resource": ["arn:aws:s3:::y/${aws:username}", "arn:aws:s3:::x"],
            },
            {"Sid": "a", "Effect": "Allow", "Action": "sts:TagSession", "Resource": "*"},
            {
                "Sid": "b",
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "NotResource": "b",
                "Principal": {"AWS": ["arn:aws:iam::2:root", "arn:aws:iam::1:root"]},
                "Condition": {"StringEquals": {"aws:x": "v"}},
            },
        ],
    }


def test_a_policy_document_with_holes_keeps_actions_and_effects(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        """
        variable "extra" {}
        data "aws_iam_policy_document" "d" {
          source_policy_documents = [var.extra]
          statement {
            actions   = ["rds:DeleteDBInstance"]
            resources = [aws_other.o.arn]
          }
        }
        resource "aws_other" "o" {}
        resource "aws_thing" "t" { policy = data.aws_iam_policy_document.d.json }
        """,
    )
    policy = by_address(result)["aws_thing.t"].attributes["policy"]
    assert isinstance(policy, Json)
    unknown, own = policy.document["Statement"]  # type: ignore[call-overload, index]
    assert isinstance(unknown, Unknown)
    assert own["Action"] == "rds:DeleteDBInstance"
    assert own["Resource"].symbol == "aws_other.o.arn"
    assert "aws_other.o" in by_address(result)["aws_thing.t"].references


def test_several_roots_are_stacks_of_their_own(tmp_path: Path) -> None:
    result = ours(
        write(
            tmp_path,
            {
                "envs/prod/main.tf": 'module "x" { source = "../../modules/x" }\nterraform {\n'
                '  backend "s3" {\n    bucket = "states"\n    key = "prod"\n  }\n}\n',
                "envs/dev/main.tf": 'module "x" { source = "../../modules/x" }\n'
                'resource "aws_thing" "d" { ref = module.x.id }\n',
                "modules/x/main.tf": 'resource "aws_thing" "t" {}\noutput "id" { value = aws_thing.t.id }\n',
            },
        )
    )
    found = by_address(result)
    assert set(found) == {
        "envs/dev:aws_thing.d",
        "envs/dev:module.x.aws_thing.t",
        "envs/prod:module.x.aws_thing.t",
    }
    prod = found["envs/prod:module.x.aws_thing.t"].stack
    assert (prod.id, prod.backend["type"], prod.backend["bucket"]) == ("envs/prod", "s3", "states")
    reference = found["envs/dev:aws_thing.d"].attributes["ref"]
    assert isinstance(reference, Unknown)
    assert reference.symbol == "envs/dev:module.x.aws_thing.t.id"
    assert found["envs/dev:aws_thing.d"].references == ("envs/dev:module.x.aws_thing.t",)
    assert (result.stacks, result.files) == (2, 3)


def test_a_module_from_elsewhere_is_a_gap_and_its_outputs_are_unknown(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        """
        module "vpc" { source = "terraform-aws-modules/vpc/aws" }
        resource "aws_thing" "t" { subnets = module.vpc.private_subnets[0] }
        """,
    )
    (problem,) = result.problems
    assert problem.kind is ProblemKind.UNRESOLVED
    assert problem.what == "module source terraform-aws-modules/vpc/aws"
    assert "terraform init" in problem.why
    assert problem.location is not None
    assert (problem.location.path, problem.location.line) == ("main.tf", 2)
    value = by_address(result)["aws_thing.t"].attributes["subnets"]
    assert isinstance(value, Unknown)
    assert (value.why, value.detail) == (
        Why.MODULE,
        "terraform-aws-modules/vpc/aws: module.vpc.private_subnets[0]",
    )


def test_a_downloaded_module_is_read_where_the_manifest_says(tmp_path: Path) -> None:
    source = "registry.terraform.io/terraform-aws-modules/vpc/aws"
    manifest = {"Modules": [{"Key": "vpc", "Source": source, "Dir": ".terraform/modules/vpc"}]}
    result = read(
        tmp_path,
        'module "vpc" { source = "terraform-aws-modules/vpc/aws" }\noutput "o" { value = module.vpc.o }\n',
        {
            ".terraform/modules/modules.json": json.dumps(manifest),
            ".terraform/modules/vpc/main.tf": 'output "o" { value = 1 }\nresource "aws_thing" "v" {}\n',
        },
    )
    assert outputs(result) == {"o": 1}
    assert set(by_address(result)) == {"module.vpc.aws_thing.v"}
    assert result.problems == ()


def test_remote_state_and_workspace_are_named_reasons(tmp_path: Path) -> None:
    main = """
        data "terraform_remote_state" "net" {
          backend = "s3"
          config  = { bucket = "b", key = "net" }
        }
        output "vpc" { value = data.terraform_remote_state.net.outputs.vpc_id }
        output "name" { value = "db-${terraform.workspace}" }
        output "size" { value = terraform.workspace == "prod" ? "large" : "small" }
    """
    found = outputs(read(tmp_path, main))
    assert isinstance(found["vpc"], Unknown)
    assert (found["vpc"].why, found["vpc"].detail) == (
        Why.REMOTE_STATE,
        "data.terraform_remote_state.net.outputs.vpc_id",
    )
    assert text_of(found["name"]) == "db-{terraform.workspace (workspace not named)}"
    assert isinstance(found["size"], OneOf)
    named = outputs(read(tmp_path, main, workspace="prod"))
    assert (named["name"], named["size"]) == ("db-prod", "large")


def test_blocks_are_lists_and_have_places(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        'resource "aws_thing" "t" {\n  name = "x"\n  rule {\n    days = 1\n  }\n'
        '  dynamic "rule" {\n    for_each = [2, 3]\n    iterator = it\n    content {\n      days = it.value\n'
        "      index = it.key\n    }\n  }\n"
        "  lifecycle {\n    prevent_destroy = true\n    ignore_changes = all\n  }\n}\n",
    )
    resource = by_address(result)["aws_thing.t"]
    assert resource.attributes["rule"] == (
        {"days": 1},
        {"days": 2, "index": 0},
        {"days": 3, "index": 1},
    )
    assert resource.lifecycle == {"prevent_destroy": True}
    assert resource.place("name").line == 2
    assert resource.place("rule[0].days").line == 4
    assert resource.place("rule[2].days").line == 10
    assert resource.location.line == 1


def test_json_syntax_has_nested_blocks_too(tmp_path: Path) -> None:
    text = json.dumps(
        {
            "resource": {
                "aws_thing": {
                    "t": {
                        "name": "${local.n}",
                        "rule": [{"days": 1}, {"days": 2}],
                        "lifecycle": {"prevent_destroy": True},
                        "dynamic": {
                            "extra": {"for_each": "${[5]}", "content": {"v": "${extra.value}"}}
                        },
                        "provider": "aws.b",
                        "count": 1,
                    }
                }
            },
            "locals": {"n": "x"},
            "provider": {"aws": [{"region": "r1"}, {"alias": "b", "region": "r2"}]},
            "terraform": {"backend": {"s3": {"bucket": "b"}}},
        }
    )
    result = ours(write(tmp_path, {"main.tf.json": text}))
    resource = by_address(result)["aws_thing.t[0]"]
    assert resource.attributes == {
        "name": "x",
        "rule": ({"days": 1}, {"days": 2}),
        "extra": ({"v": 5},),
    }
    assert resource.lifecycle == {"prevent_destroy": True}
    assert resource.provider.region == "r2"
    assert resource.stack.backend == {"type": "s3", "bucket": "b"}


def test_a_template_file_renders_as_the_function_does(tmp_path: Path) -> None:
    main = """
        variable "env" {}
        variable "password" { sensitive = true }
        resource "aws_s3_bucket" "b" {}
        data "template_file" "policy" {
          template = file("${path.module}/policy.tpl")
          vars = { env = var.env, name = "logs", bucket = aws_s3_bucket.b.arn }
        }
        data "template_file" "inline" {
          template = "$${n}-$${env}"
          vars = { n = 3, env = var.env }
        }
        data "template_file" "secret" {
          template = "pw=$${it}"
          vars = { it = var.password }
        }
        data "template_file" "short" { template = "$${nowhere}" }
        data "local_file" "f" { filename = "${path.module}/policy.tpl" }
        output "policy" { value = data.template_file.policy.rendered }
        output "inline" { value = data.template_file.inline.rendered }
        output "secret" { value = data.template_file.secret.rendered }
        output "short" { value = data.template_file.short.rendered }
        output "f" { value = data.local_file.f.content }
        """
    files = {"policy.tpl": "${env}/${name}/${bucket}"}
    found = outputs(read(tmp_path, main, files, given=(("password", "canary"),)))
    assert text_of(found["policy"]).startswith("{var.env (variable without a value)}/logs/arn:aws:")
    assert text_of(found["inline"]) == "3-{var.env (variable without a value)}"
    assert found["f"] == "${env}/${name}/${bucket}"
    assert isinstance(found["secret"], Unknown)
    assert found["secret"].why is Why.SENSITIVE
    assert isinstance(found["short"], Unknown)
    assert found["short"].why is Why.ERROR


def test_what_a_function_makes_of_the_same_thing_is_the_same(tmp_path: Path) -> None:
    found = outputs(
        read(
            tmp_path,
            """
            resource "random_string" "r" {}
            resource "random_string" "s" {}
            variable "v" {}
            output "a" { value = lower("x-${random_string.r.result}") }
            output "b" { value = "${lower("x-${random_string.r.result}")}" }
            output "c" { value = lower("x-${random_string.s.result}") }
            output "d" { value = upper("x-${random_string.r.result}") }
            output "hashed" { value = sha1(random_string.r.result) }
            output "hashed_again" { value = sha1(random_string.r.result) }
            output "chance" { value = bcrypt(random_string.r.result) }
            output "nameless" { value = lower("x-${uuid()}") }
            output "perhaps_null" { value = lookup({ a = null }, random_string.r.result, null) }
            output "decoded" { value = jsondecode(random_string.r.result) }
            """,
        )
    )
    symbols = {name: hole.symbol for name, value in found.items() for _, hole in holes(value)}
    assert symbols["a"] is not None
    assert symbols["a"] == symbols["b"]
    assert len({symbols["a"], symbols["c"], symbols["d"]}) == 3
    assert symbols["hashed"] is not None
    assert symbols["hashed"] == symbols["hashed_again"]
    assert symbols["chance"] is None
    assert [symbols[name] for name in ("nameless", "decoded")] == [None, None]
    assert found["perhaps_null"] is None or symbols["perhaps_null"] is None
    assert text_of(found["a"]) == "x-{random_string.r.result (known after apply)}"


def test_configurations_without_credentials_of_their_own_share_an_account(tmp_path: Path) -> None:
    main = """
        variable "key" {}
        provider "aws" { region = "eu-west-1" }
        provider "aws" {
          alias  = "replica"
          region = "us-east-1"
          default_tags { tags = { team = "x" } }
        }
        provider "aws" {
          alias      = "other"
          access_key = var.key
        }
        provider "aws" {
          alias   = "named"
          profile = "backup"
        }
        resource "aws_thing" "here" {}
        resource "aws_thing" "replica" { provider = aws.replica }
        resource "aws_thing" "other" { provider = aws.other }
        resource "aws_thing" "named" { provider = aws.named }
        """
    found = by_address(read(tmp_path, main))
    accounts = {name: item.provider.account for name, item in found.items()}
    symbols = {n: a.symbol for n, a in accounts.items() if isinstance(a, Unknown)}
    assert symbols["aws_thing.here"] == symbols["aws_thing.replica"]
    assert len({*symbols.values()}) == 3
