"""A row that says what no row may say is refused, by file, row and nearest right word."""

from __future__ import annotations

from importlib import resources

import pytest

from graph.shapes import complaint
from graph.tables import table

ROOT = resources.files("graph.providers")
FOLDERS = [path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("_")]
MECHANISM = {"id": "x.y", "name": "n", "protects": [], "node": "x/y", "cascade": "never"}
TYPE = {"tf": "x_y", "node": "x/y", "kind": "store", "what": "w"}


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_every_table_can_be_read_and_is_known_to_the_program(path):
    names = {each.name.removesuffix(".toml") for each in path.iterdir() if each.suffix == ".toml"}
    for name in names:
        assert table(path.name, name)
    code = (path / "__init__.py").is_file()
    assert code or "stores" not in names, (
        f"{path.name}/stores.toml lists stores, and {path.name}/__init__.py with PROVIDER is"
        " missing: reports would say that the provider is unknown"
    )


@pytest.mark.parametrize(
    ("name", "rows", "said"),
    [
        ("backups", {"mechanism": [{**MECHANISM, "lable": 1}]}, "mechanism x.y: no key 'lable'"),
        ("backups", {"mechanism": [{**MECHANISM, "notes": ""}]}, "did you mean 'note'?"),
        ("backups", {"mechanism": [{**MECHANISM, "keep": {"fixed": "seven"}}]}, "no duration"),
        ("backups", {"mechanism": [{**MECHANISM, "cascade": "alway"}]}, "did you mean 'always'?"),
        ("backups", {"mechanism": [{"id": "x.y"}]}, "the key 'name' is missing"),
        ("stores", {"type": [{**TYPE, "lable": []}]}, "x/stores.toml: type x_y: no key 'lable'; did you mean 'label'?"),
        ("stores", {"type": [{**TYPE, "skip": [{"attr": "a", "op": "yes"}]}]}, "op: no word 'yes'"),
        ("stores", {"type": [{**TYPE, "skip": [{"attribute": "a", "op": "set"}]}]}, "did you mean 'attr'?"),
    ],
)  # fmt: skip
def test_a_typo_is_named_with_its_place(name, rows, said):
    assert said in complaint(f"x/{name}.toml", name, rows)
