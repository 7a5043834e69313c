"""Results kept between runs, in the user's own cache folder, where no pull request can put any.

An entry is text under a name that its writer makes from what it depends on. The folder is used
only if it is the user's, closed to others, and outside of what is analysed. Whatever is wrong with
it (read-only, full, damaged) costs time, never a run.
"""

from __future__ import annotations

import os
import stat
import sys
import time
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

MAX_TOTAL = 256 * 1024 * 1024
MAX_TEXT = 256 * 1024 * 1024
_FRESH = 24 * 3600  # an entry's time is its last use, to the day
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_SOURCES = (".py", ".toml")


def folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the user's platform keeps what can be made again.

    Raises:
        RuntimeError: the user has no home.

    """
    given = environment.get("XDG_CACHE_HOME", "")
    if Path(given).is_absolute():
        return Path(given) / "blastwall"
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home()) / "blastwall" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "blastwall"
    return Path.home() / ".cache" / "blastwall"


def opened(*analysed: Path) -> Cache | None:
    """The user's cache; `None` where there is none that surely only he can write to."""
    with suppress(OSError, RuntimeError, ValueError):
        path = folder()
        if any(path.resolve().is_relative_to(base.resolve()) for base in analysed):
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
        if _own(path.lstat(), stat.S_ISDIR):
            return Cache(path)
    return None


def fingerprint() -> str:
    """A digest of the code and tables that results come from, and of the Python that runs them."""
    digest = sha256(sys.version.encode())
    for package in ("analyzer", "graph"):
        base = Path(__file__).resolve().parent.parent / package
        for path in sorted(base.rglob("*")):
            if path.suffix in _SOURCES:
                content = path.read_bytes()
                digest.update(f"{path.relative_to(base)} {len(content)}\n".encode())
                digest.update(content)
    return digest.hexdigest()


@dataclass
class Cache:
    """Entries as files of a folder that is the user's alone."""

    path: Path
    total: int = MAX_TOTAL
    written: bool = False

    def get(self, name: str) -> str | None:
        """An entry's text; `None` where there is none, or none that is whole."""
        path = self.path / name
        try:
            with open(os.open(path, os.O_RDONLY | _NO_LINKS), "rb") as file:  # noqa: PTH123
                status = os.fstat(file.fileno())
                if not _own(status, stat.S_ISREG) or status.st_size > MAX_TEXT:
                    return None
                digest, _, content = file.read().partition(b"\n")
            if sha256(content).hexdigest().encode() != digest:
                return None
            if time.time() - status.st_mtime > _FRESH:
                os.utime(path)
            return zlib.decompressobj().decompress(content, MAX_TEXT).decode()
        except (OSError, ValueError, zlib.error):
            return None

    def put(self, name: str, pieces: Iterable[str]) -> None:
        """Write an entry: whole, or not at all."""
        compressor, size, compressed = zlib.compressobj(1), 0, []
        for piece in pieces:
            size += len(piece)
            compressed.append(compressor.compress(piece.encode()))
        content = b"".join([*compressed, compressor.flush()])
        if size > MAX_TEXT:
            return
        temporary = self.path / f"{name}.{os.getpid()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS
        try:
            with open(os.open(temporary, flags, 0o600), "wb") as file:  # noqa: PTH123
                file.write(sha256(content).hexdigest().encode() + b"\n" + content)
            temporary.replace(self.path / name)
            self.written = True
        except OSError:
            with suppress(OSError):
                temporary.unlink()

    def trim(self) -> None:
        """Delete what was used longest ago, if the run wrote and there is too much now."""
        if not self.written:
            return
        with suppress(OSError):
            entries = sorted(
                (status.st_mtime, status.st_size, path)
                for path in self.path.iterdir()
                for status in (path.lstat(),)
            )
            size = sum(entry[1] for entry in entries)
            for _, freed, path in entries:
                if size <= self.total:
                    break
                path.unlink()
                size -= freed


def _own(status: os.stat_result, kind: object) -> bool:
    """Whether it is of that kind, the user's, and nobody else's."""
    if not callable(kind) or not kind(status.st_mode):
        return False
    if not hasattr(os, "geteuid"):
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & 0o077
