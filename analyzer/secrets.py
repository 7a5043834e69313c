"""Which names promise a secret. Such values are never kept: what is not there cannot leak."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

_SECRET = re.compile(
    r"(passwd|password|passphrase|secret_?string|secret_?binary|secret_?value|client_?secret"
    r"|secret_?key|private_?key|access_?key_?secret|secret_?access_?key|api_?key|apikey"
    r"|auth_?token|access_?token|api_?token|bearer|connection_?string|credentials?_?json"
    r"|(^|_|-)(token|secret|pwd|pass|sas|dsn|access_?key)$)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(_arns?|_ids?|_names?|_ttl|_length|_version|_versions|_rotation|_policy|_url|_path|_hash"
    r"|_size|_days|_enabled|_type|_file|_ref|_key_arn|_kms_key_id|_lifetime|_expiration)$"
    r"|^(manage|enable|use|create|has|is|rotate|require|generate)_",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def secret_name(name: str) -> bool:
    """Whether an attribute or variable of that name holds a secret value.

    `db_password` does; `secret_name`, `password_length` and `manage_master_user_password` do not.
    """
    return bool(_SECRET.search(name)) and not _ABOUT.search(name)


def about_secret(key: str) -> bool:
    """Whether a part of that name only describes the secret it lies beside: its ARN, its name."""
    return bool(_ABOUT.search(f"_{key}"))


# What each shape cannot be without, and the shape itself.
_TOKENS = (
    ("gh", r"gh[pousr]_[A-Za-z0-9]{20,}"),
    ("github_pat_", r"github_pat_[A-Za-z0-9_]{20,}"),
    ("glpat-", r"glpat-[\w-]{16,}"),
    ("AKIA", r"AKIA[A-Z0-9]{16}"),
    ("ASIA", r"ASIA[A-Z0-9]{16}"),
    ("k_live_", r"[rs]k_live_\w{10,}"),
    ("xox", r"xox[abeprs]-[\w-]{10,}"),
    ("sbp_", r"sbp_[a-f0-9]{20,}"),
    ("sb_secret_", r"sb_secret_\w{10,}"),
    ("dp.", r"dp\.(?:st|pt|ct|sa)\.[\w.-]{10,}"),
    ("hvs.", r"hvs\.\w{10,}"),
    ("fm", r"fm[12]_\w{20,}"),
    ("fo1_", r"fo1_\w{20,}"),
    ("_v1_", r"do[oprt]_v1_[a-f0-9]{20,}"),
    ("rnd_", r"rnd_\w{16,}"),
    ("npm_", r"npm_\w{30,}"),
    ("pypi-", r"pypi-\w{30,}"),
    ("pscale_", r"pscale_\w{20,}"),
    ("sk-", r"sk-[A-Za-z0-9_-]{20,}"),
    ("AIza", r"AIza[\w-]{30,}"),
    ("ya29.", r"ya29\.[\w-]{20,}"),
    ("napi_", r"napi_\w{20,}"),
    ("ops_eyJ", r"ops_eyJ\w{30,}"),
    ("HRKU-", r"HRKU-[\w-]{20,}"),
    (".atlasv1.", r"\w{14}\.atlasv1\.[\w-]{40,}"),
    ("SG.", r"SG\.[\w-]{16,}\.[\w-]{16,}"),
    ("eyJ", r"eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}"),
)
_SHAPES = re.compile(
    rf"(?<![A-Za-z0-9])(?:{'|'.join(shape for _, shape in _TOKENS)})"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[^\"]*"
    r"|(?<=://)[^\s/:@\"]{0,200}:[^\s/@$\"]{1,500}(?=@)"
)
_EACH = (
    *_TOKENS,
    ("-----BEGIN ", "-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    ("://", r"://[^\s/:@\"]{0,200}:[^\s/@$\"]{1,500}@"),
)
_MARKS = tuple(mark for mark, _ in _EACH)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_WORD = re.compile(r"[A-Za-z0-9+/=_-]{24,}")
_HEX = re.compile(r"[0-9a-f]{32,}\Z", re.IGNORECASE)
MASK = "(secret)"


def may_hold_secret(text: str) -> bool:
    """Whether it is worth looking closer: quick, and never wrong about a no."""
    return any(map(text.__contains__, _MARKS))  # no generator: every text of a run is asked


def secret_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where in a text a vendor's token, a private key or the login of a URL stands."""
    return (match.span() for match in _SHAPES.finditer(text))


def may_show_secret(text: str) -> bool:
    """Whether a long text may hold one of these shapes: quick, and never wrong about a no."""
    return any(
        found.start() == 0 or not text[found.start() - 1].isalnum()
        for mark, shape in _EACH
        if mark in text
        for found in re.finditer(shape, text)
    )


def masked(text: str) -> str:
    """The last net before a text is printed: what has a secret's shape is not shown."""
    return _SHAPES.sub(MASK, text) if may_hold_secret(text) else text


def looks_secret(value: str, *, identifier: bool = False) -> bool:
    """Whether a value has a credential's shape: a known prefix, a password in a URL, or a word
    of mixed characters that no path and no name has. A UUID that stands alone counts too (several
    vendors' tokens are ones), except where an `identifier` is expected; in a path it is an id.
    """
    if _SHAPES.search(value):
        return True
    words = re.split(r"[\s=,;\"'`]+", value)
    if not identifier and any(_UUID.fullmatch(word.rsplit("#", 1)[-1]) for word in words):
        return True
    return any(map(_random, _WORD.findall(value)))


def _random(word: str) -> bool:
    """Whether a word looks drawn by lot: long hexadecimal, or case and digits thoroughly mixed."""
    if _HEX.match(word):
        return not word.isdigit() and not word.isalpha()
    classes = (str.islower, str.isupper, str.isdigit)
    changes = sum(_kind(a) != _kind(b) for a, b in pairwise(word))
    return all(any(map(test, word)) for test in classes) and changes > len(word) // 3


def _kind(char: str) -> int:
    return 0 if char.islower() else 1 if char.isupper() else 2 if char.isdigit() else 3
