"""Override files: how a block of one merges into the block that it overrides.

https://developer.hashicorp.com/terraform/language/files/override
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from analyzer.readers.terraform.parse import blocks_of
from analyzer.readers.terraform.syntax import Block, Body, File, Span
from graph.values import Location

T = TypeVar("T")
_BLOCKS = {"lifecycle": 0, "dynamic": 1, "provisioner": 1, "connection": 0}
# Of a lifecycle block these are merged one by one; conditions of an override are left out.
_LIFECYCLE = ("create_before_destroy", "prevent_destroy", "ignore_changes")


@dataclass(frozen=True)
class Joined(File):
    """Two files as one, so that a merged block can have spans of both; those of the second one
    begin at `start`.
    """

    first: File = field(kw_only=True)
    second: File = field(kw_only=True)
    start: int = field(kw_only=True)

    def location(self, span: Span) -> Location:
        """The place in the file that the span is from."""
        file, own = self._part(span)
        return file.location(own)

    def cut(self, span: Span) -> str:
        """The text of a span."""
        file, own = self._part(span)
        return file.cut(own)

    def _part(self, span: Span) -> tuple[File, Span]:
        file: File = self
        while isinstance(file, Joined):
            if span[0] >= file.start:
                return file.second, (span[0] - file.start, span[1] - file.start)
            file = file.first
        return file, span


class Joiner:
    """Joins each pair of files once, however many blocks of one override the other."""

    def __init__(self) -> None:
        self._files: dict[tuple[int, int], Joined] = {}

    def join(self, first: File, second: File) -> tuple[Joined, int]:
        """Both files as one, and by how much the spans of `second` move."""
        file = first
        while isinstance(file, Joined):
            if file.second is second:
                return cast("Joined", first), file.start
            file = file.first
        key = (id(first), id(second))  # both live as long as what joins them
        if key not in self._files:
            last = first.second.text if isinstance(first, Joined) else first.text
            start = len(last) + (first.start if isinstance(first, Joined) else 0)
            self._files[key] = Joined(
                first.path, "", first.body, first=first, second=second, start=start
            )
        return self._files[key], self._files[key].start


def shifted(tree: T, by: int) -> T:
    """A syntax tree with all of its spans moved."""
    found: Any = _shifted(tree, by)
    return found  # type: ignore[no-any-return] # of the same type as it was


def _shifted(value: Any, by: int) -> Any:
    if isinstance(value, tuple):
        return tuple(_shifted(item, by) for item in value)
    if isinstance(value, dict):
        return {name: _shifted(item, by) for name, item in value.items()}
    if not is_dataclass(value) or isinstance(value, type):
        return value
    names = (each.name for each in fields(value))
    moved = {name: _shifted(getattr(value, name), by) for name in names if name != "span"}
    start, end = value.span  # type: ignore[attr-defined] # every node of the tree has one
    return replace(value, **moved, span=(start + by, end + by))


def merged(old: Block, new: Block) -> Block:
    """`old` overridden by `new`: arguments win one by one, nested blocks of a type replace all of
    that type (dynamic ones count as what they make).
    """
    base, over = _native(old.body), _native(new.body)
    types = {_makes(block) for block in over.blocks} - {"lifecycle"}
    arguments = {
        name: argument for name, argument in base.arguments.items() if name not in types
    } | over.arguments
    kept = [
        block
        for block in base.blocks
        if _makes(block) not in types and _makes(block) not in over.arguments
    ]
    blocks = _with_lifecycle(kept, over.blocks)
    giver = new if "default" in new.body.arguments else old
    as_json = giver.body.json and old.type == "variable"  # a default is a constant there
    return replace(old, body=Body(arguments, blocks, old.body.span, as_json))


def _native(body: Body) -> Body:
    """A body whose blocks are blocks, whatever syntax it is from."""
    if not body.json:
        return body
    arguments = {name: item for name, item in body.arguments.items() if name not in _BLOCKS}
    return Body(arguments, blocks_of(body, _BLOCKS), body.span)


def _makes(block: Block) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def _with_lifecycle(kept: list[Block], over: tuple[Block, ...]) -> tuple[Block, ...]:
    """All blocks, what the override says of the lifecycle merged argument by argument."""
    given = [block for block in over if block.type == "lifecycle"]
    if not given:
        return (*kept, *over)
    empty = replace(given[0], body=Body({}, (), given[0].body.span))
    own = next((block for block in kept if block.type == "lifecycle"), empty)
    fresh = {
        name: argument
        for block in given
        for name, argument in block.body.arguments.items()
        if name in _LIFECYCLE
    }
    lifecycle = replace(own, body=replace(own.body, arguments={**own.body.arguments, **fresh}))
    others = [block for block in (*kept, *over) if block.type != "lifecycle"]
    return (*others, lifecycle)
