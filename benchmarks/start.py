"""What the extension costs at the start: of the server, of an import, of the command line, of the page."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import BIN, ROOT, Row, clean_environment, lab, print_rows, spread

PAIRS = 7
OFF = "--ServerApp.jpserver_extensions={'jupyter_mlx': False}"


def server_start() -> Row:
    """`jupyter lab` with and without the extension, in turn."""
    with tempfile.TemporaryDirectory() as root:
        ours, peer = [], []
        for index in range(PAIRS + 1):
            for options, seconds in (([], ours), ([OFF], peer)):
                with lab(Path(root), *options) as (_, took):
                    if index:  # the first pair fills the disk's cache and Python's bytecode
                        seconds.append(took)
    added = statistics.median(a - b for a, b in zip(ours, peer, strict=True))
    bound = max(0.05 * statistics.median(peer), 0.1)
    return Row(
        "jupyter lab answers",
        spread(ours),
        f"{spread(peer)} without",
        f"+{added * 1000:.0f} ms",
        f"+{bound * 1000:.0f} ms",
        added <= bound,
    )


def import_time() -> Row:
    """`import jupyter_mlx` in a fresh interpreter."""
    code = "import time; t = time.perf_counter(); import jupyter_mlx; print(time.perf_counter() - t)"
    seconds = []
    with tempfile.TemporaryDirectory() as home:
        for _ in range(PAIRS):
            done = subprocess.run(
                [sys.executable, "-c", code],
                env=clean_environment(Path(home)),
                capture_output=True,
                check=True,
                cwd=ROOT,
            )
            seconds.append(float(done.stdout))
    middle = statistics.median(seconds)
    return Row("import jupyter_mlx", f"{middle * 1000:.0f} ms", "", "", "50 ms", middle <= 0.05)


def help_time() -> Row:
    """`jupyter mlx --help`, beside `papermill --help`."""
    ours, peer = [], []
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for _ in range(PAIRS):
        for command, seconds in (([BIN / "jupyter", "mlx", "--help"], ours), ([BIN / "papermill", "--help"], peer)):
            start = time.perf_counter()
            subprocess.run(list(map(str, command)), env=environment, capture_output=True, check=True, cwd=ROOT)
            seconds.append(time.perf_counter() - start)
    ratio = statistics.median(a / b for a, b in zip(ours, peer, strict=True))
    return Row(
        "jupyter mlx --help",
        spread(ours),
        f"{spread(peer)} papermill",
        f"{ratio:.2f}",
        "0.50 s",
        statistics.median(ours) <= 0.5,
    )


def first_chunk() -> Row:
    """What the page loads before the panel is opened, gzipped."""
    done = subprocess.run(
        ["node", "scripts/check-size.mjs"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"},
    )
    found = re.search(r"(\d+)\s+gzipped at start", done.stdout)
    if found is None:
        raise SystemExit(done.stdout + done.stderr)
    size = int(found[1])
    return Row("front end's first chunk", f"{size / 1000:.1f} kB", "", "", "150 kB", size <= 150_000)


def rows() -> list[Row]:
    """All figures of this file."""
    return [server_start(), import_time(), help_time(), first_chunk()]


if __name__ == "__main__":
    sys.exit(0 if print_rows(rows()) else 1)
