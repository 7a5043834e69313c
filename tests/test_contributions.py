"""A rule, format or provider that is broken is named, and the others work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

from analyzer import render
from analyzer.cli import run
from graph import providers
from graph.contributions import Unusable
from rules import registry
from tests.conftest import ROOT, analyzed

POCKETOS = ROOT / "examples" / "pocketos"
Add = Callable[[str, str, str], None]


@pytest.fixture
def add(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Add]:
    """Add a module to a package, for one test."""
    added: list[tuple[str, str]] = []
    caches = (registry._loaded, providers._loaded, render.formats)

    def write(package: str, file: str, text: str) -> None:
        path = tmp_path / package / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        paths = [*import_module(package).__path__, str(tmp_path / package)]
        monkeypatch.setattr(import_module(package), "__path__", paths)
        added.append((package, file.partition("/")[0].removesuffix(".py")))
        for each in caches:
            each.cache_clear()

    yield write
    for package, name in added:
        sys.modules.pop(f"{package}.{name}", None)
        vars(import_module(package)).pop(name, None)
    for each in caches:
        each.cache_clear()


@pytest.mark.parametrize(
    ("package", "file", "export"),
    [
        ("rules.checks", "empty.py", "RULE (a Rule)"),
        ("graph.providers", "empty/__init__.py", "PROVIDER (a Provider)"),
    ],
)
def test_what_exports_nothing_is_a_problem(package: str, file: str, export: str, add: Add) -> None:
    before = analyzed(POCKETOS)
    add(package, file, "")
    after = analyzed(POCKETOS)
    assert after.findings == before.findings
    whys = [problem.why for problem in after.faults]
    assert whys == [f"{package.replace('.', '/')}/{file} must define {export}"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("\n\nnothing", "NameError at broken.py:3 in <module>"),
        ("import nothing_of_that_name", "ModuleNotFoundError at broken.py:1 in <module>"),
        ("\ndef", "SyntaxError at broken.py:2"),
        ("raise ValueError('told')", "ValueError at broken.py:1 in <module>"),
    ],
)
def test_what_cannot_be_imported_says_where(text: str, fault: str, add: Add) -> None:
    add("rules.checks", "broken.py", text)
    problem = registry.unusable()[0]
    assert problem.why == f"rules/checks/broken.py cannot be imported: {fault}"
    assert registry.all_rules()


def test_a_format_that_renders_nothing_is_a_usage_error(
    add: Add, capfd: pytest.CaptureFixture[str]
) -> None:
    add("analyzer.render", "empty.py", "")
    assert run(["check", str(POCKETOS), "-f", "empty"]) == 2
    assert "analyzer/render/empty.py must define render (a function)" in capfd.readouterr().err
    with pytest.raises(Unusable):
        render.renderer("empty")
    assert run(["check", str(POCKETOS), "-f", "text"]) == 1


def test_a_helper_is_no_contribution(add: Add) -> None:
    before = (registry.all_rules(), render.formats(), providers.all_providers())
    add("rules.checks", "_shared.py", "")
    add("analyzer.render", "_shared.py", "")
    add("graph.providers", "_shared/__init__.py", "")
    assert (registry.all_rules(), render.formats(), providers.all_providers()) == before
    assert (registry.unusable(), providers.unusable()) == ((), ())


def test_every_contribution_is_usable() -> None:
    assert (*registry.unusable(), *providers.unusable()) == ()
    assert [render.renderer(name) for name in render.formats()]
