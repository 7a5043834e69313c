"""Resources as the readers hand them over: evaluated, addressed, with places; no provider known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from graph.values import Location, Unknown, Value


class Presence(StrEnum):
    """Whether an instance exists: certainly, for an unknown count, or under other settings only."""

    CERTAIN = "certain"
    SYMBOLIC = "symbolic"
    LATENT = "latent"


@dataclass(frozen=True, slots=True)
class Stack:
    """One root module, that is one state: what `terraform apply` and `destroy` act on.

    `id` is the root module's path from where the run started ("" for the only one), with `@` and
    `environment` where that is named: one of several sets of inputs (variable files, a workspace)
    that the root module is applied with. `backend` holds the backend block's attributes with its
    type under "type", `variables` the root module's values.
    """

    id: str
    path: str
    workspace: str | None = None
    backend: Mapping[str, Value] = field(default_factory=dict)
    variables: Mapping[str, Value] = field(default_factory=dict)
    location: Location | None = None
    environment: str = ""


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """The provider configuration a resource uses (after alias and `providers` inheritance).

    `account` and `region` are strings or an `Unknown` whose symbol is equal for equal accounts.
    """

    name: str
    alias: str = ""
    account: str | Unknown | None = None
    region: str | Unknown | None = None
    attributes: Mapping[str, Value] = field(default_factory=dict)
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """One evaluated instance of a resource or data block.

    `address` is Terraform's, prefixed by `<stack.id>:` where a run has several root modules.
    Nested blocks are tuples of mappings, attributes are values (as in a plan's `planned_values`).
    `places` maps an attribute path to where it is written. `variables` are the environment-like
    inputs (`env`, `stage` …) of the nearest module. `references` are addresses it refers to.
    `doubt` is the input that decides whether it exists, where that is not known.
    """

    address: str
    type: str
    name: str
    attributes: Mapping[str, Value]
    location: Location
    stack: Stack
    provider: ProviderConfig
    mode: str = "managed"
    module: str = ""
    presence: Presence = Presence.CERTAIN
    doubt: Unknown | None = None
    places: Mapping[str, Location] = field(default_factory=dict)
    variables: Mapping[str, Value] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    lifecycle: Mapping[str, Value] = field(default_factory=dict)

    def get(self, path: str, default: Value = None) -> Value:
        """The value at a dotted path; a block with one element is entered without an index."""
        value: Value = self.attributes
        for key in path.split("."):
            if isinstance(value, tuple) and len(value) == 1:
                value = value[0]
            if isinstance(value, Unknown):
                return value
            if not isinstance(value, Mapping) or key not in value:
                return default
            value = value[key]
        return default if value is None else value

    def place(self, path: str = "") -> Location:
        """Where `path` is written, else where the resource starts."""
        return self.places.get(path, self.location)
