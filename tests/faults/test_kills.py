"""SIGKILL at the worst moments: every attempt reaches its end, nothing is left running, nothing is told twice."""

from __future__ import annotations

import collections
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from jupyter_mlx.jobs import control
from jupyter_mlx.jobs.lifecycle import ENDED, State
from jupyter_mlx.jobs.models import Retries, Run

from ..support import Workbench, kill, wait_gone

# The kernel's children: one in its group, one in a session of its own, one of those with a cleaned environment.
BUSY = """
import subprocess, sys, time
children = [
    subprocess.Popen(["sleep", "300"]),
    subprocess.Popen(["sleep", "300"], start_new_session=True),
    subprocess.Popen(["sleep", "300"], start_new_session=True, env={"PATH": "/usr/bin:/bin"}),
]
print("PIDS", *[child.pid for child in children], flush=True)
"""
ENDLESS = (BUSY, "print('second', flush=True)\ntime.sleep(300)")
BRIEF = (BUSY, "time.sleep(4)\nprint('second', flush=True)")


@pytest.fixture
def own(own_bench: Callable[..., Workbench]) -> Workbench:
    """A workbench whose agent and template may be killed."""
    return own_bench()


def started(bench: Workbench, cells: tuple[str, ...], **request: object) -> tuple[Run, list[int]]:
    """A run whose kernel has children, and the ids of all its processes."""
    run = bench.submit(*cells, **request)
    bench.wait_for_output(run.id, "PIDS")
    text = next(str(e.data["output"]["text"]) for e in bench.events(run.id) if "PIDS" in str(e.data.get("output")))
    pids = [int(word) for word in text.split()[1:]]
    return bench.jobs.get(run.id), [bench.worker(run).pid, bench.kernel(run).pid, *pids]


def check(bench: Workbench, run: Run, pids: list[int]) -> None:
    """What holds whatever was killed."""
    assert run.state in ENDED
    assert run.ended_at is not None
    assert all(attempt.state in ENDED and attempt.ended_at is not None for attempt in run.attempts)
    assert wait_gone(pids, 15) == []
    told = collections.Counter(
        (event.attempt, event.data["cell"], event.data["state"])
        for event in bench.events(run.id)
        if event.kind == "job.cell"
    )
    assert set(told.values()) <= {1}
    assert bench.files(run, run.attempt_no).folder.name == str(run.attempt_no)


def test_a_killed_worker(bench: Workbench) -> None:
    run, pids = started(bench, ENDLESS)
    kill(bench.worker(run))
    ended = bench.finish(run.id)
    assert ended.state is State.FAILED
    assert ended.error is not None
    assert ended.error["code"] == "worker_died"
    assert "SIGKILL" in ended.error["message"]
    assert ended.last is not None
    assert ended.last.exit == {"signal": "SIGKILL"}
    assert "PIDS" in bench.files(ended).log.read_text()
    assert {output["name"] for output in ended.last.outputs} == {"notebook.ipynb", "notebook.html", "record.json"}
    check(bench, ended, pids)


def test_a_killed_kernel(bench: Workbench) -> None:
    run, pids = started(bench, ENDLESS)
    kill(bench.kernel(run))
    ended = bench.finish(run.id)
    assert ended.state is State.FAILED
    assert ended.error is not None
    assert ended.error["code"] == "kernel_died"
    check(bench, ended, pids)


def test_a_killed_agent_is_followed_by_another_and_the_run_goes_on(own: Workbench) -> None:
    run, pids = started(own, BRIEF)
    first = own.agent_process()
    kill(first)
    ended = own.finish(run.id)
    assert ended.state is State.SUCCEEDED
    assert len(ended.attempts) == 1
    assert own.printed(ended).endswith("second\n")
    assert own.agent_process().pid != first.pid
    check(own, ended, pids)


@pytest.mark.slow
def test_a_killed_template_is_replaced_and_its_runs_go_on(own: Workbench) -> None:
    run, pids = started(own, BRIEF)
    kill(own.template())
    ended = own.finish(run.id)
    assert ended.state is State.SUCCEEDED
    check(own, ended, pids)
    assert own.run("print('again')").state is State.SUCCEEDED


@pytest.mark.slow
def test_agent_and_template_killed_together_leave_the_run_to_the_next_agent(own: Workbench) -> None:
    run, pids = started(own, BRIEF)
    agent, template = own.agent_process(), own.template()
    agent.suspend()
    template.suspend()
    kill(template)
    kill(agent)
    control.ensure_agent(own.settings)
    ended = own.finish(run.id)
    assert ended.state is State.SUCCEEDED
    check(own, ended, pids)


def test_everything_killed_at_once_is_lost_and_retried(own: Workbench) -> None:
    run, pids = started(own, ENDLESS, retries=Retries(1, 0.5))
    doomed = [own.agent_process(), own.template(), own.worker(run)]
    for process in doomed:
        process.suspend()
    for process in doomed:
        kill(process)
    control.ensure_agent(own.settings)
    again = own.wait_for(run.id, lambda run: run.attempt_no == 2 and run.state is State.RUNNING)
    assert again.attempts[0].state is State.LOST
    assert again.attempts[0].error is not None
    assert again.attempts[0].error["code"] == "attempt_lost"
    # With everybody gone who knew it, and its kernel, nothing tells whose child the last one was.
    hidden = pids.pop()
    os.kill(hidden, signal.SIGKILL)
    assert wait_gone(pids, 15) == []
    own.jobs.cancel(run.id)
    ended = own.finish(run.id)
    assert [attempt.state for attempt in ended.attempts] == [State.LOST, State.CANCELLED]
    check(own, ended, pids)


def test_a_killed_worker_is_retried_by_the_policy(bench: Workbench) -> None:
    run, pids = started(bench, ENDLESS, retries=Retries(1, 0.2))
    kill(bench.worker(run))
    again = bench.wait_for(run.id, lambda run: run.attempt_no == 2 and run.state is State.RUNNING)
    assert again.attempts[0].state is State.FAILED
    bench.jobs.cancel(run.id)
    check(bench, bench.finish(run.id), pids)


def test_the_server_killed_while_a_job_runs_changes_nothing(bench: Workbench) -> None:
    """A process that submitted, here a plain one, dies at once: its job goes on under the agent."""
    path = bench.notebook("a.ipynb", *BRIEF)
    script = (
        "import os, signal, sys\n"
        "from jupyter_mlx.services import Services\n"
        "from jupyter_mlx.jobs.models import JobRequest\n"
        "print(Services().jobs.submit(JobRequest(sys.argv[1]), owner='server').id, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        env={**os.environ, **bench.settings.to_env()},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == -9
    assert bench.finish(done.stdout.strip()).state is State.SUCCEEDED


@pytest.mark.slow
def test_a_stopped_agent_ends_by_itself_and_the_next_takes_over(own: Workbench) -> None:
    run, pids = started(own, BRIEF)
    assert control.stop_agent(own.settings)
    assert not control.agent_status(own.settings)["running"]
    control.ensure_agent(own.settings)
    ended = own.finish(run.id)
    assert ended.state is State.SUCCEEDED
    check(own, ended, pids)


def test_two_calls_at_once_start_one_agent(own: Workbench) -> None:
    callers = [threading.Thread(target=control.ensure_agent, args=(own.settings,)) for _ in range(5)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    agent = own.agent_process()
    own.wait_until(
        lambda: [process.pid for process in own.processes("jupyter_mlx.jobs.agent")] == [agent.pid], "one agent", 15
    )


def test_an_idle_agent_ends_with_its_template(own_bench: Callable[..., Workbench]) -> None:
    bench = own_bench(agent_idle_s=1.0)
    control.ensure_agent(bench.settings)
    bench.agent_process()
    bench.wait_until(lambda: not bench.processes(), "all processes gone", 40)
