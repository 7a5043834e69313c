"""The syntax tree of HCL: one tree for every producer (native syntax, JSON syntax, python-hcl2).

Every node has a `span`: start and end offset in the file's text (characters, end exclusive);
`File.location` turns one into line and column.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias, TypeVar, dataclass_transform

from graph.values import Location

Span: TypeAlias = tuple[int, int]
_NEWLINE = re.compile("\n")
_Kind = TypeVar("_Kind")


@dataclass_transform(frozen_default=True)
def node(kind: type[_Kind]) -> type[_Kind]:
    """A frozen dataclass for who checks types; to watch it while it runs triples the time that it
    takes to make one, and a tree has hundreds of thousands.
    """
    return dataclass(slots=True, unsafe_hash=True)(kind)


@node
class Literal:
    """null, true/false, a number (int, or Decimal where it has a fraction) or a plain string."""

    value: bool | int | Decimal | str | None
    span: Span


@node
class Template:
    """A quoted string or heredoc with interpolations or directives, escapes already resolved.

    A template of nothing but one interpolation (`"${x}"`) is `Wrapped`, which keeps the type.
    """

    parts: tuple[Expression, ...]
    span: Span


@node
class Wrapped:
    """`"${x}"`: the value of `x` itself."""

    inner: Expression
    span: Span


@node
class TemplateIf:
    """`%{ if c }…%{ else }…%{ endif }`; the branches are templates' parts."""

    condition: Expression
    then: tuple[Expression, ...]
    other: tuple[Expression, ...]
    span: Span


@node
class TemplateFor:
    """`%{ for k, v in xs }…%{ endfor }`; `key` is "" where only the value is named."""

    key: str
    value: str
    collection: Expression
    body: tuple[Expression, ...]
    span: Span


@node
class Variable:
    """The first name of a traversal: `var`, `local`, `each`, `aws_s3_bucket` …"""

    name: str
    span: Span


@node
class Attribute:
    """`source.name`."""

    source: Expression
    name: str
    span: Span


@node
class Index:
    """`source[key]`; the legacy `source.0` is an index with a number literal."""

    source: Expression
    key: Expression
    span: Span


@node
class Splat:
    """`source[*]…` (full) or `source.*…`; `each` is applied to every element, as a traversal of
    `Variable("")`.
    """

    source: Expression
    each: Expression
    full: bool
    span: Span


@node
class Call:
    """`name(arguments)`; `expand` for a final `...`; a namespaced name has its `::`."""

    name: str
    arguments: tuple[Expression, ...]
    expand: bool
    span: Span


@node
class Unary:
    """`!x` or `-x`."""

    operator: str
    operand: Expression
    span: Span


@node
class Binary:
    """`left operator right`."""

    operator: str
    left: Expression
    right: Expression
    span: Span


@node
class Conditional:
    """`condition ? then : other`."""

    condition: Expression
    then: Expression
    other: Expression
    span: Span


@node
class Tuple:
    """`[a, b]`."""

    items: tuple[Expression, ...]
    span: Span


@node
class Object:
    """`{ key = value }`; a bare identifier as key is a string `Literal`, `(x)` an expression."""

    items: tuple[tuple[Expression, Expression], ...]
    span: Span


@node
class For:
    """`[for k, v in xs : value if condition]`, or with `key_result` the object form; `group` for
    a final `...`.
    """

    key: str
    value: str
    collection: Expression
    key_result: Expression | None
    result: Expression
    condition: Expression | None
    group: bool
    span: Span


Expression: TypeAlias = (
    Literal
    | Template
    | Wrapped
    | TemplateIf
    | TemplateFor
    | Variable
    | Attribute
    | Index
    | Splat
    | Call
    | Unary
    | Binary
    | Conditional
    | Tuple
    | Object
    | For
)


@node
class Argument:
    """`name = value` in a body."""

    name: str
    value: Expression
    span: Span


@node
class Block:
    """`type "label" … { body }`."""

    type: str
    labels: tuple[str, ...]
    body: Body
    span: Span


@node
class Body:
    """Arguments (by name, as written: the first of two equal names wins, the second is an error)
    and blocks in order. `json` marks a body from JSON syntax, whose objects may be blocks.
    """

    arguments: dict[str, Argument]
    blocks: tuple[Block, ...]
    span: Span
    json: bool = False


@node
class SyntaxProblem:
    """What could not be parsed, where, and what was left out because of it."""

    message: str
    span: Span
    lost: str


@dataclass(frozen=True)
class File:
    """One parsed file: its tree, and what could not be parsed."""

    path: str
    text: str
    body: Body
    problems: tuple[SyntaxProblem, ...] = ()

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in _NEWLINE.finditer(self.text))]

    @cached_property
    def _locations(self) -> dict[Span, Location]:
        return {}

    def location(self, span: Span) -> Location:
        """The place of a span; every instance of a block asks for the same ones."""
        found = self._locations.get(span)
        if found is None:
            found = self._locations[span] = self._located(span)
        return found

    def cut(self, span: Span) -> str:
        """The text of a span."""
        return self.text[span[0] : span[1]]

    def _located(self, span: Span) -> Location:
        line = bisect_right(self._lines, span[0])
        end = bisect_right(self._lines, max(span[0], span[1] - 1))
        return Location(self.path, line, span[0] - self._lines[line - 1] + 1, end)
