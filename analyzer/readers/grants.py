"""`grants.yaml` → `Grants`: checked against the schema, every fault with file, line and field.

A faulty entry is left out and named, the rest is used. A value that looks like a secret is never
repeated; its entry is refused, since it must be rotated and removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, TypeVar

from analyzer.durations import parse_duration
from analyzer.readers.faults import fault, field_name, meant, schema_faults
from analyzer.readers.yamltree import Malformed, Path, YamlTree, read_yaml
from analyzer.schemas import schema
from analyzer.secrets import looks_secret
from graph.grants import (
    Accepted,
    Actor,
    Credential,
    DeclaredBackup,
    DeclaredStore,
    EnvironmentRule,
    Grants,
    Intent,
    LevelGrant,
    NamedResource,
    Placement,
    Requires,
)
from graph.kinds import kind_of, kinds
from graph.problems import Problem, ProblemKind
from graph.values import Location

T = TypeVar("T")
LISTS = ("actors", "credentials", "resources", "data_stores", "backups", "imports", "accepted")


def read_grants(text: str, path: str) -> tuple[Grants, tuple[Problem, ...]]:
    """The grants of one file and everything that is wrong with it."""
    try:
        tree = read_yaml(text)
    except Malformed as error:
        return Grants(), (fault(path, str(error), error.line, "nothing of it was used"),)
    reader = _Reader(path, tree)
    return reader.read(), tuple(reader.problems)


class _Reader:
    """One file: first the schema's judgement, then what remains as data."""

    def __init__(self, path: str, tree: YamlTree) -> None:
        self.path, self.tree = path, tree
        self.problems: list[Problem] = []
        self.refused: set[Path] = set()
        self.secret: set[Path] = set()

    def read(self) -> Grants:
        data = self.tree.data
        if not isinstance(data, dict):
            found = "empty" if data is None else "a list" if isinstance(data, list) else "a text"
            why = f"it must be a mapping that begins with `version: 1`, and it is {found}"
            self._fault((), why, "nothing of it was used")
            return Grants()
        for inner, first, line in self.tree.doubled:
            why = f"the key {inner[-1]!r} is given twice (first on line {first})"
            self.problems.append(fault(self.path, why, line, "the first value was used"))
        self._secrets(data, ())
        for at, message in schema_faults(data, schema("grants")):
            self._schema_fault(at, message)
        self._imports(data)
        return self._grants(data)

    def _imports(self, data: dict[str, Any]) -> None:
        """Exports of other tools are not read yet, and that is said."""
        for path, row in self._entries(data, "imports"):
            what = f"{field_name(path)}: {row['format']}"
            why = "exports of this format are not read yet"
            effect = "nothing of it was used; name plans with --plan and states with --state"
            place = self._place(path)
            self.problems.append(Problem(ProblemKind.UNSUPPORTED, what, why, effect, place))

    def _secrets(self, value: Any, path: Path) -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                if looks_secret(key):
                    self._secret((*path, key))
                self._secrets(item, (*path, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self._secrets(item, (*path, index))
        elif isinstance(value, str) and looks_secret(value, identifier=_names_account(path)):
            self._secret(path)

    def _secret(self, path: Path) -> None:
        """Refuse what holds a secret's value; other faults of the entry no longer matter."""
        what = f"{field_name(path)}: a secret value seems to stand here; remove it and rotate it"
        self._fault(path, what, "the entry was left out; this file never needs a secret's value")
        self.secret.add(_entry(path))

    def _schema_fault(self, path: Path, message: str) -> None:
        if _entry(path) in self.secret:
            return
        entry = _entry(path)
        effect = "the entry was left out" if len(entry) > 1 else "the field was not used"
        if entry in {(), ("version",)}:
            effect = "the rest was read as version 1"
        self._fault(path, message, effect)

    def _fault(self, path: Path, why: str, effect: str) -> None:
        self.refused.add(_entry(path))
        self.problems.append(fault(self.path, why, self.tree.line(path), effect))

    def _entries(self, data: dict[str, Any], name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
        rows = data.get(name)
        if (name,) in self.refused or not isinstance(rows, list):
            return
        for index, row in enumerate(rows):
            if (name, index) not in self.refused and isinstance(row, dict):
                yield (name, index), row

    def _place(self, path: Path) -> Location:
        return Location(self.path, self.tree.line(path))

    def _built(
        self, data: dict[str, Any], name: str, make: Callable[[Path, dict[str, Any]], T]
    ) -> Iterator[T]:
        seen: dict[str, int] = {}
        for path, row in self._entries(data, name):
            try:
                built = make(path, row)
            except ValueError as error:
                self._fault(path, str(error), "the entry was left out")
                continue
            id_ = getattr(built, "id", None)
            if isinstance(id_, str) and id_ in seen:
                why = f"the id {id_!r} is used twice (first on line {seen[id_]})"
                self._fault((*path, "id"), why, "the second entry was left out")
                continue
            if isinstance(id_, str):
                seen[id_] = self.tree.line(path)
            yield built

    def _grants(self, data: dict[str, Any]) -> Grants:
        defaults = data.get("defaults") if ("defaults",) not in self.refused else None
        defaults = defaults if isinstance(defaults, dict) else {}
        readers = _strings(defaults.get("readers"))
        return Grants(
            credentials=tuple(self._built(data, "credentials", self._credential)),
            actors=tuple(self._built(data, "actors", self._actor)),
            resources=tuple(self._built(data, "resources", self._resource)),
            stores=tuple(self._built(data, "data_stores", self._store)),
            backups=tuple(self._built(data, "backups", self._backup)),
            environments=tuple(self._environments(data)),
            accepted=tuple(self._built(data, "accepted", self._accepted)),
            default_env=defaults.get("env"),
            default_readers=readers or None,
            unknown_env=defaults.get("unknown_env", "unknown"),
        )

    def _credential(self, path: Path, row: dict[str, Any]) -> Credential:
        kind = kind_of(row["kind"])
        if kind is None and not row["kind"].startswith("custom/"):
            field = field_name((*path, "kind"))
            hint = meant(row["kind"], kinds()) or "; use custom/NAME and say `grants`"
            raise ValueError(f"{field}: no such kind of credential is known{hint}")
        grants = row.get("grants")
        return Credential(
            id=row["id"],
            kind=row["kind"],
            location=self._place(path),
            declared_as=row.get("declared_as"),
            purpose=row.get("purpose"),
            owner=row.get("owner"),
            scope=_strings(row.get("scope")),
            grants=None
            if grants is None
            else tuple(self._grant((*path, "grants", i), g) for i, g in enumerate(grants)),
            intended=self._intent(path, row.get("intended")),
            held_in=tuple(
                self._placement((*path, "held_in"), item) for item in _list(row.get("held_in"))
            ),
            held_by=_strings(row.get("held_by")),
            requires=_requires(row.get("requires")),
            becomes=_strings(row.get("becomes")),
            expires=row.get("expires"),
            last_used=_day((*path, "last_used"), row),
        )

    def _grant(self, path: Path, row: dict[str, Any]) -> LevelGrant:
        permissions = row.get("permissions") or {}
        if not isinstance(permissions, dict):
            permissions = dict.fromkeys(_strings(permissions), "")
        return LevelGrant(
            to=_strings(row["to"]),
            effect=row.get("effect", "allow"),
            can=_strings(row.get("can")),
            cumulative=isinstance(row.get("can"), str),
            roles=_strings(row.get("roles")),
            scopes=_strings(row.get("scopes")),
            permissions=permissions,
            actions=_strings(row.get("actions")),
            policies=_strings(row.get("policies")),
            requires=_requires(row.get("requires")),
            location=self._place(path),
        )

    def _intent(self, path: Path, row: dict[str, Any] | None) -> Intent | None:
        if row is None:
            return None
        can = row.get("can")
        levels = None if can is None else _strings(can) if isinstance(can, list) else _levels(can)
        place = self._place((*path, "intended"))
        return Intent(levels, _strings(row.get("to")), _strings(row.get("env")), place)

    def _placement(self, path: Path, item: Any) -> Placement:
        row = {"at": item} if isinstance(item, str) else item
        readers = row.get("readers")
        variable = row["at"].rsplit("#", 1)[1] if "#" in row["at"] else None
        return Placement(
            at=row["at"],
            readers=None if readers is None else _strings(readers),
            history=bool(row.get("history", False)),
            variable=variable,
            location=self._place(path),
        )

    def _actor(self, path: Path, row: dict[str, Any]) -> Actor:
        reads = row.get("reads")
        return Actor(
            id=row["id"],
            reads=None if reads is None else _strings(reads),
            runs_as=row.get("runs_as"),
            approval=row.get("approval", "none"),
            tools=_strings(row.get("tools")),
            location=self._place(path),
        )

    def _resource(self, path: Path, row: dict[str, Any]) -> NamedResource:
        protected = row.get("protected")
        return NamedResource(
            id=row["id"],
            type=row["type"],
            location=self._place(path),
            env=row.get("env"),
            account=_text(row.get("account")),
            region=row.get("region"),
            parent=row.get("parent"),
            also_in_envs=_strings(row.get("also_in_envs")),
            tags=row.get("tags") or {},
            protected=None if not protected else str(protected),
        )

    def _store(self, path: Path, row: dict[str, Any]) -> DeclaredStore:
        return DeclaredStore(
            id=row["id"],
            resources=_strings(row["is"]),
            location=self._place(path),
            env=row.get("env"),
            holds=row.get("holds"),
            max_loss=_span((*path, "max_loss"), row),
            no_backup=row.get("no_backup"),
        )

    def _backup(self, path: Path, row: dict[str, Any]) -> DeclaredBackup:
        of = _strings(row["of"])
        immutable = row.get("immutable")
        deletable = row.get("deletable_by")
        return DeclaredBackup(
            id=row.get("id")
            or f"{of[0] if of else 'backup'}-{row.get('kind', 'vendor')}-{path[1]}",
            of=of,
            place=row["in"],
            location=self._place(path),
            kind=row.get("kind", "vendor"),
            schedule=row.get("schedule"),
            retention=_span((*path, "retention"), row),
            newest=_day((*path, "newest"), row),
            immutable=_span((*path, "immutable"), row) if isinstance(immutable, str) else immutable,
            deletable_by=None if deletable is None else tuple(deletable),
            restore_tested=_day((*path, "restore_tested"), row),
            account=_text(row.get("account")),
            region=row.get("region"),
        )

    def _accepted(self, path: Path, row: dict[str, Any]) -> Accepted:
        until = _day((*path, "until"), row)
        assert until is not None, "the schema requires it"
        return Accepted(
            credential=row["credential"],
            reason=row["reason"],
            until=until,
            location=self._place(path),
            to=_strings(row.get("to")),
            can=_strings(row.get("can")),
            by=row.get("by"),
        )

    def _environments(self, data: dict[str, Any]) -> Iterator[EnvironmentRule]:
        if isinstance(data.get("production"), dict) and ("production",) not in self.refused:
            yield self._rule(("production",), "production", data["production"], production=True)
        named = data.get("environments")
        if isinstance(named, dict) and ("environments",) not in self.refused:
            for name, row in named.items():
                production = name in {"production", "prod"}
                yield self._rule(("environments", name), name, row, production=production)

    def _rule(
        self, path: Path, name: str, row: dict[str, Any], *, production: bool
    ) -> EnvironmentRule:
        return EnvironmentRule(
            name=name,
            is_production=row.get("is_production", production),
            location=self._place(path),
            paths=_strings(row.get("paths")),
            workspaces=_strings(row.get("workspaces")),
            accounts=_strings(row.get("accounts")),
            names=_strings(row.get("names")),
            tags={key: _strings(value) for key, value in (row.get("tags") or {}).items()},
            resources=_strings(row.get("resources")),
            exceptions=_strings(row.get("except")),
        )


def _entry(path: Path) -> Path:
    """The part that a fault costs: one row of a list, or one field of the file."""
    return path[:2] if path and path[0] in LISTS else path[:1]


def _names_account(path: Path) -> bool:
    """Whether a field holds the number of an account or subscription, which may be a UUID."""
    return any(step in {"account", "accounts"} for step in path)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _strings(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in _list(value))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _levels(level: str) -> tuple[str, ...]:
    ladder = ("read", "write", "destroy", "admin")
    return ladder[: ladder.index(level) + 1] if level in ladder else ()


def _span(path: Path, row: dict[str, Any]) -> timedelta | None:
    try:
        return None if row.get(str(path[-1])) is None else parse_duration(row[str(path[-1])])
    except ValueError:
        raise ValueError(f"{field_name(path)}: not a duration such as 12h, 1d or 2w") from None


def _day(path: Path, row: dict[str, Any]) -> date | None:
    try:
        return None if row.get(str(path[-1])) is None else date.fromisoformat(row[str(path[-1])])
    except ValueError:
        raise ValueError(f"{field_name(path)}: no such day in the calendar") from None


def _requires(row: dict[str, Any] | None) -> Requires | None:
    if row is None:
        return None
    approval = row.get("approval")
    return Requires(
        approval=None if not approval else "a person" if approval is True else str(approval),
        mfa=row.get("mfa", False),
        ip=_strings(row.get("ip")),
        branches=_strings(row.get("branches")),
        subjects=_strings(row.get("subjects")),
        other=row.get("other"),
    )
