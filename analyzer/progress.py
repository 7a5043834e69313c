"""A progress line on stderr for runs that take over a second; silent where nobody watches."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field

STEPS = 4
QUIET_SECONDS = 1.0


@dataclass
class Progress:
    """Draws `[##··] building the graph` once a run is slow; `shown` is for terminals only."""

    shown: bool = field(default_factory=sys.stderr.isatty)
    _started: float = field(default_factory=time.monotonic)
    _done: int = 0
    _drawn: bool = False

    def step(self, what: str) -> None:
        """The next stage begins."""
        self._done += 1
        if self.shown and time.monotonic() - self._started > QUIET_SECONDS:
            bar = "#" * self._done + "·" * max(0, STEPS - self._done)
            sys.stderr.write(f"\r\x1b[K[{bar}] {what}")
            sys.stderr.flush()
            self._drawn = True

    def close(self) -> None:
        """Wipe the line."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
