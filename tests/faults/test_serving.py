"""SIGKILL while models are served: the same version answers at the same port again."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from jupyter_mlx.files import read_json
from jupyter_mlx.jobs import control

from ..models.serving.registered import Serving, register
from ..support import Workbench, kill


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """`delay` with one version behind its port; every test leaves it ready."""
    folder = tmp_path_factory.mktemp("served")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    register(folder / "models", uri)
    bench = Workbench(folder, mlflow_tracking_uri=uri)
    made = Serving(bench, "delay")
    made.service.create({"name": "delay", "model": "delay"}, made.me)
    made.ready()
    yield made
    bench.close()


def router_of(serving: Serving) -> psutil.Process:
    """The process that owns the port."""
    folder = next((serving.bench.settings.state_dir / "serving").iterdir())
    return psutil.Process(read_json(folder / "router.json")["process"]["pid"])  # type: ignore[index]


def server_of(serving: Serving) -> psutil.Process:
    """The process that has the model."""
    return psutil.Process(serving.versions()[1]["pid"])


def answers(serving: Serving, address: str, token: str) -> bool:
    """Whether version 1 predicts at an address."""
    from ..models.serving.registered import Client

    client = Client(address, token)
    try:
        status, _, headers = client.ask()
        return status == 200 and headers["x-mlx-version"] == "1"
    except OSError:
        return False
    finally:
        client.close()


def test_a_killed_router_comes_back_at_its_port(serving: Serving) -> None:
    access = serving.service.token("delay", serving.me)
    server = server_of(serving)
    kill(router_of(serving))
    serving.bench.wait_until(lambda: answers(serving, access["address"], access["token"]), "answered again", 30)
    found = serving.ready()
    assert found["address"] == access["address"]
    assert server.is_running()
    assert serving.service.token("delay", serving.me)["token"] == access["token"]


def test_a_killed_process_is_started_again(serving: Serving) -> None:
    access = serving.service.token("delay", serving.me)
    before = server_of(serving)
    kill(before)
    serving.until(lambda found: found["versions"][0]["restarts"] == 1, "a restart", 60)
    serving.ready()
    assert answers(serving, access["address"], access["token"])
    assert server_of(serving).pid != before.pid


def test_without_an_agent_it_is_served_and_the_next_agent_takes_it_over(serving: Serving) -> None:
    access = serving.service.token("delay", serving.me)
    router, server = router_of(serving), server_of(serving)
    kill(serving.bench.agent_process())
    assert answers(serving, access["address"], access["token"])
    assert serving.service.needs_agent()
    control.ensure_agent(serving.bench.settings)
    # What it is told now, the new agent does with the processes of the old one.
    serving.service.update("delay", {"routes": [{"version": 1, "share": 1}]}, serving.me)
    serving.ready()
    assert answers(serving, access["address"], access["token"])
    assert (router_of(serving).pid, server_of(serving).pid) == (router.pid, server.pid)


def test_all_killed_at_once_is_back_within_seconds_without_the_tracking_store(serving: Serving) -> None:
    access = serving.service.token("delay", serving.me)
    doomed = [serving.bench.agent_process(), router_of(serving), server_of(serving)]
    for process in doomed:
        process.suspend()
    for process in doomed:
        kill(process)
    assert not answers(serving, access["address"], access["token"])
    store = Path(serving.bench.settings.mlflow_tracking_uri.removeprefix("sqlite:///"))
    os.rename(store, store.with_suffix(".away"))
    begun = time.monotonic()
    control.ensure_agent(serving.bench.settings)
    serving.bench.wait_until(lambda: answers(serving, access["address"], access["token"]), "answered again", 60)
    took_s = time.monotonic() - begun
    os.rename(store.with_suffix(".away"), store)
    assert serving.ready()["address"] == access["address"]
    # 30 s where the machine is not busy with other things: importing MLflow is most of it.
    assert took_s < 30 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
