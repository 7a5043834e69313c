"""The account that a provider configuration works in because of a role or a profile.

An account that is not known is named by the expression that says it: what is the same expression is
the same account, and of different ones nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.readers.terraform.config import Declared
from analyzer.readers.terraform.parse import blocks_of
from analyzer.readers.terraform.syntax import Body, Expression, Literal, Template
from graph.values import OneOf, Text, Unknown, Value, Why

# Whose role it is in the end: of several in a row the last one is used.
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs#assuming-an-iam-role
_ROLES = ("assume_role", "assume_role_with_web_identity")
_BLANK = re.compile(r"""("(?:[^"\\]|\\.)*")|\s+""")  # outside of strings
Part = str | Unknown | OneOf


@dataclass(frozen=True, slots=True)
class Written:
    """A provider block, and where what it says holds: a stack and a module in it."""

    declared: Declared
    within: str


def assumed(
    values: Mapping[str, Value], scope: str, written: Written | None
) -> str | Unknown | None:
    """The account of the role or the profile; `None` where there is neither."""
    for name in _ROLES:
        arn = _role(values.get(name))
        if arn not in (None, ""):
            return _of_arn(arn, _expression(written, name, "role_arn"), scope, written)
    allowed = values.get("allowed_account_ids")
    if isinstance(allowed, tuple) and len(allowed) == 1 and isinstance(allowed[0], str | int):
        return str(allowed[0])
    profile = values.get("profile")
    if profile in (None, ""):
        return None
    if isinstance(profile, str):
        what = f"the account of profile {profile}"
        return Unknown(Why.COMPUTED, what, symbol=f"account:{profile}")
    text = _said(written, scope, [_expression(written, "", "profile")])
    return _unknown(_parts(profile), text, "profile ", own=False)


def _role(roles: Value) -> Value:
    role = roles[-1] if isinstance(roles, tuple) and roles else roles
    return role.get("role_arn") if isinstance(role, Mapping) else None


def _of_arn(
    arn: Value, node: Expression | None, scope: str, written: Written | None
) -> str | Unknown:
    """The text between the fourth and the fifth colon."""
    if isinstance(arn, OneOf):
        accounts = {_of_arn(option, node, scope, written) for option in arn.options if option}
        if len(accounts) == 1 and all(arn.options) and isinstance(one := accounts.pop(), str):
            return one
    whole = _parts(arn)
    parts = tuple(_between(whole))
    if parts and all(isinstance(part, str) for part in parts):
        return "".join(map(str, parts))
    pieces = _literal_parts(node)
    text = _said(written, scope, list(_between(pieces)) or pieces)
    own = len(parts) == 1
    return _unknown(parts or whole, text, "" if own else "role ", own=own)


def _parts(value: Value) -> tuple[Part, ...]:
    if isinstance(value, Text):
        return value.parts
    return (value,) if isinstance(value, Part) else ()


def _between(parts: Iterable[Any]) -> Iterator[Any]:
    colons = 0
    for part in parts:
        if not isinstance(part, str):
            if colons == 4:
                yield part
            continue
        for index, piece in enumerate(part.split(":")):
            colons += index > 0
            if colons == 4 and piece:
                yield piece


def _unknown(parts: Iterable[object], text: str, kind: str, *, own: bool) -> Unknown:
    """An account by the identities of its parts, where one has none by what is written. `own`: the
    only part is the account itself.
    """
    found = list(parts)
    hole = next((p for p in found if isinstance(p, Unknown)), Unknown(Why.VARIABLE, "a role"))
    named = [part if isinstance(part, str) else _symbol(part) for part in found]
    if own and named[0]:
        symbol = str(named[0])
    elif found and all(named):
        symbol = f"account:{kind}{'+'.join(map(str, named))}"
    else:
        symbol = f"account:{kind}{text}"
    return Unknown(hole.why, f"the account of {kind}{hole.detail}", hole.location, symbol)


def _symbol(part: object) -> str | None:
    """What a hole is equal by: not by an element of which nobody knows which."""
    symbol = part.symbol if isinstance(part, Unknown) else None
    return symbol if symbol and "[?]" not in symbol else None


def _expression(written: Written | None, block: str, name: str) -> Expression | None:
    """How an argument is written, in the last block of a type or beside them."""
    if written is None:
        return None
    body = written.declared.block.body
    if block:
        found = [each.body for each in blocks_of(body, {block: 0}) if each.type == block]
        body = found[-1] if found else Body({}, (), (0, 0))
    argument = body.arguments.get(name)
    return argument.value if argument else None


def _literal_parts(node: Expression | None) -> list[object]:
    if not isinstance(node, Template):
        return [node]
    return [
        part.value if isinstance(part, Literal) and isinstance(part.value, str) else part
        for part in node.parts
    ]


def _said(written: Written | None, scope: str, parts: list[Any]) -> str:
    """Expressions as they are written, whatever the blanks in them; else one of its own."""
    if written is None or None in parts:
        return scope
    file = written.declared.file
    texts = (part if isinstance(part, str) else file.cut(part.span) for part in parts)
    return f"{written.within}|" + "+".join(_BLANK.sub(r"\1", text) for text in texts)
