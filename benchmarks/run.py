"""Measure start-up, the PocketOS example and a generated estate: `python benchmarks/run.py [N]`.

Each run is a process of its own. Side by side, on the same estate: python-hcl2 parsing it, and
scanners that are on PATH; what is not installed is named and skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from estate import RESOURCES, generate

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 3
BLASTWALL = (sys.executable, "-m", "analyzer")
PARSE = (
    "import hcl2, pathlib, sys\n"
    "for path in pathlib.Path(sys.argv[1]).rglob('*.tf'):\n"
    "    hcl2.loads(path.read_text())\n"
)
SCANNERS = {
    "trivy": ("config", "--quiet", "--skip-check-update"),
    "checkov": ("--quiet", "--compact", "-d"),
    "tfsec": ("--no-color",),
    "terrascan": ("scan", "-d"),
}


@dataclass(frozen=True)
class Measured:
    """The best of some runs."""

    seconds: float
    cpu: float
    megabytes: float


def measure(command: Sequence[str], repeats: int = REPEATS) -> Measured:
    """Wall time, CPU time and peak memory of a command, each the least of its runs."""
    runs = [_once(command) for _ in range(repeats)]
    return Measured(
        min(run.seconds for run in runs),
        min(run.cpu for run in runs),
        min(run.megabytes for run in runs),
    )


def _once(command: Sequence[str]) -> Measured:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=environment,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return Measured(
        time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit
    )


def peers(folder: Path) -> Iterator[tuple[str, Measured | str]]:
    """What else reads such an estate, or why it was not measured."""
    if find_spec("hcl2"):
        yield "python-hcl2, parsing only", measure([sys.executable, "-c", PARSE, str(folder)], 1)
    else:
        yield "python-hcl2, parsing only", "skipped: not installed"
    for name, options in SCANNERS.items():
        if shutil.which(name):
            yield name, measure([name, *options, str(folder)], 1)
        else:
            yield name, "skipped: not on PATH"


def rows(resources: int) -> Iterator[tuple[str, Measured | str]]:
    """Every measurement, one after the other."""
    yield "blastwall --help", measure([*BLASTWALL, "--help"])
    yield "check examples/pocketos", measure([*BLASTWALL, "check", "examples/pocketos"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = generate(folder, resources)
        for form in ("text", "json"):
            command = [*BLASTWALL, "check", name, "-f", form]
            yield f"check, {count} resources, {form}", measure(command)
        yield from peers(folder)


def main() -> None:
    resources = int(sys.argv[1]) if len(sys.argv) > 1 else RESOURCES
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, best of {REPEATS}\n")
    print(f"{'':<34}{'wall':>9}{'CPU':>9}{'peak':>10}")
    for name, found in rows(resources):
        if isinstance(found, str):
            print(f"{name:<34}  {found}")
        else:
            times = f"{found.seconds:>7.2f} s{found.cpu:>7.2f} s"
            print(f"{name:<34}{times}{found.megabytes:>7.0f} MB", flush=True)


if __name__ == "__main__":
    main()
