"""Measure reading Terraform, side by side on the same files: parsing against python-hcl2, parsing
with evaluation against checkov, a second run against the first.

    python benchmarks/terraform.py [FOLDER …] [--checkov PATH] [--limit SECONDS]

Without a folder, on a generated estate. Every measurement is a process of its own; what counts is
CPU time, start-up included. A peer that is not done at the limit counts with what it has used.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from estate import generate

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = 1_000_000  # characters that python-hcl2 parses, so that it comes to an end
GOALS = {"parsing": 25, "with checkov": 50, "second run": 3}
CHECKOV = ("--framework", "terraform", "--skip-download", "--quiet", "--compact", "-o", "json")
FILES = """
import json, pathlib, sys, time
files, size = [], 0
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.tf")):
    if path.is_file() and size < int(sys.argv[2]):
        files.append((path.as_posix(), path.read_text(errors="replace")))
        size += len(files[-1][1])
"""
NATIVE = """
from analyzer.readers.terraform.parse import parse
parse("a = 1", "a.tf")
started = time.process_time()
faulty = sum(bool(parse(text, name).problems) for name, text in files)
"""
HCL2 = """
import hcl2
hcl2.loads("a = 1\\n")
started, faulty = time.process_time(), 0
for name, text in files:
    try:
        hcl2.loads(text + "\\n")
    except Exception:
        faulty += 1
"""
PARSED = "print(json.dumps([time.process_time() - started, len(files), size, faulty]))"
READ = """
import gc, json, pathlib, sys
gc.disable()
from analyzer.cache import opened
from analyzer.readers.terraform import read_terraform
from analyzer.sources import Tree
tree = Tree(pathlib.Path(sys.argv[1]).resolve())
cache = opened(tree.root) if sys.argv[2] == "cache" else None
found = read_terraform(tree, None, cache)
print(json.dumps([found.files, found.stacks, len(found.resources)]))
"""


@dataclass(frozen=True)
class Ran:
    """A process that ended, or was ended at the limit."""

    cpu: float
    megabytes: float
    output: str
    whole: bool

    @property
    def numbers(self) -> list[float]:
        """What it printed, if it is one of ours."""
        found: list[float] = json.loads(self.output)
        return found


def run(command: list[str], limit: float, **environment: str) -> Ran:
    """CPU time and peak memory of a command with all that it starts."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.DEVNULL, env=variables, cwd="/"
        )
        timer = threading.Timer(limit, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    whole = process.returncode in {0, 1}
    if not whole and process.returncode != -9:
        raise SystemExit(f"{' '.join(command[:3])} ended with {process.returncode}")
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return Ran(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, text, whole)


def python(code: str, *arguments: str, limit: float, **environment: str) -> Ran:
    """A program in an interpreter of its own."""
    return run([sys.executable, "-c", code, *arguments], limit, **environment)


def parsing(folder: str, limit: float) -> Iterator[str]:
    """Both parsers over the same text."""
    if find_spec("hcl2") is None:
        yield "parsing: skipped, python-hcl2 is not installed"
        return
    ours = python(FILES + NATIVE + PARSED, folder, str(SAMPLE), limit=limit)
    theirs = python(FILES + HCL2 + PARSED, folder, str(SAMPLE), limit=limit)
    cpu, files, size, faulty = ours.numbers
    yield f"parsing {files:.0f} files, {size / 1e6:.2f} MB: {cpu:.2f} s, {faulty:.0f} with faults"
    used = theirs.numbers[0] if theirs.whole else theirs.cpu
    yield f"  python-hcl2: {_bound(theirs)}{used:.2f} s" + _ratio("parsing", used, cpu)


def reading(folder: str, checkov: str | None, limit: float) -> Iterator[str]:
    """Parsing and evaluation: without a cache, filling it, from it; and checkov."""
    with tempfile.TemporaryDirectory() as home:
        cold = python(READ, folder, "no", limit=limit)
        if not cold.whole:
            raise SystemExit(f"{folder} took over {limit:.0f} s")
        fills = python(READ, folder, "cache", limit=limit, XDG_CACHE_HOME=home)
        warm = python(READ, folder, "cache", limit=limit, XDG_CACHE_HOME=home)
    files, stacks, resources = cold.numbers
    yield f"reading {files:.0f} files, {stacks:.0f} states, {resources:.0f} instances:"
    yield f"  without a cache: {cold.cpu:.2f} s, {cold.megabytes:.0f} MB"
    yield f"  first run, fills the cache: {fills.cpu:.2f} s, {fills.megabytes:.0f} MB"
    used = f"  second run: {warm.cpu:.2f} s, {warm.megabytes:.0f} MB"
    yield used + _ratio("second run", fills.cpu, warm.cpu)
    if checkov is None:
        yield "  checkov: skipped, not on PATH (--checkov names it)"
        return
    peer = run([checkov, "-d", folder, *CHECKOV], limit)
    text = f"  checkov: {_bound(peer)}{peer.cpu:.2f} s, {peer.megabytes:.0f} MB"
    yield text + _ratio("with checkov", peer.cpu, cold.cpu)


def _bound(ran: Ran) -> str:
    return "" if ran.whole else "not done, over "


def _ratio(goal: str, theirs: float, ours: float) -> str:
    return f", {theirs / ours:.1f} times as much (goal: {GOALS[goal]})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--checkov", default=shutil.which("checkov"))
    parser.add_argument("--limit", type=float, default=600, help="wall seconds a process may take")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if not given.folders:
            generate(Path(name))
        for folder in given.folders or [Path(name)]:
            where = str(folder.resolve())
            print(f"\n{folder if given.folders else 'a generated estate'}")
            for line in parsing(where, given.limit):
                print(line, flush=True)
            for line in reading(where, given.checkov, given.limit):
                print(line, flush=True)


if __name__ == "__main__":
    main()
