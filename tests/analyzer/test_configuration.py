"""`blastwall.yaml`: what it may say, and that it can do no more than add inputs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.cli import CLEAN, INCOMPLETE, run
from analyzer.readers.configuration import read_configuration
from analyzer.schemas import schema

MAIN = 'variable "env" {}\nresource "aws_s3_bucket" "b" { bucket = "shop-${var.env}" }\n'
TWO = """
version: 1
environments:
  - name: prod
    root: infra
    var_files: [../vars/live.tfvars]
  - name: staging
    root: infra
    variables: {env: staging}
    workspace: blue
"""


def estate(folder: Path, config: str) -> Path:
    for name, text in {
        "infra/main.tf": MAIN,
        "vars/live.tfvars": 'env = "live"\n',
        "blastwall.yaml": config,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def faults(text: str) -> list[tuple[int, str]]:
    _, problems = read_configuration(text, "blastwall.yaml", ".")
    return [(problem.location.line if problem.location else 0, problem.why) for problem in problems]


def test_declared_environments_are_stacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["inspect", str(estate(tmp_path, TWO)), "-f", "json"]) == CLEAN
    found = json.loads(capsys.readouterr().out)["resources"]
    assert {item["address"]: item["values"]["bucket"] for item in found} == {
        "@prod:aws_s3_bucket.b": "shop-live",
        "@staging:aws_s3_bucket.b": "shop-staging",
    }


def test_the_report_says_what_was_analysed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["check", str(estate(tmp_path, TWO))])
    line = capsys.readouterr().out.splitlines()[1]
    assert line.startswith("infra analysed as 2 environments: prod (declared at blastwall.yaml:4)")
    run(["check", str(tmp_path), "-f", "json"])
    rows = json.loads(capsys.readouterr().out)["analysed"]["environments"]
    assert rows[1] == {"root": "infra", "name": "staging", "from": "declared at blastwall.yaml:7"}


def test_a_reviewed_file_can_stand_in_for_the_one_beside_the_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reviewed = tmp_path / "reviewed.yaml"
    reviewed.write_text("version: 1\nenvironments: [{name: qa, root: infra}]\n")
    folder = estate(tmp_path / "estate", TWO)
    run(["check", str(folder), "--config", str(reviewed), "-f", "json"])
    rows = json.loads(capsys.readouterr().out)["analysed"]["environments"]
    assert [row["name"] for row in rows] == ["qa"]


def test_what_lies_outside_the_repository_is_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secret.tfvars").write_text('env = "canary"\n')
    config = TWO.replace("../vars/live.tfvars", "../../secret.tfvars")
    assert run(["inspect", str(estate(tmp_path / "estate", config))]) == INCOMPLETE
    shown = capsys.readouterr()
    assert "canary" not in shown.out + shown.err
    assert "leads out of the repository" in shown.err


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("environments: []\n", 1, "version must be given"),
        ("version: 2\n", 1, "version: must be 1"),
        ("- version: 1\n", 1, "must be a mapping"),
        ("version: 1\nrules: {off: all}\n", 2, "no such field"),
        ("version: 1\nenvironment: []\n", 2, "did you mean 'environments'?"),
        ("version: 1\nenvironments:\n  - name: prod\n    varfiles: [a]\n", 4, "'var_files'?"),
        ("version: 1\nenvironments:\n  - name: 'a/b'\n", 3, "letters, digits"),
        ("version: 1\nenvironments:\n  - name: a\n    root: ../other\n", 4, "without `..`"),
        ("version: 1\nenvironments:\n  - name: a\n    root: /etc\n", 4, "without `..`"),
        ("version: 1\nenvironments:\n  - name: a\n    root: '*/*/*/*'\n", 4, "three times"),
        ("version: 1\nenvironments:\n  - name: a\n    var_files: [/etc/x]\n", 4, "file system"),
        ("version: 1\nenvironments:\n  - name: a\n  - name: a\n", 4, "declared twice"),
        ("version: 1\nenvironments: [\n", 3, "not valid YAML"),
    ],
)
def test_faults_have_line_and_cause(text: str, line: int, words: str) -> None:
    found = faults(text)
    assert any(words in why for _, why in found), found
    assert line in [at for at, _ in found]


def test_a_faulty_entry_costs_itself() -> None:
    text = "version: 1\nenvironments:\n  - name: a\n  - name: 'b b'\n  - name: c\n"
    declared, problems = read_configuration(text, "blastwall.yaml", "infra")
    assert [(item.name, item.root) for item in declared] == [("a", "infra"), ("c", "infra")]
    assert [problem.location.line for problem in problems if problem.location] == [4]


def test_no_secret_is_taken_or_repeated() -> None:
    text = "version: 1\nenvironments:\n  - name: a\n    variables:\n      db_password: hunter22\n"
    declared, (problem,) = read_configuration(text, "blastwall.yaml", ".")
    assert declared == ()
    assert "secret value" in problem.why
    assert "hunter22" not in str(problem)


def test_nothing_in_it_judges() -> None:
    """Rules, thresholds and accepted risks never come from the code that is judged."""
    assert set(schema("config")["properties"]) == {"version", "environments"}


def test_the_schema_is_published(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "config"]) == CLEAN
    assert json.loads(capsys.readouterr().out) == schema("config")
