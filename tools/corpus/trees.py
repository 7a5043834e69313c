"""Our tree of a file against the one that python-hcl2 gives."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.readers.terraform.parse import parse
from analyzer.readers.terraform.syntax import Body, File
from tools.corpus.files import differ_at, text_of

_SPAN = re.compile(r"span=\(\d+, \d+\)")


@dataclass
class Trees:
    """How many trees are equal; what python-hcl2 refuses, by reason; which ones differ."""

    equal: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    refusals: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)


def compared(paths: Iterable[Path]) -> Trees:
    """Both trees of every file."""
    found = Trees()
    for path in paths:
        text = text_of(path)
        if text is None:
            continue
        ours, other = (parse(text, str(path), name) for name in ("native", "python-hcl2"))
        if len(other.problems) > len(ours.problems):
            problem = other.problems[-1]
            found.refused[problem.message] += 1
            found.refusals.append(f"{path}:{other.location(problem.span).line}: {problem.message}")
        elif shape(ours.body) == shape(other.body):
            found.equal += 1
        else:
            found.different.append(f"{path}: {_first_difference(ours, other)}")
    return found


def shape(body: Body) -> str:
    """A body without places: where an argument ends is a matter of taste."""
    return _SPAN.sub("", f"{body.arguments!r} {body.blocks!r}")


def _first_difference(ours: File, other: File) -> str:
    one, two = shape(ours.body), shape(other.body)
    at = differ_at(one, two)
    return f"{one[max(0, at - 60) : at + 60]!r} / {two[max(0, at - 60) : at + 60]!r}"
