"""Data sources that look up a resource of the run: what they leave open is that resource's.

`data.aws_iam_role.ci { name = "ci" }` in one root module and `aws_iam_role.ci` in another are one
role. Which one is asked by its ARN or id, by all arguments, or by its tags; where several resources
answer, or none, the data source stays what it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.readers.rewriting import changed
from graph.identities import default, identity, of
from graph.references import spelled
from graph.resource import Presence, Resource
from graph.values import Unknown, Value

_NAMES = ("arn", "id")
_TAGS = ("tags", "tags_all")


def joined(resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """The resources with the holes of such data sources filled."""
    found = dict(_pairs(resources))
    if not found:
        return tuple(resources)
    fill = _Fill(found)
    return tuple(fill.resource(item) for item in resources)


@dataclass(frozen=True)
class _Fill:
    """By the address of a data source: the resource that it looks up."""

    found: Mapping[str, Resource]

    def resource(self, item: Resource) -> Resource:
        """A resource, filled where it refers to such a data source, or is one."""
        if item.address in self.found:
            return self.data(item)
        return (
            changed(item, self.hole) if not self.found.keys().isdisjoint(item.references) else item
        )

    def hole(self, hole: Unknown) -> Value:
        """What an attribute of a data source is, where its resource is in the run."""
        address, _, attribute = (hole.symbol or "").rpartition(".")
        meant = self.found.get(address)
        return hole if meant is None else _attribute(meant, attribute)

    def data(self, item: Resource) -> Resource:
        """The data source itself, with the names of its resource."""
        meant = self.found[item.address]
        names = {name: of(meant, name) for name in _NAMES if identity(meant.type, name)}
        filled = changed(item, self.hole)
        return replace(filled, attributes={**names, **filled.attributes})


def _attribute(meant: Resource, name: str) -> Value:
    value = meant.get(name)
    return default(meant.type, name) or of(meant, name) if value is None else of(meant, name)


def _pairs(resources: Sequence[Resource]) -> Iterator[tuple[str, Resource]]:
    asked = [item for item in resources if item.mode == "data"]
    types = {item.type for item in asked}
    there: defaultdict[str, list[Resource]] = defaultdict(list)
    for item in resources:
        if item.mode == "managed" and item.type in types and item.presence is not Presence.LATENT:
            there[item.type].append(item)
    names = {type_: _by_name(items) for type_, items in there.items()}
    for data in asked:
        if data.type in there:
            meant = list(_meant(data, there[data.type], names[data.type]))
            if len(meant) == 1:
                yield data.address, meant[0]


def _by_name(items: Iterable[Resource]) -> Mapping[str, dict[str, Resource]]:
    found: defaultdict[str, dict[str, Resource]] = defaultdict(dict)
    for item in items:
        for name in _NAMES:
            code = spelled(of(item, name), item)
            if code:
                found[code][item.address] = item
    return found


def _meant(
    data: Resource, there: Sequence[Resource], names: Mapping[str, dict[str, Resource]]
) -> Iterator[Resource]:
    """Resources that a data source may look up, those of its own account and region only."""
    codes = (spelled(of(data, name), data) for name in _NAMES)
    named = {
        address: item for code in codes if code for address, item in names.get(code, {}).items()
    }
    found = named.values() or [item for item in there if _answers(data, item)]
    return (item for item in found if _same_place(data, item))


def _answers(data: Resource, item: Resource) -> bool:
    """Whether a resource has all that a data source asks for."""
    asked = {name: value for name, value in data.attributes.items() if value not in (None, ())}
    return bool(asked) and all(_agrees(name, value, item, data) for name, value in asked.items())


def _agrees(name: str, value: Value, item: Resource, data: Resource) -> bool:
    if name == "region":
        return True
    if name == "tags" and isinstance(value, Mapping):
        own = {key: tag for each in _TAGS for key, tag in _mapping(item.get(each)).items()}
        return bool(value) and all(own.get(key) == tag for key, tag in value.items())
    if isinstance(value, str) or not isinstance(value, tuple | Mapping):
        code = spelled(value, data)
        return code is not None and code == spelled(of(item, name), item)
    return False


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, Mapping) else {}


def _same_place(one: Resource, other: Resource) -> bool:
    """Not in two accounts, nor in two regions where the thing lies in one."""
    pairs: list[tuple[Value, Value]] = [(one.provider.account, other.provider.account)]
    if "{region}" in (identity(other.type, "arn") or "{region}"):
        pairs.append((_region(one), _region(other)))
    return all(a == b for a, b in pairs if isinstance(a, str) and isinstance(b, str))


def _region(item: Resource) -> Value:
    return item.get("region") or item.provider.region
