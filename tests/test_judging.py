"""Running the rules: a crash costs one rule, order and fingerprints depend on nothing accidental."""

from __future__ import annotations

import json
import random
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.document import document
from analyzer.inputs import find
from analyzer.pipeline import analyze, see
from analyzer.report import Inputs, Report
from analyzer.settings import Settings
from graph.problems import ProblemKind
from rules import registry
from rules.finding import Certainty, Finding, Severity, State
from rules.registry import judge
from rules.rule import Rule
from rules.wording import age, capital, counted, listed, plural
from tests.conftest import DAY, ROOT, analyzed

FIXTURES = ROOT / "tests" / "rules"
ESTATES = [
    ROOT / "examples" / "pocketos",
    FIXTURES / "backup-shares-credential" / "fires",
    FIXTURES / "single-credential-total-loss" / "fires",
    FIXTURES / "credential-destroys-production" / "fires-once-for-many-stores",
    FIXTURES / "staging-reaches-production" / "fires",
]


def finding(rule="good", severity=Severity.HIGH, certainty=Certainty.PROVEN, target="db", **more):
    return Finding(rule, severity, certainty, "something is wrong", target, **more)


def test_what_goes_one_by_one_does_not_go_with_one_call(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        """
        resource "aws_dynamodb_table" "orders" {
          name = "orders"
          tags = { Environment = "production" }
        }
        resource "aws_iam_user" "app" { name = "app" }
        resource "aws_iam_user_policy" "app" {
          user   = aws_iam_user.app.name
          policy = jsonencode({ Version = "2012-10-17", Statement = [
            { Effect = "Allow", Action = "dynamodb:DeleteItem", Resource = "*" }
          ] })
        }
        """
    )
    titles = [f.title for f in analyzed(tmp_path).findings if f.credential]
    assert [title for title in titles if "orders item by item, with dynamodb:DeleteItem" in title]
    assert not [title for title in titles if "one call" in title]


def test_a_key_takes_the_copies_it_encrypts_and_can_be_kept_for_a_while(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        """
        resource "aws_kms_key" "k" { deletion_window_in_days = 7 }
        resource "aws_db_instance" "orders" {
          identifier              = "orders"
          backup_retention_period = 7
          storage_encrypted       = true
          kms_key_id              = aws_kms_key.k.arn
          tags                    = { Environment = "production" }
        }
        resource "aws_iam_user" "app" { name = "app" }
        resource "aws_iam_user_policy" "app" {
          user   = aws_iam_user.app.name
          policy = jsonencode({ Version = "2012-10-17", Statement = [
            { Effect = "Allow", Action = "kms:ScheduleKeyDeletion", Resource = "*" }
          ] })
        }
        """
    )
    found = next(f for f in analyzed(tmp_path).findings if f.calls == ("kms:ScheduleKeyDeletion",))
    assert found.details[0] == (
        "The key's deletion can be cancelled for 7 days; then orders and automated backups cannot"
        " be read any more; no other copy is known."
    )
    assert not found.left
    assert not [text for text in found.details if "survives" in text]
    assert found.location is not None
    assert found.location.line == 13
    assert found.fixes[0].text == (
        "Take kms:ScheduleKeyDeletion out of policy aws_iam_user_policy.app (main.tf:13)."
    )


def test_who_only_may_still_destroy_it_is_said_so(tmp_path: Path) -> None:
    for root in ("a", "b"):
        (tmp_path / root).mkdir()
        (tmp_path / root / "main.tf").write_text(
            """
            resource "aws_db_instance" "db" {
              identifier = "db-ROOT"
              tags       = { Environment = "production" }
            }
            resource "aws_iam_user" "u" { name = "u" }
            resource "aws_iam_user_policy" "u" {
              user   = aws_iam_user.u.name
              policy = jsonencode({ Version = "2012-10-17", Statement = [
                { Effect = "Allow", Action = "rds:*", Resource = "*" }
              ] })
            }
            """.replace("ROOT", root)
        )
    proven = [f for f in analyzed(tmp_path).findings if f.certainty is Certainty.PROVEN and f.verb]
    assert {f.fixes[0].effect for f in proven} == {
        f"Its only destructive route is closed then. Then {other}:aws_iam_user.u may still destroy {db}."
        for other, db in (("b", "db-a"), ("a", "db-b"))
    }


class TestCrash:
    """A rule that fails is named; the others still run."""

    def judged(self, monkeypatch, *checks):
        rules = tuple(
            Rule(check.__name__, check.__name__, check, ("nist:A-1",)) for check in checks
        )
        monkeypatch.setattr(registry, "all_rules", lambda: rules)
        return judge(analyzed(ESTATES[0]).world)

    def test_it_is_a_problem_and_the_others_run(self, monkeypatch) -> None:
        def bad(_world):
            yield finding("bad")
            raise KeyError("secret-value")

        def good(_world):
            return [finding()]

        findings, problems = self.judged(monkeypatch, bad, good)
        assert [f.rule for f in findings] == ["good"]
        assert [(p.kind, p.what) for p in problems] == [(ProblemKind.RULE_CRASHED, "rule bad")]
        assert re.fullmatch(
            r"it failed with KeyError at test_judging.py:\d+ in bad", problems[0].why
        )
        assert "secret-value" not in str(problems)

    def test_the_run_is_incomplete(self, monkeypatch) -> None:
        def bad(_world):
            raise ValueError

        monkeypatch.setattr(registry, "all_rules", lambda: (Rule("bad", "bad", bad),))
        assert analyzed(ESTATES[0]).incomplete

    def test_controls_of_the_rule_go_with_its_findings(self, monkeypatch) -> None:
        def good(_world):
            return [finding()]

        findings, _ = self.judged(monkeypatch, good)
        assert findings[0].controls == {"nist": ("A-1",)}

    def test_worst_first_then_proven_then_by_name(self, monkeypatch) -> None:
        def many(_world):
            return [
                finding("b", Severity.LOW),
                finding("a", Severity.LOW),
                finding("a", Severity.CRITICAL, Certainty.POSSIBLE),
                finding("z", Severity.CRITICAL),
                finding("a", Severity.LOW, target="a"),
            ]

        findings, _ = self.judged(monkeypatch, many)
        assert [(f.rule, f.target) for f in findings] == [
            ("z", "db"), ("a", "db"), ("a", "a"), ("a", "db"), ("b", "db"),
        ]  # fmt: skip


class TestFingerprints:
    def test_rule_credential_verb_and_target_only(self) -> None:
        one = finding(credential="bot")
        same = replace(
            one, title="other words", severity=Severity.LOW, state=State.WORSE, details=("x",)
        )
        assert one.fingerprint == same.fingerprint
        assert one.fingerprint.startswith("bw1:")
        assert len(one.fingerprint) == 20
        others = [replace(one, rule="x"), replace(one, credential="x"), replace(one, target="x")]
        assert len({one.fingerprint, *(f.fingerprint for f in others)}) == 4

    @pytest.mark.parametrize("folder", ESTATES, ids=lambda path: path.name)
    def test_lines_and_files_may_move(self, folder: Path, tmp_path: Path) -> None:
        before = {f.fingerprint for f in analyzed(folder).findings}
        shutil.copytree(folder, tmp_path / "moved")
        for path in (tmp_path / "moved").glob("*.tf"):
            path.rename(path.with_name("renamed.tf"))
        for path in (tmp_path / "moved").rglob("*.*"):
            if path.suffix in {".tf", ".yaml"}:
                path.write_text(
                    "# moved\n\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8"
                )
        assert {f.fingerprint for f in analyzed(tmp_path / "moved").findings} == before

    @pytest.mark.parametrize("folder", ESTATES, ids=lambda path: path.name)
    def test_no_two_findings_share_one(self, folder: Path) -> None:
        prints = [f.fingerprint for f in analyzed(folder).findings]
        assert len(prints) == len(set(prints))


@pytest.mark.parametrize("folder", ESTATES, ids=lambda path: path.name)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_shuffled_input_gives_the_same_bytes(folder: Path, seed: int) -> None:
    wish = Settings(paths=(folder,), today=DAY)
    found = find(wish)
    lot = random.Random(seed)

    def shuffled(items):
        return tuple(lot.sample(items, len(items)))

    grants = replace(
        found.grants,
        credentials=shuffled(found.grants.credentials),
        actors=shuffled(found.grants.actors),
        stores=shuffled(found.grants.stores),
        backups=shuffled(found.grants.backups),
    )
    other = replace(found, resources=shuffled(found.resources), grants=grants)
    assert as_bytes(found, wish) == as_bytes(other, wish)


def as_bytes(found, wish) -> str:
    world = see(found, wish)
    findings, crashed = judge(world)
    problems = (*found.problems, *world.graph.problems, *crashed)
    report = Report(world, findings, problems, Inputs(found.files), wish)
    return json.dumps(document(report))


class TestWords:
    @pytest.mark.parametrize(
        ("items", "text"),
        [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"),
         (["a", "b", "c", "d", "e"], "a, b, c and 2 more")],
    )  # fmt: skip
    def test_lists(self, items, text) -> None:
        assert listed(items) == text

    @pytest.mark.parametrize(
        ("span", "text"),
        [
            (timedelta(seconds=5), "1 minute"),
            (timedelta(minutes=5), "5 minutes"),
            (timedelta(hours=1), "1 hour"),
            (timedelta(hours=36), "36 hours"),
            (timedelta(days=1), "1 day"),
            (timedelta(days=90), "90 days"),
        ],
    )
    def test_ages(self, span, text) -> None:
        assert age(span) == text

    def test_counts(self) -> None:
        assert counted(1, "call") == "1 call"
        assert counted(2, "registry") == "2 registries"
        assert plural("key") == "keys"
        assert capital("railway-daily dies") == "Railway-daily dies"


@pytest.mark.parametrize(
    ("case", "severity", "certainty"),
    [
        ("credential-destroys-production/fires", "critical", "proven"),
        ("credential-destroys-production/fires-though-a-person-approves", "high", "proven"),
        ("credential-destroys-production/fires-when-it-can-be-afforded", "high", "proven"),
        ("credential-destroys-production/fires-for-a-workload", "medium", "proven"),
        ("credential-destroys-production/fires-with-conditions", "critical", "possible"),
        ("single-credential-total-loss/fires", "critical", "proven"),
        ("single-credential-total-loss/fires-with-approval", "high", "proven"),
        ("backup-dies-with-source/fires", "high", "proven"),
        ("backup-missing/fires", "high", "proven"),
        ("backup-missing/fires-possible", "high", "possible"),
        ("backup-shares-account/fires", "medium", "proven"),
        ("backup-shares-region/fires", "low", "proven"),
        ("backup-too-old/fires-when-undated", "medium", "possible"),
        ("credential-exceeds-intent/fires", "medium", "proven"),
        ("staging-reaches-production/fires", "high", "proven"),
    ],
)
def test_how_grave_and_how_sure(case: str, severity: str, certainty: str) -> None:
    rule = case.split("/", maxsplit=1)[0]
    found = [f for f in analyzed(FIXTURES / case).findings if f.rule == rule]
    assert {(str(f.severity), str(f.certainty)) for f in found} == {(severity, certainty)}


VOLUME = """
resource "railway_project" "app" { name = "rental" }
resource "railway_service" "db" {
  name         = "postgres"
  project_id   = railway_project.app.id
  source_image = "postgres:16"
  volume       = { name = "pg-data", mount_path = "/data" }
}
"""
TABLE = 'resource "aws_dynamodb_table" "t" { name = "ledger-prod" }\n'
UNSURE = """
variable "backup" { type = string }
resource "aws_dynamodb_table" "t" {
  name = "ledger-prod"
  tags = { Backup = var.backup }
}
resource "aws_backup_vault" "v" { name = "v" }
resource "aws_backup_plan" "p" {
  name = "p"
  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.v.name
    schedule          = "cron(0 3 * * ? *)"
  }
}
resource "aws_backup_selection" "s" {
  name         = "s"
  plan_id      = aws_backup_plan.p.id
  iam_role_arn = "arn:aws:iam::111111111111:role/backup"
  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = "daily"
  }
}
"""


class TestSentences:
    """What is said depends on what is known."""

    def said(self, folder: Path, terraform: str, grants: str, rule: str) -> str:
        (folder / "main.tf").write_text(terraform, encoding="utf-8")
        (folder / "grants.yaml").write_text(f"version: 1\n{grants}", encoding="utf-8")
        found = [f for f in analyzed(folder).findings if f.rule == rule]
        assert len(found) == 1
        texts = (
            found[0].title,
            *found[0].details,
            found[0].fixes[0].text,
            found[0].fixes[0].effect,
        )
        return "\n".join(texts)

    def destroys(self, folder: Path, terraform: str, grants: str) -> str:
        return self.said(folder, terraform, grants, "credential-destroys-production")

    def test_backups_that_may_exist(self, tmp_path: Path) -> None:
        text = self.destroys(
            tmp_path,
            VOLUME,
            "credentials: [{ id: bot, kind: railway/account-token, held_by: human:ops }]\n"
            "backups: [{ id: dump, of: railway_service.db, kind: dump, in: saas:x, newest: 2026-11-20 }]\n",
        )
        assert "the production volume pg-data and whatever backups it has with one call" in text
        assert (
            "The only copy that survives is dump, 4 days old; without it, everything is lost."
            in text
        )
        assert "It can be used by ops; nobody has to approve." in text

    def test_a_survivor_of_unknown_age(self, tmp_path: Path) -> None:
        text = self.destroys(
            tmp_path,
            TABLE,
            'credentials: [{ id: bot, kind: custom/key, grants: [{ can: destroy, to: "*" }] }]\n'
            "backups: [{ id: disk, of: aws_dynamodb_table.t, kind: dump, in: saas:safe }]\n",
        )
        assert (
            "The only copy that survives is disk, of unknown age; without it, everything is lost."
            in text
        )

    def test_a_survivor_nobody_can_vouch_for(self, tmp_path: Path) -> None:
        """The vault may keep a copy, or not: the tag that selects is not known."""
        text = self.destroys(
            tmp_path,
            UNSURE,
            "credentials: [{ id: bot, kind: custom/key,"
            ' grants: [{ can: destroy, to: "tf:aws_dynamodb_table.t" }] }]\n',
        )
        assert "Whether any copy survives is not known." in text

    def test_a_copy_by_name_and_the_calls_that_take_it(self, tmp_path: Path) -> None:
        text = self.destroys(
            tmp_path,
            'resource "aws_dynamodb_table" "t" {\n  name = "ledger-prod"\n'
            "  point_in_time_recovery { enabled = true }\n}\n",
            'credentials: [{ id: bot, kind: custom/key, grants: [{ can: destroy, to: "*" }] }]\n'
            "backups: [{ id: dump, of: aws_dynamodb_table.t, kind: dump, in: saas:x, schedule: daily }]\n",
        )
        assert (
            "with one call, dynamodb:DeleteTable, and its backup point-in-time recovery with further"
            in text
        )
        assert "Its backup: point-in-time recovery (dynamodb:DeleteBackup)." in text
        assert (
            "The only copy that survives is dump, at most 1 day old; without it, everything is lost."
            in text
        )

    def test_a_protection_is_a_call_more(self, tmp_path: Path) -> None:
        text = self.destroys(
            tmp_path,
            TABLE.replace("}", "\n  deletion_protection_enabled = true\n}").replace(
                "{ name", "{\n  name"
            ),
            'credentials: [{ id: bot, kind: custom/key, grants: [{ can: destroy, to: "*" }] }]\n',
        )
        assert "with 2 calls, dynamodb:UpdateTable and dynamodb:DeleteTable" in text

    def test_what_a_credential_is_meant_for_in_words(self, tmp_path: Path) -> None:
        text = self.destroys(
            tmp_path,
            VOLUME,
            "credentials: [{ id: bot, kind: railway/account-token,"
            ' intended: { can: write, to: "type:railway/custom-domain", env: staging } }]\n',
        )
        assert "It is meant to write custom domains in staging only." in text

    def test_who_can_still_destroy_it(self, tmp_path: Path) -> None:
        grants = 'grants: [{ can: destroy, to: "*" }]'
        (tmp_path / "main.tf").write_text(TABLE, encoding="utf-8")
        (tmp_path / "grants.yaml").write_text(
            "version: 1\ncredentials:\n"
            f"  - {{ id: one, kind: custom/key, {grants} }}\n"
            f"  - {{ id: two, kind: custom/key, {grants} }}\n"
            "  - { id: three, kind: custom/key, grants: [], becomes: one }\n",
            encoding="utf-8",
        )
        effects = {
            f.credential: f.fixes[0].effect for f in analyzed(tmp_path).findings if f.credential
        }
        assert effects == {
            "one": "Then two can still destroy ledger-prod.",
            "two": "Then one and three can still destroy ledger-prod.",
            "three": "Then one and two can still destroy ledger-prod.",
        }


class TestWhoCanBecomeIt:
    def test_a_key_that_may_assume_the_role_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "main.tf").write_text(
            """
            resource "aws_db_instance" "orders" { identifier = "orders-prod" }
            resource "aws_iam_user" "ops" { name = "ops" }
            resource "aws_iam_access_key" "ops" { user = aws_iam_user.ops.name }
            resource "aws_iam_role" "admin" {
              name = "admin"
              assume_role_policy = jsonencode({ Statement = [{
                Effect = "Allow", Action = "sts:AssumeRole"
                Principal = { AWS = aws_iam_user.ops.arn }
              }] })
            }
            resource "aws_iam_role_policy" "admin" {
              role   = aws_iam_role.admin.name
              policy = jsonencode({ Statement = [{
                Effect = "Allow", Action = "rds:*", Resource = "*"
              }] })
            }
            """
        )
        findings = analyzed(tmp_path).findings
        (found,) = (f for f in findings if f.rule == "credential-destroys-production")
        assert found.credential == "aws_iam_role.admin"
        assert "Who can become it: aws_iam_access_key.ops." in found.details


def test_protection_makes_a_dying_backup_less_grave(tmp_path: Path) -> None:
    code = (
        'resource "aws_db_instance" "d" {\n  identifier = "d-prod"\n  backup_retention_period = 7\n'
    )
    severities = []
    for more in ("}", "  deletion_protection = true\n}"):
        (tmp_path / "main.tf").write_text(code + more)
        (found,) = analyzed(tmp_path).findings
        severities.append(found.severity)
    assert severities == [Severity.HIGH, Severity.MEDIUM]


@pytest.mark.parametrize(
    ("rule", "word"), [("backup-shares-vendor", "vendor"), ("backup-shares-organization", "org")]
)
def test_what_nearly_everybody_shares_is_said_on_demand(rule: str, word: str) -> None:
    folder = ROOT / "tests" / "rules" / rule / "fires"
    said = [
        {f.rule for f in analyze(Settings((folder,), today=DAY, demand=frozenset(it))).findings}
        for it in ([], [word])
    ]
    assert [rule in rules for rules in said] == [False, True]
