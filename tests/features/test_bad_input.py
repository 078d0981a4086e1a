"""What is wrong with labels, references and sources is said at once, with what to do; what is merely odd is right."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from jupyter_mlx.errors import ExecutionFailed, InvalidInput, MlxError, NotFound

from .conftest import DEFINITIONS, Flights, labels

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def applied(flights: Flights) -> Flights:
    """The repository, applied."""
    flights.apply()
    return flights


def refused(flights: Flights, asked: Any, features: Any = "weather") -> MlxError:
    """The error; no training set and no folder came of it."""
    with pytest.raises(MlxError) as caught:
        flights.training_set(asked, features)
    folder = flights.services.training_sets.folder
    assert not folder.exists() or list(folder.iterdir()) == []
    assert caught.value.remedy
    return caught.value


def test_labels_without_the_join_key(applied: Flights) -> None:
    asked = labels(("JFK", "2013-01-01 05:30")).rename(columns={"origin": "orgin"})
    error = refused(applied, asked)
    assert (error.code, "`orgin`" in str(error.remedy)) == ("label_key_missing", True)


def test_labels_without_a_time(applied: Flights) -> None:
    assert refused(applied, pd.DataFrame({"origin": ["JFK"]})).code == "event_timestamp_missing"


@pytest.mark.parametrize("gap", [None, pd.NaT])
def test_a_label_whose_time_is_null(applied: Flights, gap: Any) -> None:
    asked = labels(("JFK", "2013-01-01 05:30"), ("EWR", "2013-01-01 05:30"))
    asked.loc[1, "event_timestamp"] = gap
    made = applied.training_set(asked, "weather")
    assert made.to_pandas()["temp"].fillna(-1).tolist() == [37.0, -1], "it finds nothing, and stays"
    assert made.record["views"]["weather@v1"]["missing"] == 1


def test_times_without_a_zone_are_utc_and_mixed_ones_are_instants(applied: Flights) -> None:
    naive = pd.DataFrame({"origin": ["JFK"], "event_timestamp": [pd.Timestamp("2013-01-01 05:30")]})
    assert applied.training_set(naive, "weather").to_pandas()["temp"].tolist() == [37.0]
    mixed = pd.DataFrame(
        {
            "origin": ["JFK"] * 3,
            "event_timestamp": [
                pd.Timestamp("2013-01-01 05:30", tz="UTC"),
                pd.Timestamp("2013-01-01 00:30", tz="America/New_York"),
                pd.Timestamp("2013-01-01 06:30", tz="Europe/Warsaw"),
            ],
        }
    )
    table = pa.table(
        {
            "origin": mixed["origin"],
            "event_timestamp": pa.array(
                [t.tz_convert("UTC") for t in mixed["event_timestamp"]], pa.timestamp("us", "America/New_York")
            ),
        }
    )
    assert applied.training_set(table, "weather").to_arrow().column("temp").to_pylist() == [37.0] * 3
    made = applied.training_set(mixed.assign(event_timestamp=[str(t) for t in mixed["event_timestamp"]]), "weather")
    assert made.to_pandas()["temp"].tolist() == [37.0] * 3


def test_a_nanosecond_decides(applied: Flights) -> None:
    before, at = (pd.Timestamp(f"2013-01-01 {text}", tz="UTC") for text in ("04:59:59.999999999", "05:00:00"))
    asked = pd.DataFrame({"origin": ["EWR", "EWR"], "event_timestamp": [before, at]})
    assert applied.training_set(asked, "weather").to_pandas()["temp"].tolist() == [36.0, 37.0]


def test_labels_that_are_equal_are_labels_each(applied: Flights) -> None:
    asked = labels(*[("EWR", "2013-01-01 05:30")] * 3, late=[0, 1, 1])
    frame = applied.training_set(asked, "weather").to_pandas()
    assert frame["temp"].tolist() == [37.0] * 3
    assert frame["late"].tolist() == [0, 1, 1]


def test_an_entity_that_nobody_knows_finds_nothing(applied: Flights) -> None:
    made = applied.training_set(labels(("XXX", "2013-01-01 05:30")), "weather")
    assert made.to_pandas()["temp"].isna().all()
    assert made.record["views"]["weather@v1"]["missing"] == 1
    applied.services.materializer.materialize(user="ada", until=datetime(2013, 1, 2, tzinfo=UTC))
    assert applied.services.materializer.online("weather", [{"origin": "XXX"}])["temp"] == [None]


def test_no_labels_at_all(applied: Flights) -> None:
    made = applied.training_set(labels(("EWR", "2013-01-01 05:30")).iloc[:0], "delay")
    assert made.record["rows"] == 0
    assert {"temp", "wind", "celsius"} <= set(made.to_arrow().column_names)


@pytest.mark.parametrize(
    ("features", "code", "remedy"),
    [
        ("weather:wnd", "feature_unknown", "Did you mean `weather:wind`?"),
        ("weahter:wind", "view_unknown", "Did you mean `weather`?"),
        (["weather:temp", "metric:celcius"], "feature_unknown", "Did you mean `metric:celsius`?"),
    ],
)
def test_a_reference_with_a_typo_is_told_what_is_near(applied: Flights, features: Any, code: str, remedy: str) -> None:
    error = refused(applied, labels(("EWR", "2013-01-01 05:30")), features)
    assert (error.code, error.remedy) == (code, remedy)
    with pytest.raises(NotFound) as online:
        applied.services.materializer.online(features, [{"origin": "JFK"}])
    assert (online.value.code, online.value.remedy) == (code, remedy)


def change(flights: Flights, **columns: Any) -> None:
    """Write the source anew, with other columns."""
    source = flights.folder / "weather.parquet"
    pd.read_parquet(source).assign(**columns).to_parquet(source, index=False)


def test_a_source_whose_type_changed(applied: Flights) -> None:
    change(applied, temp="warm")
    asked = labels(("EWR", "2013-01-01 05:30"))
    for features in ("weather", "metric", "delay"):
        error = refused(applied, asked, features)
        assert (error.code, "`weather:temp` is DOUBLE" in error.message) == ("source_type_changed", True)
    with pytest.raises(ExecutionFailed, match="temp") as failed:
        applied.services.materializer.materialize(user="ada", until=datetime(2013, 1, 2, tzinfo=UTC))
    assert failed.value.code == "materialization_failed"


def test_a_source_whose_times_became_numbers(applied: Flights) -> None:
    change(applied, event_timestamp=1.5)
    error = refused(applied, labels(("EWR", "2013-01-01 05:30")))
    assert "event_timestamp" in error.message


def test_an_empty_source(applied: Flights) -> None:
    source = applied.folder / "weather.parquet"
    pd.read_parquet(source).iloc[:0].to_parquet(source, index=False)
    made = applied.training_set(labels(("EWR", "2013-01-01 05:30")), "delay")
    assert made.to_pandas()[["temp", "wind", "celsius"]].isna().all(axis=None)
    [finding] = [item for item in made.record["leakage"] if item["kind"] == "missing"]
    assert finding["feature"] == "weather"
    [done] = applied.services.materializer.materialize(user="ada", until=datetime(2013, 1, 2, tzinfo=UTC))
    assert done.state == "SUCCEEDED"


def test_a_source_that_is_gone(applied: Flights) -> None:
    (applied.folder / "weather.parquet").unlink()
    error = refused(applied, labels(("EWR", "2013-01-01 05:30")))
    assert "weather.parquet" in error.message


def test_a_view_whose_entity_is_not_defined(flights: Flights) -> None:
    flights.define(DEFINITIONS.replace("entities=[origin]", "entities=[destination]"))
    with pytest.raises(InvalidInput, match="destination") as error:
        flights.apply()
    assert error.value.code == "repository_invalid"
    assert flights.services.features.views() == []
