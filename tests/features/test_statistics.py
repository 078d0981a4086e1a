"""Statistics of views: what the source holds, and drift from what was trained on."""

from __future__ import annotations

import json

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from jupyter_mlx.errors import InvalidInput, Unavailable
from jupyter_mlx.features.drift import PSI, find_drift, stability_index

from .conftest import DEFINITIONS, Flights, labels

pytestmark = pytest.mark.filterwarnings("ignore")
FOR_EVER = DEFINITIONS.replace("ttl=timedelta(hours=3)", "ttl=timedelta(days=90000)")


def statistics(flights: Flights, view: str = "weather") -> dict[str, object]:
    return flights.services.feature_statistics.compute(view)


def trained(flights: Flights) -> None:
    rows = [(airport, f"2013-01-01 {hour:02}:00") for airport in ("JFK", "EWR") for hour in range(24)]
    flights.training_set(labels(*rows), ["weather"], name="first day")


def append(flights: Flights, **values: object) -> None:
    """A week of weather behind the two days."""
    path = flights.folder / "weather.parquet"
    hours = pd.date_range("2013-01-03", periods=168, freq="h", tz="UTC")
    more = pd.DataFrame({"origin": "JFK", "event_timestamp": hours, "created": hours, **values})
    pd.concat([pd.read_parquet(path), more]).to_parquet(path)


def test_counts_and_profiles_are_those_of_the_source(flights: Flights) -> None:
    flights.apply()
    found = statistics(flights)
    assert (found["rows"], found["entities"], found["baseline"], found["drift"]) == (96, 2, None, [])
    assert (found["first"], found["last"]) == ("2013-01-01T00:00:00.000Z", "2013-01-02T23:00:00.000Z")
    temp = found["columns"][0]
    assert (temp["name"], temp["min"], temp["max"], temp["mean"], temp["nulls"]) == ("temp", 32.0, 79.0, 55.5, 0)
    assert found["parity"] is None  # nothing is served
    principal = flights.services.principal()
    assert flights.services.feature_statistics.stored("weather", principal) == json.loads(json.dumps(found))


def test_only_aggregates_are_kept(flights: Flights) -> None:
    flights.apply()
    kept = json.dumps(statistics(flights))
    assert "JFK" not in kept
    assert "EWR" not in kept


def test_what_did_not_change_did_not_drift(flights: Flights) -> None:
    flights.define(FOR_EVER)
    flights.apply()
    trained(flights)
    rng = np.random.default_rng(7)
    append(flights, temp=rng.uniform(32, 55, 168), wind=[float(index % 7) for index in range(168)])
    found = statistics(flights)
    assert found["baseline"]["name"] == "first day"
    by_wind = {item["test"]: item for item in found["drift"] if item["feature"] == "wind"}
    assert by_wind["missing"]["statistic"] == 0
    assert by_wind["psi"]["statistic"] == pytest.approx(0, abs=0.05)
    assert not by_wind["psi"]["drifted"]


def test_what_came_later_and_is_other_drifted(flights: Flights) -> None:
    flights.define(FOR_EVER)
    flights.apply()
    trained(flights)
    append(flights, temp=[200.0] * 168, wind=[None if index % 2 else 1.0 for index in range(168)])
    drifted = {(item["feature"], item["test"]): item["drifted"] for item in statistics(flights)["drift"]}
    assert drifted[("temp", "psi")]
    assert not drifted[("temp", "missing")]
    assert drifted[("wind", "missing")]


def test_texts_drift_by_their_values_and_lists_only_by_what_is_missing(flights: Flights) -> None:
    text = FOR_EVER.replace("Float32, Float64", "Array, Float32, Float64, String")
    schema = 'schema=[Field(name="sky", dtype=String), Field(name="gusts", dtype=Array(Float64))]'
    text = text.replace('schema=[Field(name="temp", dtype=Float64), Field(name="wind", dtype=Float64)]', schema, 1)
    text = text[: text.index("@on_demand")]
    path = flights.folder / "weather.parquet"
    frame = pd.read_parquet(path)
    frame["sky"], frame["gusts"] = ["clear", "cloudy"] * 48, [[1.0, 2.0]] * 96
    frame.to_parquet(path)
    flights.define(text)
    flights.apply()
    trained(flights)
    append(flights, sky="fog", gusts=[[1.0]] * 168)
    found = {(item["feature"], item["test"]): item for item in statistics(flights)["drift"]}
    assert found[("sky", "psi")]["drifted"]
    assert found[("gusts", "psi")]["statistic"] is None
    assert not found[("gusts", "missing")]["drifted"]


def test_the_index_is_that_of_the_formula() -> None:
    assert stability_index([50, 50], [50, 50]) == 0
    expected = (0.5 - 0.7) * np.log(0.5 / 0.7) + (0.5 - 0.3) * np.log(0.5 / 0.3)
    assert stability_index([50, 50], [70, 30]) == pytest.approx(expected, abs=1e-6)
    empty = stability_index([100, 0], [0, 100])
    assert empty is not None
    assert empty > 10
    assert stability_index([1, 2], [0, 0]) is None


def test_a_view_that_is_computed_has_no_statistics_of_its_own(flights: Flights) -> None:
    flights.apply()
    with pytest.raises(InvalidInput) as refused:
        statistics(flights, "metric")
    assert refused.value.code == "view_computed"
    assert "`weather`" in refused.value.remedy


def test_a_source_that_can_not_be_read_keeps_what_was_known(flights: Flights) -> None:
    flights.apply()
    before = statistics(flights)
    (flights.folder / "weather.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(Unavailable) as refused:
        statistics(flights)
    assert refused.value.code == "source_unreadable"
    kept = flights.services.feature_statistics.stored("weather", flights.services.principal())
    assert kept == json.loads(json.dumps(before))


def test_an_empty_source_has_empty_statistics(flights: Flights) -> None:
    path = flights.folder / "weather.parquet"
    pd.read_parquet(path).head(0).to_parquet(path)
    flights.apply()
    found = statistics(flights)
    assert (found["rows"], found["entities"], found["first"], found["last"]) == (0, 0, None, None)


def drift(before: object, now: object) -> dict[str, float | None]:
    with duckdb.connect() as connection:
        connection.register("before", pa.table({"x": before}))
        connection.register("now", pa.table({"x": now}))
        return {item.test: item.statistic for item in find_drift(connection, "before", "now", ["x"])}


def test_a_label_of_a_feature_s_name_is_not_held_against_that_feature(flights: Flights) -> None:
    flights.define(FOR_EVER)
    flights.apply()
    rows = [("JFK", f"2013-01-01 {hour:02}:00") for hour in range(24)]
    flights.training_set(labels(*rows, wind=[9999.0] * 24), ["weather:temp"])
    assert {item["feature"] for item in statistics(flights)["drift"]} == {"temp"}


def test_nan_is_a_missing_value_and_infinity_is_one_of_its_own() -> None:
    rng = np.random.default_rng(1)
    few = [pa.array(rng.choice([1.0, 2.0, np.nan], 1000)) for _ in range(2)]
    assert drift(*few)["psi"] == pytest.approx(0, abs=0.02)
    many = rng.normal(size=1000)
    assert drift(many, pa.array([np.nan] * 1000)) == {"psi": None, "missing": 1.0}
    infinite = drift(many, [np.inf] * 1000)["psi"]
    assert infinite is not None
    assert infinite > PSI


def test_of_a_few_values_and_of_another_type_nothing_is_said() -> None:
    rng = np.random.default_rng(1)
    assert drift(rng.normal(size=15), rng.normal(size=1000))["psi"] is None
    assert drift(rng.normal(size=100), [f"a{number}" for number in range(100)])["psi"] is None
