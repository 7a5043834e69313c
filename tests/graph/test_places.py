"""Where a resource lives and what names it: accounts, regions, ARNs with holes, keys, tags."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.estate import Estate
from graph.grants import Grants
from graph.places import account, arn, key, label, partition, region, same, scope, text
from graph.references import References
from graph.resource import ProviderConfig
from graph.storetypes import store_table
from graph.tags import all_known, known_tags, tags
from graph.values import OneOf, Text, Truth, Unknown
from tests.graph.estates import TODAY, frozen, missing, ref, res

TYPES = store_table().types
DB = res("aws_db_instance.main", identifier="orders", availability_zone="eu-west-1a")
BARE = replace(DB, provider=ProviderConfig("aws", "far"))


def test_scope() -> None:
    found = scope(DB, TYPES["aws_db_instance"])
    assert (found.vendor, found.account, found.region) == ("aws", "111111111111", "eu-west-1")
    assert found.zone == "eu-west-1a"


def test_a_region_of_its_own() -> None:
    bucket = res("aws_s3_bucket.b", region="eu-west-1")
    assert scope(bucket, TYPES["aws_s3_bucket"]).region == "eu-west-1"
    far = replace(bucket, attributes={"region": "us-east-1"})
    assert scope(far, TYPES["aws_s3_bucket"]).region == "us-east-1"
    open_ = replace(bucket, attributes={"region": Text(("eu-", missing("r")))})
    assert isinstance(scope(open_, TYPES["aws_s3_bucket"]).region, Unknown)


def test_an_account_nobody_says_equals_itself_and_perhaps_others() -> None:
    other = replace(BARE, provider=ProviderConfig("aws", "near"))
    assert same(account(BARE), account(BARE)) is Truth.YES
    assert same(account(BARE), account(other)) is Truth.MAYBE
    assert same(account(BARE), "111111111111") is Truth.MAYBE
    assert isinstance(region(BARE), Unknown)


def test_same() -> None:
    assert same("a", "a") is Truth.YES
    assert same("a", "b") is Truth.NO
    assert same(missing("x"), missing("x")) is Truth.MAYBE
    assert same(None, None) is Truth.MAYBE


@pytest.mark.parametrize(
    ("value", "shown"),
    [("a", "a"), (3, "3"), (True, "*"), (None, "*"), (missing("x"), "*"), ((), "*"),
     (Text(("a-", missing("x"), "-b")), "a-*-b")],
)  # fmt: skip
def test_text(value, shown) -> None:
    assert text(value) == shown


def test_label_is_the_name_that_code_gives() -> None:
    row = TYPES["aws_db_instance"]
    assert label(DB, row) == "orders"
    assert label(res("aws_db_instance.main", identifier=missing("x")), row) == "main"
    named = res("aws_db_instance.main", identifier=Text(("orders-", missing("env"))))
    assert label(named, row) == "orders-*"
    assert label(res("aws_db_instance.main", identifier_prefix="ord-"), row) == "ord-"


def test_arn_with_holes_for_what_is_not_known() -> None:
    row = TYPES["aws_db_instance"]
    assert arn(DB, row) == ("arn:aws:rds:eu-west-1:111111111111:db:orders",)
    prefixed = replace(BARE, attributes={"identifier_prefix": "ord-"})
    assert arn(prefixed, row) == ("arn:aws:rds:*:*:db:ord-*",)
    assert arn(DB, TYPES["aws_kms_alias"]) == ()


def test_a_parameter_has_one_slash() -> None:
    parameter = res("aws_ssm_parameter.p", name="/db/password")
    assert arn(parameter, TYPES["aws_ssm_parameter"])[0].endswith(":parameter/db/password")


def test_partition() -> None:
    assert [partition(r) for r in ("cn-north-1", "us-gov-west-1", "eu-west-1", "*")] == [
        "aws-cn", "aws-us-gov", "aws", "aws",
    ]  # fmt: skip


class TestKey:
    KEY = res("aws_kms_key.k", description="data")
    ALIAS = res("aws_kms_alias.a", name="alias/data", target_key_id=ref("aws_kms_key.k.key_id"))
    LOST = res("aws_kms_alias.lost", name="alias/lost", target_key_id="1234")

    def of(self, value):
        estate = Estate((DB, self.KEY, self.ALIAS, self.LOST), Grants(), TODAY)
        return key(value, References(estate, store_table().identity), DB)

    def test_by_reference(self) -> None:
        assert self.of(ref("aws_kms_key.k.arn")) == "aws_kms_key.k"

    def test_by_alias(self) -> None:
        assert self.of("alias/data") == "aws_kms_key.k"
        assert self.of(ref("aws_kms_alias.a.target_key_arn")) == "aws_kms_key.k"

    def test_an_alias_of_a_key_outside(self) -> None:
        assert self.of("alias/lost") == "1234"

    def test_the_providers_own_is_no_key_to_lose(self) -> None:
        assert self.of("alias/aws/rds") is None
        assert self.of(None) is None
        assert self.of("") is None

    def test_one_that_only_has_an_arn(self) -> None:
        name = "arn:aws:kms:eu-west-1:222222222222:key/1234"
        assert self.of(name) == name

    def test_what_is_not_known_equals_itself(self) -> None:
        hole = Unknown(missing("k").why, symbol="k")
        one = self.of(Text(("arn:", hole)))
        assert same(one, self.of(Text(("arn:", hole)))) is Truth.YES
        assert same(one, self.of(Text(("arn:", missing("k"))))) is Truth.MAYBE
        either = self.of(OneOf(("a", "b"), missing("k")))
        assert same(either, either) is Truth.MAYBE
        assert self.of(missing("k")) == missing("k")
        assert self.of(True) is None


class TestTags:
    def test_defaults_then_own(self) -> None:
        table = res("aws_dynamodb_table.t", default_tags={"a": "1", "b": "1"}, tags={"b": "2"})
        assert known_tags(table) == {"a": "1", "b": "2"}
        assert all_known(table) is Truth.YES

    def test_labels_and_all_of_them_after_a_plan(self) -> None:
        table = res("x_y.t", labels={"l": "1"}, tags=missing("t"), tags_all={"a": "1"})
        assert known_tags(table) == {"l": "1", "a": "1"}
        assert all_known(table) is Truth.YES

    def test_an_unknown_value_is_no_known_tag(self) -> None:
        table = res("x_y.t", tags={"a": missing("a")})
        assert known_tags(table) == {}
        assert set(tags(table)) == {"a"}

    def test_an_unknown_map_may_hold_more(self) -> None:
        assert all_known(res("x_y.t", tags=missing("t"))) is Truth.MAYBE

    def test_defaults_that_are_not_blocks(self) -> None:
        config = ProviderConfig("aws", attributes=frozen({"default_tags": []}))
        assert tags(replace(DB, provider=config)) == {}
