"""Write a small Feast repository on flights, with data up to this hour and labels, below a folder."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

YAML = """\
project: {project}
provider: local
registry: data/registry.db
offline_store: {{type: jupyter_mlx.features.asof.AsofOfflineStore}}
online_store: {{type: jupyter_mlx.features.online.WideOnlineStore, path: data/online.db}}
batch_engine: {{type: jupyter_mlx.features.engine.ArrowEngine}}
entity_key_serialization_version: 3
"""

DEFINITIONS = """\
from datetime import timedelta

import pandas as pd
from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float64, Int64

origin = Entity(name="origin", join_keys=["origin"], value_type=ValueType.STRING, description="An airport")
carrier = Entity(name="carrier", join_keys=["carrier"], value_type=ValueType.STRING, description="An airline")
flight = Entity(name="flight", join_keys=["flight"], value_type=ValueType.INT64, description="One departure")


def source(name):
    return FileSource(
        name=f"{name}_file",
        path=f"data/{name}.parquet",
        timestamp_field="event_timestamp",
        created_timestamp_column="created",
    )


weather = FeatureView(
    name="weather",
    entities=[origin],
    ttl=timedelta(hours=6),
    schema=[
        Field(name="temp", dtype=Float64, description="Degrees Fahrenheit"),
        Field(name="wind", dtype=Float64, description="Miles an hour", tags={"unit": "mph"}),
        Field(name="visibility", dtype=Float64, description="Miles"),
    ],
    source=source("weather"),
    description="Hourly weather at the airport of departure",
    owner="ada",
    tags={"team": "ops"},
)

carrier_delays = FeatureView(
    name="carrier_delays",
    entities=[carrier],
    ttl=timedelta(days=2),
    schema=[
        Field(name="delay_rate", dtype=Float64, description="Share of late flights in the last seven days"),
        Field(name="flights", dtype=Int64, description="Flights in the last seven days"),
    ],
    source=source("carrier_delays"),
    description="How punctual an airline has been",
    owner="ada",
)

flight_status = FeatureView(
    name="flight_status",
    entities=[flight],
    ttl=timedelta(days=30),
    schema=[Field(name="landed_late", dtype=Int64, description="Whether it landed late")],
    source=source("flight_status"),
    online=False,
    description="Written down when a flight has landed",
)


@on_demand_feature_view(
    sources=[weather],
    schema=[
        Field(name="celsius", dtype=Float64),
        Field(name="storm", dtype=Int64),
    ],
)
def weather_terms(df: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "celsius": (df["temp"] - 32) * 5 / 9,
            "storm": ((df["wind"] > 20) & (df["visibility"] < 5)).astype("int64"),
        }
    )


delay_v1 = FeatureService(
    name="delay_v1", features=[weather, carrier_delays, weather_terms], description="What the delay model asks for"
)
"""

AIRPORTS = ["EWR", "JFK", "LGA"]
CARRIERS = ["AA", "B6", "DL", "EV", "UA"]
DAYS = 14


def write(folder: Path, project: str) -> None:
    """The repository in `folder`, the labels beside it."""
    data = folder / "data"
    data.mkdir(parents=True)
    (folder / "feature_store.yaml").write_text(YAML.format(project=project))
    (folder / "definitions.py").write_text(DEFINITIONS)
    random = np.random.default_rng(7)
    now = pd.Timestamp.now("UTC").floor("h")
    hours = pd.date_range(end=now, periods=24 * DAYS, freq="h")
    weather = pd.MultiIndex.from_product([AIRPORTS, hours], names=["origin", "event_timestamp"]).to_frame(index=False)
    clock = weather["event_timestamp"].dt.hour
    weather["temp"] = (52 + 11 * np.sin((clock - 9) / 24 * 2 * np.pi) + random.normal(0, 4, len(weather))).round(1)
    weather["wind"] = random.gamma(4, 2.5, len(weather)).round(1)
    weather["visibility"] = np.minimum(10, random.gamma(9, 1.2, len(weather))).round(1)
    weather.loc[random.random(len(weather)) < 0.03, "visibility"] = np.nan
    weather["created"] = weather["event_timestamp"] + pd.Timedelta("10min")
    weather.to_parquet(data / "weather.parquet")

    days = pd.date_range(end=now, periods=DAYS, freq="D")
    carriers = pd.MultiIndex.from_product([CARRIERS, days], names=["carrier", "event_timestamp"]).to_frame(index=False)
    carriers["delay_rate"] = random.beta(4, 14, len(carriers)).round(3)
    carriers["flights"] = random.poisson(320, len(carriers))
    carriers["created"] = carriers["event_timestamp"]
    carriers.to_parquet(data / "carrier_delays.parquet")

    labels = pd.DataFrame(
        {
            "flight": np.arange(1000, 1600),
            "origin": random.choice(AIRPORTS, 600),
            "carrier": random.choice([*CARRIERS, "HA"], 600),
            "event_timestamp": random.choice(hours[48:-6], 600) + pd.Timedelta("15min"),
            "late": (random.random(600) < 0.3).astype(int),
        }
    )
    labels["event_timestamp"] = pd.to_datetime(labels["event_timestamp"], utc=True)
    status = labels[["flight", "event_timestamp"]].assign(
        landed_late=labels["late"], created=labels["event_timestamp"] + pd.Timedelta("3h")
    )
    status.to_parquet(data / "flight_status.parquet")
    labels.to_csv(folder.parent / "labels.csv", index=False)


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2])
