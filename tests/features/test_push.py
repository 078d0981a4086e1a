"""Rows that are pushed: served at once, and found by training sets from then on."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest
from feast.data_source import PushMode

from jupyter_mlx.features.repository import Repository

from .conftest import DEFINITIONS, Flights, labels

pytestmark = pytest.mark.filterwarnings("ignore")
PUSHED = DEFINITIONS.replace("FileSource, ValueType", "FileSource, PushSource, ValueType").replace(
    "    source=source,\n", '    source=PushSource(name="weather_now", batch_source=source),\n'
)
WIDE = "jupyter_mlx.features.online.WideOnlineStore"
MOMENT = pd.Timestamp("2013-01-03 00:10", tz="UTC")


def rows(origin: str, temp: float) -> pd.DataFrame:
    """A report of the weather that came in just now."""
    return pd.DataFrame(
        {"origin": [origin], "temp": [temp], "wind": [3.0], "event_timestamp": [MOMENT], "created": [MOMENT]}
    )


@pytest.fixture
def pushed(flights: Flights) -> Flights:
    """The repository with a push source and the wide online store, applied and materialized."""
    yaml = flights.folder / "feature_store.yaml"
    yaml.write_text(yaml.read_text().replace("type: sqlite, path", f"type: {WIDE}, path"))
    flights.define(PUSHED)
    assert flights.apply() == {"metric": "created v1", "weather": "created v1"}
    source = flights.services.features.view("weather").definition.source
    assert source is not None
    assert source.timestamp == "event_timestamp"
    flights.services.materializer.materialize(user="ada", until=datetime(2013, 1, 2, 23, tzinfo=UTC))
    return flights


def test_what_is_pushed_is_served_and_trained_on(pushed: Flights) -> None:
    asked = labels(("JFK", "2013-01-03 00:05"), ("JFK", "2013-01-03 00:15"), ("EWR", "2013-01-03 00:15"))
    before = pushed.training_set(asked)
    assert before.to_pandas()["temp"].tolist() == [79.0, 79.0, 79.0]
    with Repository(pushed.folder).opened() as store:
        store.push("weather_now", rows("JFK", 50.0), to=PushMode.ONLINE_AND_OFFLINE)
    served = pushed.services.materializer.online("delay", [{"origin": "JFK"}, {"origin": "EWR"}])
    assert served["temp"] == [50.0, 79.0]
    assert served["celsius"][0] == pytest.approx(10.0), "computed of what was pushed"
    after = pushed.training_set(asked)
    assert (after.cached, after.id != before.id) == (False, True), "its source has changed"
    assert after.to_pandas()["temp"].tolist() == [79.0, 50.0, 79.0]
    assert after.to_pandas()["celsius"].round(1).tolist() == [26.1, 10.0, 26.1]


def test_what_is_pushed_to_one_store_is_not_in_the_other(pushed: Flights) -> None:
    with Repository(pushed.folder).opened() as store:
        store.push("weather_now", rows("JFK", 50.0), to=PushMode.ONLINE)
        store.push("weather_now", rows("EWR", 60.0), to=PushMode.OFFLINE)
    served = pushed.services.materializer.online("weather", [{"origin": "JFK"}, {"origin": "EWR"}])
    assert served["temp"] == [50.0, 79.0]
    asked = labels(("JFK", "2013-01-03 00:15"), ("EWR", "2013-01-03 00:15"))
    assert pushed.training_set(asked).to_pandas()["temp"].tolist() == [79.0, 60.0]


def test_a_materialization_does_not_bring_back_what_is_older_than_what_was_pushed(pushed: Flights) -> None:
    with Repository(pushed.folder).opened() as store:
        store.push("weather_now", rows("JFK", 50.0), to=PushMode.ONLINE)
    pushed.services.materializer.materialize(
        user="ada", since=datetime(2013, 1, 2, tzinfo=UTC), until=datetime(2013, 1, 3, 1, tzinfo=UTC)
    )
    assert pushed.services.materializer.online("weather", [{"origin": "JFK"}])["temp"] == [50.0]


def test_rows_without_a_column_are_refused_and_nothing_is_written(pushed: Flights) -> None:
    before = (pushed.folder / "weather.parquet").read_bytes()
    with Repository(pushed.folder).opened() as store, pytest.raises(ValueError, match="wind"):
        store.push("weather_now", rows("JFK", 50.0).drop(columns="wind"), to=PushMode.OFFLINE)
    assert (pushed.folder / "weather.parquet").read_bytes() == before
    assert pushed.services.materializer.online("weather", [{"origin": "JFK"}])["temp"] == [79.0]
