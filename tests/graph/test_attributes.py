"""Attributes in the tables exist: for a misspelt one the default would count as the answer.

Where code leaves an attribute out its default decides, so a typo would call a backup that is
switched off one that is on.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from pathlib import Path

import pytest

from tests.graph.attributes import uses

SCHEMA = json.loads(Path(__file__).with_name("terraform_arguments.json").read_text("utf-8"))
ARGUMENTS = {tf: set(names.split()) for tf, names in SCHEMA["types"].items()}
USES = tuple(dict.fromkeys(uses()))


def fault(file, row, tf, path):
    for name in path.split("."):
        if name not in ARGUMENTS[tf]:
            close = get_close_matches(name, ARGUMENTS[tf], 1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            return f"{file}: {row}: {tf} has no attribute {name!r}{hint}"
    return ""


def test_every_attribute_that_a_table_names_exists():
    assert not [wrong for use in USES if use[2] in ARGUMENTS and (wrong := fault(*use))]


def test_every_type_of_a_provider_in_the_list_is_in_it():
    known = tuple(f"{name}_" for name in SCHEMA["versions"])
    missing = {tf for _, _, tf, _ in USES if tf.startswith(known)} - ARGUMENTS.keys()
    assert not missing, f"run tools/terraform_arguments.py, or mend the names: {sorted(missing)}"


def test_a_misspelt_attribute_is_named_with_its_row_and_the_nearest():
    said = fault("aws/backups.toml", "mechanism x", "aws_db_instance", "backup_retention_periode")
    assert said == (
        "aws/backups.toml: mechanism x: aws_db_instance has no attribute"
        " 'backup_retention_periode'; did you mean 'backup_retention_period'?"
    )


@pytest.mark.parametrize("name", ["backup_retention_period", "skip_final_snapshot"])
def test_what_decides_about_backups_is_among_what_is_checked(name):
    assert ("aws_db_instance", name) in {use[2:] for use in USES}
