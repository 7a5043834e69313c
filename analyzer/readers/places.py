"""Where in a file a declared credential lies: the line that names its variable, never its value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from analyzer.sources import Tree, Unreadable
from graph.grants import Credential, Grants, Placement
from graph.holders import is_repository_file
from graph.kinds import kind_of
from graph.problems import Problem, ProblemKind
from graph.values import Location


def located(grants: Grants, tree: Tree) -> tuple[Grants, tuple[Problem, ...]]:
    """The grants with file and line of every placement that is a file of the tree."""
    problems: list[Problem] = []
    credentials = tuple(
        replace(
            credential,
            held_in=tuple(
                _located(place, credential, tree, problems) for place in credential.held_in
            ),
        )
        for credential in grants.credentials
    )
    return replace(grants, credentials=credentials), tuple(problems)


def _located(
    place: Placement, credential: Credential, tree: Tree, problems: list[Problem]
) -> Placement:
    if not is_repository_file(place.at):
        return place
    path = place.at.split("#", 1)[0]
    try:
        text = tree.read(path)
    except Unreadable as error:
        what = f"{path}, where {credential.id} is said to lie"
        effect = "it is taken to lie there all the same"
        problems.append(Problem(ProblemKind.UNRESOLVED, what, str(error), effect, place.location))
        return place
    line = next(_lines(text, tuple(_names(place, credential))), 1)
    return replace(place, location=Location(path, line))


def _names(place: Placement, credential: Credential) -> Iterator[str]:
    if place.variable:
        yield place.variable
    kind = kind_of(credential.kind)
    yield from kind.names if kind else ()


def _lines(text: str, names: tuple[str, ...]) -> Iterator[int]:
    for name in names:
        word = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])")
        for number, line in enumerate(text.split("\n"), 1):
            if word.search(line):
                yield number
