"""Secrets as hops: where code puts one, who has it that can read there, and what it opens.

Only identities are compared, never values: the place has a hole of the same name as the secret.
A Terraform state holds in plain text all that Terraform made or read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graph import identities
from graph.conditions import Condition, holds, values_at
from graph.estate import Estate
from graph.facts import Facts
from graph.model import Edge, EdgeKind, Evidence, Kind, Node, NodeId, Place, Scope, Verb
from graph.places import account, label_of, path, region, text
from graph.places import key as key_of
from graph.references import References, references_of, spelled
from graph.resource import Presence, Resource
from graph.states import state_id
from graph.store import Graph
from graph.tables import tables
from graph.values import Truth, Unknown, Value, Why, holes

MASTER = "#master"
_MANAGED = "#master-secret"
_VERBS = (Verb.READ, Verb.WRITE, Verb.DESTROY)


@dataclass(frozen=True, slots=True)
class Held:
    """That a place has a secret, or may have it, and where that is written."""

    place: NodeId
    secret: NodeId
    truth: Truth
    why: Evidence


def describe(estate: Estate) -> Facts:
    """Nodes for the places of known secrets, and for the master users of databases."""
    found = _of(estate)
    users = [_user(db, row) for db, row in found.databases if found.known(db)]
    kept = [_kept(db, row) for db, row in found.databases if _by_service(db, row)]
    return Facts((*found.nodes.values(), *users, *kept), tuple(found.around()))


def connect(estate: Estate, graph: Graph) -> Iterator[Edge]:
    """Places hold secrets; a master user does with the data whatever queries do."""
    found = _of(estate)
    for held in found.all():
        if held.place in graph.nodes and held.secret in graph.nodes:
            yield Edge(held.place, held.secret, EdgeKind.HOLDS, (held.why,), held.truth)
    for db, row in found.databases:
        if db.address + MASTER in graph.nodes and db.address in graph.nodes:
            yield from _queries(db, row)


@lru_cache(maxsize=1)
def _of(estate: Estate) -> Secrets:
    return Secrets(estate, references_of(estate))


class Secrets:
    """The secrets of an estate and where they lie."""

    def __init__(self, estate: Estate, references: References) -> None:
        self.estate, self.references = estate, references
        self.databases = tuple(_resources(estate, "database"))
        self.tokens = {at.address: (at, row) for at, row in _resources(estate, "token")}
        self.nodes: dict[NodeId, Node] = {}
        self._buckets: list[Edge] = []
        self._declared = self._by_declaration()
        self._drawn: defaultdict[NodeId, list[NodeId]] = defaultdict(list)
        self._passwords = self._by_password()
        self._found = tuple(self._in_places())
        self._held = {(it.place, it.secret): it for it in self._found}

    def all(self) -> Iterator[Held]:
        """Every place of every secret, the states last."""
        yield from self._held.values()
        for db, row in self.databases:
            if _by_service(db, row):
                why = Evidence("the service keeps the master password here", db.location)
                sure = _by_service(db, row)
                if isinstance(self.key(db, row), Unknown):
                    sure &= Truth.MAYBE
                yield Held(db.address + _MANAGED, db.address + MASTER, sure, why)
        yield from self._in_states()

    def known(self, db: Resource) -> bool:
        """Whether anybody could come by its master password: it has one."""
        row = next(row for at, row in self.databases if at is db)
        return bool(_passwords(db, row)) or bool(_by_service(db, row))

    def key(self, db: Resource, row: Mapping[str, Any]) -> Place:
        """What encrypts the secret that the service keeps; unknown where it is in no code."""
        found = key_of(db.get(row["key"]), self.references, db)
        if isinstance(found, str) and found not in self.estate.by_address:
            return Unknown(Why.DATA, found)
        return found

    def around(self) -> Iterator[Edge]:
        """Which objects lie in which bucket, and which key encrypts what a service keeps."""
        yield from self._buckets
        for db, row in self.databases:
            found = self.key(db, row) if _by_service(db, row) else None
            if isinstance(found, str):
                why = Evidence("the master password is encrypted with this key", db.location)
                yield Edge(found, db.address + _MANAGED, EdgeKind.ENCRYPTS, (why,))

    def _by_password(self) -> Mapping[str, list[NodeId]]:
        """Master users by what their passwords are called."""
        found: defaultdict[str, list[NodeId]] = defaultdict(list)
        for db, row in self.databases:
            for value in _passwords(db, row):
                for key in _keys(value, db):
                    found[key].append(db.address + MASTER)
                for _, hole in holes(value):
                    drawn = self.references.owner(hole, db)
                    if drawn is not None and drawn.type in self._generators:
                        self._drawn[drawn.address].append(db.address + MASTER)
        return found

    @property
    def _generators(self) -> frozenset[str]:
        """The types that draw a password by lot: all there is of them is secret."""
        every = (rows.get("generators", ()) for rows in tables("secrets").values())
        return frozenset(type_ for types in every for type_ in types)

    def _by_declaration(self) -> Mapping[str, list[NodeId]]:
        """Credentials of the grants file by the resource that makes them."""
        found: defaultdict[str, list[NodeId]] = defaultdict(list)
        for credential in self.estate.grants.credentials:
            if credential.declared_as is not None:
                found[credential.declared_as.removeprefix("tf:")].append(credential.id)
        return found

    def _in_places(self) -> Iterator[Held]:
        for vendor, rows in tables("secrets").items():
            for row in rows.get("place", ()):
                for at in self.estate.of_type(row["tf"], f"data.{row['tf']}"):
                    if at.presence is not Presence.LATENT:
                        yield from self._in_place(at, row, vendor)

    def _in_place(self, at: Resource, row: Mapping[str, Any], vendor: str) -> Iterator[Held]:
        inside = dict(self._inside(at, row))
        for owner in self._owners(at, row) if inside else ():
            self.nodes.setdefault(owner.address, _place(owner, row, vendor))
            if "inside" in row:
                self._buckets.extend(self._bucket(owner, row["inside"]))
            for secret, truth in inside.items():
                sure = truth if owner.presence is Presence.CERTAIN else truth & Truth.MAYBE
                why = Evidence(f"the {row['what']} has it in plain text", at.location)
                yield Held(owner.address, secret, sure, why)

    def _inside(self, at: Resource, row: Mapping[str, Any]) -> Iterator[tuple[NodeId, Truth]]:
        """The secrets that the code puts there, or that a database takes from there."""
        if at.mode == "managed":
            for value in (item for name in row["in"] for item in values_at(at, name)):
                for _, hole in holes(value):
                    yield from self._meant(hole, at)
        for db, its in self.databases:
            for value in _passwords(db, its):
                if self._read_from(value, at, db):
                    yield db.address + MASTER, Truth.YES

    def _read_from(self, value: Value, at: Resource, db: Resource) -> bool:
        """Whether a password is what a place has."""
        if at.mode == "managed":
            return any(key.startswith(f"\0{at.address}.") for key in _keys(value, db))
        named = (name for _, hole in holes(value) for name in (hole.symbol, *hole.references))
        local = at.address.split(":", 1)[-1] if at.stack.id else at.address
        return any(
            name is not None and f"{name}.".startswith((f"{at.address}.", f"{local}."))
            for name in named
        )

    def _meant(self, hole: Unknown, at: Resource) -> Iterator[tuple[NodeId, Truth]]:
        owner = self.references.owner(hole, at)
        if owner is not None:
            token = self.tokens.get(owner.address)
            if token and (hole.symbol or "").endswith(f".{token[1]['value']}"):
                yield owner.address, Truth.YES
            for id_ in self._declared.get(owner.address, ()):
                yield id_, Truth.YES
        elif hole.references:
            yield from self._made_of(hole, at)
        for id_ in self._passwords.get(spelled(hole, at) or "", ()):
            yield id_, Truth.YES

    def _made_of(self, hole: Unknown, at: Resource) -> Iterator[tuple[NodeId, Truth]]:
        """What a function made of a secret, such as its Base64, is one at most."""
        tokens = {it.type for it, _ in self.tokens.values()}
        for address, truth in self.references.resolve(hole, tokens, at).items():
            yield address, truth & Truth.MAYBE
        types = {self.estate.by_address[it].type for it in self._drawn}
        for address, truth in self.references.resolve(hole, types, at).items():
            for id_ in self._drawn.get(address, ()):
                yield id_, truth & Truth.MAYBE

    def _owners(self, at: Resource, row: Mapping[str, Any]) -> Iterator[Resource]:
        """The resource that has the value: itself, or what it names."""
        if "of" not in row:
            yield at
            return
        value = at.get(row["of"]["attr"])
        for address in self.references.resolve(value, [row["of"]["tf"]], at):
            yield self.estate.by_address[address]

    def _bucket(self, item: Resource, attribute: str) -> Iterator[Edge]:
        types = ["aws_s3_bucket"]
        for address, truth in self.references.resolve(item.get(attribute), types, item).items():
            why = Evidence("it lies in this bucket", item.place(attribute))
            yield Edge(address, item.address, EdgeKind.CONTAINS, (why,), truth)

    def _in_states(self) -> Iterator[Held]:
        """Keys, passwords and all that data sources read."""
        for at, row in self.tokens.values():
            plain = not any(at.get(name) for name in row["unless"])
            if plain and at.mode == "managed":
                yield _in_state(at, at.address, "Terraform made it, so it is in the state")
        for db, its in self.databases:
            if _passwords(db, its):
                why = "Terraform sets the master password, so it is in the state"
                yield _in_state(db, db.address + MASTER, why)


def _resources(estate: Estate, kind: str) -> Iterator[tuple[Resource, Mapping[str, Any]]]:
    for rows in tables("secrets").values():
        for row in rows.get(kind, ()):
            for at in estate.of_type(row["tf"]):
                if at.presence is not Presence.LATENT:
                    yield at, row


def _in_state(at: Resource, secret: NodeId, why: str) -> Held:
    sure = Truth.YES if at.presence is Presence.CERTAIN else Truth.MAYBE
    return Held(state_id(at.stack), secret, sure, Evidence(why, at.location))


def _passwords(db: Resource, row: Mapping[str, Any]) -> tuple[Value, ...]:
    return tuple(v for name in row["password"] for v in values_at(db, name) if v not in (None, ""))


def _by_service(db: Resource, row: Mapping[str, Any]) -> Truth:
    """Whether the service keeps the master password itself."""
    if "managed" not in row:
        return Truth.NO
    return holds([Condition(row["managed"], "true", default=False)], db)


def _keys(value: Value, at: Resource) -> Iterator[str]:
    for _, hole in holes(value):
        key = spelled(hole, at)
        if key:
            yield key


def _place(owner: Resource, row: Mapping[str, Any], vendor: str) -> Node:
    arn = text(identities.of(owner, "arn"))
    return Node(
        owner.address,
        Kind.PLACE,
        row["node"],
        label_of(owner),
        Scope(vendor, account(owner), region=region(owner), stack=owner.stack.id),
        owner.location,
        paths=(arn,) if arn.strip("*") else (),
        facts={"what": row["what"]},
    )


def _user(db: Resource, _row: Mapping[str, Any]) -> Node:
    """Who logs in with the master password; nobody starts as it."""
    where = Scope("database", account(db), region=region(db), stack=db.stack.id)
    name = f"master user of {label_of(db)}"
    return Node(db.address + MASTER, Kind.POWER, "database/user", name, where, db.location)


def _kept(db: Resource, row: Mapping[str, Any]) -> Node:
    where = Scope("aws", account(db), region=region(db), stack=db.stack.id)
    return Node(
        db.address + _MANAGED,
        Kind.SECRET,
        "aws/secretsmanager-secret",
        f"master password of {label_of(db)}",
        where,
        db.location,
        paths=path(row["secret"], db, where),
        facts={"what": "secret"},
    )


def _queries(db: Resource, row: Mapping[str, Any]) -> Iterator[Edge]:
    """What the master user does to data; backups and the instance stay."""
    query = next(rows["query"] for rows in tables("secrets").values() if row in rows["database"])
    for verb in _VERBS:
        why = Evidence(
            "the master user may run any query", db.location, query[verb.value], query["source"]
        )
        yield Edge(
            db.address + MASTER,
            db.address,
            EdgeKind.ACCESS,
            (why,),
            Truth.MAYBE,
            verb,
            (query[verb.value],),
            condition=f"if {query['if']}",
            data_only=True,
        )
