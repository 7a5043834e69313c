"""The result of a run, before any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analyzer.readers.terraform import Analysed
from analyzer.settings import Settings
from graph.problems import Problem, ProblemKind
from graph.values import Value
from rules.finding import Certainty, Finding, Severity, State
from rules.world import World

INCOMPLETE = frozenset({ProblemKind.UNREADABLE, ProblemKind.INVALID, ProblemKind.RULE_CRASHED})


@dataclass(frozen=True)
class Inputs:
    """How much was read; `outputs` are Terraform's, by stack id and name."""

    files: int = 0
    stacks: int = 0
    modules: int = 0
    outputs: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    environments: tuple[Analysed, ...] = ()


@dataclass(frozen=True)
class Report:
    """World, findings and every gap of one run."""

    world: World
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    inputs: Inputs
    settings: Settings

    @property
    def incomplete(self) -> bool:
        """Whether something that should have been analysed was not."""
        return not self.inputs.files or any(p.kind in INCOMPLETE for p in self.problems)

    @property
    def faults(self) -> tuple[Problem, ...]:
        """What makes the run incomplete."""
        return tuple(problem for problem in self.problems if problem.kind in INCOMPLETE)

    @property
    def worst_problems(self) -> tuple[Problem, ...]:
        """Every gap, what makes the run incomplete first, else in the order they were met."""
        return tuple(sorted(self.problems, key=lambda problem: problem.kind not in INCOMPLETE))

    def fails(self) -> bool:
        """Whether a proven, unwaived finding reaches the threshold."""
        threshold = self.settings.fail_on.severity
        if threshold is None:
            return False
        return any(self._counts(finding, threshold) for finding in self.findings)

    def _counts(self, finding: Finding, threshold: Severity) -> bool:
        fresh = finding.state in {State.NEW, State.WORSE}
        states = fresh if self.settings.fail_on.only_new else finding.state is not State.WAIVED
        return finding.certainty is Certainty.PROVEN and finding.severity >= threshold and states
