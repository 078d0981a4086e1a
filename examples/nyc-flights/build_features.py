"""Make the data of the features: what airports, carriers, planes and the weather were like, moment by moment.

    python build_features.py

Each table becomes one Parquet file in `data/`, read by the feature views in `features/`. A row holds what was
known at its `event_timestamp` and nothing later: a departure counts once it has left, an arrival once the plane has
landed, an hour's weather once the hour is over. What is there already and made of the same data is left alone.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import duckdb

import flights as nyc

FOLDER = Path(__file__).parent / "data"
MADE_FROM = "made_from.txt"

# Flights with their times in UTC. `time_hour` is the scheduled hour; a delay leads from the schedule to the departure.
FLIGHTS = """
SELECT origin, carrier, tailnum, dest, arr_time, dep_delay, arr_delay, scheduled,
       dep_delay > ? AS late, scheduled + to_minutes(CAST(dep_delay AS BIGINT)) AS departed
FROM (SELECT *, time_hour + to_minutes(minute) AS scheduled FROM raw)
"""

# Arrivals are given in the destination's local time. Four airports on Caribbean islands are not in the table of
# airports. A flight that was diverted has no arrival here, and no history comes of it.
LANDINGS = """
WITH left_at AS (
    SELECT flight.*, coalesce(tzone, 'America/Puerto_Rico') AS zone, timezone(zone, departed) AS left_local,
           date_trunc('day', left_local)
           + to_minutes(CAST(arr_time AS BIGINT) // 100 * 60 + CAST(arr_time AS BIGINT) % 100) AS landed_local
    FROM flight LEFT JOIN airport ON faa = dest
    WHERE dep_delay IS NOT NULL AND arr_time IS NOT NULL
)
SELECT * EXCLUDE (zone, left_local, landed_local),
       timezone(zone, landed_local + to_days(CAST(landed_local <= left_local AS INTEGER))) AS landed
FROM left_at
"""

# A row collects an hour's readings: it is complete, and known, when the hour is over.
WEATHER = """
SELECT origin, temp, dewp, humid, wind_dir, wind_speed, wind_gust, wind_east, wind_north, precip, pressure, visib,
       time_hour + INTERVAL 1 HOUR AS event_timestamp
FROM weather ORDER BY event_timestamp, origin
"""

# The schedule is public long before. One hour before its hour begins, a row tells how many flights are to leave in it;
# those that were cancelled later are among them: nobody knew.
AIRPORT_LOAD = """
SELECT origin, CAST(count(*) AS DOUBLE) AS traffic, time_hour - INTERVAL 1 HOUR AS event_timestamp
FROM raw GROUP BY origin, time_hour ORDER BY event_timestamp, origin
"""

PLANE_HISTORY = """
SELECT tailnum, dep_delay AS plane_departure_delay, arr_delay AS plane_arrival_delay,
       avg(CAST(late AS INTEGER)) OVER (
           PARTITION BY tailnum ORDER BY epoch(landed) RANGE BETWEEN 28 * 86400 PRECEDING AND CURRENT ROW
       ) AS plane_late_28d,
       landed AS event_timestamp
FROM landing WHERE tailnum IS NOT NULL ORDER BY event_timestamp, tailnum
"""


def ticks(keys: str, minutes: int) -> str:
    """Every so many minutes of the year, for each airport or carrier that flies."""
    return f"""
        SELECT {keys}, moment FROM (SELECT DISTINCT {keys} FROM flight)
        CROSS JOIN (SELECT unnest(generate_series(
            TIMESTAMPTZ '2013-01-01 05:00Z', TIMESTAMPTZ '2014-01-01 06:00Z', INTERVAL {minutes} MINUTE
        )) AS moment)
    """


def rolling(keys: str, table: str, known: str, minutes: int, columns: dict[str, tuple[str, int]]) -> str:
    """Means over the last hours, at every tick.

    Parameters
    ----------
    known: The column of the moment from which on a row counts.
    columns: By name, what is averaged and over how many hours. A delay counts as three hours at most.
    """
    windows = ", ".join(
        f"""avg({value}) OVER (PARTITION BY {keys} ORDER BY epoch(moment)
            RANGE BETWEEN {hours * 3600} PRECEDING AND CURRENT ROW) AS {name}"""
        for name, (value, hours) in columns.items()
    )
    return f"""
        SELECT {keys}, {", ".join(columns)}, moment AS event_timestamp FROM (
            SELECT *, {windows} FROM (
                SELECT {keys}, {known} AS moment, CAST(late AS INTEGER) AS late, false AS is_tick,
                       CASE WHEN dep_delay > 180 THEN 180 ELSE dep_delay END AS delay
                FROM {table} WHERE dep_delay IS NOT NULL
                UNION ALL BY NAME SELECT *, true AS is_tick FROM ({ticks(keys, minutes)})
            )
        ) WHERE is_tick
    """


def overdue(keys: str, minutes: int) -> str:
    """How many flights should have left a quarter of an hour ago and have not, at every tick.

    One that is cancelled waits with the others, until three hours are over: when it was cancelled is not in the data.
    """
    return f"""
        SELECT {keys}, CAST(waiting AS DOUBLE) AS overdue, moment AS event_timestamp FROM (
            SELECT *, sum(step) OVER (PARTITION BY {keys} ORDER BY epoch(moment)) AS waiting FROM (
                SELECT {keys}, scheduled + INTERVAL 15 MINUTE AS moment, 1 AS step, false AS is_tick
                FROM flight WHERE coalesce(late, true)
                UNION ALL
                SELECT {keys}, least(departed, scheduled + INTERVAL 3 HOUR), -1, false
                FROM flight WHERE coalesce(late, true)
                UNION ALL SELECT *, 0, true FROM ({ticks(keys, minutes)})
            )
        ) WHERE is_tick
    """


def state(keys: str, minutes: int, prefix: str, columns: dict[str, tuple[str, int]]) -> str:
    """Rolling means of departures, and who is overdue."""
    return f"""
        SELECT * RENAME (overdue AS {prefix}_overdue)
        FROM ({rolling(keys, "flight", "departed", minutes, columns)})
        JOIN ({overdue(keys, minutes)}) USING ({keys}, event_timestamp)
        ORDER BY event_timestamp, {keys}
    """


AIRPORT = {
    "airport_late_1h": ("late", 1),
    "airport_late_3h": ("late", 3),
    "airport_delay_1h": ("delay", 1),
}
DESK = {"desk_late_2h": ("late", 2), "desk_delay_2h": ("delay", 2)}
CARRIER = {
    "carrier_late_3h": ("late", 3),
    "carrier_late_1d": ("late", 24),
    "carrier_late_28d": ("late", 28 * 24),
}

TABLES = {
    "weather": WEATHER,
    "airport_load": AIRPORT_LOAD,
    "airport_delays": state("origin", 10, "airport", AIRPORT),
    "desk_delays": state("origin, carrier", 30, "desk", DESK),
    "carrier_history": rolling("carrier", "landing", "landed", 60, CARRIER)
    + "ORDER BY event_timestamp, carrier",
    "plane_history": PLANE_HISTORY,
}


def made_from() -> str:
    """What tells these files from those that other data or another program would make."""
    sha = hashlib.sha256(Path(__file__).read_bytes())
    for table in ("flights", "weather", "airports"):
        sha.update((nyc.data_folder() / nyc.FILES[table]).read_bytes())
    return sha.hexdigest()


def build(folder: Path = FOLDER) -> dict[str, int]:
    """Write the tables that are not there yet; rows of each one written, of none where all are there."""
    folder.mkdir(exist_ok=True)
    mark, key = folder / MADE_FROM, made_from()
    files = {name: folder / f"{name}.parquet" for name in TABLES}
    known = mark.exists() and mark.read_text() == key
    if known and all(path.exists() for path in files.values()):
        return {}
    mark.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("raw", nyc.read("flights"))
        connection.register("weather", nyc.clean_weather())
        connection.register("airport", nyc.read("airports")[["faa", "tzone"]])
        connection.execute(f"CREATE TABLE flight AS {FLIGHTS}", [nyc.LATE_MINUTES])
        connection.execute(f"CREATE TABLE landing AS {LANDINGS}")
        for name, path in files.items():
            # Whoever reads meanwhile finds the file from before.
            beside = path.with_suffix(".new")
            connection.execute(f"COPY ({TABLES[name]}) TO '{beside}' (FORMAT parquet)")
            os.replace(beside, path)
        rows = {
            name: connection.read_parquet(str(path)).count("*").fetchall()[0][0]
            for name, path in files.items()
        }
    mark.write_text(key)
    return rows


if __name__ == "__main__":
    made = build()
    for name, rows in made.items():
        print(f"{name:<16} {rows:>8,} rows")
    if not made:
        print(f"All is there, made of the same data: {FOLDER}")
