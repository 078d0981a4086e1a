"""A Feast repository on the weather at two airports, applied with our services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jupyter_mlx.services import Services
from tests.support import make_settings

YAML = """\
project: flights
provider: local
registry: {{registry_type: sql, path: "sqlite:///{folder}/registry.db", cache_ttl_seconds: 0}}
online_store: {{type: sqlite, path: {folder}/online.db}}
offline_store: {{type: jupyter_mlx.features.asof.AsofOfflineStore}}
entity_key_serialization_version: 3
"""

DEFINITIONS = """\
from datetime import timedelta

import pandas as pd
from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float32, Float64

origin = Entity(name="origin", join_keys=["origin"], value_type=ValueType.STRING, description="An airport")
source = FileSource(
    name="weather_file", path="weather.parquet", timestamp_field="event_timestamp", created_timestamp_column="created"
)
weather = FeatureView(
    name="weather",
    entities=[origin],
    ttl=timedelta(hours=3),
    schema=[Field(name="temp", dtype=Float64), Field(name="wind", dtype=Float64)],
    source=source,
    tags={"team": "ops"},
)


@on_demand_feature_view(sources=[weather], schema=[Field(name="celsius", dtype=Float64)])
def metric(df: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"celsius": (df["temp"] - 32) * 5 / 9})


delay = FeatureService(name="delay", features=[weather, metric])
"""


def write_weather(folder: Path) -> None:
    """Hourly weather of two days at two airports; JFK writes it down two hours later."""
    hours = pd.date_range("2013-01-01", periods=48, freq="h", tz="UTC")
    frames = [
        pd.DataFrame(
            {
                "origin": airport,
                "temp": [32.0 + index for index in range(48)],
                "wind": [float(index % 7) for index in range(48)],
                "event_timestamp": hours,
                "created": hours + pd.Timedelta(late, "h"),
            }
        )
        for airport, late in (("JFK", 2), ("EWR", 0))
    ]
    pd.concat(frames).to_parquet(folder / "weather.parquet", index=False)


class Flights:
    """The repository, and services of a store of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "repository"
        self.folder.mkdir()
        (self.folder / "feature_store.yaml").write_text(YAML.format(folder=self.folder))
        self.define(DEFINITIONS)
        write_weather(self.folder)
        self.services = Services(make_settings(folder))

    def define(self, text: str) -> None:
        """Write the definitions anew."""
        (self.folder / "definitions.py").write_text(text)

    def apply(self) -> dict[str, str]:
        """Apply, and say what became of each view."""
        done = self.services.features.apply(str(self.folder), "ada")
        return {change.name: f"{change.change} v{change.version}" for change in done.changes}

    def training_set(self, labels: pd.DataFrame, features: Any = "delay", **options: Any) -> Any:
        """A training set of Ada's."""
        return self.services.training_sets.make(labels, features, user="ada", **options)


@pytest.fixture
def flights(tmp_path: Path) -> Iterator[Flights]:
    """The repository, not applied yet."""
    made = Flights(tmp_path)
    yield made
    made.services.close()


def labels(*rows: tuple[str, str], **more: list[Any]) -> pd.DataFrame:
    """Labels of ``(origin, time)``."""
    frame = pd.DataFrame(rows, columns=["origin", "event_timestamp"])
    frame["event_timestamp"] = pd.to_datetime(frame["event_timestamp"], utc=True)
    return frame.assign(**more)
