"""The tags a resource really gets, after the provider's defaults."""

from __future__ import annotations

from collections.abc import Mapping

from graph.resource import Resource
from graph.values import Truth, Unknown, Value


def tags(resource: Resource) -> dict[str, Value]:
    """`tags_all` where the input has it, else the provider's `default_tags` and the own ones."""
    found: dict[str, Value] = {}
    default = resource.provider.attributes.get("default_tags")
    if isinstance(default, tuple):
        default = default[0] if default else None
    inherited = default.get("tags") if isinstance(default, Mapping) else None
    names = ("labels", "tags", "tags_all")
    for value in (inherited, *(resource.attributes.get(name) for name in names)):
        if isinstance(value, Mapping):
            found |= {str(name): item for name, item in value.items()}
    return found


def known_tags(resource: Resource) -> dict[str, str]:
    """The tags whose values are known."""
    return {name: value for name, value in tags(resource).items() if isinstance(value, str)}


def all_known(resource: Resource) -> Truth:
    """Whether no tag is missing from what `tags` returns: MAYBE where a whole map is unknown."""
    default = resource.provider.attributes.get("default_tags")
    maps = [resource.attributes.get(name) for name in ("labels", "tags", "tags_all")]
    unknown = any(isinstance(value, Unknown) for value in (default, *maps))
    computed = isinstance(resource.attributes.get("tags_all"), Mapping)
    return Truth.MAYBE if unknown and not computed else Truth.YES
