"""Expressions of the HCL 2 native syntax, by recursive descent."""

from __future__ import annotations

import re
from decimal import Decimal

from analyzer.readers.terraform.parse import templates
from analyzer.readers.terraform.parse.cursor import NAME, Cursor, Fault
from analyzer.readers.terraform.syntax import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Literal,
    Object,
    Splat,
    Tuple,
    Unary,
    Variable,
)
from analyzer.readers.terraform.types import LimitError, numbers

_OPERATOR = re.compile(r"\|\||&&|==|!=|<=|>=|<(?!<)|>|\+|-|\*|/|%")
_PRECEDENCE = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_DIGITS = re.compile(r"\d+")
_FOR = re.compile(r"for(?![\w-])")
_IF = re.compile(r"if(?![\w-])")
_OPERATORS = frozenset("|&=!<>+-*/%")
_UNARY = frozenset("!-")
# What most expressions are, with the blanks after it, where nothing of theirs can follow: a plain
# string, a name with attributes, a whole number. Within brackets newlines are blanks.
_SIMPLE, _SIMPLE_WITHIN = (
    re.compile(
        r'(?:"(?P<text>[^"\\$%\n]*)"|(?P<name>[^\W\d][\w-]*)(?P<path>(?:\.[^\W\d][\w-]*)*)'
        rf"|(?P<number>\d+))(?P<blank>{blanks})(?={ends})"
    )
    for blanks, ends in ((r"[ \t\r]*", r"[\n,)\]}]"), (r"[ \t\r\n]*", r"[,)\]}]"))
)
_LEGACY = re.compile(rf"\d+|{NAME.pattern}")
_KEYWORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def expression(cursor: Cursor) -> Expression:
    """One whole expression, up to what cannot belong to it."""
    start = cursor.skip()
    simple = _simple(cursor)
    if simple is not None:
        return simple
    cursor.deeper()
    found = _binary(cursor, 1)
    if cursor.takes("?"):
        cursor.skip_lines()
        then = expression(cursor)
        cursor.skip_lines()
        cursor.expect(":", "between the two results of a conditional")
        cursor.skip_lines()
        found = Conditional(found, then, expression(cursor), (start, cursor.at))
    cursor.depth -= 1
    return found


def _simple(cursor: Cursor) -> Expression | None:
    """The expression, if it is of the most common kinds: what follows need not be looked at."""
    pattern = _SIMPLE_WITHIN if cursor.bracket else _SIMPLE
    match = pattern.match(cursor.text, cursor.at, cursor.end)
    if match is None:
        return None
    start, cursor.at = match.start(), match.end()
    text, name, path, number, _ = match.groups()
    end = match.start("blank")
    if text is not None:
        return Literal(templates.normal(text), (start, end))
    if number is not None:
        return Literal(_number(number, start), (start, end))
    at = match.end("name")
    found: Expression = (
        Literal(_KEYWORDS[name], (start, at)) if name in _KEYWORDS else Variable(name, (start, at))
    )
    for part in path.split(".")[1:]:
        at += len(part) + 1
        found = Attribute(found, part, (start, at))
    return found


def _binary(cursor: Cursor, least: int) -> Expression:
    start = cursor.skip()
    left = _unary(cursor)
    while True:
        at = cursor.skip()
        if at >= cursor.end or cursor.text[at] not in _OPERATORS:
            return left
        match = _OPERATOR.match(cursor.text, at, cursor.end)
        if match is None or _PRECEDENCE[match.group()] < least:
            return left
        operator = match.group()
        cursor.at = match.end()
        cursor.skip_lines()
        right = _binary(cursor, _PRECEDENCE[operator] + 1)
        left = Binary(operator, left, right, (start, cursor.at))


def _unary(cursor: Cursor) -> Expression:
    start = cursor.skip()
    operator = cursor.text[start : start + 1]
    if operator in _UNARY and start < cursor.end:
        cursor.at += 1
        cursor.deeper()
        operand = _unary(cursor)
        cursor.depth -= 1
        return Unary(operator, operand, (start, cursor.at))
    return _postfix(cursor, _term(cursor))


def _postfix(cursor: Cursor, source: Expression) -> Expression:
    """Attributes, indexes and splats after a term; blanks may stand before a dot."""
    start = source.span[0]
    while True:
        before = cursor.at
        at = cursor.skip()
        char = cursor.text[at] if at < cursor.end else ""
        if char == "." and not cursor.sees("..."):
            cursor.at += 1
            source = _dotted(cursor, source, start)
        elif char == "[":
            source = _indexed(cursor, source, start)
        else:
            cursor.at = before
            return source


def _dotted(cursor: Cursor, source: Expression, start: int) -> Expression:
    cursor.skip()
    if cursor.sees("*"):
        cursor.at += 1
        each = _attributes_only(cursor)
        return Splat(source, each, full=False, span=(start, cursor.at))
    at = cursor.at
    number = _DIGITS.match(cursor.text, at, cursor.end)
    if number is not None:
        cursor.at = number.end()
        key = Literal(int(number.group()), (at, cursor.at))
        return Index(source, key, (start, cursor.at))
    name = cursor.name()
    if name is None:
        raise Fault("expected an attribute name after the dot", cursor.at)
    return Attribute(source, name, (start, cursor.at))


def _attributes_only(cursor: Cursor) -> Expression:
    """What follows `.*` is applied to every element; an index in brackets after it is not."""
    each: Expression = Variable("", (cursor.at, cursor.at))
    while cursor.sees(".") and _LEGACY.match(cursor.text, cursor.at + 1, cursor.end):
        cursor.at += 1
        each = _dotted(cursor, each, cursor.at)
    return each


def _indexed(cursor: Cursor, source: Expression, start: int) -> Expression:
    cursor.at += 1
    cursor.bracket += 1
    cursor.skip()
    if cursor.sees("*"):
        cursor.at += 1
        cursor.expect("]", "after the splat")
        cursor.bracket -= 1
        each = _postfix(cursor, Variable("", (cursor.at, cursor.at)))
        return Splat(source, each, full=True, span=(start, cursor.at))
    key = expression(cursor)
    cursor.expect("]", "after the index")
    cursor.bracket -= 1
    return Index(source, key, (start, cursor.at))


def _term(cursor: Cursor) -> Expression:
    start = cursor.at
    if start >= cursor.end:
        raise Fault("expected an expression", start)
    char = cursor.text[start]
    if char == '"':
        return templates.quoted(cursor, expression)
    if char == "(":
        return _parenthesised(cursor)
    if char == "[":
        return _tuple(cursor)
    if char == "{":
        return _object(cursor)
    if cursor.sees("<<"):
        return templates.heredoc(cursor, expression)
    number = _NUMBER.match(cursor.text, start, cursor.end)
    if number is not None:
        cursor.at = number.end()
        return Literal(_number(number.group(), start), (start, cursor.at))
    name = cursor.name()
    if name is None:
        raise Fault("expected an expression", start)
    return _named(cursor, name, start)


def _number(text: str, at: int) -> int | Decimal:
    try:
        found = numbers.parse(text)
    except LimitError as error:
        raise Fault(str(error), at) from None
    if found is None:
        raise Fault("the number is too long", at)
    return found


def _named(cursor: Cursor, name: str, start: int) -> Expression:
    while cursor.sees("::"):
        cursor.at += 2
        more = cursor.name()
        if more is None:
            raise Fault("expected a function name after '::'", cursor.at)
        name = f"{name}::{more}"
    after = cursor.at
    cursor.skip()
    if cursor.sees("("):
        return _call(cursor, name, start)
    if "::" in name:
        raise Fault(f"expected '(' after the function name {name!r}", after)
    cursor.at = after
    if name in _KEYWORDS:
        return Literal(_KEYWORDS[name], (start, after))
    return Variable(name, (start, after))


def _call(cursor: Cursor, name: str, start: int) -> Expression:
    cursor.at += 1
    cursor.bracket += 1
    arguments: list[Expression] = []
    expand = False
    while not cursor.takes(")"):
        arguments.append(expression(cursor))
        if cursor.takes("..."):
            expand = True
            cursor.takes(",")
            cursor.expect(")", "after the expanded argument")
            break
        if not cursor.takes(","):
            cursor.expect(")", "or a comma after an argument")
            break
    cursor.bracket -= 1
    return Call(name, tuple(arguments), expand, (start, cursor.at))


def _parenthesised(cursor: Cursor) -> Expression:
    cursor.at += 1
    cursor.bracket += 1
    inner = expression(cursor)
    cursor.expect(")", "to close the parenthesis")
    cursor.bracket -= 1
    return inner


def _tuple(cursor: Cursor) -> Expression:
    start = cursor.at
    cursor.at += 1
    cursor.bracket += 1
    cursor.skip()
    if _FOR.match(cursor.text, cursor.at, cursor.end):
        return _for(cursor, start, "]")
    items: list[Expression] = []
    while not cursor.takes("]"):
        items.append(expression(cursor))
        if not cursor.takes(","):
            cursor.expect("]", "or a comma after an element")
            break
    cursor.bracket -= 1
    return Tuple(tuple(items), (start, cursor.at))


def _object(cursor: Cursor) -> Expression:
    start = cursor.at
    cursor.at += 1
    outer, cursor.bracket = cursor.bracket, 0
    cursor.skip_lines()
    if _FOR.match(cursor.text, cursor.at, cursor.end):
        cursor.bracket = outer + 1
        return _for(cursor, start, "}")
    items: list[tuple[Expression, Expression]] = []
    cursor.skip_lines()
    while not cursor.sees("}"):
        items.append(_item(cursor))
        _end_of_item(cursor)
        cursor.skip_lines()
    cursor.at += 1
    cursor.bracket = outer
    return Object(tuple(items), (start, cursor.at))


def _item(cursor: Cursor) -> tuple[Expression, Expression]:
    key = _key(cursor)
    cursor.skip()
    if not (cursor.takes("=") or cursor.takes(":")):
        raise Fault("expected '=' or ':' after the key", cursor.at)
    cursor.skip_lines()
    return key, expression(cursor)


def _end_of_item(cursor: Cursor) -> None:
    cursor.skip()
    if cursor.takes(","):
        return
    if not (cursor.sees("\n") or cursor.sees("}")):
        raise Fault("expected a comma, a new line or '}' after an item", cursor.at)


def _key(cursor: Cursor) -> Expression:
    """A bare name is a string, everything else an expression."""
    start = cursor.skip()
    match = NAME.match(cursor.text, start, cursor.end)
    if match is not None:
        cursor.at = match.end()
        cursor.skip()
        if cursor.sees(":") or (cursor.sees("=") and not cursor.sees("==")):
            return Literal(match.group(), (start, match.end()))
        cursor.at = start
    return expression(cursor)


def _for(cursor: Cursor, start: int, close: str) -> Expression:
    cursor.at += 3
    names = [_for_name(cursor)]
    if cursor.takes(","):
        names.append(_for_name(cursor))
    cursor.skip()
    if cursor.name() != "in":
        raise Fault("expected 'in' after the names of a for expression", cursor.at)
    collection = expression(cursor)
    cursor.expect(":", "after the collection of a for expression")
    result = expression(cursor)
    key_result: Expression | None = None
    if close == "}":
        cursor.expect("=>", "between key and value of a for expression")
        key_result, result = result, expression(cursor)
    group = cursor.takes("...")
    condition = None
    cursor.skip()
    if _IF.match(cursor.text, cursor.at, cursor.end):
        cursor.at += 2
        condition = expression(cursor)
    cursor.expect(close, "to close the for expression")
    cursor.bracket -= 1
    key, value = ("", names[0]) if len(names) == 1 else (names[0], names[1])
    span = (start, cursor.at)
    return For(key, value, collection, key_result, result, condition, group, span)


def _for_name(cursor: Cursor) -> str:
    cursor.skip()
    name = cursor.name()
    if name is None:
        raise Fault("expected a name in the for expression", cursor.at)
    return name
