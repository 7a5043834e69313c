"""Bodies of the native syntax: arguments and blocks; a fault costs its statement, not the file."""

from __future__ import annotations

import re

from analyzer.readers.terraform.parse.cursor import Cursor, Fault
from analyzer.readers.terraform.parse.expressions import expression
from analyzer.readers.terraform.parse.templates import quoted
from analyzer.readers.terraform.syntax import (
    Argument,
    Block,
    Body,
    File,
    Literal,
    SyntaxProblem,
)

MAX_PROBLEMS = 50
_ENDS = frozenset("\n}")
_ARGUMENT = re.compile(r"([^\W\d][\w-]*)[ \t]*=(?!=)")
# What the head of nearly every block looks like: nothing in its labels needs a closer look.
_BLOCK = re.compile(r'([^\W\d][\w-]*)((?:[ \t]+"[ !#&-\[\]-~]*"){0,3})[ \t]*\{')
_TOP = re.compile(r"^[^\W\d][\w-]*(?=[ \t]*(?:=[^=>]|(?:\"[^\"\n]*\"[ \t]*){0,3}\{))", re.MULTILINE)


def parse_native(text: str, path: str) -> File:
    """A file of the native syntax; what cannot be parsed is in its `problems`."""
    cursor = Cursor(text)
    problems: list[SyntaxProblem] = []
    body = _body(cursor, problems, top=True)
    return File(path, text, body, tuple(problems))


def _body(cursor: Cursor, problems: list[SyntaxProblem], *, top: bool) -> Body:
    start = cursor.at
    arguments: dict[str, Argument] = {}
    blocks: list[Block] = []
    while True:
        at = cursor.skip_lines()
        if at >= cursor.end or (not top and cursor.sees("}")):
            return Body(arguments, tuple(blocks), (start, at))
        if not top:
            _statement(cursor, arguments, blocks, problems)
            continue
        state = (cursor.bracket, cursor.depth)
        fault = _fault_of(cursor, arguments, blocks, problems)
        if fault is not None:
            cursor.bracket, cursor.depth = state
            _recover(cursor, fault, at, problems)
            if len(problems) >= MAX_PROBLEMS:
                problems.append(_given_up(cursor))
                return Body(arguments, tuple(blocks), (start, cursor.end))


def _fault_of(
    cursor: Cursor,
    arguments: dict[str, Argument],
    blocks: list[Block],
    problems: list[SyntaxProblem],
) -> Fault | None:
    """Read one statement; the fault, if it has one."""
    try:
        _statement(cursor, arguments, blocks, problems)
    except Fault as fault:
        return fault
    except RecursionError:
        return Fault("nested too deep", cursor.at)
    return None


def _recover(cursor: Cursor, fault: Fault, start: int, problems: list[SyntaxProblem]) -> None:
    """Go on at the next line that begins like a top-level statement, after the fault."""
    following = _TOP.search(cursor.text, max(fault.at, start + 1), cursor.end)
    cursor.at = following.start() if following else cursor.end
    lost = cursor.text[start:].split("{", 1)[0].split("\n", 1)[0].strip()[:80]
    problems.append(SyntaxProblem(fault.message, (fault.at, fault.at), lost or "a statement"))


def _given_up(cursor: Cursor) -> SyntaxProblem:
    why = f"over {MAX_PROBLEMS} mistakes in one file"
    return SyntaxProblem(why, (cursor.at, cursor.at), "all that follows in the file")


def _statement(
    cursor: Cursor,
    arguments: dict[str, Argument],
    blocks: list[Block],
    problems: list[SyntaxProblem],
) -> None:
    start = cursor.at
    assigned = _ARGUMENT.match(cursor.text, start, cursor.end)
    if assigned is not None:
        cursor.at = assigned.end()
        _argument(cursor, assigned[1], start, arguments, problems)
        return
    opened = _BLOCK.match(cursor.text, start, cursor.end)
    if opened is not None:
        cursor.at = opened.end()
        labels = tuple(opened[2].split('"')[1::2])
        blocks.append(_opened(cursor, opened[1], labels, start, problems))
        return
    name = cursor.name()
    if name is None and cursor.sees('"'):
        name = _label(cursor)
    if not name:
        raise Fault("expected the name of an argument or block", start)
    cursor.skip()
    if cursor.sees("=") and not cursor.sees("=="):
        cursor.at += 1
        _argument(cursor, name, start, arguments, problems)
        return
    blocks.append(_block(cursor, name, start, problems))


def _argument(
    cursor: Cursor,
    name: str,
    start: int,
    arguments: dict[str, Argument],
    problems: list[SyntaxProblem],
) -> None:
    argument = Argument(name, expression(cursor), (start, cursor.at))
    _end_of_line(cursor)
    if name in arguments and len(problems) < MAX_PROBLEMS:
        what = f"the argument {name!r} is given twice"
        problems.append(SyntaxProblem(what, argument.span, "the second value"))
    arguments.setdefault(name, argument)


def _block(cursor: Cursor, name: str, start: int, problems: list[SyntaxProblem]) -> Block:
    labels: list[str] = []
    while not cursor.takes("{"):
        cursor.skip()
        label = _label(cursor) if cursor.sees('"') else cursor.name()
        if label is None:
            raise Fault(f"expected '=', a label or '{{' after {name!r}", cursor.at)
        labels.append(label)
    return _opened(cursor, name, tuple(labels), start, problems)


def _opened(
    cursor: Cursor, name: str, labels: tuple[str, ...], start: int, problems: list[SyntaxProblem]
) -> Block:
    """A block whose brace was passed."""
    cursor.deeper()
    body = _body(cursor, problems, top=False)
    cursor.depth -= 1
    if not cursor.sees("}"):
        raise Fault(f"the block {name!r} is not closed", start)
    cursor.at += 1
    _end_of_line(cursor)
    return Block(name, labels, body, (start, cursor.at))


def _label(cursor: Cursor) -> str:
    found = quoted(cursor, expression)
    if isinstance(found, Literal) and isinstance(found.value, str):
        return found.value
    raise Fault("a label cannot hold a template", found.span[0])


def _end_of_line(cursor: Cursor) -> None:
    at = cursor.skip()
    if at < cursor.end and cursor.text[at] not in _ENDS:
        raise Fault("expected a new line", cursor.at)
