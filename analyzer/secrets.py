"""Which names promise a secret. Such values are never kept: what is not there cannot leak."""

from __future__ import annotations

import re

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


def secret_name(name: str) -> bool:
    """Whether an attribute or variable of that name holds a secret value.

    `db_password` does; `secret_name`, `password_length` and `manage_master_user_password` do not.
    """
    return bool(_SECRET.search(name)) and not _ABOUT.search(name)
