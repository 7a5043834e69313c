"""An independent simulator of IAM, as a process of its own that answers many requests."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "oracles"
PACKAGE = FOLDER / "node_modules" / "@cloud-copilot" / "iam-simulate"
DECISIONS = {"Allowed": True, "ExplicitlyDenied": False, "ImplicitlyDenied": False}


def simulator() -> str:
    """Node, or a skip that says why."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("the simulator needs Node")
    if not PACKAGE.is_dir():
        pytest.skip("the simulator is not installed: npm install --prefix tests/oracles")
    return node


def simulate(requests: Iterable[dict[str, Any]]) -> Iterator[bool]:
    """Whether each request is allowed."""
    command = [simulator(), str(FOLDER / "simulate.mjs")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        writer = Thread(target=_write, args=(process.stdin, requests))
        writer.start()
        for line in process.stdout:
            answer = json.loads(line)
            assert answer in DECISIONS, f"the simulator refuses a request: {answer}"
            yield DECISIONS[answer]
        writer.join()
    assert process.returncode == 0, "the simulator stopped"


def _write(stream: Any, requests: Iterable[dict[str, Any]]) -> None:
    with stream:
        for request in requests:
            stream.write(json.dumps(request) + "\n")
