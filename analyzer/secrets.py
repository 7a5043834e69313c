"""Which names promise a secret. Such values are never kept: what is not there cannot leak."""

from __future__ import annotations

import re
from functools import lru_cache

_SECRET = re.compile(
    r"(passwd|password|passphrase|secret_?string|secret_?binary|secret_?value|client_?secret"
    r"|secret_?key|private_?key|access_?key_?secret|secret_?access_?key|api_?key|apikey"
    r"|auth_?token|access_?token|api_?token|bearer|connection_?string|credentials?_?json"
    r"|(^|_|-)(token|secret|pwd|pass|sas|dsn)$)",
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


_SHAPES = re.compile(
    r"(?:^|[^A-Za-z0-9])("
    r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[\w-]{16,}"
    r"|A(?:KIA|SIA)[A-Z0-9]{16}|sk_live_\w{10,}|xox[abpr]-[\w-]{10,}|sbp_[a-f0-9]{20,}"
    r"|dp\.(?:st|pt)\.\w{10,}|hvs\.\w{10,}|fm2_\w{20,}|dop_v1_[a-f0-9]{20,}|rnd_\w{16,}"
    r"|sk-[A-Za-z0-9_-]{20,}|AIza[\w-]{30,}|napi_\w{20,}|sb_secret_\w{10,}|ops_\w{30,}"
    r"|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    r")|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_LONG = re.compile(r"[A-Za-z0-9+/=_-]{32,}\Z")


def looks_secret(value: str) -> bool:
    """Whether a value has a credential's shape: a known prefix, a version 4 UUID, or a long run of
    mixed characters without the words and slashes of a path or a name.
    """
    if _SHAPES.search(value):
        return True
    if not _LONG.match(value):
        return False
    classes = (str.islower, str.isupper, str.isdigit)
    changes = sum(_kind(a) != _kind(b) for a, b in zip(value, value[1:], strict=False))
    return all(any(map(test, value)) for test in classes) and changes > len(value) // 3


def _kind(char: str) -> int:
    return 0 if char.islower() else 1 if char.isupper() else 2 if char.isdigit() else 3
