"""The grants file as data: who holds which token, where it lies, what it may do, what copies are.

Shapes only; reading and checking YAML is the reader's work. Selectors stay text (`selectors.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from graph.values import Location


@dataclass(frozen=True, slots=True)
class Requires:
    """What else is needed to use a credential, as the platform enforces it."""

    approval: str | None = None
    mfa: bool = False
    ip: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    other: str | None = None


@dataclass(frozen=True, slots=True)
class LevelGrant:
    """One entry of `grants:`. `can` is a cumulative level (one item) or exactly these levels."""

    to: tuple[str, ...]
    effect: str = "allow"
    can: tuple[str, ...] = ()
    cumulative: bool = True
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    permissions: Mapping[str, str] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    requires: Requires | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """What a credential was meant for; `None` levels, empty selectors: not said."""

    can: tuple[str, ...] | None = None
    to: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a copy of a credential lies: a path with `#NAME`, or `scheme:rest`.

    `found_by` is "declared" for the grants file, else the reader that found it by name;
    `variable` the name of the variable, never its value.
    """

    at: str
    readers: tuple[str, ...] | None = None
    history: bool = False
    variable: str | None = None
    found_by: str = "declared"
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """One credential; `assumed` says what was guessed about it (its kind from a name, say)."""

    id: str
    kind: str
    location: Location
    declared_as: str | None = None
    purpose: str | None = None
    owner: str | None = None
    scope: tuple[str, ...] = ()
    grants: tuple[LevelGrant, ...] | None = None
    intended: Intent | None = None
    held_in: tuple[Placement, ...] = ()
    held_by: tuple[str, ...] = ()
    requires: Requires | None = None
    becomes: tuple[str, ...] = ()
    expires: str | None = None
    last_used: date | None = None
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, agent, CI or service that can use what it reads."""

    id: str
    reads: tuple[str, ...] | None = None
    runs_as: str | None = None
    approval: str = "none"
    tools: tuple[str, ...] = ()
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class NamedResource:
    """A resource that no code declares, named by hand."""

    id: str
    type: str
    location: Location
    env: str | None = None
    account: str | None = None
    region: str | None = None
    parent: str | None = None
    also_in_envs: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    protected: str | None = None


@dataclass(frozen=True, slots=True)
class DeclaredStore:
    """A data store somebody cares about: which resources hold it and how much may be lost."""

    id: str
    resources: tuple[str, ...]
    location: Location
    env: str | None = None
    holds: str | None = None
    max_loss: timedelta | None = None
    no_backup: str | None = None


@dataclass(frozen=True, slots=True)
class DeclaredBackup:
    """A backup that code does not show; `place` is a selector or "same" (inside the source)."""

    id: str
    of: tuple[str, ...]
    place: str
    location: Location
    kind: str = "vendor"
    schedule: str | None = None
    retention: timedelta | None = None
    newest: date | None = None
    immutable: timedelta | bool | None = None
    deletable_by: tuple[str, ...] | None = None
    restore_tested: date | None = None
    account: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class EnvironmentRule:
    """How an environment is recognised; every field is one way, any of them suffices."""

    name: str
    is_production: bool
    location: Location
    paths: tuple[str, ...] = ()
    workspaces: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    resources: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A risk that somebody looked at and accepted until a day."""

    credential: str
    reason: str
    until: date
    location: Location
    to: tuple[str, ...] = ()
    can: tuple[str, ...] = ()
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Grants:
    """All of one or more grants files, merged."""

    credentials: tuple[Credential, ...] = ()
    actors: tuple[Actor, ...] = ()
    resources: tuple[NamedResource, ...] = ()
    stores: tuple[DeclaredStore, ...] = ()
    backups: tuple[DeclaredBackup, ...] = ()
    environments: tuple[EnvironmentRule, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    default_env: str | None = None
    default_readers: tuple[str, ...] | None = None
    unknown_env: str = "unknown"
