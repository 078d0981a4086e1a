"""A deployment with a canary of one in five beside MLflow's own scoring server, in one run, by turns.

Both serve the same scikit-learn model. Ours is the whole path: the router with its token, its log and its counters,
and behind it a process a version. Latency is of one client with a kept connection; throughput of four at once.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common import BIN, Row, clean_environment, free_port, print_rows

FIELDS = 20
ROUNDS = 7
REQUESTS, CLIENTS = 200, 4
BOUND = 1.05
START_S = 180.0
BODY = json.dumps({"dataframe_split": {"columns": [f"f{i}" for i in range(FIELDS)], "data": [[0.3] * FIELDS]}})


def register(uri: str, folder: Path) -> None:
    """Two versions of a classifier."""
    import mlflow
    import numpy as np
    import pandas as pd
    from sklearn.linear_model import LogisticRegression

    mlflow.set_tracking_uri(uri)
    frame = pd.DataFrame(np.random.default_rng(1).random((500, FIELDS)), columns=[f"f{i}" for i in range(FIELDS)])
    os.chdir(folder)
    for bound in (0.4, 0.5):
        model = LogisticRegression().fit(frame, (frame.f0 > bound).astype(int))
        mlflow.sklearn.log_model(
            model, name="model", registered_model_name="bench", input_example=frame.head(2), pip_requirements=[]
        )


def wait(address: str, process: subprocess.Popen[bytes] | None, log: Path | None) -> None:
    """Until something answers a ping."""
    deadline = time.monotonic() + START_S
    while True:
        try:
            urllib.request.urlopen(f"{address}/ping", timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            ended = process is not None and process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise SystemExit(log.read_text() if log else f"{address} does not answer") from None
            time.sleep(0.05)


@contextmanager
def peer(home: Path, environment: dict[str, str]) -> Iterator[str]:
    """``mlflow models serve``; its address."""
    port = free_port()
    log = home / "peer.log"
    command = [str(BIN / "mlflow"), "models", "serve", "-m", "models:/bench/1", "--env-manager", "local"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "-p", str(port), "-h", "127.0.0.1"],
            env=environment,
            stdout=out,
            stderr=out,
            cwd=home,
            start_new_session=True,
        )
    try:
        wait(f"http://127.0.0.1:{port}", process, log)
        yield f"127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def ours(home: Path, uri: str) -> Iterator[tuple[str, str]]:
    """A deployment of both versions; its address and its token."""
    from jupyter_mlx.jobs.control import stop_agent
    from jupyter_mlx.models.deployment.waiting import wait_for_deployment
    from jupyter_mlx.services import Services
    from jupyter_mlx.settings import Settings

    settings = Settings.from_env({}, state_dir=home / "mlx", gpus="none", mlflow_tracking_uri=uri)
    services = Services(settings)
    service, me = services.models.deployments, services.principal()
    service.create({"name": "bench", "model": "bench", "version": 1}, me)
    try:
        wait_for_deployment(service, settings.key, "bench", START_S)
        service.update("bench", {"routes": [{"version": 1, "share": 0.8}, {"version": 2, "share": 0.2}]}, me)
        wait_for_deployment(service, settings.key, "bench", START_S)
        access = service.token("bench", me)
        yield access["address"].removeprefix("http://"), access["token"]
    finally:
        service.update("bench", {"running": False}, me)
        wait_for_deployment(service, settings.key, "bench", START_S)
        stop_agent(settings)
        services.close()


def ask(address: str, token: str | None, count: int, took: list[float]) -> None:
    """One client: its requests one after the other."""
    connection = http.client.HTTPConnection(address)
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    for _ in range(count):
        begun = time.perf_counter()
        connection.request("POST", "/invocations", BODY, headers)
        answer = connection.getresponse()
        content = answer.read()
        took.append(time.perf_counter() - begun)
        if answer.status != 200:
            raise SystemExit(content.decode())
    connection.close()


def throughput(address: str, token: str | None) -> float:
    """Requests a second of several clients at once."""
    threads = [threading.Thread(target=ask, args=(address, token, REQUESTS // 2, [])) for _ in range(CLIENTS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return CLIENTS * (REQUESTS // 2) / (time.perf_counter() - begun)


def rows() -> list[Row]:
    """Measure."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        home = Path(name)
        uri = f"sqlite:///{home / 'mlflow.db'}"
        register(uri, home)
        environment = {**clean_environment(home), "MLFLOW_TRACKING_URI": uri}
        with peer(home, environment) as there, ours(home, uri) as (here, token):
            return compare({"ours": (here, token), "peer": (there, None)})


def compare(sides: dict[str, tuple[str, str | None]]) -> list[Row]:
    """Both by turns, the first turn of each to warm up."""
    latency: dict[str, list[float]] = {"ours": [], "peer": []}
    rate: dict[str, list[float]] = {"ours": [], "peer": []}
    for turn in range(ROUNDS + 1):
        for side in ("ours", "peer") if turn % 2 else ("peer", "ours"):
            took: list[float] = []
            ask(*sides[side], REQUESTS, took)
            persecond = throughput(*sides[side])
            if turn:
                latency[side].append(statistics.median(took) * 1000)
                rate[side].append(persecond)
    slower = statistics.median(latency["ours"]) / statistics.median(latency["peer"])
    faster = statistics.median(rate["ours"]) / statistics.median(rate["peer"])
    return [
        Row(
            "scoring one row, canary of 20% (MLflow's scoring server beside it), p50",
            f"{statistics.median(latency['ours']):.2f} ms",
            f"{statistics.median(latency['peer']):.2f} ms",
            f"{slower:.2f}",
            f"≤ {BOUND}",
            slower <= BOUND,
        ),
        Row(
            f"the same, {CLIENTS} clients at once",
            f"{statistics.median(rate['ours']):.0f}/s",
            f"{statistics.median(rate['peer']):.0f}/s",
            f"{faster:.2f}",
            f"≥ {1 / BOUND:.2f}",
            faster >= 1 / BOUND,
        ),
    ]


if __name__ == "__main__":
    sys.exit(0 if print_rows(rows()) else 1)
