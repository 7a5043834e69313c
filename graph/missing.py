"""What the analysis rests on and has not: missing inputs, and providers that no table describes.

One gap a cause, however many values it leaves open.

Only resources that some provider's tables speak of count; a value that will be known after apply
and equals itself is no gap, nor is a tag that tells no environment.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graph.environments import TAGS
from graph.estate import Estate
from graph.modelled import matters
from graph.problems import Problem, ProblemKind
from graph.resource import Presence, Resource
from graph.values import Location, Unknown, Why, holes

_CAUSES = {
    Why.VARIABLE: "it has no value; give one with --var or --var-file",
    Why.WORKSPACE: "no workspace was named; name one with --workspace",
    Why.DATA: "it is read from the provider when Terraform runs",
    Why.REMOTE_STATE: "no root module of this run is known to write it; name that one as PATH too",
    Why.FUNCTION: "the function is not one of Terraform's own",
}
# What is said once for its cause, wherever a value needs it.
SAID = frozenset({*_CAUSES, Why.MODULE, Why.ERROR, Why.LIMIT, Why.CYCLE})
_INDEX = re.compile(r"\[[^\]]*\]")
_TAG = re.compile(r"(?:tags|tags_all|labels)\.(.+)\Z")


@dataclass
class _Cause:
    why: Why
    locations: set[Location] = field(default_factory=set)
    resources: dict[str, None] = field(default_factory=dict)
    in_policy: bool = False


def missing(estate: Estate) -> Iterator[Problem]:
    """One problem a missing input, those with the most resources first."""
    causes: dict[str, _Cause] = {}
    for resource in estate.resources:
        if resource.presence is not Presence.LATENT and matters(resource.type):
            for path, hole in _open(resource):
                cause = causes.setdefault(_name(hole, resource), _Cause(hole.why))
                cause.resources[resource.address] = None
                cause.in_policy |= "policy" in path.partition(".")[0]
                if hole.location is not None:
                    cause.locations.add(hole.location)
    for name, cause in sorted(causes.items(), key=lambda item: (-len(item[1].resources), item[0])):
        yield _problem(name, cause)


def latent(estate: Estate) -> Iterator[Problem]:
    """One problem for all that exists under other settings only, if some table speaks of it."""
    found = {
        _INDEX.sub("", item.address): item
        for item in estate.resources
        if item.presence is Presence.LATENT and item.mode == "managed" and matters(item.type)
    }
    if found:
        first = next(iter(found))
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        verb = "exist" if more else "exists"
        yield Problem(
            ProblemKind.UNRESOLVED,
            f"{first}{more} {verb} under other settings only",
            "its count or for_each makes none of it with the values of the variables that are used",
            "left out of every finding; `blastwall inspect` shows it, --var or --var-file brings"
            " it in",
            found[first].location,
        )


def unmodelled(estate: Estate, prefixes: Iterable[str]) -> Iterator[Problem]:
    """One problem a provider whose resources none of the `prefixes` covers."""
    known = tuple(prefixes)
    groups: defaultdict[str, list[Resource]] = defaultdict(list)
    for resource in estate.resources:
        if resource.mode == "managed" and not resource.type.startswith(known):
            groups[resource.provider.name].append(resource)
    for name, found in sorted(groups.items()):
        yield Problem(
            ProblemKind.UNSUPPORTED,
            f"provider {name}: {len(found)} resource{'' if len(found) == 1 else 's'}",
            "blastwall does not know this provider's resources yet",
            "their data, backups and permissions were not analysed",
            found[0].location,
        )


def _open(resource: Resource) -> Iterator[tuple[str, Unknown]]:
    for path, hole in holes(dict(resource.attributes)):
        tag = _TAG.search(path)
        if hole.why in _CAUSES and (tag is None or tag[1].lower() in TAGS):
            yield path, hole


def _name(hole: Unknown, resource: Resource) -> str:
    """The cause as the code writes it, the same for every root module and instance."""
    name = (hole.detail or str(hole.why)).removeprefix(f"{resource.stack.id}:")
    if hole.why is Why.REMOTE_STATE:  # one state, however many of its outputs
        name = name.partition(".outputs")[0]
    return _INDEX.sub("", name)


def _problem(name: str, cause: _Cause) -> Problem:
    count = len(cause.resources)
    first = next(iter(cause.resources))
    others = f" and {count - 1} more" if count > 1 else ""
    places = sorted(cause.locations)
    policies = "; what such a policy allows is possible at most, what it denies protects nothing"
    return Problem(
        ProblemKind.UNRESOLVED,
        name,
        _CAUSES[cause.why],
        f"values of {first}{others} are open{policies if cause.in_policy else ''}",
        places[0] if places else None,
    )
