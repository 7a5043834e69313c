"""What runs with which role, and the buckets and repositories that its code comes from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graph.conditions import values_at
from graph.policy.callers import exactly
from graph.policy.globs import matches
from graph.policy.names import Hole, Name, literal
from graph.providers.aws.attachments import Attachments
from graph.providers.aws.identities import present
from graph.providers.aws.trust import trust_policy
from graph.resource import Presence, Resource
from graph.tables import table
from graph.values import Json, OneOf, Text, Truth, Unknown, Value

PROFILE, ROLE = "aws_iam_instance_profile", "aws_iam_role"
_S3 = re.compile(r"(?:s3://|https://s3[.\w-]*\.amazonaws\.com/)([a-z0-9.-]{3,63})/([^\s\"']*)")
_ECR = re.compile(r"\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/([a-z0-9._/-]+)")
_INSIDE = Name(("/", Hole(detail="the code in it", anything=True)))
_DEEP = 12  # levels of a nested attribute that are looked into


@dataclass(frozen=True, eq=False)
class Workload:
    """A resource that runs with a role, and its row of the table."""

    resource: Resource
    role: str
    truth: Truth
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Workloads:
    """The workloads of an estate."""

    attachments: Attachments

    @cached_property
    def by_type(self) -> Mapping[str, list[Workload]]:
        """Workloads by the type of what one gets hold of: the resource, or what it is a part of."""
        found: defaultdict[str, list[Workload]] = defaultdict(list)
        for row in table("aws", "workloads")["workload"]:
            for at in present(self.attachments.estate, row["tf"]):
                for role, truth in self._roles(row, at).items():
                    for whole, sure in self._wholes(row, at):
                        found[whole.type].append(Workload(whole, role, truth & sure, row))
        return found

    def code(self, found: Workload, types: Iterable[str]) -> Iterator[tuple[Resource, Name, Truth]]:
        """The buckets or repositories of its code, with the ARN of what is overwritten there."""
        at, wanted = found.resource, tuple(types)
        resolve = self.attachments.references.resolve
        for path in found.row.get("code", ()):
            for value in _leaves(values_at(at, path), _DEEP):
                for name, key in _named(value):
                    for address, truth in resolve(name, wanted, at).items():
                        holder = self.attachments.estate.by_address[address]
                        yield from self._code_in(
                            holder, key or at.get(found.row.get("key", "")), truth
                        )

    def _code_in(
        self, holder: Resource, key: Value, truth: Truth
    ) -> Iterator[tuple[Resource, Name, Truth]]:
        for arn in self.attachments.symbols.arns(holder):
            if holder.type != "aws_s3_bucket":
                yield holder, arn, truth
                continue
            names = self.attachments.symbols.names(key) if key else ()
            for name in names or (None,):
                yield holder, arn + "/" + name if name else arn + _INSIDE, truth

    def _roles(self, row: Mapping[str, Any], at: Resource) -> dict[str, Truth]:
        found: dict[str, Truth] = self._trusting(at) if row.get("trusted") else {}
        for path in row.get("role", ()):
            for value in values_at(at, path):
                found |= self.attachments.resolve(value, ROLE, at)
        for path in row.get("profile", ()):
            for value in values_at(at, path):
                profiles = self.attachments.references.resolve(value, [PROFILE], at)
                for profile, truth in profiles.items():
                    owner = self.attachments.estate.by_address[profile]
                    for role, sure in self.attachments.resolve(
                        owner.get("role"), ROLE, owner
                    ).items():
                        found[role] = found.get(role, Truth.NO) | (truth & sure)
        return found

    def _trusting(self, provider: Resource) -> dict[str, Truth]:
        """The roles whose trust policies let an identity provider in."""
        found: dict[str, Truth] = {}
        arns = self.attachments.symbols.arns(provider)
        for role, names in self._federated:
            each = [matches(exactly(name), arn) for name in names for arn in arns]
            if truth := max(each, default=Truth.NO):
                found[role] = truth
        return found

    @cached_property
    def _federated(self) -> tuple[tuple[str, tuple[Name, ...]], ...]:
        """The roles that let identity providers in, with what they call them."""
        found: list[tuple[str, tuple[Name, ...]]] = []
        for role in present(self.attachments.estate, ROLE):
            for item in trust_policy(role, self.attachments).statements:
                entries = item.principals.entries if item.allow and item.principals else ()
                named = [name for kind, names in entries if kind == "Federated" for name in names]
                found.extend([(role.address, tuple(named))] if named else [])
        return tuple(found)

    def _wholes(self, row: Mapping[str, Any], at: Resource) -> Iterator[tuple[Resource, Truth]]:
        if "of" not in row:
            yield at, Truth.YES
            return
        found = self.attachments.references.resolve(at.get(row["link"]), [row["of"]], at)
        for address, truth in found.items():
            yield self.attachments.estate.by_address[address], truth

    def applied(self) -> Iterator[tuple[Resource, str, Name, Truth]]:
        """Roles with which Terraform applies a stack whose state lies in S3, each with the ARN of
        the state and a resource of the stack.
        """
        seen: set[tuple[str, str, str]] = set()
        for at in self.attachments.estate.resources:
            backend, provider = at.stack.backend, at.provider
            key = (at.stack.id, provider.name, provider.alias)
            if backend.get("type") != "s3" or key in seen:
                continue
            seen.add(key)
            for role in _assumed(provider.attributes.get("assume_role")):
                for address, truth in self.attachments.resolve(role, ROLE, at).items():
                    for name in self._state(backend):
                        yield at, address, name, truth

    def _state(self, backend: Mapping[str, Value]) -> Iterator[Name]:
        names = self.attachments.symbols.names
        for bucket in names(backend.get("bucket")):
            for key in names(backend.get("key")):
                yield literal("arn:aws:s3:::") + bucket + "/" + key

    def declared(self, type_: str, target: str) -> Truth:
        """Whether the code declares such a resource, for the target where a table says how."""
        if type_ not in self._declared:
            self._declared[type_] = self._declarations(type_)
        found = self._declared[type_]
        return found.get(target, found.get("", Truth.NO))

    def _declarations(self, type_: str) -> Mapping[str, Truth]:
        """By the users or roles it is for; under "" where it is for nobody in particular."""
        rows = [row for row in table("aws", "workloads")["declaration"] if row["tf"] == type_]
        found: dict[str, Truth] = {}
        for at in present(self.attachments.estate, type_):
            there = Truth.YES if at.presence is Presence.CERTAIN else Truth.MAYBE
            if not rows:
                found[""] = found.get("", Truth.NO) | there
            for row in rows:
                for address, truth in self.attachments.resolve(
                    at.get(row["attr"]), row["on"], at
                ).items():
                    found[address] = found.get(address, Truth.NO) | (truth & there)
        return found

    @cached_property
    def _declared(self) -> dict[str, Mapping[str, Truth]]:
        return {}


def _assumed(blocks: Value) -> Iterator[Value]:
    """The roles that a provider configuration assumes."""
    for block in blocks if isinstance(blocks, tuple) else (blocks,):
        if isinstance(block, Mapping) and block.get("role_arn") is not None:
            yield block["role_arn"]


def _leaves(value: object, depth: int) -> Iterator[Value]:
    """Every text in a value, with what is not known of it."""
    match value:
        case str() | Text() | Unknown():
            yield value
        case OneOf(options, _):
            for option in options:
                yield from _leaves(option, depth - 1) if depth else ()
        case Json(document):
            yield from _leaves(document, depth - 1) if depth else ()
        case Mapping():
            for item in value.values():
                yield from _leaves(item, depth - 1) if depth else ()
        case list() | tuple():
            for item in value:
                yield from _leaves(item, depth - 1) if depth else ()


def _named(value: Value) -> Iterator[tuple[Value, Value]]:
    """What a text may name: a bucket with the object's key, a repository, itself."""
    text = value if isinstance(value, str) else ""
    for match in _S3.finditer(text):
        yield match[1], match[2]
    for match in _ECR.finditer(text):
        yield match[1], None
    if isinstance(value, Text):
        for part in value.parts:
            yield from _named(part) if not isinstance(part, OneOf) else ()
    elif text.isprintable() and len(text) < 256:
        yield value, None
