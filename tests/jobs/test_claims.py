"""Claims: every run once, fenced by owner and number, on SQLite and PostgreSQL."""

from __future__ import annotations

import collections
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jupyter_mlx.clock import ManualClock
from jupyter_mlx.errors import Conflict, InvalidInput
from jupyter_mlx.jobs.claims import Fence
from jupyter_mlx.jobs.lifecycle import State
from jupyter_mlx.jobs.models import AttemptResult, JobRequest
from jupyter_mlx.store.engine import Store
from jupyter_mlx.store.tables import leases

from .queue import FAILED, SUCCEEDED, Queue

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def queue(tmp_path: Path, any_store: Store, clock: ManualClock) -> Queue:
    return Queue(tmp_path, any_store, clock, gpus=("gpu-0", "gpu-1"))


CLAIMER = """
import sys
from jupyter_mlx.clock import SystemClock
from jupyter_mlx.jobs.claims import Claims
from jupyter_mlx.store.engine import open_store
store = open_store(sys.argv[1])
claims = Claims(store, SystemClock(), sys.argv[2], "host-" + sys.argv[2], 60)
print("ready", flush=True)
sys.stdin.readline()
while (taken := claims.claim([])) is not None:
    print(taken[0].id, flush=True)
store.close()
"""


def test_eight_processes_claim_every_run_once(queue: Queue, db_url: str) -> None:
    queued = [queue.add().id for _ in range(60)]
    claimers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMER, db_url, str(name)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in range(8)
    ]
    for claimer in claimers:
        assert claimer.stdout is not None
        assert claimer.stdout.readline() == "ready\n"
    for claimer in claimers:
        assert claimer.stdin is not None
        claimer.stdin.write("go\n")
        claimer.stdin.flush()
    taken = [line for claimer in claimers for line in claimer.communicate(timeout=120)[0].split()]
    assert collections.Counter(taken) == collections.Counter(queued)


def test_the_oldest_run_is_first(queue: Queue, clock: ManualClock) -> None:
    first = queue.add()
    clock.advance(seconds=1)
    second = queue.add()
    agent = queue.agent()
    assert [queue.claim(agent)[0].id for _ in range(2)] == [first.id, second.id]
    assert agent.claim([]) is None


def test_a_run_goes_through_its_states_with_times_and_events(queue: Queue, clock: ManualClock) -> None:
    run = queue.add()
    agent = queue.agent()
    clock.advance(seconds=1)
    _, fence = queue.claim(agent)
    assert agent.started(fence, {"pid": 1, "boot": "b", "started": 0.0})
    clock.advance(seconds=1)
    line = {"kind": "job.cell", "time": clock.now(), "data": {"cell": 1, "state": "started"}}
    assert agent.ingest(fence, 10, [line], {"cell": 0, "eta_s": 2.5})
    assert queue.get(run).eta_s == 2.5
    clock.advance(seconds=1)
    assert agent.publish(fence, SUCCEEDED)
    ended = queue.get(run)
    assert (ended.state, ended.started_at, ended.ended_at) == (
        State.SUCCEEDED,
        NOON + timedelta(seconds=1),
        NOON + timedelta(seconds=3),
    )
    told = queue.jobs.events_of_run(run.id)
    states = [event.data["run"]["state"] for event in told if event.kind == "job.state"]
    assert states == ["QUEUED", "STARTING", "RUNNING", "SUCCEEDED"]
    assert [event.data["cell"] for event in told if event.kind == "job.cell"] == [1]


def test_a_run_that_was_over_before_its_log_was_read_still_shows_that_it_ran(queue: Queue) -> None:
    run = queue.add()
    agent = queue.agent()
    _, fence = queue.claim(agent)
    agent.publish(fence, SUCCEEDED)
    told = queue.jobs.events_of_run(run.id)
    assert [event.data["run"]["state"] for event in told] == ["QUEUED", "STARTING", "RUNNING", "SUCCEEDED"]


def test_a_stale_owner_changes_nothing(queue: Queue) -> None:
    run = queue.add()
    old, new = queue.agent("old"), queue.agent("new", host="elsewhere")
    _, stale = queue.claim(old)
    queue.expire(run)
    (orphan,) = new.orphans()
    fence = new.adopt(orphan)
    assert fence is not None
    before = queue.get(run)
    assert not old.started(stale, {"pid": 1, "boot": "b", "started": 0.0})
    assert not old.ingest(stale, 5, [{"kind": "job.cell", "time": NOON, "data": {}}], {"cell": 7})
    assert not old.publish(stale, SUCCEEDED)
    assert old.heartbeat([stale]) == [stale]
    assert queue.get(run) == before
    assert new.heartbeat([fence]) == []
    assert new.publish(fence, FAILED)
    assert queue.get(run).state is State.FAILED


def test_an_attempt_that_ended_takes_no_second_end(queue: Queue) -> None:
    run = queue.add()
    agent = queue.agent()
    _, fence = queue.claim(agent)
    assert agent.publish(fence, FAILED)
    ended = queue.get(run)
    assert not agent.publish(fence, SUCCEEDED)
    assert agent.heartbeat([fence]) == [fence]
    assert queue.get(run) == ended


def test_the_number_fences_an_earlier_attempt_of_the_same_owner(queue: Queue, clock: ManualClock) -> None:
    run = queue.add(max_retries=1, backoff_s=0)
    agent = queue.agent()
    _, first = queue.claim(agent)
    agent.publish(first, FAILED)
    clock.advance(seconds=1)
    _, second = queue.claim(agent)
    assert (first.number, second.number) == (1, 2)
    assert not agent.publish(first, SUCCEEDED)
    assert not agent.ingest(Fence(run.id, 1, "agent"), 1, [], {"cell": 9})
    assert queue.get(run).cell == 0


def test_only_one_of_two_agents_adopts(queue: Queue) -> None:
    run = queue.add()
    queue.claim(queue.agent("old"))
    queue.expire(run)
    agents = [queue.agent("b", host="b"), queue.agent("c", host="c")]
    orphans = [agent.orphans()[0] for agent in agents]
    fences = [agent.adopt(orphan) for agent, orphan in zip(agents, orphans, strict=True)]
    assert [fence is not None for fence in fences] == [True, False]


def test_an_attempt_with_a_lease_on_another_host_is_no_orphan(queue: Queue) -> None:
    queue.add()
    queue.claim(queue.agent("old", host="there"))
    assert queue.agent("new", host="here").orphans() == []


# -- retries ---------------------------------------------------------------------------------------------------


def test_retries_wait_longer_each_time_and_then_end(queue: Queue, clock: ManualClock) -> None:
    run = queue.add(max_retries=3, backoff_s=10)
    agent = queue.agent()
    waits = []
    for number in range(1, 5):
        _, fence = queue.claim(agent)
        agent.publish(fence, FAILED)
        now = queue.get(run)
        if number < 4:
            assert now.state is State.QUEUED
            assert now.not_before is not None
            assert f"Attempt {number} of 4 ended FAILED" in str(now.reason)
            waits.append((now.not_before - clock.now()).total_seconds())
            assert agent.claim([]) is None
            assert agent.next_wait_s() == pytest.approx(waits[-1])
            clock.advance(seconds=waits[-1])
    assert [base <= wait <= base * 1.25 for base, wait in zip((10, 20, 40), waits, strict=True)] == [True] * 3
    ended = queue.get(run)
    assert (ended.state, len(ended.attempts), ended.not_before) == (State.FAILED, 4, None)
    assert [attempt.state for attempt in ended.attempts] == [State.FAILED] * 4
    assert all(attempt.ended_at for attempt in ended.attempts)


@pytest.mark.parametrize(
    ("state", "again"),
    [
        (State.FAILED, True),
        (State.TIMED_OUT, True),
        (State.LOST, True),
        (State.CANCELLED, False),
        (State.SUCCEEDED, False),
    ],
)
def test_which_ends_are_retried(queue: Queue, state: State, again: bool) -> None:
    run = queue.add(max_retries=1)
    agent = queue.agent()
    _, fence = queue.claim(agent)
    agent.publish(fence, AttemptResult(state))
    assert queue.get(run).state is (State.QUEUED if again else state)


def test_a_run_that_is_to_be_cancelled_is_not_retried(queue: Queue) -> None:
    run = queue.add(max_retries=5)
    agent = queue.agent()
    _, fence = queue.claim(agent)
    queue.jobs.cancel(run.id)
    assert agent.cancellations([run.id, "other"]) == {run.id}
    agent.publish(fence, FAILED)
    assert queue.get(run).state is State.FAILED


# -- GPUs ------------------------------------------------------------------------------------------------------


def test_a_run_waits_for_the_gpu_that_another_holds_and_says_so(queue: Queue, clock: ManualClock) -> None:
    first = queue.add(gpus=1)
    clock.advance(seconds=1)
    second = queue.add(gpus=2)
    agent = queue.agent()
    _, fence = queue.claim(agent)
    assert queue.get(first).last is not None
    assert queue.get(first).last.gpus == ["gpu-0"]  # type: ignore[union-attr]
    assert agent.claim(queue.devices) is None
    waiting = queue.get(second)
    assert waiting.state is State.QUEUED
    assert waiting.reason == f"Waits for 2 GPUs: held by a ({first.id[:6]})."
    agent.publish(fence, SUCCEEDED)
    taken, _ = queue.claim(agent)
    assert taken.id == second.id
    assert taken.reason is None
    assert taken.last is not None
    assert taken.last.gpus == ["gpu-0", "gpu-1"]


def test_the_reason_is_told_once(queue: Queue, clock: ManualClock) -> None:
    queue.add(gpus=2)
    clock.advance(seconds=1)
    waiting = queue.add(gpus=1)
    agent = queue.agent()
    queue.claim(agent)
    for _ in range(3):
        assert agent.claim(queue.devices) is None
    told = queue.jobs.events_of_run(waiting.id)
    assert [event.data["run"].get("reason") is not None for event in told] == [False, True]


def test_a_run_without_gpus_passes_those_that_wait(queue: Queue) -> None:
    queue.add(gpus=2)
    agent = queue.agent()
    queue.claim(agent)
    waiting, free = queue.add(gpus=1), queue.add()
    assert queue.claim(agent)[0].id == free.id
    assert queue.get(waiting).state is State.QUEUED


def test_small_requests_do_not_starve_a_large_one(queue: Queue, clock: ManualClock) -> None:
    queue.add(gpus=1)
    agent = queue.agent()
    _, fence = queue.claim(agent)
    clock.advance(seconds=1)
    large = queue.add(gpus=2)
    clock.advance(seconds=1)
    queue.add(gpus=1)
    assert agent.claim(queue.devices) is None
    agent.publish(fence, SUCCEEDED)
    assert queue.claim(agent)[0].id == large.id


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.FAILED, State.TIMED_OUT, State.CANCELLED, State.LOST])
def test_every_end_frees_the_gpus(queue: Queue, state: State) -> None:
    queue.add(gpus=2)
    agent = queue.agent()
    _, fence = queue.claim(agent)
    agent.publish(fence, AttemptResult(state))
    with queue.store.read() as connection:
        assert connection.execute(leases.select()).all() == []
    told = [event for event in queue.jobs.events_of_run(fence.run_id) if event.kind == "compute.lease"]
    assert [event.data["held"] for event in told] == [{"gpu-0": fence.run_id, "gpu-1": fence.run_id}, {}]


def test_more_gpus_than_the_host_has_are_refused_at_once(queue: Queue) -> None:
    with pytest.raises(InvalidInput) as caught:
        queue.jobs.submit(JobRequest(str(queue.path), gpus=3), owner="me")
    assert (caught.value.code, caught.value.field) == ("gpus_not_enough", "gpus")


# -- two writers -----------------------------------------------------------------------------------------------


def test_a_cancel_and_a_claim_at_once_leave_a_run_that_makes_sense(queue: Queue) -> None:
    """Whoever is first wins; never a run that is CANCELLED with an attempt that runs."""
    import threading

    for _ in range(10):
        run = queue.add()
        agent = queue.agent()
        claimer = threading.Thread(target=agent.claim, args=([],))
        claimer.start()
        queue.jobs.cancel(run.id)
        claimer.join()
        now = queue.get(run)
        if now.state is State.CANCELLED:
            assert now.attempts == ()
        else:
            assert (now.state, now.cancel_requested) == (State.STARTING, True)
            agent.publish(Fence(run.id, 1, "agent"), AttemptResult(State.CANCELLED))


def test_an_ended_run_cannot_be_cancelled(queue: Queue) -> None:
    run = queue.add()
    agent = queue.agent()
    _, fence = queue.claim(agent)
    agent.publish(fence, SUCCEEDED)
    with pytest.raises(Conflict) as caught:
        queue.jobs.cancel(run.id)
    assert caught.value.code == "run_ended"
