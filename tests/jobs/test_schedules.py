"""Schedules: each firing once, whatever the clock, the zone, other agents and other schedules do."""

from __future__ import annotations

import collections
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlx.clock import ManualClock, to_iso
from jupyter_mlx.errors import InvalidInput, MlxError, NotFound
from jupyter_mlx.jobs.cron import explain, next_firings
from jupyter_mlx.jobs.lifecycle import State
from jupyter_mlx.jobs.models import JobRequest, Retries, Run
from jupyter_mlx.jobs.schedules import Schedule
from jupyter_mlx.store.engine import Store
from jupyter_mlx.store.tables import schedules

from .queue import FAILED, SUCCEEDED, Queue

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def queue(tmp_path: Path, any_store: Store, clock: ManualClock) -> Queue:
    return Queue(tmp_path, any_store, clock)


def add(queue: Queue, cron: str = "*/10 * * * *", timezone: str = "UTC", **policy: Any) -> Schedule:
    return queue.jobs.schedule(JobRequest(str(queue.path)), cron, timezone, owner="me", policy=policy)


def fire(queue: Queue) -> list[Run]:
    return queue.jobs.schedules.fire_due()


def times(runs: list[Run]) -> list[str]:
    return [f"{run.fire_time:%H:%M}" for run in runs]


def all_runs(queue: Queue) -> list[Run]:
    return queue.jobs.page(limit=1000)[0]


def end_all(queue: Queue) -> None:
    agent = queue.agent()
    while (taken := agent.claim([])) is not None:
        agent.publish(taken[1], SUCCEEDED)


# -- firing once -----------------------------------------------------------------------------------------------


def test_a_firing_makes_one_run_of_the_kept_notebook(queue: Queue, clock: ManualClock) -> None:
    schedule = add(queue)
    assert fire(queue) == []
    clock.advance(minutes=10)
    (run,) = fire(queue)
    assert (run.state, run.schedule_id, run.fire_time) == (State.QUEUED, schedule.id, NOON + timedelta(minutes=10))
    assert run.job.id == schedule.job.id
    assert fire(queue) == []
    again = queue.jobs.schedules.get(schedule.id)
    assert again.next_fire == NOON + timedelta(minutes=20)
    assert again.last_run == (run.id, "QUEUED")


FIRER = """
import sys
from datetime import datetime
from jupyter_mlx.clock import ManualClock
from jupyter_mlx.jobs.schedules import ScheduleService
from jupyter_mlx.store.engine import open_store
store, clock = open_store(sys.argv[1]), ManualClock(datetime.fromisoformat(sys.argv[2]))
service = ScheduleService(store, clock)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(20):
    clock.advance(minutes=10)
    service.fire_due()
store.close()
"""


def test_several_processes_fire_each_firing_once(queue: Queue, db_url: str) -> None:
    add(queue, overlap="allow")
    firers = [
        subprocess.Popen(
            [sys.executable, "-c", FIRER, db_url, NOON.isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for firer in firers:
        assert firer.stdout is not None
        firer.stdout.readline()
    for firer in firers:
        firer.communicate("go\n", timeout=120)
    assert [firer.returncode for firer in firers] == [0, 0, 0]
    fired = collections.Counter(run.fire_time for run in all_runs(queue))
    last = NOON + timedelta(minutes=200)
    assert last in fired
    assert set(fired.values()) == {1}


def test_a_clock_that_steps_back_fires_nothing_twice(queue: Queue, clock: ManualClock) -> None:
    schedule = add(queue, overlap="allow")
    clock.advance(minutes=10)
    assert times(fire(queue)) == ["12:10"]
    clock.advance(minutes=-30)
    assert fire(queue) == []
    # Whoever pauses it and goes on meanwhile moves its next firing back, too.
    queue.jobs.schedules.update(schedule.id, paused=True)
    queue.jobs.schedules.update(schedule.id, paused=False)
    for _ in range(4):
        clock.advance(minutes=10)
        fire(queue)
    fired = collections.Counter(run.fire_time for run in all_runs(queue))
    assert set(fired.values()) == {1}
    assert NOON + timedelta(minutes=20) in fired


def test_it_goes_on_after_a_restart(queue: Queue, clock: ManualClock, tmp_path: Path) -> None:
    schedule = add(queue)
    clock.advance(minutes=12)
    other = Queue(tmp_path / "other", queue.store, clock)
    assert times(other.jobs.schedules.fire_due()) == ["12:10"]
    assert fire(queue) == []
    assert queue.jobs.schedules.get(schedule.id).next_fire == NOON + timedelta(minutes=20)


# -- missed firings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "late_minutes", "expected"),
    [
        ({}, 14, ["12:10"]),
        ({}, 16, ["12:10 SKIPPED"]),
        ({"misfire_grace_s": 600.0}, 19, ["12:10"]),
        ({}, 34, ["12:30"]),
        ({}, 59, ["12:50 SKIPPED"]),
        ({"coalesce": "all", "misfire_grace_s": 3600.0, "overlap": "allow"}, 34, ["12:10", "12:20", "12:30"]),
        ({"coalesce": "all", "overlap": "allow"}, 34, ["12:30"]),
        ({"catch_up": True, "coalesce": "all", "overlap": "allow"}, 34, ["12:10", "12:20", "12:30"]),
        ({"catch_up": True}, 59, ["12:50"]),
    ],
)
def test_late_firings_follow_the_policy(
    queue: Queue, clock: ManualClock, policy: dict[str, Any], late_minutes: int, expected: list[str]
) -> None:
    add(queue, **policy)
    clock.advance(minutes=late_minutes)
    found = [f"{run.fire_time:%H:%M}" + (" SKIPPED" if run.state is State.SKIPPED else "") for run in fire(queue)]
    assert found == expected


def test_a_missed_firing_says_why(queue: Queue, clock: ManualClock) -> None:
    add(queue)
    clock.advance(minutes=59)
    (run,) = fire(queue)
    assert run.reason == "Missed 5 firings: no agent was running."
    assert run.ended_at == clock.now()


def test_months_of_missed_firings_cost_seconds(queue: Queue, clock: ManualClock) -> None:
    """The store can't be written meanwhile."""
    add(queue, "* * * * *")
    clock.advance(days=60)
    begun = time.monotonic()
    assert [run.reason for run in fire(queue)] == [None]
    assert time.monotonic() - begun < 10


# -- overlap ---------------------------------------------------------------------------------------------------


def test_forbid_skips_while_the_run_before_goes_on(queue: Queue, clock: ManualClock) -> None:
    add(queue)
    clock.advance(minutes=10)
    (first,) = fire(queue)
    clock.advance(minutes=10)
    (second,) = fire(queue)
    assert second.state is State.SKIPPED
    assert first.id[:6] in str(second.reason)
    end_all(queue)
    clock.advance(minutes=10)
    assert [run.state for run in fire(queue)] == [State.QUEUED]


def test_allow_runs_both(queue: Queue, clock: ManualClock) -> None:
    add(queue, overlap="allow")
    agent = queue.agent()
    for _ in range(2):
        clock.advance(minutes=10)
        fire(queue)
        queue.claim(agent)
    assert [run.state for run in all_runs(queue)] == [State.STARTING, State.STARTING]


def test_replace_cancels_the_run_before(queue: Queue, clock: ManualClock) -> None:
    add(queue, overlap="replace")
    clock.advance(minutes=10)
    (waiting,) = fire(queue)
    clock.advance(minutes=10)
    (running,) = fire(queue)
    assert queue.get(waiting).state is State.CANCELLED
    assert queue.get(waiting).ended_at is not None
    agent = queue.agent()
    queue.claim(agent)
    clock.advance(minutes=10)
    (last,) = fire(queue)
    assert queue.get(running).cancel_requested
    assert queue.get(running).reason == "Replaced by the next firing."
    assert queue.get(last).state is State.QUEUED


def test_enqueue_runs_one_after_the_other(queue: Queue, clock: ManualClock) -> None:
    add(queue, overlap="enqueue")
    agent = queue.agent()
    for _ in range(2):
        clock.advance(minutes=10)
        fire(queue)
    _, fence = queue.claim(agent)
    assert agent.claim([]) is None, "the second waits for the first"
    (waiting,) = [run for run in all_runs(queue) if run.state is State.QUEUED]
    agent.publish(fence, SUCCEEDED)
    assert queue.claim(agent)[0].id == waiting.id


def test_enqueue_keeps_the_order_of_firings_also_over_a_retry(queue: Queue, clock: ManualClock) -> None:
    job = JobRequest(str(queue.path), retries=Retries(1, 60))
    policy = {"overlap": "enqueue", "coalesce": "all", "catch_up": True}
    queue.jobs.schedule(job, "*/10 * * * *", "UTC", owner="me", policy=policy)
    clock.advance(minutes=31)
    assert times(fire(queue)) == ["12:10", "12:20", "12:30"]
    agent = queue.agent()
    done = []
    for result in (FAILED, SUCCEEDED, SUCCEEDED, SUCCEEDED):
        run, fence = queue.claim(agent)
        done.append(f"{run.fire_time:%H:%M}")
        agent.publish(fence, result)
        if result is FAILED:
            assert agent.claim([]) is None, "the others wait for the retry"
            clock.advance(seconds=90)
    assert done == ["12:10", "12:10", "12:20", "12:30"]


# -- keeping ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cron", "timezone", "code", "hint"),
    [
        ("every day", "UTC", "cron_invalid", "Five fields"),
        ("61 * * * *", "UTC", "cron_invalid", "Five fields"),
        ("* * * *", "UTC", "cron_invalid", "Five fields"),
        ("", "UTC", "cron_invalid", "Five fields"),
        ("0 0 30 2 *", "UTC", "cron_invalid|cron_never", ""),
        ("* * * * *", "Europe/Warszawa", "timezone_unknown", "Europe/Warsaw"),
        ("* * * * *", "../../etc/passwd", "timezone_unknown", "name such as"),
        ("* * * * *", "", "timezone_unknown", "name such as"),
        ("* * * * *", "a\0b", "timezone_unknown", "name such as"),
    ],
)
def test_a_schedule_that_cannot_fire_is_refused(queue: Queue, cron: str, timezone: str, code: str, hint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        add(queue, cron, timezone)
    assert caught.value.code in code.split("|")
    assert hint in caught.value.remedy
    assert caught.value.field in ("cron", "timezone")
    assert queue.jobs.schedules.page() == []


def test_a_schedule_is_shown_with_its_next_firings_in_words(queue: Queue) -> None:
    schedule = add(queue, "30 2 * * 1-5", "Europe/Warsaw")
    document = schedule.to_json(NOON)
    assert "Monday through Friday" in document["words"] or "through" in document["words"].lower()
    assert "Europe/Warsaw" in document["words"]
    assert document["next_fires"][:2] == ["2026-01-05T01:30:00.000Z", "2026-01-06T01:30:00.000Z"]
    assert document["next_fire"] == document["next_fires"][0]


def test_a_paused_schedule_does_not_fire_and_goes_on_with_its_next_time(queue: Queue, clock: ManualClock) -> None:
    schedule = add(queue)
    queue.jobs.schedules.update(schedule.id, paused=True)
    clock.advance(hours=5)
    assert fire(queue) == []
    assert queue.jobs.schedules.next_wait_s() is None
    again = queue.jobs.schedules.update(schedule.id, paused=False)
    assert again.next_fire == NOON + timedelta(hours=5, minutes=10)
    assert queue.jobs.schedules.next_wait_s() == 600


def test_a_change_of_the_expression_moves_the_next_firing(queue: Queue) -> None:
    schedule = add(queue)
    changed = queue.jobs.schedules.update(schedule.id, cron="0 15 * * *", policy={"overlap": "allow"})
    assert changed.next_fire == NOON + timedelta(hours=3)
    assert changed.policy.overlap == "allow"
    with pytest.raises(InvalidInput):
        queue.jobs.schedules.update(schedule.id, cron="nonsense")
    assert queue.jobs.schedules.get(schedule.id).cron == "0 15 * * *"


def test_a_removed_schedule_leaves_its_runs(queue: Queue, clock: ManualClock) -> None:
    schedule = add(queue)
    clock.advance(minutes=10)
    (run,) = fire(queue)
    with pytest.raises(NotFound):
        queue.jobs.schedules.remove(schedule.id[:6])
    queue.jobs.schedules.remove(schedule.id)
    assert queue.get(run).schedule_id == schedule.id
    with pytest.raises(NotFound) as caught:
        queue.jobs.schedules.get(schedule.id)
    assert caught.value.code == "schedule_unknown"
    clock.advance(hours=1)
    assert fire(queue) == []


@pytest.mark.parametrize("broken", [{"timezone": "Atlantis/Capital"}, {"cron": "broken"}])
def test_one_bad_schedule_stops_no_other(queue: Queue, clock: ManualClock, broken: dict[str, str]) -> None:
    bad, good = add(queue), add(queue)
    with queue.store.write() as connection:
        connection.execute(sa.update(schedules).where(schedules.c.id == bad.id).values(**broken))
    clock.advance(minutes=10)
    assert [run.schedule_id for run in fire(queue)] == [good.id]
    told = queue.jobs.schedules.get(bad.id)
    assert told.paused
    assert told.error is not None
    assert told.error["code"] in ("timezone_unknown", "cron_invalid")
    # It is listed, and mended by an update.
    assert {schedule.id for schedule in queue.jobs.schedules.page()} == {bad.id, good.id}
    mended = queue.jobs.schedules.update(bad.id, cron="*/10 * * * *", timezone="UTC", paused=False)
    assert mended.error is None


# -- time ------------------------------------------------------------------------------------------------------


def firings(cron: str, zone: str, after: datetime, count: int) -> list[str]:
    return [f"{moment:%m-%d %H:%M%z}" for moment in next_firings(cron, zone, after, count)]


def test_an_hour_that_the_clock_leaves_out_fires_once_all_the_same() -> None:
    """2026-03-29 in Warsaw has no 02:30."""
    found = firings("30 2 * * *", "Europe/Warsaw", datetime(2026, 3, 28, 0, tzinfo=ZoneInfo("Europe/Warsaw")), 3)
    assert [moment[:5] for moment in found] == ["03-28", "03-29", "03-30"]


def test_an_hour_that_the_clock_repeats_fires_once() -> None:
    """2026-10-25 in Warsaw has 02:30 twice."""
    found = firings("30 2 * * *", "Europe/Warsaw", datetime(2026, 10, 24, 12, tzinfo=ZoneInfo("Europe/Warsaw")), 2)
    assert [moment[:11] for moment in found] == ["10-25 02:30", "10-26 02:30"]


def test_the_leap_day_comes_every_four_years() -> None:
    found = next_firings("0 0 29 2 *", "UTC", datetime(2026, 1, 1, tzinfo=UTC), 2)
    assert [to_iso(moment) for moment in found] == ["2028-02-29T00:00:00.000Z", "2032-02-29T00:00:00.000Z"]


@given(
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    zone=st.sampled_from(["Europe/Warsaw", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    day=st.integers(0, 364),
)
def test_a_daily_schedule_fires_once_on_every_day(minute: int, hour: int, zone: str, day: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)) + timedelta(days=day)
    found = next_firings(f"{minute} {hour} * * *", zone, start - timedelta(seconds=1), 5)
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in found]
    assert days == [days[0] + timedelta(days=number) for number in range(5)]
    assert all(early < late for early, late in pairwise(found))


@given(cron=st.text(alphabet="0123456789*/-, LW#aA?", max_size=30))
def test_any_expression_is_explained_or_refused_in_words(cron: str) -> None:
    try:
        assert explain(cron, "UTC")
        next_firings(cron, "UTC", NOON, 2)
    except MlxError as error:
        assert error.code in ("cron_invalid", "cron_never")  # noqa: PT017 - either way is right
