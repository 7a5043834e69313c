"""Which resource an attribute means: by reference, by name, by ARN, across root modules."""

from __future__ import annotations

from graph.estate import Estate
from graph.grants import Grants
from graph.references import References
from graph.values import OneOf, Text, Truth, Unknown, Why
from tests.graph.estates import TODAY, missing, ref, res

BUCKET = "aws_s3_bucket.data"


def resolve(value, *resources, at=None, types=("aws_s3_bucket",)):
    estate = Estate(tuple(resources), Grants(), TODAY)
    found = References(estate, {"aws_s3_bucket": ("bucket",), "aws_db_instance": ("identifier",)})
    return found.resolve(value, types, at or resources[0])


DATA = res(BUCKET, bucket="acme-data")
USER = res("aws_s3_bucket_logging.l")


def test_by_reference() -> None:
    assert resolve(ref(f"{BUCKET}.id"), DATA, USER) == {BUCKET: Truth.YES}


def test_by_a_reference_to_a_nested_attribute() -> None:
    assert resolve(ref(f"{BUCKET}.a.b"), DATA) == {BUCKET: Truth.YES}


def test_by_name() -> None:
    assert resolve("acme-data", DATA) == {BUCKET: Truth.YES}


def test_by_arn() -> None:
    assert resolve("arn:aws:s3:::acme-data", DATA) == {BUCKET: Truth.YES}


def test_by_the_end_of_an_arn_with_holes() -> None:
    arn = Text(("arn:", missing("partition"), ":s3:::acme-data"))
    assert resolve(arn, DATA) == {BUCKET: Truth.YES}


def test_by_a_reference_inside_a_text() -> None:
    assert resolve(Text((ref(f"{BUCKET}.arn"), "/*")), DATA) == {BUCKET: Truth.YES}


def test_either_of_two_is_a_maybe() -> None:
    other = res("aws_s3_bucket.other", bucket="acme-other")
    value = OneOf((ref(f"{BUCKET}.id"), "acme-other"), missing("x"))
    found = resolve(value, DATA, other)
    assert found == {BUCKET: Truth.MAYBE, "aws_s3_bucket.other": Truth.MAYBE}


def test_each_of_a_list() -> None:
    other = res("aws_s3_bucket.other", bucket="acme-other")
    assert set(resolve(("acme-data", "acme-other"), DATA, other)) == {BUCKET, "aws_s3_bucket.other"}


def test_of_other_types_nothing() -> None:
    assert resolve(ref(f"{BUCKET}.id"), DATA, types=("aws_db_instance",)) == {}
    assert resolve("acme-data", DATA, types=("aws_db_instance",)) == {}


def test_what_names_nothing() -> None:
    assert resolve("", DATA) == {}
    assert resolve("other", DATA) == {}
    assert resolve(3, DATA) == {}
    assert resolve(missing("bucket"), DATA) == {}


def test_a_reference_to_a_block_may_mean_each_instance() -> None:
    one = res('aws_s3_bucket.many["a"]', bucket="a")
    two = res('aws_s3_bucket.many["b"]', bucket="b")
    value = Unknown(Why.COMPUTED, references=("aws_s3_bucket.many",))
    assert set(resolve(value, one, two).values()) == {Truth.MAYBE}
    assert len(resolve(value, one, two)) == 2


def test_the_own_root_module_comes_first() -> None:
    here = res("a:aws_s3_bucket.data", stack="a", bucket="same")
    there = res("b:aws_s3_bucket.data", stack="b", bucket="same")
    assert resolve("same", here, there, at=here) == {here.address: Truth.YES}
    assert resolve(ref(f"{BUCKET}.id"), here, there, at=there) == {there.address: Truth.YES}


def test_a_name_in_another_root_module() -> None:
    here = res("a:aws_s3_bucket_logging.l", stack="a")
    there = res("b:aws_s3_bucket.data", stack="b", bucket="theirs")
    assert resolve("theirs", here, there, at=here) == {there.address: Truth.YES}


def test_companions_are_found_once_and_remembered() -> None:
    logging = res("aws_s3_bucket_logging.l", bucket=ref(f"{BUCKET}.id"))
    found = References(Estate((DATA, logging), Grants(), TODAY), {})
    wanted = ("aws_s3_bucket_logging", ("bucket",), ("aws_s3_bucket",))
    assert found.companions(*wanted) == {BUCKET: (logging,)}
    assert found.companions(*wanted) is found.companions(*wanted)
