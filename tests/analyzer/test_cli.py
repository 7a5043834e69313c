"""The command line: exit codes, formats, questions, hints, progress; as a user would type it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from jsonschema import Draft202012Validator

from analyzer import cli, schemas
from analyzer.cli import run
from analyzer.progress import Progress
from analyzer.render import formats
from analyzer.settings import FailOn
from tests.conftest import ROOT

POCKETOS = str(ROOT / "examples" / "pocketos")
FIXED = str(ROOT / "examples" / "aws-two-environments-fixed")
INCIDENT = ("--today", "2026-04-25")
Capture = pytest.CaptureFixture[str]


class TestExitCodes:
    @pytest.mark.parametrize("form", formats())
    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ((POCKETOS,), 1),
            ((POCKETOS, "--fail-on", "any-high"), 1),
            ((POCKETOS, "--fail-on", "never"), 0),
            ((FIXED,), 0),
            ((POCKETOS, "--fail-on", "sometimes"), 2),
            (("/nowhere",), 2),
        ],
    )
    def test_are_the_same_for_every_format(
        self, form: str, arguments: tuple[str, ...], code: int, capfd: Capture
    ) -> None:
        assert run(["check", *arguments, "-f", form]) == code
        out, err = capfd.readouterr()
        assert bool(out) == (code != 2)
        assert bool(err) == (code == 2)

    def test_findings_weigh_more_than_gaps(self, tmp_path: Path, capfd: Capture) -> None:
        bad = tmp_path / "bad.json"
        bad.write_text("{")
        assert run(["check", POCKETOS, "--plan", str(bad)]) == 1
        assert "the analysis is incomplete (1)" in capfd.readouterr().err
        assert run(["check", POCKETOS, "--plan", str(bad), "--fail-on", "never"]) == 3

    @pytest.mark.parametrize("stage", ["_settings", "_outputs", "_analyze", "_write", "_verdict"])
    def test_a_fault_of_ours_is_four_and_says_where(
        self, stage: str, monkeypatch: pytest.MonkeyPatch, capfd: Capture
    ) -> None:
        def broken(*_: object, **__: object) -> None:
            raise KeyError("a value of the input")

        monkeypatch.setattr(cli, stage, broken)
        assert run(["check", POCKETOS]) == 4
        err = capfd.readouterr().err
        assert "internal error: KeyError at test_cli.py" in err
        assert "a value of the input" not in err

    def test_an_interrupt(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(cli, "_analyze", interrupted)
        assert run(["check", POCKETOS]) == 4

    def test_a_reader_that_goes_away(self) -> None:
        command = (
            f"{sys.executable} -m analyzer schema report | head -c 10; exit ${{PIPESTATUS[0]}}"
        )
        done = subprocess.run(
            ["bash", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT
        )
        assert done.stderr == ""


class TestCheck:
    def test_is_the_default_command(self, capfd: Capture) -> None:
        assert run([POCKETOS]) == run(["check", POCKETOS]) == 1
        out = capfd.readouterr().out
        assert out[: len(out) // 2] == out[len(out) // 2 :]

    def test_looks_here_by_default(self, monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
        monkeypatch.chdir(POCKETOS)
        assert run([]) == 1
        assert "railway-domains" in capfd.readouterr().out

    def test_formats_go_to_files_and_stdout(self, tmp_path: Path, capfd: Capture) -> None:
        file = tmp_path / "findings.json"
        assert run(["check", POCKETOS, "-f", "text", "-f", f"json={file}"]) == 1
        assert capfd.readouterr().out.startswith("blastwall ")
        assert json.loads(file.read_text(encoding="utf-8"))["schema_version"] == "1.0"

    @pytest.mark.parametrize("form", formats())
    def test_a_file_holds_what_stdout_would(
        self, form: str, tmp_path: Path, capfd: Capture
    ) -> None:
        file = tmp_path / "found"
        assert run(["check", POCKETOS, "-f", form]) == 1
        shown = capfd.readouterr().out
        assert run(["check", POCKETOS, "-f", f"{form}={file}"]) == 1
        assert capfd.readouterr().out == ""
        assert file.read_text(encoding="utf-8") == shown

    def test_help_names_every_format(self, capfd: Capture) -> None:
        assert run(["check", "--help"]) == 0
        assert f"One of {', '.join(formats())}," in " ".join(capfd.readouterr().out.split())

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("-f", "tex"), "did you mean 'text'?"),
            (("-f", "zzz"), f"there are {', '.join(formats())}"),
            (("-f", "json="), "the file's name is missing"),
            (("-f", "json=/nowhere/at/all"), "cannot be written: No such file or directory"),
            (("--var", "novalue"), "--var takes NAME=VALUE"),
            (("--max-loss", "1 day"), "is not a duration"),
            (("--today", "tomorrow"), "does not match the format"),
            (("--grant", "x"), "--grants"),
        ],
    )
    def test_usage_faults_name_the_remedy(
        self, arguments: tuple[str, ...], words: str, capfd: Capture
    ) -> None:
        assert run(["check", POCKETOS, *arguments]) == 2
        out, err = capfd.readouterr()
        assert words in err
        assert out == ""

    def test_a_mistyped_command(self, capfd: Capture) -> None:
        assert run(["chek", POCKETOS]) == 2
        assert "did you mean 'check'?" in capfd.readouterr().err

    def test_a_folder_named_like_a_command_s_typo_is_a_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture
    ) -> None:
        (tmp_path / "chek").mkdir()
        monkeypatch.chdir(tmp_path)
        assert run(["chek"]) == 3
        out, err = capfd.readouterr()
        assert "no input in chek" in err
        assert out.endswith("Nothing was analysed.\n")

    def test_a_second_grants_file(self, tmp_path: Path, capfd: Capture) -> None:
        more = tmp_path / "more.yaml"
        more.write_text("version: 1\ncredentials: [{ id: extra, kind: railway/account-token }]\n")
        run(["check", POCKETOS, "--grants", str(more), "-f", "json"])
        found = json.loads(capfd.readouterr().out)
        assert {row["id"] for row in found["credentials"]} == {"railway-domains", "extra"}

    def test_a_var_file_is_named_from_where_the_user_stands(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture
    ) -> None:
        (tmp_path / ".git").mkdir()
        (tmp_path / "root").mkdir()
        (tmp_path / "root" / "main.tf").write_text(
            'variable "name" {}\nresource "aws_s3_bucket" "b" { bucket = var.name }\n'
        )
        (tmp_path / "prod.tfvars").write_text('name = "from-file"\n')
        monkeypatch.chdir(tmp_path)
        assert run(["inspect", "root", "--var-file", "prod.tfvars", "-f", "json"]) == 0
        (row,) = json.loads(capfd.readouterr().out)["resources"]
        assert row["values"]["bucket"] == "from-file"
        assert run(["inspect", "root", "--var-file", "none.tfvars"]) == 2

    def test_a_file_stands_for_its_folder_and_a_folder_counts_once(self, capfd: Capture) -> None:
        grants = ("--grants", f"{POCKETOS}/grants.yaml")
        assert run(["check", f"{POCKETOS}/main.tf", POCKETOS, *grants, "-f", "json"]) == 1
        found = json.loads(capfd.readouterr().out)
        assert found["coverage"]["unknowns"] == []
        assert [row["id"] for row in found["credentials"]] == ["railway-domains"]

    def test_an_encoding_without_the_characters(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "analyzer", "check", POCKETOS],
            capture_output=True,
            check=False,
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        )
        assert done.returncode == 1
        assert b"\\u2192" in done.stdout


class TestQuestions:
    def test_who(self, capfd: Capture) -> None:
        for name in ("railway_service.db", "pg-data", "rental-db"):
            assert run(["who", name, "--in", POCKETOS]) == 0
            out = capfd.readouterr().out
            assert "destroy         railway-domains  1 call: volumeDelete" in out
            assert (
                "lies in scripts/add-domain.sh#RAILWAY_API_TOKEN [scripts/add-domain.sh:4]" in out
            )
        assert run(["who", "pg-data", "--in", POCKETOS, "-f", "json"]) == 0
        (first, *_) = json.loads(capfd.readouterr().out)
        assert (first["credential"], first["verb"], first["certainty"]) == (
            "railway-domains",
            "destroy",
            "proven",
        )

    def test_path(self, capfd: Capture) -> None:
        assert run(["path", "railway-domains", "rental-db", "--in", POCKETOS]) == 0
        out = capfd.readouterr().out
        assert "railway-domains can destroy railway_service.db (pg-data, production):" in out
        assert "1. scripts/add-domain.sh#RAILWAY_API_TOKEN (place)" in out

    def test_backups(self, capfd: Capture) -> None:
        assert run(["backups", POCKETOS, *INCIDENT]) == 0
        out = " ".join(capfd.readouterr().out.split())
        assert "lost by the worst credential (railway-domains): 90d" in out
        assert "railway-daily is illusory: the call that deletes the store deletes it too" in out

    def test_inspect(self, capfd: Capture) -> None:
        assert run(["inspect", POCKETOS, "railway_service.db", "-f", "json"]) == 0
        (row,) = json.loads(capfd.readouterr().out)["resources"]
        assert row["values"]["volume"]["name"] == "pg-data"
        assert row["unknown"][0]["path"] == "project_id"
        assert row["unknown"][0]["source"] == {"path": "main.tf", "line": 14}

    def test_explain(self, capfd: Capture) -> None:
        assert run(["explain"]) == 0
        assert "backup-missing" in capfd.readouterr().out
        assert run(["explain", "backup-missing"]) == 0
        assert "Why it matters" in capfd.readouterr().out

    @pytest.mark.parametrize("name", schemas.names())
    def test_schema(self, name: str, capfd: Capture) -> None:
        assert run(["schema", name]) == 0
        Draft202012Validator.check_schema(json.loads(capfd.readouterr().out))

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["who", "pg-dat"], "no target 'pg-dat'; did you mean 'pg-data'?"),
            (["can", "railway-domain"], "did you mean 'railway-domains'?"),
            (["can", "railway-domains", "destroy", "pg-dta"], "did you mean 'pg-data'?"),
            (["path", "railway-domain", "pg-data"], "did you mean 'railway-domains'?"),
            (["who", "qqqqqqqqqq"], "no target 'qqqqqqqqqq'; there are"),
        ],
    )
    def test_unknown_names(self, arguments: list[str], words: str, capfd: Capture) -> None:
        assert run([*arguments, "--in", POCKETOS]) == 2
        assert words in capfd.readouterr().err

    def test_unknown_rule_and_resource(self, capfd: Capture) -> None:
        assert run(["explain", "backup-mising"]) == 2
        assert "did you mean 'backup-missing'?" in capfd.readouterr().err
        assert run(["inspect", POCKETOS, "railway_servce.db"]) == 2
        assert "did you mean 'railway_service.db'?" in capfd.readouterr().err


class TestVerdict:
    @pytest.fixture
    def ask(self, capfd: Capture) -> Callable[..., tuple[int, dict]]:
        def asked(*question: str, day: str = "2026-04-25") -> tuple[int, dict]:
            where = ["--in", POCKETOS, "--today", day, "-f", "json"]
            code = run(["can", "railway-domains", *question, *where])
            found = json.loads(capfd.readouterr().out)
            Draft202012Validator(schemas.schema("verdict")).validate(found)
            return code, found

        return asked

    def test_the_day_of_the_incident(self, ask: Callable[..., tuple[int, dict]]) -> None:
        code, found = ask("railway:volumeDelete", "pg-data")
        assert code == 0
        assert (found["verdict"], found["effect"], found["irreversible"]) == (
            "deny",
            "destroy",
            True,
        )
        assert found["backups"] == {
            "lost": ["railway-daily"],
            "left": [{"id": "old-dump", "age": "90d"}],
            "data_loss": "90d",
        }
        (target,) = found["targets"]
        assert target["production"]["value"] is True
        assert (target["also_in"], target["stores"]) == (["staging"], ["rental-db"])
        assert found["cascade"] == ["railway/volume-backup"]
        assert found["outside_intent"] is True
        assert found["path"][-3:] == [
            "scripts/add-domain.sh#RAILWAY_API_TOKEN",
            "railway-domains",
            "railway_service.db",
        ]
        assert {reason["code"] for reason in found["reasons"]} == {
            "DESTROYS_PRODUCTION_DATA",
            "SPANS_ENVIRONMENTS",
            "BACKUPS_GO_WITH_IT",
            "OUTSIDE_INTENT",
        }
        assert "90 days old" in found["say_to_human"]
        assert found["graph"] == {"as_of": "2026-04-25", "complete": True, "assumed": []}

    def test_since_the_undo_window(self, ask: Callable[..., tuple[int, dict]]) -> None:
        _, found = ask("volumeDelete", "pg-data", day="2026-11-24")
        assert found["verdict"] == "deny"
        assert found["irreversible"] is False
        assert found["undo"]["window"] == "48h"

    def test_a_verb_and_everything(self, ask: Callable[..., tuple[int, dict]]) -> None:
        assert ask("destroy")[1]["verdict"] == "deny"
        whole = ask()[1]
        assert whole["verdict"] == "deny"
        assert whole["powers"][0]["target"] == "railway_service.db"
        assert len(whole["powers"]) > 2

    def test_a_call_that_nobody_knows_is_unknown(
        self, ask: Callable[..., tuple[int, dict]]
    ) -> None:
        code, found = ask("volumeDelet", "pg-data")
        assert (code, found["verdict"], found["effect"]) == (3, "unknown", "unknown")
        assert "did you mean 'volumeDelete'?" in found["reasons"][0]["text"]

    def test_a_call_of_another_provider_is_not_in_its_power(
        self, ask: Callable[..., tuple[int, dict]]
    ) -> None:
        code, found = ask("rds:DeleteDBInstance")
        assert (code, found["verdict"], found["effect"]) == (0, "allow", "none")
        assert found["irreversible"] is False

    def test_nothing_is_allowed_where_something_could_not_be_read(
        self, tmp_path: Path, capfd: Capture
    ) -> None:
        (tmp_path / "grants.yaml").write_text(
            "version: 1\ncredentials:\n  - id: bot\n    kind: railway/account-token\n"
        )
        arguments = ["can", "bot", "rds:DeleteDBInstance", "--in", str(tmp_path), "-f", "json"]
        assert run(arguments) == 0
        assert json.loads(capfd.readouterr().out)["verdict"] == "allow"
        (tmp_path / "bad.tf").write_text("resource {{{")
        assert run(arguments) == 3
        found = json.loads(capfd.readouterr().out)
        assert (found["verdict"], found["graph"]["complete"]) == ("unknown", False)

    @pytest.mark.parametrize(
        "policy",
        [
            'policy_arn = "arn:aws:iam::aws:policy/NobodyKnowsThis"',
            "policy_arn = var.policy",
            "policy_arn = aws_iam_policy.holed.arn",
        ],
    )
    def test_nothing_is_allowed_to_who_has_a_policy_that_could_not_be_read(
        self, policy: str, tmp_path: Path, capfd: Capture
    ) -> None:
        (tmp_path / "main.tf").write_text(
            """
            variable "policy" {}
            variable "statement" {}
            resource "aws_db_instance" "orders" { identifier = "orders" }
            resource "aws_iam_group" "ops" { name = "ops" }
            resource "aws_iam_user" "deploy" { name = "deploy" }
            resource "aws_iam_user" "other" { name = "other" }
            resource "aws_iam_access_key" "deploy" { user = aws_iam_user.deploy.name }
            resource "aws_iam_user_group_membership" "deploy" {
              user   = aws_iam_user.deploy.name
              groups = [aws_iam_group.ops.name]
            }
            resource "aws_iam_policy" "holed" {
              name   = "holed"
              policy = jsonencode({ Version = "2012-10-17", Statement = [var.statement] })
            }
            resource "aws_iam_group_policy_attachment" "ops" {
              group      = aws_iam_group.ops.name
              POLICY
            }
            """.replace("POLICY", policy)
        )
        where = ["rds:DeleteDBInstance", "orders", "--in", str(tmp_path), "-f", "json"]
        assert run(["can", "aws_iam_access_key.deploy", *where]) == 3
        assert json.loads(capfd.readouterr().out)["verdict"] == "unknown"
        assert run(["can", "aws_iam_user.other", *where]) == 0
        assert json.loads(capfd.readouterr().out)["verdict"] == "allow"


class TestHelp:
    @pytest.mark.parametrize("command", [None, *cli.cli.commands])
    def test_each_option_says_what_it_does(self, command: str | None, capfd: Capture) -> None:
        assert run([*([command] if command else []), "--help"]) == 0
        assert capfd.readouterr().out.startswith("Usage: blastwall")
        found = cli.cli.commands[command].params if command else cli.cli.params
        options = [one for one in found if isinstance(one, click.Option)]
        assert [option.name for option in options if not option.help] == []

    def test_every_analysing_command_takes_the_same_inputs(self) -> None:
        def names(command: click.Command) -> set[str]:
            return {option for param in command.params for option in param.opts}

        analysing = set(cli.cli.commands) - {"explain", "schema"}
        for name in analysing:
            assert {"--grants", "--plan", "--state", "--today"} <= names(cli.cli.commands[name])

    def test_thresholds_are_those_of_the_settings(self) -> None:
        assert tuple(FailOn) == cli.THRESHOLDS


class TestProgress:
    def drawn(self, capfd: Capture, *, shown: bool, quiet: float, seconds: float) -> str:
        progress = Progress(shown=shown, quiet=quiet)
        progress.step("reading")
        time.sleep(seconds)
        progress.step("judging")
        progress.close()
        out, err = capfd.readouterr()
        assert out == ""
        return err

    def test_a_slow_run_on_a_terminal(self, capfd: Capture) -> None:
        drawn = self.drawn(capfd, shown=True, quiet=0.01, seconds=0.2)
        assert "[#···] reading" in drawn
        assert "[##··] judging" in drawn
        assert drawn.endswith("\r\x1b[K")

    def test_a_fast_run_draws_nothing(self, capfd: Capture) -> None:
        assert self.drawn(capfd, shown=True, quiet=10, seconds=0) == ""

    def test_nobody_watches(self, capfd: Capture) -> None:
        assert self.drawn(capfd, shown=False, quiet=0.01, seconds=0.1) == ""

    def test_a_pipe_gets_no_control_characters(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "analyzer", "check", POCKETOS],
            capture_output=True,
            check=False,
            cwd=ROOT,
        )
        assert done.stderr == b""
        assert b"\x1b" not in done.stdout

    def test_no_colour_on_a_terminal(self) -> None:
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "analyzer", "explain"],
            stdout=follower,
            stderr=follower,
            cwd=ROOT,
            env={**os.environ, "NO_COLOR": "1"},
        )
        assert process.wait(timeout=60) == 0
        os.close(follower)
        shown = os.read(leader, 65536)
        os.close(leader)
        assert b"backup-missing" in shown
        assert b"\x1b" not in shown
