"""What an environment of a root module is, and how one is declared."""

from __future__ import annotations

from dataclasses import dataclass, field

from analyzer.readers.terraform.inputs import Given
from graph.values import Location


@dataclass(frozen=True)
class Environment:
    """One set of inputs of a root module, which makes one state.

    `name` is empty where nothing tells environments apart; `given` are variable files and values
    in the order in which they win; `evidence` says what it was taken from.
    """

    name: str = ""
    given: tuple[Given, ...] = ()
    workspace: str | None = None
    evidence: str = ""
    location: Location | None = None


@dataclass(frozen=True)
class Declaration:
    """An environment of `blastwall.yaml`: for every root module whose folder matches `root`.

    The folder, a pattern in which `*` stays within a segment, and `var_files` are relative: the
    first to the tree, the others to the root module, as for Terraform that runs there.
    """

    name: str
    root: str
    location: Location
    var_files: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    workspace: str | None = None
