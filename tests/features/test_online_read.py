"""What is read of the wide online store: the same as of Feast's own."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from feast import Entity, FeatureService, FeatureView, Field, RequestSource, ValueType
from feast.on_demand_feature_view import on_demand_feature_view
from feast.protos.feast.types.Value_pb2 import Value
from feast.types import Float64, Int64

from jupyter_mlx.errors import InvalidInput

from .online_repo import DRIVER, NOON, key, materialize, plain, read, repository, source, stats, view

pytestmark = pytest.mark.filterwarnings("ignore:On demand feature view is an experimental:RuntimeWarning")


def test_answers_are_feasts_own(tmp_path: Path) -> None:
    ours = repository(tmp_path / "ours", [DRIVER, stats(tmp_path / "ours")])
    theirs = plain(tmp_path / "theirs", [DRIVER, stats(tmp_path / "theirs")])
    drivers = [{"driver_id": number} for number in (3, 1, 9, 1, 2)]
    refs = ["stats:rating", "stats:trips"]
    for store in (ours, theirs):
        materialize(store)
    for options in ({}, {"full_feature_names": True}, {"include_feature_view_version_metadata": True}):
        mine, peer = (store.get_online_features(refs, drivers, **options) for store in (ours, theirs))
        assert mine.to_dict(True) == peer.to_dict(True)
        assert mine.to_df(True).equals(peer.to_df(True))
        assert mine.to_arrow().equals(peer.to_arrow())
        assert mine.proto == peer.proto
        assert mine.to_dict(True) == peer.to_dict(True), "after the message was made"


def test_a_service_with_an_alias_and_a_mapped_join_key_is_read_like_feasts(tmp_path: Path) -> None:
    answers = []
    for make, folder in ((repository, tmp_path / "ours"), (plain, tmp_path / "theirs")):
        its = stats(folder)
        first = its.with_name("first").with_join_key_map({"driver_id": "first_id"})
        second = its[["trips"]].with_name("second").with_join_key_map({"driver_id": "second_id"})
        service = FeatureService(name="pair", features=[first, second])
        store = make(folder, [DRIVER, its, service])
        materialize(store)
        rows = [{"first_id": 1, "second_id": 3}, {"first_id": 2, "second_id": 8}]
        answers.append(store.get_online_features(store.get_feature_service("pair"), rows, full_feature_names=True))
    assert answers[0].to_dict() == answers[1].to_dict()
    assert answers[0].proto == answers[1].proto
    assert answers[0].to_dict()["second__trips"] == [30, None]


def test_an_on_demand_view_is_computed_from_it(tmp_path: Path) -> None:
    answers = []
    for make, folder in ((repository, tmp_path / "ours"), (plain, tmp_path / "theirs")):
        its = stats(folder)
        asked = RequestSource(name="asked", schema=[Field(name="factor", dtype=Int64)])

        @on_demand_feature_view(
            sources=[its, asked], schema=[Field(name="scaled", dtype=Float64)], mode="python", singleton=False
        )
        def scaled(inputs: dict[str, Any]) -> dict[str, Any]:
            return {"scaled": [float(t * f) for t, f in zip(inputs["trips"], inputs["factor"], strict=True)]}

        store = make(folder, [DRIVER, its, asked, scaled])
        materialize(store)
        rows = [{"driver_id": 2, "factor": 3}, {"driver_id": 1, "factor": 5}]
        answers.append(store.get_online_features(["scaled:scaled", "stats:rating"], rows))
    assert answers[0].to_dict() == answers[1].to_dict()
    assert answers[0].to_dict()["scaled"] == [60.0, 50.0]


def test_an_on_demand_view_can_be_written(tmp_path: Path) -> None:
    answers = []
    for make, folder in ((repository, tmp_path / "ours"), (plain, tmp_path / "theirs")):
        its = stats(folder)

        @on_demand_feature_view(
            sources=[its],
            entities=[DRIVER],
            schema=[Field(name="double", dtype=Float64)],
            mode="pandas",
            write_to_online_store=True,
        )
        def doubled(inputs: pd.DataFrame) -> pd.DataFrame:
            return pd.DataFrame({"double": inputs["trips"] * 2.0})

        store = make(folder, [DRIVER, its, doubled])
        frame = pd.DataFrame({"driver_id": [1], "trips": [4], "rating": [0.5]})
        store.write_to_online_store("doubled", df=frame)
        found = store._get_provider().online_read(store.config, store.get_on_demand_feature_view("doubled"), [key(1)])
        answers.append({name: value for name, value in found[0][1].items() if name != "driver_id"})
    assert answers[0] == answers[1] == {"double": Value(double_val=8.0)}


def test_a_view_without_an_entity_has_one_row(tmp_path: Path) -> None:
    columns = {
        "fare": [1.5, 2.5],
        "event": pa.array([NOON - timedelta(hours=1), NOON], pa.timestamp("us", "UTC")),
    }
    answers = []
    for make, folder in ((repository, tmp_path / "ours"), (plain, tmp_path / "theirs")):
        at = source(folder / "fares.parquet", columns)
        its = FeatureView(name="stats", entities=[], schema=[Field(name="fare", dtype=Float64)], source=at)
        store = make(folder, [its])
        materialize(store)
        answers.append(store.get_online_features(["stats:fare"], [{"any": 1}, {"any": 2}]))
    assert answers[0].to_dict() == answers[1].to_dict()


def test_thousands_of_entities_come_in_one_state(tmp_path: Path) -> None:
    count = 5000
    columns = {
        "driver_id": range(count),
        "trips": range(count),
        "event": pa.array([NOON] * count, pa.timestamp("us", "UTC")),
    }
    at = source(
        tmp_path / "stats.parquet",
        {name: list(values) for name, values in columns.items()} | {"event": columns["event"]},
    )
    store = repository(tmp_path, [DRIVER, view(at, Field(name="trips", dtype=Int64))])
    materialize(store)
    asked = [*range(count), *range(count), -1]
    assert read(store, asked, "trips")["trips"] == [*range(count), *range(count), None]
    found = store._get_provider().online_read(store.config, store.get_feature_view("stats"), [key(n) for n in asked])
    assert [row and row["trips"].int64_val for _, row in found] == [*range(count), *range(count), None]


def test_join_keys_of_several_kinds_and_orders_find_the_same_rows(tmp_path: Path) -> None:
    zone = Entity(name="zone", join_keys=["zone"], value_type=ValueType.STRING)
    small = Entity(name="small", join_keys=["a_number"], value_type=ValueType.INT32)
    columns = {
        "zone": ["a", "ü", "a"],
        "a_number": pa.array([1, 1, 2], pa.int32()),
        "fare": [1.0, 2.0, 3.0],
        "event": pa.array([NOON] * 3, pa.timestamp("us", "UTC")),
    }
    answers = []
    for make, folder in ((repository, tmp_path / "ours"), (plain, tmp_path / "theirs")):
        at = source(folder / "fares.parquet", columns)
        its = FeatureView(name="stats", entities=[zone, small], schema=[Field(name="fare", dtype=Float64)], source=at)
        store = make(folder, [zone, small, its])
        materialize(store)
        rows = [{"a_number": n, "zone": z} for z, n in (("a", 2), ("ü", 1), ("a", 1), ("b", 1))]
        answers.append(store.get_online_features(["stats:fare"], rows).to_dict())
    assert answers[0] == answers[1]
    assert answers[0]["fare"] == [3.0, 2.0, 1.0, None]


def test_what_is_asked_wrongly_is_feasts_own_error(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    with pytest.raises(KeyError, match="Missing join key values"):
        store.get_online_features(["stats:trips"], [{"rider_id": 1}])
    with pytest.raises(ValueError, match="same keys"):
        store.get_online_features(["stats:trips"], [{"driver_id": 1}, {"rider_id": 1}])
    with pytest.raises(InvalidInput, match="A join key is null"):
        store.get_online_features(["stats:trips"], [{"driver_id": None}, {"driver_id": 1}])


def test_it_reads_and_writes_for_a_server_that_is_asynchronous(tmp_path: Path) -> None:
    store = repository(tmp_path, [DRIVER, stats(tmp_path)])
    its = store.get_feature_view("stats")
    row = (key(1), {"trips": Value(int64_val=7), "rating": Value()}, NOON, None)
    provider = store._get_provider()

    async def both() -> tuple[dict[str, Any], Any]:
        await provider.online_write_batch_async(store.config, its, [row], None)
        answer = await store.get_online_features_async(["stats:trips", "stats:rating"], [{"driver_id": 1}])
        read = await provider.online_read_async(store.config, its, [key(1)], ["trips"])
        await store.close()
        return answer.to_dict(), read

    answer, found = asyncio.run(both())
    assert answer == {"driver_id": [1], "trips": [7], "rating": [None]}
    assert found == [(NOON, {"trips": Value(int64_val=7)})]
