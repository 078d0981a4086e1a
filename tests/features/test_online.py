"""The wide online store in plain Feast repositories, and several processes and threads at it."""

from __future__ import annotations

import asyncio
import os
import threading
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from feast import FeatureStore
from feast.infra.infra_object import Infra
from feast.protos.feast.types.Value_pb2 import Value
from feast.repo_contents import RepoContents

from jupyter_mlx.errors import Unavailable

from .online_repo import (
    DRIVER,
    ENGINE,
    NOON,
    PROCESSES,
    STORE,
    columns_of,
    file_of,
    materialize,
    read,
    repository,
    stats,
    write,
)


def command(folder: str, words: list[str]) -> None:
    """Feast's own command, in a process of its own."""
    from feast.cli.cli import cli

    cli(["--chdir", folder, *words], standalone_mode=False)


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
