"""EKS: which pods have which role, and who has them by starting pods in the cluster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from graph.conditions import values_at
from graph.facts import Facts
from graph.model import Edge, EdgeKind, Evidence, NodeId, Verb
from graph.places import text
from graph.policy.documents import Statement
from graph.policy.names import Hole
from graph.providers.aws.attachments import Attachments
from graph.providers.aws.identities import PRINCIPALS, present
from graph.providers.aws.trust import trust_policy
from graph.resource import Presence, Resource
from graph.tables import table
from graph.values import Truth

CLUSTER = "aws_eks_cluster"
ROLE = "aws_iam_role"
ASSOCIATION = "aws_eks_pod_identity_association"
ACCESS = "aws_eks_access_policy_association"
SERVICE = "service:pods.eks.amazonaws.com"
_SUBJECT = "system:serviceaccount:"


@dataclass(frozen=True)
class Pods:
    """Pods of a cluster, by namespace and service account, that have a role."""

    cluster: str
    role: str
    namespace: str
    account: str
    truth: Truth
    at: Resource

    @property
    def actor(self) -> str:
        """Their name as an actor."""
        return f"service:kubernetes:{self.namespace}:{self.account}"


@dataclass(frozen=True)
class Clusters:
    """The pods of an estate that have roles."""

    attachments: Attachments

    def named(self, trusted: Facts) -> Facts:
        """What trust policies say, with the pods of each association instead of the service."""
        edges: list[Edge] = []
        nodes = {node.id: node for node in trusted.nodes}
        for edge in trusted.edges:
            found = [it for it in self._associated if it.role == edge.target]
            if edge.source != SERVICE or not found:
                edges.append(edge)
                continue
            for pods in found:
                why = Evidence(f"{pods.at.address} gives it the role", pods.at.place("role_arn"))
                truth = edge.truth & pods.truth
                edges.append(replace(edge, source=pods.actor, evidence=(why,), truth=truth))
                known = nodes[SERVICE]
                nodes.setdefault(pods.actor, replace(known, id=pods.actor, name=pods.actor))
        return Facts(tuple(nodes.values()), tuple(edges), problems=trusted.problems)

    def edges(self) -> Iterator[Edge]:
        """Who may start pods in a cluster becomes what they may use there."""
        known = {row["name"]: row["source"] for row in table("aws", "federation")["access_policy"]}
        by_cluster: defaultdict[str, list[Pods]] = defaultdict(list)
        for pods in (*self._associated, *self._by_issuer()):
            by_cluster[pods.cluster].append(pods)
        for at in present(self.attachments.estate, ACCESS):
            policy = text(at.get("policy_arn")).rpartition("/")[2]
            if policy not in known:
                continue
            for cluster, truth in self._clusters(at).items():
                for source, sure in self._principals(at).items():
                    for pods in by_cluster[cluster]:
                        inside = truth & sure & pods.truth & _within(at, pods.namespace)
                        if inside and source != pods.role:
                            yield _becomes(source, pods, at, inside, policy, known[policy])

    @cached_property
    def _associated(self) -> tuple[Pods, ...]:
        found: list[Pods] = []
        for at in present(self.attachments.estate, ASSOCIATION):
            names = text(at.get("namespace")), text(at.get("service_account"))
            roles = self.attachments.resolve(at.get("role_arn"), ROLE, at)
            there = Truth.YES if at.presence is Presence.CERTAIN else Truth.MAYBE
            for cluster, sure in (self._clusters(at) or {"": Truth.MAYBE}).items():
                for role, truth in roles.items():
                    found.append(Pods(cluster, role, *names, truth & sure & there, at))
        return tuple(found)

    def _by_issuer(self) -> Iterator[Pods]:
        """Roles that trust the issuer of a cluster of the code: IAM roles for service accounts."""
        for role in present(self.attachments.estate, ROLE):
            for statement in trust_policy(role, self.attachments).statements:
                for cluster in _issuers(statement) & self._known:
                    for subject in _subjects(statement):
                        names = subject.partition(":")[::2]
                        yield Pods(cluster, role.address, *names, statement.truth, role)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(it.address for it in present(self.attachments.estate, CLUSTER))

    def _clusters(self, at: Resource) -> Mapping[str, Truth]:
        return self.attachments.references.resolve(at.get("cluster_name"), [CLUSTER], at)

    def _principals(self, at: Resource) -> Mapping[NodeId, Truth]:
        value = at.get("principal_arn")
        return {
            address: truth
            for type_ in PRINCIPALS
            for address, truth in self.attachments.resolve(value, type_, at).items()
        }


def _issuers(statement: Statement) -> frozenset[str]:
    """The resources that the names of whom a statement lets in are made of."""
    entries = statement.principals.entries if statement.principals and statement.allow else ()
    names = (name for kind, listed in entries if kind == "Federated" for name in listed)
    return frozenset(part.owner for name in names for part in name.parts if isinstance(part, Hole))


def _subjects(statement: Statement) -> Iterator[str]:
    """`<namespace>:<service account>`, as conditions name them."""
    for pattern in (it for test in statement.tests for entry in test.values for it in entry):
        if pattern.head.startswith(_SUBJECT):
            yield pattern.shown.removeprefix(_SUBJECT)


def _within(at: Resource, namespace: str) -> Truth:
    """Whether an association of an access policy is about a namespace."""
    scopes = [text(value) for value in values_at(at, "access_scope.type")]
    if "cluster" in scopes:
        return Truth.YES
    listed = [item for value in values_at(at, "access_scope.namespaces") for item in _each(value)]
    if namespace in listed:
        return Truth.YES
    open_ = not scopes or any("*" in text(item) for item in listed) or "*" in namespace
    return Truth.MAYBE if open_ else Truth.NO


def _each(value: object) -> tuple[str, ...]:
    return tuple(text(item) for item in value) if isinstance(value, tuple) else ("*",)


def _becomes(source: NodeId, pods: Pods, at: Resource, truth: Truth, policy: str, url: str) -> Edge:
    why = Evidence(
        f"{at.address} gives it {policy}, with which it starts pods of"
        f" {pods.namespace}:{pods.account}",
        at.place("policy_arn"),
        fact=policy,
        source=url,
    )
    return Edge(source, pods.role, EdgeKind.ASSUMES, (why,), truth, verb=Verb.ESCALATE)
