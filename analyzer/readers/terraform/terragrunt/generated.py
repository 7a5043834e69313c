"""`generate` blocks: the text that Terragrunt would write beside a unit's module, as a file of it.

Where the text holds something unknown, it refers to a variable of a made-up name instead, which has
that unknown as its value: its cause and place are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from analyzer.readers.terraform.config import is_configuration
from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.syntax import Block
from analyzer.readers.terraform.terragrunt.reading import Reading
from analyzer.readers.terraform.types.partial import unmark
from graph.problems import Problem, ProblemKind
from graph.values import Location, Text, Unknown

MAX_TEXT = 500_000
MAX_FILES = 50
HOLE = "terragrunt_unknown_"


@dataclass
class Generated:
    """Texts by the name of their file, with what stands for their unknown parts."""

    texts: dict[str, str] = field(default_factory=dict)
    holes: dict[str, Data] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)

    def files(self, present: frozenset[str]) -> dict[str, str]:
        """What is written, given the files that are there; some blocks leave those alone."""
        found = {k: v for k, v in self.texts.items() if not (k in self.skipped and k in present)}
        if found and self.holes:
            blocks = (f'variable "{name}" {{}}\n' for name in self.holes)
            found[f"{HOLE}.tf"] = "".join(blocks)
        return found


def generated(unit: Reading) -> Generated:
    """The files of a unit; a block of the unit's own file wins over an included one's."""
    found = Generated()
    seen: set[str] = set()
    size = 0
    for reading, block in _blocks(unit):
        if block.labels[0] in seen:
            continue
        seen.add(block.labels[0])
        name, text = reading.value(block, "path"), _text(reading, block, found)
        if reading.value(block, "disable") is True or not isinstance(name, str):
            continue
        size += len(text)
        if size > MAX_TEXT or len(seen) > MAX_FILES:
            _too_much(unit, reading.file.location(block.span))
            break
        plain = name.replace("\\", "/").rsplit("/", 1)[-1]
        if is_configuration(plain):
            found.texts[plain] = text
            if reading.value(block, "if_exists") == "skip":
                found.skipped.add(plain)
    return found


def _blocks(unit: Reading) -> Iterator[tuple[Reading, Block]]:
    for reading in unit.family():
        for block in reading.blocks("generate"):
            if len(block.labels) == 1:
                yield reading, block


def _text(reading: Reading, block: Block, found: Generated) -> str:
    value, _ = unmark(reading.value(block, "contents"))
    parts = value.parts if isinstance(value, Text) else (value,)
    pieces: list[str] = []
    for part in parts:
        if isinstance(part, str):
            pieces.append(part)
        elif len(parts) > 1:
            name = f"{HOLE}{len(found.holes)}"
            found.holes[name] = part
            pieces.append(f"${{var.{name}}}")
        elif isinstance(part, Unknown):
            where = part.location or reading.file.location(block.span)
            reading.project.fault(f"generate {block.labels[0]}", str(part), where)
    return "".join(pieces)


def _too_much(unit: Reading, where: Location) -> None:
    problem = Problem(
        ProblemKind.INVALID,
        f"generate blocks of {unit.home or '.'}",
        f"they are over {MAX_FILES} or over {MAX_TEXT} characters",
        "the rest was not analysed",
        where,
    )
    unit.project.problems[problem] = None
