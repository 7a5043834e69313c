"""In which account a provider configuration works: a number, or the expression that says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.values import Unknown
from tests.analyzer.terraform.oracle import ours, write

COMMON = """
    variable "one" {}
    variable "two" {}
    data "aws_secretsmanager_secret_version" "accounts" { secret_id = "accounts" }
    locals {
      accounts = jsondecode(data.aws_secretsmanager_secret_version.accounts.secret_string)
      same     = "arn:aws:iam::${var.one}:role/other"
    }
"""


def accounts(folder: Path, *providers: str) -> list[str | Unknown | None]:
    """The account of a resource of each of the provider blocks."""
    blocks = (
        f'provider "aws" {{\n alias = "p{number}"\n {text}\n}}\n'
        f'resource "aws_thing" "r{number}" {{ provider = aws.p{number} }}\n'
        for number, text in enumerate(providers)
    )
    result = ours(write(folder, {"main.tf": COMMON + "".join(blocks)}))
    found = {item.name: item.provider.account for item in result.resources}
    return [found[f"r{number}"] for number in range(len(providers))]


def assume(arn: str) -> str:
    return f"assume_role {{ role_arn = {arn} }}"


def role(account: str, name: str = "r") -> str:
    return assume(f'"arn:aws:iam::{account}:role/{name}"')


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (role("${var.one}"), role("${ var.one }", "x"), True),
        (role("${var.one}"), assume("local.same"), True),
        (role("${var.one}"), role("${var.two}"), False),
        (assume("var.one"), assume("var.one"), True),
        (assume("var.one"), assume("var.two"), False),
        (assume("var.one"), role("${var.one}"), False),
        (role("${local.accounts.a}"), role("${local.accounts.a}", "x"), True),
        (role("${local.accounts.a}"), role("${local.accounts.b}"), False),
        (role("${local.accounts[var.one]}"), role("${local.accounts[ var.one ]}"), True),
        (role("${local.accounts[var.one]}"), role("${local.accounts[var.two]}"), False),
        (role("${sensitive(var.one)}"), role("${sensitive(var.two)}"), False),
        ("profile = var.one", "profile = var.one", True),
        ("profile = var.one", "profile = var.two", False),
        ('profile = "x-${var.one}"', 'profile = "x-${var.one}"', True),
        ('profile = "x-${var.one}"', 'profile = "y-${var.one}"', False),
        ('profile = "x"', 'profile = "x"', True),
        ('profile = "x"', 'profile = "y"', False),
        ("profile = var.one", assume("var.one"), False),
        ('region = "a"', 'region = "b"', True),
        ('region = "a"', 'access_key = "x"', False),
        (f"{role('${var.two}')}\n{role('${var.one}')}", role("${var.one}"), True),
    ],
)
def test_the_same_expression_is_the_same_account(
    tmp_path: Path, one: str, other: str, *, same: bool
) -> None:
    first, second = accounts(tmp_path, one, other)
    assert isinstance(first, Unknown)
    assert isinstance(second, Unknown)
    assert (first.symbol == second.symbol) is same
    assert first.symbol


@pytest.mark.parametrize(
    ("text", "account"),
    [
        (role("111111111111"), "111111111111"),
        (f"{role('111111111111')}\n{role('222222222222')}", "222222222222"),
        (role("111111111111").replace("assume_role", "assume_role_with_web_identity"), "1" * 12),
        (assume('var.one == "x" ? "arn:aws:iam::1:role/a" : "arn:aws:iam::1:role/b"'), "1"),
        ('allowed_account_ids = ["333333333333"]', "333333333333"),
    ],
)
def test_a_literal_account_is_its_number(tmp_path: Path, text: str, account: str) -> None:
    assert accounts(tmp_path, text) == [account]


def test_a_role_of_one_account_or_another_is_neither(tmp_path: Path) -> None:
    either = 'var.one == "x" ? "arn:aws:iam::1:role/a" : "arn:aws:iam::2:role/b"'
    none = 'var.one == "x" ? "arn:aws:iam::1:role/a" : null'
    first, second, third = accounts(tmp_path, assume(either), assume(none), assume(either))
    assert isinstance(first, Unknown)
    assert isinstance(second, Unknown)
    assert isinstance(third, Unknown)
    assert first.symbol == third.symbol != second.symbol


def test_the_same_words_in_two_roots_are_not_the_same_account(tmp_path: Path) -> None:
    text = COMMON + 'provider "aws" {\n' + role("${local.accounts.a}") + "\n}\n"
    files = {f"{name}/main.tf": text + 'resource "aws_thing" "r" {}\n' for name in "ab"}
    first, second = (
        item.provider.account
        for item in ours(write(tmp_path, files)).resources
        if item.mode == "managed"
    )
    assert isinstance(first, Unknown)
    assert isinstance(second, Unknown)
    assert first.symbol != second.symbol


def test_a_provider_of_another_local_name_is_of_its_source(tmp_path: Path) -> None:
    result = ours(
        write(
            tmp_path,
            {
                "main.tf": """
                    terraform {
                      required_providers {
                        amazon = { source = "hashicorp/aws" }
                      }
                    }
                    provider "amazon" {
                      region = "eu-west-1"
                      default_tags { tags = { team = "x" } }
                    }
                    resource "aws_thing" "r" { provider = amazon }
                    module "m" {
                      source    = "./m"
                      providers = { aws.inner = amazon }
                    }
                """,
                "m/main.tf": """
                    terraform {
                      required_providers {
                        aws = {
                          source                = "hashicorp/aws"
                          configuration_aliases = [aws.inner]
                        }
                      }
                    }
                    resource "aws_thing" "r" {
                      provider = aws.inner
                      tags     = { own = "y" }
                    }
                """,
            },
        )
    )
    assert [(item.provider.name, item.provider.region) for item in result.resources] == [
        ("aws", "eu-west-1")
    ] * 2
    assert result.resources[1].attributes["tags_all"] == {"team": "x", "own": "y"}
