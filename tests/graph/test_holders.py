"""Who can use a credential: what lies in a checkout, what is read elsewhere, what leads on."""

from __future__ import annotations

import pytest

from graph.estate import Estate
from graph.facts import Facts
from graph.grants import Actor, Credential, Grants, NamedResource, Placement, Requires
from graph.holders import CHECKOUT, connect, describe, is_repository_file
from graph.model import Edge, EdgeKind, Kind
from graph.problems import Problem
from tests.graph.estates import HERE, TODAY, joined, node


def credential(id_="bot", kind="railway/account-token", **more) -> Credential:
    return Credential(id_, kind, HERE, **more)


def connected(*nodes, **grants):
    estate = Estate((), Grants(**grants), TODAY)
    graph = joined([describe(estate), Facts(nodes=nodes)])
    found = list(connect(estate, graph))
    edges = {(e.source, e.kind, e.target) for e in found if isinstance(e, Edge)}
    return graph, edges, [item for item in found if isinstance(item, Problem)], found


@pytest.mark.parametrize("at", ["deploy.sh", ".env#TOKEN", "a/b.yml", "dir.d/x:y", "./x"])
def test_files_of_the_repository(at: str) -> None:
    assert is_repository_file(at)


@pytest.mark.parametrize(
    "at", ["github:secret/X", "home:~/.aws/credentials#default", "saas:metabase"]
)
def test_other_places(at: str) -> None:
    assert not is_repository_file(at)


def test_everyone_with_a_checkout_reads_a_file_of_the_repository() -> None:
    held = credential(held_in=(Placement("deploy.sh#TOKEN"),))
    graph, edges, problems, _ = connected(credentials=(held,))
    assert {(actor, EdgeKind.READS, "deploy.sh#TOKEN") for actor in CHECKOUT} < edges
    assert ("deploy.sh#TOKEN", EdgeKind.HOLDS, "bot") in edges
    assert graph.nodes["deploy.sh#TOKEN"].kind is Kind.PLACE
    assert {graph.nodes[actor].facts["who"] for actor in CHECKOUT} == set(CHECKOUT.values())
    assert problems == []


def test_named_readers_are_the_only_ones() -> None:
    held = credential(held_in=(Placement("secret.age", readers=("human:ops",)),))
    _, edges, _, _ = connected(credentials=(held,), actors=(Actor("agent:cursor"),))
    assert {edge[0] for edge in edges if edge[1] is EdgeKind.READS} == {"human:ops"}


def test_default_readers_and_agents_that_work_in_the_repository() -> None:
    held = credential(held_in=(Placement("deploy.sh"),))
    actors = (
        Actor("agent:cursor", location=HERE),
        Actor("agent:docs", reads=("docs/*",)),
        Actor("ci:build", reads=("*.sh",), approval="every-command"),
    )
    graph, edges, _, _ = connected(
        credentials=(held,), actors=actors, default_readers=("human:team",)
    )
    readers = {edge[0] for edge in edges if edge[1] is EdgeKind.READS}
    assert readers == {"human:team", "agent:cursor", "ci:build"}
    assert graph.nodes["ci:build"].facts["approval"] == "every-command"


def test_a_place_elsewhere_is_read_by_who_is_said_to_read_it() -> None:
    held = credential(held_in=(Placement("github:secret/TOKEN"),))
    actors = (Actor("ci:deploy", reads=("github:secret/*",)), Actor("agent:cursor"))
    _, edges, _, _ = connected(credentials=(held,), actors=actors)
    assert {edge[0] for edge in edges if edge[1] is EdgeKind.READS} == {"ci:deploy"}


def test_who_holds_it_himself() -> None:
    held = credential(held_by=("human:founder",), purpose="pay", expires="never", assumed=("kind",))
    graph, edges, _, _ = connected(credentials=(held,))
    assert ("human:founder", EdgeKind.HOLDS, "bot") in edges
    assert graph.nodes["bot"].facts == {"purpose": "pay", "expires": "never", "assumed": "kind"}


def test_what_it_leads_to() -> None:
    first, second = credential(becomes=("admin", "nobody")), credential("admin")
    _, edges, problems, _ = connected(credentials=(first, second))
    assert ("bot", EdgeKind.OBTAINS, "admin") in edges
    assert [problem.why for problem in problems] == ["it leads to nobody, which no entry declares"]


class TestDeclaredAs:
    ROLE = node("aws_iam_role.ci", Kind.IDENTITY, "aws/role", vendor="aws")

    def test_it_is_the_identity_in_code(self) -> None:
        held = credential(
            kind="aws/role", declared_as="tf:aws_iam_role.ci", requires=Requires(approval="ops")
        )
        _, edges, problems, found = connected(self.ROLE, credentials=(held,))
        assert ("bot", EdgeKind.OPENS, "aws_iam_role.ci") in edges
        assert [item.approval for item in found] == ["ops"]
        assert problems == []

    def test_an_identity_that_is_nowhere_is_a_problem(self) -> None:
        held = credential(kind="aws/role", declared_as="tf:aws_iam_role.gone")
        _, edges, problems, _ = connected(self.ROLE, credentials=(held,))
        assert edges == set()
        assert [p.why for p in problems] == ["tf:aws_iam_role.gone is in no file that was read"]


def test_resources_that_only_the_grants_file_names() -> None:
    named = (
        NamedResource("railway:project/app", "railway/project", HERE, account="ws"),
        NamedResource("railway:project/app/volume/pg", "railway/volume", HERE, tags={"a": "b"}),
        NamedResource("railway:project/app/domain/www", "railway/custom-domain", HERE),
    )
    graph, _, _, _ = connected(resources=named)
    project, volume, domain = (graph.nodes[item.id] for item in named)
    assert (project.kind, project.name, project.scope.account) == (Kind.CONTAINER, "app", "ws")
    assert (volume.kind, volume.name, volume.tags) == (Kind.STORE, "pg", {"a": "b"})
    assert domain.kind is Kind.RESOURCE
    assert list(graph.stores) == [volume.id]
