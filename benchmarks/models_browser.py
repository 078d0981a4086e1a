"""From a command to the browser's picture: a comparison of 200 runs, a curve of a million points."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from common import BIN, ROOT, TOKEN, Row, lab, print_rows
from models_runs import fill

RUNS = 200
ROUNDS = 5
COMPARE_MS, CURVE_MS = 2000.0, 1000.0


def line(what: str, found: list[float], bound: float) -> Row:
    """A figure; the first time, which loads the renderer, stands beside it."""
    first, *rest = found
    median = statistics.median(rest)
    return Row(what, f"{median:.0f} ms (first {first:.0f})", "", "", f"{bound:.0f} ms", median <= bound)


def rows() -> list[Row]:
    """The figures of one browser."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        store = root / "mlflow.db"
        experiment, long = fill(store, RUNS)
        with lab(root, f"--MlxApp.mlflow_tracking_uri=sqlite:///{store}") as (server, _):
            # The first question of a server starts MLflow, in seconds that are measured elsewhere.
            server.request("GET", "mlx/v1/models/experiments")
            script = str(ROOT / "benchmarks" / "models-browser.mjs")
            done = subprocess.run(
                ["node", script, server.url, TOKEN, experiment, long, str(ROUNDS)],
                capture_output=True,
                text=True,
                check=False,
                cwd=ROOT / "ui-tests",
                env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"},
            )
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    found = json.loads(done.stdout.splitlines()[-1])
    if found["runs"] != RUNS:
        raise SystemExit(f"only {found['runs']} of {RUNS} runs were found")
    return [
        line("compare of 200 runs to browser, table", found["table"], COMPARE_MS),
        line("compare of 200 runs to browser, parallel", found["parallel"], COMPARE_MS),
        line("curve of 1,000,000 points to browser", found["curve"], CURVE_MS),
    ]


if __name__ == "__main__":
    sys.exit(0 if print_rows(rows()) else 1)
