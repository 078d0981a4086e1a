"""From a cell's print to the browser's page: in the run page of a job, and in an open notebook, one after the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from common import BIN, ROOT, TOKEN, Row, lab, print_rows, write_notebook

PRINTS = 100
BOUND_MS = 250
# Each line carries the clock's time in milliseconds; the page notes its own clock when the line appears in it.
CELL = f"""
import time
for index in range({PRINTS}):
    time.sleep(0.1 + 0.037 * (index % 5))
    print(f"tick-{{index}}-{{time.time() * 1000:.0f}};", flush=False)
"""


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, round(share * (len(values) - 1)))]


def rows() -> list[Row]:
    """The figure, with the notebook's own beside it."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_notebook(root / "ticks.ipynb", CELL)
        with lab(root) as (server, _):
            done = subprocess.run(
                [
                    "node",
                    str(ROOT / "benchmarks" / "output-latency.mjs"),
                    server.url,
                    TOKEN,
                    "ticks.ipynb",
                    str(PRINTS),
                ],
                capture_output=True,
                text=True,
                check=False,
                cwd=ROOT / "ui-tests",
                env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"},
            )
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    ours, peer = found["job"], found["notebook"]
    if len(ours) != PRINTS or len(peer) != PRINTS:
        raise SystemExit(f"only {len(ours)} and {len(peer)} of {PRINTS} lines were seen")
    p95, peer95 = percentile(ours, 0.95), percentile(peer, 0.95)
    return [
        Row(
            "print to browser, p95",
            f"{p95:.0f} ms (p50 {percentile(ours, 0.5):.0f})",
            f"{peer95:.0f} ms (p50 {percentile(peer, 0.5):.0f}) open notebook",
            f"{p95 / peer95:.2f}",
            f"{BOUND_MS} ms",
            p95 <= BOUND_MS,
        )
    ]


if __name__ == "__main__":
    sys.exit(0 if print_rows(rows()) else 1)
