"""The wide online store beside Feast's SQLite store, and materialization into it beside Feast's local engine.

Both read the same Parquet file through Feast's default offline store. Reads take ten calls each in turn, warm.
``online_read`` gives one message a value; ``get_online_features`` is what programs call, with the answer taken as a
dict and, as a feature server does, as Feast's message.
"""

from __future__ import annotations

import contextlib
import io
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from common import Row, print_rows, spread
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.types import Float64, Int64, String

ENTITIES = 20_000
READ_FEATURES, WRITTEN_FEATURES = 30, 8
HOURS = 3
COUNTS = (1, 10, 100, 1000)
CALLS = {1: 400, 10: 200, 100: 100, 1000: 20}
BLOCK = 10
PAIRS = 3
READ, MATERIALIZED = 0.1, 0.125
NOW = datetime(2026, 3, 1, tzinfo=UTC)
STORE = "jupyter_mlx.features.online.WideOnlineStore"
ENGINE = "jupyter_mlx.features.engine.ArrowEngine"


def field(number: int) -> Field:
    """A feature: of three one is a count, of ten one a text, the others are measures."""
    return Field(name=f"f{number}", dtype=String if number % 10 == 9 else Int64 if number % 3 == 0 else Float64)


def column(number: int, rows: int, seed: np.random.Generator) -> Any:
    """Values of a feature, one of twenty null if it is a measure."""
    kind = field(number).dtype
    if kind == String:
        return np.array(["north", "south", "east", "west"])[seed.integers(0, 4, rows)]
    if kind == Int64:
        return seed.integers(0, 10**6, rows)
    return pa.array(seed.normal(size=rows), mask=seed.random(rows) < 0.05)


def source(path: Path, features: int) -> FileSource:
    """Rows of all entities at several hours."""
    seed, rows = np.random.default_rng(1), ENTITIES * HOURS
    columns = {f"f{number}": column(number, rows, seed) for number in range(features)}
    columns["driver_id"] = np.tile(np.arange(ENTITIES), HOURS)
    hours = np.repeat(np.arange(HOURS), ENTITIES)
    stamps = int(NOW.timestamp()) - 3600 * (hours + 1)
    columns["event"] = columns["created"] = pa.array(stamps).cast(pa.timestamp("s", "UTC"))
    pq.write_table(pa.table(columns), path)
    return FileSource(path=str(path), timestamp_field="event", created_timestamp_column="created")


def stores(folder: Path, features: int) -> tuple[FeatureStore, FeatureStore]:
    """Two repositories over the same file: ours, Feast's."""
    at = source(folder / f"{features}.parquet", features)
    made = []
    for name, online, engine in (("ours", STORE, ENGINE), ("feast", "sqlite", "local")):
        config = RepoConfig(
            project="bench",
            provider="local",
            registry=str(folder / f"{name}{features}-registry.db"),
            online_store={"type": online, "path": str(folder / f"{name}{features}.db")},
            batch_engine={"type": engine},
            entity_key_serialization_version=3,
        )
        store = FeatureStore(config=config)
        driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
        schema = [Field(name="driver_id", dtype=Int64), *map(field, range(features))]
        store.apply([driver, FeatureView(name="stats", entities=[driver], schema=schema, source=at)])
        made.append(store)
    return made[0], made[1]


def materialize(store: FeatureStore) -> float:
    """Seconds that a materialization takes."""
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        store.materialize(NOW - timedelta(days=1), NOW)
    return time.perf_counter() - start


def milliseconds(seconds: list[float]) -> str:
    """Median and 99th percentile."""
    ordered = sorted(seconds)
    return f"{statistics.median(ordered) * 1e3:.2f} ms, p99 {ordered[int(len(ordered) * 0.99)] * 1e3:.2f}"


def compared(what: str, calls: int, ours: Callable[[], Any], peer: Callable[[], Any], bound: float | None) -> Row:
    """Blocks of calls in turn; the first call of each is not counted.

    What Feast resolved of a request is kept for one registry at a time, in the whole process: with every change of the
    store it is resolved again, which takes longer than an answer for ten entities.
    """
    mine: list[float] = []
    theirs: list[float] = []
    for _ in range(calls // BLOCK):
        for call, times in ((ours, mine), (peer, theirs)):
            call()
            for _ in range(BLOCK):
                start = time.perf_counter()
                call()
                times.append(time.perf_counter() - start)
    ratio = statistics.median(mine) / statistics.median(theirs)
    return Row(
        what,
        milliseconds(mine),
        f"{milliseconds(theirs)} Feast's SQLite",
        f"{ratio:.3f}",
        "" if bound is None else f"{bound}",
        None if bound is None else ratio <= bound,
    )


def reads(folder: Path) -> list[Row]:
    """Entities × 30 features."""
    pair = stores(folder, READ_FEATURES)
    for store in pair:
        materialize(store)
    refs = [f"stats:f{number}" for number in range(READ_FEATURES)]
    names = [f"f{number}" for number in range(READ_FEATURES)]
    views = {id(store): store.get_feature_view("stats") for store in pair}
    chosen = random.Random(1)
    rows = []
    for count in COUNTS:
        drivers = chosen.sample(range(ENTITIES), count)
        asked = [{"driver_id": driver} for driver in drivers]
        keys = [EntityKey(join_keys=["driver_id"], entity_values=[Value(int64_val=driver)]) for driver in drivers]
        answers = [store.get_online_features(refs, asked) for store in pair]
        if answers[0].to_dict(True) != answers[1].to_dict(True) or answers[0].proto != answers[1].proto:
            raise SystemExit("the stores answer differently")

        def to_dict(store: FeatureStore, asked: list[dict[str, int]] = asked) -> Any:
            return store.get_online_features(refs, asked).to_dict()

        def message(store: FeatureStore, asked: list[dict[str, int]] = asked) -> Any:
            return store.get_online_features(refs, asked).proto

        def bare(store: FeatureStore, keys: list[EntityKey] = keys) -> Any:
            return store._get_provider().online_store.online_read(  # noqa: SLF001
                store.config, views[id(store)], keys, names
            )

        bound = READ if count == 100 else None
        for what, call, limit in (
            ("get_online_features, to_dict", to_dict, bound),
            ("… its message", message, None),
            ("… the store's online_read", bare, None),
        ):
            title = f"{count:,} entities × {READ_FEATURES}: {what}"
            rows.append(
                compared(title, CALLS[count], lambda call=call: call(pair[0]), lambda call=call: call(pair[1]), limit)
            )
    return rows


def materializations(folder: Path) -> Row:
    """All entities × 8 features, into an empty store and again."""
    ours, feast = stores(folder, WRITTEN_FEATURES)
    found = [(materialize(ours), materialize(feast)) for _ in range(PAIRS)]
    ratio = statistics.median(a / b for a, b in found)
    return Row(
        f"materialization of {ENTITIES:,} entities × {WRITTEN_FEATURES} from {ENTITIES * HOURS:,} rows",
        spread([a for a, _ in found]),
        f"{spread([b for _, b in found])} Feast's local engine, SQLite",
        f"{ratio:.3f}",
        f"{MATERIALIZED}",
        ratio <= MATERIALIZED,
    )


def rows() -> list[Row]:
    """Measure."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        return [*reads(Path(name)), materializations(Path(name))]


if __name__ == "__main__":
    sys.exit(0 if print_rows(rows()) else 1)
