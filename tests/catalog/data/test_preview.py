"""Previews: first rows, samples, filters and orders, by another process that can be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from jupyter_mlx import contract
from jupyter_mlx.catalog.data import service as module
from jupyter_mlx.errors import InvalidInput, Unavailable
from tests.support import wait_gone

from .conftest import Lake


def test_the_first_rows_come_as_the_contract_says(lake: Lake) -> None:
    shown = lake.preview("lake.flights", limit=2)
    contract.check("Preview", shown)
    assert [column["name"] for column in shown["columns"]] == [
        "flight",
        "origin",
        "delay",
        "passenger",
        "left",
        "month",
    ]
    assert shown["rows"][0] == [1000, "JFK", -5.5, "passenger 01-0000", "2013-01-01T00:00:00Z", 1]
    assert (len(shown["rows"]), shown["truncated"], shown["filtered"], shown["masked"]) == (2, True, False, [])


def test_rows_are_filtered_sorted_and_narrowed_to_columns(lake: Lake) -> None:
    shown = lake.preview("lake.flights", columns=["flight"], where="origin = 'LGA'", sort="-flight", limit=3)
    assert shown["rows"] == [[3028], [3025], [3022]]
    assert lake.preview("lake.flights", columns=["delay"], sort="delay", limit=1)["rows"] == [[-5.5]]


def test_nulls_come_last_in_either_order(lake: Lake) -> None:
    assert lake.preview("lake.flights", columns=["delay"], sort="-delay", limit=100)["rows"][-1] == [None]
    assert lake.preview("lake.flights", columns=["delay"], sort="delay", limit=100)["rows"][-1] == [None]


def test_a_preview_that_holds_everything_is_not_truncated(lake: Lake) -> None:
    assert not lake.preview("lake.flights", limit=90)["truncated"]
    assert lake.preview("lake.flights", limit=89)["truncated"]


def test_a_sample_is_of_as_many_rows_from_anywhere(lake: Lake) -> None:
    samples = [lake.preview("lake.flights", columns=["flight"], sample=True, limit=20)["rows"] for _ in range(3)]
    assert all(len(rows) == 20 and len({row[0] for row in rows}) == 20 for rows in samples)
    assert len({row[0] for rows in samples for row in rows}) > 20


def test_an_arrow_stream_has_the_types_of_the_catalog(lake: Lake) -> None:
    content = lake.data.preview("lake.flights", lake.admin, columns=["left", "flight"], limit=5).to_arrow_stream()
    table = pa.ipc.open_stream(content).read_all()
    assert table.schema == pa.schema([("left", pa.timestamp("us", "UTC")), ("flight", pa.int64())])
    assert table.num_rows == 5


def test_values_that_json_lacks_are_encoded(make_lake: Callable[..., Lake]) -> None:
    own = make_lake()
    table = pa.table(
        {
            "big": pa.array([2**60], pa.int64()),
            "money": pa.array([Decimal("12.50")], pa.decimal128(9, 2)),
            "raw": pa.array([b"\0\xff"], pa.binary()),
            "nan": pa.array([float("nan")], pa.float64()),
            "day": pa.array([date(2020, 2, 29)], pa.date32()),
            "fine": pa.array([1_600_000_000_123_456_789], pa.timestamp("ns")),
            "nested": pa.array([{"at": datetime(2020, 1, 1, tzinfo=UTC), "ids": [2**60, None]}]),
        }
    )
    pq.write_table(table, own.folder / "odd.parquet")
    own.crawl()
    [row] = own.preview("lake.odd")["rows"]
    assert row == [
        str(2**60),
        "12.50",
        "AP8=",
        None,
        "2020-02-29",
        "2020-09-13T12:26:40.123456",
        {"at": "2020-01-01T00:00:00Z", "ids": [str(2**60), None]},
    ]
    json.dumps(row, allow_nan=False)


def test_only_the_first_files_are_opened(make_lake: Callable[..., Lake]) -> None:
    own = make_lake()
    place = own.folder / "parts"
    place.mkdir()
    for number in range(5):
        pq.write_table(pa.table({"n": [number]}), place / f"part-{number}.parquet")
    own.crawl()
    for number in range(3, 5):
        (place / f"part-{number}.parquet").write_bytes(b"PAR1 broken since the crawl")
    assert own.preview("lake.parts", limit=2)["rows"] == [[0], [1]]
    with pytest.raises(Unavailable) as caught:
        own.preview("lake.parts", limit=5)
    assert caught.value.code == "data_unreadable"
    assert "part-3" in caught.value.message


def test_data_that_is_gone_is_told(make_lake: Callable[..., Lake]) -> None:
    own = make_lake()
    pq.write_table(pa.table({"n": [1]}), own.folder / "gone.parquet")
    own.crawl()
    (own.folder / "gone.parquet").unlink()
    with pytest.raises(Unavailable) as caught:
        own.preview("lake.gone")
    assert caught.value.code == "data_unreadable"


@pytest.mark.parametrize("limit", [0, 10_001])
def test_a_number_of_rows_out_of_bounds_is_refused(lake: Lake, limit: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        lake.preview("lake.flights", limit=limit)
    assert caught.value.code == "preview_invalid"


def test_a_preview_that_takes_too_long_is_ended_with_its_process(
    make_lake: Callable[..., Lake], postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = make_lake()
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE slow AS SELECT 1 AS n")
    own.crawl(postgres_url, name="pg", database="pg")
    own.preview("pg.slow")
    [worker] = own.data.pool._idle
    monkeypatch.setattr(module, "PREVIEW_S", 1.0)
    with engine.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE slow IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(Unavailable) as caught:
            own.preview("pg.slow")
    engine.dispose()
    assert caught.value.code == "preview_timeout"
    assert wait_gone([worker.pid], 5) == []


def test_a_process_that_is_killed_is_replaced(lake: Lake) -> None:
    lake.preview("lake.flights", limit=1)
    [worker] = lake.data.pool._idle
    os.kill(worker.pid, signal.SIGKILL)
    assert wait_gone([worker.pid]) == []
    assert len(lake.preview("lake.flights", limit=1)["rows"]) == 1


def test_the_servers_process_loads_neither_duckdb_nor_pyarrow(lake: Lake, tmp_path: Path) -> None:
    script = """
import sys
from jupyter_mlx.services import Services
services = Services()
me = services.principal()
document = services.data.preview("lake.flights", me, where="delay > 3", sort="-delay").to_json()
assert document["rows"], document
services.data.stored_profile("lake.flights", me)
services.data.quality("lake.flights", me)
services.data.snippets("lake.flights", me)
services.grants.access_to("lake.flights", me)
services.close()
print(sorted({"duckdb", "pyarrow", "pandas", "pandera", "torch", "numpy"} & set(sys.modules)))
"""
    environment = {**os.environ, **lake.services.settings.to_env()}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr
