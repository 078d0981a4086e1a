"""What is written to the wide online store: the newest row, whole batches, times as they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from feast import Field, PushSource
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.types import Float64, Int64

from jupyter_mlx.errors import InvalidInput

from .online_repo import DRIVER, NOON, key, materialize, read, repository, stats, statuses, view, write


def test_the_newest_row_stays_whatever_order_rows_come_in(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    hour = timedelta(hours=1)

    def trips(number: int) -> dict[str, Value]:
        return {"trips": Value(int64_val=number), "rating": Value()}

    write(store, 1, NOON, NOON, **trips(1))
    write(store, 1, NOON - hour, NOON + hour, **trips(2))
    assert read(store, [1], "trips")["trips"] == [1], "an older event"
    write(store, 1, NOON, NOON - hour, **trips(3))
    assert read(store, [1], "trips")["trips"] == [1], "of the same event, made earlier"
    write(store, 1, NOON, NOON, **trips(4))
    assert read(store, [1], "trips")["trips"] == [4], "the same stamps: the last that was written"
    write(store, 1, NOON, None, **trips(5))
    assert read(store, [1], "trips")["trips"] == [5], "nobody knows when it was made"
    write(store, 1, (NOON + timedelta(microseconds=1)).replace(tzinfo=None), NOON - hour, **trips(6))
    assert read(store, [1], "trips")["trips"] == [6], "a microsecond newer, in UTC without saying so"


def test_nanoseconds_count(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    moment = pd.Timestamp("2026-03-01T12:00:00.000000007", tz="UTC")
    write(store, 1, moment, trips=Value(int64_val=7))
    write(store, 1, moment - pd.Timedelta(1, "ns"), trips=Value(int64_val=6))
    assert read(store, [1], "trips")["trips"] == [7]
    answer = store.get_online_features(["stats:trips"], [{"driver_id": 1}]).proto
    assert answer.results[1].event_timestamps[0].nanos == 7


@pytest.mark.parametrize("moment", [pd.NaT, None, datetime(9999, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)])
def test_a_time_that_can_not_be_kept_is_refused(tmp_path: Path, moment: Any) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    with pytest.raises(InvalidInput, match=r"null|outside"):
        write(store, 1, moment, trips=Value(int64_val=7))


def test_a_batch_is_kept_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    its = store.get_feature_view("stats")
    good = [(key(number), {"trips": Value(int64_val=number)}, NOON, None) for number in range(100)]
    provider = store._get_provider()
    for bad in ({"tripz": Value(int64_val=1)}, {"trips": Value(int64_val=1), "tripz": Value()}):
        with pytest.raises(InvalidInput, match="no feature 'tripz'"):
            provider.online_write_batch(store.config, its, [*good, (key(7), bad, NOON, None)], None)
    null = EntityKey(join_keys=["driver_id"], entity_values=[Value()])
    with pytest.raises(InvalidInput, match="A join key is null"):
        provider.online_write_batch(store.config, its, [*good, (null, good[0][1], NOON, None)], None)
    assert statuses(store, range(100), "trips") == [3] * 100
    told: list[int] = []
    provider.online_write_batch(store.config, its, good, told.append)
    assert told == [100]
    assert statuses(store, range(100), "trips") == [1] * 100


def test_a_part_of_the_features_leaves_the_others(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    write(store, 1, NOON, trips=Value(int64_val=7))
    assert statuses(store, [1], "rating") == [3]
    write(store, 1, NOON, rating=Value(double_val=0.5))
    found = read(store, [1], "trips", "rating")
    assert (found["trips"], found["rating"]) == ([7], [0.5])
    write(store, 1, NOON, rating=Value())
    assert statuses(store, [1], "rating") == [1], "null, but written"


def test_a_pushed_row_is_served(tmp_path: Path) -> None:
    batch = stats(tmp_path).batch_source
    pushed = PushSource(name="pushed", batch_source=batch)
    its = view(pushed, Field(name="trips", dtype=Int64), Field(name="rating", dtype=Float64))
    store = repository(tmp_path, [DRIVER, pushed, its])
    frame = pd.DataFrame(
        {"driver_id": [5, 1], "trips": [1, 2], "rating": [0.5, None], "event": [NOON] * 2, "created": [NOON] * 2}
    )
    store.push("pushed", frame)
    assert read(store, [1, 5], "trips")["trips"] == [2, 1]
    materialize(store)
    found = read(store, [1, 2, 5], "trips")["trips"]
    assert found == [10, 20, 1], "of the same stamps the last one written, pushed or not"
