"""What we say an expression's value is, and what Terraform says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.deepstack import with_deep_stack
from analyzer.readers.terraform.files import Files
from analyzer.readers.terraform.functions.documents import to_json
from analyzer.readers.terraform.inputs import given_values
from analyzer.readers.terraform.library import Library
from analyzer.readers.terraform.scope import Module
from analyzer.readers.terraform.stack import StackEvaluator
from analyzer.readers.terraform.types.partial import holes, unmark
from analyzer.sources import Tree
from graph.resource import Stack
from graph.values import Unknown, Why
from tools.corpus.files import differ_at
from tools.corpus.shadow import NAME, Shadow, shadow
from tools.corpus.terraform import Answers, asked


@dataclass
class Agreement:
    """Counts, and every probe where we and Terraform do not say the same."""

    folders: int = 0
    probes: int = 0
    ours_known: int = 0
    equal: int = 0
    both_unknown: int = 0
    both_fail: int = 0
    different: list[str] = field(default_factory=list)
    only_we_know: list[str] = field(default_factory=list)
    only_we_do_not_fail: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)

    @property
    def comparable(self) -> int:
        """Probes of which both of us know the value."""
        return self.equal + len(self.different)

    def add(self, other: Agreement) -> None:
        """Count another repository's as well."""
        for item in fields(self):
            mine, more = getattr(self, item.name), getattr(other, item.name)
            setattr(self, item.name, mine + more)


def agreement(folders: Iterable[Path], repository: Path, mirror: Path, found: Agreement) -> None:
    """Compare the folders of a repository; `mirror` is where its shadows are made."""
    for folder in folders:
        made = shadow(folder)
        if made is None:
            continue
        name = folder.relative_to(repository).as_posix()
        where = mirror / name
        where.mkdir(parents=True, exist_ok=True)
        (where / NAME).write_text(made.text()[0], encoding="utf-8")
        values = ours(mirror, "" if name == "." else name, made)
        answers = asked(made, where)
        found.folders += 1
        if answers.refusal:
            found.refused.append(f"{folder}: {answers.refusal[:400]}")
        else:
            _compare(made, answers, values, found)
        (where / NAME).unlink()


def ours(mirror: Path, folder: str, made: Shadow) -> dict[str, Data]:
    """Our values of a shadow's probes."""
    tree = Tree(mirror)
    library = Library(tree)
    config = library.config(folder)
    inputs = given_values(tree, config, (), [])
    module = Module(config, "", Stack("", folder, "default"), inputs=inputs)
    evaluator = StackEvaluator(module, library, Files(tree))
    return with_deep_stack(lambda: {name: evaluator.local(module, name) for name in made.probes})


def _compare(made: Shadow, answers: Answers, values: dict[str, Data], found: Agreement) -> None:
    for name, place in made.probes.items():
        value = unmark(values[name])[0]
        hole = next(holes(value), None)
        shown = f"{place}: {' '.join(made.locals[f'local.{name}'].split()[3:-1])[:300]}"
        found.probes += 1
        if name in answers.failed:
            _failed(hole, shown, value, found)
        elif hole is None:
            found.ours_known += 1
            text = str(to_json(value))
            _known(name, text, shown, answers, found)
        elif name in answers.known:
            found.missed.append(f"{shown}\n    ours: {hole.why} {hole.detail}")
            found.reasons[f"{hole.why}: {hole.detail}"[:100]] += 1
        else:
            found.both_unknown += 1


def _failed(hole: Unknown | None, shown: str, value: Data, found: Agreement) -> None:
    if hole is None:
        found.only_we_do_not_fail.append(f"{shown}\n    ours: {str(to_json(value))[:300]}")
    elif hole.why is Why.ERROR:
        found.both_fail += 1
    else:
        found.both_unknown += 1


def _known(name: str, text: str, shown: str, answers: Answers, found: Agreement) -> None:
    real = answers.known.get(name)
    if real is None:
        found.only_we_know.append(f"{shown}\n    ours: {text[:300]}")
    elif text == real:
        found.equal += 1
    else:
        at = max(0, differ_at(text, real) - 60)
        more = f"\n    ours: {text[at : at + 200]}\n    real: {real[at : at + 200]}"
        found.different.append(shown + more)
