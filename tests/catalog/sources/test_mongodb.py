"""MongoDB collections, read by pymongo over the wire protocol."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from bson import Decimal128, Int64, ObjectId, Regex
from bson.datetime_ms import DatetimeMS

from jupyter_mlx.errors import InvalidInput, Unavailable

from ..mongo_server import MongoServer
from ..servers import free_port
from .conftest import crawl, types


def orders(count: int) -> list[dict[str, object]]:
    return [
        {
            "_id": ObjectId(),
            "number": number if number % 2 else Int64(number),
            "price": Decimal128("9.99"),
            "at": datetime(2026, 1, 1, tzinfo=UTC) if number else DatetimeMS(10**17),
            "customer": {"name": "ada", **({"zip": "1"} if number % 4 == 0 else {})},
            "lines": [{"sku": "a", "count": 1}, {"sku": "b", "count": 2.5}],
            "code": "x" if number % 10 else 7,
            "match": Regex("^a"),
            **({"coupon": "c"} if number < count / 4 else {}),
        }
        for number in range(count)
    ]


def test_fields_become_columns_with_unions_presence_and_nested_paths(mongo: MongoServer) -> None:
    mongo.databases["shop"] = {"orders": orders(200)}
    found = crawl(f"mongodb://{mongo.address}/shop")
    table = found["shop.orders"]
    assert types(table) == {
        "_id": "string",
        "number": "int64",
        "price": "decimal128(38, 2)",
        "at": "timestamp[ms, tz=UTC]",
        "customer": "struct<name: string, zip: string>",
        "lines": "list<item: struct<count: double, sku: string>>",
        "code": "union<int64, string>",
        "match": "string",
        "coupon": "string",
    }
    assert [column.name for column in table.columns] == sorted(column.name for column in table.columns)
    columns = {column.name: column for column in table.columns}
    assert columns["code"].types == {"int64": 0.1, "string": 0.9}
    assert columns["coupon"].presence == 0.25
    assert (table.rows, table.rows_exact, table.primary_key, table.database) == (200, False, ("_id",), "shop")
    notes = table.explanation.notes
    assert "`_id` holds ObjectId, as text." in notes
    assert "A random sample of 200 documents was read." in notes
    assert "`customer.zip` is in 25% of those that could have it." in notes


def test_a_sample_bounds_how_many_documents_are_read(mongo: MongoServer) -> None:
    mongo.databases["shop"] = {"orders": orders(150)}
    table = crawl(f"mongodb://{mongo.address}/shop", sample=120)["shop.orders"]
    assert table.explanation.sampled == ("120 documents",)
    assert "getMore" in mongo.asked


def test_a_server_without_samples_is_read_from_the_start(mongo: MongoServer) -> None:
    mongo.databases["shop"] = {"orders": orders(30)}
    mongo.unknown.add("$sample")
    table = crawl(f"mongodb://{mongo.address}/shop", sample=20)["shop.orders"]
    assert table.explanation.sampled == ("20 documents",)
    assert any(note.startswith("The server takes no sample") for note in table.explanation.notes)


def test_a_validator_gives_comments_and_required_fields(mongo: MongoServer) -> None:
    mongo.databases["shop"] = {"people": [{"_id": 1, "name": "ada"}]}
    mongo.options["people"] = {
        "validator": {
            "$jsonSchema": {
                "description": "Who buys",
                "required": ["name"],
                "properties": {"name": {"bsonType": "string", "description": "As on the invoice"}},
            }
        },
        "capped": True,
    }
    table = crawl(f"mongodb://{mongo.address}/shop")["shop.people"]
    assert table.comment == "Who buys"
    assert [column.name for column in table.columns] == ["_id", "name"]
    assert (table.columns[1].comment, table.columns[1].nullable) == ("As on the invoice", False)
    assert table.parameters["capped"] is True


def test_views_have_no_count_and_the_servers_own_collections_are_skipped(mongo: MongoServer) -> None:
    mongo.databases["shop"] = {"recent": [{"_id": 1}], "system.views": [{"_id": 1}]}
    mongo.options["recent"] = {"viewOn": "orders", "pipeline": []}
    found = crawl(f"mongodb://{mongo.address}/shop")
    assert found["shop.recent"].rows is None
    assert found["shop.recent"].parameters["view"] is True
    assert found.skipped == {"shop.system.views": "it belongs to the server"}


def test_a_collection_that_cant_be_read_is_reported_and_the_rest_is_read(mongo: MongoServer) -> None:
    mongo.databases["shop"] = {"bad": [{"_id": 1}], "empty": [], "good": [{"_id": 1}]}
    mongo.broken.add("bad")
    found = crawl(f"mongodb://{mongo.address}/shop")
    assert set(found.tables) == {"shop.empty", "shop.good"}
    assert found.problems == {"shop.bad": "table_unreadable"}
    assert found["shop.empty"].columns == ()


def test_collections_are_chosen_by_name_or_glob(mongo: MongoServer) -> None:
    mongo.databases["shop"] = {name: [{"_id": 1}] for name in ("orders", "orders_old", "people")}
    found = crawl(f"mongodb://{mongo.address}/shop", collections="orders*", exclude="*_old")
    assert set(found.tables) == {"shop.orders"}


@pytest.mark.parametrize("location", ["mongodb://127.0.0.1", "mongodb://", "mongodb://a:b:c/d"])
def test_a_location_that_names_no_database_is_refused(location: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        crawl(location)
    assert caught.value.code == "location_invalid"


def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    port = free_port()
    with pytest.raises(Unavailable) as caught:
        crawl(f"mongodb://ada@127.0.0.1:{port}/shop?serverSelectionTimeoutMS=200", secret="hunter2")
    assert caught.value.code == "source_unreachable"
    assert "hunter2" not in str(caught.value.to_json())
