"""The example project's features: nothing from the future, and the same online as offline, for every view."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_mlx.errors import InvalidInput
from jupyter_mlx.project import create_project
from jupyter_mlx.services import Services

from ..support import make_settings

pytestmark = pytest.mark.filterwarnings("ignore")
UNTIL = datetime(2013, 12, 20, 22, tzinfo=UTC)
KEYS = {
    "weather": ["origin"],
    "airport_load": ["origin"],
    "airport_delays": ["origin"],
    "desk_delays": ["origin", "carrier"],
    "carrier_history": ["carrier"],
    "plane_history": ["tailnum"],
    "flight_terms": ["origin", "bearing", "minute_of_day"],
}


class Example:
    """The project, built and applied; the tables of flights by pandas, for comparison."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "nyc-flights"
        create_project(self.folder, "nyc-flights")
        self.build()
        self.services = Services(make_settings(folder))
        applied = self.services.features.apply(str(self.folder / "features"), "ada")
        self.changes = {change.name: change.change for change in applied.changes}
        place = importlib.util.spec_from_file_location("example_flights", self.folder / "flights.py")
        assert place is not None
        assert place.loader is not None
        self.module = importlib.util.module_from_spec(place)
        place.loader.exec_module(self.module)

    def build(self) -> str:
        """Make the features' data; what that printed."""
        command = [sys.executable, "build_features.py"]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True).stdout

    @cached_property
    def labels(self) -> pd.DataFrame:
        """All flights that left."""
        return self.module.labels()

    @cached_property
    def raw(self) -> pd.DataFrame:
        """All scheduled flights, with the moments at which they were to leave and left."""
        flights = self.module.read("flights")
        flights["scheduled"] = flights["time_hour"] + pd.to_timedelta(flights["minute"], unit="min")
        flights["departed"] = flights["scheduled"] + pd.to_timedelta(flights["dep_delay"], unit="min")
        flights["late"] = flights["dep_delay"] > self.module.LATE_MINUTES
        return flights

    def training_set(self, labels: pd.DataFrame, features: Any) -> Any:
        """A training set of the project."""
        return self.services.training_sets.make(labels, features, user="ada", project="nyc_flights", target="late")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    made = Example(tmp_path_factory.mktemp("example"))
    yield made
    made.services.close()


@pytest.fixture(scope="module")
def sample(example: Example) -> pd.DataFrame:
    """Some flights of the whole year, with all features."""
    chosen = example.labels.sample(200, random_state=7).sort_values("event_timestamp").reset_index(drop=True)
    return example.training_set(chosen, "delay_v1_planes").to_pandas()


def test_all_views_are_applied_and_data_that_are_there_stay(example: Example) -> None:
    assert example.changes == dict.fromkeys(KEYS, "created")
    files = {path: path.stat().st_mtime_ns for path in (example.folder / "data").glob("*.parquet")}
    assert len(files) == 6
    assert "All is there" in example.build()
    assert {path: path.stat().st_mtime_ns for path in files} == files


def test_the_model_s_features_tell_no_answer_and_lose_no_flight(example: Example) -> None:
    made = example.training_set(example.labels, "delay_v1")
    assert made.record["rows"] == len(example.labels) == 328_521
    assert made.record["leakage"] == []
    for view, counts in made.record["views"].items():
        if "matched" in counts:
            assert counts["matched"] > 0.99 * made.record["rows"], view


def test_schedule_and_weather_are_what_a_join_by_hours_gives(example: Example) -> None:
    labels = example.labels.sample(20_000, random_state=1).sort_index()
    found = example.training_set(labels, "delay_v0").to_pandas()
    before = example.module.load()
    keys = ["date", "origin", "hour"]
    weather = [name for name in example.module.NUMERIC if name != "distance"]
    hourly = before.groupby(keys)[weather].agg(["min", "max"])
    for name in weather:
        pair = hourly[name].reindex(pd.MultiIndex.from_frame(found[keys]))
        known = pair["min"].notna().to_numpy()
        # An hour of autumn happens twice, with weather of its own: either is right by the local clock.
        values = found[name].to_numpy()[known]
        assert ((pair["min"].to_numpy()[known] <= values) & (values <= pair["max"].to_numpy()[known])).all(), name


def test_what_airports_and_carriers_did_is_counted_up_to_the_label_only(example: Example, sample: pd.DataFrame) -> None:
    raw = example.raw
    at = dict(tuple(raw.groupby("origin")))
    for _, row in sample.iterrows():
        ten, half = (row["event_timestamp"].floor(f"{minutes}min") for minutes in (10, 30))
        here = at[row["origin"]]
        gone = here[(here["departed"] <= ten) & (here["departed"] >= ten - pd.Timedelta(hours=1))]
        same(row["airport_late_1h"], gone["late"].mean())
        same(row["airport_delay_1h"], gone["dep_delay"].clip(upper=180).mean())
        same(row["airport_overdue"], overdue(here, ten))
        same(row["desk_overdue"], overdue(here[here["carrier"] == row["carrier"]], half))
        desk = here[(here["carrier"] == row["carrier"]) & (here["departed"] <= half)]
        desk = desk[desk["departed"] >= half - pd.Timedelta(hours=2)]
        same(row["desk_late_2h"], desk["late"].mean())


def overdue(flights: pd.DataFrame, moment: pd.Timestamp) -> int:
    """Flights that should have left a quarter of an hour ago, and have not; three hours later nobody waits any more."""
    waited = (flights["scheduled"] + pd.Timedelta(minutes=15) <= moment) & (
        moment < flights["scheduled"] + pd.Timedelta(hours=3)
    )
    still = flights["departed"].isna() | (flights["departed"] > moment)
    return int((waited & still & (flights["late"] | flights["departed"].isna())).sum())


def same(found: float, expected: float) -> None:
    assert (pd.isna(found) and pd.isna(expected)) or found == pytest.approx(expected), (found, expected)


def test_histories_hold_flights_that_had_landed_only(example: Example, sample: pd.DataFrame) -> None:
    flown = example.raw[example.raw["arr_time"].notna() & example.raw["dep_delay"].notna()].copy()
    # A flight is in the air for its `air_time` at least: none counts before that is over.
    earliest = flown["departed"] + pd.to_timedelta(flown["air_time"].fillna(0), unit="min")
    planes = {name: part.index for name, part in flown.groupby("tailnum")}
    seen = 0
    for _, row in sample.dropna(subset=["plane_departure_delay"]).iterrows():
        own = flown.loc[planes[row["tailnum"]]]
        landed = own[earliest[own.index] <= row["event_timestamp"]]
        match = landed[
            (landed["dep_delay"] == row["plane_departure_delay"])
            & ((landed["arr_delay"] == row["plane_arrival_delay"]) | landed["arr_delay"].isna())
        ]
        assert len(match), row
        seen += 1
    assert seen > 150


def test_the_future_changes_nothing_of_the_past(example: Example, tmp_path: Path) -> None:
    """From one night on all flights are three hours later: what was known until then stays as it was."""
    night = pd.Timestamp("2013-07-10 04:00", tz="UTC")
    script = f"""
import sys
from pathlib import Path
import pandas as pd
import flights as nyc
import build_features

read = nyc.read


def later(table):
    frame = read(table)
    if table == "flights":
        frame.loc[frame["time_hour"] >= pd.Timestamp("{night}"), ["dep_delay", "arr_delay"]] += 180
    return frame


nyc.read = later
build_features.build(Path(sys.argv[1]))
"""
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "data")], cwd=example.folder, check=True)
    for name in ("airport_delays", "desk_delays", "carrier_history", "plane_history"):
        order = ["event_timestamp", *KEYS[name]]
        pair = []
        for folder in (example.folder, tmp_path):
            table = pd.read_parquet(folder / "data" / f"{name}.parquet")
            table = table[table["event_timestamp"] < night]
            pair.append(table.sort_values([*order, *table.columns.difference(order)], ignore_index=True))
        assert len(pair[0]) > 1_000
        pd.testing.assert_frame_equal(*pair)


@pytest.mark.parametrize("name", KEYS)
def test_online_is_offline_at_that_time(example: Example, name: str) -> None:
    materializer = example.services.materializer
    if name != "flight_terms":
        materializer.materialize([name], user="ada", until=UNTIL)
    else:
        materializer.materialize(["weather"], user="ada", until=UNTIL)
    entities = example.labels[KEYS[name]].dropna().drop_duplicates().sort_values(KEYS[name])
    if name == "flight_terms":
        entities = entities.sample(300, random_state=3)
    entities = entities.reset_index(drop=True)
    labels = entities.assign(event_timestamp=pd.Timestamp(UNTIL), late=0)
    offline = example.training_set(labels, [name]).to_pandas()
    rows = [{key: plain(value) for key, value in row.items()} for row in entities.to_dict("records")]
    online = pd.DataFrame(materializer.online([name], rows, "nyc_flights"))
    features = [item.name for item in example.services.features.view(name).definition.features]
    assert len(online) == len(entities)
    assert offline[features].notna().any(axis=None)
    for feature in features:
        np.testing.assert_array_equal(
            online[feature].astype("float64").to_numpy(), offline[feature].astype("float64").to_numpy(), feature
        )


def plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def test_what_a_view_takes_from_the_request_is_told_and_asked_for(example: Example) -> None:
    definition = example.services.features.view("flight_terms").definition
    assert {item.name: item.type for item in definition.request} == {"bearing": "DOUBLE", "minute_of_day": "DOUBLE"}
    with pytest.raises(InvalidInput) as refused:
        example.services.materializer.online(["flight_terms"], [{"origin": "JFK", "bearing": 90.0}], "nyc_flights")
    assert refused.value.code == "entity_invalid"
    assert "`minute_of_day`" in refused.value.message
    assert "`bearing`, `minute_of_day`, `origin`" in refused.value.remedy
