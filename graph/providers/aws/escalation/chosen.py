"""Names that the caller chooses: any that a template allows and his policies let him use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from graph.policy.callers import Book, Caller
from graph.policy.globs import Pattern, Token, Wild, compiled, matches
from graph.policy.names import Hole, Name, Part, joined
from graph.providers.aws.access import permission

MOST = 12  # names tried for one template
_FIELD = re.compile(r"\{(\w+)\}")
_SOME = "chosen-by-the-caller"
_HEAD = 5  # the colons before the resource's own name


def open_name(template: str, caller: Caller) -> Name:
    """A template with a hole for each name that is free."""
    return Name(_filled(template, caller, lambda field: Hole(detail=f"a {field} of his choice")))


def candidates(template: str, calls: Iterable[str], caller: Caller) -> list[Name]:
    """Names for a template to which the caller's own policies point, and one of no meaning."""
    wanted = compiled(Name(_filled(template, caller, lambda _: "*")), variables=False)
    plain = Name(_filled(template, caller, lambda _: _SOME))
    found = [plain]
    for pattern in _patterns(caller, calls):
        name = _instance(pattern, plain)
        if name is not None and matches(wanted, name):
            found.append(name)
    return list({name.code: name for name in found}.values())[:MOST]


def allowed(template: str, call: str, caller: Caller) -> list[Name] | None:
    """Names that stand for all that a call is allowed on, `None` where nobody can say."""
    plain = Name(_filled(template, caller, lambda field: Hole(detail=field)))
    found: list[Name] = []
    for statement, _ in caller.identity.on(permission(call)):
        if not statement.allow:
            continue
        if statement.resources is None or statement.resources.negated:
            return None
        for pattern in (it for entry in statement.resources.entries for it in entry):
            name = _instance(pattern, plain, Hole(detail="any"))
            if name is None:
                return None
            found.append(name)
    return found if len(found) <= MOST else None


def _filled(template: str, caller: Caller, free: Callable[[str], Part]) -> tuple[Part, ...]:
    parts: list[Part] = []
    at = 0
    for match in _FIELD.finditer(template):
        parts.append(template[at : match.start()])
        match match[1]:
            case "account":
                parts.extend(caller.account.parts)
            case "partition":
                parts.append(_partition(caller.arn))
            case field:
                parts.append(free(field))
        at = match.end()
    parts.append(template[at:])
    return joined(parts)


def _partition(arn: Name) -> str:
    first = arn.parts[0] if arn.parts else ""
    return first.split(":")[1] if isinstance(first, str) and ":" in first else "aws"


def _patterns(caller: Caller, calls: Iterable[str]) -> Iterator[Pattern]:
    """What the policies allow, and what their denies leave out."""
    books: list[Book] = [caller.identity, *([caller.boundary] if caller.boundary else [])]
    for call in calls:
        for book in books:
            for statement, _ in book.on(permission(call)):
                clause = statement.resources
                if clause is not None and clause.negated is not statement.allow:
                    yield from (pattern for entry in clause.entries for pattern in entry)


def _instance(pattern: Pattern, plain: Name, star: Part = _SOME) -> Name | None:
    """A name that a pattern covers; what it leaves open of the head is the template's."""
    heads = _segments(pattern.tokens)
    if len(heads) <= _HEAD or any(Wild.STAR in part and len(part) > 1 for part in heads[:_HEAD]):
        return None
    usual = _segments(plain.parts)
    parts: list[Part] = []
    for number, (head, own) in enumerate(zip(heads[:_HEAD], usual[:_HEAD], strict=True)):
        parts.extend([":"] if number else [])
        parts.extend(_plain(own if head == [Wild.STAR] else head, star))
    for head in heads[_HEAD:]:
        parts.append(":")
        parts.extend(_plain(head, star))
    return Name(joined(parts))


def _plain(tokens: Iterable[Token], star: Part) -> Iterator[Part]:
    for token in tokens:
        if isinstance(token, Wild):
            yield star if token is Wild.STAR or isinstance(star, Hole) else "x"
        elif isinstance(token, str | Hole):
            yield token


def _segments(tokens: Iterable[Token]) -> list[list[Token]]:
    found: list[list[Token]] = [[]]
    for token in tokens:
        if not isinstance(token, str):
            found[-1].append(token)
            continue
        first, *others = token.split(":")
        found[-1].extend([first] if first else [])
        found.extend([other] if other else [] for other in others)
    return found
