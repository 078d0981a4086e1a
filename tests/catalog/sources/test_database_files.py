"""SQLite and DuckDB, whose databases are files."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest

from jupyter_mlx.catalog.models import ColumnStatistics, ForeignKey
from jupyter_mlx.errors import InvalidInput, Unavailable

from .conftest import crawl, rows, types

NASTY = 'x"; DROP TABLE customers; --'


SCRIPT = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, born DATE, at DATETIME, total DECIMAL(10, 2),
    rate REAL, photo BLOB, active BOOLEAN, anything);
INSERT INTO customers (name) VALUES ('a'), ('b'), ('c');
CREATE TABLE orders (customer INT REFERENCES customers, number BIGINT, PRIMARY KEY (customer, number));
CREATE VIEW named AS SELECT name FROM customers;
CREATE VIEW broken AS SELECT * FROM missing;
CREATE TABLE "x""; DROP TABLE customers; --" ("a ""quoted"" 🙂 100%" INT);
INSERT INTO "x""; DROP TABLE customers; --" VALUES (7);
"""


def test_an_sqlite_file_is_read_with_keys_types_and_exact_counts(tmp_path: Path) -> None:
    path = tmp_path / "shop é.db"
    connection = sqlite3.connect(path)
    connection.executescript(SCRIPT)
    connection.close()
    found = crawl(f"sqlite:///{path}")
    customers, orders = found["main.customers"], found["main.orders"]
    assert types(customers) == {
        "id": "int64",
        "name": "string",
        "born": "date32[day]",
        "at": "timestamp[us]",
        "total": "decimal128(10, 2)",
        "rate": "double",
        "photo": "binary",
        "active": "bool",
        "anything": "string",
    }
    assert (customers.rows, customers.rows_exact, customers.primary_key) == (3, True, ("id",))
    assert customers.database == "shop é"
    assert orders.primary_key == ("customer", "number")
    assert orders.foreign_keys == (ForeignKey(("customer",), "main.customers", ("id",)),)
    assert found["main.named"].parameters == {"schema": "main", "table": "named", "view": "view"}
    assert found.problems == {"main.broken": "table_unreadable"}
    nasty = found['main."x""; DROP TABLE customers; --"']
    assert nasty.name == NASTY
    assert rows(nasty) == [(7,)]


def test_an_analyzed_sqlite_file_gives_its_statistics(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE t (a INT, b INT); CREATE INDEX by_a ON t (a, b);")
    connection.executemany("INSERT INTO t VALUES (?, ?)", [(number % 4, number) for number in range(400)])
    connection.executescript("ANALYZE")
    connection.close()
    table = crawl(f"sqlite:///{path}")["main.t"]
    assert (table.rows, table.rows_exact) == (400, False)
    assert table.statistics == {"a": ColumnStatistics(distinct=4, exact=False)}


def test_an_sqlite_file_that_is_missing_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="There is no file"):
        crawl(f"sqlite:///{tmp_path}/missing.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("These are notes, and no database at all. " * 100)
    for scheme in ("sqlite", "duckdb"):
        with pytest.raises(Unavailable) as caught:
            crawl(f"{scheme}:///{tmp_path}/notes.db")
        assert caught.value.code == "source_unreachable"


def test_a_duckdb_file_is_read_with_keys_types_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA sales")
        connection.execute(
            "CREATE TABLE customers (id UBIGINT PRIMARY KEY, name VARCHAR NOT NULL, tags VARCHAR[],"
            " address STRUCT(zip INT, city VARCHAR), price DECIMAL(12, 2), seen TIMESTAMPTZ, m MAP(VARCHAR, INT))"
        )
        connection.execute("COMMENT ON TABLE customers IS 'Who buys'")
        connection.execute("COMMENT ON COLUMN customers.name IS 'As on the invoice'")
        connection.execute("INSERT INTO customers (id, name) VALUES (1, 'a'), (2, 'b')")
        connection.execute("CREATE TABLE orders (customer UBIGINT REFERENCES customers (id), n INT)")
        connection.execute("CREATE VIEW sales.named AS SELECT name FROM customers")
        connection.execute("""CREATE TABLE "x""; DROP TABLE customers; --" ("a ""b" INT)""")
    found = crawl(f"duckdb:///{path}")
    customers = found["main.customers"]
    assert types(customers) == {
        "id": "uint64",
        "name": "string",
        "tags": "list<item: string>",
        "address": "struct<zip: int32, city: string>",
        "price": "decimal128(12, 2)",
        "seen": "timestamp[us, tz=UTC]",
        "m": "map<string, int32>",
    }
    assert (customers.rows, customers.primary_key, customers.comment) == (2, ("id",), "Who buys")
    assert customers.columns[1].comment == "As on the invoice"
    assert customers.columns[1].nullable is False
    assert found["main.orders"].foreign_keys == (ForeignKey(("customer",), "main.customers", ("id",)),)
    assert found["sales.named"].database == "shop_sales"
    assert found["sales.named"].parameters["view"] == "view"
    assert found['main."x""; DROP TABLE customers; --"'].parameters["table"] == NASTY
    assert set(crawl(f"duckdb:///{path}", schemas=["sales"], views=True).tables) == {"sales.named"}


@pytest.mark.parametrize("location", ["sqlite://", "duckdb:///:memory:", "sqlserver!://x", "sqlite:///"])
def test_a_location_that_names_no_database_is_refused(location: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        crawl(location)
    assert caught.value.code == "location_invalid"


def test_a_database_without_a_dialect_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        crawl("nosuchdb://host/name")
    assert caught.value.code == "database_unknown"
