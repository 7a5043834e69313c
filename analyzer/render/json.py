"""The canonical result itself: `findings.json`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer.escape import json_text


def render(document: Mapping[str, Any]) -> str:
    """The document as JSON text with a final newline."""
    return json_text(document)
