"""Reading files, databases and documents through the catalog."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pytest

from jupyter_mlx.errors import InvalidInput, NotFound

from .conftest import Lake


def test_a_partitioned_table_is_read_whole_with_its_keys(lake: Lake) -> None:
    table = lake.data.reader("lake.flights", lake.admin).to_arrow()
    assert table.num_rows == 90
    assert table.schema == pa.schema(
        [
            ("flight", pa.int64()),
            ("origin", pa.string()),
            ("delay", pa.float64()),
            ("passenger", pa.string()),
            ("left", pa.timestamp("us", "UTC")),
            ("month", pa.int64()),
        ]
    )
    assert set(table["month"].to_pylist()) == {1, 2, 3}


def test_columns_and_conditions_are_pushed_down(lake: Lake) -> None:
    found = lake.rows("lake.flights", columns=["flight", "left"], where="month = 2 AND origin = 'JFK' AND delay > 10")
    assert [row["flight"] for row in found] == [2018, 2021, 2024, 2027]
    assert found[0]["left"] == datetime(2013, 2, 1, 18, tzinfo=UTC)


def test_filters_in_the_form_of_pandas_mean_the_same(lake: Lake) -> None:
    filters = [[("month", "==", 2), ("origin", "in", ["JFK"])], [("flight", "=", 1000)]]
    found = lake.rows("lake.flights", columns=["flight"], where=filters)
    assert len(found) == 11


def test_partitions_that_a_condition_excludes_are_not_opened(make_lake, tmp_path) -> None:
    own = make_lake()
    from .conftest import write_flights

    write_flights(own.folder)
    own.crawl()
    (own.folder / "flights" / "month=3" / "part-0.parquet").write_bytes(b"PAR1 broken since the crawl")
    assert len(own.rows("lake.flights", where="month < 3 AND delay IS NOT NULL")) == 54


def test_every_form_has_the_same_rows(lake: Lake) -> None:
    reader = lake.data.reader("lake.flights", lake.admin, columns=["flight", "delay"], where="month = 1")
    expected = reader.to_arrow()
    assert pa.Table.from_batches(reader.to_batches(7)) == expected
    assert pa.Table.from_pandas(reader.to_pandas(), preserve_index=False).column("flight") == expected.column("flight")
    assert reader.to_polars().to_arrow().column("delay") == expected.column("delay")
    assert reader.to_duckdb().to_arrow_table() == expected


def test_a_relation_reads_lazily_on_the_callers_connection(lake: Lake) -> None:
    with duckdb.connect() as connection:
        relation = lake.data.reader("lake.flights", lake.admin).to_duckdb(connection)
        assert relation.aggregate("count(*) AS n, max(month) AS m").fetchall() == [(90, 3)]


def test_torch_gets_rows_of_numbers_with_nan_for_null(lake: Lake) -> None:
    reader = lake.data.reader("lake.flights", lake.admin, columns=["flight", "delay", "month"])
    in_memory = reader.to_torch(target="month")
    x, y = in_memory[9]
    assert (len(in_memory), x[0].item(), x[1].isnan().item(), y.item()) == (90, 1009.0, True, 1.0)
    streamed = list(reader.to_torch(target="month", iterable=True, batch_rows=16))
    assert len(streamed) == 90
    assert streamed[9][0][0] == x[0]


def test_torch_refuses_named_columns_without_numbers_and_leaves_others_out(lake: Lake) -> None:
    assert lake.data.reader("lake.flights", lake.admin).to_torch().features == ["flight", "delay", "month"]
    with pytest.raises(InvalidInput) as caught:
        lake.data.reader("lake.flights", lake.admin, columns=["flight", "origin"]).to_torch()
    assert caught.value.code == "column_not_numeric"


def test_an_unknown_column_names_the_nearest(lake: Lake) -> None:
    with pytest.raises(InvalidInput) as caught:
        lake.data.reader("lake.flights", lake.admin, columns=["delays"])
    assert caught.value.code == "column_unknown"
    assert "`delay`" in caught.value.remedy


@pytest.mark.parametrize(
    "where",
    [
        "flight IN (SELECT 1)",
        "read_text('/etc/passwd') = 'x'",
        "flight = 1; DROP TABLE flights",
        "getenv('HOME') = 'x'",
        "flight",
        "1 = 1 UNION SELECT 1",
        "flight = (1",
        "count(*) > 1",
        "current_setting('threads') = '1'",
    ],
)
def test_whatever_is_no_condition_over_the_columns_is_refused(lake: Lake, where: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        lake.rows("lake.flights", where=where)
    assert caught.value.code in ("filter_invalid", "filter_failed")
    assert caught.value.remedy


def test_text_is_not_compared_with_numbers_because_the_error_would_tell_values(lake: Lake) -> None:
    with pytest.raises(InvalidInput) as caught:
        lake.rows("lake.flights", where="passenger > 5")
    assert "passenger 0" not in caught.value.message


def test_a_table_whose_name_is_sql_is_only_a_name(lake: Lake) -> None:
    with pytest.raises(NotFound):
        lake.rows("lake.flights; DROP TABLE catalog_tables")
