"""Reading the input: the only place that opens files of the estate.

Everything read here may be hostile: symlinks never lead out of the tree, sizes are bounded,
binary content is refused with a reason, and text is decoded as UTF-8 (with or without a mark).
"""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

SKIPPED_FOLDERS = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__", ".tox"})
MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 200_000


class Unreadable(Exception):
    """A file cannot be used; the message says why, in words for the user."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder of input. Paths are relative to it, with `/`.

    Nothing outside `boundary` (the repository around it; the folder itself where there is none)
    and the folders that the user opened besides (`opened`) is ever read, however a path or a
    symlink gets there. `unlisted` are folders in which listing ended before all files were seen.
    """

    root: Path
    boundary: Path | None = None
    opened: tuple[Path, ...] = ()
    unlisted: dict[str, None] = field(default_factory=dict, repr=False, compare=False, kw_only=True)
    _folders: dict[str, Path] = field(default_factory=dict, repr=False, compare=False, kw_only=True)

    def files(self) -> Iterator[str]:
        """Every name below the root that is no folder, sorted; links to folders stay shut."""
        count = 0
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
            within = os.path.relpath(folder, self.root).replace(os.sep, "/")
            for name in sorted(names):
                count += 1
                if count > MAX_FILES:
                    self.unlisted[str(self.root)] = None
                    return
                yield name if within == "." else f"{within}/{name}"

    def below(self, folder: str) -> Iterator[str]:
        """Every regular file below a folder of the tree, as a path relative to that folder."""
        try:
            inside = self._inside(folder or ".")
        except (Unreadable, OSError, ValueError):
            return iter(())
        return Tree(inside, self.boundary or self.root, self.opened, unlisted=self.unlisted).files()

    def list(self, folder: str, wanted: Callable[[str], bool]) -> list[str]:
        """Names directly in a folder that are `wanted`, sorted; folders left out, but not what
        cannot be read: reading it says why.
        """
        try:
            inside = self._inside(folder or ".")
            names = [entry.name for entry in os.scandir(inside) if not _is_folder(entry)]
        except (Unreadable, OSError, ValueError):
            return []
        return sorted(name for name in names if wanted(name))

    def exists(self, path: str) -> bool:
        """Whether a file of that path is in the tree."""
        try:
            return self._inside(path).is_file()
        except (Unreadable, OSError, ValueError):
            return False

    def read(self, path: str) -> str:
        """The file's text.

        Raises:
            Unreadable: it leads out of the tree, is too large, not text, or cannot be opened.

        """
        data = self.read_bytes(path)
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # PowerShell's `>`
            return _utf16(data)
        if b"\0" in data[:8192]:
            raise Unreadable("not a text file (it holds NUL bytes)")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Unreadable(f"not UTF-8 text (byte {error.start})") from None

    def read_bytes(self, path: str) -> bytes:
        """The file's bytes; raises `Unreadable` as `read` does."""
        try:
            inside = self._inside(path)
            status = inside.stat()
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable("not a regular file")
            if status.st_size > MAX_BYTES:
                size = status.st_size
                raise Unreadable(f"too large ({size} bytes, at most {MAX_BYTES} are read)")
            return inside.read_bytes()
        except FileNotFoundError:
            raise Unreadable("no such file") from None
        except OSError as error:
            raise Unreadable(error.strerror or "cannot be opened") from None
        except ValueError:
            raise Unreadable("not a usable path") from None

    def _inside(self, path: str) -> Path:
        head, _, name = path.rpartition("/")
        full = self._folder(head) / name
        if name in {"", ".", ".."} or full.is_symlink():
            full = _followed(full)
        allowed = (self.boundary or self.root, *self.opened)
        if not any(full.is_relative_to(_resolved(folder.absolute())) for folder in allowed):
            raise Unreadable("leads out of the repository")
        return full

    def _folder(self, path: str) -> Path:
        """The real folder of that path; most files have neighbours that were asked for before."""
        if path not in self._folders:
            self._folders[path] = _followed(_resolved(self.root.absolute()) / path)
        return self._folders[path]


@cache
def _resolved(folder: Path) -> Path:
    return folder.resolve()


def _followed(path: Path) -> Path:
    try:
        return path.resolve()
    except (RuntimeError, OSError):  # Python before 3.13 raises RuntimeError for a loop
        raise Unreadable("a symlink that leads to itself") from None


def _utf16(data: bytes) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-16 text (byte {error.start})") from None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
