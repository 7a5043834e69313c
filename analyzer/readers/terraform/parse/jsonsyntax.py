"""The JSON syntax of HCL: a small scanner that keeps places, strings read as templates.

A body from JSON keeps every member as an argument; `blocks_of` turns members into blocks where
the schema says that they are (`resource` has two labels), whatever nesting of arrays stands there.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal

from analyzer.readers.terraform.parse import templates
from analyzer.readers.terraform.parse.cursor import MAX_DEPTH, Cursor, Fault
from analyzer.readers.terraform.parse.expressions import expression
from analyzer.readers.terraform.syntax import (
    Argument,
    Block,
    Body,
    Expression,
    File,
    Literal,
    Object,
    SyntaxProblem,
    Tuple,
)
from analyzer.readers.terraform.types import LimitError, numbers

_BLANK = re.compile(r"[ \t\r\n\ufeff]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,4})?")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def parse_json(text: str, path: str) -> File:
    """A file of the JSON syntax; it parses wholly or, with one problem, not at all."""
    try:
        root, at = _value(text, 0, 0)
        _end(text, at)
        body = body_of(root)
    except Fault as fault:
        problem = SyntaxProblem(fault.message, (fault.at, fault.at), "the whole file")
        return File(path, text, Body({}, (), (0, 0), json=True), (problem,))
    return File(path, text, body)


def _end(text: str, at: int) -> None:
    if _blank(text, at) < len(text):
        raise Fault("more text after the JSON value", at)


def body_of(value: Expression) -> Body:
    """An object (or an array of objects) as a body.

    Raises:
        Fault: it is neither.

    """
    arguments: dict[str, Argument] = {}
    for item in value.items if isinstance(value, Tuple) else (value,):
        if not isinstance(item, Object):
            raise Fault("expected an object", item.span[0])
        for key, inner in item.items:
            name = key.value if isinstance(key, Literal) else None
            if isinstance(name, str) and name != "//":
                arguments[name] = _merged(arguments.get(name), Argument(name, inner, inner.span))
    return Body(arguments, (), value.span, json=True)


def _merged(old: Argument | None, new: Argument) -> Argument:
    """Equal names in several objects of an array are several blocks."""
    if old is None:
        return new
    first = old.value.items if isinstance(old.value, Tuple) else (old.value,)
    return Argument(new.name, Tuple((*first, new.value), new.span), new.span)


def blocks_of(body: Body, labels: dict[str, int]) -> tuple[Block, ...]:
    """The blocks of a body of either syntax; `labels` gives the number of labels by block type."""
    if not body.json:
        return body.blocks
    found: list[Block] = []
    for name, argument in body.arguments.items():
        if name in labels:
            _nested(name, argument.value, labels[name], (), found)
    return tuple(found)


def _nested(
    name: str, value: Expression, depth: int, labels: tuple[str, ...], found: list[Block]
) -> None:
    if isinstance(value, Tuple):
        for item in value.items:
            _nested(name, item, depth, labels, found)
        return
    if not isinstance(value, Object):
        return
    if depth == 0:
        found.append(Block(name, labels, body_of(value), value.span))
        return
    for key, inner in value.items:
        if isinstance(key, Literal) and isinstance(key.value, str) and key.value != "//":
            _nested(name, inner, depth - 1, (*labels, key.value), found)


def _blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    assert match is not None, "the pattern matches the empty string"
    return match.end()


def _value(text: str, at: int, depth: int) -> tuple[Expression, int]:
    if depth > MAX_DEPTH:
        raise Fault(f"nested deeper than {MAX_DEPTH} levels", at)
    at = _blank(text, at)
    char = text[at : at + 1]
    if char == "{":
        return _object(text, at, depth)
    if char == "[":
        return _array(text, at, depth)
    if char == '"':
        return _string(text, at)
    number = _NUMBER.match(text, at)
    if number is not None:
        return Literal(_number(number.group(), at), number.span()), number.end()
    for word, value in _WORDS.items():
        if text.startswith(word, at):
            return Literal(value, (at, at + len(word))), at + len(word)
    raise Fault("expected a JSON value", at)


def _number(text: str, at: int) -> int | Decimal:
    try:
        found = numbers.parse(text)
    except LimitError as error:
        raise Fault(str(error), at) from None
    if found is None:
        raise Fault("the number is too long", at)
    return found


def _raw(text: str, at: int) -> tuple[str, int]:
    match = _STRING.match(text, at)
    if match is None:
        raise Fault("the string is not closed or holds a control character", at)
    try:
        return json.loads(match.group()), match.end()
    except ValueError:
        raise Fault("not a valid escape in a string", at) from None


def _string(text: str, at: int) -> tuple[Expression, int]:
    raw, end = _raw(text, at)
    if "${" not in raw and "%{" not in raw:
        return Literal(raw, (at, end)), end
    try:
        return _moved(templates.whole(raw, _inner), (at, end)), end
    except Fault as fault:
        raise Fault(fault.message, at) from None


def _inner(cursor: Cursor) -> Expression:
    return expression(cursor)


def _moved(tree: Expression, span: tuple[int, int]) -> Expression:
    """Places inside a string are the string's own: escapes make offsets meaningless."""
    values = {name: getattr(tree, name) for name in type(tree).__dataclass_fields__}
    for name, value in values.items():
        if hasattr(type(value), "__dataclass_fields__"):
            values[name] = _moved(value, span)
        elif isinstance(value, tuple) and name != "span":
            values[name] = tuple(_moved_item(item, span) for item in value)
    return type(tree)(**{**values, "span": span})


def _moved_item(item: object, span: tuple[int, int]) -> object:
    if isinstance(item, tuple):
        return tuple(_moved_item(part, span) for part in item)
    if hasattr(type(item), "__dataclass_fields__"):
        return _moved(item, span)  # type: ignore[arg-type] # every dataclass here is an expression
    return item


def _object(text: str, at: int, depth: int) -> tuple[Expression, int]:
    start = at
    items: list[tuple[Expression, Expression]] = []
    at = _blank(text, at + 1)
    while text[at : at + 1] != "}":
        if text[at : at + 1] != '"':
            raise Fault("expected a member name in quotes", at)
        key, end = _string(text, at)
        at = _blank(text, end)
        if text[at : at + 1] != ":":
            raise Fault("expected ':' after the member name", at)
        value, at = _value(text, at + 1, depth + 1)
        items.append((key, value))
        at = _separator(text, at, "}")
    return Object(tuple(items), (start, at + 1)), at + 1


def _array(text: str, at: int, depth: int) -> tuple[Expression, int]:
    start = at
    items: list[Expression] = []
    at = _blank(text, at + 1)
    while text[at : at + 1] != "]":
        value, at = _value(text, at, depth + 1)
        items.append(value)
        at = _separator(text, at, "]")
    return Tuple(tuple(items), (start, at + 1)), at + 1


def _separator(text: str, at: int, close: str) -> int:
    at = _blank(text, at)
    if text[at : at + 1] == ",":
        at = _blank(text, at + 1)
        if text[at : at + 1] == close:
            raise Fault("a comma before the closing bracket", at)
        return at
    if text[at : at + 1] != close:
        raise Fault(f"expected a comma or {close!r}", at)
    return at
