"""Results kept between runs: the same as computed ones, the user's alone, and never in the way."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer import cache as store
from analyzer.cache import Cache, opened
from analyzer.cli import run
from analyzer.encoding import UnencodableError, decode, encode
from analyzer.readers import terraform
from analyzer.readers.terraform import (
    TerraformOptions,
    TerraformResult,
    kept,
    read_terraform,
    stacks,
)
from analyzer.readers.terraform.environments import Declaration
from analyzer.sources import Tree
from graph.values import Json, Location, OneOf, Text, Unknown, Why
from tests.conftest import ROOT

FILES = {
    "app/main.tf": """
provider "aws" { region = "eu-west-1" }
variable "size" { default = 1 }
module "data" {
  source = "../data"
  name   = "shop-${terraform.workspace}-${var.size}"
}
module "vendored" { source = "example.com/vendored" }
output "note" { value = file("note.txt") }
output "there" { value = fileexists("maybe.txt") }
output "absent" { value = try(file("../data/absent/b.txt"), "none") }
output "all" { value = fileset(path.module, "more/*.txt") }
""",
    "app/note.txt": "one",
    "app/more/a.txt": "",
    "app/.terraform/modules/modules.json": '{"Modules": [{"Key": "vendored", "Dir": "../v1"}]}',
    "data/main.tf": """
variable "name" {}
resource "aws_db_instance" "main" { identifier = var.name }
""",
    "v1/main.tf": 'resource "aws_s3_bucket" "one" {}',
    "v2/main.tf": 'resource "aws_s3_bucket" "two" {}',
    "other/main.tf": 'provider "aws" { alias = "other" }\nresource "aws_kms_key" "k" {}',
}


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        write(tmp_path / "estate" / name, text)
    return tmp_path / "estate"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    found = opened(tmp_path / "estate")
    assert found is not None
    return found


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that evaluated, as they do."""
    seen: list[str] = []
    evaluate = terraform._read

    def watched(tree: Tree, options: TerraformOptions) -> TerraformResult:
        seen.append("again")
        return evaluate(tree, options)

    monkeypatch.setattr(terraform, "_read", watched)
    return seen


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def read(estate: Path, cache: Cache | None, **options: object) -> TerraformResult:
    return read_terraform(Tree(estate), TerraformOptions(**options), cache)


def test_a_second_run_evaluates_nothing_and_says_the_same(
    estate: Path, cache: Cache, evaluated: list[str]
) -> None:
    first = read(estate, cache)
    assert read(estate, cache) == first
    assert evaluated == ["again"]
    assert read(estate, None) == first


@pytest.mark.parametrize(
    ("name", "text", "again"),
    [
        ("app/main.tf", FILES["app/main.tf"] + "# more", True),
        ("app/more.tf", 'resource "aws_s3_bucket" "b" {}', True),
        ("app/x_override.tf", 'variable "size" { default = 3 }', True),
        ("app/x.auto.tfvars", "size = 2", True),
        ("app/note.txt", "two", True),
        ("app/maybe.txt", "", True),
        ("data/absent/b.txt", "new", True),
        ("app/more/b.txt", "", True),
        ("data/more.tf", 'resource "aws_s3_bucket" "b" {}', True),
        ("v1/main.tf", "", True),
        (
            "app/.terraform/modules/modules.json",
            '{"Modules": [{"Key": "vendored", "Dir": "../v2"}]}',
            True,
        ),
        ("other/main.tf", "resource {", True),
        ("elsewhere/main.tf", 'provider "aws" {}', True),
        ("other/README.md", "", False),
    ],
)
def test_what_rests_on_a_change_is_evaluated_again(
    estate: Path, cache: Cache, evaluated: list[str], name: str, text: str, again: bool
) -> None:
    read(estate, cache)
    evaluated.clear()
    write(estate / name, text)
    found = read(estate, cache)
    assert bool(evaluated) == again
    assert found == read(estate, None)
    assert read(estate, cache) == found


def test_a_file_that_goes_is_a_change(estate: Path, cache: Cache) -> None:
    read(estate, cache)
    (estate / "data" / "main.tf").unlink()
    found = read(estate, cache)
    assert found == read(estate, None)
    assert not any(resource.type == "aws_db_instance" for resource in found.resources)


@pytest.mark.parametrize(
    "options",
    [
        {"workspace": "prod"},
        {"given": (("size", "7"),)},
        {"given": ("g.tfvars",)},
        {"environments": (Declaration("e", "app", Location("x", 1), variables=(("size", "7"),)),)},
    ],
)
def test_options_are_part_of_the_key(
    estate: Path, cache: Cache, options: dict[str, object]
) -> None:
    write(estate / "g.tfvars", "size = 9")
    plain = read(estate, cache)
    found = read(estate, cache, **options)
    assert found == read(estate, None, **options)
    assert found.resources != plain.resources


def test_another_version_of_blastwall_uses_nothing(
    estate: Path, cache: Cache, evaluated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read(estate, cache)
    monkeypatch.setattr(kept, "fingerprint", lambda: "another")
    evaluated.clear()
    read(estate, cache)
    assert evaluated


def test_the_fingerprint_covers_code_and_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("analyzer/cache.py", "graph/values.py", "graph/providers/aws/stores.toml"):
        write(tmp_path / name, "")
    monkeypatch.setattr(store, "__file__", str(tmp_path / "analyzer" / "cache.py"))
    prints = {store.fingerprint()}
    for name in ("graph/values.py", "graph/providers/aws/stores.toml", "analyzer/new.py"):
        write(tmp_path / name, "# changed")
        prints.add(store.fingerprint())
    assert len(prints) == 4


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def _flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)


def _other(text: str) -> Callable[[Path], None]:
    """Whole and well written, but no entry."""
    return lambda path: Cache(path.parent).put(path.name, text)


@pytest.mark.parametrize(
    "damage",
    [
        _truncated,
        _flipped,
        lambda path: path.write_bytes(b""),
        lambda path: path.chmod(0o644),
        _other(""),
        _other("[]\n[]"),
        _other('["x", [["open", "/etc/passwd"]]]\n[1, []]'),
        _other('["x", 7]\n'),
    ],
)
def test_a_damaged_entry_is_not_used_and_written_anew(
    estate: Path, cache: Cache, evaluated: list[str], damage: Callable[[Path], None]
) -> None:
    first = read(estate, cache)
    entries = {path.name for path in cache.path.iterdir()}
    for name in entries:
        damage(cache.path / name)
    evaluated.clear()
    assert read(estate, cache) == first
    assert evaluated == ["again"]
    assert {path.name for path in cache.path.iterdir()} == entries
    evaluated.clear()
    assert read(estate, cache) == first
    assert evaluated == []


@pytest.mark.parametrize("body", ["[]", "[[99], []]", "[1, [[2, 5]]]", '[[1, "x"], []]', "1", "{"])
def test_text_of_no_encoder_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(body)


def test_entries_are_the_users_alone(estate: Path, cache: Cache) -> None:
    read(estate, cache)
    assert stat.S_IMODE(cache.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in cache.path.iterdir()} == {0o600}


def test_an_entry_that_is_a_link_is_not_followed(cache: Cache, tmp_path: Path) -> None:
    cache.put("entry", "text")
    (cache.path / "entry").rename(tmp_path / "elsewhere")
    (cache.path / "entry").symlink_to(tmp_path / "elsewhere")
    assert cache.get("entry") is None
    cache.put("entry", "new")
    assert cache.get("entry") == "new"
    assert not (cache.path / "entry").is_symlink()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_a_folder_that_others_can_enter_is_not_used(home: Path, tmp_path: Path) -> None:
    (home / "blastwall").mkdir(mode=0o755)
    assert opened(tmp_path / "estate") is None


def test_a_folder_of_another_user_is_not_used(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del home
    assert opened(tmp_path / "estate") is not None
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert opened(tmp_path / "estate") is None


def test_a_link_is_no_folder(home: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir(mode=0o700)
    (home / "blastwall").symlink_to(tmp_path / "theirs")
    assert opened(tmp_path / "estate") is None


def test_nothing_is_kept_inside_of_what_is_analysed(home: Path) -> None:
    """A pull request could bring entries along."""
    assert opened(home) is None
    assert opened(home.parent) is None
    assert not (home / "blastwall").exists()


def test_a_home_that_cannot_be_used_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "file", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "below"))
    assert opened(tmp_path / "estate") is None
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert store.folder().is_absolute()


def test_a_cache_that_cannot_be_written_is_no_fault(estate: Path, cache: Cache) -> None:
    cache.path.rmdir()
    assert read(estate, cache) == read(estate, None)
    cache.trim()


def test_what_was_used_longest_ago_goes_first(cache: Cache) -> None:
    cache.total = 0
    for age, name in enumerate(["new", "old", "oldest"]):
        cache.put(name, "text")
        os.utime(cache.path / name, (1e9 - age, 1e9 - age))
    cache.total = sum(path.stat().st_size for path in cache.path.iterdir()) - 1
    cache.trim()
    assert {path.name for path in cache.path.iterdir()} == {"new", "old"}
    assert cache.get("old") == "text"  # which is a use
    cache.total -= 1
    cache.total //= 2
    cache.trim()
    assert [path.name for path in cache.path.iterdir()] == ["old"]


def test_what_looks_like_a_secret_is_not_kept(estate: Path, cache: Cache) -> None:
    token = "ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"
    write(estate / "app" / "odd.tf", f'resource "aws_s3_bucket" "{token}" {{}}')
    assert read(estate, cache) == read(estate, None)
    assert list(cache.path.iterdir()) == []


def test_a_path_that_is_not_there_is_not_kept(estate: Path, cache: Cache) -> None:
    write(estate / "app" / "pin.tf", 'locals { pin = try(file("hunter2-canary/a"), "") }')
    write(estate / "app" / "pins.tf", 'output "pin" { value = local.pin }')
    read(estate, cache)
    texts = [cache.get(path.name) for path in cache.path.iterdir()]
    assert texts
    assert not any(text is None or "canary" in text for text in texts)


def test_what_lies_outside_is_asked_for_each_time(
    estate: Path, cache: Cache, evaluated: list[str]
) -> None:
    write(estate / "app" / "out.tf", 'output "x" { value = try(file("../../x/y"), "none") }')
    first = read(estate, cache)
    evaluated.clear()
    assert read(estate, cache) == first
    assert evaluated == ["again"]


def test_what_failed_is_not_kept(
    estate: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(stacks, "described", broken)
        assert read(estate, cache).resources == ()
    assert read(estate, cache) == read(estate, None)
    assert read(estate, cache).resources != ()


def test_the_command_keeps_unless_told_not_to(
    estate: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["inspect", str(estate), "-f", "json"]
    run(command)  # the environment says no
    monkeypatch.delenv("BLASTWALL_NO_CACHE")
    run([*command, "--no-cache"])
    assert list(home.iterdir()) == []
    capsys.readouterr()
    run(command)
    assert list((home / "blastwall").iterdir())
    cold = capsys.readouterr().out
    run(command)
    assert capsys.readouterr().out == cold
    assert json.loads(cold)["resources"]


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
UNKNOWN = st.builds(
    Unknown,
    st.sampled_from(Why),
    st.text(),
    st.none() | st.builds(Location, st.text(), st.integers(), st.integers()),
    st.none() | st.text(),
    st.lists(st.text()).map(tuple),
)
VALUES = st.recursive(
    PLAIN | UNKNOWN | st.decimals(allow_nan=False),
    lambda inner: (
        st.lists(inner).map(tuple)
        | st.dictionaries(st.text(), inner)
        | st.lists(st.text() | UNKNOWN).map(tuple).map(Text)
        | inner.map(Json)
        | st.frozensets(st.text() | UNKNOWN, max_size=1)  # its order is its own
        | st.dictionaries(st.integers() | UNKNOWN, inner, min_size=1)
        | st.builds(OneOf, st.lists(inner).map(tuple), UNKNOWN)
    ),
)


@given(VALUES)
def test_encoding_loses_nothing(value: object) -> None:
    found = decode("".join(encode(value)))
    assert found == value
    assert repr(found) == repr(value)  # which tells True from 1


@pytest.mark.parametrize(
    "value",
    [[1], {"a"}, object(), b"", Decimal, pytest.param(10**5000, id="long number")],
)
def test_what_readers_do_not_make_is_not_encoded(value: object) -> None:
    with pytest.raises(UnencodableError):
        list(encode(value))


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "examples").iterdir()))
def test_all_examples_can_be_kept(name: str, cache: Cache, evaluated: list[str]) -> None:
    first = read(ROOT / "examples" / name, cache)
    found = read(ROOT / "examples" / name, cache)
    assert found == first
    assert repr(found) == repr(first)
    assert evaluated == ["again"]
