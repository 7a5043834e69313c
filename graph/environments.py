"""The environment that a word or a name stands for (`prod-eu`), and the tags that name one."""

from __future__ import annotations

import re
from collections.abc import Sequence

TAGS = ("environment", "env", "stage", "environment-name", "environment_name", "tier", "deployment")
_PRODUCTION = frozenset({"prod", "production", "prd", "produktion"})
_OTHER = {
    "staging": "staging", "stage": "staging", "stg": "staging", "dev": "development",
    "develop": "development", "development": "development", "qa": "test", "uat": "test",
    "tst": "test", "sandbox": "sandbox", "sbx": "sandbox", "playground": "sandbox",
    "preprod": "preproduction", "preproduction": "preproduction", "ephemeral": "preview",
    "nonprod": "non-production", "nonproduction": "non-production",
}  # fmt: skip
# Words that mean other things too: `test` counts at either end (not in `ab-test-results`), the
# others at the end only (`app-demo`, but not `demo-requests`, `training-data`, `live-chat`).
_AT_ENDS = {"test": "test", "tests": "test", "testing": "test"}
_LAST = {
    "demo": "demo", "preview": "preview", "training": "training", "local": "development",
    "integration": "integration", "live": "production",
}  # fmt: skip
_BEFORE = frozenset({"pre", "non", "not", "no", "pseudo", "fake"})
_TOKENS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def environment_of(word: str) -> tuple[str, bool] | None:
    """The environment a word or name stands for, and whether that is production.

    A name that says both (`staging-prod`) says neither: whichever it is, it must not be hidden.
    """
    tokens = [token.lower() for token in _TOKENS.findall(word) if not token.isdigit()]
    found = dict.fromkeys(name for at in range(len(tokens)) if (name := _environment(tokens, at)))
    if not found or ("production" in found and len(found) > 1):
        return None
    first = next(iter(found))
    return first, first == "production"


def _environment(tokens: Sequence[str], at: int) -> str | None:
    """The environment that one token of a name stands for where it stands."""
    word, last = tokens[at], at == len(tokens) - 1
    before = tokens[at - 1] if at else ""
    if word in _PRODUCTION or (word == "live" and last):
        if before in _BEFORE:
            return "preproduction" if before == "pre" else "non-production"
        return "non-production" if not last and tokens[at + 1] == "like" else "production"
    if word in _AT_ENDS and (last or not at):
        return _AT_ENDS[word]
    return _OTHER.get(word) or (_LAST.get(word) if last else None)
