"""The same repository with Feast's own online stores for a team, on real servers, by way of our engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
import sqlalchemy as sa
from feast import FeatureStore

from ..catalog import servers
from ..support import postgres_cluster
from .online_repo import DRIVER, materialize, read, repository, stats


@contextmanager
def closing(store: FeatureStore) -> Iterator[FeatureStore]:
    """Closes the connections that Feast keeps open."""
    try:
        yield store
    finally:
        online = store._get_provider().online_store
        for name in ("_client", "_conn"):
            if getattr(online, name, None):
                getattr(online, name).close()


def same_as_ours(tmp_path: Path, online: dict[str, Any]) -> None:
    """The repository with another online store answers as with the wide one."""
    ours = repository(tmp_path / "ours", [DRIVER, stats(tmp_path / "ours")])
    theirs = repository(tmp_path / "theirs", [DRIVER, stats(tmp_path / "theirs")], online)
    with closing(theirs):
        for store in (ours, theirs):
            materialize(store)
        assert read(theirs, [3, 1, 9], "trips", "rating") == read(ours, [3, 1, 9], "trips", "rating")
        assert read(theirs, [3, 1, 9], "trips")["trips"] == [30, 10, None]


@pytest.fixture
def redis_address(tmp_path: Path) -> Iterator[str]:
    with servers.redis_server(tmp_path) as url:
        parts = urlsplit(url)
        yield f"{parts.hostname}:{parts.port},password={parts.password}"


def test_redis(tmp_path: Path, redis_address: str) -> None:
    same_as_ours(tmp_path, {"type": "redis", "connection_string": redis_address})


def test_postgres(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    for each in [folder, *folder.parents][:-1]:
        each.chmod(each.stat().st_mode | 0o011)
    with postgres_cluster(folder) as url:
        engine = sa.create_engine(f"{url}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text("CREATE DATABASE features"))
        engine.dispose()
        parts = urlsplit(url)
        online = {"type": "postgres", "host": parts.hostname, "port": parts.port, "database": "features"}
        same_as_ours(tmp_path, {**online, "user": parts.username, "password": "trusted", "sslmode": "disable"})


def test_redis_that_is_down_is_told_and_resumed(tmp_path: Path) -> None:
    port = servers.free_port()
    online = {"type": "redis", "connection_string": f"127.0.0.1:{port}"}
    store = repository(tmp_path, [DRIVER, stats(tmp_path)], online)
    with pytest.raises(redis.exceptions.ConnectionError, match=f"127.0.0.1:{port}"):
        materialize(store)
    assert store.get_feature_view("stats").materialization_intervals == []
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    running = servers._running(command, lambda: servers._listens(port), tmp_path / "redis.log")
    with running, closing(store):
        materialize(store)
        assert read(store, [1], "trips")["trips"] == [10]
    store.refresh_registry()
    assert len(store.get_feature_view("stats").materialization_intervals) == 1
