"""`data.aws_iam_policy_document` as the AWS provider renders it, with holes where there are any.

Source: terraform-provider-aws, internal/service/iam/policy_document_data_source.go and
policy_model.go: single values are strings, several are lists in reverse order of their text;
statements of `source_policy_documents` come first, equal sids of later ones replace earlier ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.types.partial import blame, known, unmark
from graph.policy import holed
from graph.values import Json, OneOf, Text, Unknown

_PLAIN = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


def render(attributes: Mapping[str, Data]) -> Data:
    """The `json` attribute: a string, or `Json` where the document has holes."""
    version = attributes.get("version") or "2012-10-17"
    document: dict[str, Data] = {"Version": version}
    if attributes.get("policy_id"):
        document["Id"] = attributes["policy_id"]
    statements: list[Data] = []
    for source in _documents(attributes, "source_policy_documents", "source_json"):
        _merge(statements, source)
    own = [_statement(block) for block in _blocks(attributes.get("statement"))]
    _merge_all(statements, own)
    for source in _documents(attributes, "override_policy_documents", "override_json"):
        _merge(statements, source)
    if statements:
        document["Statement"] = tuple(statements)
    if known(document):
        return json.dumps(_plain(document), indent=2, ensure_ascii=False)
    return Json(document)


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
        if principals is not None:
            found[key] = principals
    conditions = _conditions(_blocks(block.get("condition")))
    if conditions:
        found["Condition"] = conditions
    return found


def _list(values: Data) -> Data:
    """One value stands for itself; several are sorted backwards, as the provider does."""
    plain, _ = unmark(values)
    if not isinstance(plain, tuple):
        return plain
    items = tuple(_variables(item) for item in plain)
    if len(items) == 1:
        return items[0]
    if all(isinstance(item, str) for item in items):
        return tuple(sorted(set(items), key=str, reverse=True))
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
        if kind == "*" and identifiers == ("*",):
            return "*"
        before = found.get(kind)
        together = (*_tuple(before), *_tuple(_list(identifiers)))
        found[kind] = together[0] if len(together) == 1 else together
    return found


def _tuple(value: Data) -> tuple[Data, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _conditions(blocks: list[Mapping[str, Data]]) -> dict[str, Data]:
    found: dict[str, dict[str, Data]] = {}
    for block in blocks:
        test, variable = unmark(block.get("test"))[0], unmark(block.get("variable"))[0]
        if isinstance(test, str) and isinstance(variable, str):
            values = _list(block.get("values"))
            before = found.setdefault(test, {}).get(variable)
            together = (*_tuple(before), *_tuple(values))
            found[test][variable] = together[0] if len(together) == 1 else together
        else:
            hole = blame(test, variable)
            found.setdefault("StringEquals", {})[f"${{key {len(found) + 1}}}"] = hole
    return dict(found)


def _documents(attributes: Mapping[str, Data], several: str, single: str) -> list[Data]:
    plain, _ = unmark(attributes.get(several))
    items: list[Data] = []
    if plain is not None:
        items = list(plain) if isinstance(plain, tuple) else [plain]
    old = attributes.get(single)
    return [old, *items] if old is not None else items


def _merge(statements: list[Data], source: Data) -> None:
    """The statements of another document; of an unknown one, a statement that may say anything."""
    plain, _ = unmark(source)
    document: object = plain
    if isinstance(plain, str):
        if not plain.strip():
            return
        try:
            document = json.loads(plain)
        except ValueError:
            return
    elif isinstance(plain, Json):
        document = plain.document
    elif isinstance(plain, Text):
        document = holed.document(plain)
    if isinstance(document, Mapping):
        found = document.get("Statement", ())
        _merge_all(statements, list(found) if isinstance(found, tuple | list) else [found])
    elif isinstance(plain, Unknown | OneOf | Text):
        statements.append(blame(plain))


def _merge_all(statements: list[Data], more: list[Data]) -> None:
    for statement in more:
        frozen = _frozen(statement)
        sid = frozen.get("Sid") if isinstance(frozen, Mapping) else None
        for index, old in enumerate(statements):
            if sid and isinstance(old, Mapping) and old.get("Sid") == sid:
                statements[index] = frozen
                break
        else:
            statements.append(frozen)


def _frozen(value: object) -> Data:
    if isinstance(value, Mapping):
        return {str(key): _frozen(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    return value  # type: ignore[return-value] # JSON scalars and holes are Data


def _plain(value: Data) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
