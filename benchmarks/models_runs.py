"""10,000 tracked runs × 50 metrics × 50 parameters as a table over HTTP, beside MLflow's search to a DataFrame."""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from common import Row, Server, lab, print_rows

RUNS, NAMES, POINTS = 10_000, 50, 1_000_000
ROUNDS, PEER_ROUNDS = 9, 2
PAGE_MS, SORT_MS, CURVE_MS = 300.0, 500.0, 600.0
START = 1_700_000_000_000
COLUMNS = [f"{kind}_{number}" for number in range(5) for kind in ("metrics.metric", "params.param")]


def fill(path: Path, runs: int = RUNS) -> tuple[str, str]:
    """Write runs into MLflow's tables; the experiment's id, and the run that has the long curve."""
    from mlflow.tracking import MlflowClient

    client = MlflowClient(f"sqlite:///{path}")
    experiment = client.create_experiment("bench", artifact_location=(path.parent / "artifacts").as_uri())
    first = client.create_run(experiment).info.run_id
    chance = random.Random(5)
    with sqlite3.connect(path) as db:
        names = [column[1] for column in db.execute("PRAGMA table_info(runs)")]
        row = dict(zip(names, db.execute("SELECT * FROM runs").fetchone(), strict=True))
        db.execute("PRAGMA synchronous = off")
        for number in range(runs):
            _add(db, row, chance, number)
        _write(
            db,
            "metrics",
            ({**_metric("loss", chance.random(), step, first), "timestamp": START + step} for step in range(POINTS)),
        )
        _write(db, "latest_metrics", [_metric("loss", 0.5, POINTS - 1, first)])
    db.close()
    return experiment, first


def _add(db: sqlite3.Connection, row: dict[str, Any], chance: random.Random, number: int) -> None:
    run_id = uuid.UUID(int=chance.getrandbits(128)).hex
    begun = START + number * 1000
    changed = {"run_uuid": run_id, "name": f"run-{number}", "start_time": begun, "end_time": begun + 500}
    _write(db, "runs", [{**row, **changed, "status": "FINISHED"}])
    _write(
        db, "params", [{"key": f"param_{n}", "value": str(chance.random()), "run_uuid": run_id} for n in range(NAMES)]
    )
    metrics = [_metric(f"metric_{n}", chance.random(), 0, run_id) for n in range(NAMES)]
    _write(db, "metrics", metrics)
    _write(db, "latest_metrics", metrics)
    tags = {"mlflow.runName": f"run-{number}", "mlflow.user": "ada", "mlflow.source.name": "train.ipynb"}
    _write(db, "tags", [{"key": key, "value": value, "run_uuid": run_id} for key, value in tags.items()])


def _metric(key: str, value: float, step: int, run_id: str) -> dict[str, Any]:
    return {"key": key, "value": value, "timestamp": START, "step": step, "is_nan": 0, "run_uuid": run_id}


def _write(db: sqlite3.Connection, table: str, rows: Any) -> None:
    listed = iter(rows)
    first = next(listed)
    names = list(first)
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    db.execute(statement, list(first.values()))
    db.executemany(statement, (list(row.values()) for row in listed))


def milliseconds(call: Callable[[], Any], rounds: int) -> list[float]:
    """Of each call; the one before them is not counted."""
    call()
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        found.append((time.perf_counter() - start) * 1000)
    return found


def compared(
    what: str, bound: float | None, ours: Callable[[], Any], peer: Callable[[], Any] | None, name: str = ""
) -> Row:
    """A line: ours over HTTP, the peer in this process."""
    mine = milliseconds(ours, ROUNDS)
    theirs = milliseconds(peer, PEER_ROUNDS) if peer else []
    median = statistics.median(mine)
    return Row(
        what,
        f"{median:.0f} ms ({min(mine):.0f}–{max(mine):.0f})",
        f"{statistics.median(theirs):,.0f} ms {name}" if theirs else "",
        f"{median / statistics.median(theirs):.3f}" if theirs else "",
        "" if bound is None else f"{bound:.0f} ms",
        None if bound is None else median <= bound,
    )


def tables(server: Server, experiment: str) -> list[Row]:
    """First page, sort, filter."""
    import mlflow

    filtered = "metrics.metric_3 > 0.9 and params.param_2 LIKE '0.1%'"

    def ours(**request: Any) -> Callable[[], Any]:
        body = {"experiments": [experiment], "columns": COLUMNS, **request}
        return lambda: server.request("POST", "mlx/v1/models/runs/search", body)

    def peer(**request: Any) -> Callable[[], Any]:
        return lambda: mlflow.search_runs([experiment], max_results=RUNS, **request)

    descending = [{"column": "metrics.metric_3", "descending": True}]
    what = f"{RUNS:,} runs × {NAMES} metrics × {NAMES} parameters"
    name = "search_runs to a DataFrame"
    answer = ours(filter=filtered)()
    if answer["total"] != len(peer(filter_string=filtered)()):
        raise SystemExit("the searches find different runs")
    return [
        compared(f"{what}: first page, {len(COLUMNS)} columns", PAGE_MS, ours(), peer(), name),
        compared(
            "… sorted by a metric", SORT_MS, ours(order_by=descending), peer(order_by=["metrics.metric_3 DESC"]), name
        ),
        compared("… sorted by a parameter", SORT_MS, ours(order_by=[{"column": "params.param_3"}]), None),
        compared("… filtered", SORT_MS, ours(filter=filtered), peer(filter_string=filtered), name),
        compared(
            "… its columns",
            None,
            lambda: server.request("GET", f"mlx/v1/models/experiments/{experiment}/columns"),
            None,
        ),
    ]


def curve(server: Server, run_id: str, uri: str) -> Row:
    """One of a million points."""
    from mlflow.tracking import MlflowClient

    client = MlflowClient(uri)

    def ours() -> None:
        found = server.request("POST", "mlx/v1/models/runs/curves", {"runs": [run_id], "metrics": ["loss"]})
        if found["items"][0]["total"] != POINTS:
            raise SystemExit("the curve is not whole")

    return compared(
        f"a curve of {POINTS:,} points",
        CURVE_MS,
        ours,
        lambda: client.get_metric_history(run_id, "loss"),
        "get_metric_history",
    )


def rows() -> list[Row]:
    """Measure."""
    import mlflow

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        experiment, run_id = fill(folder / "mlflow.db")
        uri = f"sqlite:///{folder / 'mlflow.db'}"
        mlflow.set_tracking_uri(uri)
        with lab(folder, f"--MlxApp.mlflow_tracking_uri={uri}") as (server, _):
            return [*tables(server, experiment), curve(server, run_id, uri)]


if __name__ == "__main__":
    sys.exit(0 if print_rows(rows()) else 1)
