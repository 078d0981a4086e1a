"""PostgreSQL, crawled on a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from jupyter_mlx.catalog.crawlers.relational_engine import connect
from jupyter_mlx.catalog.models import ForeignKey
from jupyter_mlx.errors import InvalidInput, Unavailable

from ..servers import CuttingProxy, free_port
from .conftest import crawl, rows, types

NASTY = 'x"; DROP TABLE customers; --'
STATEMENTS = [
    "CREATE TYPE mood AS ENUM ('sad', 'ok')",
    "CREATE DOMAIN euro AS numeric(12, 2)",
    "CREATE TABLE customers (id bigint PRIMARY KEY, name varchar(80) NOT NULL, mood mood, born date)",
    "COMMENT ON TABLE customers IS 'Who buys'",
    "COMMENT ON COLUMN customers.name IS 'As on the invoice'",
    (
        "INSERT INTO customers SELECT i, 'n' || i % 10, 'ok', CASE WHEN i % 4 > 0 THEN date '2000-01-01' + i END"
        " FROM generate_series(1, 1000) i"
    ),
    "CREATE SCHEMA sales",
    (
        "CREATE TABLE sales.orders (customer bigint REFERENCES customers, number int, at timestamptz, total euro,"
        " PRIMARY KEY (customer, number))"
    ),
    (
        "CREATE TABLE sales.lines (customer bigint, number int, line smallint, FOREIGN KEY (customer, number)"
        " REFERENCES sales.orders)"
    ),
    "INSERT INTO sales.orders VALUES (1, 1, now(), 9.99), (1, 2, now(), NULL)",
    "CREATE VIEW named AS SELECT name FROM customers",
    "CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM customers",
    (
        "CREATE TABLE kinds (a smallint, b real, c double precision, d numeric, e numeric(40, 3), f text[], g int[][],"
        " h json, i jsonb, j uuid, k bytea, l boolean, m timestamp, n time, o interval, p inet, q int4range, r bit(3),"
        " s char(2), t timetz, u point, v tsvector, w numeric(9, 4)[])"
    ),
    "CREATE TABLE measured (day date, value int) PARTITION BY RANGE (day)",
    "CREATE TABLE measured_2026 PARTITION OF measured FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    "INSERT INTO measured SELECT date '2026-01-01' + i % 300, i FROM generate_series(1, 500) i",
    """CREATE TABLE "x""; DROP TABLE customers; --" ("a ""quoted"" 🙂 100%" int, "b:c" text)""",
    """INSERT INTO "x""; DROP TABLE customers; --" VALUES (7, 'seven')""",
    "ANALYZE customers",
    "ANALYZE measured",
]


@pytest.fixture(scope="module")
def shop(postgres: str) -> Iterator[str]:
    """The URL of a database with something of everything."""
    admin = sa.create_engine(f"{postgres}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE sources_shop")
    engine = sa.create_engine(f"{postgres}/sources_shop", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in STATEMENTS:
            connection.connection.cursor().execute(statement)
    engine.dispose()
    yield f"{postgres}/sources_shop"
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE sources_shop WITH (FORCE)")
    admin.dispose()


def test_schemas_become_databases_and_their_tables_are_found(shop: str) -> None:
    found = crawl(shop)
    assert found.problems == {}
    assert {table.identity: table.database for table in found.tables.values()} == {
        "public.customers": "sources_shop_public",
        "public.kinds": "sources_shop_public",
        "public.named": "sources_shop_public",
        "public.counted": "sources_shop_public",
        "public.measured": "sources_shop_public",
        'public."x""; DROP TABLE customers; --"': "sources_shop_public",
        "sales.orders": "sources_shop_sales",
        "sales.lines": "sources_shop_sales",
    }
    assert found.skipped == {"public.measured_2026": "it is a part of a partitioned table"}
    assert (found.context.listed, found.context.read) == (8, 8)


def test_comments_keys_and_nullability_are_those_of_the_server(shop: str) -> None:
    found = crawl(shop)
    customers, orders, lines = found["public.customers"], found["sales.orders"], found["sales.lines"]
    assert customers.comment == "Who buys"
    assert {column.name: column.comment for column in customers.columns}["name"] == "As on the invoice"
    assert [column.nullable for column in customers.columns] == [False, False, True, True]
    assert orders.primary_key == ("customer", "number")
    assert orders.foreign_keys == (ForeignKey(("customer",), "public.customers", ("id",)),)
    assert lines.foreign_keys == (ForeignKey(("customer", "number"), "sales.orders", ("customer", "number")),)


def test_each_type_has_its_arrow_name(shop: str) -> None:
    found = crawl(shop)
    assert types(found["public.kinds"]) == {
        "a": "int16",
        "b": "float",
        "c": "double",
        "d": "double",
        "e": "decimal256(40, 3)",
        "f": "list<item: string>",
        "g": "list<item: int32>",
        "h": "string",
        "i": "string",
        "j": "string",
        "k": "binary",
        "l": "bool",
        "m": "timestamp[us]",
        "n": "time64[us]",
        "o": "duration[us]",
        "p": "string",
        "q": "string",
        "r": "string",
        "s": "string",
        "t": "string",
        "u": "string",
        "v": "string",
        "w": "list<item: decimal128(9, 4)>",
    }
    assert types(found["sales.orders"]) == {
        "customer": "int64",
        "number": "int32",
        "at": "timestamp[us, tz=UTC]",
        "total": "decimal128(12, 2)",
    }
    notes = found["public.kinds"].explanation.notes
    assert "`u`: point, as text." in notes
    assert "`d`: numeric without a precision: read as double." in notes
    assert "`mood`: one of sad, ok." in found["public.customers"].explanation.notes


def test_rows_and_statistics_are_the_servers_estimates_where_it_has_them(shop: str) -> None:
    found = crawl(shop)
    customers = found["public.customers"]
    assert (customers.rows, customers.rows_exact) == (1000, False)
    assert customers.bytes
    assert customers.bytes >= 8192
    assert customers.statistics["name"].distinct == 10
    assert customers.statistics["id"].distinct == 1000
    assert customers.statistics["born"].nulls == 250
    assert not customers.statistics["born"].exact
    measured = found["public.measured"]
    assert (measured.rows, measured.parameters["partitioned_by"]) == (500, "RANGE (day)")


def test_a_table_that_was_never_analyzed_is_counted(shop: str) -> None:
    orders = crawl(shop)["sales.orders"]
    assert (orders.rows, orders.rows_exact) == (2, True)


def test_views_say_that_they_are_views_and_can_be_left_out(shop: str) -> None:
    found = crawl(shop)
    assert found["public.named"].parameters["view"] == "view"
    assert found["public.counted"].parameters["view"] == "materialized view"
    assert not {"public.named", "public.counted"} & set(crawl(shop, views=False).tables)


def test_globs_and_schemas_choose(shop: str) -> None:
    assert set(crawl(shop, schemas=["sales"]).tables) == {"sales.orders", "sales.lines"}
    found = crawl(shop, include=["sales.*"], exclude=["*.lines"])
    assert set(found.tables) == {"sales.orders"}
    assert found.skipped["sales.lines"] == "`exclude` has `*.lines`"
    assert found.skipped["public.kinds"] == "no glob of `include` matches it"


def test_rows_of_a_table_whose_name_is_sql_can_be_read(shop: str) -> None:
    found = crawl(shop)
    table = found['public."x""; DROP TABLE customers; --"']
    assert table.name == NASTY
    assert rows(table) == [(7, "seven")]
    assert rows(table, columns=["b:c"]) == [("seven",)]
    assert found["public.customers"].rows == 1000


def test_sessions_are_read_only_in_utc_and_limited(shop: str) -> None:
    with connect(shop, None, statement_timeout_s=1.5).connect() as connection:
        assert connection.exec_driver_sql("SHOW TIME ZONE").scalar_one() == "UTC"
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar_one() == "1500ms"
        with pytest.raises(sa.exc.DBAPIError, match="read-only"):
            connection.exec_driver_sql("CREATE TABLE t (a int)")


def test_a_table_that_may_not_be_read_is_described_and_not_counted(shop: str) -> None:
    engine = sa.create_engine(shop, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE ROLE clerk LOGIN")
        connection.exec_driver_sql("GRANT USAGE ON SCHEMA sales TO clerk")
    try:
        found = crawl(shop.replace("mlx@", "clerk@"), schemas=["sales"])
        orders = found["sales.orders"]
        assert orders.rows is None
        assert orders.primary_key == ("customer", "number")
        assert "Its rows were not counted: permission denied for table orders." in orders.explanation.notes
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql("DROP OWNED BY clerk")
            connection.exec_driver_sql("DROP ROLE clerk")
        engine.dispose()


def test_a_dropped_connection_is_reported_and_no_table_is_lost(postgres_url: str) -> None:
    names = [f"t{number:03}" for number in range(120)]
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        for name in names:
            connection.exec_driver_sql(f"CREATE TABLE {name} (a int)")
    engine.dispose()
    url = sa.make_url(postgres_url)
    with CuttingProxy(int(url.port or 0)) as proxy:

        def progress(listed: int, read: int, skipped: int, failed: int) -> None:
            if read == 60:
                proxy.cut()

        location = url.set(port=proxy.port).render_as_string()
        found = crawl(location, progress=progress)
        assert [table.name for table in found.tables.values()] == names
        assert set(found.problems.items()) == {(location, "connection_dropped")}
        assert proxy.connections == 2


def test_a_crawl_is_cancelled_by_its_progress(shop: str) -> None:
    class Cancelled(Exception):
        pass

    def progress(listed: int, read: int, skipped: int, failed: int) -> None:
        if read:
            raise Cancelled

    with pytest.raises(Cancelled):
        crawl(shop, progress=progress)


def test_a_server_that_is_not_there_is_named_without_the_password(shop: str) -> None:
    location = f"postgresql://ada@127.0.0.1:{free_port()}/shop"
    with pytest.raises(Unavailable) as caught:
        crawl(location, secret="hunter2")
    assert caught.value.code == "source_unreachable"
    assert "127.0.0.1" in caught.value.message
    assert "hunter2" not in str(caught.value.to_json())


def test_a_database_that_is_not_there_is_named(postgres: str) -> None:
    with pytest.raises(Unavailable, match='database "nowhere" does not exist'):
        crawl(f"{postgres}/nowhere")


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"schema": ["sales"]}, "option_unknown", "Did you mean `schemas`?"),
        ({"schemas": ["sale"]}, "schema_unknown", "Did you mean `sales`?"),
        ({"views": "yes"}, "option_invalid", "Give true or false."),
        ({"include": [1]}, "option_invalid", "Give a list of texts."),
        ({"statement_timeout_s": 0}, "option_invalid", "Give a number from 1 to 3600."),
    ],
)
def test_wrong_options_say_what_would_do(shop: str, options: dict[str, object], code: str, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        crawl(shop, **options)
    assert caught.value.code == code
    assert words in caught.value.remedy
