"""The worked cases: what one mistake, one rogue credential and several cost, and when noticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from graph.domains import Verdict
from graph.facts import Facts
from graph.grants import DeclaredBackup, DeclaredStore, Grants
from graph.losses import Loss
from graph.model import Cascade, Copy, EdgeKind, Evidence, Grade, Kind, Store
from graph.store import Graph
from graph.values import Truth
from tests.graph.estates import HERE, described, edge, node, ref, res, survival

DB = "aws_db_instance.main"
AUTO = f"{DB}#automated-backup"
DAY = timedelta(days=1)


def world(*copies, store=None, edges=(), nodes=()) -> Graph:
    source = node("db", account="a", region="r", organization="o", stack="s")
    given = {"db": source, **{item.id: item for item in nodes}}
    for copy in copies:
        given.setdefault(copy.node, node(copy.node, Kind.BACKUP, "test/copy", account="a"))
    return Graph(given, tuple(edges), {"db": store or Store("db", "test/store")}, tuple(copies))


def copy(id_="copy", **more) -> Copy:
    given = {"cascade": Cascade.NEVER, "age": (timedelta(0), DAY), "horizon": 60 * DAY, **more}
    return Copy(id_, "db", "test.copy", evidence=(Evidence("test", HERE),), **given)


def one(graph, destroys=None, **more):
    return survival(graph, destroys, **more).stores["db"]


# PocketOS: backups inside the volume, an old dump elsewhere.
VOLUME = "railway:volume/pg-data"


def pocketos(*, dump=True):
    volume = node(VOLUME, type_="railway/volume", vendor="railway", account="ws")
    project = node("railway:project", Kind.CONTAINER, "railway/project", vendor="railway")
    facts = Facts(
        nodes=(volume, project),
        stores=(Store(VOLUME, "railway/volume"),),
        edges=(edge(project.id, VOLUME, EdgeKind.CONTAINS),),
    )
    backups = [
        DeclaredBackup("railway-daily", ("rental-db",), "same", HERE, "volume-snapshot", "daily",
                       timedelta(days=6)),
        DeclaredBackup("old-dump", ("rental-db",), "saas:founders-laptop", HERE, "dump",
                       newest=date(2026, 8, 26), deletable_by=("laptop",)),
    ]  # fmt: skip
    stores = (DeclaredStore("rental-db", (VOLUME,), HERE, max_loss=DAY),)
    return described(grants=Grants(stores=stores, backups=tuple(backups[: 1 + dump])), more=facts)


@pytest.mark.parametrize("target", [VOLUME, "railway:project"])
def test_pocketos(target):
    result = survival(pocketos(), {"cli_token": [target], "laptop": ["old-dump"]})
    store = result.stores[VOLUME]
    assert (str(store.accident), str(store.rogue), store.rogue_by) == ("90d", "90d", "cli_token")
    assert (store.k_min, store.k_max) == (2, 2)
    assert [item.node for item in result.lost("cli_token", VOLUME)] == ["railway-daily"]
    assert [item.node for item in result.left("cli_token", VOLUME)] == ["old-dump"]
    assert store.exceeds is Truth.YES
    verdicts = {item.copy.node: item.verdict for item in store.pairs}
    assert verdicts == {"railway-daily": Verdict.ILLUSORY, "old-dump": Verdict.PARTIAL}


def test_pocketos_without_the_dump():
    result = survival(pocketos(dump=False), {"cli_token": [VOLUME]})
    store = result.stores[VOLUME]
    assert (str(store.accident), str(store.rogue), store.k_max) == ("total loss", "total loss", 1)


def test_a_volume_whose_backups_code_cannot_show_is_lost_with_them():
    volume = node(VOLUME, type_="railway/volume", vendor="railway")
    graph = described(more=Facts(nodes=(volume,), stores=(Store(VOLUME, "railway/volume"),)))
    store = survival(graph, {"token": [VOLUME]}).stores[VOLUME]
    assert [item.copy.attached for item in store.pairs] == [Truth.MAYBE]
    assert (str(store.accident), str(store.rogue)) == ("total loss", "total loss")


def datatalks(**more):
    return described(
        res(DB, identifier="main", backup_retention_period=7, skip_final_snapshot=True, **more)
    )


def test_datatalks():
    store = survival(datatalks(), {"admin": [DB]}).stores[DB]
    assert str(store.accident) == str(store.terraform) == str(store.rogue) == "total loss"
    assert store.k_max == 1


def test_keeping_automated_backups_binds_terraform_only():
    store = survival(datatalks(delete_automated_backups=False), {"admin": [DB]}).stores[DB]
    assert str(store.terraform) == "5m"
    assert str(store.accident) == str(store.rogue) == "total loss"


def test_deletion_protection_stops_the_accident_and_not_who_removes_it():
    store = survival(datatalks(deletion_protection=True), {"admin": [DB]}).stores[DB]
    assert (str(store.accident), str(store.terraform)) == ("none", "none")
    assert str(store.rogue) == "total loss"


def test_prevent_destroy_stops_terraform_only():
    store = survival(datatalks(lifecycle={"prevent_destroy": True}), {}).stores[DB]
    assert (str(store.accident), str(store.terraform)) == ("total loss", "none")


def test_a_final_snapshot_helps_against_terraform_only():
    graph = described(
        res(DB, identifier="m", skip_final_snapshot=False, final_snapshot_identifier="last")
    )
    store = survival(graph, {"admin": [DB]}).stores[DB]
    assert (str(store.terraform), str(store.rogue)) == ("none", "total loss")


def test_a_snapshot_in_the_same_state_goes_with_terraform_destroy():
    snapshot = res("aws_db_snapshot.s", db_instance_identifier=ref(f"{DB}.identifier"))
    database = res(DB, identifier="main", skip_final_snapshot=True)
    store = survival(described(database, snapshot), {"app": [DB]}).stores[DB]
    assert str(store.terraform) == "total loss"
    assert str(store.rogue) == "unknown"


def test_code_spaces_one_console_for_everything():
    graph = world(copy(), copy("other"), edges=[edge("account", "db", EdgeKind.CONTAINS)],
                  nodes=[node("account", Kind.CONTAINER)])  # fmt: skip
    store = one(graph, {"console": ["db", "copy", "other"]})
    assert (str(store.rogue), store.k_max) == ("total loss", 1)
    assert {item.verdict for item in store.pairs} == {Verdict.SHARED}


def locked(grade, lock=None, **more):
    return copy(grade=grade, lock=lock, lifted_by=("lift",), **more)


def test_a_governance_lock_and_an_organization_admin():
    graph = world(locked(Grade.GOVERNANCE))
    without = one(graph, {"ci": ["db", "copy"]})
    assert (str(without.accident), str(without.rogue), without.k_max) == ("24h", "24h", None)
    admin = one(graph, {"ci": ["db"], "org_admin": ["db", "copy"]}, lifts={"org_admin": ["copy"]})
    assert (str(admin.rogue), admin.rogue_by, admin.k_max) == ("total loss", "org_admin", 1)


def test_a_compliance_lock_holds_until_it_ends():
    graph = world(locked(Grade.COMPLIANCE, 30 * DAY))
    store = one(graph, {"root": ["db", "copy"]}, lifts={"root": ["copy"]})
    assert [item.credentials.low for item in store.delays] == [None, None, None]
    short = world(locked(Grade.COMPLIANCE, 29 * DAY))
    store = one(short, {"root": ["db", "copy"]})
    assert [item.credentials.low for item in store.delays] == [None, None, 1]


def test_a_lock_does_not_help_against_the_key():
    key = replace(node("key", Kind.KEY), facts={"deletion_window_days": "6"})
    graph = world(
        locked(Grade.COMPLIANCE, 365 * DAY, key="key"),
        store=Store("db", "test/store", key="key"),
        nodes=[key],
        edges=[edge("key", "copy", EdgeKind.ENCRYPTS)],
    )
    store = one(graph, {"admin": ["db", "key"]})
    assert [str(item.rogue) for item in store.delays] == ["24h", "total loss", "total loss"]
    assert [item.credentials.high for item in store.delays] == [None, 1, 1]
    assert store.pairs[0].verdict is Verdict.SHARED


def test_replicas_are_no_copies():
    graph = world(copy(counts=False, version_isolated=Truth.NO))
    store = one(graph, {"app": ["db"]})
    assert (str(store.accident), str(store.rogue), store.k_max) == ("total loss", "total loss", 1)
    assert store.pairs[0].verdict is Verdict.ILLUSORY


def test_two_approvers_are_two_credentials_and_one_place():
    graph = world(
        copy(grade=Grade.MPA),
        nodes=[node("ci", Kind.PLACE)],
        edges=[edge("ci", name, EdgeKind.HOLDS) for name in ("a", "b")],
    )
    store = one(graph, {"a": ["db", "copy"], "b": ["copy"]})
    assert (store.k_min, store.k_max) == (2, 2)
    assert store.delays[0].places.high == 1


def test_two_credentials_in_one_place_count_once():
    graph = world(
        copy(),
        nodes=[node("ci", Kind.PLACE)],
        edges=[edge("ci", name, EdgeKind.HOLDS) for name in ("a", "b")],
    )
    store = one(graph, {"a": ["db"], "b": ["copy"]})
    assert (store.k_max, store.delays[0].places.high) == (2, 1)


def test_unknown_powers_widen_and_never_narrow():
    graph = world(copy())
    store = one(graph, {"a": {"db": Truth.YES, "copy": Truth.MAYBE}})
    assert (store.k_min, store.k_max) == (1, None)
    assert str(store.rogue) == "unknown"
    assert store.rogue == Loss(store.rogue.low, store.rogue.high)
    assert store.pairs[0].verdict is Verdict.UNKNOWN


def test_an_unknown_copy_is_not_counted_on():
    graph = world(copy(attached=Truth.MAYBE))
    store = one(graph, {"a": ["db"]})
    assert (store.k_min, store.k_max) == (1, None)
    assert str(store.rogue) == "unknown"
    assert store.pairs[0].verdict is Verdict.UNKNOWN


def test_versions_survive_deleted_objects_and_not_deleted_versions():
    bucket = res("aws_s3_bucket.b", bucket="b")
    versions = res(
        "aws_s3_bucket_versioning.v", bucket="b", versioning_configuration=[{"status": "Enabled"}]
    )
    graph = described(bucket, versions)
    writer = survival(graph, {"app": ["aws_s3_bucket.b"]}).stores["aws_s3_bucket.b"]
    assert (str(writer.accident), str(writer.rogue)) == ("none", "none")
    cleaner = survival(
        graph, {"app": ["aws_s3_bucket.b"]}, backups={"app": ["aws_s3_bucket.b"]}
    ).stores["aws_s3_bucket.b"]
    assert (str(cleaner.rogue), cleaner.k_max) == ("total loss", 1)


def test_retention_shorter_than_detection():
    store = one(world(copy(horizon=7 * DAY)), {"a": ["db"], "b": ["copy"]})
    assert [item.credentials.high for item in store.delays] == [2, 2, 1]
