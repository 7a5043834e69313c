"""Regenerate `graph/providers/aws/managed_policies.json.xz` from the `moto` package.

Only for developers, and not a dependency: run it in an environment that is thrown away afterwards.

    python3 -m venv /tmp/policies && /tmp/policies/bin/pip install --no-deps moto
    /tmp/policies/bin/python tools/managed_policies.py

`moto` (Apache-2.0, see NOTICE) ships the documents as AWS's API returned them. Its module is read
as text, never imported, so none of what it depends on is needed.
"""

from __future__ import annotations

import ast
import json
import lzma
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "graph/providers/aws/managed_policies.json.xz"
MODULE = "moto/iam/aws_managed_policies.py"


def main() -> None:
    """Write the data file and say what is in it."""
    source = metadata.distribution("moto")
    rows = documents(Path(str(source.locate_file(MODULE))).read_text(encoding="utf-8"))
    data = {
        "source": f"moto {source.version}",
        "as_of": max(row["UpdateDate"] for row in rows.values())[:10],
        "policies": {
            f"{row['Path']}{name}".lstrip("/"): row["Document"]
            for name, row in sorted(rows.items())
        },
    }
    packed = lzma.compress(compact(data), preset=9 | lzma.PRESET_EXTREME)
    TARGET.write_bytes(packed)
    print(f"{TARGET.name}: {len(rows)} policies as of {data['as_of']}, {len(packed)} bytes")


def documents(module: str) -> dict[str, Any]:
    """The JSON text that the module assigns to its only name."""
    assignment = next(node for node in ast.parse(module).body if isinstance(node, ast.Assign))
    rows: dict[str, Any] = json.loads(ast.literal_eval(assignment.value))
    return rows


def compact(data: Mapping[str, Any]) -> bytes:
    """The same bytes for the same policies."""
    return json.dumps(data, separators=(",", ":"), sort_keys=True).encode()


if __name__ == "__main__":
    main()
