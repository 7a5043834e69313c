"""A secret in any input appears in no output, error, log or file: canaries in every input kind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from analyzer import pipeline
from analyzer.cache import Cache
from analyzer.cli import run
from analyzer.render import formats
from tests.conftest import ROOT


@dataclass
class Canaries:
    """Values that must not be seen, each by where it was put."""

    values: dict[str, str] = field(default_factory=dict)

    def plain(self, place: str) -> str:
        """A secret without a telling shape; its name or mark gives it away."""
        return self._kept(place, f"tweet{len(self.values):03d}canary")

    def shaped(self, place: str) -> str:
        """A token that its shape gives away, wherever it stands."""
        return self._kept(place, f"ghp_Cn{len(self.values):03d}rYq7rT2vX9bN4mK8sL1dF6gH3jP5wY0z")

    def _kept(self, place: str, value: str) -> str:
        self.values[place] = value
        return value

    def seen_in(self, text: str) -> list[str]:
        return [place for place, value in self.values.items() if value in text]


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def estate(tmp_path: Path, canaries: Canaries) -> Path:
    folder = tmp_path / "estate"
    plain, shaped = canaries.plain, canaries.shaped
    write(
        folder,
        "main.tf",
        f"""
terraform {{
  backend "s3" {{
    bucket     = "states"
    key        = "a"
    access_key = "{plain("backend access_key")}"
    secret_key = "{plain("backend secret_key")}"
    token      = "{plain("backend token")}"
  }}
}}
provider "aws" {{
  region     = "eu-west-1"
  access_key = "{plain("provider access_key")}"
  secret_key = "{plain("provider secret_key")}"
  default_tags {{ tags = {{ note = "{shaped("default tag")}" }} }}
}}
provider "postgresql" {{
  password = "{plain("provider password")}"
}}
variable "db_password" {{ default = "{plain("variable default, by name")}" }}
variable "pin" {{
  default   = "{plain("variable default, marked sensitive")}"
  sensitive = true
}}
variable "from_tfvars_password" {{}}
variable "from_auto_password" {{}}
variable "from_var_file_token" {{ default = "" }}
variable "from_option_token" {{ default = "" }}
variable "settings" {{ default = {{ api_key = "{plain("object in a variable")}" }} }}
locals {{
  api_token = "{plain("local, by name")}"
  joined    = "${{var.pin}}-joined"
  nested    = {{ deep = [{{ client_secret = "{plain("nested local")}" }}] }}
  broken    = tonumber("{shaped("argument of a failing function")}")
  also      = jsondecode("{{\\"password\\": {plain("malformed JSON with a password")}")
  lookups   = {{ a = 1 }}[var.db_password]
  indexed   = ["x"][var.pin]
  regexed   = regex("^[0-9]+$", local.api_token)
  failing   = file("${{var.pin}}/nothing.txt")
  timed     = timeadd(var.db_password, "1h")
}}
output "api_token" {{ value = local.api_token }}
output "admin_password" {{ value = "{plain("output, by name")}" }}
output "innocent" {{
  value     = local.joined
  sensitive = true
}}
output "object" {{ value = local.nested }}
output "shaped" {{ value = "{shaped("output, by shape")}" }}
output "broken" {{ value = [local.broken, local.also, local.lookups, local.indexed, local.regexed] }}
output "failed" {{ value = [local.failing, local.timed] }}
resource "aws_db_instance" "main" {{
  identifier           = "main-prod"
  engine               = "postgres"
  password             = "{plain("resource attribute")}"
  username             = var.pin
  tags                 = {{ environment = "production", note = "{shaped("tag")}" }}
  parameter_group_name = local.broken
}}
resource "aws_instance" "web" {{
  ami       = "ami-1"
  user_data = <<-EOT
    #!/bin/sh
    export DB_PASSWORD={plain("heredoc, assigned")}
    curl -H "Authorization: Bearer {shaped("heredoc, by shape")}" https://example.com
    psql postgres://app:{plain("password in a URL")}@db/main
    echo ${{var.db_password}}
  EOT
  user_data_base64 = base64encode("export API_TOKEN={shaped("base64")}")
  ebs_block_device {{
    device_name = "/dev/sda"
    tags        = {{ secret_key = "{plain("nested block")}" }}
  }}
}}
resource "aws_ssm_parameter" "p" {{
  name  = "/app/x"
  type  = "SecureString"
  value = "{plain("value of a parameter")}"
}}
resource "aws_secretsmanager_secret_version" "v" {{
  secret_id     = "x"
  secret_string = jsonencode({{ user = "a", key = "{plain("JSON in a secret")}" }})
}}
resource "aws_lambda_function" "f" {{
  function_name = "f"
  role          = "arn:aws:iam::111111111111:role/x"
  environment {{ variables = {{ API_KEY = "{plain("lambda variable")}" }} }}
}}
resource "aws_ecs_task_definition" "t" {{
  family                = "t"
  container_definitions = jsonencode([{{
    name        = "app"
    environment = [{{ name = "DB_PASSWORD", value = "{plain("container variable")}" }}]
  }}])
}}
resource "aws_s3_bucket" "b" {{
  bucket = "{shaped("name of a bucket")}"
}}
resource "aws_iam_user_policy" "p" {{
  name   = "p"
  user   = "u"
  policy = "{{ not JSON, {shaped("malformed policy")}"
}}
resource "aws_s3_bucket" "counted" {{
  for_each = toset([var.db_password])
  bucket   = each.key
}}
resource "railway_variable" "v" {{
  name  = "DATABASE_URL"
  value = "{plain("value of a railway variable")}"
}}
module "child" {{
  source          = "./child"
  master_password = "{plain("module input")}"
  plain           = var.pin
}}
module "gone" {{
  source = "git::https://oauth2:{plain("password in a module source")}@example.com/x.git"
}}
check "c" {{ assert {{
  condition     = false
  error_message = "{shaped("error message")}"
}} }}
""",
    )
    write(
        folder,
        "child/main.tf",
        """
variable "master_password" {}
variable "plain" {}
resource "aws_rds_cluster" "c" {
  cluster_identifier = "c-prod"
  master_password    = var.master_password
  master_username    = "${var.plain}x"
}
output "out" { value = var.plain }
""",
    )
    write(
        folder,
        "extra.tf.json",
        json.dumps(
            {
                "variable": {"json_password": {"default": plain("JSON syntax: variable")}},
                "resource": {
                    "aws_db_instance": {
                        "j": {"identifier": "j-prod", "password": plain("JSON syntax: attribute")}
                    }
                },
                "locals": {"json_secret": plain("JSON syntax: local")},
                "output": {"json_token": {"value": plain("JSON syntax: output")}},
            }
        ),
    )
    write(
        folder, "broken.tf", f'resource "a" "b" {{\n  x = "{shaped("file that does not parse")}\n'
    )
    write(folder, "broken.tf.json", f'{{"a": "{shaped("JSON that does not parse")}"')
    write(folder, "terraform.tfvars", f'from_tfvars_password = "{plain("terraform.tfvars")}"\n')
    write(folder, "x.auto.tfvars", f'from_auto_password = "{plain("auto.tfvars")}"\n')
    write(folder, "y.auto.tfvars", f"db_password = {shaped('malformed tfvars')} !\n")
    write(folder, "given.tfvars", f'from_var_file_token = "{plain("--var-file")}"\n')
    write(folder, "scripts/use.sh", f"export RAILWAY_API_TOKEN={plain('script')}\n")
    write(folder, ".env", f"RAILWAY_TOKEN={plain('.env')}\n")
    write(folder, "grants.yaml", grants(canaries))
    write(folder, "more/grants.yaml", f"version: 1\ncredentials: *{plain('YAML alias')}\n")
    plan_and_states(folder, canaries)
    return folder


def grants(canaries: Canaries) -> str:
    """A file that is read, and a secret in each text field of entries that are refused."""
    rows = [
        "version: 1",
        "credentials:",
        "  - id: bot",
        "    kind: railway/account-token",
        "    held_in: [scripts/use.sh#RAILWAY_API_TOKEN, .env]",
    ]
    fields = (
        "purpose", "owner", "declared_as", "scope", "held_in", "held_by", "becomes", "expires",
        "last_used", "value", "secret", "intended", "requires", "grants",
    )  # fmt: skip
    for number, name in enumerate(fields):
        rows += [f"  - id: c{number}", "    kind: railway/account-token"]
        rows += [f"    {name}: {canaries.shaped(f'grants: {name}')}"]
    rows += [f"  - id: {canaries.shaped('grants: id')}", "    kind: railway/account-token"]
    rows += ["  - id: other", f"    kind: {canaries.shaped('grants: kind')}"]
    rows += ["  - id: named", "    kind: railway/account-token"]
    rows += [f"    {canaries.shaped('grants: name of a field')}: x"]
    rows += [f"    token: {canaries.plain('grants: unknown field')}"]
    rows += ["  - id: more", "    kind: custom/x"]
    rows += [f"    grants: [{{ to: '{canaries.shaped('grants: to')}', can: read, note: x }}]"]
    for section, text in {
        "actors": "id: agent:{}",
        "resources": "id: {}, type: railway/project",
        "data_stores": "id: s, is: 'tf:a.b', holds: {}",
        "backups": "of: s, in: '{}', schedule: daily",
        "accepted": "credential: bot, reason: '{} it is', until: 2027-01-01",
        "imports": "format: gitleaks-json, path: {}",
    }.items():
        rows += [f"{section}:", f"  - {{ {text.format(canaries.shaped(f'grants: {section}'))} }}"]
    rows += [f"production: {{ names: ['{canaries.shaped('grants: production')}'] }}"]
    rows += [f"defaults: {{ owner: {canaries.shaped('grants: defaults')} }}"]
    rows += [f"{canaries.shaped('grants: name of a section')}: x"]
    return "\n".join(rows) + "\n"


def plan_and_states(folder: Path, canaries: Canaries) -> None:
    def row(place: str) -> dict:
        return {
            "address": "aws_db_instance.planned",
            "mode": "managed",
            "type": "aws_db_instance",
            "name": "planned",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "values": {
                "identifier": "planned-prod",
                "password": canaries.plain(f"{place}: by name"),
                "username": canaries.plain(f"{place}: marked"),
                "tags": {"note": canaries.shaped(f"{place}: by shape")},
            },
            "sensitive_values": {"username": True},
        }

    planned = row("plan")
    values = planned["values"]
    plan = {
        "format_version": "1.2",
        "variables": {"db_password": {"value": canaries.plain("plan: variables")}},
        "planned_values": {
            "root_module": {"resources": [planned]},
            "outputs": {"o": {"sensitive": True, "value": canaries.plain("plan: output")}},
        },
        "prior_state": {"values": {"root_module": {"resources": [row("plan: prior state")]}}},
        "resource_changes": [
            {
                "address": planned["address"],
                "type": "aws_db_instance",
                "change": {
                    "actions": ["delete", "create"],
                    "before": {"password": canaries.plain("plan: before")},
                    "after": values,
                    "after_sensitive": {"username": True},
                    "before_sensitive": {"password": True},
                },
            }
        ],
    }
    raw = {
        "version": 4,
        "lineage": "x",
        "outputs": {"o": {"value": canaries.plain("raw state: output"), "type": "string"}},
        "resources": [
            {
                "mode": "managed",
                "type": "aws_db_instance",
                "name": "raw",
                "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
                "instances": [
                    {
                        "attributes": {
                            "identifier": "raw-prod",
                            "password": canaries.plain("raw state: by name"),
                            "username": canaries.plain("raw state: marked"),
                            "description": canaries.shaped("raw state: by shape"),
                        },
                        "sensitive_attributes": [[{"type": "get_attr", "value": "username"}]],
                    }
                ],
            }
        ],
    }
    shown = {"format_version": "1.0", "values": {"root_module": {"resources": [row("state")]}}}
    write(folder, "json/plan.json", json.dumps(plan, indent=1))
    write(folder, "json/raw.tfstate", json.dumps(raw, indent=1))
    write(folder, "json/state.json", json.dumps(shown, indent=1))
    write(folder, "json/broken.json", f'{{"planned_values": "{canaries.shaped("broken plan")}')


def commands(estate: Path, canaries: Canaries) -> Iterator[list[str]]:
    folder = str(estate)
    plan = ["--plan", f"{folder}/json/plan.json"]
    states = [
        *("--state", f"{folder}/json/raw.tfstate"),
        *("--state", f"{folder}/json/state.json"),
        *("--plan", f"{folder}/json/broken.json"),
    ]
    given = [
        *("--var-file", f"{folder}/given.tfvars", "--grants", f"{folder}/more/grants.yaml"),
        *("--var", f"from_option_token={canaries.plain('--var')}"),
    ]
    for inputs in (given, plan, states):
        for form in formats():
            yield ["check", folder, "-f", form, *inputs]
    for form in ("text", "json"):
        yield ["inspect", folder, "-f", form]
        yield ["inspect", folder, "-f", form, *plan]
        yield ["inspect", folder, "-f", form, *states]
        yield ["backups", folder, "-f", form]
        yield ["who", "aws_db_instance.main", "--in", folder, "-f", form]
        yield ["can", "bot", "--in", folder, "-f", form]
        yield ["path", "bot", "aws_db_instance.main", "--in", folder, "-f", form]
    yield ["who", "nothing-of-that-name", "--in", folder]
    yield ["can", "nobody", "--in", folder]


def test_no_canary_is_seen(
    estate: Path,
    canaries: Canaries,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.delenv("BLASTWALL_NO_CACHE")
    monkeypatch.chdir(home)
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    seen: dict[str, list[str]] = {}
    for command in commands(estate, canaries):
        code = run(command)
        out, err = capfd.readouterr()
        assert code in {0, 1, 2, 3}, (command, err)
        for place in canaries.seen_in(out + err):
            seen.setdefault(place, []).append(command[0])
    assert {place: sorted(set(where)) for place, where in seen.items()} == {}
    written = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert [path for path in written if canaries.seen_in(path.read_text(errors="replace"))] == []
    kept = {path.name: Cache(path.parent).get(path.name) for path in written}
    assert kept
    assert None not in kept.values()
    assert canaries.seen_in("".join(map(str, kept.values()))) == []


def test_results_written_to_files_hold_none(
    estate: Path, canaries: Canaries, tmp_path: Path
) -> None:
    files = {form: tmp_path / f"findings.{form}" for form in formats()}
    wanted = [option for form, file in files.items() for option in ("-f", f"{form}={file}")]
    assert run(["check", str(estate), *wanted]) in {1, 3}
    written = {form: file.read_text(encoding="utf-8") for form, file in files.items()}
    assert {form: canaries.seen_in(text) for form, text in written.items() if text} == {
        form: [] for form in formats()
    }
    assert json.loads(written["json"])["coverage"]["resources"] > 10


@pytest.mark.parametrize("stage", ["find", "build", "survive", "judge"])
def test_a_fault_of_blastwall_itself_shows_none(
    stage: str,
    estate: Path,
    canaries: Canaries,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def broken(*arguments: object) -> None:
        raise ValueError("; ".join([repr(arguments), *canaries.values.values()]))

    monkeypatch.setattr(pipeline, stage, broken)
    assert run(["check", str(estate)]) == 4
    out, err = capfd.readouterr()
    assert canaries.seen_in(out + err) == []
    assert "internal error: ValueError at test_canary.py" in err
    assert "Traceback" not in err


def test_nothing_is_kept_in_an_object_that_can_be_printed(
    estate: Path, canaries: Canaries, analyze_folder: Callable[[Path], object]
) -> None:
    assert canaries.seen_in(repr(analyze_folder(estate))) == []


@pytest.fixture
def analyze_folder() -> Callable[[Path], object]:
    from analyzer.settings import Settings

    def analyze(folder: Path) -> object:
        report = pipeline.analyze(Settings(paths=(folder,)))
        return (report.world.estate, report.world.graph, report.findings, report.problems)

    return analyze


def test_an_interpreter_of_its_own_shows_none(estate: Path, canaries: Canaries) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-m", "analyzer", "check", str(estate)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode in {1, 3}
    assert canaries.seen_in(done.stdout + done.stderr) == []
