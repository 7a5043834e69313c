"""`data.aws_iam_policy_document`, rule by rule as the AWS provider's source renders it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.readers.terraform import policy_document
from graph.values import Json, OneOf, Unknown, Why
from tests.analyzer.terraform.oracle import ours, outputs, write

HOLE = Unknown(Why.VARIABLE, "var.x")


def statement(**attributes: Any) -> dict[str, Any]:
    """The one statement of a document."""
    text = policy_document.render({"statement": (attributes,)})
    document = json.loads(text) if isinstance(text, str) else text.document  # type: ignore[union-attr]
    (found,) = document["Statement"]
    return dict(found)


def merged(own: tuple[Any, ...] = (), **documents: Any) -> dict[str, Any]:
    given = {
        key: tuple(json.dumps(item) if isinstance(item, dict) else item for item in items)
        for key, items in documents.items()
        if isinstance(items, tuple)
    }
    plain = {key: value for key, value in documents.items() if key not in given}
    text = policy_document.render({"statement": own, **plain, **given})
    assert isinstance(text, str)
    return dict(json.loads(text))


@pytest.mark.parametrize(
    ("given", "rendered"),
    [
        ({}, {"Effect": "Allow"}),
        ({"effect": None, "sid": ""}, {"Effect": "Allow"}),
        ({"actions": ("b:B",)}, {"Action": "b:B"}),
        ({"actions": ("a:A", "b:B", "a:A")}, {"Action": ["b:B", "a:A"]}),
        ({"actions": ("a:A", "a:A")}, {"Action": "a:A"}),
        ({"not_actions": ("a:A",), "not_resources": ("r",)}, {"NotAction": "a:A", "NotResource": "r"}),
        ({"actions": (), "resources": ()}, {"Effect": "Allow"}),
        ({"resources": ("x/&{aws:username}",)}, {"Resource": "x/${aws:username}"}),
        ({"resources": ("$x", "&{y}")}, {"Resource": ["${y}", "$x"]}),  # sorted, then replaced
    ],
)  # fmt: skip
def test_sets_of_a_statement(given: dict[str, Any], rendered: dict[str, Any]) -> None:
    assert statement(**given) == {"Effect": "Allow", **rendered}


def block(kind: str, *identifiers: str) -> dict[str, Any]:
    return {"type": kind, "identifiers": identifiers}


@pytest.mark.parametrize(
    ("blocks", "rendered"),
    [
        ((block("*", "*"),), "*"),
        ((block("AWS", "*"),), {"AWS": "*"}),
        ((block("AWS", "1", "2"),), {"AWS": ["2", "1"]}),
        ((block("Service", "ec2"), block("AWS", "1")), {"AWS": "1", "Service": "ec2"}),
        ((block("AWS", "1"), block("AWS", "2")), {"AWS": ["1", "2"]}),
        ((block("*", "*"), block("AWS", "1")), {"*": "*", "AWS": "1"}),
    ],
)
def test_principals(blocks: tuple[Any, ...], rendered: Any) -> None:
    assert statement(principals=blocks)["Principal"] == rendered
    assert statement(not_principals=blocks)["NotPrincipal"] == rendered


def condition(test: str, variable: str, *values: str) -> dict[str, Any]:
    return {"test": test, "variable": variable, "values": values}


@pytest.mark.parametrize(
    ("blocks", "rendered"),
    [
        ((condition("S", "k", "v"),), {"S": {"k": "v"}}),
        ((condition("S", "k", "a", "c", "b", "a"),), {"S": {"k": ["a", "c", "b", "a"]}}),
        ((condition("S", "k", "v"), condition("S", "k", "w")), {"S": {"k": ["v", "w"]}}),
        ((condition("T", "k", "v"), condition("S", "l", "&{x}"), condition("S", "k", "w")),
         {"S": {"k": "w", "l": "${x}"}, "T": {"k": "v"}}),
        ((condition("S", "k"),), {"S": {"k": []}}),
    ],
)  # fmt: skip
def test_conditions(blocks: tuple[Any, ...], rendered: Any) -> None:
    found = statement(condition=blocks)["Condition"]
    assert json.dumps(found) == json.dumps(rendered)


def named(sid: str, action: str) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": "*"}


def test_a_later_statement_takes_the_place_of_one_with_its_sid() -> None:
    own = ({"sid": "b", "actions": ("own:B",), "resources": ("*",)},)
    found = merged(
        own,
        source_policy_documents=({"Statement": [named("a", "s:A"), named("b", "s:B")]}, {"Statement": [named("", "s:C")]}),
        override_policy_documents=({"Statement": [named("a", "o:A"), named("d", "o:D")]},),
    )  # fmt: skip
    assert [item["Action"] for item in found["Statement"]] == ["o:A", "own:B", "s:C", "o:D"]


def test_the_newest_version_and_the_last_id_count() -> None:
    old = {"Version": "2008-10-17", "Id": "source", "Statement": []}
    assert merged(source_policy_documents=(old,)) == {"Version": "2012-10-17", "Id": "source"}
    assert merged(version="2008-10-17")["Version"] == "2008-10-17"
    assert merged(version="2008-10-17", override_policy_documents=({"Version": "2012-10-17"},))["Version"] == "2012-10-17"  # fmt: skip
    assert merged(policy_id="own", source_policy_documents=(old,))["Id"] == "own"


def test_old_arguments_come_before_the_new_ones() -> None:
    first, second = (
        json.dumps({"Statement": [named("a", "one:A")]}),
        {"Statement": [named("a", "two:A")]},
    )
    for single, several in (
        ("source_json", "source_policy_documents"),
        ("override_json", "override_policy_documents"),
    ):
        found = merged(**{single: first, several: (second,)})
        assert [item["Action"] for item in found["Statement"]] == ["two:A"]


def test_statements_of_other_documents_are_written_again() -> None:
    odd = {
        "condition": {"B": {"y": True, "z": 5}, "A": {"x": ["1"]}},
        "Principal": {"Service": "s", "AWS": ["1"]},
        "unknown": 1,
        "action": "a:A",
        "effect": "Allow",
        "Sid": "",
    }
    (found,) = merged(source_policy_documents=({"Statement": odd},))["Statement"]
    assert json.dumps(found) == json.dumps(
        {
            "Effect": "Allow",
            "Action": "a:A",
            "Principal": {"AWS": ["1"], "Service": "s"},
            "Condition": {"A": {"x": "1"}, "B": {"y": "true"}},
        }
    )


def test_the_text_is_that_of_go() -> None:
    text = policy_document.render({"statement": ({"sid": "a", "resources": ("x<&>é",)},)})
    assert text == (
        '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Sid": "a",\n'
        '      "Effect": "Allow",\n      "Resource": "x\\u003c\\u0026\\u003eé"\n    }\n  ]\n}'
    )
    assert policy_document.written(json.loads(str(text))) == (
        '{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow",'
        '"Resource":"x\\u003c\\u0026\\u003eé"}]}'
    )


@pytest.mark.parametrize(
    "name", ["statement", "source_policy_documents", "override_policy_documents"]
)
@pytest.mark.parametrize("value", [HOLE, (HOLE,)])
def test_what_is_not_known_is_a_statement_that_may_say_anything(name: str, value: Any) -> None:
    found = policy_document.render({name: value})
    assert isinstance(found, Json)
    assert found.document["Statement"] == (HOLE,)  # type: ignore[index, call-overload]


def test_holes_in_a_statement_stay_where_they_are() -> None:
    found = statement(
        effect=HOLE,
        actions=("a:A", HOLE),
        principals=(block("AWS", HOLE),),  # type: ignore[arg-type]
        condition=(condition("S", "k", HOLE),),  # type: ignore[arg-type]
    )
    assert found == {
        "Effect": HOLE,
        "Action": ("a:A", HOLE),
        "Principal": {"AWS": HOLE},
        "Condition": {"S": {"k": HOLE}},
    }
    assert statement(principals=HOLE)["Principal"] == HOLE
    assert statement(condition=HOLE)["Condition"] == HOLE


def test_a_document_to_merge_that_is_no_json_hides_what_it_says() -> None:
    found = policy_document.render({"source_policy_documents": ("{",)})
    assert isinstance(found, Json)
    (gap,) = found.document["Statement"]  # type: ignore[index, call-overload]
    assert gap.why is Why.ERROR


def test_the_short_text_is_the_long_one_without_spaces(tmp_path: Path) -> None:
    main = """
        data "aws_iam_policy_document" "d" {
          statement {
            actions   = ["a:A"]
            resources = ["x&y"]
          }
        }
        output "short" { value = data.aws_iam_policy_document.d.minified_json }
    """
    result = ours(write(tmp_path, {"main.tf": main}))
    assert outputs(result)["short"] == (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:A","Resource":"x\\u0026y"}]}'
    )


DYNAMIC = """
variable "some" { type = list(string) }
data "aws_iam_policy_document" "p" {
  statement {
    sid     = "own"
    actions = ["s3:GetObject"]
  }
  dynamic "statement" {
    for_each = %s
    content {
      sid     = "%s"
      effect  = "Deny"
      actions = ["s3:*"]
    }
  }
}
output "p" { value = data.aws_iam_policy_document.p.json }
"""


def statements(tmp_path: Path, collection: str, sid: str) -> tuple[Any, ...]:
    write(tmp_path, {"main.tf": DYNAMIC % (collection, sid)})
    value = outputs(ours(tmp_path))["p"]
    document = json.loads(value) if isinstance(value, str) else value.document
    found = document["Statement"]
    return tuple(found) if isinstance(found, list | tuple) else (found,)


def test_a_statement_for_each_of_nobody_knows_what_may_not_be_there(tmp_path: Path) -> None:
    first, second = statements(tmp_path, "var.some", "more")
    assert first["Effect"] == "Allow"
    assert isinstance(second, OneOf)
    assert [option and option["Effect"] for option in second.options] == ["Deny", None]


def test_a_statement_that_may_not_be_there_may_take_the_place_of_one_with_its_sid(
    tmp_path: Path,
) -> None:
    (only,) = statements(tmp_path, "var.some", "own")
    assert isinstance(only, OneOf)
    assert [option["Effect"] for option in only.options] == ["Allow", "Deny"]


def test_a_statement_for_each_of_a_known_list_is_certain(tmp_path: Path) -> None:
    assert [it["Effect"] for it in statements(tmp_path, '["a"]', "more")] == ["Allow", "Deny"]
    assert len(statements(tmp_path, "[]", "more")) == 1
