"""Materialization beside others and over again, work that is queued once, and what follows from a crawl."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from jupyter_mlx.catalog.models import SourceRequest
from jupyter_mlx.errors import Conflict, ExecutionFailed, InvalidInput, NotFound
from jupyter_mlx.features.jobs import KIND
from jupyter_mlx.jobs import control
from jupyter_mlx.processes import identity
from jupyter_mlx.store.feature_tables import materializations

from .conftest import Flights

pytestmark = pytest.mark.filterwarnings("ignore")
NOON = datetime(2013, 1, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is queued stays so."""
    monkeypatch.setattr(control, "ensure_agent", lambda _: None)


@pytest.fixture
def sleeper() -> Iterator[int]:
    """A process that does nothing until the test ends."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process.pid
    process.communicate(b"\n")


def bring(flights: Flights, until: datetime = NOON, **options: Any) -> list[str]:
    done = flights.services.materializer.materialize((), user="ada", until=until, **options)
    return [f"{item.state} {item.since:%d %H} to {item.until:%d %H}" for item in done]


def history(flights: Flights) -> list[str]:
    return [item.state for item in flights.services.materializer.history("weather")]


def alter(flights: Flights, **values: Any) -> None:
    """Change the newest record."""
    with flights.services.store.write() as connection:
        connection.execute(sa.update(materializations).values(**values))


def touch(flights: Flights) -> None:
    """Write the source anew, with one row more."""
    path = flights.folder / "weather.parquet"
    frame = pd.read_parquet(path)
    pd.concat([frame, frame.tail(1)]).to_parquet(path)


# -- only what is new ----------------------------------------------------------------------------------------


def test_a_source_that_is_as_it_was_is_skipped_and_what_is_served_counts_as_new(flights: Flights) -> None:
    flights.apply()
    later = datetime(2013, 1, 2, 14, tzinfo=UTC)
    assert bring(flights, only_new=True) == ["SUCCEEDED 02 09 to 02 12"]
    assert bring(flights, later, only_new=True) == ["SKIPPED 02 12 to 02 14"]
    view = flights.services.features.view("weather")
    assert flights.services.overview.freshness([view])[view.id].online_until == later
    touch(flights)
    # From where the last one that brought something ended.
    assert bring(flights, later, only_new=True) == ["SUCCEEDED 02 12 to 02 14"]


def test_rows_that_came_late_are_brought_anew(flights: Flights) -> None:
    flights.apply()
    bring(flights)
    path = flights.folder / "weather.parquet"
    frame = pd.read_parquet(path)
    frame.loc[(frame["origin"] == "JFK") & (frame["event_timestamp"] == NOON), "temp"] = 99.0
    frame.to_parquet(path)
    later = datetime(2013, 1, 2, 12, 30, tzinfo=UTC)
    assert bring(flights, later, anew=True, only_new=True) == ["SUCCEEDED 02 09 to 02 12"]
    assert flights.services.materializer.online("weather", [{"origin": "JFK"}])["temp"] == [99.0]
    assert bring(flights, later, anew=True, only_new=True)[0].startswith("SKIPPED")


def test_what_failed_is_tried_again_though_the_source_is_as_it_was(flights: Flights) -> None:
    flights.apply()
    path = flights.folder / "weather.parquet"
    path.rename(path.with_suffix(".away"))
    with pytest.raises(ExecutionFailed):
        bring(flights, only_new=True)
    path.with_suffix(".away").rename(path)
    assert bring(flights, only_new=True) == ["SUCCEEDED 02 09 to 02 12"]
    assert history(flights) == ["SUCCEEDED", "FAILED"]


def test_an_earlier_end_than_what_is_served_brings_nothing(flights: Flights) -> None:
    flights.apply()
    bring(flights)
    assert bring(flights, datetime(2013, 1, 2, 11, tzinfo=UTC)) == ["SKIPPED 02 11 to 02 11"]
    assert bring(flights, since=datetime(2013, 1, 1, tzinfo=UTC)) == ["SUCCEEDED 01 00 to 02 12"]


# -- beside others -------------------------------------------------------------------------------------------


def test_of_one_view_one_runs_at_a_time(flights: Flights, sleeper: int) -> None:
    flights.apply()
    bring(flights)
    alter(flights, state="RUNNING", process={**(identity(sleeper) or {}), "host": platform.node()})
    with pytest.raises(Conflict) as told:
        bring(flights)
    assert told.value.code == "materialization_running"
    assert history(flights) == ["RUNNING"]


def test_one_whose_process_is_gone_is_closed_and_its_work_done(flights: Flights) -> None:
    flights.apply()
    bring(flights)
    gone = {"boot": "another", "pid": os.getpid(), "started": 1.0, "host": platform.node()}
    alter(flights, state="RUNNING", process=gone)
    assert bring(flights) == ["SUCCEEDED 02 09 to 02 12"]
    assert history(flights) == ["SUCCEEDED", "FAILED"]
    error = flights.services.materializer.history("weather")[1].error
    assert error is not None
    assert error["code"] == "materialization_interrupted"


def test_one_of_another_host_is_believed_as_long_as_its_run_goes_on(flights: Flights) -> None:
    flights.apply()
    bring(flights)
    principal = flights.services.principal()
    run = flights.services.feature_jobs.materialize({}, principal, cwd=flights.folder)
    alter(flights, state="RUNNING", run_id=run.id, process={"boot": "b", "pid": 1, "started": 1.0, "host": "other"})
    with pytest.raises(Conflict) as told:
        bring(flights)
    assert run.id in told.value.message
    flights.services.jobs.cancel(run.id)
    assert bring(flights) == ["SUCCEEDED 02 09 to 02 12"]


def test_one_that_is_interrupted_does_not_stay_open(flights: Flights, monkeypatch: pytest.MonkeyPatch) -> None:
    from feast import FeatureStore

    flights.apply()

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(FeatureStore, "materialize", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bring(flights)
    assert history(flights) == ["FAILED"]
    assert bring(flights) == ["SUCCEEDED 02 09 to 02 12"]


# -- jobs ----------------------------------------------------------------------------------------------------


def test_what_runs_already_is_not_queued_twice(flights: Flights) -> None:
    flights.apply()
    jobs, principal, cwd = flights.services.feature_jobs, flights.services.principal(), flights.folder
    whole = jobs.materialize({"project": "flights"}, principal, cwd=cwd)
    assert jobs.materialize({}, principal, cwd=cwd).id == whole.id
    assert jobs.materialize({"views": ["weather"]}, principal, cwd=cwd).id == whole.id
    stretch = {"views": ["weather"], "since": "2013-01-01T00:00:00Z"}
    assert jobs.materialize(stretch, principal, cwd=cwd).id != whole.id
    first = jobs.statistics("weather", principal, cwd=cwd)
    assert jobs.statistics("flights/weather", principal, cwd=cwd).id == first.id
    assert first.job.tags[KIND] == "feature-statistics"


def test_a_schedule_of_a_project_is_one(flights: Flights) -> None:
    flights.apply()
    jobs, principal = flights.services.feature_jobs, flights.services.principal()
    first = jobs.schedule({"cron": "0 * * * *"}, principal, cwd=flights.folder)
    second = jobs.schedule({"cron": "30 * * * *", "only_new": True}, principal, cwd=flights.folder)
    assert [item.id for item in flights.services.schedules.page()] == [second.id]
    assert (second.job.parameters["only_new"], first.job.parameters["only_new"]) == (True, False)
    with pytest.raises(InvalidInput):
        jobs.schedule({"cron": "often"}, principal, cwd=flights.folder)
    with pytest.raises(NotFound):
        jobs.schedule({"cron": "0 * * * *", "project": "other"}, principal, cwd=flights.folder)
    assert [item.id for item in flights.services.schedules.page()] == [second.id]


def test_a_missed_firing_shows(flights: Flights) -> None:
    flights.define((flights.folder / "definitions.py").read_text().replace("hours=3", "days=90000"))
    flights.apply()
    view = flights.services.features.view("weather")
    flights.services.feature_jobs.schedule({"cron": "* * * * *"}, flights.services.principal(), cwd=flights.folder)
    bring(flights)
    # The schedule was made after that: its first firing is not due yet.
    assert flights.services.overview.freshness([view])[view.id].state == "fresh"


# -- new data ------------------------------------------------------------------------------------------------


def crawl(flights: Flights) -> list[str]:
    """Crawl the repository's folder; the names of what was queued then."""
    services = flights.services
    request = SourceRequest(str(flights.folder / "lake"), "lake", "lake")
    source, _ = services.guarded.keep(request, services.principal())
    done = services.crawls.crawl(source.id, owner="ada")
    return [run.job.name for run in services.new_data.after_crawl(done)]


@pytest.fixture
def lake(flights: Flights) -> Path:
    """The source as a table of a lake that can be crawled."""
    place = flights.folder / "lake" / "weather"
    place.mkdir(parents=True)
    file = place / "part.parquet"
    (flights.folder / "weather.parquet").rename(file)
    flights.define(
        (flights.folder / "definitions.py").read_text().replace("weather.parquet", "lake/weather/part.parquet")
    )
    flights.apply()
    return file


def test_a_crawl_that_finds_new_data_has_it_materialized_where_that_is_asked_for(flights: Flights, lake: Path) -> None:
    principal = flights.services.principal()
    assert crawl(flights) == []
    assert flights.services.feature_jobs.on_new_data(None, True, principal) == "flights"
    assert crawl(flights) == ["Materialize flights"]
    queued, *_ = flights.services.jobs.page()
    assert (queued[0].owner, queued[0].job.parameters["only_new"]) == ("ada", True)
    flights.services.jobs.cancel(queued[0].id)
    bring(flights)
    assert crawl(flights) == []  # it is what was materialized
    frame = pd.read_parquet(lake)
    pd.concat([frame, frame.tail(1)]).to_parquet(lake)
    assert crawl(flights) == ["Materialize flights"]
    flights.services.feature_jobs.on_new_data("flights", False, principal)
    flights.services.jobs.cancel(flights.services.jobs.page()[0][0].id)
    assert crawl(flights) == []


def test_the_view_names_the_table_that_its_source_is(flights: Flights, lake: Path) -> None:
    crawl(flights)
    principal = flights.services.principal()
    view = flights.services.features.view("weather")
    table = flights.services.overview.document(view, principal)["table"]
    assert table["path"] == "lake.weather"
    made_of = flights.services.feature_uses.of("weather", principal)["from"]
    assert [(item["kind"], item["name"]) for item in made_of][1] == ("table", "lake.weather")
