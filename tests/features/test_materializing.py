"""Materialization: incremental, recorded, told where it fails; and what is served then."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from jupyter_mlx.errors import ExecutionFailed, InvalidInput

from .conftest import DEFINITIONS, Flights, labels

pytestmark = pytest.mark.filterwarnings("ignore")
NOON = datetime(2013, 1, 2, 12, tzinfo=UTC)


def bring(flights: Flights, until: datetime = NOON, *views: str) -> list[str]:
    done = flights.services.materializer.materialize(views, user="ada", until=until)
    return [f"{item.view} {item.state} {item.since:%d %H} to {item.until:%d %H}" for item in done]


def test_the_online_value_is_the_offline_value_of_that_time(flights: Flights) -> None:
    flights.apply()
    assert bring(flights) == ["weather@v1 SUCCEEDED 02 09 to 02 12"]
    entities = [{"origin": "JFK"}, {"origin": "EWR"}, {"origin": "LGA"}]
    served = flights.services.materializer.online("delay", entities)
    offline = flights.training_set(labels(*[(item["origin"], str(NOON)) for item in entities])).to_pandas()
    for name in ("temp", "wind", "celsius"):
        expected = [None if pd.isna(value) else value for value in offline[name]]
        found = [None if pd.isna(value) else value for value in served[name]]
        assert found == pytest.approx(expected), name


def test_the_next_one_begins_where_the_last_one_ended_and_a_new_version_begins_anew(flights: Flights) -> None:
    flights.apply()
    bring(flights)
    later = datetime(2013, 1, 2, 15, tzinfo=UTC)
    assert bring(flights, later, "weather") == ["weather@v1 SUCCEEDED 02 12 to 02 15"]
    flights.define(DEFINITIONS.replace("hours=3", "hours=6"))
    flights.apply()
    assert bring(flights, later) == ["weather@v2 SUCCEEDED 02 09 to 02 15"]
    assert [item.view for item in flights.services.materializer.history("weather")] == [
        "weather@v2",
        "weather@v1",
        "weather@v1",
    ]


def test_one_that_fails_says_why_and_the_next_goes_over_the_same_time(flights: Flights) -> None:
    flights.apply()
    source = flights.folder / "weather.parquet"
    aside = source.rename(flights.folder / "aside")
    with pytest.raises(ExecutionFailed, match=r"weather\.parquet") as failed:
        bring(flights)
    assert failed.value.code == "materialization_failed"
    assert [item.state for item in flights.services.materializer.history("weather")] == ["FAILED"]
    aside.rename(source)
    assert bring(flights) == ["weather@v1 SUCCEEDED 02 09 to 02 12"]


def test_what_is_not_served_is_refused(flights: Flights) -> None:
    flights.apply()
    with pytest.raises(InvalidInput) as refused:
        bring(flights, NOON, "metric")
    assert refused.value.code == "view_not_online"
