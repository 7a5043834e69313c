"""What a schema has against a document, in words: which field, what is wrong, what was meant.

No value is ever repeated: it could be a secret that somebody put in the wrong place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from analyzer.readers.yamltree import Path
from analyzer.secrets import looks_secret
from graph.problems import Problem, ProblemKind
from graph.values import Location

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_TYPES = {
    "array": "a list",
    "object": "a mapping of fields",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def schema_faults(data: Any, schema: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Each fault with the path of the field it concerns, in the document's order."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 (0.1 s, only for a grants file)

    errors = sorted(Draft202012Validator(dict(schema)).iter_errors(data), key=_place)
    mistyped = {_place(error) for error in errors if error.validator == "additionalProperties"}
    for error in errors:
        # A field that is missing because its name is mistyped is one mistake, not two.
        if _place(error) not in mistyped or error.validator not in {"required", "oneOf"}:
            yield from _messages(error)


def fault(path: str, what: str, line: int, effect: str) -> Problem:
    """A fault in a file as the problem that reports show."""
    return Problem(ProblemKind.INVALID, f"{path}:{line}", what, effect, Location(path, line))


def field_name(path: Path) -> str:
    """`credentials[0].held_in`; a name that is itself a secret is not repeated."""
    shown = ""
    for step in path:
        if isinstance(step, int):
            shown += f"[{step}]"
        else:
            word = "(a secret)" if looks_secret(step) else step
            shown += f".{word}" if shown else word
    return shown or "the file"


def meant(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'held_in'?`, or nothing."""
    close = get_close_matches(word, list(known), 1, 0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


def _place(error: ValidationError) -> tuple[str, ...]:
    return tuple(str(step) for step in error.absolute_path)


def _messages(error: ValidationError) -> Iterator[tuple[Path, str]]:
    path: Path = tuple(error.absolute_path)
    name = str(error.validator)
    wanted: Any = error.validator_value
    if name in {"oneOf", "anyOf"}:
        inner = _closest(error)
        if inner is not None:
            yield from _messages(inner)
            return
    if name == "additionalProperties":
        yield from _unknown_fields(error, path)
    elif name == "required":
        given = _mapping(error.instance)
        missing = [field for field in wanted or () if field not in given]
        yield path, f"{field_name(path)}: {', '.join(missing)} must be given"
    elif name == "enum":
        hint = meant(str(error.instance), [str(word) for word in wanted])
        yield path, f"{field_name(path)}: must be one of {', '.join(map(str, wanted))}{hint}"
    elif name == "const":
        yield path, f"{field_name(path)}: must be {wanted!r}"
    elif name == "type":
        yield path, f"{field_name(path)}: must be {_type(wanted)}"
    else:
        what = str(_mapping(error.schema).get("description", "")).rstrip(".")
        yield path, f"{field_name(path)}: not of the right form{f' ({what})' if what else ''}"


def _closest(error: ValidationError) -> ValidationError | None:
    """Of several shapes, the fault of the one that was meant: it has the value's type, and the
    fault lies deepest. `None` where every shape is as far off as the others.
    """
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    typed = [faults for faults in branches.values() if not any(map(_wrong_type, faults))]
    if len(typed) == 1:
        return max(typed[0], key=lambda fault: len(fault.absolute_path))
    deepest = max(
        (fault for faults in typed for fault in faults),
        key=lambda fault: (len(fault.absolute_path), fault.validator == "additionalProperties"),
        default=None,
    )
    if deepest is None:
        return None
    deeper = len(deepest.absolute_path) > len(error.absolute_path)
    return deepest if deeper or deepest.validator == "additionalProperties" else None


def _wrong_type(fault: ValidationError) -> bool:
    """Whether the value is of another type than the shape's, at the top of the shape."""
    at_top = not fault.path
    if fault.validator == "enum":
        return at_top and not isinstance(fault.instance, str)
    if fault.validator == "oneOf":
        return at_top and bool(fault.context) and all(map(_wrong_type, fault.context or ()))
    return at_top and fault.validator == "type"


def _unknown_fields(error: ValidationError, path: Path) -> Iterator[tuple[Path, str]]:
    schema = _mapping(error.schema)
    allowed = list(_mapping(schema.get("properties")))
    free = bool(schema.get("patternProperties"))
    for field in _mapping(error.instance):
        if field not in allowed and not (free and str(field).startswith("x-")):
            inner = (*path, field)
            hint = meant(str(field), allowed) or f"; there are {', '.join(allowed)}"
            yield inner, f"{field_name(inner)}: there is no such field{hint}"


def _type(wanted: Any) -> str:
    words = [wanted] if isinstance(wanted, str) else list(wanted)
    return " or ".join(_TYPES.get(word, str(word)) for word in words)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
