"""Feast repositories of drivers with the wide online store, and what they hold."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, PushSource, RepoConfig, ValueType
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.types import Float64, Int64

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
