"""The process dies at a named point, is started again, and nothing is lost, run twice or left behind."""

from __future__ import annotations

import collections
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from jupyter_mlx.jobs import control
from jupyter_mlx.jobs.lifecycle import ENDED, State
from jupyter_mlx.jobs.models import JobRequest, Retries, Run
from jupyter_mlx.store.tables import schedules

from ..support import Workbench, kill

SAMPLE = {"start", "renamed"}
AGENT = [
    "claim",
    "claimed",
    "prepared",
    "start",
    "heartbeat",
    "event",
    "before_publish",
    "renamed",
    "publish",
    "published",
]
COUNT = "with open('ran', 'a') as file:\n    file.write('x')"
SUBMIT = """
import sys
from jupyter_mlx.services import Services
from jupyter_mlx.jobs.models import JobRequest
print(Services().jobs.submit(JobRequest(sys.argv[1]), owner="me", idempotency_key="k").id, flush=True)
"""


def sampled(points: list[str]) -> list[Any]:
    """All points; those outside of the sample are slow."""
    return [pytest.param(point, marks=[] if point in SAMPLE else [pytest.mark.slow]) for point in points]


@pytest.fixture
def fail_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Lets the next process that passes a point die there, once; gives the file that shows that it did."""

    def arm(point: str) -> Path:
        once = tmp_path / "died"
        monkeypatch.setenv("JUPYTER_MLX_FAIL_AT", point)
        monkeypatch.setenv("JUPYTER_MLX_FAIL_ONCE", str(once))
        return once

    return arm


def check(bench: Workbench, run: Run) -> None:
    """What holds at whatever point something died."""
    assert run.ended_at is not None
    assert all(attempt.state in ENDED and attempt.ended_at is not None for attempt in run.attempts)
    events = bench.events(run.id)
    ends = [event for event in events if event.kind == "job.state" and event.data["run"]["state"] in ENDED]
    assert len(ends) == 1, "published once"
    told = collections.Counter(
        (event.attempt, event.data["cell"], event.data["state"]) for event in events if event.kind == "job.cell"
    )
    assert set(told.values()) <= {1}
    runs = bench.settings.artifacts / "runs" / run.id
    assert sorted(path.name for path in runs.iterdir()) == [str(attempt.number) for attempt in run.attempts]
    for attempt in run.attempts:
        assert all(Path(output["path"]).is_file() for output in attempt.outputs)
    ran = bench.folder / "notebooks" / "ran"
    assert len(ran.read_text()) <= len(run.attempts)
    control.stop_agent(bench.settings)
    bench.wait_until(lambda: not bench.processes(), "no process is left", 30)


@pytest.mark.parametrize("point", sampled(AGENT))
def test_an_agent_that_dies_loses_no_run(
    own_bench: Callable[..., Workbench], fail_at: Callable[[str], Path], point: str
) -> None:
    bench = own_bench()
    died = fail_at(point)
    run = bench.submit(COUNT, "print('done')", retries=Retries(1, 0.2))
    bench.wait_until(died.exists, f"it died at {point}")
    control.ensure_agent(bench.settings)
    ended = bench.finish(run.id, within_s=90)
    assert ended.state is State.SUCCEEDED
    assert bench.printed(ended) == "done\n" or len(ended.attempts) == 2
    check(bench, ended)


@pytest.mark.slow
def test_an_agent_that_dies_while_it_adopts_is_followed_by_one_that_does(
    own_bench: Callable[..., Workbench], fail_at: Callable[[str], Path]
) -> None:
    bench = own_bench()
    died = fail_at("adopt")
    run = bench.submit(COUNT, "import time\nprint('PIDS', flush=True)\ntime.sleep(4)\nprint('done')")
    bench.wait_for_output(run.id, "PIDS")
    kill(bench.agent_process())
    bench.wait_until(died.exists, "it died")
    control.ensure_agent(bench.settings)
    ended = bench.finish(run.id, within_s=90)
    assert ended.state is State.SUCCEEDED
    check(bench, ended)


def test_an_agent_that_dies_while_it_fires_fires_once(
    own_bench: Callable[..., Workbench], fail_at: Callable[[str], Path]
) -> None:
    bench = own_bench()
    died = fail_at("schedule_advance")
    path = bench.notebook("a.ipynb", COUNT)
    schedule = bench.jobs.schedule(JobRequest(str(path)), "0 0 1 1 *", "UTC", owner="me")
    moment = bench.services.clock.now() - timedelta(seconds=5)
    with bench.services.store.write() as connection:
        connection.execute(sa.update(schedules).where(schedules.c.id == schedule.id).values(next_fire=moment))
    control.ensure_agent(bench.settings)
    bench.wait_until(died.exists, "it died")
    control.ensure_agent(bench.settings)
    (run,) = bench.wait_until(lambda: bench.jobs.page()[0], "a run of the schedule")
    ended = bench.finish(run.id, within_s=90)
    assert (ended.state, ended.fire_time) == (State.SUCCEEDED, moment)
    assert len(bench.jobs.page()[0]) == 1
    assert bench.jobs.schedules.get(schedule.id).next_fire > moment  # type: ignore[operator]
    bench.jobs.schedules.remove(schedule.id)
    check(bench, ended)


@pytest.mark.parametrize(("point", "runs"), [pytest.param("create", 0, marks=pytest.mark.slow), ("created", 1)])
def test_a_server_that_dies_keeps_what_it_promised(
    own_bench: Callable[..., Workbench], fail_at: Callable[[str], Path], point: str, runs: int
) -> None:
    bench = own_bench()
    fail_at(point)
    path = bench.notebook("a.ipynb", COUNT)
    environment = {**os.environ, **bench.settings.to_env()}
    command = [sys.executable, "-c", SUBMIT, str(path)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stdout) == (-9, "")
    assert len(bench.jobs.page()[0]) == runs
    # Whoever asked, asks again with the same key.
    again = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    ended = bench.finish(again.stdout.strip())
    assert ended.state is State.SUCCEEDED
    assert [run.id for run in bench.jobs.page()[0]] == [ended.id]
    check(bench, ended)
