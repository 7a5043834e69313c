"""Selectors of the grants file: exact, by pattern, by exclusion, and what nobody can tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.model import Environment
from graph.selectors import selects
from graph.values import Truth
from tests.graph.estates import node

PROD = Environment("production", Truth.YES, 1.0, "said", also_in=("staging",))
STORE = replace(
    node('envs/prod:module.db["eu"].aws_db_instance.main', type_="aws/rds-instance", vendor="aws"),
    name="orders",
    tags={"Team": "shop"},
    environment=PROD,
    paths=("arn:aws:rds:eu-west-1:111111111111:db:orders",),
    facts={"store": "orders-db"},
)
VOLUME = replace(
    node("railway_service.db", type_="railway/volume", vendor="railway"),
    paths=("railway:project/app/env/production/volume/pg",),
)


@pytest.mark.parametrize(
    "selector",
    [
        "*",
        'tf:module.db["eu"].aws_db_instance.main',
        'tf:envs/prod:module.db["eu"].aws_db_instance.main',
        "tf:*.aws_db_instance.main",
        "type:aws/rds-instance",
        "type:aws/*",
        "tag:Team=shop",
        "tag:Team",
        "tag:Team=s?op",
        "env:production",
        "env:staging",
        "env:prod*",
        "name:orders",
        "name:ord*",
        "store:orders-db",
        "arn:aws:rds:eu-west-1:111111111111:db:orders",
        "arn:aws:rds:*:*:db:orders",
        "aws:*",
    ],
)
def test_chosen(selector: str) -> None:
    assert selects((selector,), STORE, "aws") is Truth.YES


@pytest.mark.parametrize(
    "selector",
    [
        "tf:aws_db_instance.main",
        "tf:module.db[*eu*].aws_db_instance.replica",
        "type:aws/rds",
        "type:rds-instance",
        "tag:Team=shopping",
        "tag:Owner",
        "env:dev",
        "name:order",
        "store:other",
        "arn:aws:rds:eu-west-1:222222222222:db:orders",
        "railway:*",
        "orders",
    ],
)
def test_not_chosen(selector: str) -> None:
    assert selects((selector,), STORE, "aws") is Truth.NO


def test_a_bare_star_stays_with_the_credentials_provider() -> None:
    assert selects(("*",), STORE, "railway") is Truth.NO
    assert selects(("**",), STORE) is Truth.YES


def test_one_star_stays_within_a_segment() -> None:
    assert selects(("railway:project/*/volume/pg",), VOLUME) is Truth.NO
    assert selects(("railway:project/**/volume/pg",), VOLUME) is Truth.YES
    assert selects(("railway:project/app/**",), VOLUME) is Truth.YES


def test_a_placeholder_nobody_filled_may_mean_anything() -> None:
    assert selects(("railway:project/{project}/env/{env}/**",), VOLUME) is Truth.MAYBE
    assert selects(("railway:project/{project}/cluster/**",), VOLUME) is Truth.NO


def test_an_unknown_environment_may_be_any() -> None:
    nowhere = replace(STORE, environment=None)
    assert selects(("env:staging",), nowhere) is Truth.MAYBE
    assert selects(("*", "!env:staging"), nowhere) is Truth.MAYBE


def test_taking_away() -> None:
    assert selects(("*", "!name:orders"), STORE) is Truth.NO
    assert selects(("!name:orders", "*"), STORE) is Truth.NO
    assert selects(("*", "!name:other"), STORE) is Truth.YES
    assert selects(("!name:other",), STORE) is Truth.NO
    assert selects((), STORE) is Truth.NO


@pytest.mark.parametrize(
    ("selector", "truth"),
    [
        ("aws:account/{account}", Truth.MAYBE),
        ("aws:account/111111111111", Truth.YES),
        ("aws:account/111111111111/**", Truth.YES),
        ("aws:account/222222222222", Truth.NO),
        ("aws:organization/o-1", Truth.MAYBE),
        ("gcp:project/x", Truth.NO),
    ],
)
def test_a_scope_of_the_vendor_that_no_path_speaks_of(selector: str, truth: Truth) -> None:
    scope = replace(STORE.scope, account="111111111111")
    assert selects((selector,), replace(STORE, scope=scope)) is truth


@pytest.mark.parametrize(
    ("selector", "truth"),
    [
        ("railway:project/app/**", Truth.YES),
        ("railway:project/other/**", Truth.NO),
        ("railway:project/app/env/staging/**", Truth.NO),
        ("railway:team/x/**", Truth.MAYBE),
    ],
)
def test_a_narrow_scope_stays_narrow(selector: str, truth: Truth) -> None:
    assert selects((selector,), VOLUME) is truth
