"""Reading databases, document stores and lakehouse tables through the catalog, on real servers."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import boto3
import duckdb
import pyarrow as pa
import pytest
import redis
import sqlalchemy as sa
from deltalake import write_deltalake
from pyiceberg.catalog.sql import SqlCatalog

from jupyter_mlx.catalog.data.relational import pushed_down
from jupyter_mlx.catalog.predicate_reader import parse_predicate
from jupyter_mlx.catalog.predicates import resolve
from jupyter_mlx.errors import Unavailable

from ..mongo_server import MongoServer
from ..servers import moto_server, redis_server
from .conftest import Lake


@pytest.fixture(scope="module")
def own(make_lake: Callable[..., Lake]) -> Lake:
    """A lake for sources that are no files."""
    return make_lake()


# -- relational ----------------------------------------------------------------------------------------------


def test_a_postgresql_table_is_read_in_the_catalogs_types(own: Lake, postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            'CREATE TABLE "Odd %% ""name""" (id bigint PRIMARY KEY, "select" text, price numeric(10,2), at timestamptz,'
            " day date, tags text[], doc jsonb, key uuid, raw bytea)"
        )
        connection.exec_driver_sql(
            'INSERT INTO "Odd %% ""name""" SELECT n, \'x\' || n, n + 0.25, TIMESTAMPTZ \'2020-01-01 00:00Z\', DATE '
            "'2020-01-02', ARRAY['a', NULL], '{\"a\": [1]}', '6f1c7b1e-0000-4000-8000-000000000001', '\\xff00' "
            "FROM generate_series(1, 25000) AS n"
        )
    own.crawl(postgres_url, name="pg", database="pg")
    [found] = [table.path for table in own.services.catalog.tables(own.admin, database="pg")[0]]
    [row] = own.rows(found, where="id = 7 AND \"select\" = 'x7'")
    assert row == {
        "id": 7,
        "select": "x7",
        "price": Decimal("7.25"),
        "at": datetime(2020, 1, 1, tzinfo=UTC),
        "day": date(2020, 1, 2),
        "tags": ["a", None],
        "doc": '{"a": [1]}',
        "key": "6f1c7b1e-0000-4000-8000-000000000001",
        "raw": b"\xff\x00",
    }
    assert own.data.reader(found, own.admin, columns=["id"]).to_arrow().num_rows == 25_000
    assert own.preview(found, columns=["id"], sort="-id", limit=1)["rows"] == [[25_000]]
    assert own.data.profile(found, own.admin).rows == 25_000


@pytest.mark.parametrize(
    ("where", "statement"),
    [
        ("n > 5 AND s = 'x'", '"n" > :p AND "s" = :p'),
        ("n > 5 AND lower(s) = 'x'", '"n" > :p'),
        ("n > 5 OR lower(s) = 'x'", None),
        ("s < 'm'", None),
        ("s <> 'x'", None),
        ("n <> 5", None),
        ("NOT n > 5", None),
        ("n IN (1, 2) AND s IS NOT NULL", '"n" IN (:p) AND "s" IS NOT NULL'),
        ("n BETWEEN 1 AND 2.5", '"n" >= :p AND "n" <= :p'),
        ("at >= TIMESTAMP '2020-01-01 00:00:00'", '"at" >= :p'),
        ("n = 'x'' OR 1=1 --'", None),
        ("s = 'x'' OR 1=1 --'", '"s" = :p'),
    ],
)
def test_a_server_is_given_what_both_mean_alike_with_values_bound(where: str, statement: str | None) -> None:
    types = {"n": "int64", "s": "string", "at": "timestamp[us]"}
    made = pushed_down(resolve(parse_predicate(where), list(types)), types)
    if statement is None:
        assert made is None
        return
    assert made is not None
    text = str(made)
    for name in made.compile().params:
        text = text.replace(f"__[POSTCOMPILE_{name}]", "p").replace(f":{name}", ":p")
    assert text.replace("(p)", "(:p)") == statement


def test_sqlite_holds_anything_and_conditions_mean_what_the_catalog_says(own: Lake, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, sold DATE, ok BOOLEAN, loose)")
        connection.executemany(
            "INSERT INTO items VALUES (?, ?, ?, ?, ?)",
            [(1, "a", "2020-01-01", 1, 5), (2, "B", "2020-02-01", 0, "text"), (3, None, None, None, b"\x01")],
        )
    connection.close()
    own.crawl(f"sqlite:///{tmp_path / 'shop.db'}", name="shop", database="shop")
    assert own.rows("shop.items", where="sold < DATE '2020-01-15'")[0]["ok"] is True
    assert [row["loose"] for row in own.rows("shop.items")] == ["5", "text", "AQ=="]
    assert own.rows("shop.items", where="lower(name) = 'b'", columns=["id"]) == [{"id": 2}]


def test_a_duckdb_file_is_read_by_duckdb_and_reaches_no_other_file(own: Lake, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "lab.duckdb")) as connection:
        connection.execute("CREATE TABLE runs AS SELECT range AS id, range * 1.5 AS score FROM range(100)")
        connection.execute("CREATE TABLE sly AS SELECT 1 AS a")
    own.crawl(f"duckdb:///{tmp_path / 'lab.duckdb'}", name="lab", database="lab")
    assert own.rows("lab.runs", where="id = 4") == [{"id": 4, "score": Decimal("6.0")}]
    assert own.data.profile("lab.runs", own.admin).columns[0].max == 99
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with duckdb.connect(str(tmp_path / "lab.duckdb")) as connection:
        connection.execute("DROP TABLE sly")
        connection.execute(f"CREATE VIEW sly AS SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')")
    with pytest.raises(Unavailable) as caught:
        own.rows("lab.sly")
    assert caught.value.code == "data_unreadable"


def test_a_database_that_is_gone_is_told_without_its_password(own: Lake, postgres_url: str, tmp_path: Path) -> None:
    engine = sa.create_engine(postgres_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE soon_gone AS SELECT 1 AS n")
    own.crawl(postgres_url, name="pg_gone", database="pg_gone")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE soon_gone")
    with pytest.raises(Unavailable) as caught:
        own.rows("pg_gone.soon_gone")
    assert "soon_gone" in caught.value.message
    assert "Traceback" not in caught.value.message


# -- documents -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    """The endpoint of AWS's APIs."""
    with moto_server() as url:
        yield url


def test_dynamodb_items_are_read_by_needed_attributes(own: Lake, aws: str) -> None:
    client = boto3.client(
        "dynamodb", "eu-west-1", endpoint_url=aws, aws_access_key_id="k", aws_secret_access_key="secret-value"
    )
    client.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(30):
        item = {"id": {"S": f"o{number:02}"}, "total": {"N": f"{number}.5"}, "name": {"M": {"first": {"S": "Ada"}}}}
        client.put_item(TableName="orders", Item=item)
    own.services.secrets.put("AWS_PAIR", "k:secret-value")
    own.crawl("dynamodb://eu-west-1", name="dyn", database="dyn", options={"endpoint_url": aws}, secret="AWS_PAIR")
    found = own.rows("dyn.orders", where="total > 27", columns=["id", "name"])
    assert sorted(row["id"] for row in found) == ["o27", "o28", "o29"]
    assert found[0]["name"] == {"first": "Ada"}
    assert own.preview("dyn.orders", sort="total", limit=1, columns=["total"])["rows"] == [[0.5]]


def test_mongodb_documents_that_disagree_are_read_as_the_catalog_says(own: Lake) -> None:
    with MongoServer() as server:
        people = [
            {"_id": n, "name": f"p{n}", "age": n if n % 2 else None, "at": datetime(2020, 1, 1, tzinfo=UTC)}
            for n in range(40)
        ]
        server.databases = {"crm": {"people": [*people, {"_id": 40, "age": "unknown"}]}}
        own.crawl(f"mongodb://{server.address}/crm", name="mongo", database="mongo")
        found = own.rows("mongo.people", columns=["_id", "age", "at"])
        assert len(found) == 41
        assert {row["age"] for row in found} == {None, "unknown", *(str(n) for n in range(1, 40, 2))}
        assert found[0]["at"] == datetime(2020, 1, 1, tzinfo=UTC)
        assert own.rows("mongo.people", where="_id >= 39", columns=["_id"]) == [{"_id": 39}, {"_id": 40}]


def test_redis_hashes_of_a_pattern_are_read(own: Lake) -> None:
    with tempfile.TemporaryDirectory(prefix="mlx-redis-") as folder, redis_server(Path(folder)) as url:
        client = redis.Redis.from_url(url)
        for number in range(1200):
            client.hset(f"user:{number}", mapping={"name": f"u{number}", "age": number})
        client.hset("cart:1", "n", "1")
        client.close()
        own.crawl(f"{url}/0", name="cache", database="cache")
        found = own.data.reader("cache.user", own.admin).to_arrow()
        assert sorted(found["age"].to_pylist()) == list(range(1200))
        assert own.rows("cache.cart") == [{"n": 1}]


# -- lakehouses ----------------------------------------------------------------------------------------------

DAYS = pa.table({"n": pa.array([1, 2, 3], pa.int64()), "day": ["x", "x", "y"]})


def test_delta_tables_are_read_at_their_present_version(own: Lake, tmp_path: Path) -> None:
    write_deltalake(str(tmp_path / "days"), DAYS, partition_by=["day"])
    own.crawl(str(tmp_path), name="delta", database="delta")
    assert own.rows("delta.days", where="day = 'y'") == [{"n": 3, "day": "y"}]
    write_deltalake(str(tmp_path / "days"), DAYS.slice(0, 1), mode="overwrite", partition_by=["day"])
    assert own.rows("delta.days") == [{"n": 1, "day": "x"}]
    assert own.preview("delta.days")["rows"] == [[1, "x"]]
    assert own.data.reader("delta.days", own.admin).to_duckdb().fetchall() == [(1, "x")]


def test_iceberg_tables_are_read_at_their_present_snapshot(own: Lake, tmp_path: Path) -> None:
    warehouse = f"file://{tmp_path / 'warehouse'}"
    catalog = SqlCatalog("here", uri=f"sqlite:///{tmp_path / 'catalog.db'}", warehouse=warehouse)
    catalog.create_namespace("ns")
    table = catalog.create_table("ns.days", DAYS.schema)
    table.append(DAYS)
    options = {"type": "sql", "uri": f"sqlite:///{tmp_path / 'catalog.db'}", "warehouse": warehouse}
    own.crawl("iceberg://here", name="ice", database="ice", options=options)
    assert own.rows("ice.days", where="n >= 2 AND day = 'x'") == [{"n": 2, "day": "x"}]
    table.delete("n = 1")
    assert [row["n"] for row in own.rows("ice.days")] == [2, 3]
    catalog.engine.dispose()
