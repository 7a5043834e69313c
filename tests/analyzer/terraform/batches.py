"""Many expressions asked of Terraform at once, and of our evaluator, and compared.

Each is an output. What is unknown stands for any value: so an expression over `local.u` is asked
again with `local.u` known, and what we said without knowing it must not exclude the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer.readers.terraform.data import Data
from tests.analyzer.terraform.agreement import Agreement, agreement
from tests.analyzer.terraform.oracle import Judgement, Planned, evaluated, judged, write
from tests.analyzer.terraform.random_expressions import COMMON

UNKNOWN = 'resource "terraform_data" "u" {}\nlocals {\n  u = terraform_data.u.id\n}\n'


@dataclass(frozen=True)
class Compared:
    """One expression with what both said."""

    expression: str
    found: Data
    real: Judgement
    agreement: Agreement


def compared(
    folder: Path, expressions: Sequence[str], substitutes: Sequence[str]
) -> list[Compared]:
    """All expressions, the unknown string unknown; then with each of its `substitutes`."""
    outputs = {**as_outputs(expressions), "common.tf": COMMON}
    write(folder / "unknown", {**outputs, "main.tf": UNKNOWN})
    found = evaluated(folder / "unknown")
    results = _results(expressions, found, judged(folder / "unknown"))
    for number, value in enumerate(substitutes):
        known = f"locals {{\n  u = {value}\n}}\n"
        write(folder / str(number), {**outputs, "main.tf": known})
        real = judged(folder / str(number))
        results += [
            item
            for item in _results(expressions, found, real)
            if isinstance(item.real, Planned) and item.agreement is Agreement.WRONG
        ]
    return results


def as_outputs(expressions: Sequence[str]) -> dict[str, str]:
    """An output for each, in a file of its own: Terraform walks a file for each error in it."""
    return {
        f"e{number}.tf": f'output "e{number}" {{\n  sensitive = true\n  value     = {text}\n}}\n'
        for number, text in enumerate(expressions)
    }


def _results(
    expressions: Sequence[str], found: dict[str, Data], real: dict[str, Judgement]
) -> list[Compared]:
    return [
        Compared(text, found[name], real[name], agreement(found[name], real[name]))
        for name, text in ((f"e{number}", text) for number, text in enumerate(expressions))
    ]
