"""Where modules come from that are not in the repository: what a source means, whoever writes it.

https://developer.hashicorp.com/terraform/language/modules/sources
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from analyzer.secrets import masked
from graph.problems import Problem, ProblemKind
from graph.values import Location

_GETTER = re.compile(r"\A[A-Za-z0-9]+::")
_SCHEME = re.compile(r"\A(?:[A-Za-z][A-Za-z0-9+.-]*:///?)?(?:[^/@]*@)?")
_PORT = re.compile(r"\A([^/:]+):(?:\d+/)?")
_REGISTRIES = ("registry.terraform.io/", "registry.opentofu.org/")


@dataclass(frozen=True, slots=True)
class Origin:
    """A source without what makes no difference: `address` of the package, `folder` in it, and
    what chooses a version of it (`ref`, `version`).
    """

    address: str
    folder: str
    chosen: frozenset[tuple[str, str]]


def origin(source: str, version: str | None = None) -> Origin:
    """What a source means: a scheme, a user, a port and `.git` choose no other module."""
    text, _, query = source.strip().partition("?")
    text = _SCHEME.sub("", _GETTER.sub("", text))
    text, _, folder = _PORT.sub(r"\1/", text).partition("//")
    host, slash, path = text.partition("/")
    address = f"{host.lower()}{slash}{path}".strip("/").removesuffix(".git")
    for registry in _REGISTRIES:
        address = address.removeprefix(registry)
    pairs = (pair.partition("=")[::2] for pair in query.split("&") if pair)
    chosen = {(name, value) for name, value in pairs if name in {"ref", "version"}}
    if version is not None:
        chosen.add(("version", version))
    return Origin(address, folder.strip("/"), frozenset(chosen))


def is_local(source: str) -> bool:
    """Whether a source is a folder beside the caller's."""
    return source.startswith(("./", "../")) or source in {".", ".."}


@dataclass(frozen=True, slots=True)
class ModulePath:
    """A folder that the user gives for a source (`--module-path`)."""

    origin: Origin
    folder: str

    def found(self, wanted: Origin) -> str | None:
        """The folder of the wanted module, `None` where this is another one."""
        own = self.origin
        if own.address != wanted.address or not own.chosen <= wanted.chosen:
            return None
        if own.folder:
            return self.folder if own.folder == wanted.folder else None
        return f"{self.folder}/{wanted.folder}" if wanted.folder else self.folder

    @property
    def rank(self) -> tuple[bool, int]:
        """The more it says, the sooner it is meant."""
        return bool(self.origin.folder), len(self.origin.chosen)


@dataclass
class Absent:
    """The sources of modules that are not there, with the calls that name each."""

    calls: dict[str, dict[Location, None]] = field(default_factory=dict)

    def note(self, source: str, where: Location) -> None:
        """One more call."""
        name = masked(source).partition("?")[0]
        self.calls.setdefault(name, {}).setdefault(where)

    def problems(self) -> Iterable[Problem]:
        """One gap a source, those with the most calls first."""
        for source, places in sorted(self.calls.items(), key=lambda item: -len(item[1])):
            count = len(places)
            theirs = "its call creates" if count == 1 else f"its {count} calls create"
            yield Problem(
                ProblemKind.UNRESOLVED,
                f"module source {source}",
                "it is not in this repository, nor where `terraform init` puts it",
                f"stores, credentials and permissions that {theirs} were not analysed and their"
                f" outputs are unknown; give its folder with --module-path {source}=DIR",
                next(iter(places)),
            )
