"""python-hcl2 as second producer of the same tree (`--parser python-hcl2`).

It decides what a file's blocks and arguments are; their expressions are read anew from the text
between its positions, because it keeps a heredoc's template as one opaque token.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from analyzer.readers.terraform.parse.bodies import parse_native
from analyzer.readers.terraform.parse.cursor import Cursor, Fault
from analyzer.readers.terraform.parse.expressions import expression
from analyzer.readers.terraform.syntax import (
    Argument,
    Block,
    Body,
    Expression,
    File,
    Span,
    SyntaxProblem,
)


def available() -> bool:
    """Whether the package is installed."""
    return find_spec("hcl2") is not None


def parse_hcl2(text: str, path: str) -> File:
    """A file by python-hcl2; one that it refuses is a problem, and read by the built-in parser."""
    import hcl2  # noqa: PLC0415 (an extra)

    try:
        tree = hcl2.parses(text if text.endswith("\n") else f"{text}\n")
        return File(path, text, _body(tree.body, text))
    except Fault as fault:
        problem = _refused(fault.message, fault.at)
    except Exception as error:  # noqa: BLE001 (the package documents none of its exceptions)
        at = getattr(error, "pos_in_stream", None)
        problem = _refused("python-hcl2 cannot read this file", at if isinstance(at, int) else 0)
    native = parse_native(text, path)
    return File(path, text, native.body, (*native.problems, problem))


def _refused(why: str, at: int) -> SyntaxProblem:
    return SyntaxProblem(why, (at, at), "nothing, the built-in parser has read it")


def _body(rule: Any, text: str) -> Body:
    arguments: dict[str, Argument] = {}
    blocks: list[Block] = []
    for child in rule.children:
        kind = type(child).__name__
        if kind == "AttributeRule":
            name = str(child.identifier.token.value)
            value = _expression(_span(child.expression), text)
            arguments.setdefault(name, Argument(name, value, _span(child)))
        elif kind == "BlockRule":
            first, *labels = (_label(label, text) for label in child.labels)
            blocks.append(Block(first, tuple(labels), _body(child.body, text), _span(child)))
    return Body(arguments, tuple(blocks), _span(rule))


def _expression(span: Span, text: str) -> Expression:
    cursor = Cursor(text, span[0], min(span[1], len(text)))
    found = expression(cursor)
    if cursor.skip_lines() < cursor.end:
        raise Fault(
            "python-hcl2 reads an expression here that the built-in parser does not", span[0]
        )
    return found


def _label(rule: Any, text: str) -> str:
    start, end = _span(rule)
    return text[start:end].strip('"')


def _span(rule: Any) -> Span:
    """Where a rule stands; an empty body stands nowhere."""
    meta = rule._meta  # noqa: SLF001 (positions have no other door)
    return getattr(meta, "start_pos", 0), getattr(meta, "end_pos", 0)
