"""Where modules come from that are not in the repository: what a source means, whoever writes it.

https://developer.hashicorp.com/terraform/language/modules/sources
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container
from dataclasses import dataclass, field
from typing import TypeAlias

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


Call: TypeAlias = tuple[str, str]  # of a module: the stack's id, the address without keys


@dataclass
class Absent:
    """The sources of modules that are not there, with the calls that name each and their places.

    Which version of a source is wanted makes no difference.
    """

    _calls: dict[tuple[str, str], dict[Call, Location]] = field(default_factory=dict)

    def note(self, source: str, where: Location, call: Call) -> None:
        """One more call; a folder beside the caller is another one for each caller."""
        caller = posixpath.dirname(where.path) if is_local(source) else ""
        key = (masked(source).partition("?")[0], caller)
        self._calls.setdefault(key, {}).setdefault(call, where)

    def problems(self, stacks: Container[str]) -> dict[Problem, frozenset[Call]]:
        """One gap a source, those with the most calls first; `stacks` are those that count."""
        found: dict[Problem, frozenset[Call]] = {}
        for (source, _), calls in self._calls.items():
            ours = {call: where for call, where in calls.items() if call[0] in stacks}
            if ours:
                say = _missing if is_local(source) else _elsewhere
                found[say(source, list(dict.fromkeys(ours.values())))] = frozenset(ours)
        return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _elsewhere(source: str, places: list[Location]) -> Problem:
    theirs = "its call creates" if len(places) == 1 else f"its {len(places)} calls create"
    return Problem(
        ProblemKind.UNRESOLVED,
        f"module source {source}",
        "it is not in this repository, nor where `terraform init` puts it",
        f"stores, credentials and permissions that {theirs} were not analysed and their outputs"
        f" are unknown; give its folder with --module-path {source}=DIR",
        places[0],
    )


def _missing(source: str, places: list[Location]) -> Problem:
    return Problem(
        ProblemKind.UNREADABLE,
        f"module source {source}",
        "there is no such module; what it names is not in this repository",
        "what it creates was not analysed, its outputs are unknown",
        places[0],
    )
