"""Materialization that dies, finds its store gone, or no space: the next one makes it as if nothing had happened."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import psycopg
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from jupyter_mlx.errors import ExecutionFailed
from jupyter_mlx.features.repository import Repository
from jupyter_mlx.services import Services
from jupyter_mlx.settings import Settings

from ..catalog import servers
from ..support import make_settings, postgres_cluster
from .test_resources import fill, small_disk

__all__ = ["small_disk"]

pytestmark = pytest.mark.filterwarnings("ignore")
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["jupyter_mlx.features.asof", "jupyter_mlx.features.engine", __name__])
ENTITIES, BATCH = 20_000, 1_000
FIRST, SECOND = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
WIDE = "{{type: jupyter_mlx.features.online.WideOnlineStore, path: {folder}/online.db}}"
POINTS = ["materialize_begun", "online_batch_written", "online_batch_kept", "online_materialized", "materialized"]
SAMPLE = {"online_batch_kept", "materialized"}
DEFINITIONS = """\
from feast import Entity, FeatureView, Field, FileSource, ValueType
from feast.types import Float64, Int64

driver = Entity(name="driver", join_keys=["driver"], value_type=ValueType.INT64)
source = FileSource(name="trips_file", path="trips.parquet", timestamp_field="event_timestamp")
trips = FeatureView(
    name="trips",
    entities=[driver],
    schema=[Field(name="count", dtype=Int64), Field(name="mean", dtype=Float64)],
    source=source,
)
"""


class Fleet:
    """A repository with two days of trips, applied, the first day materialized: its values are `driver`, then -1."""

    def __init__(self, folder: Path, online: str = WIDE, entities: int = ENTITIES) -> None:
        self.folder, self.entities = folder / "repository", entities
        self.folder.mkdir(parents=True)
        (self.folder / "feature_store.yaml").write_text(
            f"project: fleet\nprovider: local\nregistry: {self.folder}/registry.db\n"
            f"online_store: {online.format(folder=self.folder)}\n"
            "offline_store: {type: jupyter_mlx.features.asof.AsofOfflineStore}\n"
            "batch_engine: {type: jupyter_mlx.features.engine.ArrowEngine}\n"
            f"materialization: {{online_write_batch_size: {BATCH}}}\nentity_key_serialization_version: 3\n"
        )
        (self.folder / "definitions.py").write_text(DEFINITIONS)
        days = [
            pd.DataFrame({"driver": range(entities), "count": count, "mean": float(count), "event_timestamp": moment})
            for count, moment in ((1, FIRST), (2, SECOND))
        ]
        pd.concat(days).to_parquet(self.folder / "trips.parquet")
        self.settings = make_settings(folder)
        self.services = Services(self.settings)
        self.services.features.apply(str(self.folder), "ada")
        self.bring(FIRST)

    def bring(self, until: datetime) -> str:
        """Materialize up to then; how it ended."""
        [done] = self.services.materializer.materialize(user="ada", until=until)
        return done.state

    def served(self) -> list[int | None]:
        """The count of every driver."""
        asked = [{"driver": number} for number in range(self.entities)]
        found = self.services.materializer.online(["trips"], asked)
        assert [None if value is None else float(value) for value in found["count"]] == found["mean"], "whole rows"
        counts: list[int | None] = found["count"]
        return counts

    def states(self) -> list[str]:
        """Of the materializations, newest first."""
        return [item.state for item in self.services.materializer.history("trips")]

    def intervals(self) -> int:
        """How many stretches of time Feast's registry has as materialized."""
        with Repository(self.folder).opened() as store:
            return len(store.get_feature_view("trips").materialization_intervals)

    def check_resumed(self) -> None:
        """The next materialization finishes what was begun, and everything is as it would have been."""
        assert self.bring(SECOND) == "SUCCEEDED"
        assert set(self.served()) == {2}
        assert self.states().count("RUNNING") == 0
        assert self.states()[0] == "SUCCEEDED"
        last = self.services.materializer.history("trips")[0]
        # One that was done before it was killed left nothing to do.
        assert (last.since, last.until) in ((FIRST, SECOND), (SECOND, SECOND))


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    made = Fleet(tmp_path)
    yield made
    made.services.close()


def run(settings: Settings, point: str, ready: Any) -> None:
    """Materialize, in a process of its own that may die at a point."""
    os.environ["JUPYTER_MLX_FAIL_AT"] = point
    services = Services(settings)
    ready.send(os.getpid())
    services.materializer.materialize(user="ada", until=SECOND)


def started(fleet: Fleet, point: str = "") -> Any:
    """The process, once it begins."""
    here, there = PROCESSES.Pipe()
    process = PROCESSES.Process(target=run, args=(fleet.settings, point, there))
    process.start()
    there.close()
    here.recv()
    here.close()
    return process


@pytest.mark.parametrize(
    "point", [pytest.param(point, marks=[] if point in SAMPLE else [pytest.mark.slow]) for point in POINTS]
)
def test_killed_at_a_point_it_is_resumed(fleet: Fleet, point: str) -> None:
    process = started(fleet, point)
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    newer = fleet.served().count(2)
    expected = {"materialize_begun": 0, "online_batch_written": 0, "online_batch_kept": BATCH}
    assert newer == expected.get(point, ENTITIES)
    assert fleet.states()[0] == "RUNNING", "nobody could say that it ended"
    fleet.check_resumed()
    assert fleet.states() == ["SUCCEEDED", "FAILED", "SUCCEEDED"]
    assert fleet.intervals() >= 2


def killed_after(fleet: Fleet, seconds: float) -> None:
    """A process that materializes is killed after some time, unless it was done before."""
    process = started(fleet)
    process.join(seconds)
    process.kill()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL)
    counts = fleet.served()
    assert set(counts) <= {1, 2}
    assert counts.count(2) % BATCH == 0, "a batch is there as a whole or not at all"
    fleet.check_resumed()


@examples(max_examples=4)
@given(seconds=st.floats(0, 2))
def test_killed_at_any_moment_it_is_resumed(tmp_path_factory: pytest.TempPathFactory, seconds: float) -> None:
    fleet = Fleet(tmp_path_factory.mktemp("fleet"))
    killed_after(fleet, seconds)
    fleet.services.close()


@pytest.mark.slow
@examples(max_examples=60)
@given(seconds=st.floats(0, 3))
def test_killed_at_many_moments_it_is_resumed(tmp_path_factory: pytest.TempPathFactory, seconds: float) -> None:
    fleet = Fleet(tmp_path_factory.mktemp("fleet"))
    killed_after(fleet, seconds)
    fleet.services.close()


# -- the online store goes -------------------------------------------------------------------------------------


def refused(fleet: Fleet, says: str) -> None:
    """It fails with what is wrong and a remedy, and says so in its record."""
    with pytest.raises(ExecutionFailed, match=says) as failed:
        fleet.bring(SECOND)
    assert failed.value.code == "materialization_failed"
    assert "materialize again" in str(failed.value.remedy)
    assert fleet.states()[0] == "FAILED"


@contextmanager
def redis(folder: Path, port: int) -> Iterator[None]:
    """A Redis server that keeps what it has."""
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "yes", "--appendfsync", "always"]
    with servers._running(command, lambda: servers._listens(port), folder / "redis.log"):
        yield


def test_redis_that_was_down_is_told_and_resumed(tmp_path: Path) -> None:
    port = servers.free_port()
    with redis(tmp_path, port):
        fleet = Fleet(tmp_path, f'{{{{type: redis, connection_string: "127.0.0.1:{port}"}}}}', entities=2_000)
        assert set(fleet.served()) == {1}
    refused(fleet, f"127.0.0.1:{port}")
    with redis(tmp_path, port):
        assert set(fleet.served()) == {1}, "what was served before is served still"
        fleet.check_resumed()
    fleet.services.close()


class Postgres:
    """A PostgreSQL server that can be stopped at once, and started again."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, urlsplit(url)
        self.again: list[subprocess.Popen[bytes]] = []

    @property
    def online(self) -> str:
        """As an online store."""
        return (
            f"{{{{type: postgres, host: {self.url.hostname}, port: {self.url.port}, database: postgres, "
            f"user: {self.url.username}, password: trusted, sslmode: disable}}}}"
        )

    def count(self, value: int) -> int:
        """Rows of this value, once they are committed."""
        with psycopg.connect(host=self.url.hostname, port=self.url.port, user="mlx", dbname="postgres") as connection:
            query = "SELECT count(*) FROM fleet_trips WHERE feature_name = 'count' AND event_ts = %s"
            row = connection.execute(query, [FIRST if value == 1 else SECOND]).fetchone()
            assert row is not None
            return int(row[0])

    def stop(self) -> None:
        """As a power cut would: no connection is told."""
        lines = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
        os.kill(int(lines[0]), signal.SIGQUIT)

    def start(self) -> None:
        """Again, on the same port."""
        options = (self.folder / "data" / "postmaster.opts").read_text()
        command = [word.strip('"') for word in options.split()]
        become = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        port = int(self.url.port or 0)
        while servers._listens(port):
            servers.select_nothing(0.05)
        with (self.folder / "postgres.log").open("ab") as log:
            self.again.append(subprocess.Popen([*become, *command], stdout=log, stderr=log, cwd="/"))
        while True:
            try:
                psycopg.connect(host="127.0.0.1", port=port, user="mlx", dbname="postgres").close()
            except psycopg.OperationalError:
                servers.select_nothing(0.05)
                continue
            return


@pytest.fixture
def postgres_server(tmp_path: Path) -> Iterator[Postgres]:
    folder = tmp_path / "server"
    folder.mkdir()
    for each in [folder, *folder.parents][:-1]:
        each.chmod(each.stat().st_mode | 0o011)
    with postgres_cluster(folder) as url:
        made = Postgres(folder, url)
        yield made
    for process in made.again:
        process.wait(30)


def test_postgres_that_is_stopped_in_the_middle_is_told_and_resumed(tmp_path: Path, postgres_server: Postgres) -> None:
    fleet = Fleet(tmp_path, postgres_server.online)
    process = started(fleet)
    while postgres_server.count(2) == 0 and process.is_alive():
        servers.select_nothing(0.002)
    postgres_server.stop()
    process.join(120)
    assert process.exitcode == 1
    assert fleet.states()[0] == "FAILED"
    refused(fleet, r"127\.0\.0\.1")
    postgres_server.start()
    newer = postgres_server.count(2)
    assert 0 < newer < ENTITIES
    assert newer % BATCH == 0, "no half-written batch is served"
    counts = fleet.served()
    assert counts.count(2) == newer
    assert counts.count(1) == ENTITIES - newer
    fleet.check_resumed()
    fleet.services.close()


def test_a_full_disk_is_told_and_resumed_when_there_is_space(tmp_path: Path, small_disk: Path) -> None:
    fleet = Fleet(
        tmp_path, f"{{{{type: jupyter_mlx.features.online.WideOnlineStore, path: {small_disk}/online.db}}}}", 4_000
    )
    filler = fill(small_disk)
    refused(fleet, "[Nn]o space")
    filler.unlink()
    counts = fleet.served()
    assert counts.count(2) % BATCH == 0
    assert counts.count(1) == fleet.entities - counts.count(2)
    fleet.check_resumed()
    fleet.services.close()
