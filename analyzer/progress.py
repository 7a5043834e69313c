"""A progress line on stderr for runs that take over a second; silent where nobody watches."""

from __future__ import annotations

import os
import sys
import threading

STEPS = 4
QUIET_SECONDS = 1.0
_WIPE = "\r\x1b[K"


def watched() -> bool:
    """Whether somebody sees stderr and can have a line wiped."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


class Progress:
    """Draws `[##··] building the graph` from the second second on, on terminals only."""

    def __init__(self, *, shown: bool | None = None, quiet: float = QUIET_SECONDS) -> None:
        self._shown = watched() if shown is None else shown
        self._lock = threading.Lock()
        self._done = 0
        self._what = ""
        self._drawing = False
        self._timer = threading.Timer(quiet, self._begin)
        self._timer.daemon = True

    def step(self, what: str) -> None:
        """The next stage begins."""
        with self._lock:
            self._done += 1
            self._what = what
            if self._shown and self._done == 1:
                self._timer.start()
            self._draw()

    def close(self) -> None:
        """Wipe the line."""
        self._timer.cancel()
        with self._lock:
            if self._drawing:
                sys.stderr.write(_WIPE)
                sys.stderr.flush()
            self._drawing = False
            self._shown = False

    def _begin(self) -> None:
        with self._lock:
            self._drawing = self._shown
            self._draw()

    def _draw(self) -> None:
        if self._drawing:
            bar = "#" * self._done + "·" * max(0, STEPS - self._done)
            sys.stderr.write(f"{_WIPE}[{bar}] {self._what}")
            sys.stderr.flush()
