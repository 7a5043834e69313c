"""`data.aws_iam_policy_document` as the AWS provider renders it, with holes where there are any.

Source: terraform-provider-aws, internal/service/iam/policy_document_data_source.go and
policy_model.go. Sets are lists in reverse order of their text, one element stands for itself;
values of conditions keep their order. Documents are merged in order: a later statement takes the
place of an earlier one with its sid, a later id that of an earlier one, the newest version counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import cast

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.types.partial import blame, known, unmark
from graph.policy import holed
from graph.policy.names import names
from graph.values import Json, OneOf, Text, Unknown, Value, Why

VERSION = "2012-10-17"
MAX_STATEMENTS = 500  # AWS takes no policy of over 20,480 characters
_ORDER = (
    "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal",
    "NotPrincipal", "Condition",
)  # fmt: skip
_KEYS = {key.lower(): key for key in _ORDER}  # Go reads keys in any case
_PLAIN = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}
_ESCAPED = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})  # as Go writes JSON


def render(attributes: Mapping[str, Data]) -> Data:
    """The `json` attribute: a string, or `Json` where the document has holes."""
    document: dict[str, Data] = {"Version": "", "Id": ""}
    statements: list[Data] = []
    for source in _documents(attributes, "source_policy_documents", "source_json"):
        _merge(document, statements, source)
    own = [*map(_statement, _blocks(attributes.get("statement"))), *_doubtful(attributes)]
    version, id_ = attributes.get("version") or VERSION, attributes.get("policy_id")
    _adopt(document, {"Version": version, "Id": id_})
    _merge_all(statements, own)
    for source in _documents(attributes, "override_policy_documents", "override_json"):
        _merge(document, statements, source)
    found: dict[str, Data] = {key: value for key, value in document.items() if value}
    if statements:
        found["Statement"] = tuple(statements)
    if known(found):
        return written(found, indent=2)
    return Json(cast("Value", found))


def written(document: object, indent: int | None = None) -> str:
    """A document as Go writes JSON."""
    separators = None if indent else (",", ":")
    text = json.dumps(_plain(document), indent=indent, separators=separators, ensure_ascii=False)
    return text.translate(_ESCAPED)


def _blocks(value: Data) -> list[Mapping[str, Data]]:
    plain, _ = unmark(value)
    items = plain if isinstance(plain, tuple) else (plain,)
    return [item for item in items if isinstance(item, Mapping)]


def _statement(block: Mapping[str, Data]) -> Data:
    found: dict[str, Data] = {}
    if block.get("sid"):
        found["Sid"] = block["sid"]
    found["Effect"] = block.get("effect") or "Allow"
    for name, key in _PLAIN.items():
        values = block.get(name)
        if values is not None and values != ():
            found[key] = _list(values)
    for name, key in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        principals = _principals(_blocks(block.get(name)))
        for each in (*_open(block, name), principals):
            if each is not None:
                found.setdefault(key, each)
    conditions = _conditions(_blocks(block.get("condition")))
    for each in (*_open(block, "condition"), conditions):
        if each:
            found.setdefault("Condition", each)
    return found


def _doubtful(attributes: Mapping[str, Data]) -> Iterator[Data]:
    """Statements that may not be there, each with what it would say, else a hole."""
    for item in _tuple(unmark(attributes.get("statement"))[0]):
        if isinstance(item, OneOf):
            blocks = cast("tuple[Data, ...]", item.options)
            options = [_statement(it) if isinstance(it, Mapping) else it for it in blocks]
            yield OneOf(tuple(cast("Value", option) for option in options), item.why)
        elif isinstance(item, Unknown):
            yield item


def _open(block: Mapping[str, Data], name: str) -> tuple[Data, ...]:
    """A hole where nested blocks would stand of which nothing is known."""
    plain, _ = unmark(block.get(name))
    items = plain if isinstance(plain, tuple) else (plain,)
    return tuple(blame(item) for item in items if isinstance(item, Unknown | OneOf))[:1]


def _list(values: Data) -> Data:
    """One value stands for itself; several are sorted backwards, as the provider does."""
    plain, _ = unmark(values)
    if not isinstance(plain, tuple):
        return plain
    items = tuple(dict.fromkeys(plain)) if all(isinstance(item, str) for item in plain) else plain
    if len(items) == 1:
        return _variables(items[0])
    return tuple(_variables(item) for item in _backwards(items))


def _backwards(items: tuple[Data, ...]) -> tuple[Data, ...]:
    if all(isinstance(item, str) for item in items):
        return tuple(sorted(items, key=str, reverse=True))
    return items


def _variables(value: Data) -> Data:
    """`&{aws:username}` is written so that Terraform leaves it alone."""
    if isinstance(value, str):
        return value.replace("&{", "${")
    if isinstance(value, Text):
        return Text(tuple(p.replace("&{", "${") if isinstance(p, str) else p for p in value.parts))
    return value


def _principals(blocks: list[Mapping[str, Data]]) -> Data:
    if not blocks:
        return None
    found: dict[str, Data] = {}
    for block in blocks:
        kind, _ = unmark(block.get("type"))
        identifiers, _ = unmark(block.get("identifiers"))
        if not isinstance(kind, str):
            return blame(kind) if not known(kind) else blame(identifiers)
        given = _list(identifiers)
        if kind == "*" and given == "*" and len(blocks) == 1:
            return "*"
        if isinstance(given, tuple):
            given = _backwards(given)
        found[kind] = _together(found[kind], given) if kind in found else given
    return dict(sorted(found.items()))


def _together(before: Data, more: Data) -> Data:
    return (*_tuple(before), *_tuple(more))


def _tuple(value: Data) -> tuple[Data, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _conditions(blocks: list[Mapping[str, Data]]) -> dict[str, Data]:
    found: dict[str, dict[str, Data]] = {}
    for block in blocks:
        test, variable = unmark(block.get("test"))[0], _spelled(unmark(block.get("variable"))[0])
        if isinstance(test, str) and isinstance(variable, str):
            values = _in_order(block.get("values"))
            before = found.setdefault(test, {}).get(variable)
            together = (*_tuple(before), *_tuple(values))
            found[test][variable] = together[0] if len(together) == 1 else together
        else:
            hole = blame(test, variable)
            found.setdefault("StringEquals", {})[f"${{key {len(found) + 1}}}"] = hole
    return {test: dict(sorted(keys.items())) for test, keys in sorted(found.items())}


def _spelled(variable: Data) -> Data:
    """A condition key of which a part is not known, in words: the rest of it tells what it is."""
    found = names(variable) if isinstance(variable, Text) else None
    return found[0].shown if found and len(found) == 1 else variable


def _in_order(values: Data) -> Data:
    plain, _ = unmark(values)
    if not isinstance(plain, tuple):
        return plain
    return tuple(_variables(item) for item in plain)


def _documents(attributes: Mapping[str, Data], several: str, single: str) -> list[Data]:
    plain, _ = unmark(attributes.get(several))
    items: list[Data] = []
    if plain is not None:
        items = list(plain) if isinstance(plain, tuple) else [plain]
    old = attributes.get(single)
    return [old, *items] if old is not None else items


def _merge(document: dict[str, Data], statements: list[Data], source: Data) -> None:
    """Another document; of an unknown one, a statement that may say anything."""
    plain, _ = unmark(source)
    found: object = plain
    if isinstance(plain, str):
        if not plain.strip():
            return
        try:
            found = json.loads(plain)
        except ValueError:
            statements.append(Unknown(Why.ERROR, "a document to merge is no JSON"))
            return
    elif isinstance(plain, Json):
        found = plain.document
    elif isinstance(plain, Text):
        found = holed.document(plain)
    if isinstance(found, Mapping):
        _adopt(document, found)
        more = found.get("Statement", ())
        more = more if isinstance(more, tuple | list) else [more]
        _merge_all(statements, [_normal(_frozen(item)) for item in more])
    elif isinstance(plain, Unknown | OneOf | Text):
        statements.append(blame(plain))


def _adopt(document: dict[str, Data], other: Mapping[str, object]) -> None:
    version, id_ = other.get("Version"), other.get("Id")
    if id_:
        document["Id"] = _frozen(id_)
    if version and not (isinstance(version, str) and version <= str(document["Version"])):
        document["Version"] = _frozen(version)


def _normal(statement: Data) -> Data:
    """A statement of another document as the provider writes it again."""
    if not isinstance(statement, Mapping):
        return statement
    given = {_KEYS.get(key.lower(), key): value for key, value in statement.items()}
    found = {key: given[key] for key in _ORDER if given.get(key) not in (None, "")}
    for key in ("Principal", "NotPrincipal"):
        named = found.get(key)
        if isinstance(named, Mapping):
            found[key] = dict(sorted(named.items()))
    condition = found.get("Condition")
    if isinstance(condition, Mapping):
        found["Condition"] = {
            test: _keys(keys) if isinstance(keys, Mapping) else keys
            for test, keys in sorted(condition.items())
        }
    return found


def _keys(keys: Mapping[str, Data]) -> dict[str, Data]:
    """What a test compares: truth values become texts, numbers are lost on the way."""
    found: dict[str, Data] = {}
    for name, value in sorted(keys.items()):
        if isinstance(value, bool):
            found[name] = "true" if value else "false"
        elif not isinstance(value, int | float):
            found[name] = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    return found


def _merge_all(statements: list[Data], more: list[Data]) -> None:
    for statement in more:
        if len(statements) > MAX_STATEMENTS:
            statements[-1] = Unknown(Why.LIMIT, f"a policy of over {MAX_STATEMENTS} statements")
            return
        frozen = _frozen(statement)
        sids = _sids(frozen)
        for index, old in enumerate(statements):
            if sids and _sids(old) & sids:
                statements[index] = _replaced(old, frozen)
                break
        else:
            statements.append(frozen)


def _sids(statement: Data) -> frozenset[object]:
    """What a statement calls itself, or may, where it is one of several."""
    if isinstance(statement, OneOf):
        options = cast("tuple[Data, ...]", statement.options)
        return frozenset().union(*map(_sids, options))
    sid = statement.get("Sid") if isinstance(statement, Mapping) else None
    return frozenset([sid]) if isinstance(sid, str) and sid else frozenset()


def _replaced(old: Data, new: Data) -> Data:
    """The later of two statements with one sid; where it may not be there, one of both."""
    if not isinstance(new, OneOf):
        return new
    later = tuple(option for option in new.options if option is not None)
    return OneOf((cast("Value", old), *later), new.why)


def _frozen(value: object) -> Data:
    if isinstance(value, Mapping):
        return {str(key): _frozen(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    return value  # type: ignore[return-value] # JSON scalars and holes are Data


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
