"""What a careful person would call production, and in which order evidence counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.estate import Estate
from graph.grants import DeclaredStore, EnvironmentRule, Grants, NamedResource
from graph.model import Environment
from graph.production import classified, environment_of, is_production
from graph.resource import Stack
from graph.values import Truth
from tests.graph.estates import HERE, TODAY, node, res

PRODUCTION = [
    "prod", "production", "prd", "live", "PROD", "Production", "prod-us-east-1", "prod_eu", "prod1",
    "eu-prod", "orders-prod", "orders_production", "acme.prod", "ProdDb", "ordersProd", "dbProd2",
    "PRODUCTION_DB", "shop-live", "api-live-1", "produktion", "prod-main", "prod/db", "prod-backup",
    "prd-eu-west-1",
]  # fmt: skip
OTHER = {
    "pre-prod": "preproduction", "preprod": "preproduction", "pre_production": "preproduction",
    "PreProd": "preproduction", "preproduction": "preproduction", "pre-live": "preproduction",
    "non-prod": "non-production", "nonprod": "non-production", "NonProd": "non-production",
    "not-production": "non-production", "no-prod": "non-production", "prod-like": "non-production",
    "staging": "staging", "stage": "staging", "stg": "staging", "orders-staging": "staging",
    "ordersStaging": "staging", "dev": "development", "dev-eu-1": "development", "develop": "development",
    "test": "test", "orders-test": "test", "test-orders": "test", "qa": "test", "uat": "test",
    "sandbox": "sandbox", "playground": "sandbox", "demo": "demo", "app-demo": "demo",
    "preview": "preview", "pr-preview": "preview", "integration": "integration",
    "local": "development",
}  # fmt: skip
NOBODY_KNOWS = [
    "product-catalog", "products", "productivity", "reproduction", "reprod", "deliver", "olive",
    "alive", "oliver", "main", "default", "master", "", "blue", "devices", "stages", "backstage",
    "latest", "contest", "testimonials", "staging-prod", "prod-staging", "dev-and-prod",
    "live-chat", "live-stream-events", "ab-test-results", "training-data", "demo-requests",
    "integration-events", "local-cache", "preview-images", "proddb", "eu-west-1",
]  # fmt: skip


@pytest.mark.parametrize("name", PRODUCTION)
def test_production(name: str) -> None:
    assert environment_of(name) == ("production", True)


@pytest.mark.parametrize(("name", "environment"), OTHER.items())
def test_other_environments(name: str, environment: str) -> None:
    assert environment_of(name) == (environment, False)


@pytest.mark.parametrize("name", NOBODY_KNOWS)
def test_nobody_knows(name: str) -> None:
    assert environment_of(name) is None


def rule(name="production", *, yes=True, **ways) -> EnvironmentRule:
    return EnvironmentRule(name, yes, HERE, **ways)


STORE = node("aws_s3_bucket.data", type_="aws/s3-bucket", vendor="aws", account="111111111111")


def classify(item=STORE, resource=None, accounts=(), **grants) -> Environment:
    resources = (*([resource] if resource else []), *accounts)
    estate = Estate(resources, Grants(**grants), TODAY)
    return classified({item.id: item}, estate)[item.id].environment


def bucket(path="envs/live", workspace=None, variables=None):
    made = res("aws_s3_bucket.data", bucket="data")
    return replace(made, stack=Stack("", path, workspace), variables=variables or {})


ACCOUNT = res("aws_organizations_account.a", id="111111111111", name="acme-staging")
TAGGED = replace(STORE, tags={"Env": "prod"})
PLATFORM = Environment("production", Truth.YES, 0.9, "environment 'production' of the project")


class TestPrecedence:
    """declared > tags > account > platform > variables, workspace > directory > name."""

    def test_declared_over_tags(self) -> None:
        declared = DeclaredStore("data", ("tf:aws_s3_bucket.data",), HERE, env="staging")
        found = classify(TAGGED, bucket(), stores=(declared,))
        assert (found.name, found.production, found.confidence) == ("staging", Truth.NO, 1.0)
        assert found.because == "declared in the grants file"
        assert found.location == HERE

    def test_tags_over_the_account(self) -> None:
        found = classify(TAGGED, bucket(), [ACCOUNT])
        assert (found.name, found.confidence, found.because) == (
            "production",
            0.95,
            "tag Env = prod",
        )

    def test_the_account_over_the_platform(self) -> None:
        found = classify(replace(STORE, environment=PLATFORM), bucket(), [ACCOUNT])
        assert (found.name, found.confidence) == ("staging", 0.9)
        assert found.because == "account 111111111111 is acme-staging"

    def test_the_platform_over_variables(self) -> None:
        found = classify(replace(STORE, environment=PLATFORM), bucket(variables={"env": "dev"}))
        assert (found.name, found.because) == ("production", PLATFORM.because)

    def test_variables_over_the_workspace(self) -> None:
        found = classify(resource=bucket(workspace="prod", variables={"stage": "qa", "n": 3}))
        assert (found.name, found.confidence, found.because) == (
            "test",
            0.85,
            "variable stage = qa",
        )

    def test_the_workspace_over_the_directory(self) -> None:
        found = classify(resource=bucket(workspace="prod", path="envs/dev"))
        assert (found.production, found.because) == (Truth.YES, "workspace prod")

    def test_the_environment_of_the_stack_over_the_directory(self) -> None:
        made = bucket(path="envs/dev")
        stack = replace(made.stack, environment="prod-eu")
        found = classify(resource=replace(made, stack=stack))
        assert (found.production, found.because) == (Truth.YES, "environment prod-eu of envs/dev")

    def test_the_directory_over_the_name(self) -> None:
        named = replace(STORE, name="data-prod")
        found = classify(named, bucket("infra/staging/main", workspace="default"))
        assert (found.name, found.confidence) == ("staging", 0.8)
        assert found.because == "the root module lies in infra/staging/main"

    def test_the_innermost_directory_decides(self) -> None:
        assert classify(resource=bucket("prod/modules/staging")).name == "staging"

    def test_the_name_last(self) -> None:
        found = classify(replace(STORE, name="data-prod"), bucket("."))
        assert (found.production, found.confidence) == (Truth.YES, 0.7)
        assert found.because == "its name 'data-prod'"

    def test_the_key_of_an_instance_is_a_name(self) -> None:
        item = node('aws_s3_bucket.data["prod"]', vendor="aws")
        resource = replace(res("aws_s3_bucket.data"), address=item.id)
        assert classify(replace(item, name="data"), resource).production is Truth.YES

    def test_nothing(self) -> None:
        found = classify(resource=bucket("."))
        assert (found.production, found.confidence) == (Truth.MAYBE, 0.0)
        assert found.because == "nothing names an environment"


class TestDeclared:
    @pytest.mark.parametrize(
        ("ways", "why"),
        [
            ({"accounts": ("111111111111",)}, "account 111111111111"),
            ({"names": ("aws_s3_*",)}, "name aws_s3_bucket.data"),
            ({"tags": {"Env": ("prod", "live")}}, "its tags"),
            ({"resources": ("type:aws/s3-*", "env:production")}, "listed"),
            ({"paths": ("envs/*",)}, "the path of its root module"),
            ({"workspaces": ("blue",)}, "the workspace"),
        ],
    )  # fmt: skip
    def test_every_way_to_recognise_an_environment(self, ways, why) -> None:
        found = classify(TAGGED, bucket(workspace="blue"), environments=(rule(**ways),))
        assert (found.production, found.because) == (Truth.YES, f"declared: {why}")

    def test_exceptions(self) -> None:
        but = rule(names=("*",), exceptions=("tf:aws_s3_bucket.data",))
        assert classify(resource=bucket("."), environments=(but,)).production is Truth.MAYBE

    def test_a_rule_that_does_not_match_decides_nothing(self) -> None:
        wanted = rule(names=("other",), paths=("x",))
        assert classify(environments=(wanted,)).production is Truth.MAYBE

    def test_a_named_resource(self) -> None:
        named = NamedResource(STORE.id, "aws/s3-bucket", HERE, env="prod-eu")
        assert classify(resources=(named,)).production is Truth.YES

    def test_a_declared_name_is_judged_by_its_rule_then_by_its_words(self) -> None:
        rules = (rule("blue"), rule("prod-mirror", yes=False))
        estate = Estate((), Grants(environments=rules), TODAY)
        assert is_production("blue", estate) is Truth.YES
        assert is_production("prod-mirror", estate) is Truth.NO
        assert is_production("prod-eu", estate) is Truth.YES
        assert is_production("staging", estate) is Truth.NO
        assert is_production("green", estate) is Truth.MAYBE

    def test_selectors_by_environment_do_not_decide_environments(self) -> None:
        declared = DeclaredStore("data", ("env:production",), HERE, env="staging")
        assert classify(stores=(declared,)).production is Truth.MAYBE


class TestDefaults:
    def test_the_default_environment(self) -> None:
        found = classify(default_env="production")
        assert (found.name, found.production, found.confidence) == ("production", Truth.YES, 0.9)

    @pytest.mark.parametrize(
        ("said", "production"),
        [("production", Truth.YES), ("non-production", Truth.NO), ("unknown", Truth.MAYBE)],
    )
    def test_what_nothing_decides_is_taken_as_told(self, said, production) -> None:
        assert classify(unknown_env=said).production is production


class TestTags:
    @pytest.mark.parametrize("key", ["environment", "Environment", "ENV", "stage", "tier"])
    def test_keys_in_any_case(self, key) -> None:
        assert classify(replace(STORE, tags={key: "live"})).production is Truth.YES

    def test_a_tag_that_names_no_environment_is_passed_over(self) -> None:
        found = classify(replace(STORE, tags={"tier": "web", "deployment": "qa"}))
        assert found.because == "tag deployment = qa"

    def test_the_place_of_the_tags(self) -> None:
        assert classify(TAGGED, bucket()).location == HERE


def test_other_environments_of_the_platform_are_kept() -> None:
    shared = replace(PLATFORM, also_in=("staging",))
    assert classify(replace(STORE, environment=shared)).also_in == ("staging",)


def test_a_platform_that_does_not_know_leaves_it_to_the_others() -> None:
    unknown = Environment(None, Truth.MAYBE, 0.0, "?")
    item = replace(STORE, environment=unknown, name="data-prod")
    assert classify(item).production is Truth.YES
    unresolved = node("x", account=None)
    assert classify(unresolved, accounts=[ACCOUNT]).production is Truth.MAYBE
