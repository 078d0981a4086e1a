"""MariaDB, crawled on a real server that asks for a password."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from jupyter_mlx.catalog.crawlers.relational_engine import connect
from jupyter_mlx.catalog.models import ForeignKey
from jupyter_mlx.errors import Unavailable

from ..servers import CuttingProxy
from .conftest import crawl, rows, types, without_password

STATEMENTS = [
    "CREATE DATABASE shop",
    (
        "CREATE TABLE shop.customers (id int unsigned PRIMARY KEY AUTO_INCREMENT, name varchar(80) NOT NULL"
        " COMMENT 'As on the invoice', size enum('s', 'm'), KEY (name)) COMMENT 'Who buys'"
    ),
    "INSERT INTO shop.customers (name) SELECT concat('n', seq %% 10) FROM seq_1_to_1000",
    (
        "CREATE TABLE shop.orders (customer int unsigned, number int, PRIMARY KEY (customer, number),"
        " FOREIGN KEY (customer) REFERENCES shop.customers (id))"
    ),
    (
        "CREATE TABLE shop.kinds (a tinyint(1), b tinyint, c tinyint unsigned, d smallint unsigned, e mediumint,"
        " f bigint unsigned, g float, h double, i decimal(10, 2), j year, k bit(3), l datetime(6), m timestamp, n time,"
        " o date, p json, q blob, r set('x', 'y'), s point, t text, u binary(16))"
    ),
    "CREATE TABLE shop.`x``; DROP TABLE customers; --` (`a ``quoted`` é 100%%` int, `b:c` text)",
    "INSERT INTO shop.`x``; DROP TABLE customers; --` VALUES (7, 'seven')",
    "CREATE VIEW shop.named AS SELECT name FROM shop.customers",
    "CREATE TABLE shop.gone (a int)",
    "CREATE VIEW shop.broken AS SELECT a FROM shop.gone",
    "DROP TABLE shop.gone",
    "ANALYZE TABLE shop.customers",
]


@pytest.fixture(scope="module")
def shop(mariadb: str) -> tuple[str, str]:
    """The URL of a database with something of everything, and the password."""
    engine = sa.create_engine(f"{mariadb}/mysql?charset=utf8mb4", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in STATEMENTS:
            connection.exec_driver_sql(statement)
    engine.dispose()
    return without_password(f"{mariadb}/shop".replace("mysql+pymysql", "mysql"))


def test_tables_are_found_and_a_view_of_nothing_is_reported(shop: tuple[str, str]) -> None:
    location, password = shop
    found = crawl(location, secret=password)
    assert set(found.tables) == {
        "shop.customers",
        "shop.orders",
        "shop.kinds",
        "shop.named",
        "shop.x`; DROP TABLE customers; --",
    }
    assert found.problems == {"shop.broken": "table_unreadable"}
    assert {table.database for table in found.tables.values()} == {"shop"}
    assert {table.format for table in found.tables.values()} == {"mysql"}


def test_comments_keys_and_estimates_are_those_of_the_server(shop: tuple[str, str]) -> None:
    location, password = shop
    found = crawl(location, secret=password)
    customers, orders = found["shop.customers"], found["shop.orders"]
    assert customers.comment == "Who buys"
    assert customers.columns[1].comment == "As on the invoice"
    assert (customers.rows, customers.rows_exact) == (1000, False)
    assert 10 <= (customers.statistics["name"].distinct or 0) <= 100  # InnoDB looks at a few pages
    assert customers.parameters["engine"] == "InnoDB"
    assert orders.primary_key == ("customer", "number")
    assert orders.foreign_keys == (ForeignKey(("customer",), "shop.customers", ("id",)),)
    assert (orders.rows, orders.rows_exact) == (0, True)


def test_each_type_has_its_arrow_name(shop: tuple[str, str]) -> None:
    location, password = shop
    found = crawl(location, secret=password)
    assert types(found["shop.customers"]) == {"id": "uint32", "name": "string", "size": "string"}
    assert types(found["shop.kinds"]) == {
        "a": "bool",
        "b": "int8",
        "c": "uint8",
        "d": "uint16",
        "e": "int32",
        "f": "uint64",
        "g": "float",
        "h": "double",
        "i": "decimal128(10, 2)",
        "j": "int16",
        "k": "binary",
        "l": "timestamp[us]",
        "m": "timestamp[us, tz=UTC]",
        "n": "duration[us]",
        "o": "date32[day]",
        "p": "string",
        "q": "binary",
        "r": "string",
        "s": "string",
        "t": "string",
        "u": "binary",
    }
    assert "`s`: point, as text." in found["shop.kinds"].explanation.notes


def test_rows_of_a_table_whose_name_is_sql_can_be_read(shop: tuple[str, str]) -> None:
    location, password = shop
    table = crawl(location, secret=password)["shop.x`; DROP TABLE customers; --"]
    assert rows(table, password) == [(7, "seven")]
    with connect(location, password).connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM customers").scalar_one() == 1000
        with pytest.raises(sa.exc.DBAPIError, match="READ ONLY"):
            connection.exec_driver_sql("DROP TABLE customers")


def test_a_statement_that_takes_too_long_is_ended_by_the_server(shop: tuple[str, str]) -> None:
    location, password = shop
    with connect(location, password, statement_timeout_s=1).connect() as connection:
        assert float(connection.exec_driver_sql("SELECT @@max_statement_time").scalar_one()) == 1.0


def test_without_a_database_all_but_the_systems_are_read(mariadb: str, shop: tuple[str, str]) -> None:
    location, password = without_password(mariadb)
    assert {table.database for table in crawl(location, secret=password).tables.values()} == {"shop"}


@pytest.mark.parametrize("secret", ["wrong battery", None])
def test_a_wrong_password_is_refused_and_not_shown(shop: tuple[str, str], secret: str | None) -> None:
    with pytest.raises(Unavailable) as caught:
        crawl(shop[0], secret=secret)
    assert caught.value.code == "source_refused"
    assert "Access denied" in caught.value.message
    assert "secret" in caught.value.remedy
    assert "battery" not in str(caught.value.to_json())


def test_a_dropped_connection_is_reported_and_no_table_is_lost(mariadb: str, shop: tuple[str, str]) -> None:
    engine = sa.create_engine(f"{mariadb}/mysql", isolation_level="AUTOCOMMIT")
    names = [f"t{number:03}" for number in range(60)]
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE many")
        for name in names:
            connection.exec_driver_sql(f"CREATE TABLE many.{name} (a int) ENGINE=MEMORY")
    try:
        url, password = without_password(f"{mariadb}/many")
        with CuttingProxy(int(sa.make_url(url).port or 0)) as proxy:

            def progress(listed: int, read: int, skipped: int, failed: int) -> None:
                if read == 20:
                    proxy.cut()

            location = sa.make_url(url).set(port=proxy.port).render_as_string()
            found = crawl(location, secret=password, progress=progress)
            assert [table.name for table in found.tables.values()] == names
            assert set(found.problems.items()) == {(location, "connection_dropped")}
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql("DROP DATABASE many")
        engine.dispose()
