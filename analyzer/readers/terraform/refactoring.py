"""`moved` and `removed` blocks: what an older state calls by another address, or keeps no longer.

https://developer.hashicorp.com/terraform/language/block/moved
https://developer.hashicorp.com/terraform/language/block/removed
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from analyzer.readers.terraform.config import Declared
from analyzer.readers.terraform.parse import blocks_of
from analyzer.readers.terraform.scope import Module
from analyzer.readers.terraform.syntax import (
    Attribute,
    Expression,
    Index,
    Literal,
    Variable,
)

_STEP = re.compile(
    r'(data\.[^.\[]+\.[^.\[]+|[^.\[]+\.[^.\[]+)(\[(?:"(?:[^"\\]|\\.)*"|[^"\]]*)\])?(?:\.|\Z)'
)
Step: TypeAlias = tuple[str, str]
Steps: TypeAlias = tuple[Step, ...]


def steps_of(address: str) -> Steps:
    """`module.a["x"].aws_b.c[0]` → `module.a` with `["x"]`, `aws_b.c` with `[0]`; () for another
    text.
    """
    found: list[Step] = []
    at = 0
    while at < len(address):
        match = _STEP.match(address, at)
        if match is None:
            return ()
        found.append((match[1], match[2] or ""))
        at = match.end()
    return tuple(found)


def address_of(node: Expression, key: Callable[[Expression], object]) -> str | None:
    """An address as an expression writes it; `key` evaluates what stands in brackets."""
    match node:
        case Variable(name=name):
            return name
        case Attribute(source=source, name=name):
            before = address_of(source, key)
            return None if before is None else f"{before}.{name}"
        case Index(source=source, key=inner):
            before, value = address_of(source, key), key(inner)
            if before is None or isinstance(value, bool) or not isinstance(value, str | int):
                return None
            return f"{before}[{json.dumps(value, ensure_ascii=False)}]"
    return None


@dataclass(frozen=True, slots=True)
class Move:
    """Within every instance of a module, what was called one way is now called another."""

    within: tuple[str, ...]
    before: Steps
    after: Steps

    def applied(self, address: Steps) -> Steps | None:
        """The new address, `None` where the move does not speak of it."""
        depth = len(self.within)
        start, rest = address[:depth], address[depth:]
        last = len(self.before) - 1
        if tuple(name for name, _ in start) != self.within or len(rest) <= last:
            return None
        if rest[:last] != self.before[:last] or rest[last][0] != self.before[last][0]:
            return None
        whole = not self.before[last][1] and not self.after[-1][1]
        if not whole and rest[last][1] != self.before[last][1]:
            return None
        name, key = self.after[-1]
        return (
            *start,
            *self.after[:-1],
            (name, rest[last][1] if whole else key),
            *rest[last + 1 :],
        )


@dataclass(frozen=True)
class Refactoring:
    """The moves of one stack, and what it lets go without destroying it."""

    stack: str
    moves: tuple[Move, ...] = ()
    released: frozenset[tuple[str, ...]] = frozenset()

    def moved(self, address: str, taken: Collection[str]) -> str:
        """Where an object of an older state is now; not where there is another one already."""
        steps = steps_of(address)
        left = list(self.moves)
        while steps:
            hits = ((move, new) for move in left if (new := move.applied(steps)) is not None)
            found = next(hits, None)
            if found is None or _written(found[1]) in taken:
                break
            left.remove(found[0])
            steps = found[1]
        return _written(steps) if steps else address

    def releases(self, address: str) -> bool:
        """Whether the stack stops managing an object that goes on to exist."""
        names = tuple(name for name, _ in steps_of(address))
        return any(names[:end] in self.released for end in range(1, len(names) + 1))


def refactoring(stack: str, modules: Iterable[Module]) -> Refactoring:
    """What the modules of a stack declare; each module once, however many instances it has."""
    moves: dict[Move, None] = {}
    released: set[tuple[str, ...]] = set()
    seen: set[tuple[str, ...]] = set()
    for module in modules:
        within = tuple(name for name, _ in steps_of(module.path))
        if within in seen:
            continue
        seen.add(within)
        for declared in module.config.refactored:
            if declared.block.type == "moved":
                moves.update(dict.fromkeys(_moves(declared, within)))
            elif declared.block.type == "removed" and _keeps(declared):
                steps = _steps(declared, "from")
                released |= {(*within, *(name for name, _ in steps))} if steps else set()
    return Refactoring(stack, tuple(moves), frozenset(released))


def _moves(declared: Declared, within: tuple[str, ...]) -> Iterator[Move]:
    before, after = _steps(declared, "from"), _steps(declared, "to")
    if before and after:
        yield Move(within, before, after)


def _steps(declared: Declared, name: str) -> Steps:
    argument = declared.block.body.arguments.get(name)
    if argument is None:
        return ()
    if isinstance(argument.value, Literal):  # the JSON syntax
        return steps_of(str(argument.value.value))
    return steps_of(address_of(argument.value, lambda key: getattr(key, "value", None)) or "")


def _keeps(declared: Declared) -> bool:
    """Whether a `removed` block leaves alone what it removes from the state."""
    for block in blocks_of(declared.block.body, {"lifecycle": 0}):
        destroy = block.body.arguments.get("destroy")
        if block.type == "lifecycle" and destroy and isinstance(destroy.value, Literal):
            return destroy.value.value is False
    return False


def _written(steps: Steps) -> str:
    return ".".join(name + key for name, key in steps)
