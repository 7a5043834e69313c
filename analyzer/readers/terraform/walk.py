"""Every expression inside another one, without recursion: hostile input is nested deep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.readers.terraform.syntax import Body, Expression, Variable


def walk(start: Expression, *, stop: tuple[str, ...] = ()) -> Iterator[tuple[Expression, bool]]:
    """The expression and all within; the flag says whether one stands in a call of `stop`."""
    todo: list[tuple[object, bool]] = [(start, False)]
    while todo:
        node, within = todo.pop()
        if isinstance(node, tuple):
            todo.extend((item, within) for item in node)
        elif isinstance(node, Expression.__args__):
            yield node, within
            within = within or getattr(node, "name", None) in stop
            todo.extend((getattr(node, slot), within) for slot in _parts(type(node)))


def variables(start: Expression) -> frozenset[str]:
    """The names that an expression uses, those that it binds itself among them."""
    return frozenset(node.name for node, _ in walk(start) if isinstance(node, Variable))


def expressions(bodies: Iterable[Body]) -> Iterator[Expression]:
    """The values of all arguments of bodies and of the blocks in them."""
    todo = list(bodies)
    while todo:
        body = todo.pop()
        for argument in body.arguments.values():
            yield argument.value
        todo.extend(block.body for block in body.blocks)


def _parts(kind: type) -> tuple[str, ...]:
    slots: tuple[str, ...] = kind.__dict__["__slots__"]
    return tuple(slot for slot in slots if slot != "span")
