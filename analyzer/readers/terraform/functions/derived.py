"""Results of a function that are unknown and yet always the same: `lower(random_string.r.result)`.

What a pure function makes of the same arguments equals itself, so the name that a bucket gets by
`lower(…)` is still the name in the policy that speaks of it. The arguments are kept as a digest
only: one of them may be a secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b

from analyzer.readers.terraform.data import Data
from graph.values import Text, Unknown

_COLLECTIONS = tuple(f"{name}(" for name in (
    "chunklist", "cidrsubnets", "compact", "csvdecode", "formatlist", "range", "regexall",
    "setintersection", "setsubtract", "setunion", "sort", "split", "transpose",
))  # fmt: skip


def is_collection(symbol: str) -> bool:
    """Whether the name is that of a call which gives a list, set or map."""
    return symbol.startswith(_COLLECTIONS)


def derived(name: str, args: Sequence[Data], result: Text | Unknown) -> Data:
    """The result, its holes named after the call where all that the call rests on has a name."""
    holes = result.parts if isinstance(result, Text) else (result,)
    if not any(isinstance(hole, Unknown) and hole.symbol is None for hole in holes):
        return result
    words = _words(args)
    if words is None:
        return result
    call = f"{name}({blake2b(words.encode('utf-8', 'replace'), digest_size=12).hexdigest()})"
    named = tuple(
        replace(hole, symbol=f"{call}[{at}]")
        if isinstance(hole, Unknown) and hole.symbol is None
        else hole
        for at, hole in enumerate(holes)
    )
    return Text(named) if isinstance(result, Text) else named[0]


def _words(values: Iterable[Data]) -> str | None:
    """Values as text that tells them apart, `None` where one of them has no name."""
    found = [_word(value) for value in values]
    return None if None in found else ", ".join(word for word in found if word is not None)


def _word(value: Data) -> str | None:
    match value:
        case Unknown(symbol=symbol):
            return symbol
        case Text(parts=parts):
            pieces = _words(parts)
            return None if pieces is None else f"text({pieces})"
        case tuple():
            pieces = _words(value)
            return None if pieces is None else f"[{pieces}]"
        case None | bool() | int() | str():
            return repr(value)
    return None
