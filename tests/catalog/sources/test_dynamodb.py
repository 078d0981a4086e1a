"""DynamoDB over HTTP, as moto's server plays it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from jupyter_mlx.catalog.crawlers.dynamodb import plain_value
from jupyter_mlx.errors import InvalidInput, Unavailable

from ..servers import free_port
from .conftest import Crawled, crawl, types

SECRET = "AKIAEXAMPLE:very-secret"


@pytest.fixture
def client(aws: str) -> Iterator[Any]:
    """A client of a region with no tables."""
    made = boto3.client(
        "dynamodb",
        endpoint_url=aws,
        region_name="eu-west-1",
        aws_access_key_id="AKIAEXAMPLE",
        aws_secret_access_key="very-secret",
    )
    yield made
    for name in made.list_tables()["TableNames"]:
        made.delete_table(TableName=name)
    made.close()


def make_table(client: Any, name: str, *, units: int = 100, number: str = "N") -> None:
    client.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "number", "KeyType": "RANGE"},
            {"AttributeName": "customer", "KeyType": "HASH"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "customer", "AttributeType": "S"},
            {"AttributeName": "number", "AttributeType": number},
        ],
        ProvisionedThroughput={"ReadCapacityUnits": units, "WriteCapacityUnits": 100},
    )


def read(aws: str, **options: Any) -> Crawled:
    found = crawl("dynamodb://eu-west-1", secret=SECRET, endpoint_url=aws, **options)
    return Crawled([], found.context) if not found.tables else found


def only(found: Crawled) -> Any:
    (table,) = found.tables.values()
    return table


def test_each_kind_of_attribute_has_its_type(client: Any, aws: str) -> None:
    make_table(client, "orders")
    for number in range(4):
        item = {
            "customer": {"S": "ada"},
            "number": {"N": str(number)},
            "whole": {"N": "1E3"},
            "price": {"N": "1" if number else "9.99"},
            "raw": {"B": b"\0"},
            "paid": {"BOOL": True},
            "nothing": {"NULL": True},
            "list": {"L": [{"N": "1"}, {"S": "x"}]},
            "address": {"M": {"zip": {"N": "1"}, "lines": {"L": [{"S": "x"}]}}},
            "tags": {"SS": ["a", "b"]},
            "sizes": {"NS": ["1", "2.5"]},
            "blobs": {"BS": [b"a"]},
            "mixed": {"N": "1"} if number else {"S": "one"},
        }
        if number == 0:
            item["rare"] = {"S": "x"}
        client.put_item(TableName="orders", Item=item)
    table = only(read(aws))
    assert types(table) == {
        "customer": "string",
        "number": "int64",
        "address": "struct<lines: list<item: string>, zip: int64>",
        "blobs": "list<item: binary>",
        "list": "list<item: union<int64, string>>",
        "mixed": "union<int64, string>",
        "nothing": "null",
        "paid": "bool",
        "price": "double",
        "rare": "string",
        "raw": "binary",
        "sizes": "list<item: double>",
        "tags": "list<item: string>",
        "whole": "int64",
    }
    columns = {column.name: column for column in table.columns}
    assert columns["mixed"].types == {"int64": 0.75, "string": 0.25}
    assert columns["rare"].presence == 0.25
    assert table.primary_key == ("customer", "number")
    assert [column.nullable for column in table.columns[:2]] == [False, False]
    assert table.rows == 4
    assert table.format == "dynamodb"


def test_an_empty_table_has_its_keys(client: Any, aws: str) -> None:
    make_table(client, "empty", number="B")
    table = only(read(aws))
    assert types(table) == {"customer": "string", "number": "binary"}
    assert table.rows == 0


def test_a_scan_waits_for_the_capacity_that_a_page_has_cost_and_can_be_cancelled_meanwhile(
    client: Any, aws: str
) -> None:
    class Cancelled(Exception):
        pass

    make_table(client, "busy", units=1)
    for number in range(201):
        client.put_item(TableName="busy", Item={"customer": {"S": "ada"}, "number": {"N": str(number)}})
    told: list[int] = []

    def progress(listed: int, read: int, skipped: int, failed: int) -> None:
        told.append(read)
        raise Cancelled

    # A hundredth of one unit a second: the second page would have to wait for minutes.
    with pytest.raises(Cancelled):
        crawl("dynamodb://eu-west-1", secret=SECRET, progress=progress, endpoint_url=aws, rate=0.01)
    assert told == [0]


def test_a_sample_bounds_how_many_items_are_read(client: Any, aws: str) -> None:
    make_table(client, "many")
    for number in range(30):
        client.put_item(TableName="many", Item={"customer": {"S": "ada"}, "number": {"N": str(number)}})
    assert only(read(aws, sample=10)).explanation.sampled == ("10 items",)


def test_tables_are_chosen_by_name_or_glob(client: Any, aws: str) -> None:
    for name in ("orders", "orders_old", "people"):
        make_table(client, name)
    found = read(aws, tables=["orders*"], exclude=["*_old"])
    assert [table.name for table in found.tables.values()] == ["orders"]
    assert set(found.skipped) == {"orders_old", "people"}


def test_a_server_that_is_not_there_is_named_without_the_secret() -> None:
    with pytest.raises(Unavailable) as caught:
        crawl("dynamodb://eu-west-1", secret=SECRET, endpoint_url=f"http://127.0.0.1:{free_port()}")
    assert caught.value.code == "source_unreachable"
    assert "very-secret" not in str(caught.value.to_json())


def test_wrong_options_say_what_would_do(aws: str) -> None:
    with pytest.raises(InvalidInput, match="no option `table`") as caught:
        crawl("dynamodb://", secret=SECRET, table="x")
    assert "Did you mean `tables`?" in caught.value.remedy
    with pytest.raises(InvalidInput, match="is no pair"):
        crawl("dynamodb://eu-west-1", secret="only-a-key", endpoint_url=aws)
    with pytest.raises(InvalidInput, match="Option `rate` is 7"):
        crawl("dynamodb://eu-west-1", secret=SECRET, endpoint_url=aws, rate=7)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"N": "7"}, 7),
        ({"N": "7.0"}, 7),
        ({"N": "1e-3"}, 0.001),
        ({"N": "9" * 38}, int("9" * 38)),
        ({"N": "1E120"}, 1e120),
    ],
)
def test_numbers_are_whole_where_they_are(value: dict[str, str], expected: float) -> None:
    assert plain_value(value) == expected
    assert type(plain_value(value)) is type(expected)
