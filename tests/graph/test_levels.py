"""Tokens whose reach is a level over a scope: what a kind gives, what grants narrow and deny."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.estate import Estate
from graph.grants import Credential, Grants, LevelGrant, Requires
from graph.kinds import kind_of, kinds, kinds_named, up_to
from graph.levels import connect
from graph.model import Edge, Evidence, Guard, Kind, Node, Scope, Store, Verb
from graph.problems import Problem
from graph.store import Graph
from graph.values import Truth
from tests.graph.estates import HERE, TODAY, node

VOLUME = replace(
    node("railway_service.db", type_="railway/volume", vendor="railway"),
    paths=("railway:project/app/env/production/volume/pg",),
)
COPY = node("copy", Kind.BACKUP, "railway/volume-backup", vendor="railway")
TABLE = node("aws_dynamodb_table.t", type_="aws/dynamodb-table", vendor="aws")
DOMAIN = node("railway_custom_domain.www", Kind.RESOURCE, "railway/custom-domain", vendor="railway")
EVERYTHING = (Verb.READ, Verb.WRITE, Verb.DESTROY, Verb.DESTROY_BACKUP, Verb.ESCALATE)


def connected(credential, *nodes, stores=()):
    graph = Graph({n.id: n for n in nodes or (VOLUME,)}, (), {s.node: s for s in stores})
    found = list(connect(Estate((), Grants(credentials=(credential,)), TODAY), graph))
    edges = {(e.verb, e.target): e for e in found if isinstance(e, Edge)}
    return edges, [item for item in found if isinstance(item, Problem)]


def token(kind="railway/account-token", *grants, **more):
    return Credential("bot", kind, HERE, grants=grants or None, **more)


def can(*levels, to=("*",), cumulative=None, **more):
    cumulative = len(levels) == 1 if cumulative is None else cumulative
    return LevelGrant(to=to, can=levels, cumulative=cumulative, location=HERE, **more)


def test_the_kind_says_what_nothing_else_says() -> None:
    edges, problems = connected(token(), VOLUME, COPY, TABLE, DOMAIN)
    assert (Verb.DESTROY, VOLUME.id) in edges
    assert (Verb.DESTROY_BACKUP, COPY.id) in edges
    assert not {target for _, target in edges} & {TABLE.id, DOMAIN.id}
    edge = edges[Verb.DESTROY, VOLUME.id]
    assert (edge.truth, edge.calls) == (Truth.YES, ("volumeDelete",))
    assert edge.evidence[0].text == "a railway/account-token can admin everything of its owner"
    assert problems == []


def test_a_kind_that_no_documentation_confirms_is_a_maybe() -> None:
    edges, _ = connected(token("railway/project-token", scope=("railway:project/app",)))
    assert edges[Verb.DESTROY, VOLUME.id].truth is Truth.MAYBE


def test_a_guessed_kind_is_a_maybe() -> None:
    edges, _ = connected(token(assumed=("its kind, from the variable's name",)))
    assert edges[Verb.DESTROY, VOLUME.id].truth is Truth.MAYBE


def test_a_scope_narrows_the_kind() -> None:
    near, _ = connected(token(scope=("railway:project/app",)))
    far, _ = connected(token(scope=("railway:project/other",)))
    assert (Verb.DESTROY, VOLUME.id) in near
    assert far == {}


def test_grants_replace_the_kind() -> None:
    edges, _ = connected(token("railway/account-token", can("write")))
    assert {verb for verb, _ in edges} == {Verb.WRITE}


@pytest.mark.parametrize(
    ("given", "verbs"),
    [
        (can("read"), {Verb.READ}),
        (can("destroy"), {Verb.READ, Verb.WRITE, Verb.DESTROY, Verb.DESTROY_BACKUP}),
        (can("destroy", cumulative=False), {Verb.DESTROY, Verb.DESTROY_BACKUP}),
        (can("read", "write"), {Verb.READ, Verb.WRITE}),
        (can("none"), set()),
    ],
)
def test_levels_include_those_below_and_lists_are_exact(given, verbs) -> None:
    edges, _ = connected(token("custom/key", given), TABLE)
    assert {verb for verb, _ in edges} == verbs


def test_a_star_is_everything_of_the_kinds_provider_and_of_all_for_a_kind_of_ones_own() -> None:
    own, _ = connected(token("aws/access-key", can("destroy")), TABLE, VOLUME)
    assert {target for _, target in own} == {TABLE.id}
    every, _ = connected(token("custom/root", can("destroy")), TABLE, VOLUME)
    assert {target for _, target in every} == {TABLE.id, VOLUME.id}


class TestDeny:
    def test_takes_away_where_it_certainly_applies(self) -> None:
        deny = can("destroy", to=("type:aws/dynamodb-table",), effect="deny", cumulative=False)
        edges, _ = connected(token("custom/key", can("destroy", to=("type:aws/*",)), deny), TABLE)
        assert {verb for verb, _ in edges} == {Verb.READ, Verb.WRITE}

    def test_takes_nothing_away_where_it_only_may(self) -> None:
        deny = can("destroy", to=("env:production",), effect="deny")
        edges, _ = connected(token("custom/key", can("destroy", to=("type:aws/*",)), deny), TABLE)
        assert (Verb.DESTROY, TABLE.id) in edges


class TestTerms:
    def test_approval_and_conditions_go_with_the_edge(self) -> None:
        requires = Requires(approval="ops", mfa=True, ip=("10.0.0.1",), other="at night")
        edges, _ = connected(token(requires=requires))
        edge = edges[Verb.DESTROY, VOLUME.id]
        assert edge.approval == "ops"
        assert edge.condition == "with MFA; from 10.0.0.1; at night"

    def test_a_grants_own_approval_counts_before_the_credentials(self) -> None:
        grant = can("destroy", to=("**",), requires=Requires(approval="lead"))
        edges, _ = connected(
            token("railway/account-token", grant, requires=Requires(approval="ops"))
        )
        assert edges[Verb.DESTROY, VOLUME.id].approval == "lead"

    def test_a_protection_is_lifted_first(self) -> None:
        guard = Guard("p", "api_toggle", Truth.YES, ("dynamodb:UpdateTable",), Evidence("on"))
        off = replace(guard, on=Truth.NO, removable_by=("x",))
        store = Store(TABLE.id, TABLE.type, guards=(guard, off))
        grant = can("destroy", to=("**",))
        edges, _ = connected(token("custom/key", grant), TABLE, stores=[store])
        calls = edges[Verb.DESTROY, TABLE.id].calls
        assert calls == ("dynamodb:UpdateTable", "dynamodb:DeleteTable")
        assert edges[Verb.WRITE, TABLE.id].calls == ("dynamodb:PutItem",)


class TestGaps:
    def test_what_is_not_translated_is_a_problem(self) -> None:
        grant = LevelGrant(to=("*",), roles=("owner",), location=HERE)
        edges, problems = connected(token("railway/account-token", grant))
        assert edges == {}
        assert [p.what for p in problems] == ["credential bot"]
        assert "say it with `can`" in problems[0].effect

    @pytest.mark.parametrize("selector", ["app", "project:app", "railway:project/ap", "!name:x"])
    def test_a_selector_that_names_nothing_is_a_problem(self, selector: str) -> None:
        for credential in (
            token("railway/project-token", scope=(selector,)),
            token("railway/account-token", can("destroy", to=(selector,))),
            token("railway/account-token", can("destroy", to=(selector,), effect="deny")),
        ):
            _, problems = connected(credential)
            assert [problem.what for problem in problems] == ["credential bot"]
            assert f": {selector}` names nothing that was read" in problems[0].why

    def test_a_copy_without_a_path_does_not_make_a_mistyped_scope_exist(self) -> None:
        copy = Node("daily", Kind.BACKUP, "railway/backup", "daily", Scope("railway"))
        mistyped = token("railway/project-token", scope=("railway:project/ap/env/production",))
        _, problems = connected(mistyped, VOLUME, copy)
        assert [problem.what for problem in problems] == ["credential bot"]

    @pytest.mark.parametrize("selector", ["railway:project/app", "*", "!env:x", "name:railway*"])
    def test_a_selector_that_names_something_or_may_is_none(self, selector: str) -> None:
        assert not connected(token("railway/project-token", scope=(selector,)))[1]

    def test_a_kind_whose_grants_nobody_said_is_a_problem(self) -> None:
        edges, problems = connected(token("railway/oauth-grant"))
        assert edges == {}
        assert "say it with `grants`" in problems[0].effect

    def test_a_kind_that_policies_decide_is_left_to_its_provider(self) -> None:
        assert connected(token("aws/access-key"), TABLE) == ({}, [])
        actions = LevelGrant(to=("*",), actions=("dynamodb:*",), location=HERE)
        assert connected(token("aws/access-key", actions), TABLE) == ({}, [])

    def test_a_kind_that_nobody_knows_can_nothing_by_itself(self) -> None:
        assert connected(token("custom/thing")) == ({}, [])


class TestKinds:
    def test_levels(self) -> None:
        assert up_to("destroy") == ("read", "write", "destroy")
        assert up_to("none") == ()

    def test_by_id_and_by_variable(self) -> None:
        account = kind_of("railway/account-token")
        assert account is not None
        assert (account.provider, account.by_policy) == ("railway", False)
        assert account in kinds_named("RAILWAY_API_TOKEN")
        assert kinds_named("PATH") == ()
        assert kind_of("no/such") is None

    def test_every_row_says_where_it_reaches(self) -> None:
        for kind in kinds().values():
            assert set(kind.can) <= {"read", "write", "destroy", "admin"}, kind.id
            assert kind.scope or kind.by_policy or not kind.can, kind.id
            assert set(kind.mints) <= set(kinds()), kind.id


def test_a_store_that_no_table_has_a_call_for_is_a_gap() -> None:
    unheard = node("supabase:project/app", type_="supabase/project", vendor="supabase")
    bot = Credential("bot", "supabase/classic-pat", HERE)
    edges, (problem,) = connected(bot, unheard, stores=(Store(unheard.id, unheard.type),))
    assert edges == {}
    assert "no table says which call destroys a supabase/project" in problem.why
    reader = Credential("bot", "supabase/classic-pat", HERE, grants=(can("read"),))
    assert connected(reader, unheard, stores=(Store(unheard.id, unheard.type),))[1] == []
    assert connected(token(), VOLUME, stores=(Store(VOLUME.id, VOLUME.type),))[1] == []


@pytest.mark.parametrize(
    ("scope", "truth"), [((), Truth.MAYBE), (("aws:account/111111111111",), Truth.YES)]
)
def test_a_root_user_is_never_said_to_reach_nothing(scope, truth):
    """Of the store's account, or of one that nobody named: possible at least."""
    store = node("db", type_="aws/rds-instance", vendor="aws", account="111111111111")
    edges, _ = connected(token("aws/root", scope=scope), store, stores=(Store("db", store.type),))
    assert edges[Verb.DESTROY, "db"].truth is truth
