"""Following a run to its end: every event comes, however many there are."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from jupyter_mlx.errors import Unavailable
from jupyter_mlx.jobs.follow import follow, wait
from jupyter_mlx.jobs.lifecycle import State
from jupyter_mlx.store.engine import Store
from jupyter_mlx.store.tables import events

from .queue import SUCCEEDED, Queue

MANY = 45_000


@pytest.fixture
def queue(tmp_path: Path, store: Store) -> Queue:
    return Queue(tmp_path, store)


def test_no_event_of_a_run_that_has_ended_is_left_out(queue: Queue) -> None:
    run = queue.add()
    agent = queue.agent()
    _, fence = queue.claim(agent)
    rows = [
        {"time": queue.clock.now(), "kind": "job.output", "subject": run.id, "attempt": 1, "data": {"number": number}}
        for number in range(MANY)
    ]
    with queue.store.write() as connection:
        connection.execute(sa.insert(events), rows)
    agent.publish(fence, SUCCEEDED)
    told = list(follow(queue.jobs, run.id))
    assert [event.data["number"] for event in told if event.kind == "job.output"] == list(range(MANY))
    assert told[-1].data["run"]["state"] == State.SUCCEEDED
    assert [event.id for event in told] == sorted({event.id for event in told})
    assert [event.id for event in follow(queue.jobs, run.id, after=told[-2].id)] == [told[-1].id]
    assert wait(queue.jobs, run.id).state is State.SUCCEEDED


def test_following_a_run_that_does_not_end_ends_in_words(queue: Queue) -> None:
    run = queue.add()
    with pytest.raises(Unavailable) as caught:
        list(follow(queue.jobs, run.id, timeout_s=0.2))
    assert caught.value.code == "wait_timed_out"
    assert queue.get(run).state is State.QUEUED
