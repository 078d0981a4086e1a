"""Crawls: what they write, what they leave alone, and how they end."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from jupyter_mlx.catalog.models import SourceRequest
from jupyter_mlx.errors import Conflict, InvalidInput, NotFound
from jupyter_mlx.store.catalog_tables import crawls, manifests, sources
from jupyter_mlx.store.tables import events

from .conftest import Shop


def test_a_first_crawl_creates_each_table_with_its_first_version(shop: Shop) -> None:
    done = shop.crawl()
    assert done.state == "SUCCEEDED"
    assert shop.changes(done) == {"customers": "created", "orders": "created"}
    orders = shop.table("shop.orders")
    assert orders.version.number == 1
    assert [(column.name, column.type) for column in orders.columns] == [
        ("id", "int64"),
        ("customer", "int64"),
        ("total", "double"),
    ]
    assert orders.version.primary_key == ("id",)
    assert [key.columns for key in orders.version.foreign_keys] == [("customer",)]


def test_a_second_crawl_of_the_same_changes_nothing(shop: Shop) -> None:
    shop.crawl()
    assert set(shop.changes(shop.crawl()).values()) == {"unchanged"}
    assert shop.table("shop.orders").versions == 1


def test_a_changed_schema_is_a_version_that_says_in_words_what_changed(shop: Shop) -> None:
    shop.crawl()
    shop.sql("ALTER TABLE orders ADD COLUMN note TEXT")
    done = shop.crawl()
    assert shop.changes(done) == {"customers": "unchanged", "orders": "updated"}
    newest, first = shop.services.catalog.versions("shop.orders", shop.me)
    assert (newest.number, first.number) == (2, 1)
    assert newest.difference is not None
    assert newest.difference["words"] == ["new column `note` (string)"]
    assert [column.name for column in shop.table("shop.orders", 1).columns] == ["id", "customer", "total"]


def test_a_table_that_was_renamed_in_place_of_another_keeps_no_ones_name(shop: Shop) -> None:
    shop.crawl()
    shop.sql("ALTER TABLE orders RENAME TO purchases")
    done = shop.crawl()
    assert shop.changes(done) == {"customers": "unchanged", "purchases": "created", "orders": "deprecated"}
    assert shop.table("shop.orders").state == "deprecated"


def test_a_deprecated_table_that_is_seen_again_is_active_with_all_its_versions(shop: Shop) -> None:
    shop.crawl()
    shop.sql("ALTER TABLE orders RENAME TO away")
    shop.crawl()
    shop.sql("ALTER TABLE away RENAME TO orders")
    assert shop.changes(shop.crawl())["orders"] == "updated"
    assert (shop.table("shop.orders").state, shop.table("shop.orders").versions) == ("active", 1)


# As Glue asks it: how are changed schemas, and tables that are gone, to be handled?
POLICIES = [
    # option, what happens to the source, table afterwards: columns, state, version
    ({"update": "apply"}, "ALTER TABLE orders DROP COLUMN total", (["id", "customer"], "active", 2)),
    ({"update": "merge"}, "ALTER TABLE orders DROP COLUMN total", (["id", "customer", "total"], "active", 1)),
    ({"update": "merge"}, "ALTER TABLE orders ADD note TEXT", (["id", "customer", "total", "note"], "active", 2)),
    ({"update": "log"}, "ALTER TABLE orders ADD note TEXT", (["id", "customer", "total"], "active", 1)),
    ({"delete": "deprecate"}, "DROP TABLE orders", (["id", "customer", "total"], "deprecated", 1)),
    ({"delete": "log"}, "DROP TABLE orders", (["id", "customer", "total"], "active", 1)),
    ({"delete": "delete"}, "DROP TABLE orders", None),
]


@pytest.mark.parametrize(("options", "change", "expected"), POLICIES)
def test_change_policies(
    shop: Shop, options: dict[str, str], change: str, expected: tuple[list[str], str, int] | None
) -> None:
    shop.crawl(**options)
    shop.sql(change)
    done = shop.crawl(**options)
    told = next(item for item in done.tables if item.name == "orders")
    if expected is None:
        assert told.change == "deleted"
        with pytest.raises(NotFound):
            shop.table("shop.orders")
        return
    table = shop.table("shop.orders")
    assert ([column.name for column in table.columns], table.state, table.version.number) == expected
    if "log" in options.values():
        assert told.difference is not None


def test_an_unknown_policy_is_refused_before_anything_is_kept(shop: Shop) -> None:
    with pytest.raises(InvalidInput) as refused:
        shop.crawl(update="sometimes")
    assert (refused.value.code, refused.value.field) == ("policy_unknown", "options.update")
    assert shop.services.crawls.sources() == []


def test_a_dry_run_says_what_would_change_and_writes_nothing(shop: Shop) -> None:
    shop.crawl()
    shop.sql("ALTER TABLE orders ADD note TEXT", "DROP TABLE customers")
    done = shop.crawl(dry_run=True)
    assert shop.changes(done) == {"orders": "updated", "customers": "deprecated"}
    assert shop.table("shop.orders").versions == 1
    assert shop.table("shop.customers").state == "active"


def test_tables_of_one_name_are_told_apart_and_keep_their_names(shop: Shop) -> None:
    shop.sql('CREATE TABLE "Orders!" (id INTEGER)')
    first = {change.id: change.name for change in shop.crawl().tables}
    assert len(set(first.values())) == 3
    assert {change.id: change.name for change in shop.crawl().tables} == first


def test_a_source_that_cannot_be_read_ends_the_crawl_with_its_error_and_loses_no_table(shop: Shop) -> None:
    shop.crawl()
    path = shop.folder / "shop.db"
    path.write_bytes(b"this is no database, and long enough to be looked at as one" * 40)
    done = shop.crawl()
    assert done.state == "FAILED" or done.problems
    assert shop.table("shop.orders").state == "active"
    assert shop.table("shop.customers").state == "active"


def test_a_password_in_a_location_becomes_a_secret(shop: Shop) -> None:
    request = SourceRequest("postgresql://ada:s3cret%40x@127.0.0.1:1/db", name="warehouse")
    source = shop.services.crawls.add_source(request, owner="ada")
    assert source.location == "postgresql://ada@127.0.0.1:1/db"
    assert source.secret is not None
    assert shop.services.secrets.value(source.secret) == "s3cret@x"
    done = shop.services.crawls.crawl("warehouse", owner="ada")
    assert done.state == "FAILED"
    with shop.services.store.read() as connection:
        kept = [str(connection.execute(sa.select(table)).all()) for table in (sources, crawls, events)]
    assert not any("s3cret" in text for text in kept)


def test_two_sources_of_one_name_are_refused(shop: Shop) -> None:
    shop.services.crawls.add_source(SourceRequest(str(shop.folder), name="Lake"), owner="ada")
    with pytest.raises(Conflict) as refused:
        shop.services.crawls.add_source(SourceRequest("/elsewhere", name="lake"), owner="ada")
    assert refused.value.code == "source_exists"


def test_an_unknown_source_has_near_names(shop: Shop) -> None:
    shop.crawl()
    with pytest.raises(NotFound) as refused:
        shop.services.crawls.source("shop_d")
    assert refused.value.remedy == "Did you mean `shop_db`?"


def test_forgetting_a_source_forgets_its_tables_and_what_was_said_of_them(shop: Shop) -> None:
    shop.crawl()
    shop.services.catalog.annotate("shop.orders", {"description": "purchases"}, shop.me)
    shop.services.crawls.remove_source("shop_db")
    assert shop.services.catalog.tables(shop.me)[0] == []
    assert shop.find("purchases") == []
    shop.crawl()
    assert shop.table("shop.orders").description is None


def test_each_change_is_told_of_once(shop: Shop) -> None:
    done = shop.crawl()
    with shop.services.store.read() as connection:
        told = shop.services.crawls.log.after(connection, 0)
    states = [
        event.data["crawl"]["state"] for event in told if event.subject == done.id and event.kind == "crawl.state"
    ]
    assert states == ["RUNNING", "SUCCEEDED"]
    changed = [event.data for event in told if event.kind == "catalog.changed" and event.data["what"] == "tables"]
    assert [sorted(data["ids"]) for data in changed] == [sorted(change.id for change in done.tables)]


def test_crawls_are_listed_newest_first_by_pages(shop: Shop) -> None:
    made = [shop.crawl().id for _ in range(3)]
    first, cursor = shop.services.crawls.page(limit=2)
    rest, end = shop.services.crawls.page(limit=2, cursor=cursor)
    assert [crawl.id for crawl in [*first, *rest]] == made[::-1]
    assert end is None


SLOW_CRAWL = """
import sys
from jupyter_mlx.services import Services
services = Services()
services.crawls.crawl("shop_db", owner="ada")
"""


def start_that_dies(shop: Shop, point: str) -> subprocess.Popen[bytes]:
    environment = {**shop.services.settings.to_env(), "JUPYTER_MLX_FAIL_AT": point}
    return subprocess.Popen([sys.executable, "-c", SLOW_CRAWL], env=environment, cwd=shop.folder)


def test_a_crawl_whose_process_was_killed_is_lost_and_the_next_one_goes_on(shop: Shop) -> None:
    source = shop.services.crawls.add_source(SourceRequest(f"sqlite:///{shop.folder / 'shop.db'}"), owner="ada")
    process = start_that_dies(shop, "crawl_batch")
    assert process.wait(60) == -signal.SIGKILL
    lost, *_ = shop.services.crawls.page()[0]
    assert (lost.state, lost.error and lost.error["code"]) == ("LOST", "crawl_lost")
    assert lost.ended_at is not None
    done = shop.services.crawls.crawl(source.id, owner="ada")
    assert done.state == "SUCCEEDED"
    assert {table.name for table in shop.services.catalog.tables(shop.me)[0]} == {"customers", "orders"}


def test_a_source_is_crawled_by_one_at_a_time(shop: Shop) -> None:
    done = shop.crawl()
    with shop.services.store.write() as connection:
        connection.execute(sa.update(crawls).where(crawls.c.id == done.id).values(state="RUNNING", ended_at=None))
    with pytest.raises(Conflict) as refused:
        shop.crawl()
    assert refused.value.code == "crawl_running"
    assert done.id in refused.value.message


def test_a_cancelled_crawl_stops_and_no_table_counts_as_gone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_mlx.catalog.crawling.TELL_EVERY_S", 0.0)
    shop.crawl()
    shop.sql("DROP TABLE customers")
    crawling = shop.services.crawls

    def cancel(*counts: int) -> None:
        running = next(crawl for crawl in crawling.page()[0] if crawl.state == "RUNNING")
        crawling.cancel(running.id)

    done = crawling.crawl("shop_db", owner="ada", progress=cancel)
    assert done.state == "CANCELLED"
    assert shop.table("shop.customers").state == "active"
    with pytest.raises(Conflict) as refused:
        crawling.cancel(done.id)
    assert refused.value.code == "crawl_ended"


def test_a_manifest_is_kept_after_success_only(shop: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.csv").write_text("x,y\n1,2\n3,4\n")
    crawling = shop.services.crawls
    source = crawling.add_source(SourceRequest(str(folder)), owner="ada")

    def kept() -> bytes | None:
        with shop.services.store.read() as connection:
            query = sa.select(manifests.c.data).where(manifests.c.source_id == source.id)
            return connection.execute(query).scalar()

    crawling.crawl(source.id, owner="ada", dry_run=True)
    assert kept() is None
    crawling.crawl(source.id, owner="ada")
    assert kept() is not None


def test_the_database_that_a_source_names_holds_its_tables(shop: Shop) -> None:
    request = SourceRequest(f"sqlite:///{shop.folder / 'shop.db'}", name="x", database="My Lake")
    source = shop.services.crawls.add_source(request, owner="ada")
    shop.services.crawls.crawl(source.id, owner="ada")
    assert [database.name for database in shop.services.catalog.databases(shop.me)] == ["my_lake"]
    assert sqlite3.connect(shop.folder / "shop.db").execute("SELECT count(*) FROM orders").fetchone() == (0,)
