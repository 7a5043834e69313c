"""Finds every rule (each module of `rules.checks` has one `RULE`) and runs them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module

from graph.contributions import load_all
from graph.problems import Problem, ProblemKind, raised_at
from rules.finding import Certainty, Finding
from rules.rule import Rule
from rules.world import World


def all_rules() -> tuple[Rule, ...]:
    """Every rule, by id."""
    return _loaded()[0]


def unusable() -> tuple[Problem, ...]:
    """A problem for each module of `rules.checks` that exports no rule."""
    return _loaded()[1]


@cache
def _loaded() -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    found, problems = load_all("rules.checks", "RULE", Rule, "nothing was checked by this rule")
    return tuple(sorted(found, key=lambda rule: rule.id)), problems


def page(rule: Rule) -> str:
    """The rule's page: the docstring of its module."""
    return import_module(rule.check.__module__).__doc__ or ""


def judge(world: World) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    """Findings of every rule, worst first; a rule that crashes is a problem, not the end."""
    findings: list[Finding] = []
    problems = list(unusable())
    for rule in all_rules():
        try:
            found = [_with_controls(rule, finding) for finding in rule.check(world)]
        except Exception as error:  # noqa: BLE001 (a faulty rule must not hide the others)
            problems.append(_crash(rule, error))
        else:
            findings.extend(found)
    return tuple(sorted(findings, key=_order)), tuple(problems)


def _with_controls(rule: Rule, finding: Finding) -> Finding:
    controls: dict[str, tuple[str, ...]] = {}
    for control in rule.controls:
        framework, _, number = control.partition(":")
        controls[framework] = (*controls.get(framework, ()), number)
    return replace(finding, controls=controls)


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    return (
        -finding.severity,
        "0" if finding.certainty is Certainty.PROVEN else "1",
        finding.rule,
        finding.credential or "",
        finding.target,
    )


def _crash(rule: Rule, error: Exception) -> Problem:
    return Problem(
        ProblemKind.RULE_CRASHED,
        f"rule {rule.id}",
        f"it failed with {raised_at(error)}",
        "nothing was checked by this rule; please report it",
    )
