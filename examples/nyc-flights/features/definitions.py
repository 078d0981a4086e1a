"""What is known one hour before a flight is to leave: entities, feature views and services.

The data comes from `build_features.py`. Labels have the moment of the prediction as their time, the scheduled
departure minus one hour, so that nothing newer is found for them.
"""

from datetime import timedelta

import numpy as np
import pandas as pd
from feast import Entity, FeatureService, FeatureView, Field, FileSource, RequestSource, ValueType
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float64

origin = Entity(
    name="origin",
    join_keys=["origin"],
    value_type=ValueType.STRING,
    description="An airport that flights leave from, by its IATA code",
)
carrier = Entity(
    name="carrier",
    join_keys=["carrier"],
    value_type=ValueType.STRING,
    description="An airline, by its IATA code",
)
plane = Entity(
    name="plane",
    join_keys=["tailnum"],
    value_type=ValueType.STRING,
    description="An aircraft, by what is painted on its tail",
)


def table(name: str) -> FileSource:
    """A file of `build_features.py`."""
    path = f"../data/{name}.parquet"
    return FileSource(name=f"{name}_file", path=path, timestamp_field="event_timestamp")


def numbers(**descriptions: str) -> list[Field]:
    """Features that are numbers, with their descriptions."""
    return [
        Field(name=name, dtype=Float64, description=text) for name, text in descriptions.items()
    ]


weather = FeatureView(
    name="weather",
    entities=[origin],
    ttl=timedelta(hours=6),
    schema=numbers(
        temp="Temperature, °F",
        dewp="Dew point, °F",
        humid="Relative humidity, %",
        wind_dir="Where the wind comes from, degrees",
        wind_speed="Wind, mph",
        wind_gust="Gusts, mph; the wind where none are reported",
        wind_east="Wind from the east, mph",
        wind_north="Wind from the north, mph",
        precip="Precipitation, inches",
        pressure="Pressure at sea level, millibars",
        visib="Visibility, miles",
    ),
    source=table("weather"),
    description="The last hour of weather that is complete",
    tags={"domain": "weather"},
)

airport_load = FeatureView(
    name="airport_load",
    entities=[origin],
    ttl=timedelta(hours=2),
    schema=numbers(traffic="Flights scheduled to leave in the hour that begins within the next hour"),
    source=table("airport_load"),
    description="How much is planned at an airport",
    tags={"domain": "schedule"},
)

airport_delays = FeatureView(
    name="airport_delays",
    entities=[origin],
    ttl=timedelta(hours=1),
    schema=numbers(
        airport_late_1h="Share of late ones among the departures of the last hour",
        airport_late_3h="The same of three hours",
        airport_delay_1h="Their mean delay in the last hour, minutes",
        airport_overdue="Flights that should have left a quarter of an hour ago and are still there",
    ),
    source=table("airport_delays"),
    description="How late an airport runs now, every ten minutes",
    tags={"domain": "operations"},
)

desk_delays = FeatureView(
    name="desk_delays",
    entities=[origin, carrier],
    ttl=timedelta(hours=2),
    schema=numbers(
        desk_late_2h="Share of late ones among the departures of the last two hours",
        desk_delay_2h="Their mean delay, minutes",
        desk_overdue="Flights that should have left a quarter of an hour ago and are still there",
    ),
    source=table("desk_delays"),
    description="How late an airline runs at an airport now, every half hour",
    tags={"domain": "operations"},
)

carrier_history = FeatureView(
    name="carrier_history",
    entities=[carrier],
    ttl=timedelta(days=1),
    schema=numbers(
        carrier_late_3h="Share that had left late, of flights that landed in the last three hours",
        carrier_late_1d="The same of a day",
        carrier_late_28d="The same of four weeks",
    ),
    source=table("carrier_history"),
    description="How late an airline has been, by flights that have landed",
    tags={"domain": "history"},
)

plane_history = FeatureView(
    name="plane_history",
    entities=[plane],
    ttl=timedelta(days=14),
    schema=numbers(
        plane_departure_delay="Delay at departure of its last flight from New York, minutes",
        plane_arrival_delay="Delay at arrival of that flight, minutes",
        plane_late_28d="Share that left late, of its flights from New York of four weeks",
    ),
    source=table("plane_history"),
    description="How late a plane has been, by flights that have landed",
    tags={"domain": "history"},
)

flight = RequestSource(
    name="flight",
    schema=[
        Field(name="bearing", dtype=Float64, description="Direction of the destination, degrees"),
        Field(name="minute_of_day", dtype=Float64, description="Scheduled departure, local time"),
    ],
)


TERMS = ["headwind", "crosswind", "day_sin", "day_cos"]


@on_demand_feature_view(
    sources=[weather, flight],
    # Feast infers these, and takes none that have a description.
    schema=[Field(name=name, dtype=Float64) for name in TERMS],
    description="What weather and time of day mean for one flight",
    tags={"domain": "weather"},
)
def flight_terms(inputs: pd.DataFrame) -> pd.DataFrame:
    """Wind against the flight's direction and across it; time of day without a jump at midnight."""
    angle = np.deg2rad(inputs["wind_dir"] - inputs["bearing"])
    day = 2 * np.pi * inputs["minute_of_day"] / 1440
    return pd.DataFrame(
        {
            "headwind": inputs["wind_speed"] * np.cos(angle),
            "crosswind": (inputs["wind_speed"] * np.sin(angle)).abs(),
            "day_sin": np.sin(day),
            "day_cos": np.cos(day),
        }
    )


# The direction of the wind is a circle: models get its two components, and what it means for the
# flight. A list of names, as Feast would take a selection in a variable for another view.
KNOWN_WEATHER = [
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

delay_v0 = FeatureService(
    name="delay_v0",
    features=[airport_load, weather[KNOWN_WEATHER]],
    description="Schedule and weather alone: what there was before airports and carriers had a history",
)

delay_v1 = FeatureService(
    name="delay_v1",
    features=[
        airport_load,
        weather[KNOWN_WEATHER],
        airport_delays,
        desk_delays,
        carrier_history,
        flight_terms,
    ],
    description="What the delay model asks for",
)

delay_v1_planes = FeatureService(
    name="delay_v1_planes",
    features=[
        airport_load,
        weather[KNOWN_WEATHER],
        airport_delays,
        desk_delays,
        carrier_history,
        plane_history,
        flight_terms,
    ],
    description="The same with the plane. The data has the one that flew in the end: who swaps planes because of a "
    "delay tells of it, so that a model on these looks better than it would be an hour before",
)
