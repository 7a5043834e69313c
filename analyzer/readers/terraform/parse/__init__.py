"""Text → syntax tree. Bad text gives problems with places, never an exception."""

from __future__ import annotations

from functools import lru_cache

from analyzer.readers.terraform.parse import templates
from analyzer.readers.terraform.parse.bodies import parse_native
from analyzer.readers.terraform.parse.cursor import Cursor, Fault
from analyzer.readers.terraform.parse.expressions import expression
from analyzer.readers.terraform.parse.hcl2tree import available, parse_hcl2
from analyzer.readers.terraform.parse.jsonsyntax import blocks_of, body_of, parse_json
from analyzer.readers.terraform.syntax import Body, Expression, File, SyntaxProblem

__all__ = [
    "Fault",
    "available",
    "blocks_of",
    "body_of",
    "parse",
    "parse_expression",
    "parse_template",
]


MAX_PARTS = 1_000_000
_FREE = 1_000_000  # characters that are never too many
_MARKS = ",=[{(.+-*/%<>!&|?:$"


def parse(text: str, path: str, producer: str = "native") -> File:
    """A file of either syntax, decided by its name's ending."""
    if len(text) > _FREE and sum(map(text.count, _MARKS)) > MAX_PARTS:
        why = f"it is too large: over {MAX_PARTS} values and operators"
        problem = SyntaxProblem(why, (0, 0), "the whole file")
        return File(path, text, Body({}, (), (0, 0)), (problem,))
    if path.endswith(".json"):
        return parse_json(text, path)
    return parse_hcl2(text, path) if producer == "python-hcl2" else parse_native(text, path)


def parse_expression(text: str) -> Expression:
    """One expression (`-var` values, tests).

    Raises:
        Fault: it is not one expression.

    """
    cursor = Cursor(text)
    found = expression(cursor)
    if cursor.skip_lines() < cursor.end:
        raise Fault("more text after the expression", cursor.at)
    return found


@lru_cache(maxsize=64)
def parse_template(text: str) -> Expression:
    """All of `text` as one template (`templatefile`); many modules render the same file.

    Raises:
        Fault: a sequence in it is malformed.

    """
    return templates.whole(text, expression)
