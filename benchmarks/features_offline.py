"""Point-in-time joins: 2,000,000 feature rows × 8 features and 200,000 labels, over 20,000 entities and over 1,000.

Beside the bare ASOF join of DuckDB, Feast's default (dask) and Feast's duckdb store, each as a process of its own, so
that its memory is its own. Feast's duckdb store is installed into an environment of its own at the first run: ibis is
no dependency of ours. Then 50,000,000 feature rows × 5,000,000 labels with 4 GB of memory for DuckDB.

A peer that is not done within its time is slower than that: the ratio is at least what it would be then. ``--small``
takes a hundredth of all rows, to see that it works; ``--patient`` waits ten minutes for each peer.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from common import BIN, ROOT, Row, clean_environment, print_rows

FEATURES = 8
ROWS, LABELS = 2_000_000, 200_000
PAIRS, REPEATS = 3, 3
TIME, MEMORY = 1.4, 1.5
OVER_DASK, OVER_DUCKDB = 20, 3
PEER_GB, LIMIT_S = 12, 100
"""What Feast's own stores may take: on long histories both would take the whole machine."""
PATIENCE_S, LARGE_S = 600, 900
LARGE_ROWS, LARGE_LABELS, LARGE_ENTITIES, LARGE_MEMORY = 50_000_000, 5_000_000, 500_000, "4GB"
LATE = "not within"
FEAST = "feast[duckdb]==0.67.0"
OURS = "jupyter_mlx.features.asof.AsofOfflineStore"

BARE = """
import json, sys, time
import duckdb
import pandas as pd

told = json.loads(sys.argv[1])
labels = pd.read_parquet(told["labels"])
names = ", ".join(f"s.f{at}" for at in range(told["features"]))
query = f'''SELECT l.*, {names} FROM labels l ASOF LEFT JOIN read_parquet('{told["source"]}') s
ON l.entity_id = s.entity_id AND l.event_timestamp >= s.event_timestamp'''
seconds = []
for _ in range(told["repeats"]):
    start = time.perf_counter()
    with duckdb.connect() as connection:
        found = connection.execute(query).df()
    seconds.append(time.perf_counter() - start)
    total, rows = float(found["f0"].sum()), len(found)
# Not ru_maxrss, which a process takes over from the one that starts it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"seconds": seconds, "bytes": int(peak.split()[1]) * 1024, "rows": rows, "total": total}))
"""
STORE = """
import json, resource, sys, time, warnings
from datetime import timedelta
import pandas as pd

warnings.simplefilter("ignore")
told = json.loads(sys.argv[1])
if told.get("limit"):
    resource.setrlimit(resource.RLIMIT_AS, (told["limit"], told["limit"]))
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.types import Float64, Int64

store = FeatureStore(config=RepoConfig(
    project="bench", provider="local", registry=told["registry"], online_store=None,
    offline_store={"type": told["store"], **told.get("options", {})}, entity_key_serialization_version=3,
))
entity = Entity(name="entity_id", join_keys=["entity_id"], value_type=ValueType.INT64)
created = {"created_timestamp_column": "created"} if told.get("known") else {}
view = FeatureView(
    name="view", entities=[entity], ttl=timedelta(days=3650),
    schema=[Field(name="entity_id", dtype=Int64)]
    + [Field(name=f"f{at}", dtype=Float64) for at in range(told["features"])],
    source=FileSource(path=told["source"], timestamp_field="event_timestamp", **created),
)
store.apply([entity, view])
labels = pd.read_parquet(told["labels"])
refs = [f"view:f{at}" for at in range(told["features"])]
options = {"filter_by_created_timestamp": True} if told.get("known") else {}
seconds = []
for _ in range(told["repeats"]):
    start = time.perf_counter()
    found = store.get_historical_features(labels, refs, **options).to_df()
    seconds.append(time.perf_counter() - start)
    total, rows = float(found["f0"].sum()), len(found)
# Not ru_maxrss, which a process takes over from the one that starts it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"seconds": seconds, "bytes": int(peak.split()[1]) * 1024, "rows": rows, "total": total}))
"""


@dataclass(frozen=True)
class Data:
    """Files of one history."""

    source: Path
    labels: Path


@dataclass(frozen=True)
class Figure:
    """What processes of one contender took: medians of what each did again, and of its first; the greatest memory."""

    seconds: float
    first: float
    bytes: int
    rows: int
    total: float


def write_history(folder: Path, entities: int) -> Data:
    """Rows in the order of their times, as they come in; no two of one entity at one time."""
    random = np.random.default_rng(entities)
    year = 365 * 86_400 * 1_000_000
    stamps = np.sort(random.choice(year, ROWS, replace=False)) + 1_700_000_000_000_000
    columns = {
        "entity_id": random.integers(0, entities, ROWS),
        "event_timestamp": pa.array(stamps, pa.timestamp("us", "UTC")),
        "created": pa.array(stamps + random.integers(0, 3_600_000_000, ROWS), pa.timestamp("us", "UTC")),
    }
    columns |= {f"f{at}": random.normal(size=ROWS) for at in range(FEATURES)}
    labels = {
        "entity_id": random.integers(0, entities, LABELS),
        "event_timestamp": pa.array(
            random.integers(0, year, LABELS) + 1_700_000_000_000_000, pa.timestamp("us", "UTC")
        ),
        "target": random.integers(0, 2, LABELS),
    }
    data = Data(folder / f"source-{entities}.parquet", folder / f"labels-{entities}.parquet")
    pq.write_table(pa.table(columns), data.source)
    pq.write_table(pa.table(labels), data.labels)
    return data


def write_large(folder: Path) -> Data:
    """As `write_history`, by DuckDB, which needs no memory for it."""
    data = Data(folder / "source-large.parquet", folder / "labels-large.parquet")
    moment = "make_timestamp(1700000000000000 + CAST(random() * 31536000000000 AS BIGINT)) AS event_timestamp"
    key = f"CAST(floor(random() * {LARGE_ENTITIES}) AS BIGINT) AS entity_id"
    values = ", ".join(f"random() AS f{at}" for at in range(FEATURES))
    with duckdb.connect() as connection:
        connection.execute(f"SET preserve_insertion_order = false; SET memory_limit = '{LARGE_MEMORY}'")
        for query, path in (
            (f"SELECT {key}, {moment}, {values} FROM range({LARGE_ROWS})", data.source),
            (f"SELECT {key}, {moment} FROM range({LARGE_LABELS})", data.labels),
        ):
            connection.execute(f"COPY ({query}) TO '{path}'")
    return data


def told(data: Data, **more: Any) -> dict[str, Any]:
    """What a contender is told."""
    plain = {"source": str(data.source), "labels": str(data.labels), "features": FEATURES, "repeats": REPEATS}
    return plain | more


def run(
    python: str, script: str, folder: Path, asked: dict[str, Any], limit_s: float | None = None
) -> dict[str, Any] | str:
    """A contender's answer, or how it ended."""
    limit_s = limit_s or LIMIT_S
    with tempfile.TemporaryDirectory(dir=folder) as own:
        asked = asked | {"registry": f"{own}/registry.db"}
        # Ends with us, however we end: a peer that is left alone takes all memory.
        command = ["setpriv", "--pdeathsig", "KILL", python, "-c", script, json.dumps(asked)]
        environment = clean_environment(Path(own))
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, cwd=own, env=environment, timeout=limit_s
            )
        except subprocess.TimeoutExpired:
            return f"{LATE} {limit_s} s"
    print(f"  {asked['store']} {done.stdout.strip()[-120:]}", file=sys.stderr, flush=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return lines[-1][:60] if lines and done.returncode > 0 else f"ended by signal {-done.returncode}"
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def figure(answers: list[dict[str, Any]]) -> Figure:
    """Sum answers up."""
    again = [statistics.median(answer["seconds"][1:] or answer["seconds"]) for answer in answers]
    first = [answer["seconds"][0] for answer in answers]
    last = answers[-1]
    return Figure(
        statistics.median(again),
        statistics.median(first),
        max(answer["bytes"] for answer in answers),
        last["rows"],
        last["total"],
    )


def beside_bare(folder: Path, data: Data) -> tuple[Figure, Figure]:
    """Ours and the bare join, in turn."""
    ours, bare = [], []
    for _ in range(PAIRS):
        for answers, script in ((ours, STORE), (bare, BARE)):
            answer = run(sys.executable, script, folder, told(data, store=OURS))
            if isinstance(answer, str):
                raise SystemExit(answer)
            answers.append(answer)
    left, right = figure(ours), figure(bare)
    if left.rows != LABELS or not np.isclose(left.total, right.total):
        raise SystemExit(f"{left.rows} rows, {left.total} beside {right.total}")
    return left, right


def shown(found: Figure) -> str:
    """Time again and at first, and memory."""
    return f"{found.seconds:.2f} s (first {found.first:.2f}), {found.bytes / 1e9:.2f} GB"


def compared(what: str, ours: Figure, other: Figure | str, bound: float | None) -> Row:
    """A peer that is to be slower."""
    if isinstance(other, str):
        least = LIMIT_S / ours.seconds
        known = LATE in other and bound is not None and least >= bound
        return Row(
            what,
            shown(ours),
            other,
            f"> {least:.1f} times" if known else "",
            f"≥ {bound}" if known else "",
            known or None,
        )
    ratio = other.seconds / ours.seconds
    passed = None if bound is None else ratio >= bound
    lost = f", {other.rows - LABELS:+,} rows" if other.rows != LABELS else ""
    return Row(
        what, shown(ours), shown(other) + lost, f"{ratio:.1f} times", "" if bound is None else f"≥ {bound}", passed
    )


def bare_rows(what: str, ours: Figure, bare: Figure) -> list[Row]:
    """Time and memory over the bare join's."""
    time, memory = ours.seconds / bare.seconds, ours.bytes / bare.bytes
    return [
        Row(f"{what}, bare ASOF join", shown(ours), shown(bare), f"{time:.2f}", f"{TIME}", time <= TIME),
        Row("… memory", f"{ours.bytes / 1e9:.2f} GB", f"{bare.bytes / 1e9:.2f} GB", f"{memory:.2f}", f"{MEMORY}",
            memory <= MEMORY),
    ]  # fmt: skip


def by_feast(folder: Path, data: Data, store: str, python: str, **more: Any) -> Figure | str:
    """One of Feast's stores."""
    answer = run(python, STORE, folder, told(data, store=store, **more))
    if not isinstance(answer, str):
        return figure([answer])
    return f"with {PEER_GB} GB: {answer}" if "limit" in more else answer


def install_feast() -> str:
    """Feast with ibis in an environment of its own; its Python, or nothing where it can't be installed."""
    place = ROOT / ".venv" / "peers" / "feast"
    python = place / "bin" / "python"
    if not (place / "done").exists():
        uv = str(BIN / "uv")
        subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, str(place)], check=True)
        if subprocess.run([uv, "pip", "install", "-q", "--python", str(python), FEAST], check=False).returncode:
            return ""
        subprocess.run([str(python), "-m", "compileall", "-q", str(place / "lib")], check=False)
        (place / "done").touch()
    return str(python)


def standard(folder: Path) -> list[Row]:
    """Both histories."""
    found: list[Row] = []
    peer = install_feast()
    # Feast's duckdb store joins every label with all of its entity's history: minutes where that is long.
    for entities, repeats in ((20_000, REPEATS), (1_000, 1)):
        data = write_history(folder, entities)
        what = f"{entities:,} entities × {ROWS // entities:,} rows, {LABELS:,} labels"
        ours, bare = beside_bare(folder, data)
        found += bare_rows(what, ours, bare)
        limit = PEER_GB * 10**9
        dask = by_feast(folder, data, "dask", sys.executable, repeats=1, limit=limit)
        found.append(compared("… Feast's default", ours, dask, OVER_DASK))
        theirs = by_feast(folder, data, "duckdb", peer, repeats=repeats, limit=limit) if peer else "not installed"
        found.append(compared("… Feast's duckdb store", ours, theirs, OVER_DUCKDB))
        known = by_feast(folder, data, OURS, sys.executable, known=True)
        if isinstance(known, str):
            raise SystemExit(known)
        found.append(
            Row("… of what was known then, bare join that does not ask", shown(known), shown(bare),
                f"{known.seconds / bare.seconds:.2f}", "", None)
        )  # fmt: skip
    return found


def large(folder: Path) -> list[Row]:
    """More than the memory holds."""
    data = write_large(folder)
    options = {"memory_limit": LARGE_MEMORY, "temp_directory": str(folder)}
    answer = run(sys.executable, STORE, folder, told(data, store=OURS, options=options, repeats=1), LARGE_S)
    what = f"{LARGE_ROWS:,} feature rows × {LARGE_LABELS:,} labels, {LARGE_MEMORY}"
    if isinstance(answer, str):
        return [Row(what, answer, "", "", "finishes", False)]
    found = figure([answer])
    text = f"{found.seconds:.0f} s, {found.bytes / 1e9:.2f} GB"
    return [Row(what, text, "", "", "finishes", found.rows == LARGE_LABELS)]


def rows() -> list[Row]:
    """All figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*standard(folder), *large(folder)]


if __name__ == "__main__":
    if "--small" in sys.argv:
        ROWS, LABELS, LARGE_ROWS, LARGE_LABELS = (n // 100 for n in (ROWS, LABELS, LARGE_ROWS, LARGE_LABELS))
    if "--patient" in sys.argv:
        LIMIT_S = PATIENCE_S
    sys.exit(0 if print_rows(rows()) else 1)
