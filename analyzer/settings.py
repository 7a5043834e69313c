"""What a run is asked to do, as one frozen value; the only place that reads the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from rules.finding import Severity


class FailOn(StrEnum):
    """From which proven finding on a run fails; `new-…` look at findings that the base lacks."""

    NEW_CRITICAL = "new-critical"
    NEW_HIGH = "new-high"
    ANY_CRITICAL = "any-critical"
    ANY_HIGH = "any-high"
    NEVER = "never"

    @property
    def severity(self) -> Severity | None:
        """The least severity that counts; `None` for never."""
        if self is FailOn.NEVER:
            return None
        return Severity.CRITICAL if self.value.endswith("critical") else Severity.HIGH

    @property
    def only_new(self) -> bool:
        """Whether findings that the base has too are left out."""
        return self.value.startswith("new-")


@dataclass(frozen=True, slots=True)
class Settings:
    """Inputs and thresholds of one run. Paths are as the user gave them.

    `given` holds each `--var-file` and each `--var` (a name and a text), in their order;
    `cache` says whether results of earlier runs may be used, and this one's kept.
    """

    paths: tuple[Path, ...]
    grants: tuple[Path, ...] = ()
    plans: tuple[Path, ...] = ()
    states: tuple[Path, ...] = ()
    exports: tuple[Path, ...] = ()
    config: Path | None = None
    given: tuple[Path | tuple[str, str], ...] = ()
    workspace: str | None = None
    parser: str = "native"
    cache: bool = False
    module_paths: Mapping[str, Path] = field(default_factory=dict)
    demand: frozenset[str] = frozenset()
    today: date = field(default_factory=date.today)
    max_loss: timedelta | None = None
    fail_on: FailOn = FailOn.NEW_CRITICAL
