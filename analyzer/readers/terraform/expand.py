"""count and for_each → instances: known ones, one symbolic for an unknown number, latent ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from analyzer.readers.terraform.data import Data, Sensitive, SetValue
from analyzer.readers.terraform.types import EvaluationError, to_string
from analyzer.readers.terraform.types.partial import blame, known, one_of, unmark
from graph.records import record
from graph.resource import Presence
from graph.values import OneOf, Unknown, Why

MAX_INSTANCES = 10_000


@record()
class Instance:
    """One instance: its key (`None` for a single one, "?" for a symbolic one) and what it binds.

    `doubt` is what decides whether it exists, where that is not known.
    """

    key: str | int | None = None
    each: tuple[Data, Data] | None = None
    count: Data = None
    presence: Presence = Presence.CERTAIN
    doubt: Unknown | None = None

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


@record()
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
    return outer if inner is Presence.CERTAIN else min(inner, outer, key=_RANK.index)


def by_count(value: Data, *, defaulted: bool, room: int) -> Expansion:
    """The instances of `count = value`, of which there may be `room`.

    Raises:
        EvaluationError: the value is no count.

    """
    plain, _ = unmark(value)
    options = _options(plain)
    if not all(map(known, options)):
        return _symbolic(blame(plain), keyed=False)
    counts = [_number(option) for option in options]
    least, most = min(counts), max(counts)
    if most > room:
        why = Unknown(Why.LIMIT, f"count = {most} is more than {room}")
        return _symbolic(why, keyed=False)
    if most == 0 and defaulted:
        return Expansion((Instance(0, None, 0, Presence.LATENT),))
    doubt = blame(plain) if least < most else None
    instances = tuple(
        Instance(index, None, index, _presence(index < least), None if index < least else doubt)
        for index in range(most)
    )
    return Expansion(instances, unknown=doubt)


def _number(value: Data) -> int:
    number = to_string(value)
    if not isinstance(number, str) or not number.isdecimal() or len(number) > 18:
        raise EvaluationError("count must be a whole number, not negative")
    return int(number)


def _options(value: Data) -> tuple[Data, ...]:
    """Each that a value may be."""
    return cast("tuple[Data, ...]", value.options) if isinstance(value, OneOf) else (value,)


def _presence(certain: bool) -> Presence:
    return Presence.CERTAIN if certain else Presence.SYMBOLIC


def by_for_each(value: Data, *, defaulted: bool, room: int) -> Expansion:
    """The instances of `for_each = value`, of which there may be `room`.

    Raises:
        EvaluationError: the value is neither a map nor a set of strings.

    """
    if isinstance(value, Sensitive):
        hole = Unknown(Why.SENSITIVE, "for_each: its keys would be shown in addresses")
        return _symbolic(hole, keyed=True)
    options = [_pairs(option) for option in _options(value)]
    found = [pairs for pairs in options if pairs is not None]
    if len(found) < len(options):
        return _symbolic(blame(value), keyed=True)
    keys = sorted({key for pairs in found for key in pairs})
    if len(keys) > room:
        why = Unknown(Why.LIMIT, f"for_each has more than {room} elements")
        return _symbolic(why, keyed=True)
    if not keys and defaulted:
        return Expansion((_latent(),), keyed=True)
    instances = tuple(_keyed(key, found, value) for key in keys)
    certain = all(item.presence is Presence.CERTAIN for item in instances)
    return Expansion(instances, keyed=True, unknown=None if certain else blame(value))


def _pairs(value: Data) -> Mapping[str, Data] | None:
    """Elements by key, `None` where the keys are not known."""
    if isinstance(value, Mapping):
        return value
    if not known(value):
        return None
    strings = isinstance(value, SetValue) and all(isinstance(item, str) for item in value)
    if not strings and value != ():
        raise EvaluationError("for_each needs a map or a set of strings; use toset()")
    return {str(item): item for item in cast("tuple[Data, ...]", value)}


def _keyed(key: str, options: Sequence[Mapping[str, Data]], value: Data) -> Instance:
    """The instance of a key, which may be in some of the options only."""
    values = [pairs[key] for pairs in options if key in pairs]
    element = values[0] if len(values) == 1 else one_of(values, blame(value))
    if len(values) == len(options):
        return Instance(key, (key, element))
    return Instance(key, (key, element), None, Presence.SYMBOLIC, blame(value))


def _latent() -> Instance:
    hole = Unknown(Why.VARIABLE, "an element under other settings")
    return Instance("?", (hole, hole), None, Presence.LATENT)


def _symbolic(why: Unknown, *, keyed: bool) -> Expansion:
    each = (why, why) if keyed else None
    instance = Instance("?", each, None if keyed else why, Presence.SYMBOLIC, why)
    return Expansion((instance,), symbolic=True, keyed=keyed, unknown=why)
