"""count and for_each → instances: known ones, one symbolic for an unknown number, latent ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.readers.terraform.data import Data, SetValue
from analyzer.readers.terraform.types import EvaluationError, to_string
from analyzer.readers.terraform.types.partial import blame, known, unmark
from graph.resource import Presence
from graph.values import Unknown, Why

MAX_INSTANCES = 10_000


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance: its key (`None` for a single one, "?" for a symbolic one) and what it binds."""

    key: str | int | None = None
    each: tuple[Data, Data] | None = None
    count: Data = None
    presence: Presence = Presence.CERTAIN

    @property
    def suffix(self) -> str:
        """As in an address: `["a"]`, `[0]`, `[?]` or nothing."""
        if self.key is None:
            return ""
        if self.key == "?" and self.presence is not Presence.CERTAIN:
            return "[?]"
        if isinstance(self.key, int):
            return f"[{self.key}]"
        escaped = self.key.replace("\\", "\\\\").replace('"', '\\"')
        return f'["{escaped}"]'


@dataclass(frozen=True, slots=True)
class Expansion:
    """The instances of a block, and why their number is not known where it is not."""

    instances: tuple[Instance, ...]
    single: bool = False
    symbolic: bool = False
    keyed: bool = False
    unknown: Unknown | None = None


SINGLE = Expansion((Instance(),), single=True)
_RANK = (Presence.LATENT, Presence.SYMBOLIC, Presence.CERTAIN)


def within(inner: Presence, outer: Presence) -> Presence:
    """The presence of an instance in a module that has one itself: the less certain of both."""
    return min(inner, outer, key=_RANK.index)


def by_count(value: Data, *, defaulted: bool, room: int) -> Expansion:
    """The instances of `count = value`, of which there may be `room`.

    Raises:
        EvaluationError: the value is no count.

    """
    plain, _ = unmark(value)
    if not known(plain):
        return _symbolic(blame(plain), keyed=False)
    number = to_string(plain)
    if not isinstance(number, str) or not number.isdecimal() or len(number) > 18:
        raise EvaluationError("count must be a whole number, not negative")
    count = int(number)
    if count > room:
        why = Unknown(Why.LIMIT, f"count = {count} is more than {room}")
        return _symbolic(why, keyed=False)
    if count == 0 and defaulted:
        return Expansion((Instance(0, None, 0, Presence.LATENT),))
    return Expansion(tuple(Instance(index, None, index) for index in range(count)))


def by_for_each(value: Data, *, defaulted: bool, room: int) -> Expansion:
    """The instances of `for_each = value`, of which there may be `room`.

    Raises:
        EvaluationError: the value is neither a map nor a set of strings.

    """
    plain, secret = unmark(value)
    if secret:
        hole = Unknown(Why.SENSITIVE, "for_each: its keys would be shown in addresses")
        return _symbolic(hole, keyed=True)
    if isinstance(plain, Mapping):
        pairs = [(key, plain[key]) for key in sorted(plain)]
    elif isinstance(plain, tuple) and known(plain):
        if not isinstance(plain, SetValue) or not all(isinstance(item, str) for item in plain):
            raise EvaluationError("for_each needs a map or a set of strings; use toset()")
        pairs = [(str(item), item) for item in plain]
    elif not known(plain):
        return _symbolic(blame(plain), keyed=True)
    else:
        raise EvaluationError("for_each needs a map or a set of strings")
    if len(pairs) > room:
        why = Unknown(Why.LIMIT, f"for_each has more than {room} elements")
        return _symbolic(why, keyed=True)
    if not pairs and defaulted:
        return Expansion((_latent(),), keyed=True)
    instances = tuple(Instance(key, (key, item)) for key, item in pairs)
    return Expansion(instances, keyed=True)


def _latent() -> Instance:
    hole = Unknown(Why.VARIABLE, "an element under other settings")
    return Instance("?", (hole, hole), None, Presence.LATENT)


def _symbolic(why: Unknown, *, keyed: bool) -> Expansion:
    each = (why, why) if keyed else None
    instance = Instance("?", each, None if keyed else why, Presence.SYMBOLIC)
    return Expansion((instance,), symbolic=True, keyed=keyed, unknown=why)
