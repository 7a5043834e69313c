"""AWS credentials that only the grants file knows: their actions and policies, decided too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from graph.estate import Estate
from graph.grants import Credential, LevelGrant
from graph.kinds import kind_of
from graph.levels import condition_of
from graph.model import Edge
from graph.policy.callers import Book, Caller
from graph.policy.documents import Policy, Statement, policy
from graph.policy.names import Hole, Name
from graph.problems import Problem, ProblemKind
from graph.providers.aws.access import access
from graph.providers.aws.attachments import AWS_MANAGED, Attachments
from graph.providers.aws.callers import Principal
from graph.providers.aws.targets import Target
from graph.selectors import selects
from graph.values import Truth, Value

VENDOR = "aws"
_UNKNOWN = Name((Hole(detail="not in the code"),))


def granted(
    estate: Estate, attachments: Attachments, targets: Iterable[Target]
) -> Iterator[Edge | Problem]:
    """Access edges of AWS credentials by what the grants file gives them; what it leaves open."""
    every = tuple(targets)
    for credential in estate.grants.credentials:
        kind = kind_of(credential.kind)
        if kind is None or kind.provider != VENDOR or not kind.by_policy:
            continue
        found = _Granted(credential, attachments)
        yield from found.edges(every)
        yield from found.problems
        if credential.grants is None and not (credential.declared_as or credential.becomes):
            yield _gap(credential, "nothing says which identity it is or what it may do")


@dataclass
class _Granted:
    """One credential's grants as statements, each with the targets it is for."""

    credential: Credential
    attachments: Attachments
    problems: list[Problem] = field(default_factory=list)

    def edges(self, targets: Sequence[Target]) -> Iterator[Edge]:
        """The edges to each target, by the grants that select it."""
        rows = [(grant, self._policies(grant)) for grant in self.credential.grants or ()]
        rows = [(grant, policies) for grant, policies in rows if policies]
        alike: defaultdict[tuple[Truth, ...], list[Target]] = defaultdict(list)
        for target in targets if rows else ():
            chosen = tuple(selects(grant.to or ("*",), target.node, VENDOR) for grant, _ in rows)
            if any(chosen):
                alike[chosen].append(target)
        found: defaultdict[str, list[Edge]] = defaultdict(list)
        for chosen, members in alike.items():
            principal = self._principal(chosen, [policies for _, policies in rows])
            approval = self._approval(chosen, [grant for grant, _ in rows])
            for edge in access([principal], members):
                found[edge.target].append(self._bound(edge, approval))
        for target in targets:
            yield from found[target.node.id]

    def _principal(self, chosen: tuple[Truth, ...], rows: list[list[Policy]]) -> Principal:
        statements: list[Statement] = []
        for truth, policies in zip(chosen, rows, strict=True):
            every = (item for found in policies for item in found.statements)
            statements.extend(replace(it, truth=it.truth & truth) for it in every if truth)
        caller = Caller(self.credential.id, "user", _UNKNOWN, _UNKNOWN, Book(tuple(statements)))
        return Principal(self.credential.id, caller, None)

    def _approval(self, chosen: Sequence[Truth], grants: Sequence[LevelGrant]) -> str | None:
        """Who must approve, where every grant that may give something asks for approval; what a
        grant says counts before what the credential says.
        """
        own = _approver(self.credential)
        asked = [
            _approver(grant) or own
            for truth, grant in zip(chosen, grants, strict=True)
            if truth and grant.effect == "allow"
        ]
        return next(iter(asked), None) if all(asked) else None

    def _bound(self, edge: Edge, approval: str | None) -> Edge:
        """With what the credential needs besides."""
        words = " and ".join(filter(None, (condition_of(self.credential), edge.condition)))
        return replace(edge, condition=words, approval=approval)

    def _policies(self, grant: LevelGrant) -> list[Policy]:
        found: list[Policy] = []
        if grant.actions:
            statement: dict[str, Value] = {
                "Effect": "Allow" if grant.effect == "allow" else "Deny",
                "Action": grant.actions,
                "Resource": "*",
            }
            document: Value = {"Version": "2012-10-17", "Statement": (statement,)}
            found.append(policy(document, "the grants file", grant.location))
        for name in grant.policies:
            found.extend(self._named(name, grant))
        opaque = grant.roles or grant.scopes or grant.permissions
        if opaque and not grant.can:
            self._lost("its roles, scopes or permissions are not translated for AWS")
        return found

    def _named(self, name: str, grant: LevelGrant) -> list[Policy]:
        if grant.effect != "allow":
            self._lost(f"policy {name} is denied as a whole; deny its actions instead")
            return []
        if AWS_MANAGED in name:
            found = self.attachments.managed(name)
            if found is not None:
                return [found]
        address = name.removeprefix("tf:")
        for item in self.attachments.estate.resources:
            if item.address == address or (item.mode == "managed" and item.get("arn") == name):
                written = item.get("policy") or item.get("json")
                if written is not None:
                    return [self.attachments.document(item, "policy", written, address)]
        self._lost(f"policy {name} is in no file that was read")
        return []

    def _lost(self, why: str) -> None:
        self.problems.append(_gap(self.credential, why))


def _approver(row: Credential | LevelGrant) -> str | None:
    return row.requires.approval if row.requires else None


def _gap(credential: Credential, why: str) -> Problem:
    effect = f"what {credential.id} can do is not known; say it with `declared_as` or `can`"
    what = f"credential {credential.id}"
    return Problem(ProblemKind.UNRESOLVED, what, why, effect, credential.location)
