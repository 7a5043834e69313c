"""What rows of the data tables may say: keys, words and durations, by table.

A row with a misspelt key would silently mean something else, so a table is checked when it is
read. A key that ends in `!` is required; a shape within a shape is a nested row or a list of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from graph.conditions import OPERATORS, UNITS, span
from graph.model import Cascade, Grade, Kind, Verb

Check = Callable[[Any], str]
Shape = Mapping[str, "Check | Shape"]


class TableError(ValueError):
    """A table of a provider says something that no row may say."""


def complaint(where: str, table: str, content: Mapping[str, Any]) -> str:
    """The first fault of a table, empty where there is none; `where` is its file."""
    shape = SHAPES.get(table)
    return next(_faults(f"{where}: ", shape, content), "") if shape else ""


def _faults(where: str, shape: Shape, row: Any) -> Iterator[str]:
    if not isinstance(row, Mapping):
        yield f"{where}{row!r} is no row of keys and values"
        return
    checks = {key.removesuffix("!"): check for key, check in shape.items()}
    for key in row.keys() - checks.keys():
        yield f"{where}no key {key!r}{_hint(key, checks)}"
    for key in shape:
        if key.endswith("!") and key[:-1] not in row:
            yield f"{where}the key {key[:-1]!r} is missing"
    for key, value in row.items():
        yield from _within(where, key, checks.get(key, _anything), value)


def _within(where: str, key: str, check: Check | Shape, value: Any) -> Iterator[str]:
    if callable(check):
        if wrong := check(value):
            yield f"{where}{key}: {wrong}"
        return
    for number, row in enumerate(value if isinstance(value, list) else [value], 1):
        names = (str(row[name]) for name in _NAMES if isinstance(row, Mapping) and name in row)
        yield from _faults(f"{where}{key} {next(names, number)}: ", check, row)


def _hint(word: Any, known: Iterable[str]) -> str:
    close = get_close_matches(str(word), list(known), 1, 0.5)
    return f"; did you mean '{close[0]}'?" if close else f"; known are {', '.join(sorted(known))}"


def _anything(_value: Any) -> str:
    return ""


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else f"{value!r} is neither true nor false"


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else f"{value!r} is no text"


def _texts(value: Any) -> str:
    fine = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return "" if fine else f"{value!r} is no list of texts"


def _number(value: Any) -> str:
    return "" if type(value) in {int, float} else f"{value!r} is no number"


def _word(*known: str) -> Check:
    """One of the words."""
    return lambda value: "" if value in known else f"no word {value!r}{_hint(value, known)}"


def _duration(value: Any) -> str:
    try:
        span(value)
    except (KeyError, ValueError, TypeError, IndexError):
        return f"{value!r} is no duration; write 5m, 24h, 35d or forever"
    return ""


def _either(shape: Shape) -> Check:
    """A single word (a cascade) or a row."""

    def check(value: Any) -> str:
        if isinstance(value, str):
            return _CASCADE(value)
        return next(_faults("", shape, value), "")

    return check


def _listed(value: Any) -> str:
    return "" if isinstance(value, str) else _texts(value)


def _levels(value: Any) -> str:
    words = value if isinstance(value, list) else [value]
    return next(filter(None, map(_LEVEL, words)), "")


def _needs(value: Any) -> str:
    if not isinstance(value, list):
        return f"{value!r} is no list of needs"
    return next((wrong for row in value for wrong in _faults("", _NEED, row)), "")


_NEED: Shape = {
    "call": _text, "on": _texts, "with": _anything, "given": _flag, "declared": _text,
    "only_if": _text, "kind": _text, "any": _needs, "all": _needs,
    "tags": _flag,
}  # fmt: skip
_NAMES = ("id", "tf", "name", "call", "host", "type")
_CASCADE = _word(*Cascade)
_LEVEL = _word("read", "write", "destroy", "admin", "by grants", "none")
_STATUS = _word("confirmed", "unconfirmed")
_GRADE = _word(*Grade)
_TEST: Shape = {"attr!": _text, "op!": _word(*OPERATORS), "value": _anything, "default": _anything}
_SPAN: Shape = {
    "attr": _text,
    "unit": _word(*UNITS),
    "default": _anything,
    "fixed": _duration,
    "every": _duration,
    "once": _anything,
    "cron": _text,
    "until": _anything,
}
_WINDOW: Shape = {**_SPAN, "any": _SPAN}

SHAPES: Mapping[str, Shape] = {
    "actions": {
        "action": {
            "name!": _text, "verb!": _word(*Verb), "on!": _texts, "source!": _text,
            "permission": _text, "at": _text, "removes_guard": _flag,
            "spans_environments": _flag, "needs": _texts, "only_if": _text, "each": _text,
            "decrypts": _text, "note": _text, "status": _STATUS,
            "undo": {"hours!": _number, "how!": _text, "source": _text, "since": _anything,
                     "until": _anything},
        },
    },
    "stores": {
        "source": _text, "vendor": _text, "keys": _texts, "own_keys": _texts,
        "type": {
            "tf!": _text, "node!": _text, "kind!": _word(*Kind, "alias"), "what!": _text,
            "vendor": _text, "source": _text, "ids": _texts, "label": _texts, "arn": _text,
            "key": _texts, "key_from": {"tf!": _text, "link!": _text, "attr!": _text},
            "account": _texts, "region": _texts, "zone": _texts, "roles": _text,
            "alias_of": _text, "window": _SPAN, "parent": _texts, "replica": _TEST,
            "skip": _TEST, "status": _STATUS,
        },
        "guard": {
            "id!": _text, "on!": _texts, "when!": _TEST, "attr!": _text, "what!": _text,
            "grade!": _word("terraform_only", "api_toggle", "api_strong", "mpa"),
            "removable_by": _anything, "stops": _texts, "link": _text, "source": _text,
            "vendor": _text, "status": _STATUS,
        },
        "use": {"tf!": _text, "attr!": _text, "role!": _text, "why!": _text},
        "backend": {"type!": _text, "vendor!": _text, "path!": _text},
    },
    "backups": {
        "source": _text,
        "mechanism": {
            "id!": _text, "name!": _text, "protects!": _texts, "node!": _text, "source": _text,
            "declared": {
                "tf!": _text, "when": _TEST, "link": _listed, "container": _text,
                "region": _text, "account": _text, "key": _text, "each": _text, "age": _SPAN,
                "keep": _SPAN,
            },
            "cascade!": _either({
                "mode!": _CASCADE, "by_caller": _flag, "attr": _text, "dies_when": _anything,
                "default": _anything, "otherwise": _CASCADE, "grace": _SPAN,
            }),
            "inside": _flag, "key": _word("source", "container", "none", "own"),
            "counts": _flag, "isolated": _anything, "grade": _GRADE, "window": _WINDOW,
            "age": _SPAN, "keep": _SPAN, "destroys": _texts, "lifted_by": _texts, "path": _text,
            "matcher": _text, "unseen": _flag, "is_resource": _flag, "only_terraform": _flag,
            "note": _text, "status": _STATUS,
        },
        "lock": {
            "id!": _text, "tf!": _text, "link!": _listed, "when": _TEST, "grade!": _GRADE,
            "what!": _text, "source": _text, "window": _WINDOW, "lifted_by": _texts,
            "status": _STATUS,
        },
        "point": {
            "stores!": _texts, "node!": _text, "path!": _text,
            "key!": _word("source", "container"), "source": _text, "status": _STATUS,
        },
    },
    "kinds": {
        "kind": {
            "id!": _text, "can!": _levels, "scope": _text, "bound_by!": _texts, "as_of!": _anything,
            "names": _texts, "mints": _texts, "skips": _texts, "lives": _texts, "expires": _text,
            "note": _text, "status!": _word("confirmed", "assumed"),
        },
    },
    "attachments": {
        "attachment": {"tf!": _text, "self": _flag, "to": _anything, "document": _text,
                       "arn": _text},
        "policy": {"tf!": _text},
        "membership": {"tf!": _text, "user!": _text, "group!": _text},
        "resource_policy": {"tf!": _text, "document!": _text, "link": _text, "on": _texts},
        "mandatory": {"tf!": _texts},
        "public": {
            "absent!": _texts, "fixed!": _anything,
            "block": {"on!": _text, "tf!": _text, "link!": _text, "when!": _TEST, "unless!": _text},
        },
    },
    "conditions": {
        "key": {
            "key!": _text, "source!": _word("chosen", "absent", "optional", "open"), "label": _text,
            "usual": _text,
        },
        "session_token": {
            "refused!": _text, "accepted!": _texts, "with_mfa!": _text, "label!": _text,
        },
        "abac": {"tf!": _texts, "keys!": _texts, "label!": _text},
    },
    "organization": {
        "kind": {"kind!": _text, "default!": _text},
        "policy": {"tf!": _text, "kind!": _text, "usual!": _text, "document!": _text},
        "attachment": {"tf!": _text, "policy!": _text, "target!": _text},
        "listing": {"tf!": _text, "target!": _text, "kind!": _text, "policies!": _text},
        "unit": {"tf!": _texts}, "organization": {"tf!": _texts},
        "account": {"tf!": _texts, "parent!": _text},
        "linked": {"path!": _text},
        "rcp": {"services!": _texts, "status!": _STATUS},
    },
    "escalations": {
        "rule": {
            "id!": _text, "needs!": _needs, "note!": _text, "paths!": _texts, "source!": _text,
            "effect!": _word(
                "act_as", "grant", "join", "attach", "tag", "lift_boundary", "lift_denies", "new",
                "new_within",
            ),
            "chooses": _word("policy", "boundary"),
            "target": _word("user", "role", "user or role"), "trusts": _text, "lacks": _text,
            "through": _word("policy", "group", "other group", "any group", "boundary", "deny"),
            "workload": _texts, "code": _texts, "status": _STATUS,
        },
        "preparation": {
            "call!": _text, "choose!": _word("policy", "tags", "no tags"), "on!": _texts,
            "source!": _text,
        },
        "unfollowed": {"calls!": _texts, "what!": _text, "source!": _text},
    },
    "secrets": {
        "generators": _texts,
        "place": {
            "tf!": _text, "in!": _texts, "node!": _text, "what!": _text, "source!": _text,
            "of": {"attr!": _text, "tf!": _text}, "inside": _text,
        },
        "token": {"tf!": _text, "value!": _text, "unless!": _texts, "source!": _text},
        "database": {
            "tf!": _text, "password!": _texts, "managed": _text, "secret": _text, "key": _text,
            "source!": _text,
        },
        "query": {
            "read!": _text, "write!": _text, "destroy!": _text, "if!": _text, "source!": _text,
        },
    },
    "workloads": {
        "workload": {
            "tf!": _text, "role": _texts, "profile": _texts, "code": _texts, "key": _text,
            "of": _text, "link": _text, "trusted": _flag,
        },
        "declaration": {"tf!": _text, "on!": _text, "attr!": _text},
    },
    "federation": {
        "issuer": {
            "host!": _text, "like": _text, "actor": _text, "shared": _text, "within": _text,
            "what": _text, "starts": _texts, "owner": _texts, "project": _texts, "part": _texts,
            "narrow": _texts, "chosen": _texts, "closing": _texts, "optional": _texts,
            "claims": _anything, "source!": _text, "status": _STATUS,
            "event": {"sub!": _text, "named": _text, "exact": _text, "open": _flag,
                      "words": _text},
        },
        "access_policy": {"name!": _text, "source!": _text},
        "code": {"services!": _texts, "source!": _text},
    },
}  # fmt: skip
