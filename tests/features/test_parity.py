"""Parity: what is served is what is stored, and where it is not that is told."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlx.errors import InvalidInput
from jupyter_mlx.features.parity import same

from .conftest import DEFINITIONS, Flights

pytestmark = pytest.mark.filterwarnings("ignore")
NOON = datetime(2013, 1, 2, 12, tzinfo=UTC)


def served(flights: Flights, until: datetime = NOON) -> Flights:
    flights.apply()
    flights.services.materializer.materialize(user="ada", until=until)
    return flights


def check(flights: Flights, view: str = "weather", **options: Any) -> dict[str, Any]:
    return flights.services.parity.check(view, **options).to_json()


@pytest.mark.parametrize("view", ["weather", "metric"])
def test_what_was_materialized_is_equal(flights: Flights, view: str) -> None:
    assert check(served(flights), view) == {"checked": 2, "equal": 2, "unequal": 0, "examples": []}


def test_a_row_that_is_changed_afterwards_is_told_with_both_values(flights: Flights) -> None:
    served(flights)
    path = flights.folder / "weather.parquet"
    frame = pd.read_parquet(path)
    frame.loc[frame["origin"] == "JFK", "temp"] += 1
    frame.to_parquet(path)
    found = check(flights)
    assert (found["checked"], found["unequal"]) == (2, 1)
    assert found["examples"] == [{"entity": {"origin": "JFK"}, "feature": "temp", "offline": 69.0, "online": 68.0}]


def test_a_value_that_is_served_past_its_time_to_live_is_told(flights: Flights) -> None:
    path = flights.folder / "weather.parquet"
    frame = pd.read_parquet(path)
    frame[(frame["origin"] == "EWR") | (frame["event_timestamp"] <= NOON)].to_parquet(path)
    served(flights)
    flights.services.materializer.materialize(user="ada", until=NOON + timedelta(hours=5))
    found = check(flights)
    # Of JFK nothing came for five hours: training sees null, who asks online the old value.
    assert {(item["entity"]["origin"], item["offline"]) for item in found["examples"]} == {("JFK", None)}


def test_some_entities_may_be_named_and_unknown_ones_are_equal(flights: Flights) -> None:
    served(flights)
    assert check(flights, entities=[{"origin": "LGA"}, {"origin": "JFK"}])["equal"] == 2
    assert check(flights, limit=1)["checked"] == 1


def test_what_is_not_served_can_not_be_compared(flights: Flights) -> None:
    flights.apply()
    with pytest.raises(InvalidInput) as never:
        check(flights)
    assert never.value.code == "never_materialized"
    flights.define(DEFINITIONS.replace("source=source,", "source=source,\n    online=False,"))
    flights.apply()
    with pytest.raises(InvalidInput) as offline:
        check(flights)
    assert offline.value.code == "view_not_online"


def test_a_new_version_is_not_what_is_served(flights: Flights) -> None:
    served(flights)
    flights.define(DEFINITIONS.replace("hours=3", "hours=6"))
    flights.apply()
    with pytest.raises(InvalidInput) as never:
        check(flights)
    assert never.value.code == "never_materialized"


# -- values --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offline", "online", "kind", "equal"),
    [
        (None, math.nan, "DOUBLE", True),
        (None, 0.0, "DOUBLE", False),
        (0.1, 0.10000000149011612, "FLOAT", True),
        (0.1, 0.10000000149011612, "DOUBLE", False),
        (1e300, math.inf, "FLOAT", True),
        ([1, None], [1, None], "INT64_LIST", True),
        ([1, 2], [2, 1], "INT64_LIST", False),
        (["a", "b"], ["b", "a"], "STRING_SET", True),
        ([1], [1, 1], "INT64_LIST", False),
        (NOON, NOON.replace(tzinfo=None), "UNIX_TIMESTAMP", True),
        (NOON, int(NOON.timestamp()), "UNIX_TIMESTAMP", True),
        (NOON, NOON + timedelta(seconds=1), "UNIX_TIMESTAMP", False),
        (b"\x00", b"\x00", "BYTES", True),
        ("a", "b", "STRING", False),
    ],
)
def test_values_are_one_within_their_type(offline: Any, online: Any, kind: str, equal: bool) -> None:
    assert same(offline, online, kind) is equal


@given(st.floats(width=32))
def test_a_float_of_32_bits_is_itself_in_64(value: float) -> None:
    assert same(value, float(value), "FLOAT")


NOWHERE = """\
from feast import FeatureView, Field, FileSource
from feast.types import Int64, UnixTimestamp

world = FeatureView(
    name="world",
    entities=[],
    schema=[Field(name="people", dtype=Int64), Field(name="since", dtype=UnixTimestamp)],
    source=FileSource(name="world_file", path="world.parquet", timestamp_field="time"),
)
"""


def test_a_view_without_entities_is_served_and_compared_also_of_times_before_1970(flights: Flights) -> None:
    time, since = datetime(2013, 1, 1, tzinfo=UTC), datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)
    people = 2**60 + 1
    pd.DataFrame({"time": [time], "people": [people], "since": [since]}).to_parquet(flights.folder / "world.parquet")
    flights.define(NOWHERE)
    served(flights)
    assert flights.services.materializer.online("world", [{}])["people"] == [people]
    assert check(flights, "world") == {"checked": 1, "equal": 1, "unequal": 0, "examples": []}
    assert flights.services.feature_statistics.compute("world")["parity"]["equal"] == 1
