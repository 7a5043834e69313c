"""`blastwall.yaml` → the environments it declares; every fault with line, cause and next step.

The file comes with the code that is judged, so that whoever opens a pull request can write it: it
may add inputs and no more. Rules, thresholds and accepted risks are not its business.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from analyzer.readers.faults import fault, field_name, schema_faults
from analyzer.readers.terraform.environments import Declaration
from analyzer.readers.yamltree import Malformed, Path, YamlTree, read_yaml
from analyzer.schemas import schema
from analyzer.secrets import looks_secret, secret_name
from graph.problems import Problem
from graph.values import Location

NAMES = ("blastwall.yaml", "blastwall.yml")
_HINT = "`blastwall schema config` has the form"


def read_configuration(
    text: str, path: str, folder: str
) -> tuple[tuple[Declaration, ...], tuple[Problem, ...]]:
    """The environments of one file, whose roots lie below `folder`, and all that is wrong."""
    try:
        tree = read_yaml(text)
    except Malformed as error:
        return (), (fault(path, str(error), error.line, f"nothing of it was used; {_HINT}"),)
    problems = [
        fault(path, f"the key {inner[-1]!r} is given twice", line, "the first value was used")
        for inner, _, line in tree.doubled
    ]
    refused: set[Path] = set()
    if not isinstance(tree.data, dict):
        why = "it must be a mapping that begins with `version: 1`"
        return (), (fault(path, why, 1, f"nothing of it was used; {_HINT}"),)
    for at, message in (*_secrets(tree.data), *schema_faults(tree.data, schema("config"))):
        entry = at[:2]
        if entry not in refused or not problems:
            problems.append(fault(path, message, tree.line(at), _effect(entry)))
        refused.add(entry)
    found = list(_declarations(tree, path, folder, refused))
    return tuple(_once(found, path, problems)), tuple(problems)


def _effect(entry: Path) -> str:
    what = "the environment was not analysed" if len(entry) == 2 else "the field was not used"
    return f"{what}; {_HINT}"


def _secrets(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Values that must not stand in a repository at all."""
    rows = data.get("environments")
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        variables = row.get("variables") if isinstance(row, dict) else None
        for name, value in (variables if isinstance(variables, dict) else {}).items():
            if looks_secret(str(value)) or looks_secret(name) or secret_name(name):
                path: Path = ("environments", index, "variables", name)
                why = "a secret value seems to stand here; take it out, no analysis needs it"
                yield path, f"{field_name(path)}: {why}"


def _declarations(
    tree: YamlTree, path: str, folder: str, refused: set[Path]
) -> Iterator[Declaration]:
    rows = tree.data.get("environments") if ("environments",) not in refused else None
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        at: Path = ("environments", index)
        if at in refused or not isinstance(row, dict):
            continue
        root = posixpath.normpath(posixpath.join(folder, str(row.get("root", "."))))
        yield Declaration(
            name=row["name"],
            root=root,
            location=Location(path, tree.line(at)),
            var_files=tuple(row.get("var_files", ())),
            variables=tuple((name, _text(v)) for name, v in row.get("variables", {}).items()),
            workspace=row.get("workspace"),
        )


def _once(found: list[Declaration], path: str, problems: list[Problem]) -> Iterator[Declaration]:
    seen: dict[tuple[str, str], int] = {}
    for item in found:
        first = seen.setdefault((item.name, item.root), item.location.line)
        if first == item.location.line:
            yield item
        else:
            why = f"the environment {item.name!r} is declared twice (first on line {first})"
            problems.append(fault(path, why, item.location.line, "the second one was left out"))


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
