"""The files of a corpus."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

NATIVE = (".tf", ".tofu", ".tfvars", ".hcl")
JSON = (".tf.json", ".tofu.json", ".tfvars.json")
_SKIPPED = {".git", ".terraform"}


def walk(folder: Path) -> Iterator[Path]:
    """Every file and link below a folder, in order."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - _SKIPPED)
        yield from (Path(where, name) for name in sorted(names))


def sources(folder: Path, endings: tuple[str, ...] = NATIVE + JSON) -> list[Path]:
    """The files of a folder that our parser reads."""
    return [path for path in walk(folder) if path.name.endswith(endings)]


def text_of(path: Path) -> str | None:
    """A file's text as our reader sees it; `None` where it is none (encrypted, a dead link)."""
    try:
        data = path.read_bytes()
        return None if b"\0" in data[:8192] else data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None


def sampled(paths: Sequence[Path], size: int | None, seed: int) -> list[Path]:
    """As many of the paths, in order; the same ones for the same seed."""
    if size is None or size >= len(paths):
        return list(paths)
    return sorted(random.Random(seed).sample(paths, size))


def differ_at(one: str, two: str) -> int:
    """Where two texts begin to differ."""
    pairs = zip(one, two, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(two)))
