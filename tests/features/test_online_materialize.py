"""Materialization into the wide online store: the same rows as Feast's engine, after kills too; and bad input."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from feast import BatchFeatureView, FeatureStore, FeatureView, Field, FileSource, KafkaSource, RepoConfig
from feast.aggregation import Aggregation
from feast.data_format import AvroFormat
from feast.protos.feast.types.Value_pb2 import Value
from feast.types import Array, Float64, Int32, Int64

from jupyter_mlx.errors import InvalidInput, Unavailable
from jupyter_mlx.features import online_file
from jupyter_mlx.features.engine import is_plain

from ..support import select_nothing
from .online_repo import (
    DRIVER,
    ENGINE,
    NOON,
    PROCESSES,
    STORE,
    file_of,
    key,
    materialize,
    plain,
    read,
    repository,
    source,
    stats,
    view,
)

pytestmark = pytest.mark.filterwarnings("ignore:Batch feature views are experimental:RuntimeWarning")

ENTITIES, DAYS, BATCH = 4000, 3, 100


def history(path: Path) -> FileSource:
    """Rows of many drivers over days, in no order, some with the same stamps."""
    random = np.random.default_rng(7)
    drivers = np.repeat(np.arange(ENTITIES), DAYS)
    days = random.integers(0, 3, len(drivers))
    order = random.permutation(len(drivers))
    events = pa.array([NOON - timedelta(days=int(day)) for day in days[order]], pa.timestamp("us", "UTC"))
    made = [NOON + timedelta(seconds=int(place)) if place % 5 else None for place in order]
    columns = {
        "driver_id": drivers[order],
        "trips": order,
        "rating": random.normal(size=len(drivers)),
        "event": events,
        "created": pa.array(made, pa.timestamp("us", "UTC")),
    }
    return source(path, columns, created_timestamp_column="created")


FIELDS = (Field(name="trips", dtype=Int64), Field(name="rating", dtype=Float64))


def rows_of(store: FeatureStore) -> list[tuple[Any, ...]]:
    """All that the table holds."""
    connection = sqlite3.connect(file_of(store))
    found = connection.execute("SELECT * FROM trips_stats ORDER BY entity_key").fetchall()
    connection.close()
    return found


def intervals(store: FeatureStore) -> int:
    """How many intervals Feast's registry says are materialized."""
    store.refresh_registry()
    return len(store.get_feature_view("stats").materialization_intervals)


# -- the same as Feast's engine ----------------------------------------------------------------------------------


@pytest.mark.parametrize("latest", [False, True])
def test_the_newest_row_of_each_entity_is_written(tmp_path: Path, latest: bool) -> None:
    its = view(history(tmp_path / "stats.parquet"), *FIELDS)
    more = {"materialization": {"pull_latest_features": latest, "online_write_batch_size": BATCH}}
    store = repository(tmp_path, [DRIVER, its], **more)
    materialize(store)
    frame = pd.read_parquet(tmp_path / "stats.parquet")
    frame["created"] = frame["created"].fillna(pd.Timestamp(0, tz="UTC"))
    last = frame[frame["event"] == frame.groupby("driver_id")["event"].transform("max")]
    # Where several of the last event's rows don't tell when they were made, any may win. And Feast's default offline
    # store takes any of them where it takes the latest: it sorts by the created time, then by the event's, not stably.
    count = last.groupby("driver_id").size() if latest else last.groupby(["driver_id", "created"]).size()
    unsure = set(count[count > 1].reset_index()["driver_id"])
    newest = last.sort_values("created").groupby("driver_id").tail(1).set_index("driver_id").sort_index()
    sure = [number for number in range(ENTITIES) if number not in unsure]
    assert len(sure) > ENTITIES / 3
    found = read(store, range(ENTITIES), "trips", "rating")
    assert [found["trips"][number] for number in sure] == newest["trips"].loc[sure].tolist()
    assert [found["rating"][number] for number in sure] == newest["rating"].loc[sure].tolist()
    assert found["trips__ts"] == [int(moment.timestamp()) for moment in newest["event"]]


def test_mapped_columns_are_found(tmp_path: Path) -> None:
    answers = []
    columns = {"who": [1, 2], "n": [10, 20], "at": pa.array([NOON] * 2, pa.timestamp("us", "UTC"))}
    mapping = {"who": "driver_id", "n": "trips", "at": "event"}
    for make, folder in ((repository, tmp_path / "ours"), (plain, tmp_path / "theirs")):
        at = source(folder / "stats.parquet", columns, field_mapping=mapping)
        store = make(folder, [DRIVER, view(at, Field(name="trips", dtype=Int64))])
        materialize(store)
        answers.append(read(store, [1, 2, 3], "trips"))
    assert answers[0] == answers[1]
    assert answers[0]["trips"] == [10, 20, None]


def test_a_stream_views_mapped_batch_source_is_found(tmp_path: Path) -> None:
    columns = {"driver_id": [1], "n": [10], "event": pa.array([NOON], pa.timestamp("us", "UTC"))}
    batch = source(tmp_path / "stats.parquet", columns, field_mapping={"n": "trips"})
    stream = KafkaSource(
        name="stream",
        kafka_bootstrap_servers="nowhere:1",
        topic="trips",
        timestamp_field="event",
        batch_source=batch,
        message_format=AvroFormat(""),
    )
    store = repository(tmp_path, [DRIVER, stream, view(stream, Field(name="trips", dtype=Int64))])
    materialize(store)
    assert read(store, [1], "trips")["trips"] == [10]


def test_incremental_intervals_follow_each_other(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    store.materialize_incremental(NOON - timedelta(minutes=1))
    assert read(store, [1], "trips")["trips"] == [None]
    store.materialize_incremental(NOON + timedelta(minutes=1))
    assert read(store, [1], "trips")["trips"] == [10]
    first, second = store.get_feature_view("stats").materialization_intervals
    assert first[1] == second[0]


def doubled(frame: pd.DataFrame) -> pd.DataFrame:
    """A view's transformation."""
    return frame.assign(trips=frame["trips"] * 2)


def test_a_view_with_a_transformation_goes_feasts_way(tmp_path: Path) -> None:
    at = stats(tmp_path).batch_source
    its = BatchFeatureView(
        name="stats",
        entities=[DRIVER],
        schema=[Field(name="driver_id", dtype=Int64), Field(name="trips", dtype=Int64)],
        source=at,
        mode="pandas",
        udf=doubled,
        udf_string="doubled",
        ttl=timedelta(days=3650),
        online=True,
    )
    assert not is_plain(its)
    store = repository(tmp_path, [DRIVER, its])
    materialize(store)
    assert read(store, [1, 2, 3], "trips")["trips"] == [20, 40, 60]


def test_what_changes_rows_is_no_plain_view(tmp_path: Path) -> None:
    assert is_plain(stats(tmp_path))
    assert not is_plain(stats(tmp_path, enable_validation=True))
    assert not is_plain(stats(tmp_path, online=False))
    assert not is_plain(stats(tmp_path, offline=True))
    summed = BatchFeatureView(
        name="sums",
        entities=[DRIVER],
        schema=[Field(name="trips", dtype=Int64)],
        source=stats(tmp_path).batch_source,
        aggregations=[Aggregation(column="trips", function="sum")],
        online=True,
    )
    assert not is_plain(summed)
    over = FeatureView(name="over", entities=[DRIVER], source=stats(tmp_path), sink_source=stats(tmp_path).batch_source)
    assert not is_plain(over)


def test_an_empty_source_is_materialized(tmp_path: Path) -> None:
    columns = {
        "driver_id": pa.array([], pa.int64()),
        "trips": pa.array([], pa.int64()),
        "event": pa.array([], pa.timestamp("us", "UTC")),
    }
    at = source(tmp_path / "stats.parquet", columns)
    store = repository(tmp_path, [DRIVER, view(at, Field(name="trips", dtype=Int64))])
    materialize(store)
    assert read(store, [1], "trips")["trips"] == [None]
    assert intervals(store) == 1


# -- bad input ---------------------------------------------------------------------------------------------------


def refused(store: FeatureStore, message: str, error: type[Exception] = InvalidInput) -> None:
    """Materialization fails with a message, writes nothing, and Feast records nothing."""
    with pytest.raises(error, match=message):
        materialize(store)
    assert rows_of(store) == []
    assert intervals(store) == 0


@pytest.mark.parametrize(
    ("column", "field", "message"),
    [
        (pa.array([1, 2**40]), Int32, "Feature 'f' of view 'stats' is a INT32; its source has a int64"),
        (pa.array(["1", "x"]), Int64, "Feature 'f' of view 'stats' is a INT64"),
        (pa.array(["{", "}"]), Array(Float64), "Feature 'f' of view 'stats' is a DOUBLE_LIST"),
    ],
)
def test_a_value_that_does_not_fit_is_named(tmp_path: Path, column: pa.Array, field: Any, message: str) -> None:
    stamps = pa.array([NOON] * 2, pa.timestamp("us", "UTC"))
    at = source(tmp_path / "stats.parquet", {"driver_id": [1, 2], "f": column, "event": stamps})
    refused(repository(tmp_path, [DRIVER, view(at, Field(name="f", dtype=field))]), message)


def test_rows_without_a_join_key_are_counted(tmp_path: Path) -> None:
    stamps = pa.array([NOON] * 3, pa.timestamp("us", "UTC"))
    columns = {"driver_id": pa.array([1, None, 2]), "trips": [1, 2, 3], "event": stamps}
    store = repository(
        tmp_path, [DRIVER, view(source(tmp_path / "stats.parquet", columns), Field(name="trips", dtype=Int64))]
    )
    refused(store, "1 of 3 rows have no value of the join key 'driver_id'")


def test_a_table_without_a_column_or_a_time_is_refused(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    its, online = store.get_feature_view("stats"), store._get_provider().online_store
    stamps = pa.array([NOON, None], pa.timestamp("us", "UTC"))
    table = pa.table({"driver_id": [1, 2], "trips": [1, 2], "rating": [0.5, 1.5], "event": stamps, "created": stamps})
    with pytest.raises(InvalidInput, match="gives no column 'rating'"):
        online.write_arrow(store.config, its, table.drop_columns(["rating"]))
    with pytest.raises(InvalidInput, match="1 rows of view 'stats' have no event time"):
        online.write_arrow(store.config, its, table)
    late = pa.array([10**13, 1], pa.timestamp("s", "UTC"))
    with pytest.raises(InvalidInput, match="column of times can't be read"):
        online.write_arrow(store.config, its, table.set_column(3, "event", late))
    assert rows_of(store) == []


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_event_times_of_every_unit_and_zone_are_the_same(tmp_path: Path, unit: str, zone: str | None) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    stamps = pa.array([int(NOON.timestamp())], pa.int64()).cast(pa.timestamp("s")).cast(pa.timestamp(unit, zone))
    if zone:
        stamps = pa.array([int(NOON.timestamp())]).cast(pa.timestamp("s", zone)).cast(pa.timestamp(unit, zone))
    table = pa.table({"driver_id": [1], "trips": [1], "rating": [0.5], "event": stamps, "created": stamps})
    store._get_provider().online_store.write_arrow(store.config, store.get_feature_view("stats"), table)
    assert read(store, [1], "trips")["trips__ts"] == [int(NOON.timestamp())]
    assert rows_of(store)[0][1:3] == (int(NOON.timestamp()) * 10**9,) * 2


# -- interruptions -----------------------------------------------------------------------------------------------

LAST = 20


def run(folder: str, point: str, ready: Connection) -> None:
    """Materialize, in a process of its own that may die at a point."""
    os.environ["JUPYTER_MLX_FAIL_AT"] = point
    ready.send(os.getpid())
    FeatureStore(repo_path=folder).materialize_incremental(NOON + timedelta(days=1))


def started(folder: Path, point: str = "") -> Any:
    """The process, once it begins."""
    here, there = PROCESSES.Pipe()
    process = PROCESSES.Process(target=run, args=(str(folder), point, there))
    process.start()
    there.close()
    here.recv()
    here.close()
    return process


def large(folder: Path) -> FeatureStore:
    """A repository on disk whose view takes several batches."""
    its = view(history(folder / "stats.parquet"), *FIELDS)
    store = repository(folder, [DRIVER, its])
    (folder / "feature_store.yaml").write_text(
        f"project: trips\nprovider: local\nregistry: {folder}/registry.db\nentity_key_serialization_version: 3\n"
        f"online_store:\n  type: {STORE}\n  path: {folder}/online.db\nbatch_engine:\n  type: {ENGINE}\n"
        f"materialization:\n  online_write_batch_size: {BATCH}\n"
    )
    return store


def resumed(store: FeatureStore, folder: Path, held: Sequence[tuple[Any, ...]]) -> None:
    """What was kept are whole batches; run again, it is as if nothing had happened."""
    assert len(held) % BATCH == 0
    assert intervals(store) == 0
    again = FeatureStore(repo_path=str(folder))
    again.materialize_incremental(NOON + timedelta(days=1))
    assert intervals(store) == 1
    untouched = large(folder / "untouched")
    untouched.materialize_incremental(NOON + timedelta(days=1))
    assert rows_of(store) == rows_of(untouched)
    assert len(rows_of(store)) == ENTITIES


@pytest.mark.parametrize(
    ("point", "kept"), [("online_batch_written", 0), ("online_batch_kept", BATCH), ("online_materialized", ENTITIES)]
)
def test_killed_at_a_point_it_is_resumed(tmp_path: Path, point: str, kept: int) -> None:
    store = large(tmp_path)
    process = started(tmp_path, point)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    held = rows_of(store)
    assert len(held) == kept
    resumed(store, tmp_path, held)


@pytest.mark.parametrize("batches", [1, 4])
def test_killed_amid_the_batches_it_is_resumed(tmp_path: Path, batches: int) -> None:
    store = large(tmp_path)
    process = started(tmp_path)
    while len(rows_of(store)) < batches * BATCH and process.is_alive():
        select_nothing(0.001)
    process.kill()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    held = rows_of(store)
    assert 0 < len(held) < ENTITIES
    resumed(store, tmp_path, held)


def watch(folder: str, ready: Connection) -> None:
    """Read in a process of its own until the last batch is seen; tell how many there were, and of two what."""
    store = FeatureStore(repo_path=folder)
    ready.send(os.getpid())
    seen: set[float] = set()
    while LAST not in seen:
        found = read(store, range(300), "trips", "rating")
        values = set(found["trips"]) | set(found["rating"])
        if len(values) > 1:
            break
        seen |= values
    ready.send(sorted(values))


def test_other_processes_read_whole_batches_while_one_writes(tmp_path: Path) -> None:
    store = large(tmp_path)
    its, provider = store.get_feature_view("stats"), store._get_provider()

    def batch(number: int) -> None:
        values = {"trips": Value(int64_val=number), "rating": Value(double_val=number)}
        rows = [(key(driver), values, NOON + timedelta(seconds=number), None) for driver in range(300)]
        provider.online_write_batch(store.config, its, rows, None)

    batch(0)
    readers = []
    for _ in range(2):
        here, there = PROCESSES.Pipe()
        reader = PROCESSES.Process(target=watch, args=(str(tmp_path), there))
        reader.start()
        there.close()
        here.recv()
        readers.append((reader, here))
    for number in range(1, LAST + 1):
        batch(number)
    for reader, here in readers:
        assert here.recv() == [LAST]
        here.close()
        reader.join(60)
        assert reader.exitcode == 0


def make_at_once(folder: str, together: Any) -> None:
    """Make files at the same moments as other processes."""
    for number in range(8):
        together.wait(30)
        with online_file.Database(f"{folder}/{number}/online.db").writing(create=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS numbers (number)")
            connection.execute("INSERT INTO numbers VALUES (1)")


def test_processes_that_make_the_file_at_once_wait_for_each_other(tmp_path: Path) -> None:
    together = PROCESSES.Barrier(4)
    processes = [PROCESSES.Process(target=make_at_once, args=(str(tmp_path), together)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    for number in range(8):
        connection = sqlite3.connect(tmp_path / str(number) / "online.db")
        assert connection.execute("SELECT count(*) FROM numbers").fetchone() == (4,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.close()


def test_a_file_that_another_process_keeps_locked_is_told_and_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online_file, "BUSY_S", 0.05)
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    other = FeatureStore(config=store.config)
    holder = sqlite3.connect(file_of(store), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    refused(other, "can't be used: database is locked", Unavailable)
    holder.execute("ROLLBACK")
    holder.close()
    materialize(other)
    assert read(store, [1], "trips")["trips"] == [10]
    assert intervals(store) == 1


def test_a_file_that_can_not_be_reached_is_told_and_resumed(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    there = {"type": STORE, "path": str(tmp_path / "volume" / "online.db")}
    (tmp_path / "volume").write_text("not mounted")
    apart = FeatureStore(config=RepoConfig(**{**store.config.model_dump(by_alias=True), "online_store": there}))
    with pytest.raises(Unavailable, match=r"volume/online\.db can't be used"):
        materialize(apart)
    assert intervals(store) == 0
    (tmp_path / "volume").unlink()
    materialize(apart)
    assert read(apart, [1], "trips")["trips"] == [10]
    assert intervals(store) == 1
