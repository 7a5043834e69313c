"""Broken and hostile input through the command line: a clear message, the rest is analysed."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pytest

from analyzer import sources
from analyzer.cli import run
from analyzer.readers import plan
from analyzer.readers.terraform import config as terraform_config

GOOD = """
resource "aws_db_instance" "good" {
  identifier = "good-prod"
  tags       = { environment = "production" }
}
"""
GRANTS = "version: 1\ncredentials:\n  - id: bot\n    kind: railway/account-token\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.tf").write_text(GOOD)
    return tmp_path


def checked(folder: Path, capfd: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict, str]:
    """Exit code, document and stderr of a check."""
    code = run(["check", str(folder), "-f", "json", "--fail-on", "never", *more])
    out, err = capfd.readouterr()
    assert "internal error" not in err
    return code, json.loads(out), err


def gaps(document: dict) -> list[str]:
    return [f"{u['what']}: {u['why']}; {u['effect']}" for u in document["coverage"]["unknowns"]]


def stores(document: dict) -> list[str]:
    return [store["id"].rsplit(":", 1)[-1] for store in document["data_stores"]]


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "content", "why"),
        [
            ("bad.tf", b'resource "a" "b" {\n  x = \n', "bad.tf"),
            ("binary.tf", bytes(range(256)) * 20, "NUL"),
            ("latin.tf", 'locals { a = "caf\xe9" }'.encode("latin-1"), "not UTF-8"),
            ("bad.tf.json", b'{"resource": ', "bad.tf.json"),
            ("list.tf.json", b"[1, 2]", "list.tf.json"),
            ("terraform.tfvars", b"a = = 1", "terraform.tfvars"),
            ("grants.yaml", b"\x00\x01\x02", "NUL"),
            ("grants.yaml", b"version: 1\ncredentials: 3\n", "must be a list"),
            ("huge.tf", b"# " + b"x" * (21 * 1024 * 1024), "too large"),
            ("deep.tf", b"locals { a = " + b"[" * 50_000 + b"]" * 50_000 + b" }", "deep"),
        ],
    )
    def test_one_bad_file_costs_itself_only(
        self,
        name: str,
        content: bytes,
        why: str,
        folder: Path,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        (folder / name).write_bytes(content)
        code, document, err = checked(folder, capfd)
        assert code == 3
        assert stores(document) == ["aws_db_instance.good"]
        assert any(why in gap and name in gap for gap in gaps(document)), gaps(document)
        assert "the analysis is incomplete" in err
        assert name in err

    def test_unreadable_file(
        self, folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        locked = folder / "locked.tf"
        locked.write_text(GOOD)
        locked.chmod(0)
        if os.access(locked, os.R_OK):  # root reads everything: refuse as the system would
            real = Path.read_bytes

            def refuse(path: Path) -> bytes:
                if path.name == "locked.tf":
                    raise PermissionError(13, "Permission denied")
                return real(path)

            monkeypatch.setattr(Path, "read_bytes", refuse)
        code, document, err = checked(folder, capfd)
        assert code == 3
        assert stores(document) == ["aws_db_instance.good"]
        assert "locked.tf" in err
        assert "Permission denied" in err

    def test_links_pipes_and_folders_of_a_file_s_name(
        self,
        folder: Path,
        tmp_path_factory: pytest.TempPathFactory,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        outside = tmp_path_factory.mktemp("outside") / "secret.tf"
        outside.write_text(GOOD.replace("good", "stolen"))
        (folder / "loop").symlink_to(folder)
        (folder / "self.tf").symlink_to(folder / "self.tf")
        (folder / "dangling.tf").symlink_to(folder / "nothing.tf")
        (folder / "stolen.tf").symlink_to(outside)
        (folder / "elsewhere").symlink_to(outside.parent)
        os.mkfifo(folder / "pipe.tf")
        (folder / "folder.tf").mkdir()
        code, document, _ = checked(folder, capfd)
        assert code in {0, 3}
        assert stores(document) == ["aws_db_instance.good"]
        assert "stolen" not in json.dumps(document["data_stores"])

    def test_names_of_files(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        (folder / ("long" * 60 + ".tf")).write_text(GOOD.replace("good", "long"))
        Path(os.fsdecode(os.fsencode(folder) + b"/not-\xff-utf8.tf")).write_text(
            GOOD.replace("good", "odd")
        )
        (folder / "new\nline\x1b[31m.tf").write_text("locals { a = ")
        code, document, err = checked(folder, capfd)
        assert code == 3
        assert {"aws_db_instance.long", "aws_db_instance.odd"} <= set(stores(document))
        assert "\x1b" not in err
        assert run(["check", str(folder), "--fail-on", "never"]) == 3
        assert harmless(capfd.readouterr().out)

    def test_modules_that_call_each_other(
        self, folder: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        for one, two in (("a", "b"), ("b", "a")):
            (folder / one).mkdir()
            (folder / one / "main.tf").write_text(f'module "m" {{ source = "../{two}" }}\n')
        (folder / "main.tf").write_text('module "a" { source = "./a" }\n')
        code, document, err = checked(folder, capfd)
        assert code == 3
        assert stores(document) == ["aws_db_instance.good"]
        assert "calls itself" in err

    def test_duplicate_resources(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        (folder / "twice.tf").write_text(GOOD)
        code, document, err = checked(folder, capfd)
        assert code == 3
        assert stores(document) == ["aws_db_instance.good"]
        assert "aws_db_instance.good" in err

    def test_a_reader_that_crashes_on_one_file(
        self, folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (folder / "trap.tf").write_text("locals { a = 1 }\n")
        real = terraform_config.parse

        def parse(text: str, path: str, producer: str) -> object:
            if path.endswith("trap.tf"):
                raise ZeroDivisionError("a value of the input")
            return real(text, path, producer)

        monkeypatch.setattr(terraform_config, "parse", parse)
        code, document, err = checked(folder, capfd)
        assert code == 3
        assert stores(document) == ["aws_db_instance.good"]
        assert "trap.tf" in err
        assert "ZeroDivisionError" in err
        assert "a value of the input" not in err + json.dumps(document)


class TestNothing:
    @pytest.mark.parametrize("command", ["check", "backups", "inspect"])
    def test_an_empty_folder(
        self, command: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert run([command, str(tmp_path)]) == 3
        assert "no Terraform file, plan, state or grants file" in capfd.readouterr().err

    @pytest.mark.parametrize("command", [["who", "x"], ["can", "x"], ["path", "x", "y"]])
    def test_questions_about_an_empty_folder(
        self, command: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert run([*command, "--in", str(tmp_path)]) == 3
        assert "no Terraform file" in capfd.readouterr().err

    def test_plans_that_are_none(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        for name, text in {
            "a.json": "{",
            "b.json": "[]",
            "c.json": "{}",
            "d.json": '{"planned_values": {"root_module": {"resources": [1, {"address": 2}]}}}',
            "e.json": '{"planned_values": {"root_module": {"resources": 7, "child_modules": {}}}}',
            "f.json": '{"lineage": "x", "resources": [{"instances": [{"index_key": {}}]}, 3]}',
            "g.json": '{"resource_changes": {"a": 1}, "planned_values": {}}',
            "h.json": '{"planned_values": {"root_module": {"resources": [{"address": "a.b",'
            ' "type": "aws_db_instance", "values": 3, "sensitive_values": [true]}]}}}',
            "i.json": "[" * 100_000,
            "j.json": '{"planned_values": {}, "n": ' + "9" * 10_000 + "}",
        }.items():
            (folder / name).write_text(text)
            code, document, _ = checked(folder, capfd, "--plan", str(folder / name))
            assert code in {0, 3}
            assert "aws_db_instance.good" in stores(document)


HOSTILE = (
    "\x1b[2Jcleared",
    "\x1b]0;title\x07",
    "line\nbreak",
    "back\rspace\x08",
    "bidi\u202egnp.exe",
    "c1\x9b31mred",
    "zero\u200bwidth",
    "separator\u2028here",
)


def harmless(text: str) -> bool:
    """Whether a screen would obey nothing in it."""
    odd = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return not any(char != "\n" and unicodedata.category(char) in odd for char in text)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Hostile names wherever a name may stand."""
    names = [json.dumps(name)[1:-1] for name in HOSTILE]
    blocks = [
        f'resource "aws_db_instance" "x{number}" {{\n  identifier = "{name}-prod"\n'
        f'  tags = {{ environment = "production", "{name}" = "{name}" }}\n}}\n'
        f'resource "aws_s3_bucket" "each{number}" {{\n'
        f'  for_each = toset(["{name}"])\n  bucket   = each.key\n}}\n'
        f'output "o{number}" {{ value = "{name}" }}\n'
        for number, name in enumerate(names)
    ]
    blocks.append(f'resource "aws_db_instance" "{names[0]}" {{ engine = "x" }}\n')
    (tmp_path / "main.tf").write_text("".join(blocks))
    rows = ["version: 1", "resources:"]
    rows.extend(
        f'  - {{ id: "railway:{name}", type: railway/project, env: production }}' for name in names
    )
    rows.append("credentials:")
    for number, name in enumerate(names):
        rows += [f"  - id: c{number}", "    kind: railway/account-token"]
        rows += [f'    purpose: "{name}"', f'    held_in: "deploy/{name}.sh#{name}"']
    rows += [f'  - id: "{names[0]}"', "    kind: railway/account-token"]
    rows += [f'"{names[2]}": x']
    (tmp_path / "grants.yaml").write_text("\n".join(rows) + "\n")
    return tmp_path


class TestHostileNames:
    @pytest.mark.parametrize("form", ["text", "json"])
    @pytest.mark.parametrize(
        "command",
        [
            ["check"],
            ["inspect"],
            ["backups"],
            ["who", "aws_db_instance.x0", "--in"],
            ["can", "c0", "--in"],
            ["path", "c0", "aws_db_instance.x0", "--in"],
        ],
        ids=lambda command: command[0],
    )
    def test_are_shown_not_obeyed(
        self, command: list[str], form: str, hostile: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        code = run([*command, str(hostile), "-f", form])
        out, err = capfd.readouterr()
        assert code in {0, 1, 3}
        assert out
        assert harmless(out + err)
        if form == "json":
            json.loads(out)

    @pytest.mark.parametrize("name", HOSTILE)
    def test_in_the_question(
        self, name: str, hostile: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        for command in (["who", name], ["can", name], ["path", "c0", name]):
            assert run([*command, "--in", str(hostile)]) in {2, 3}
        assert run(["explain", name]) == 2
        assert run(["check", str(hostile), "-f", name]) == 2
        assert run(["check", str(hostile), "--var", name]) == 2
        assert run(["check", str(hostile), "--max-loss", name]) == 2
        assert run([name]) == 2
        assert harmless("".join(capfd.readouterr()))

    def test_json_gives_the_names_back(
        self, hostile: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        _, document, _ = checked(hostile, capfd)
        ids = {store["id"] for store in document["data_stores"]}
        assert f'aws_s3_bucket.each4["{HOSTILE[4]}"]' in ids


def test_grants_are_used_though_terraform_is_broken(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.tf").write_text("resource {{{")
    (tmp_path / "grants.yaml").write_text(GRANTS)
    code, document, _ = checked(tmp_path, capfd)
    assert code == 3
    assert [row["id"] for row in document["credentials"]] == ["bot"]


@pytest.mark.parametrize("uncached", [True, False])
def test_files_that_nobody_looked_at_are_said(
    folder: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    uncached: bool,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent / "cache"))
    (folder / "late.tf").write_text(GOOD.replace("good", "late"))
    monkeypatch.setattr(sources, "MAX_FILES", 1)
    for _ in range(2):
        code, document, _ = checked(folder, capfd, *(["--no-cache"] if uncached else []))
        assert code == 3
        assert stores(document) == ["aws_db_instance.good"]
        assert any("were not looked at" in gap for gap in gaps(document))


def test_a_plan_of_too_many_values_costs_itself(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "MAX_VALUES", 1000)
    huge = folder / "plan.json"
    huge.write_text(json.dumps({"format_version": "1.2", "x": [[]] * 2000}))
    code, document, _ = checked(folder, capfd, "--plan", str(huge))
    assert code == 3
    assert any("over 1000 values" in gap for gap in gaps(document))
    assert stores(document) == ["aws_db_instance.good"]


@pytest.mark.parametrize("name", ["terraform.tfstate", "plan.json", "tf.tfplan"])
def test_a_plan_or_state_named_as_a_folder_is_no_silence(
    folder: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    (folder / name).write_text("{}")
    assert run(["check", str(folder / name)]) == 2
    assert "--state" in capfd.readouterr().err
    assert checked(folder / "good.tf", capfd)[0] == 0
