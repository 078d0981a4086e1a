"""Buckets of a real S3 server, and what happens when it refuses, is slow, or ends in the middle."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake

from jupyter_mlx.catalog.crawlers import formats, listing
from jupyter_mlx.catalog.crawlers.listing import open_filesystem
from jupyter_mlx.errors import InvalidInput, Unavailable

from ..s3 import S3, Faults, write_flights
from .crawls import Crawled, crawl, keys, types, values, write_csv, write_parquet


def crawl_s3(server: S3 | Faults, location: str, **options: Any) -> Crawled:
    s3 = server.s3 if isinstance(server, Faults) else server
    return crawl(location, secret=s3.secret, **{**server.options, **options})


def write_lake(bucket: Path) -> None:
    for day in range(4):
        write_parquet(bucket / f"flights/day={day}/a.parquet", {"id": [day], "origin": ["JFK"]})
    write_csv(bucket / "planes/planes.csv", "tail,seats", "N1,1", "N2,2")


def test_flights_in_hive_partitions_are_one_table_with_types_rows_and_statistics(s3: S3, bucket: Path) -> None:
    write_flights(bucket)
    crawled = crawl_s3(s3, f"s3://{bucket.name}")
    table = crawled.table
    assert (table.name, table.location) == ("flights", f"s3://{bucket.name}/flights")
    assert keys(table) == {"year": "int64", "month": "int64"}
    assert (len(table.partitions), table.rows, table.rows_exact) == (12, 336_776, True)
    assert types(table)["time_hour"] == "timestamp[us, tz=UTC]"
    assert (table.statistics["distance"].min, table.statistics["distance"].max) == (17, 4983)
    assert table.statistics["dep_time"].nulls == 8255
    assert "above 0.7" in table.explanation.grouping[0].reason
    assert crawled.problems == {}


def test_a_bucket_is_crawled_as_a_folder_is(s3: S3, bucket: Path) -> None:
    write_lake(bucket)
    remote, local = crawl_s3(s3, f"s3://{bucket.name}"), crawl(bucket)
    assert set(remote.tables) == set(local.tables) == {"flights", "planes"}
    for name, table in local.tables.items():
        other = remote.tables[name]
        assert (other.columns, other.rows, other.bytes) == (table.columns, table.rows, table.bytes)
        assert other.statistics == table.statistics
        assert values(other) == values(table)


def test_only_what_is_below_the_prefix_is_listed(s3: S3, bucket: Path) -> None:
    write_lake(bucket)
    write_parquet(bucket / "flights_old/a.parquet")
    table = crawl_s3(s3, f"s3://{bucket.name}/flights/").table
    assert table.location == f"s3://{bucket.name}/flights"
    assert table.files == 4


def test_a_glob_and_names_of_all_kinds(s3: S3, bucket: Path) -> None:
    for name in ("a b", "it's", "emoji 🛫", "k=v w", "100%", "plus+"):
        write_parquet(bucket / "t" / name / "1.parquet", {f"c{len(name)}_{name[0]}": [1]})
    write_csv(bucket / "u/a.csv", "a,b", "1,2", "3,4")
    crawled = crawl_s3(s3, f"s3://{bucket.name}/t*")
    assert crawled.problems == {}
    assert len(crawled.tables) == 6
    filesystem, path = open_filesystem(crawled.tables["a b"].location, s3.options, s3.secret)
    assert pq.read_table(f"{path}/1.parquet", filesystem=filesystem).num_rows == 1


def test_one_object_may_be_given(s3: S3, bucket: Path) -> None:
    write_lake(bucket)
    table = crawl_s3(s3, f"s3://{bucket.name}/planes/planes.csv").table
    assert (table.name, table.location) == ("planes", f"s3://{bucket.name}/planes/planes.csv")


def test_the_bucket_is_table_level_1(s3: S3, bucket: Path) -> None:
    for table in "ab":
        for part in "12":
            write_parquet(bucket / "lake" / table / part / "1.parquet")
    merged = crawl_s3(s3, f"s3://{bucket.name}/lake").table
    assert keys(merged) == {"partition_0": "string", "partition_1": "int64"}
    assert set(crawl_s3(s3, f"s3://{bucket.name}/lake", table_level=3).tables) == {"a", "b"}


def test_footers_of_many_are_read_by_one_ranged_request_each(
    faults: Faults, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "FEW", 0)
    write_lake(bucket)
    crawl_s3(faults, f"s3://{bucket.name}/flights")
    asked = [(method, path.partition("?")[0]) for method, path in faults.requests if path.endswith(".parquet")]
    assert sorted(asked) == [("GET", f"/{bucket.name}/flights/day%3D{day}/a.parquet") for day in range(4)]


def test_nothing_changed_costs_the_listing_and_nothing_more(faults: Faults, bucket: Path) -> None:
    write_lake(bucket)
    first = crawl_s3(faults, f"s3://{bucket.name}")
    faults.requests.clear()
    again = crawl_s3(faults, f"s3://{bucket.name}", after=first)
    assert again.unchanged == [None]
    assert ["list-type=2" in path for _, path in faults.requests] == [True]


def test_a_changed_object_is_read_alone(s3: S3, bucket: Path) -> None:
    write_lake(bucket)
    first = crawl_s3(s3, f"s3://{bucket.name}")
    write_parquet(bucket / "flights/day=1/a.parquet", {"id": [100, 200], "origin": ["LGA", "EWR"]})
    again = crawl_s3(s3, f"s3://{bucket.name}", after=first)
    assert again.context.read == 1
    assert again.unchanged == [f"s3://{bucket.name}/planes"]
    assert (again.tables["flights"].rows, again.tables["flights"].statistics["id"].max) == (5, 200)


def test_a_delta_table_is_read_through_its_log_and_its_files_are_no_table(s3: S3, bucket: Path) -> None:
    write_lake(bucket)
    write_deltalake(str(bucket / "events"), pa.table({"id": [1, 2], "k": ["a", "b"]}), partition_by=["k"])
    for location, options in ((f"s3://{bucket.name}", {"server": s3}), (str(bucket), {"server": None})):
        server = options["server"]
        first = crawl_s3(server, location) if server else crawl(location)
        tables = first.tables
        assert {name: table.format for name, table in tables.items()} == {
            "events": "delta",
            "flights": "parquet",
            "planes": "csv",
        }
        assert (tables["events"].rows, keys(tables["events"])) == (2, {"k": "string"})
        again = crawl_s3(server, location, after=first) if server else crawl(location, after=first)
        assert again.unchanged == [None]
    write_deltalake(str(bucket / "events"), pa.table({"id": [3], "k": ["a"]}), mode="append")
    changed = crawl(bucket, after=crawl(bucket))
    assert changed.unchanged == [None]
    newer = crawl(bucket, after=first)
    assert {name: table.rows for name, table in newer.tables.items()} == {"events": 3}
    assert len(newer.unchanged) == 2


# -- what goes wrong -----------------------------------------------------------------------------------------


def test_a_wrong_secret_and_a_missing_bucket_are_told_apart(s3: S3, bucket: Path) -> None:
    write_lake(bucket)
    with pytest.raises(Unavailable) as refused:
        crawl(f"s3://{bucket.name}", secret="crawler:wrong", **s3.options)
    assert refused.value.code == "source_refused"
    assert "KEY:SECRET" in refused.value.remedy
    with pytest.raises(InvalidInput) as missing:
        crawl_s3(s3, "s3://no-such-bucket")
    assert missing.value.code == "location_missing"
    with pytest.raises(InvalidInput) as unreadable:
        crawl(f"s3://{bucket.name}", secret="no colon", **s3.options)
    assert unreadable.value.code == "secret_invalid"


def test_a_store_that_does_not_answer_is_unavailable(bucket: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        crawl("s3://bucket", secret="a:b", endpoint_url="http://127.0.0.1:9", region="us-east-1", timeout_s=0.2)
    assert refused.value.code == "source_unreachable"
    assert "endpoint_url" in refused.value.remedy


@pytest.mark.parametrize(
    ("fault", "code"),
    [("403", "file_refused"), ("503", "file_unread"), ("cut", "file_unread"), ("silent", "file_unread")],
)
@pytest.mark.parametrize("name", ["flights/day=1/a.parquet", "planes/planes.csv"])
def test_an_object_that_is_answered_badly_is_reported_and_the_rest_crawled(
    faults: Faults, bucket: Path, fault: str, code: str, name: str
) -> None:
    write_lake(bucket)
    quoted = name.replace("=", "%3D")
    faults.rule = lambda method, path: fault if path.partition("?")[0].endswith((name, quoted)) else None
    crawled = crawl_s3(faults, f"s3://{bucket.name}")
    path = f"s3://{bucket.name}/{name}"
    assert crawled.problems == {path: code}
    assert path in crawled.context.incomplete
    expected = {"flights", "planes"} - ({"planes"} if name.startswith("planes") else set())
    assert set(crawled.tables) == expected
    faults.rule = lambda method, path: None
    healed = crawl_s3(faults, f"s3://{bucket.name}", after=crawled)
    assert healed.problems == {}
    assert healed.context.read == 1


def test_throttling_that_ends_is_waited_for(faults: Faults, bucket: Path) -> None:
    write_lake(bucket)
    left = {"list": 1, "object": 2}

    def throttle(method: str, path: str) -> str | None:
        kind = "list" if "list-type" in path else "object"
        left[kind] -= 1
        return "503" if left[kind] >= 0 else None

    faults.rule = throttle
    crawled = crawl_s3(faults, f"s3://{bucket.name}")
    assert crawled.problems == {}
    assert set(crawled.tables) == {"flights", "planes"}


@pytest.mark.parametrize("fault", ["503", "silent", "cut"])
def test_a_listing_that_is_never_answered_is_unavailable(faults: Faults, bucket: Path, fault: str) -> None:
    faults.rule = lambda method, path: fault
    with pytest.raises(Unavailable) as refused:
        crawl_s3(faults, f"s3://{bucket.name}", timeout_s=0.1)
    assert refused.value.code == "source_unreachable"


def test_a_listing_that_ends_on_its_second_page_leaves_all_of_the_place_incomplete(
    faults: Faults, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    write_lake(bucket)
    faults.rule = lambda method, path: "503" if "continuation-token" in path else None
    crawled = crawl_s3(faults, f"s3://{bucket.name}")
    assert crawled.table.files == 2
    assert crawled.context.incomplete == {f"s3://{bucket.name}"}
    assert "SlowDown" in crawled.context.problems[0].message
    faults.rule = lambda method, path: None
    healed = crawl_s3(faults, f"s3://{bucket.name}", after=crawled)
    assert {name: table.files for name, table in healed.tables.items()} == {"flights": 4, "planes": 1}


def test_times_of_objects_are_kept_exactly(s3: S3, bucket: Path) -> None:
    path = write_parquet(bucket / "a.parquet")
    moment = datetime(2013, 1, 1, tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    first = crawl_s3(s3, f"s3://{bucket.name}")
    os.utime(path, (moment + 60, moment + 60))
    assert crawl_s3(s3, f"s3://{bucket.name}", after=first).context.read == 1
