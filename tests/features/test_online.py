"""The wide online store in real Feast repositories."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sqlite3
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from feast import (
    Entity,
    FeatureService,
    FeatureStore,
    FeatureView,
    Field,
    FileSource,
    PushSource,
    RepoConfig,
    RequestSource,
    ValueType,
)
from feast.infra.infra_object import Infra
from feast.on_demand_feature_view import on_demand_feature_view
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.repo_contents import RepoContents
from feast.types import Float64, Int64, String

from jupyter_mlx.errors import Conflict, InvalidInput, NotFound, Unavailable

pytestmark = pytest.mark.filterwarnings("ignore:On demand feature view is an experimental:RuntimeWarning")

PROCESSES = multiprocessing.get_context("forkserver")
"""Processes that are forked from one that has Feast ready, which takes seconds to import."""
PROCESSES.set_forkserver_preload([__name__])

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORE = "jupyter_mlx.features.online.WideOnlineStore"
ENGINE = "jupyter_mlx.features.engine.ArrowEngine"
DRIVER = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)


def repository(
    folder: Path, objects: Sequence[Any], online: dict[str, Any] | None = None, engine: str = ENGINE, **more: Any
) -> FeatureStore:
    """A store over a folder, with definitions applied."""
    folder.mkdir(parents=True, exist_ok=True)
    config = RepoConfig(
        project="trips",
        provider="local",
        registry=more.pop("registry", str(folder / "registry.db")),
        online_store=online or {"type": STORE, "path": str(folder / "online.db")},
        batch_engine={"type": engine},
        entity_key_serialization_version=3,
        **more,
    )
    store = FeatureStore(config=config)
    store.apply(list(objects))
    return store


def plain(folder: Path, objects: Sequence[Any], **more: Any) -> FeatureStore:
    """The same with Feast's own SQLite store and engine."""
    return repository(folder, objects, {"type": "sqlite", "path": str(folder / "online.db")}, "local", **more)


def source(path: Path, columns: dict[str, Any], **options: Any) -> FileSource:
    """A Parquet file as a source."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)
    options = {"timestamp_field": "event", **options}
    return FileSource(name=path.stem, path=str(path), **options)


def view(at: FileSource | PushSource, *fields: Field, name: str = "stats", **options: Any) -> FeatureView:
    """A view of drivers."""
    options = {"entities": [DRIVER], "ttl": timedelta(days=3650), **options}
    return FeatureView(name=name, schema=[Field(name="driver_id", dtype=Int64), *fields], source=at, **options)


def stats(folder: Path, *fields: Field, **options: Any) -> FeatureView:
    """A view of two features of three drivers."""
    columns = {
        "driver_id": [1, 2, 3],
        "trips": [10, 20, 30],
        "rating": [1.5, None, 3.5],
        "event": pa.array([NOON] * 3, pa.timestamp("us", "UTC")),
        "created": pa.array([NOON] * 3, pa.timestamp("us", "UTC")),
    }
    at = source(folder / "stats.parquet", columns, created_timestamp_column="created")
    return view(at, *(fields or (Field(name="trips", dtype=Int64), Field(name="rating", dtype=Float64))), **options)


def materialize(store: FeatureStore, **options: Any) -> None:
    """Everything of the year."""
    store.materialize(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC), **options)


def key(number: int) -> EntityKey:
    return EntityKey(join_keys=["driver_id"], entity_values=[Value(int64_val=number)])


def write(store: FeatureStore, driver: int, at: datetime, created: datetime | None = None, **values: Value) -> None:
    """Write one row through Feast's own way."""
    its = store.get_feature_view("stats")
    store._get_provider().online_write_batch(store.config, its, [(key(driver), values, at, created)], None)


def read(store: FeatureStore, drivers: Sequence[int], *features: str, **options: Any) -> dict[str, list[Any]]:
    """Features of drivers, with their event times."""
    refs = [f"stats:{name}" for name in features]
    answer = store.get_online_features(refs, [{"driver_id": number} for number in drivers], **options)
    found: dict[str, list[Any]] = answer.to_dict(include_event_timestamps=True)
    return found


def statuses(store: FeatureStore, drivers: Sequence[int], feature: str) -> list[int]:
    """1 for present, 3 for not found, as Feast's message says."""
    answer = store.get_online_features([f"stats:{feature}"], [{"driver_id": number} for number in drivers])
    names = list(answer.proto.metadata.feature_names.val)
    return list(answer.proto.results[names.index(feature)].statuses)


def file_of(store: FeatureStore) -> str:
    return str(store.config.online_store.path)


def columns_of(store: FeatureStore, table: str = "trips_stats") -> dict[str, str]:
    with sqlite3.connect(file_of(store)) as connection:
        found = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    connection.close()
    return {row[1]: row[2] for row in found}


def command(folder: str, words: list[str]) -> None:
    """Feast's own command, in a process of its own."""
    from feast.cli.cli import cli

    cli(["--chdir", folder, *words], standalone_mode=False)


# -- a plain Feast repository ------------------------------------------------------------------------------------


def test_a_repository_with_only_the_class_path_works_from_feasts_own_command(tmp_path: Path) -> None:
    stats(tmp_path)
    (tmp_path / "feature_store.yaml").write_text(
        "project: trips\nprovider: local\nregistry: registry.db\nentity_key_serialization_version: 3\n"
        f"online_store:\n  type: {STORE}\n  path: online/wide.db\nbatch_engine:\n  type: {ENGINE}\n"
    )
    (tmp_path / "definitions.py").write_text(
        "from datetime import timedelta\n"
        "from feast import Entity, FeatureView, Field, FileSource, ValueType\n"
        "from feast.types import Float64, Int64\n"
        "driver = Entity(name='driver', join_keys=['driver_id'], value_type=ValueType.INT64)\n"
        "at = FileSource(name='stats', path='stats.parquet', timestamp_field='event')\n"
        "stats = FeatureView(name='stats', entities=[driver], ttl=timedelta(days=3650), source=at,\n"
        "    schema=[Field(name='trips', dtype=Int64), Field(name='rating', dtype=Float64)])\n"
    )
    for words in (["plan"], ["apply"], ["materialize", "2026-01-01T00:00:00", "2026-12-31T00:00:00"]):
        process = PROCESSES.Process(target=command, args=(str(tmp_path), words))
        process.start()
        process.join(120)
        assert process.exitcode == 0, words
    store = FeatureStore(repo_path=str(tmp_path))
    found = read(store, [1, 2, 9], "trips", "rating")
    assert found["trips"] == [10, 20, None]
    assert found["rating"] == [1.5, None, None]
    assert found["trips__ts"] == [int(NOON.timestamp())] * 2 + [0]
    assert (tmp_path / "online" / "wide.db").exists()
    labels = pd.DataFrame({"driver_id": [3, 1], "event_timestamp": [NOON + timedelta(hours=1)] * 2})
    history = store.get_historical_features(labels, ["stats:trips"]).to_df()
    assert sorted(history["trips"]) == [10, 30]


def test_feast_lists_the_tables_that_it_needs(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    contents = RepoContents(
        projects=[],
        data_sources=[],
        feature_views=[store.get_feature_view("stats")],
        on_demand_feature_views=[],
        stream_feature_views=[],
        label_views=[],
        entities=[DRIVER],
        feature_services=[],
        permissions=[],
    )
    _, difference, infra = store.plan(contents)
    assert "No changes" in difference.to_string()
    again = Infra.from_proto(infra.to_proto())
    assert [(table.name, table.path) for table in again.infra_objects] == [("trips_stats", file_of(store))]
    again.infra_objects[0].update()
    assert columns_of(store)
    again.infra_objects[0].teardown()
    assert columns_of(store) == {}


def test_looking_up_documents_is_told_to_be_unsupported(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    online, its = store._get_provider().online_store, store.get_feature_view("stats")
    with pytest.raises(NotImplementedError, match="WideOnlineStore does not support"):
        online.retrieve_online_documents(store.config, its, ["rating"], [1.0], 3)
    with pytest.raises(NotImplementedError, match="WideOnlineStore does not support"):
        online.retrieve_online_documents_v2(store.config, its, ["rating"], [1.0], 3)


# -- what is read ------------------------------------------------------------------------------------------------


def test_answers_are_feasts_own(tmp_path: Path) -> None:
    ours = repository(tmp_path / "ours", [DRIVER, stats(tmp_path / "ours")])
    theirs = plain(tmp_path / "theirs", [DRIVER, stats(tmp_path / "theirs")])
    drivers = [{"driver_id": number} for number in (3, 1, 9, 1, 2)]
    refs = ["stats:rating", "stats:trips"]
    for store in (ours, theirs):
        materialize(store)
    for options in ({}, {"full_feature_names": True}, {"include_feature_view_version_metadata": True}):
        mine, peer = (store.get_online_features(refs, drivers, **options) for store in (ours, theirs))
        assert mine.to_dict(True) == peer.to_dict(True)
        assert mine.to_df(True).equals(peer.to_df(True))
        assert mine.to_arrow().equals(peer.to_arrow())
        assert mine.proto == peer.proto
        assert mine.to_dict(True) == peer.to_dict(True), "after the message was made"


def test_a_service_with_an_alias_and_a_mapped_join_key_is_read_like_feasts(tmp_path: Path) -> None:
    answers = []
    for make, folder in ((repository, tmp_path / "ours"), (plain, tmp_path / "theirs")):
        its = stats(folder)
        first = its.with_name("first").with_join_key_map({"driver_id": "first_id"})
        second = its[["trips"]].with_name("second").with_join_key_map({"driver_id": "second_id"})
        service = FeatureService(name="pair", features=[first, second])
        store = make(folder, [DRIVER, its, service])
        materialize(store)
        rows = [{"first_id": 1, "second_id": 3}, {"first_id": 2, "second_id": 8}]
        answers.append(store.get_online_features(store.get_feature_service("pair"), rows, full_feature_names=True))
    assert answers[0].to_dict() == answers[1].to_dict()
    assert answers[0].proto == answers[1].proto
    assert answers[0].to_dict()["second__trips"] == [30, None]


def test_an_on_demand_view_is_computed_from_it(tmp_path: Path) -> None:
    answers = []
    for make, folder in ((repository, tmp_path / "ours"), (plain, tmp_path / "theirs")):
        its = stats(folder)
        asked = RequestSource(name="asked", schema=[Field(name="factor", dtype=Int64)])

        @on_demand_feature_view(
            sources=[its, asked], schema=[Field(name="scaled", dtype=Float64)], mode="python", singleton=False
        )
        def scaled(inputs: dict[str, Any]) -> dict[str, Any]:
            return {"scaled": [float(t * f) for t, f in zip(inputs["trips"], inputs["factor"], strict=True)]}

        store = make(folder, [DRIVER, its, asked, scaled])
        materialize(store)
        rows = [{"driver_id": 2, "factor": 3}, {"driver_id": 1, "factor": 5}]
        answers.append(store.get_online_features(["scaled:scaled", "stats:rating"], rows))
    assert answers[0].to_dict() == answers[1].to_dict()
    assert answers[0].to_dict()["scaled"] == [60.0, 50.0]


def test_an_on_demand_view_can_be_written(tmp_path: Path) -> None:
    answers = []
    for make, folder in ((repository, tmp_path / "ours"), (plain, tmp_path / "theirs")):
        its = stats(folder)

        @on_demand_feature_view(
            sources=[its],
            entities=[DRIVER],
            schema=[Field(name="double", dtype=Float64)],
            mode="pandas",
            write_to_online_store=True,
        )
        def doubled(inputs: pd.DataFrame) -> pd.DataFrame:
            return pd.DataFrame({"double": inputs["trips"] * 2.0})

        store = make(folder, [DRIVER, its, doubled])
        frame = pd.DataFrame({"driver_id": [1], "trips": [4], "rating": [0.5]})
        store.write_to_online_store("doubled", df=frame)
        found = store._get_provider().online_read(store.config, store.get_on_demand_feature_view("doubled"), [key(1)])
        answers.append({name: value for name, value in found[0][1].items() if name != "driver_id"})
    assert answers[0] == answers[1] == {"double": Value(double_val=8.0)}


def test_a_view_without_an_entity_has_one_row(tmp_path: Path) -> None:
    columns = {
        "fare": [1.5, 2.5],
        "event": pa.array([NOON - timedelta(hours=1), NOON], pa.timestamp("us", "UTC")),
    }
    answers = []
    for make, folder in ((repository, tmp_path / "ours"), (plain, tmp_path / "theirs")):
        at = source(folder / "fares.parquet", columns)
        its = FeatureView(name="stats", entities=[], schema=[Field(name="fare", dtype=Float64)], source=at)
        store = make(folder, [its])
        materialize(store)
        answers.append(store.get_online_features(["stats:fare"], [{"any": 1}, {"any": 2}]))
    assert answers[0].to_dict() == answers[1].to_dict()


def test_thousands_of_entities_come_in_one_state(tmp_path: Path) -> None:
    count = 5000
    columns = {
        "driver_id": range(count),
        "trips": range(count),
        "event": pa.array([NOON] * count, pa.timestamp("us", "UTC")),
    }
    at = source(
        tmp_path / "stats.parquet",
        {name: list(values) for name, values in columns.items()} | {"event": columns["event"]},
    )
    store = repository(tmp_path, [DRIVER, view(at, Field(name="trips", dtype=Int64))])
    materialize(store)
    asked = [*range(count), *range(count), -1]
    assert read(store, asked, "trips")["trips"] == [*range(count), *range(count), None]
    found = store._get_provider().online_read(store.config, store.get_feature_view("stats"), [key(n) for n in asked])
    assert [row and row["trips"].int64_val for _, row in found] == [*range(count), *range(count), None]


def test_join_keys_of_several_kinds_and_orders_find_the_same_rows(tmp_path: Path) -> None:
    zone = Entity(name="zone", join_keys=["zone"], value_type=ValueType.STRING)
    small = Entity(name="small", join_keys=["a_number"], value_type=ValueType.INT32)
    columns = {
        "zone": ["a", "ü", "a"],
        "a_number": pa.array([1, 1, 2], pa.int32()),
        "fare": [1.0, 2.0, 3.0],
        "event": pa.array([NOON] * 3, pa.timestamp("us", "UTC")),
    }
    answers = []
    for make, folder in ((repository, tmp_path / "ours"), (plain, tmp_path / "theirs")):
        at = source(folder / "fares.parquet", columns)
        its = FeatureView(name="stats", entities=[zone, small], schema=[Field(name="fare", dtype=Float64)], source=at)
        store = make(folder, [zone, small, its])
        materialize(store)
        rows = [{"a_number": n, "zone": z} for z, n in (("a", 2), ("ü", 1), ("a", 1), ("b", 1))]
        answers.append(store.get_online_features(["stats:fare"], rows).to_dict())
    assert answers[0] == answers[1]
    assert answers[0]["fare"] == [3.0, 2.0, 1.0, None]


def test_what_is_asked_wrongly_is_feasts_own_error(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    with pytest.raises(KeyError, match="Missing join key values"):
        store.get_online_features(["stats:trips"], [{"rider_id": 1}])
    with pytest.raises(ValueError, match="same keys"):
        store.get_online_features(["stats:trips"], [{"driver_id": 1}, {"rider_id": 1}])
    with pytest.raises(InvalidInput, match="A join key is null"):
        store.get_online_features(["stats:trips"], [{"driver_id": None}, {"driver_id": 1}])


def test_it_reads_and_writes_for_a_server_that_is_asynchronous(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    its = store.get_feature_view("stats")
    row = (key(1), {"trips": Value(int64_val=7), "rating": Value()}, NOON, None)
    provider = store._get_provider()

    async def both() -> tuple[dict[str, Any], Any]:
        await provider.online_write_batch_async(store.config, its, [row], None)
        answer = await store.get_online_features_async(["stats:trips", "stats:rating"], [{"driver_id": 1}])
        read = await provider.online_read_async(store.config, its, [key(1)], ["trips"])
        await store.close()
        return answer.to_dict(), read

    answer, found = asyncio.run(both())
    assert answer == {"driver_id": [1], "trips": [7], "rating": [None]}
    assert found == [(NOON, {"trips": Value(int64_val=7)})]


# -- what is written ---------------------------------------------------------------------------------------------


def test_the_newest_row_stays_whatever_order_rows_come_in(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    hour = timedelta(hours=1)

    def trips(number: int) -> dict[str, Value]:
        return {"trips": Value(int64_val=number), "rating": Value()}

    write(store, 1, NOON, NOON, **trips(1))
    write(store, 1, NOON - hour, NOON + hour, **trips(2))
    assert read(store, [1], "trips")["trips"] == [1], "an older event"
    write(store, 1, NOON, NOON - hour, **trips(3))
    assert read(store, [1], "trips")["trips"] == [1], "of the same event, made earlier"
    write(store, 1, NOON, NOON, **trips(4))
    assert read(store, [1], "trips")["trips"] == [4], "the same stamps: the last that was written"
    write(store, 1, NOON, None, **trips(5))
    assert read(store, [1], "trips")["trips"] == [5], "nobody knows when it was made"
    write(store, 1, (NOON + timedelta(microseconds=1)).replace(tzinfo=None), NOON - hour, **trips(6))
    assert read(store, [1], "trips")["trips"] == [6], "a microsecond newer, in UTC without saying so"


def test_nanoseconds_count(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    moment = pd.Timestamp("2026-03-01T12:00:00.000000007", tz="UTC")
    write(store, 1, moment, trips=Value(int64_val=7))
    write(store, 1, moment - pd.Timedelta(1, "ns"), trips=Value(int64_val=6))
    assert read(store, [1], "trips")["trips"] == [7]
    answer = store.get_online_features(["stats:trips"], [{"driver_id": 1}]).proto
    assert answer.results[1].event_timestamps[0].nanos == 7


@pytest.mark.parametrize("moment", [pd.NaT, None, datetime(9999, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)])
def test_a_time_that_can_not_be_kept_is_refused(tmp_path: Path, moment: Any) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    with pytest.raises(InvalidInput, match=r"null|outside"):
        write(store, 1, moment, trips=Value(int64_val=7))


def test_a_batch_is_kept_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    its = store.get_feature_view("stats")
    good = [(key(number), {"trips": Value(int64_val=number)}, NOON, None) for number in range(100)]
    provider = store._get_provider()
    for bad in ({"tripz": Value(int64_val=1)}, {"trips": Value(int64_val=1), "tripz": Value()}):
        with pytest.raises(InvalidInput, match="no feature 'tripz'"):
            provider.online_write_batch(store.config, its, [*good, (key(7), bad, NOON, None)], None)
    null = EntityKey(join_keys=["driver_id"], entity_values=[Value()])
    with pytest.raises(InvalidInput, match="A join key is null"):
        provider.online_write_batch(store.config, its, [*good, (null, good[0][1], NOON, None)], None)
    assert statuses(store, range(100), "trips") == [3] * 100
    told: list[int] = []
    provider.online_write_batch(store.config, its, good, told.append)
    assert told == [100]
    assert statuses(store, range(100), "trips") == [1] * 100


def test_a_part_of_the_features_leaves_the_others(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    write(store, 1, NOON, trips=Value(int64_val=7))
    assert statuses(store, [1], "rating") == [3]
    write(store, 1, NOON, rating=Value(double_val=0.5))
    found = read(store, [1], "trips", "rating")
    assert (found["trips"], found["rating"]) == ([7], [0.5])
    write(store, 1, NOON, rating=Value())
    assert statuses(store, [1], "rating") == [1], "null, but written"


def test_a_pushed_row_is_served(tmp_path: Path) -> None:
    batch = stats(tmp_path).batch_source
    pushed = PushSource(name="pushed", batch_source=batch)
    its = view(pushed, Field(name="trips", dtype=Int64), Field(name="rating", dtype=Float64))
    store = repository(tmp_path, [DRIVER, pushed, its])
    frame = pd.DataFrame(
        {"driver_id": [5, 1], "trips": [1, 2], "rating": [0.5, None], "event": [NOON] * 2, "created": [NOON] * 2}
    )
    store.push("pushed", frame)
    assert read(store, [1, 5], "trips")["trips"] == [2, 1]
    materialize(store)
    found = read(store, [1, 2, 5], "trips")["trips"]
    assert found == [10, 20, 1], "of the same stamps the last one written, pushed or not"


# -- tables that change ------------------------------------------------------------------------------------------


def test_a_new_feature_is_a_column_that_nothing_was_written_to(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path, Field(name="trips", dtype=Int64))])
    materialize(store)
    store.apply([DRIVER, stats(tmp_path)])
    assert columns_of(store)["rating"] == "BLOB DOUBLE"
    assert read(store, [1], "trips", "rating")["rating"] == [None]
    assert statuses(store, [1], "rating") == [3]
    assert read(store, [1], "trips")["trips"] == [10]
    materialize(store)
    assert read(store, [1], "rating")["rating"] == [1.5]


def test_a_removed_feature_loses_its_values_and_a_removed_view_its_table(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    materialize(store)
    smaller = stats(tmp_path, Field(name="trips", dtype=Int64))
    store.apply([DRIVER, smaller])
    assert list(columns_of(store)) == ["entity_key", "event_ts", "created_ts", "trips"]
    assert read(store, [1], "trips")["trips"] == [10]
    store.apply([DRIVER], objects_to_delete=[smaller], partial=False)
    assert columns_of(store) == {}


def test_a_changed_type_or_join_key_makes_the_table_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    materialize(store)
    stats_ = stats(tmp_path, Field(name="trips", dtype=String), Field(name="rating", dtype=Float64))
    store.apply([DRIVER, stats_])
    assert read(store, [1], "rating")["rating"] == [None]
    assert "stats" in caplog.text
    assert "Materialize it again" in caplog.text
    materialize(store)
    assert read(store, [1], "trips", "rating")["trips"] == ["10"]
    rider = Entity(name="rider", join_keys=["trips"], value_type=ValueType.STRING)
    other = FeatureView(
        name="stats", entities=[rider], schema=[Field(name="rating", dtype=Float64)], source=stats_.batch_source
    )
    store.apply([rider, other])
    with sqlite3.connect(file_of(store)) as connection:
        assert connection.execute("SELECT count(*) FROM trips_stats").fetchone() == (0,)
    connection.close()


def test_names_that_sqlite_can_not_tell_apart_are_kept_apart(tmp_path: Path) -> None:
    names = ["trips", "Trips", "TRIPS", "event_ts", "entity_key", "CREATED_TS", "a~b", 'q"uote', "größe", "GRÖSSE"]
    columns: dict[str, Any] = {name: [place] for place, name in enumerate(names)}
    columns |= {"driver_id": [1], "event": pa.array([NOON], pa.timestamp("us", "UTC"))}
    at = source(tmp_path / "stats.parquet", columns)
    store = repository(tmp_path, [DRIVER, view(at, *(Field(name=name, dtype=Int64) for name in names))])
    materialize(store)
    found = read(store, [1], *names)
    assert [found[name] for name in names] == [[place] for place in range(len(names))]
    store.apply([DRIVER, view(at, *(Field(name=name, dtype=Int64) for name in names if name != "Trips"))])
    assert read(store, [1], "trips", "TRIPS")["TRIPS"] == [2]


def test_a_view_that_another_machine_applied_gets_its_table_when_it_is_written(tmp_path: Path) -> None:
    here = repository(tmp_path / "here", [DRIVER, stats(tmp_path)])
    there = FeatureStore(
        config=RepoConfig(
            **{
                **here.config.model_dump(by_alias=True),
                "online_store": {"type": STORE, "path": str(tmp_path / "there" / "o.db")},
            }
        )
    )
    with pytest.raises(NotFound, match="There is no online store"):
        read(there, [1], "trips")
    materialize(there)
    assert read(there, [1], "trips")["trips"] == [10]
    here.apply([DRIVER, stats(tmp_path, Field(name="trips", dtype=String))])
    there.refresh_registry()
    with pytest.raises(Conflict, match="Feature 'trips' of view 'stats' is a STRING"):
        materialize(there)
    assert there.get_feature_view("stats").materialization_intervals


def test_a_file_of_feasts_own_store_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "repo"
    materialize(plain(folder, [DRIVER, stats(tmp_path)]))
    before = (folder / "online.db").read_bytes()
    with pytest.raises(Conflict, match="another store's or another project's"):
        repository(folder, [DRIVER, stats(tmp_path)])
    store = FeatureStore(
        config=RepoConfig(
            **{
                **plain(folder, []).config.model_dump(by_alias=True),
                "online_store": {"type": STORE, "path": str(folder / "online.db")},
            }
        )
    )
    with pytest.raises(Conflict, match="another store's or another project's"):
        read(store, [1], "trips")
    with sqlite3.connect(folder / "online.db") as connection:
        assert connection.execute("SELECT count(*) FROM trips_stats").fetchone() == (6,)
    connection.close()
    assert len(before) <= (folder / "online.db").stat().st_size


def test_more_features_than_sqlite_takes_are_refused(tmp_path: Path) -> None:
    its = stats(tmp_path, *(Field(name=f"f{number}", dtype=Int64) for number in range(2000)))
    with pytest.raises(InvalidInput, match="SQLite's limit is 1997"):
        repository(tmp_path, [DRIVER, its])


def test_tearing_down_removes_what_is_the_projects(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    other = FeatureStore(
        config=RepoConfig(
            **{**store.config.model_dump(by_alias=True), "project": "other", "registry": str(tmp_path / "other.db")}
        )
    )
    other.apply([DRIVER, stats(tmp_path)])
    materialize(store)
    materialize(other)
    other.teardown()
    assert read(store, [1], "trips")["trips"] == [10]
    assert columns_of(store, "other_stats") == {}
    store.teardown()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("online")] == []
    store.teardown()


def test_a_file_that_was_made_anew_is_the_one_that_is_read(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    materialize(store)
    assert read(store, [1], "trips")["trips"] == [10]
    again = FeatureStore(config=store.config)
    again.teardown()
    again.apply([DRIVER, stats(tmp_path)])
    assert statuses(store, [1], "trips") == [3]


def test_versions_of_a_view_have_tables_of_their_own(tmp_path: Path) -> None:
    found = []
    for make, folder in ((repository, tmp_path / "ours"), (plain, tmp_path / "theirs")):
        registry = {"path": str(tmp_path / f"{folder.name}.db"), "enable_online_feature_view_versioning": True}
        store = make(folder, [DRIVER, stats(folder, Field(name="trips", dtype=Int64))], registry=registry)
        materialize(store)
        store.apply([DRIVER, stats(folder, Field(name="trips", dtype=String))])
        materialize(store)
        refs = ["stats@v0:trips", "stats@v1:trips"]
        found.append(store.get_online_features(refs, [{"driver_id": 1}], full_feature_names=True).to_dict())
    assert found[0] == found[1] == {"driver_id": [1], "stats@v0__trips": [10], "stats@v1__trips": ["10"]}


# -- several at once ---------------------------------------------------------------------------------------------


def test_threads_share_a_store(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    errors: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for number in range(first, first + 30):
                write(store, number, NOON, trips=Value(int64_val=number))
                assert read(store, [number], "trips")["trips"] == [number]
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(first * 1000,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []


def test_a_forked_child_opens_the_file_anew(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    materialize(store)
    assert read(store, [1], "trips")["trips"] == [10]
    child = os.fork()
    if child == 0:
        found = read(store, [2], "trips")["trips"] == [20]
        write(store, 2, NOON + timedelta(hours=1), trips=Value(int64_val=21))
        os._exit(0 if found else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert read(store, [2], "trips")["trips"] == [21]


def test_a_file_that_is_not_sqlites_is_named(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    asyncio.run(store.close())
    for ending in ("-wal", "-shm"):
        Path(file_of(store) + ending).unlink(missing_ok=True)
    Path(file_of(store)).write_bytes(b"something else, and long enough to be looked at" * 100)
    with pytest.raises(Unavailable, match=r"online\.db can't be used: file is not a database"):
        read(store, [1], "trips")
