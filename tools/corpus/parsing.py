"""Which files we accept, and which ones HCL's own parser does."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.readers.terraform.parse import parse
from tools.corpus.files import JSON, NATIVE, sampled, sources, text_of

Judge = Callable[[str], str | None]
_PIECES = (
    "\n", " ", "(", ")", "[", "]", "{", "}", '"', "${", "%{ if true }", "%{ endif }", "~}", "...",
    "=>", ",", ":", "?", ".", "*", "#", "//", "/*", "*/", "\\", "\r\n", "=", "==", "!", "-", "&&",
    "<<EOT\n", "\nEOT\n", "::", "0", "a", "if ", "for ", "in ", "null", ".0", ".*", "[*]", "\t",
    "\ufeff", "é", "|", "$${", "\\u00e9", "1e5", "@", ";", "'", " a = 1 ", "\nb { c = 1 }\n", '"x"',
)  # fmt: skip


@dataclass
class Verdicts:
    """What was found out about one repository's files."""

    files: int = 0
    unreadable: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    only_we_refuse: list[str] = field(default_factory=list)
    only_we_accept: Counter[str] = field(default_factory=Counter)

    def judge(self, name: str, text: str, judge: Judge | None) -> None:
        """Note what we and the judge say about a text."""
        self.files += 1
        try:
            problems = parse(text, name).problems
        except Exception as error:  # noqa: BLE001 (a crash is what is looked for)
            self.crashes.append(f"{name}: {error!r}")
            return
        if problems:
            self.refused.append(f"{name}: {problems[0].message}")
        if judge is None or name.endswith(JSON):
            return
        reason = judge(text)
        if problems and reason is None:
            self.only_we_refuse.append(f"{name}: {problems[0].message} at {problems[0].span[0]}")
        elif reason is not None and not problems:
            self.only_we_accept[reason] += 1


def hcl() -> Judge:
    """HCL's own parser: the reason why it refuses a text, `None` where it does not."""
    import pygohcl  # noqa: PLC0415 (not everybody has it)

    def judge(text: str) -> str | None:
        try:
            pygohcl.loads(text)
        except Exception as error:  # noqa: BLE001 (what it cannot show, it raises as well)
            found = re.match(r"invalid HCL: tmp\.hcl:[\d,-]+: ([^;]+)", str(error))
            return found[1] if found else None
        return None

    return judge


def parsed(folder: Path, judge: Judge | None) -> Verdicts:
    """All files of a repository."""
    found = Verdicts()
    for path in sources(folder):
        text = text_of(path)
        if text is None:
            found.unreadable.append(str(path))
        else:
            found.judge(str(path), text, judge)
    return found


def mutated(folder: Path, judge: Judge, size: int, seed: int) -> Verdicts:
    """As many slightly broken files of a repository."""
    found, chance = Verdicts(), random.Random(f"{seed}{folder.name}")
    texts = _short_texts(sampled(sources(folder, NATIVE), 200, seed))
    for number in range(size if texts else 0):
        text = chance.choice(texts)
        for _ in range(chance.choice((1, 1, 2))):
            text = _broken(text, chance)
        before = len(found.only_we_refuse)
        found.judge(f"{folder.name} #{number}", text, judge)
        if len(found.only_we_refuse) > before:
            found.only_we_refuse[-1] += f"\n{text}"
    return found


def _short_texts(paths: Iterable[Path]) -> list[str]:
    texts = (text_of(path) for path in paths)
    return [text for text in texts if text and len(text) < 4000]


def _broken(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    choice = chance.random()
    if choice < 0.35:
        return text[:at] + text[at + chance.choice((1, 1, 2, 3)) :]
    if choice < 0.85:
        return text[:at] + chance.choice(_PIECES) + text[at:]
    start = chance.randrange(len(text) + 1)
    return text[:at] + text[start : start + chance.randrange(1, 20)] + text[at:]
