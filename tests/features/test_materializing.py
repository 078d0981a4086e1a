"""Materialization: incremental, recorded, told where it fails; and what is served then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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


FOR_EVER = DEFINITIONS.replace("ttl=timedelta(hours=3),", "")
HALF_PAST, LATER = NOON + timedelta(minutes=30), NOON + timedelta(minutes=45)


def served(flights: Flights, origin: object) -> float | None:
    found: float | None = flights.services.materializer.online("weather", [{"origin": origin}])["temp"][0]
    return found


def wide(flights: Flights) -> None:
    settings = flights.folder / "feature_store.yaml"
    text = settings.read_text().replace("type: sqlite,", "type: jupyter_mlx.features.online.WideOnlineStore,")
    settings.write_text(text)


@pytest.mark.parametrize("store", ["sqlite", "wide"])
def test_a_view_that_comes_back_is_brought_from_the_start(flights: Flights, store: str) -> None:
    if store == "wide":
        wide(flights)
    flights.define(FOR_EVER)
    flights.apply()
    bring(flights, HALF_PAST)
    flights.define(DEFINITIONS[: DEFINITIONS.index("weather = FeatureView")])
    flights.apply()
    flights.define(FOR_EVER)
    assert flights.apply()["weather"] == "updated v1"
    [view] = [view for view in flights.services.features.views() if view.definition.name == "weather"]
    assert flights.services.overview.freshness([view])[view.id].state == "never"
    assert bring(flights, LATER) == ["weather@v1 SUCCEEDED 01 00 to 02 12"]
    assert served(flights, "JFK") == 68.0
    assert flights.services.overview.freshness([view])[view.id].state == "fresh"
    # The history is as it was.
    assert len(flights.services.materializer.history("weather")) == 2


@pytest.mark.parametrize("store", ["sqlite", "wide"])
def test_keys_of_another_type_are_brought_from_the_start(flights: Flights, store: str) -> None:
    if store == "wide":
        wide(flights)
    flights.define(FOR_EVER)
    flights.apply()
    bring(flights, HALF_PAST)
    path = flights.folder / "weather.parquet"
    frame = pd.read_parquet(path)
    frame.assign(origin=frame["origin"].map({"JFK": 1, "EWR": 2})).to_parquet(path)
    flights.define(FOR_EVER.replace("ValueType.STRING", "ValueType.INT64"))
    flights.apply()
    bring(flights, LATER)
    assert served(flights, 1) == 68.0


def test_a_version_of_another_source_is_served_also_where_that_source_ends_earlier(flights: Flights) -> None:
    wide(flights)
    flights.define(FOR_EVER)
    flights.apply()
    bring(flights)
    frame = pd.read_parquet(flights.folder / "weather.parquet")
    older = frame[frame["event_timestamp"] <= NOON - timedelta(hours=6)]
    older.assign(temp=older["temp"] + 1000).to_parquet(flights.folder / "other.parquet")
    flights.define(FOR_EVER.replace('path="weather.parquet"', 'path="other.parquet"'))
    flights.apply()
    bring(flights)
    assert served(flights, "JFK") == 1062.0
    assert flights.services.parity.check("weather").to_json()["unequal"] == 0


def test_anew_takes_back_what_the_source_no_longer_has_but_not_up_to_an_earlier_time(flights: Flights) -> None:
    wide(flights)
    flights.define(FOR_EVER)
    flights.apply()
    bring(flights)
    path = flights.folder / "weather.parquet"
    frame = pd.read_parquet(path)
    frame[frame["event_timestamp"] <= NOON - timedelta(hours=6)].to_parquet(path)
    materialize = flights.services.materializer.materialize
    materialize(user="ada", until=NOON - timedelta(hours=8), anew=True)
    assert served(flights, "JFK") == 68.0
    materialize(user="ada", until=NOON, anew=True)
    assert served(flights, "JFK") == 62.0


def test_files_by_a_pattern_tell_that_they_changed(flights: Flights) -> None:
    folder = flights.folder / "parts"
    folder.mkdir()
    path = (flights.folder / "weather.parquet").rename(folder / "first.parquet")
    flights.define(FOR_EVER.replace('path="weather.parquet"', 'path="parts/*.parquet"'))
    flights.apply()
    asked = labels(("JFK", "2013-01-02 06:30"))
    assert flights.training_set(asked, "weather").to_pandas()["temp"].tolist() == [62.0]
    bring(flights)
    frame = pd.read_parquet(path)
    frame.assign(temp=frame["temp"] + 1000).to_parquet(path)
    again = flights.training_set(asked, "weather")
    assert (again.cached, again.to_pandas()["temp"].tolist()) == (False, [1062.0])
    [done] = flights.services.materializer.materialize(user="ada", until=LATER, only_new=True, anew=True)
    assert (done.state, served(flights, "JFK")) == ("SUCCEEDED", 1068.0)


def test_up_to_a_time_to_come_leaves_nothing_out_afterwards(flights: Flights) -> None:
    now = flights.services.features.clock.now()
    flights.define(FOR_EVER)
    flights.apply()
    bring(flights, now + timedelta(days=30))
    path = flights.folder / "weather.parquet"
    frame = pd.read_parquet(path)
    newer = frame.tail(1).assign(event_timestamp=now + timedelta(days=1), temp=7.0)
    pd.concat([frame, newer]).to_parquet(path)
    bring(flights, now + timedelta(days=2))
    assert served(flights, "EWR") == 7.0
