"""What the benchmarks share: a server of their own, statistics, and the table."""

from __future__ import annotations

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TOKEN = "benchmark"


@dataclass(frozen=True)
class Row:
    """One line of the table. `passed` is None where there is no bound."""

    what: str
    ours: str
    peer: str
    ratio: str
    bound: str
    passed: bool | None


def print_rows(rows: list[Row]) -> bool:
    """Print the table; whether all bounds hold."""
    header = ("", "ours", "peer", "ratio", "bound", "")
    lines = [
        (row.what, row.ours, row.peer, row.ratio, row.bound, {None: "", True: "ok", False: "MISSED"}[row.passed])
        for row in rows
    ]
    widths = [max(len(line[index]) for line in [header, *lines]) for index in range(len(header))]
    for line in [header, *lines]:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
    return all(row.passed is not False for row in rows)


def spread(seconds: list[float]) -> str:
    """Median, and the least and greatest value."""
    return f"{statistics.median(seconds):.2f} s ({min(seconds):.2f}–{max(seconds):.2f})"


def free_port() -> int:
    """A port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def clean_environment(home: Path) -> dict[str, str]:
    """An environment with settings, data and runtime folders of its own, bytecode on."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "MLFLOW", "JPY"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **kept,
        "HOME": str(home),
        "JUPYTER_MLX_STATE_DIR": str(home / "mlx"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "PATH": f"{BIN}:{kept['PATH']}",
    }


class Server:
    """A running Jupyter server."""

    def __init__(self, port: int, home: Path, environment: dict[str, str]) -> None:
        self.url = f"http://127.0.0.1:{port}/"
        self.home = home
        self.environment = environment

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """One HTTP request; the JSON answer."""
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", f"token {TOKEN}")
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=60) as answer:
            return json.loads(answer.read() or b"null")


@contextmanager
def lab(root: Path, *options: str) -> Iterator[tuple[Server, float]]:
    """JupyterLab on a folder, and the seconds until it answered."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        home = Path(name)
        port = free_port()
        environment = clean_environment(home)
        command = [str(BIN / "jupyter-lab"), "--no-browser", f"--port={port}", "--ServerApp.port_retries=0"]
        command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={root}", *options]
        command += [
            "--LabApp.expose_app_in_browser=True",
            "--LabApp.news_url=",
            "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        ]
        if os.getuid() == 0:
            command.append("--allow-root")
        log = (home / "server.log").open("wb")
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=root)
        server = Server(port, home, environment)
        try:
            while True:
                try:
                    server.request("GET", "api/status")
                    break
                except (urllib.error.URLError, ConnectionError):
                    if process.poll() is not None:
                        raise SystemExit((home / "server.log").read_text()) from None
                    time.sleep(0.005)
            yield server, time.perf_counter() - start
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
            subprocess.run(
                [sys.executable, "-m", "jupyter_mlx.cli", "agent", "stop"],
                env=environment,
                capture_output=True,
                check=False,
                cwd=ROOT,
            )
            log.close()


def write_notebook(path: Path, *sources: str) -> Path:
    """A Python notebook of code cells."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{index}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for index, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.write_text(
        json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})
    )
    return path
