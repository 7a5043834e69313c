"""What is taken for a secret: by name, by shape; and what is not."""

from __future__ import annotations

import time

import pytest

from analyzer.escape import json_text, printable
from analyzer.readers.redact import hide, safe
from analyzer.secrets import MASK, looks_secret, masked, may_hold_secret, secret_name
from graph.values import Text, Unknown, Why

TOKENS = (
    "ghp_" + "aB3" * 12,
    "github_pat_" + "aB3" * 10,
    "glpat-" + "aB3" * 7,
    "AKIA" + "ABCD" * 4,
    "sk_live_" + "aB3" * 5,
    "xoxb-" + "12-ab-" * 3,
    "sbp_" + "0a" * 20,
    "dp.st." + "aB3" * 8,
    "hvs." + "aB3" * 8,
    "dop_v1_" + "0a" * 20,
    "npm_" + "aB3" * 12,
    "AIza" + "aB3" * 11,
    "eyJ" + "a" * 12 + "." + "b" * 12 + "." + "c" * 12,
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
)


@pytest.mark.parametrize(
    "name",
    [
        "password", "db_password", "master_password", "DB_PASSWORD", "secret_key", "access_key",
        "api_token", "clientSecret", "private_key", "connection_string", "SENTRY_DSN",
    ],
)  # fmt: skip
def test_names_that_promise_a_secret(name: str) -> None:
    assert secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "secret_arn", "password_length", "manage_master_user_password", "token_ttl", "key_id",
        "kms_key_id", "access_key_id", "secret_name", "username", "bucket", "private_key_path",
    ],
)  # fmt: skip
def test_names_about_a_secret(name: str) -> None:
    assert not secret_name(name)


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("around", ["{}", "use {} here", "a={}", '"{}"', "https://x/{}?y"])
def test_tokens_have_a_shape(token: str, around: str) -> None:
    text = around.format(token)
    assert looks_secret(text)
    assert may_hold_secret(text)
    assert token not in masked(text)
    assert MASK in masked(text)
    assert token not in printable(text, 10_000)
    assert token.split("\n", maxsplit=1)[0] not in json_text({text: [text]})
    found = safe(text, "note")
    assert isinstance(found, Unknown | Text)
    assert token not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:iam::111111111111:role/very-long-role-name-of-a-service-in-production",
        'module.environment["production"].aws_db_instance.orders',
        "scripts/add-domain.sh#RAILWAY_API_TOKEN",
        "ghcr.io/railwayapp-templates/postgres-ssl:16",
        "AWSBackupServiceRolePolicyForBackup",
        "git@github.com:acme/infra.git",
        "https://example.com:8080/path",
        "two words, a path/to/file and 12345678901234567890",
        "mask-ed or risk-y words such as task-definition-of-the-worker-service",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert not looks_secret(text)
    assert masked(text) == text
    assert safe(text, "note") == text


def test_the_login_of_a_url_goes() -> None:
    assert masked("postgres://app:hunter2@db/main") == f"postgres://{MASK}@db/main"


def test_what_the_provider_calls_secret_goes_whatever_its_name() -> None:
    values = hide("aws_ssm_parameter", {"name": "a", "value": "b", "insecure_value": None})
    assert values["name"] == "a"
    assert values["insecure_value"] is None
    assert isinstance(values["value"], Unknown)
    assert values["value"].why is Why.SENSITIVE
    assert hide("aws_s3_bucket", {"value": "b"}) == {"value": "b"}
    assert isinstance(hide("railway_shared_variable", {"value": "b"})["value"], Unknown)


@pytest.mark.parametrize("before", ["", "9", "_.", "é-", "x ", 'a="b"'])
def test_assigned_secret_begins_at_first_letter_of_its_word(before: str) -> None:
    kept = safe(f"{before}password = hunter2hunter2;")
    assert isinstance(kept, Text)
    hole = next(part for part in kept.parts if isinstance(part, Unknown))
    assert hole.detail == "password"
    assert "hunter2" not in str(kept)


def test_long_words_take_no_longer_than_they_are() -> None:
    text = "password" * 60_000  # no sign follows: looked at once, not again from each letter
    started = time.process_time()
    assert safe(text) == text
    assert time.process_time() - started < 2
