"""Looking into tables: first rows of one of 10 GB, profiles beside SUMMARIZE, reading beside the libraries.

The table of 10 GB is one file of some ten MB, linked into as many Hive partitions as it takes: footers, listings and
the bytes behind each are real, that the partitions hold the same is not.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from common import Row, print_rows, spread

from jupyter_mlx.catalog.models import SourceRequest
from jupyter_mlx.services import Services
from jupyter_mlx.settings import Settings

TOTAL_BYTES = 10_000_000_000
FILE_ROWS = 900_000
PROFILED_ROWS = 2_000_000
PAIRS = 5
FIRST_ROWS_S = 1.0
PROFILE = 1.2


def flights(rows: int) -> pa.Table:
    """Flights in thirteen columns of every usual kind."""
    random = np.random.default_rng(2013)
    start = np.datetime64("2013-01-01", "us").astype(np.int64)
    return pa.table(
        {
            "month": pa.array(random.integers(1, 13, rows), pa.int32()),
            "day": pa.array(random.integers(1, 32, rows), pa.int32()),
            "dep_delay": random.normal(12, 40, rows),
            "arr_delay": random.normal(7, 44, rows),
            "carrier": np.array(["AA", "B6", "DL", "EV", "UA", "WN"])[random.integers(0, 6, rows)],
            "flight": random.integers(1, 8500, rows),
            "tailnum": np.char.add("N", random.integers(100, 4144, rows).astype(str)),
            "origin": np.array(["EWR", "JFK", "LGA"])[random.integers(0, 3, rows)],
            "dest": np.char.add("D", random.integers(0, 105, rows).astype(str)),
            "air_time": random.normal(150, 90, rows),
            "distance": random.integers(17, 4983, rows),
            "cancelled": random.random(rows) < 0.02,
            "time_hour": pa.array(start + random.integers(0, 8760, rows) * 3_600_000_000, pa.timestamp("us", "UTC")),
        }
    )


def crawled(folder: Path, state: Path) -> Services:
    """A catalog that knows the folder's tables."""
    services = Services(Settings.from_env({}, state_dir=state, gpus="none"))
    source = services.crawls.add_source(SourceRequest(str(folder), database="bench"), owner="bench")
    done = services.crawls.crawl(source.id, owner="bench")
    if done.state != "SUCCEEDED" or done.problems:
        raise SystemExit(done)
    return services


def timed(call: Callable[[], Any]) -> float:
    """Seconds that a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def first_rows(folder: Path) -> list[Row]:
    """Previews of a large partitioned table, by a process that must start, and by one that waits."""
    lake = folder / "large"
    master = folder / "part.parquet"
    pq.write_table(flights(FILE_ROWS), master, compression="none")
    parts = -(-TOTAL_BYTES // master.stat().st_size)
    for number in range(parts):
        place = lake / "flights" / f"batch={number:04}"
        place.mkdir(parents=True)
        os.link(master, place / "part-0.parquet")
    services = crawled(lake, folder / "large-state")
    me = services.principal()

    def preview(**asked: Any) -> None:
        shown = services.data.preview("bench.flights", me, limit=100, **asked).to_json()
        if len(shown["rows"]) != 100:
            raise SystemExit(shown)

    cold = []
    for _ in range(PAIRS):
        cold.append(timed(preview))
        services.data.close()
    preview()
    warm = [timed(preview) for _ in range(PAIRS)]
    narrowed = [timed(lambda: preview(where="batch = '0150' AND dep_delay > 60")) for _ in range(PAIRS)]
    sampled = [timed(lambda: preview(sample=True)) for _ in range(PAIRS)]
    services.close()
    gigabytes = parts * master.stat().st_size / 1e9
    what = f"first rows of {gigabytes:.1f} GB in {parts} partitions"
    return [
        _bounded(f"{what}, process started for it", cold),
        _bounded("… by a process that waits", warm),
        _bounded("… of one partition, filtered", narrowed),
        _bounded("… 100 rows at random", sampled),
    ]


def _bounded(what: str, seconds: list[float]) -> Row:
    bound = f"{FIRST_ROWS_S:g} s"
    return Row(what, spread(seconds), "", "", bound, statistics.median(seconds) < FIRST_ROWS_S)


def profiles_and_reads(folder: Path) -> list[Row]:
    """A profile beside SUMMARIZE, and reads beside pyarrow and DuckDB, in turn in this process."""
    lake = folder / "small"
    (lake / "flights").mkdir(parents=True)
    path = lake / "flights" / "part-0.parquet"
    pq.write_table(flights(PROFILED_ROWS), path)
    services = crawled(lake, folder / "small-state")
    me = services.principal()
    threads = os.cpu_count() or 1
    columns = ["origin", "dep_delay", "time_hour"]
    where = "origin = 'JFK' AND dep_delay > 60"

    def summarize() -> None:
        with duckdb.connect(config={"threads": threads}) as connection:
            connection.sql(f"SUMMARIZE SELECT * FROM read_parquet('{path}')").fetchall()

    def by_duckdb() -> None:
        with duckdb.connect(config={"threads": threads}) as connection:
            named = ", ".join(columns)
            connection.sql(f"SELECT {named} FROM read_parquet('{path}') WHERE {where}").to_arrow_table()

    def reader(**asked: Any) -> None:
        services.data.reader("bench.flights", me, **asked).to_arrow()

    found = [
        _compared(
            f"profile of {PROFILED_ROWS:,} rows × 13 columns",
            lambda: services.data.profile("bench.flights", me, threads=threads),
            summarize,
            "SUMMARIZE",
            PROFILE,
        ),
        _compared(
            "reading three columns of it",
            lambda: reader(columns=columns),
            lambda: ds.dataset(path).to_table(columns=columns),
            "pyarrow",
            None,
        ),
        _compared(
            "… those rows that a condition leaves",
            lambda: reader(columns=columns, where=where),
            by_duckdb,
            "DuckDB",
            None,
        ),
    ]
    services.close()
    return found


def _compared(what: str, ours: Callable[[], Any], peer: Callable[[], Any], name: str, bound: float | None) -> Row:
    pairs = [(timed(ours), timed(peer)) for _ in range(PAIRS + 1)][1:]
    ratio = statistics.median(a / b for a, b in pairs)
    return Row(
        what,
        spread([a for a, _ in pairs]),
        f"{spread([b for _, b in pairs])} {name}",
        f"{ratio:.2f}",
        "" if bound is None else f"{bound}",
        None if bound is None else ratio <= bound,
    )


def rows() -> list[Row]:
    """All figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*first_rows(folder), *profiles_and_reads(folder)]


if __name__ == "__main__":
    sys.exit(0 if print_rows(rows()) else 1)
