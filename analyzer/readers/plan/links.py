"""What a plan calls "known after apply", as references to what it will be.

A plan leaves a value open that refers to a thing which does not exist yet; its configuration says
which. The value becomes that thing's identity, as it does where the code itself is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from analyzer.readers.plan.configuration import (
    Configuration,
    Meant,
    Path,
    Site,
    Target,
    expression_at,
    expressions,
    key_of,
    steps_of_module,
)
from analyzer.readers.terraform import policy_document
from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.export import export
from graph.identities import identity, of
from graph.resource import Resource
from graph.values import OneOf, Text, Unknown, Value, Why

MAX_DEPTH = 50
DOCUMENT = "aws_iam_policy_document"
# Of these lists an element may go on after the reference (`"${aws_s3_bucket.b.arn}/*"`).
_GO_ON = {"resources", "not_resources"}
_LAST_FIELD = re.compile(r"[^{].*\{([a-z_]+)[^{]*")


def linked(resources: Sequence[Resource], configuration: Configuration) -> tuple[Resource, ...]:
    """The resources of a plan with the references behind their open values."""
    links = _Links({item.address: item for item in resources}, configuration)
    return tuple(links.resource(item.address) for item in resources)


@dataclass
class _Links:
    given: Mapping[str, Resource]
    configuration: Configuration
    _done: dict[str, Resource] = field(default_factory=dict)
    _depth: int = 0

    def resource(self, address: str) -> Resource:
        """A resource whose open values are filled; one that asks for itself, or over too many
        others, gets what is given.
        """
        if address in self._done:
            return self._done[address]
        if self._depth >= MAX_DEPTH:
            return self.given[address]
        self._done[address] = self.given[address]
        self._depth += 1
        self._done[address] = self._filled(self.given[address])
        self._depth -= 1
        return self._done[address]

    def _filled(self, item: Resource) -> Resource:
        block = self.configuration.resource(item.address, item.module)
        if not block:
            return item
        site = Site(steps_of_module(item.module), key_of(item.address), block)
        filler = _Filler(self, item, block, site)
        attributes = {
            name: value if name in _naming(item.type) else filler.value(value, (name,))
            for name, value in item.attributes.items()
        }
        if item.mode == "data" and item.type == DOCUMENT and _open(attributes.get("json")):
            attributes["json"] = export(policy_document.render(cast("Data", attributes)))  # type: ignore[arg-type]
        found = [self.configuration.meant(each, site) for each in expressions(block)]
        addresses = {target.address for each in found for target in each.targets}
        return replace(item, attributes=attributes, references=tuple(sorted(addresses)))

    def value(self, target: Target) -> Value:
        """What a reference stands for."""
        known = target.address in self.given
        attribute = target.attribute
        if known and not attribute and self.given[target.address].type == DOCUMENT:
            attribute = "json"  # `x[each.key].json` loses its end in a plan
        symbol = f"{target.address}.{attribute}" if attribute else target.address
        opaque = Unknown(Why.COMPUTED, symbol, symbol=symbol, references=(target.address,))
        if not known or not attribute:
            return opaque
        found = self.resource(target.address)
        value = found.get(attribute.replace("[0]", ""))
        if value is not None and not (isinstance(value, Unknown) and value.symbol == symbol):
            return value
        return of(found, attribute) if attribute.isidentifier() else opaque


@dataclass(frozen=True)
class _Filler:
    """Fills the open values of one resource."""

    links: _Links
    item: Resource
    block: Mapping[str, object]
    site: Site

    def value(self, value: Value, path: Path) -> Value:
        match value:
            case Unknown(why=Why.COMPUTED):
                return self._hole(value, path)
            case Mapping():
                return {key: self.value(item, (*path, key)) for key, item in value.items()}
            case tuple():
                return self._elements(value, path)
        return value

    def _elements(self, values: tuple[Value, ...], path: Path) -> Value:
        """A list: where it has as many open elements as references, they are those in order."""
        expression, rest = expression_at(self.block, path)
        if not isinstance(expression, Mapping) or rest:
            return tuple(self.value(item, (*path, at)) for at, item in enumerate(values))
        found = self.links.configuration.meant(expression, self.site)
        open_ = [at for at, item in enumerate(values) if _open(item)]
        each = iter(_single(found))
        paired = found.whole and len(open_) == len(found.targets)
        return tuple(
            item if at not in open_ else self._element(item, next(each) if paired else found, path)
            for at, item in enumerate(values)
        )

    def _element(self, hole: Value, found: Meant, path: Path) -> Value:
        assert isinstance(hole, Unknown), "the caller's choice"
        return self._going_on(hole, self._meant(hole, found), path)

    def _hole(self, hole: Unknown, path: Path) -> Value:
        expression, _ = expression_at(self.block, path)
        meant = self.links.configuration.meant(expression, self.site)
        return self._going_on(hole, self._meant(hole, meant), path)

    def _going_on(self, hole: Unknown, value: Value, path: Path) -> Value:
        """In a policy a reference may be the beginning of what it covers."""
        if self.item.type != DOCUMENT or path[-1] not in _GO_ON or value is hole:
            return value
        symbol = f"{hole.symbol}:rest"
        rest = Unknown(Why.COMPUTED, f"what follows in {hole.detail}", hole.location, symbol)
        match value:
            case str() | Unknown() | OneOf():
                return Text((value, rest))
            case Text(parts):
                return Text((*parts, rest))
        return hole

    def _meant(self, hole: Unknown, found: Meant) -> Value:
        """One thing is that thing; of several nobody knows which."""
        targets = tuple(dict.fromkeys(found.targets))
        if found.whole and len(targets) == 1:
            return self.links.value(targets[0])
        addresses = tuple(dict.fromkeys(target.address for target in targets))
        return replace(hole, references=addresses) if addresses else hole


def hidden(resources: Iterable[Resource], configuration: Configuration) -> tuple[str, ...]:
    """Addresses of what rests on local values, which no plan holds."""
    return tuple(
        item.address
        for item in resources
        for name, value in item.attributes.items()
        if _open(value)
        if not configuration.meant(*_asked(item, name, configuration)).whole
    )


def _asked(item: Resource, name: str, configuration: Configuration) -> tuple[object, Site]:
    block = configuration.resource(item.address, item.module)
    site = Site(steps_of_module(item.module), key_of(item.address), block)
    return expression_at(block, (name,))[0], site


def _single(found: Meant) -> list[Meant]:
    return [Meant((target,)) for target in found.targets]


def _open(value: Value) -> bool:
    return isinstance(value, Unknown) and value.why is Why.COMPUTED


def _naming(type_: str) -> frozenset[str]:
    """Attributes that name the resource itself: what they are made of is another thing's name."""
    template = identity(type_, "arn") or identity(type_, "id") or ""
    last = _LAST_FIELD.fullmatch(template)
    return frozenset({"name", last[1]} if last else {"name"})
