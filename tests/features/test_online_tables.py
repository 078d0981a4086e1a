"""The tables of the wide online store, as views and files change."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from feast import Entity, FeatureStore, FeatureView, Field, RepoConfig, ValueType
from feast.types import Float64, Int64, String

from jupyter_mlx.errors import Conflict, InvalidInput, NotFound

from .online_repo import (
    DRIVER,
    NOON,
    STORE,
    columns_of,
    file_of,
    materialize,
    plain,
    read,
    repository,
    source,
    stats,
    statuses,
    view,
)


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
