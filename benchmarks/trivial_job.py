"""A notebook of one cell, from `POST jobs` to SUCCEEDED, beside the papermill command on the same notebook."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import BIN, Row, Server, lab, print_rows, spread, write_notebook

PAIRS = 7
BOUND = 0.6


def one_job(server: Server) -> float:
    """Seconds by the client's clock; the end is asked for every 10 ms."""
    start = time.perf_counter()
    run = server.request("POST", "mlx/v1/jobs", {"notebook": "trivial.ipynb"})
    while not run["ended_at"]:
        time.sleep(0.01)
        run = server.request("GET", f"mlx/v1/jobs/{run['id']}")
    took = time.perf_counter() - start
    if run["state"] != "SUCCEEDED":
        raise SystemExit(run)
    return took


def rows() -> list[Row]:
    """The figure with a running agent, and the first job of all, which starts it."""
    ours, peer = [], []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_notebook(root / "trivial.ipynb", "print('hello')")
        command = [str(BIN / "papermill"), "trivial.ipynb", "out.ipynb", "--no-progress-bar"]
        with lab(root) as (server, _):
            first = one_job(server)
            for index in range(PAIRS + 1):
                took = one_job(server)
                start = time.perf_counter()
                subprocess.run(command, env=server.environment, capture_output=True, check=True, cwd=root)
                if index:
                    ours.append(took)
                    peer.append(time.perf_counter() - start)
    ratio = statistics.median(a / b for a, b in zip(ours, peer, strict=True))
    return [
        Row(
            "trivial notebook as a job",
            spread(ours),
            f"{spread(peer)} papermill",
            f"{ratio:.2f}",
            f"{BOUND}",
            ratio <= BOUND,
        ),
        Row("… the first one, agent started", f"{first:.2f} s", "", "", "", None),
    ]


if __name__ == "__main__":
    sys.exit(0 if print_rows(rows()) else 1)
