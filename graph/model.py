"""The vocabulary of the graph: nodes, edges, data stores and copies, each with its evidence.

Every power is an edge of a named kind; every claim carries a place in a file or a catalogue row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from graph.values import Location, Truth, Unknown

NodeId: TypeAlias = str
Place: TypeAlias = "str | Unknown | None"


class Kind(StrEnum):
    """What a node stands for."""

    ACTOR = "actor"  # a person, agent, CI job or service that uses what it can read
    PLACE = "place"  # where a credential lies: a file, a CI secret, a secret store, a state
    CREDENTIAL = "credential"  # key, token, CI identity: whoever has it acts as something
    IDENTITY = "identity"  # what a provider decides about: a user, role, service account
    POWER = "power"  # an identity with what somebody adds to it or takes off: nobody starts as it
    STORE = "store"  # holds data that can be lost
    BACKUP = "backup"  # a copy of a store's data
    KEY = "key"  # encryption key
    SECRET = "secret"  # noqa: S105 (the kind of a stored secret, which may be a credential)
    STATE = "state"  # a Terraform state
    CONTAINER = "container"  # account, project, environment, vault: dies with all it contains
    RESOURCE = "resource"  # anything else that matters on a path


class Verb(StrEnum):
    """What a credential can do to a target, from the least."""

    READ = "read"
    WRITE = "write"
    DESTROY = "destroy"
    DESTROY_BACKUP = "destroy-backup"
    ESCALATE = "escalate"


class EdgeKind(StrEnum):
    """What an edge says about its two ends (source → target)."""

    READS = "reads"  # actor → place: can read what lies there (others by access with that verb)
    HOLDS = "holds"  # place → credential: it lies there
    OPENS = "opens"  # credential → identity: using it is being that identity
    ASSUMES = "assumes"  # identity → identity: can become it (trust, assume-role, escalation)
    OBTAINS = "obtains"  # identity or credential → credential: can mint or read it
    ACCESS = "access"  # credential or identity → target, with a verb
    CONTAINS = "contains"  # container → member: destroying the one destroys the other
    CASCADES = "cascades"  # store → copy: the provider deletes the copy with the store
    ENCRYPTS = "encrypts"  # key → store or copy: unreadable without the key
    REPLICATES = "replicates"  # store → replica: a bad write or delete reaches it
    BACKS_UP = "backs-up"  # copy → store


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why something is claimed: in words, with a place in the input and the fact it rests on.

    `fact` names the catalogue row (`railway.volume`), `confirmed` is False for a fact that was
    not confirmed against the provider's documentation.
    """

    text: str
    location: Location | None = None
    fact: str | None = None
    source: str | None = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Environment:
    """Which environment a resource belongs to, whether that is production, and why we think so."""

    name: str | None
    production: Truth
    confidence: float
    because: str
    location: Location | None = None
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Where something lives; an `Unknown` with a symbol equals itself, `None` is not applicable."""

    vendor: str
    account: Place = None
    organization: Place = None
    region: Place = None
    zone: Place = None
    stack: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """`id` is the Terraform address, the grants file's id, or a provider path; `type` the
    neutral type (`aws/rds-instance`); `name` what a reader calls it; `paths` further ids by which
    grants name it (ARN with holes as text, provider path).
    """

    id: NodeId
    kind: Kind
    type: str
    name: str
    scope: Scope
    location: Location | None = None
    environment: Environment | None = None
    paths: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edge:
    """`calls` are the API calls it takes (none for a consequence such as a cascade);
    `condition` is what must also hold, in words; `approval` names who else must agree; `guesses`
    are the unknown parts of names on which alone it hangs that the target is meant. `also` is who
    one must be besides the source: one identity writes the policy, another has what it gives.
    `data_only`: the data goes and the store stays, with all that a deletion would take along.
    """

    source: NodeId
    target: NodeId
    kind: EdgeKind
    evidence: tuple[Evidence, ...]
    truth: Truth = Truth.YES
    verb: Verb | None = None
    calls: tuple[str, ...] = ()
    condition: str = ""
    approval: str | None = None
    guesses: tuple[str, ...] = ()
    also: NodeId | None = None
    data_only: bool = False


class Cascade(StrEnum):
    """What happens to a copy when its source is deleted (the catalogue's words)."""

    ALWAYS = "always"
    NEVER = "never"
    GRACE = "grace"
    BLOCKED = "blocked"
    PARTIAL = "partial"
    UNKNOWN = "unknown"


class Grade(StrEnum):
    """How hard a copy is to delete before its time, from the weakest."""

    NONE = "none"
    SOFT = "soft"
    GOVERNANCE = "governance"
    COMPLIANCE = "compliance"
    MPA = "mpa"


@dataclass(frozen=True, slots=True)
class Store:
    """A data store: `type` is the catalogue's store type, `guards` what stops its deletion.

    `key` is the id of the key's node where it is in the estate, else what the code says of it,
    `None` for a key that nobody can delete. `max_loss` is what its owner can afford to lose,
    `no_backup` the reason for having none.
    """

    node: NodeId
    type: str
    key: Place = None
    guards: tuple[Guard, ...] = ()
    max_loss: timedelta | None = None
    no_backup: str | None = None
    holds: str | None = None
    undo: Undo | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """A protection: the calls that it `stops`, and those that remove it.

    `grade`, from the weakest: `terraform_only` (never stops a credential), `api_toggle`,
    `api_strong`, `mpa`.
    """

    id: str
    grade: str
    on: Truth
    removable_by: tuple[str, ...]
    evidence: Evidence
    stops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undo:
    """How a deletion can be undone on the day of the analysis: `window` zero means not at all."""

    window: timedelta
    how: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a store made by one mechanism of the catalogue.

    `attached` says whether the store really is selected; `counts` is False for what is no copy
    (a replica, versioning alone). `cascade` is the worst that a caller of the delete call can make
    of the copy; where the caller chooses (`cascade_by_caller`), `terraform_cascade` is what
    `terraform destroy` chooses by the code. `grace` bounds a cascade or a soft deletion, `lock` an
    immutability. `lifted_by` are the calls that remove the lock or empty the soft deletion.
    `container` is the node that holds the copy (a vault, a bucket); `managed_by_store` is True
    for what is a setting of the store itself, `made_by_delete` for what exists only if the caller
    of the delete call asks for it (a final snapshot), `terraform` says whether destroying the stack
    that
    the copy's node belongs to deletes it. `age` bounds the age of the newest copy from below and
    above, `None` where unknown; `horizon` is how far back copies reach, `None` where unknown.
    `domains` holds dimensions the mechanism itself decides (`storage_unit`).
    """

    node: NodeId
    store: NodeId
    mechanism: str
    cascade: Cascade
    evidence: tuple[Evidence, ...]
    attached: Truth = Truth.YES
    counts: bool = True
    cascade_by_caller: bool = False
    terraform_cascade: Cascade | None = None
    grace: timedelta | None = None
    grade: Grade = Grade.NONE
    lock: timedelta | None = None
    version_isolated: Truth = Truth.YES
    age: tuple[timedelta, timedelta | None] | None = None
    horizon: timedelta | None = None
    key: Place = None
    domains: Mapping[str, Truth] = field(default_factory=dict)
    destroys: tuple[str, ...] = ()
    lifted_by: tuple[str, ...] = ()
    container: NodeId | None = None
    managed_by_store: bool = False
    made_by_delete: bool = False
    terraform: Truth = Truth.NO
    restore_tested: Truth = Truth.MAYBE
