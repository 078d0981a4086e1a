"""Delta and Iceberg tables, written by their own libraries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import BucketTransform, DayTransform, IdentityTransform
from pyiceberg.types import LongType, NestedField, StringType, TimestamptzType

from jupyter_mlx.catalog.crawlers.lakehouse import is_delta, is_iceberg, read_delta, read_iceberg
from jupyter_mlx.catalog.models import ColumnStatistics, PartitionKey
from jupyter_mlx.errors import InvalidInput, Unavailable

from .conftest import crawl, types

DAYS = pa.table({"n": [1, 2, None], "s": [{"a": 1}] * 3, "day": ["x", "x", "y z"]})


def names_below(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]


# -- Delta ---------------------------------------------------------------------------------------------------


def test_a_delta_table_gives_its_schema_partitions_and_statistics(tmp_path: Path) -> None:
    folder = str(tmp_path / "flights")
    write_deltalake(folder, DAYS, partition_by=["day"], name="Flights", description="By day")
    assert is_delta(names_below(tmp_path / "flights"))
    table = read_delta(folder, {})
    assert types(table) == {"n": "int64", "s": "struct<a: int64>"}
    assert table.partition_keys == (PartitionKey("day", "string"),)
    assert [(part.values, part.files, part.rows) for part in table.partitions] == [(("x",), 1, 2), (("y z",), 1, 1)]
    assert all(Path(part.location).is_dir() and part.bytes > 0 for part in table.partitions)
    assert (table.rows, table.files, table.parameters["version"]) == (3, 2, 0)
    assert (table.name, table.comment, table.identity) == ("Flights", "By day", folder)
    assert table.statistics["n"] == ColumnStatistics(nulls=1, min=1, max=2)


def test_a_delta_table_is_read_at_its_newest_version(tmp_path: Path) -> None:
    write_deltalake(str(tmp_path), DAYS)
    write_deltalake(str(tmp_path), DAYS, mode="append")
    DeltaTable(str(tmp_path)).delete("n = 1")
    table = read_delta(str(tmp_path), {})
    assert (table.rows, table.parameters["version"], table.partitions) == (4, 2, ())


def test_a_damaged_delta_log_is_told_by_its_path(tmp_path: Path) -> None:
    write_deltalake(str(tmp_path), DAYS)
    next((tmp_path / "_delta_log").glob("*.json")).write_text('{"protocol": ')
    with pytest.raises(Unavailable) as caught:
        read_delta(str(tmp_path), {})
    assert caught.value.code == "table_unreadable"
    assert str(tmp_path) in caught.value.message


# -- Iceberg -------------------------------------------------------------------------------------------------

SCHEMA = Schema(
    NestedField(1, "id", LongType(), required=True, doc="The number"),
    NestedField(2, "seen", TimestamptzType(), required=False),
    NestedField(3, "carrier", StringType(), required=False),
    identifier_field_ids=[1],
)
ROWS = pa.table(
    {"id": [1, 2, 3], "seen": [dt.datetime(2026, 1, 1, tzinfo=dt.UTC)] * 3, "carrier": ["a", "a", "b"]},
    schema=pa.schema(
        [
            pa.field("id", pa.int64(), nullable=False),
            ("seen", pa.timestamp("us", tz="UTC")),
            ("carrier", pa.string()),
        ]
    ),
)


@pytest.fixture
def lake(tmp_path: Path) -> Any:
    """A catalog in an SQLite file, with a partitioned table, and one that is cut by transforms."""
    catalog = SqlCatalog("lake", uri=f"sqlite:///{tmp_path}/lake.db", warehouse=f"file://{tmp_path}")
    catalog.create_namespace("air")
    by_carrier = PartitionSpec(PartitionField(3, 1000, IdentityTransform(), "carrier"))
    flights = catalog.create_table("air.flights", schema=SCHEMA, partition_spec=by_carrier)
    flights.append(ROWS)
    computed = PartitionSpec(
        PartitionField(2, 1000, DayTransform(), "seen_day"), PartitionField(1, 1001, BucketTransform(4), "id_bucket")
    )
    catalog.create_table("air.cut", schema=SCHEMA, partition_spec=computed, properties={"comment": "Cut finely"})
    yield catalog
    catalog.close()


def options(folder: Path) -> dict[str, str]:
    return {"type": "sql", "uri": f"sqlite:///{folder}/lake.db", "warehouse": f"file://{folder}"}


def test_a_catalogs_tables_are_read_with_their_snapshots(lake: Any, tmp_path: Path) -> None:
    found = crawl("iceberg://lake", **options(tmp_path))
    assert found.problems == {}
    flights, cut = found["air.flights"], found["air.cut"]
    assert types(flights) == {"id": "int64", "seen": "timestamp[us, tz=UTC]"}
    assert flights.partition_keys == (PartitionKey("carrier", "string"),)
    assert [(part.values, part.files, part.rows) for part in flights.partitions] == [(("a",), 1, 2), (("b",), 1, 1)]
    assert (flights.rows, flights.files, flights.primary_key, flights.database) == (3, 2, ("id",), "air")
    assert flights.columns[0].comment == "The number"
    assert flights.columns[0].nullable is False
    assert flights.parameters["snapshot_id"] == lake.load_table("air.flights").current_snapshot().snapshot_id
    assert cut.parameters["transforms"] == ["day(seen)", "bucket[4](id)"]
    assert types(cut) == {"id": "int64", "seen": "timestamp[us, tz=UTC]", "carrier": "string"}
    assert (cut.rows, cut.comment, cut.partition_keys) == (0, "Cut finely", ())


def test_a_table_whose_metadata_is_gone_is_reported_and_the_rest_is_read(lake: Any, tmp_path: Path) -> None:
    for path in (tmp_path / "air" / "cut" / "metadata").glob("*.json"):
        path.unlink()
    found = crawl("iceberg://lake", **options(tmp_path))
    assert set(found.tables) == {"air.flights"}
    assert found.problems == {"air.cut": "table_unreadable"}


def test_globs_choose_of_a_catalog(lake: Any, tmp_path: Path) -> None:
    found = crawl("iceberg://lake", **options(tmp_path), exclude=["air.c*"])
    assert set(found.tables) == {"air.flights"}
    assert found.skipped == {"air.cut": "`exclude` has `air.c*`"}


def test_an_iceberg_table_is_read_by_its_folder_alone(lake: Any, tmp_path: Path) -> None:
    folder = tmp_path / "air" / "flights"
    lake.load_table("air.flights").append(ROWS)
    assert is_iceberg(names_below(folder))
    table = read_iceberg(str(folder), {})
    assert (table.name, table.rows, table.files) == ("flights", 6, 4)
    assert table.identity == str(folder)


def test_a_damaged_metadata_file_is_told_by_its_path(lake: Any, tmp_path: Path) -> None:
    folder = tmp_path / "air" / "flights"
    max((folder / "metadata").glob("*.json")).write_text("{")
    with pytest.raises(Unavailable) as caught:
        read_iceberg(str(folder), {})
    assert caught.value.code == "table_unreadable"
    assert str(folder) in caught.value.message


def test_folders_of_plain_files_are_neither() -> None:
    names = ["a.parquet", "metadata/notes.json", "_delta_log.txt", "day=1/b.parquet"]
    assert not is_delta(names)
    assert not is_iceberg(names)


@pytest.mark.parametrize(
    ("location", "given", "code"),
    [
        ("iceberg://", {}, "location_invalid"),
        ("iceberg://lake", {"type": "sqll", "uri": "sqlite://"}, "option_invalid"),
    ],
)
def test_a_wrong_catalog_is_refused(location: str, given: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        crawl(location, **given)
    assert caught.value.code == code


def test_a_catalog_that_does_not_answer_is_named() -> None:
    with pytest.raises(Unavailable) as caught:
        crawl("iceberg://lake", type="rest", uri="http://127.0.0.1:9", secret="hunter2-token")
    assert caught.value.code == "source_unreachable"
    assert "hunter2" not in str(caught.value.to_json())


# -- in S3 ---------------------------------------------------------------------------------------------------


@pytest.fixture
def bucket(aws: str) -> Iterator[Any]:
    """Uploads a folder to an empty bucket; gives its location there and the options that open it."""
    options = {"endpoint_url": aws, "region": "us-east-1", "key": "AKIAEXAMPLE", "secret": "very-secret"}
    client = boto3.client(
        "s3",
        endpoint_url=aws,
        region_name="us-east-1",
        aws_access_key_id=options["key"],
        aws_secret_access_key=options["secret"],
    )
    client.create_bucket(Bucket="lake")

    def upload(folder: Path, prefix: str) -> tuple[str, dict[str, str]]:
        for name in names_below(folder):
            client.upload_file(str(folder / name), "lake", f"{prefix}/{name}")
        return f"s3://lake/{prefix}", options

    yield upload
    for page in client.get_paginator("list_objects_v2").paginate(Bucket="lake"):
        for item in page.get("Contents", ()):
            client.delete_object(Bucket="lake", Key=item["Key"])
    client.delete_bucket(Bucket="lake")
    client.close()


def test_a_delta_table_is_read_from_s3(bucket: Any, tmp_path: Path) -> None:
    write_deltalake(str(tmp_path), DAYS, partition_by=["day"])
    location, options = bucket(tmp_path, "flights by day")
    table = read_delta(location, options)
    assert (table.rows, table.identity, table.name) == (3, location, "flights by day")
    assert [part.location for part in table.partitions] == [f"{location}/day=x", f"{location}/day=y%20z"]


def test_an_iceberg_table_is_read_from_s3(bucket: Any, tmp_path: Path) -> None:
    location = "s3://lake/flights"
    catalog = SqlCatalog("lake", uri=f"sqlite:///{tmp_path}/lake.db", warehouse="s3://lake")
    _, options = bucket(tmp_path / "nothing", "flights")
    catalog.properties.update(
        {
            "s3.endpoint": options["endpoint_url"],
            "s3.region": "us-east-1",
            "s3.access-key-id": options["key"],
            "s3.secret-access-key": options["secret"],
        }
    )
    catalog.create_namespace("air")
    flights = catalog.create_table("air.flights", schema=SCHEMA, location=location)
    flights.append(ROWS)
    catalog.close()
    table = read_iceberg(location, options)
    assert (table.rows, table.files, table.name) == (3, 1, "flights")
    assert types(table)["carrier"] == "string"


def test_a_bucket_that_refuses_is_told_by_its_table(bucket: Any, tmp_path: Path) -> None:
    write_deltalake(str(tmp_path), DAYS)
    location, options = bucket(tmp_path, "flights")
    with pytest.raises(Unavailable) as caught:
        read_delta(location.replace("lake", "other"), options)
    assert caught.value.code == "table_unreadable"
    assert "very-secret" not in caught.value.message
