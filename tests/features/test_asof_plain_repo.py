"""A plain Feast repository with nothing of ours but the class path in its YAML, through Feast's command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from feast import FeatureStore

YAML = """
project: plain
provider: local
registry: registry.db
offline_store:
  type: jupyter_mlx.features.asof.AsofOfflineStore
online_store:
  type: sqlite
  path: online.db
entity_key_serialization_version: 3
"""
DEFINITIONS = """
from datetime import timedelta
from feast import Entity, FeatureView, Field, FileSource, ValueType
from feast.types import Float64, Int64

driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
rides = FileSource(
    name="rides", path="rides.parquet", timestamp_field="at", created_timestamp_column="made",
    field_mapping={"avg": "mean_fare"},
)
fares = FeatureView(
    name="fares", entities=[driver], ttl=timedelta(days=2), source=rides,
    schema=[Field(name="driver_id", dtype=Int64), Field(name="mean_fare", dtype=Float64)],
)
city = FeatureView(
    name="city", entities=[], ttl=timedelta(days=2), schema=[Field(name="open_rides", dtype=Int64)],
    source=FileSource(name="city_rides", path="city.csv", timestamp_field="at"),
)
"""
NOON = pd.Timestamp("2026-03-01 12:00", tz="UTC")


def feast(folder: Path, *arguments: str) -> None:
    """Run Feast's command in the repository."""
    environment = {**os.environ, "FEAST_USAGE": "False"}
    command = [str(Path(sys.executable).parent / "feast"), *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=150
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_feast_applies_materializes_and_reads_both_ways(tmp_path: Path) -> None:
    (tmp_path / "feature_store.yaml").write_text(YAML)
    (tmp_path / "definitions.py").write_text(DEFINITIONS)
    hours = [NOON - pd.Timedelta(hours=back) for back in (5, 3, 3, 4)]
    made = [NOON - pd.Timedelta(hours=back) for back in (5, 1, 2, 4)]
    pq.write_table(
        pa.table({"driver_id": [1, 1, 1, 2], "avg": [1.0, 3.5, 3.0, 4.0], "at": hours, "made": made}),
        tmp_path / "rides.parquet",
    )
    pd.DataFrame({"at": [NOON - pd.Timedelta(hours=1)], "open_rides": [17]}).to_csv(tmp_path / "city.csv", index=False)

    feast(tmp_path, "apply")
    feast(tmp_path, "materialize", "2026-02-28T00:00:00", "2026-03-01T12:00:00")

    store = FeatureStore(repo_path=str(tmp_path))
    features = ["fares:mean_fare", "city:open_rides"]
    online = store.get_online_features(features, [{"driver_id": 1}, {"driver_id": 2}, {"driver_id": 3}]).to_dict()
    assert online["mean_fare"] == [3.5, 4.0, None]
    assert online["open_rides"] == [17, 17, 17]
    labels = pd.DataFrame({"driver_id": [1, 2, 3, 1], "event_timestamp": [NOON, NOON, NOON, hours[0]]})
    offline = store.get_historical_features(labels, features).to_df()
    assert [None if pd.isna(value) else value for value in offline["mean_fare"]] == [3.5, 4.0, None, 1.0]
    assert [None if pd.isna(value) else value for value in offline["open_rides"]] == [17, 17, 17, None]

    # What is new since then comes with the next run.
    later = NOON + pd.Timedelta(hours=1)
    store.write_to_offline_store(
        "fares", pd.DataFrame({"driver_id": [2], "avg": [9.0], "at": [later], "made": [later]})
    )
    store.materialize_incremental((NOON + pd.Timedelta(hours=2)).to_pydatetime())
    assert store.get_online_features(features, [{"driver_id": 2}]).to_dict()["mean_fare"] == [9.0]
