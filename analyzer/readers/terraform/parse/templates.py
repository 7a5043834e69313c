"""Quoted strings, heredocs and their templates: literals, interpolations, directives.

A template is first cut into tokens (one literal a line, as HCL does, so that trimming and the
indentation of `<<-` come out right), then built into a tree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from analyzer.readers.terraform.parse.cursor import MAX_DEPTH, Cursor, Fault
from analyzer.readers.terraform.syntax import (
    Expression,
    Literal,
    Span,
    Template,
    TemplateFor,
    TemplateIf,
    Wrapped,
)
from graph.records import record

Parse = Callable[[Cursor], Expression]

_PLAIN = re.compile(r'[^"\\$%\n]+')
_WHOLE = re.compile(r'"([^"\\$%\n]*)"')
_RAW = re.compile(r"[^$%\n]*\n|[^$%\n]+")
_HEREDOC = re.compile(r"<<(-?)([^\W\d][\w-]*)[ \t]*\r?\n")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_SPACES = re.compile(r"\s*")


@record()
class _Token:
    """`kind` is text, value, if, else, endif, for or endfor; `left` and `right` trim neighbours."""

    kind: str
    span: Span
    text: str = ""
    value: Expression | None = None
    names: tuple[str, str] = ("", "")
    left: bool = False
    right: bool = False


def quoted(cursor: Cursor, parse: Parse) -> Expression:
    """A string in quotes: a `Literal`, `Wrapped` for `"${x}"`, else a `Template`."""
    start = cursor.at
    plain = _WHOLE.match(cursor.text, start, cursor.end)
    if plain is not None:
        cursor.at = plain.end()
        return Literal(normal(plain[1]), (start, cursor.at))
    cursor.at += 1
    tokens = _joined(_tokens(cursor, parse, '"'))
    if not cursor.sees('"'):
        raise Fault("the string is not closed", start)
    cursor.at += 1
    return _tree(_trimmed(tokens), (start, cursor.at))


def heredoc(cursor: Cursor, parse: Parse) -> Expression:
    """`<<MARK … MARK`; with `<<-` the common indentation is taken away."""
    start = cursor.at
    opening = _HEREDOC.match(cursor.text, start, cursor.end)
    if opening is None:
        raise Fault("expected a heredoc marker and a new line after '<<'", start)
    closing = re.compile(rf"^[ \t]*{re.escape(opening[2])}[ \t]*\r?$", re.MULTILINE)
    inner = Cursor(cursor.text, opening.end(), cursor.end, depth=cursor.depth)
    closed = closing.search(cursor.text, opening.end(), cursor.end)
    tokens = list(_tokens(inner, parse, "", closing)) if closed else []
    end = closing.match(cursor.text, inner.at, cursor.end)
    if end is None:
        raise Fault(f"the heredoc is not closed by {opening[2]}", start)
    cursor.at = end.end()
    trimmed = _trimmed(tokens)
    tree = _tree(_flushed(trimmed) if opening[1] else trimmed, (start, cursor.at))
    return Template((tree.inner,), tree.span) if isinstance(tree, Wrapped) else tree


def whole(text: str, parse: Parse) -> Expression:
    """All of `text` as one template (`templatefile`, strings of JSON syntax)."""
    cursor = Cursor(text)
    tokens = list(_tokens(cursor, parse, "")) if text else []
    return _tree(_trimmed(tokens), (0, len(text)))


def _tokens(
    cursor: Cursor, parse: Parse, close: str, closing: re.Pattern[str] | None = None
) -> Iterator[_Token]:
    """Up to `close`, or to a line that is `closing`: one within an interpolation is not."""
    while cursor.at < cursor.end and not (close and cursor.sees(close)):
        fresh = cursor.text[cursor.at - 1] == "\n"
        if closing and fresh and closing.match(cursor.text, cursor.at, cursor.end):
            return
        start = cursor.at
        if cursor.sees("$${") or cursor.sees("%%{"):
            cursor.at += 3
            yield _Token("text", (start, cursor.at), cursor.text[start + 1 : cursor.at])
        elif cursor.sees("${"):
            yield _interpolation(cursor, parse)
        elif cursor.sees("%{"):
            yield _directive(cursor, parse)
        else:
            yield _Token("text", (start, cursor.at), _literal(cursor, close), left=False)


def _joined(tokens: Iterable[_Token]) -> list[_Token]:
    """A quoted string's text is one token, escapes and all: `~` takes escaped newlines too."""
    found: list[_Token] = []
    for token in tokens:
        if token.kind == "text" and found and found[-1].kind == "text":
            before = found.pop()
            token = replace(  # noqa: PLW2901
                token, text=before.text + token.text, span=(before.span[0], token.span[1])
            )
        found.append(token)
    return found


def _literal(cursor: Cursor, close: str) -> str:
    start = cursor.at
    char = cursor.text[start]
    match = (_PLAIN if close else _RAW).match(cursor.text, start, cursor.end)
    if match is not None:
        cursor.at = match.end()
        return match.group()
    if close and char == "\\":
        return _escape(cursor)
    if close and char == "\n":
        raise Fault("the string is not closed on its line", start)
    cursor.at += 1
    return char


def _escape(cursor: Cursor) -> str:
    start = cursor.at
    char = cursor.text[start + 1 : start + 2]
    if char in _ESCAPES and char:
        cursor.at += 2
        return _ESCAPES[char]
    length = {"u": 4, "U": 8}.get(char, 0)
    digits = cursor.text[start + 2 : start + 2 + length]
    if length and re.fullmatch(r"[0-9a-fA-F]{4}(?:[0-9a-fA-F]{4})?", digits):
        point = int(digits, 16)
        if point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF:
            cursor.at += 2 + length
            return chr(point)
    raise Fault("not a valid escape in a string", start)


def _opened(cursor: Cursor) -> bool:
    cursor.at += 2
    trim = cursor.sees("~")
    cursor.at += trim
    cursor.bracket += 1
    cursor.deeper()
    return trim


def _closed(cursor: Cursor) -> bool:
    cursor.skip()
    trim = cursor.sees("~")
    cursor.at += trim
    cursor.expect("}", "to close the template sequence")
    cursor.bracket -= 1
    cursor.depth -= 1
    return trim


def _interpolation(cursor: Cursor, parse: Parse) -> _Token:
    start, outer = cursor.at, cursor.bracket
    cursor.bracket = 0
    left = _opened(cursor)
    value = parse(cursor)
    right = _closed(cursor)
    cursor.bracket = outer
    return _Token("value", (start, cursor.at), value=value, left=left, right=right)


def _directive(cursor: Cursor, parse: Parse) -> _Token:
    start, outer = cursor.at, cursor.bracket
    cursor.bracket = 0
    left = _opened(cursor)
    cursor.skip()
    kind = cursor.name() or ""
    value: Expression | None = None
    names = ("", "")
    if kind == "if":
        value = parse(cursor)
    elif kind == "for":
        names = _names(cursor)
        value = parse(cursor)
    elif kind not in {"else", "endif", "endfor"}:
        raise Fault("not a template directive (if, else, endif, for, endfor)", start)
    right = _closed(cursor)
    cursor.bracket = outer
    return _Token(kind, (start, cursor.at), value=value, names=names, left=left, right=right)


def _names(cursor: Cursor) -> tuple[str, str]:
    cursor.skip()
    first = cursor.name() or ""
    second = ""
    if cursor.takes(","):
        cursor.skip()
        second = cursor.name() or ""
    cursor.skip()
    if not first or cursor.name() != "in":
        raise Fault("expected names and 'in' after 'for'", cursor.at)
    return (first, second) if second else ("", first)


def _flushed(tokens: list[_Token]) -> list[_Token]:
    """Take the least indentation of all lines away; blank lines do not count."""
    starts: list[int] = []
    least = -1
    newline = True
    for index, token in enumerate(tokens):
        if newline:
            indent = 0
            if token.kind == "text":
                blank = not token.text.strip() and token.text.endswith("\n")
                indent = -1 if blank else len(token.text) - len(token.text.lstrip())
                if not blank:
                    starts.append(index)
            if indent >= 0:
                least = indent if least < 0 else min(least, indent)
        newline = token.kind == "text" and token.text.endswith("\n")
    result = list(tokens)
    for index in starts:
        result[index] = replace(tokens[index], text=tokens[index].text[max(least, 0) :])
    return result


def _trimmed(tokens: list[_Token]) -> list[_Token]:
    """`~` takes white space of the neighbouring text only, that is up to the line's end."""
    result = list(tokens)
    for index, token in enumerate(tokens):
        if token.left:
            _trim(result, index - 1, str.rstrip)
        if token.right:
            _trim(result, index + 1, str.lstrip)
    return result


def _trim(tokens: list[_Token], index: int, strip: Callable[[str], str]) -> None:
    if 0 <= index < len(tokens) and tokens[index].kind == "text":
        tokens[index] = replace(tokens[index], text=strip(tokens[index].text))


def _tree(tokens: list[_Token], span: Span) -> Expression:
    single = len(tokens) == 1 and tokens[0].kind == "value"
    if single and tokens[0].value is not None:
        return Wrapped(tokens[0].value, span)
    parts, rest = _parts(tokens, 0, ())
    if rest < len(tokens):
        raise Fault(f"a template {tokens[rest].kind} without its beginning", tokens[rest].span[0])
    if not parts:
        return Literal("", span)
    if len(parts) == 1 and isinstance(parts[0], Literal):
        return Literal(parts[0].value, span)
    return Template(tuple(parts), span)


def _parts(
    tokens: list[_Token], at: int, until: tuple[str, ...], depth: int = 0
) -> tuple[list[Expression], int]:
    if depth > MAX_DEPTH:
        raise Fault(f"nested deeper than {MAX_DEPTH} levels", tokens[at - 1].span[0])
    parts: list[Expression] = []
    while at < len(tokens) and tokens[at].kind not in {"else", "endif", "endfor"}:
        token = tokens[at]
        if token.kind == "text":
            end = at
            while end < len(tokens) and tokens[end].kind == "text":
                end += 1
            joined = normal("".join(piece.text for piece in tokens[at:end]))
            if joined:
                parts.append(Literal(joined, (token.span[0], tokens[end - 1].span[1])))
            at = end
        elif token.kind == "value" and token.value is not None:
            parts.append(token.value)
            at += 1
        else:
            part, at = _compound(tokens, at, depth + 1)
            parts.append(part)
    if until and (at >= len(tokens) or tokens[at].kind not in until):
        place = tokens[min(at, len(tokens) - 1)].span[0]
        raise Fault(f"the template directive is not closed by {until[-1]}", place)
    return parts, at


def normal(text: str) -> str:
    """Terraform keeps strings in Unicode's normal form C."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _compound(tokens: list[_Token], at: int, depth: int) -> tuple[Expression, int]:
    token = tokens[at]
    assert token.value is not None, "if and for have an expression"
    if token.kind == "for":
        body, at = _parts(tokens, at + 1, ("endfor",), depth)
        span = (token.span[0], tokens[at].span[1])
        loop = TemplateFor(token.names[0], token.names[1], token.value, tuple(body), span)
        return loop, at + 1
    then, at = _parts(tokens, at + 1, ("else", "endif"), depth)
    other: list[Expression] = []
    if tokens[at].kind == "else":
        other, at = _parts(tokens, at + 1, ("endif",), depth)
    span = (token.span[0], tokens[at].span[1])
    return TemplateIf(token.value, tuple(then), tuple(other), span), at + 1
