"""Regenerate `tests/graph/terraform_arguments.json`: the arguments of the types the tables name.

Only for developers. The index holds, for each provider's version, every resource type with the
names of its arguments and nested blocks, as `terraform providers schema -json` gives them:
`{"versions": {"aws": "6.25.0"}, "resources": {"aws_db_instance": ["identifier", ...]}}`.

    PYTHONPATH=. python3 tools/terraform_arguments.py index.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.graph.attributes import uses

TARGET = Path(__file__).parent.parent / "tests/graph/terraform_arguments.json"


def main(index: str) -> None:
    """Write the file and say what is in it."""
    data = json.loads(Path(index).read_text(encoding="utf-8"))
    types = sorted({tf for _, _, tf, _ in uses()} & data["resources"].keys())
    vendors = {tf.partition("_")[0] for tf in types}
    found = {
        "source": "arguments and nested blocks in the Terraform providers' schemas",
        "versions": {name: data["versions"][name] for name in sorted(vendors)},
        "types": {tf: " ".join(sorted(data["resources"][tf])) for tf in types},
    }
    TARGET.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(types)} types")


if __name__ == "__main__":
    main(sys.argv[1])
