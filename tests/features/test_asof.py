"""What a caller of the offline store sees: columns, names, errors, on-demand views, and labels that are not lost."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from feast import FeatureStore, FeatureView, Field, FileSource, RequestSource, ValueType
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float64, Int64, String

from jupyter_mlx.errors import Conflict, ExecutionFailed, InvalidInput, NotFound, Unavailable
from jupyter_mlx.features.asof_engine import Engine, Limits, steadily

from .asof_repo import apply, entity, open_repo

DAY = pd.Timestamp("2026-03-01", tz="UTC")
DASK = "dask"


def hours(*values: float) -> list[pd.Timestamp]:
    """Times after the day's start."""
    return [DAY + pd.Timedelta(hours=value) for value in values]


def write(path: Path, **columns: Any) -> Path:
    """A Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)
    return path


def trips(
    folder: Path, *, ttl: timedelta | None = timedelta(hours=2), store: str | None = None, **options: Any
) -> FeatureStore:
    """A repository with one view of one key."""
    source = FileSource(name="trips_file", path=str(folder / "trips.parquet"), timestamp_field="event_timestamp")
    view = FeatureView(
        name="trips",
        entities=[entity("driver")],
        ttl=ttl,
        schema=[Field(name="driver", dtype=Int64), Field(name="count", dtype=Int64)],
        source=source,
    )
    chosen = {} if store is None else {"store": store}
    return open_repo(folder, entity("driver"), view, **chosen, **options)


@pytest.fixture
def store(tmp_path: Path) -> FeatureStore:
    """Two drivers, each with a trip at one and at two o'clock."""
    write(tmp_path / "trips.parquet", driver=[1, 1, 2, 2], count=[10, 11, 20, 21], event_timestamp=hours(1, 2, 1, 2))
    return trips(tmp_path)


def test_labels_whose_features_are_expired_stay_where_feasts_default_loses_them(tmp_path: Path) -> None:
    write(tmp_path / "trips.parquet", driver=[1, 2], count=[10, 20], event_timestamp=hours(1, 20))
    labels = pd.DataFrame({"driver": [1, 2, 1], "event_timestamp": hours(21, 21, 22), "target": [0, 1, 2]})

    theirs = trips(tmp_path, store=DASK).get_historical_features(labels, ["trips:count"]).to_df()
    ours = trips(tmp_path).get_historical_features(labels, ["trips:count"]).to_df()

    assert theirs["target"].tolist() == [1]
    assert ours["target"].tolist() == [0, 1, 2]
    assert [None if pd.isna(value) else value for value in ours["count"]] == [None, 20, None]


def test_equal_labels_each_keep_their_row(store: FeatureStore) -> None:
    labels = pd.DataFrame({"driver": [1, 1, 1], "event_timestamp": hours(2.5, 2.5, 2.5), "target": [5, 6, 7]})
    found = store.get_historical_features(labels, ["trips:count"]).to_df()
    assert found["target"].tolist() == [5, 6, 7]
    assert found["count"].tolist() == [11, 11, 11]


def test_the_labels_own_columns_come_first_as_they_were_given(store: FeatureStore) -> None:
    store.config.coerce_tz_aware = False
    labels = pd.DataFrame(
        {
            "note": ["a", None],
            "colour": pd.Categorical(["red", "blue"]),
            "event_timestamp": pd.to_datetime(["2026-03-01 03:00", "2026-03-01 03:30"]).tz_localize("Europe/Paris"),
            "driver": [2, 1],
            "vector": [np.array([1.0, 2.0]), None],
            "span": pd.to_timedelta([1, 2], unit="h"),
        },
        index=[7, 7],
    )
    found = store.get_historical_features(labels, ["trips:count"]).to_df()
    assert list(found.columns) == [*labels.columns, "count"]
    assert found["count"].tolist() == [21, 11]
    pd.testing.assert_frame_equal(found[list(labels.columns)], labels.reset_index(drop=True))


def test_labels_may_be_a_query(store: FeatureStore, tmp_path: Path) -> None:
    write(tmp_path / "labels.parquet", driver=[2, 1], event_timestamp=hours(2, 1), target=["x", "y"])
    job = store.get_historical_features("SELECT * FROM 'labels.parquet' ORDER BY target DESC", ["trips:count"])
    assert job.metadata is not None
    assert job.metadata.max_event_timestamp == hours(2)[0].to_pydatetime()
    assert job.metadata.keys == ["driver", "target"]
    found = job.to_df()
    assert found[["target", "count"]].to_numpy().tolist() == [["y", 10], ["x", 21]]


def test_without_labels_every_key_of_the_range_is_looked_up_at_its_end(store: FeatureStore) -> None:
    first, last = (moment.to_pydatetime() for moment in hours(1.5, 3))
    found = store.get_historical_features(features=["trips:count"], start_date=first, end_date=last).to_df()
    assert found[["driver", "count"]].to_numpy().tolist() == [[1, 11], [2, 21]]
    assert set(found["event_timestamp"]) == {hours(3)[0]}


def test_no_labels_give_no_rows_and_all_columns(store: FeatureStore) -> None:
    labels = pd.DataFrame({"driver": pd.Series([], dtype="int64"), "event_timestamp": pd.to_datetime([])})
    found = store.get_historical_features(labels, ["trips:count"]).to_df()
    assert list(found.columns) == ["driver", "event_timestamp", "count"]
    assert len(found) == 0


def test_times_beyond_nanoseconds_compare_with_those_within(tmp_path: Path) -> None:
    stamps = pa.array([DAY.value, DAY.value + 1], pa.int64()).cast(pa.timestamp("ns", "UTC"))
    write(tmp_path / "trips.parquet", driver=[1, 1], count=[10, 11], event_timestamp=stamps)
    labels = pd.DataFrame(
        {
            "driver": [1, 1, 1],
            "event_timestamp": [datetime(9999, 1, 1, tzinfo=UTC), datetime(1066, 10, 14), datetime(2026, 3, 1, 1)],  # noqa: DTZ001 - a naive one is meant,
        },
        dtype=object,
    ).astype({"driver": "int64"})
    found = trips(tmp_path).get_historical_features(labels, ["trips:count"]).to_df()
    assert [None if pd.isna(value) else value for value in found["count"]] == [None, None, 11]
    assert found["event_timestamp"].tolist() == labels["event_timestamp"].tolist()
    forever = trips(tmp_path, ttl=None).get_historical_features(labels, ["trips:count"]).to_df()
    assert [None if pd.isna(value) else value for value in forever["count"]] == [11, None, 11]


def test_an_empty_source_gives_nulls(tmp_path: Path) -> None:
    write(
        tmp_path / "trips.parquet",
        driver=pa.array([], pa.int64()),
        count=pa.array([], pa.int64()),
        event_timestamp=pa.array([], pa.timestamp("us", "UTC")),
    )
    labels = pd.DataFrame({"driver": [1], "event_timestamp": hours(1)})
    assert trips(tmp_path).get_historical_features(labels, ["trips:count"]).to_df()["count"].isna().tolist() == [True]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (pd.array([1, 2**40, None], "Int64"), [10, None, None]),
        (pd.array([1, 255, 2], "uint8"), [10, None, 20]),
        (np.array([1.0, 1.5, np.nan]), [10, None, None]),
    ],
)
def test_keys_of_other_widths_match_by_value(tmp_path: Path, given: Any, found: list[Any]) -> None:
    write(tmp_path / "trips.parquet", driver=pa.array([1, 2], pa.int32()), count=[10, 20], event_timestamp=hours(1, 1))
    labels = pd.DataFrame({"driver": given, "event_timestamp": hours(2, 2, 2)})
    rows = trips(tmp_path).get_historical_features(labels, ["trips:count"]).to_df()
    assert [None if pd.isna(value) else value for value in rows["count"]] == found


def test_text_keys_match_categories(tmp_path: Path) -> None:
    write(tmp_path / "cars.parquet", plate=["a", "b"], km=[1.5, 2.5], event_timestamp=hours(1, 1))
    source = FileSource(path=str(tmp_path / "cars.parquet"), timestamp_field="event_timestamp")
    plate = entity("plate", ValueType.STRING)
    schema = [Field(name="plate", dtype=String), Field(name="km", dtype=Float64)]
    repo = open_repo(tmp_path, plate, FeatureView(name="cars", entities=[plate], schema=schema, source=source))
    labels = pd.DataFrame({"plate": pd.Categorical(["b", None, "a"]), "event_timestamp": hours(2, 2, 2)})
    rows = repo.get_historical_features(labels, ["cars:km"]).to_df()
    assert [None if pd.isna(value) else value for value in rows["km"]] == [2.5, None, 1.5]


@pytest.mark.filterwarnings("ignore:On demand feature view is an experimental:RuntimeWarning")
def test_on_demand_views_compute_from_what_was_found(store: FeatureStore) -> None:
    request = RequestSource(name="asked", schema=[Field(name="bonus", dtype=Int64)])

    @on_demand_feature_view(
        sources=[store.get_feature_view("trips"), request], schema=[Field(name="paid", dtype=Float64)], mode="pandas"
    )
    def pay(inputs: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"paid": inputs["count"] * 2.0 + inputs["bonus"]})

    apply(store, [pay])
    labels = pd.DataFrame({"driver": [1, 2], "event_timestamp": hours(1, 2), "bonus": [100, 200]})
    found = store.get_historical_features(labels, ["trips:count", "pay:paid"]).to_df()
    assert found["paid"].tolist() == [120.0, 242.0]
    full = store.get_historical_features(labels, ["pay:paid"], full_feature_names=True).to_df()
    assert full["pay__paid"].tolist() == [120.0, 242.0]


def test_versions_of_a_view_are_told_apart_by_their_full_names(tmp_path: Path) -> None:
    write(tmp_path / "trips.parquet", driver=[1], count=[10], tips=[2.5], event_timestamp=hours(1))
    registry = {
        "registry_type": "file",
        "path": str(tmp_path / "registry.db"),
        "enable_online_feature_view_versioning": True,
    }
    repo = trips(tmp_path, registry=registry)
    first = repo.get_feature_view("trips")
    schema = [*first.schema, Field(name="tips", dtype=Float64)]
    source = first.batch_source
    apply(repo, [FeatureView(name="trips", entities=[entity("driver")], schema=schema, source=source)])
    labels = pd.DataFrame({"driver": [1], "event_timestamp": hours(20)})
    both = repo.get_historical_features(labels, ["trips@v0:count", "trips@v1:count"], full_feature_names=True).to_df()
    # The first version has a time to live, the second has none.
    assert both["trips@v0__count"].isna().tolist() == [True]
    assert both["trips@v1__count"].tolist() == [10]
    one = repo.get_historical_features(labels, ["trips@v1:tips"], full_feature_names=True).to_df()
    assert one["trips__tips"].tolist() == [2.5]


def test_columns_whose_names_differ_in_case_only_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path / "trips.parquet", driver=[1], COUNT=[99], count=[10], filename=["x"], event_timestamp=hours(1))
    labels = pd.DataFrame({"driver": [1], "event_timestamp": hours(1)})
    assert trips(tmp_path).get_historical_features(labels, ["trips:count"]).to_df()["count"].tolist() == [10]


def test_a_little_memory_is_enough(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    rows = 400_000
    stamps = pa.array(random.integers(0, 10**12, rows), pa.timestamp("us"))
    write(
        tmp_path / "trips.parquet",
        driver=random.integers(0, 50_000, rows),
        count=np.arange(rows),
        event_timestamp=stamps,
    )
    labels = pd.DataFrame(
        {
            "driver": random.integers(0, 50_000, 100_000),
            "event_timestamp": pd.to_datetime(random.integers(0, 10**12, 100_000), unit="us"),
        }
    )
    spill = tmp_path / "spill"
    spill.mkdir()
    small = {"offline": {"memory_limit": "24MB", "threads": 1, "temp_directory": str(spill)}}
    spilled = trips(tmp_path / "a", **small)
    whole = trips(tmp_path / "b")
    for repo in (tmp_path / "a", tmp_path / "b"):
        os.symlink(tmp_path / "trips.parquet", repo / "trips.parquet")
    pd.testing.assert_frame_equal(
        spilled.get_historical_features(labels, ["trips:count"]).to_df(),
        whole.get_historical_features(labels, ["trips:count"]).to_df(),
    )
    assert list(spill.iterdir()) == []


# -- bad input -------------------------------------------------------------------------------------------------


def refused(store: FeatureStore, labels: Any, *features: str, **options: Any) -> InvalidInput:
    """The error of a retrieval."""
    with pytest.raises(InvalidInput) as caught:
        store.get_historical_features(labels, list(features) or ["trips:count"], **options).to_df()
    return caught.value


def test_labels_without_the_join_key_are_told_the_near_column(store: FeatureStore) -> None:
    error = refused(store, pd.DataFrame({"drivr": [1], "event_timestamp": hours(1)}))
    assert error.code == "label_key_missing"
    assert "`driver`" in error.message
    assert "`drivr`" in error.remedy


def test_labels_need_one_column_of_times(store: FeatureStore) -> None:
    assert refused(store, pd.DataFrame({"driver": [1]})).code == "event_timestamp_missing"
    several = pd.DataFrame({"driver": [1], "booked": hours(1), "paid": hours(2)})
    error = refused(store, several)
    assert error.code == "event_timestamp_unclear"
    assert "`booked`, `paid`" in error.message


@pytest.mark.parametrize("stamps", [[1], [1.5], ["yesterday"], [True]])
def test_times_that_are_none_are_named(store: FeatureStore, stamps: list[Any]) -> None:
    error = refused(store, pd.DataFrame({"driver": [1], "event_timestamp": stamps}))
    assert error.code == "event_timestamp_invalid"


def test_numbers_do_not_match_text(store: FeatureStore) -> None:
    error = refused(store, pd.DataFrame({"driver": ["1"], "event_timestamp": hours(1)}))
    assert error.code == "key_types_differ"
    assert "VARCHAR in the labels and BIGINT" in error.message


def test_a_source_that_lost_a_column_is_named(store: FeatureStore, tmp_path: Path) -> None:
    write(tmp_path / "trips.parquet", driver=[1], counts=[10], event_timestamp=hours(1))
    error = refused(store, pd.DataFrame({"driver": [1], "event_timestamp": hours(1)}))
    assert error.code == "source_column_missing"
    assert "`count`" in error.message
    assert "`counts`" in error.remedy


def test_a_source_whose_times_became_numbers_is_named(store: FeatureStore, tmp_path: Path) -> None:
    write(tmp_path / "trips.parquet", driver=[1], count=[10], event_timestamp=[1_700_000_000])
    error = refused(store, pd.DataFrame({"driver": [1], "event_timestamp": hours(1)}))
    assert error.code == "source_time_invalid"


def test_a_label_column_named_as_a_feature_clashes(store: FeatureStore) -> None:
    labels = pd.DataFrame({"driver": [1], "event_timestamp": hours(1), "count": [3]})
    assert refused(store, labels).code == "label_column_clash"
    full = store.get_historical_features(labels, ["trips:count"], full_feature_names=True).to_df()
    assert full[["count", "trips__count"]].to_numpy().tolist() == [[3, 10]]


def test_a_column_that_arrow_can_not_hold_is_named(store: FeatureStore) -> None:
    labels = pd.DataFrame({"driver": [1, 2], "event_timestamp": hours(1, 1), "mixed": [1, "a"]})
    error = refused(store, labels)
    assert error.code == "label_column_unusable"
    assert "`mixed`" in error.message


def test_a_column_twice_is_refused(store: FeatureStore) -> None:
    labels = pd.DataFrame([[1, 2, hours(1)[0]]], columns=["driver", "driver", "event_timestamp"])
    store.config.coerce_tz_aware = False
    assert refused(store, labels).code == "label_column_twice"


@pytest.mark.parametrize("query", ["SELECT * FROM nowhere", "this is no SQL", "SET threads = 1", "SELECT 1 AS driver"])
def test_a_query_that_gives_no_labels_is_refused(store: FeatureStore, query: str) -> None:
    assert refused(store, query).code in ("labels_query_failed", "event_timestamp_missing")


def test_labels_of_another_kind_are_refused(store: FeatureStore) -> None:
    assert refused(store, {"driver": [1]}).code == "labels_invalid"


def test_a_source_that_is_gone_or_broken_is_named(store: FeatureStore, tmp_path: Path) -> None:
    labels = pd.DataFrame({"driver": [1], "event_timestamp": hours(1)})
    (tmp_path / "trips.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(Unavailable, match="trips_file"):
        store.get_historical_features(labels, ["trips:count"]).to_df()
    (tmp_path / "trips.parquet").unlink()
    with pytest.raises(NotFound, match="trips_file"):
        store.get_historical_features(labels, ["trips:count"]).to_df()


def test_limits_that_duckdb_does_not_take_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "trips.parquet", driver=[1], count=[10], event_timestamp=hours(1))
    odd = trips(tmp_path, offline={"memory_limit": "a lot"})
    assert refused(odd, pd.DataFrame({"driver": [1], "event_timestamp": hours(1)})).code == "offline_store_invalid"


def test_too_little_memory_says_what_to_raise() -> None:
    def work(engine: Engine) -> None:
        engine.connection.execute("SELECT list(range) FROM range(50000000)").fetchall()

    with pytest.raises(ExecutionFailed) as caught:
        steadily(Limits(memory="20MB", threads=1), work)
    assert caught.value.code == "memory_limit"


def test_a_retrieval_ends_when_its_time_is_over() -> None:
    def work(engine: Engine) -> None:
        engine.connection.execute(
            "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range = 7"
        )

    with pytest.raises(TimeoutError, match="within"):
        steadily(Limits(threads=1), work, 0.3)


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", value=[1])
    attempts: list[int] = []

    def work(engine: Engine) -> int:
        engine.watch((str(path),))
        attempts.append(len(attempts))
        if len(attempts) < 3:
            write(path, value=list(range(len(attempts) * 10)))
        return len(attempts)

    assert steadily(Limits(), work) == 3

    def restless(engine: Engine) -> None:
        engine.watch((str(path),))
        attempts.append(0)
        write(path, value=list(range(len(attempts))))

    with pytest.raises(Conflict, match="changed"):
        steadily(Limits(), restless)


def test_a_retrieval_leaves_nothing_behind(store: FeatureStore, tmp_path: Path) -> None:
    before = threading.active_count()
    here = set(os.listdir("."))
    labels = pd.DataFrame({"driver": [1], "event_timestamp": hours(1)})
    store.get_historical_features(labels, ["trips:count"]).to_df()
    assert set(os.listdir(".")) == here
    assert threading.active_count() == before
