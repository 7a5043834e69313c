"""`python3 -m tools.corpus COMMAND FOLDER...`; see the package's docstring."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import tools.corpus as package
from tools.corpus.files import NATIVE, sampled, sources
from tools.corpus.parsing import Judge, Verdicts, hcl, mutated, parsed
from tools.corpus.shadow import linked
from tools.corpus.trees import compared
from tools.corpus.values import Agreement, agreement

SHOWN = 200


def main() -> None:
    """Run one comparison over the folders and print what it found."""
    parser = argparse.ArgumentParser(
        prog="python3 -m tools.corpus",
        description=package.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=sorted(_COMMANDS))
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--sample", type=int, help="files or modules a folder; all by default")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folders = [path.resolve() for path in options.folders if path.is_dir()]
    _COMMANDS[options.command](folders, options.sample, options.seed)


def _judge() -> Judge | None:
    try:
        return hcl()
    except ImportError:
        print("pygohcl is not installed: nothing to compare with")
        return None


def _parse(folders: list[Path], _sample: int | None, _seed: int) -> None:
    judge = _judge()
    _verdicts((folder, parsed(folder, judge)) for folder in folders)


def _mutate(folders: list[Path], sample: int | None, seed: int) -> None:
    judge = _judge()
    if judge is not None:
        _verdicts((folder, mutated(folder, judge, sample or 1000, seed)) for folder in folders)


def _verdicts(rows: Iterable[tuple[Path, Verdicts]]) -> None:
    print(
        "repository  files  unreadable  crashes  refused  refused by us only  accepted by us only"
    )
    for folder, found in rows:
        counts = (
            found.files,
            len(found.unreadable),
            len(found.crashes),
            len(found.refused),
            len(found.only_we_refuse),
            found.only_we_accept.total(),
        )
        print(folder.name, *counts, sep="  ", flush=True)
        _listed("crash", found.crashes)
        _listed("refused by us only", found.only_we_refuse)
        _listed("accepted by us only", (f"{n} {why}" for why, n in found.only_we_accept.items()))


def _trees(folders: list[Path], sample: int | None, seed: int) -> None:
    print("repository  equal  refused by python-hcl2  different")
    for folder in folders:
        found = compared(sampled(sources(folder, NATIVE), sample, seed))
        print(folder.name, found.equal, len(found.refusals), len(found.different), sep="  ")
        _listed("refused by python-hcl2", found.refusals)
        _listed("different", found.different)


def _values(folders: list[Path], sample: int | None, seed: int) -> None:
    print(
        "repository  modules  expressions  known by us  comparable  equal  different"
        "  known by us only  failing in Terraform only  known by Terraform only  refused modules"
    )
    total = Agreement()
    for folder in folders:
        modules = sorted({path.parent for path in sources(folder, NATIVE[:2])})
        found = Agreement()
        with tempfile.TemporaryDirectory() as mirror:
            linked(folder, Path(mirror))
            agreement(sampled(modules, sample, seed), folder, Path(mirror), found)
        _agreement(folder.name, found)
        total.add(found)
    _agreement("all", total)


def _agreement(name: str, found: Agreement) -> None:
    counts = (
        found.folders,
        found.probes,
        found.ours_known,
        found.comparable,
        found.equal,
        len(found.different),
        len(found.only_we_know),
        len(found.only_we_do_not_fail),
        len(found.missed),
        len(found.refused),
    )
    print(name, *counts, sep="  ", flush=True)
    if name == "all":
        return
    _listed("different", found.different)
    _listed("known by us only", found.only_we_know)
    _listed("failing in Terraform only", found.only_we_do_not_fail)
    _listed("known by Terraform only", found.missed)
    _listed("refused module", found.refused)


def _listed(what: str, rows: Iterable[str]) -> None:
    for number, row in enumerate(rows):
        if number == SHOWN:
            print("    and more", flush=True)
            return
        print(f"  {what}: {row}", flush=True)


_COMMANDS: dict[str, Callable[[list[Path], int | None, int], None]] = {
    "parse": _parse,
    "mutate": _mutate,
    "trees": _trees,
    "values": _values,
}

if __name__ == "__main__":
    main()
