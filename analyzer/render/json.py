"""The canonical result itself: `findings.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def render(document: Mapping[str, Any]) -> str:
    """The document as JSON text with a final newline."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
