"""The life cycle against a model: any order of claims, publications, retries, cancels and lost leases."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from jupyter_mlx.clock import ManualClock
from jupyter_mlx.errors import Conflict
from jupyter_mlx.jobs.claims import Claims, Fence
from jupyter_mlx.jobs.lifecycle import ENDED, RETRIED, State, check_attempt, check_run
from jupyter_mlx.jobs.models import AttemptResult
from jupyter_mlx.store.engine import open_store

from .queue import Queue

ENDS = [State.SUCCEEDED, State.FAILED, State.TIMED_OUT, State.CANCELLED, State.LOST]


def test_what_is_not_in_the_table_is_refused() -> None:
    allowed = {
        check.__name__: {(old, new) for old, new in product(State, State) if _passes(check, old, new)}
        for check in (check_run, check_attempt)
    }
    assert all(old not in ENDED or new is State.QUEUED for old, new in allowed["check_run"])
    assert (State.SKIPPED, State.QUEUED) not in allowed["check_run"]
    assert (State.QUEUED, State.SUCCEEDED) not in allowed["check_run"]
    assert all(old in (State.STARTING, State.RUNNING) for old, _ in allowed["check_attempt"])
    assert all(new is State.RUNNING or new in ENDS for _, new in allowed["check_attempt"])


def _passes(check: object, old: State, new: State) -> bool:
    try:
        check(old, new)  # type: ignore[operator]
    except Conflict as error:
        return error.code != "state_change_refused"
    return True


@dataclass
class Model:
    """What a run should look like."""

    allowed: int
    state: State = State.QUEUED
    attempts: list[State] = field(default_factory=list)
    owner: str = ""
    cancel: bool = False
    waits: bool = False


class LifeCycle(RuleBasedStateMachine):
    """Two agents on two hosts, one queue."""

    runs: Bundle[str] = Bundle("runs")
    fences: Bundle[tuple[Claims, Fence]] = Bundle("fences")

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock(datetime(2026, 1, 2, 12, tzinfo=UTC))
        store = open_store(f"sqlite:///{self.folder.name}/mlx.db")
        self.queue = Queue(Path(self.folder.name), store, self.clock)
        self.agents = [self.queue.agent("one", "host-1"), self.queue.agent("two", "host-2")]
        self.model: dict[str, Model] = {}
        self.last_event = 0

    def teardown(self) -> None:
        if hasattr(self, "queue"):
            self.queue.store.close()
            self.folder.cleanup()

    @rule(target=runs, retries=st.integers(0, 2))
    def queue_one(self, retries: int) -> str:
        run = self.queue.add(max_retries=retries, backoff_s=10)
        self.model[run.id] = Model(1 + retries)
        self.clock.advance(seconds=1)
        return run.id

    @rule(target=fences, who=st.integers(0, 1))
    def claim(self, who: int) -> object:
        ready = [run_id for run_id, model in self.model.items() if model.state is State.QUEUED and not model.waits]
        taken = self.agents[who].claim([])
        if not ready:
            assert taken is None
            return multiple()
        assert taken is not None
        run, fence = taken
        assert run.id in ready
        model = self.model[run.id]
        model.attempts.append(State.STARTING)
        model.state, model.owner = State.STARTING, self.agents[who].owner
        assert fence.number == len(model.attempts)
        return (self.agents[who], fence)

    def _holds(self, agent: Claims, fence: Fence) -> Model | None:
        model = self.model.get(fence.run_id)
        if model is None or model.owner != agent.owner or fence.number != len(model.attempts):
            return None
        return model if model.attempts[-1] in (State.STARTING, State.RUNNING) else None

    @rule(held=fences)
    def progress(self, held: tuple[Claims, Fence]) -> None:
        agent, fence = held
        model = self._holds(agent, fence)
        assert agent.ingest(fence, 1, [], {}) == (model is not None)
        if model:
            model.state = model.attempts[-1] = State.RUNNING

    @rule(held=fences, end=st.sampled_from(ENDS))
    def publish(self, held: tuple[Claims, Fence], end: State) -> None:
        agent, fence = held
        model = self._holds(agent, fence)
        assert agent.publish(fence, AttemptResult(end)) == (model is not None)
        if model:
            model.attempts[-1] = end
            again = end in RETRIED and len(model.attempts) < model.allowed and not model.cancel
            model.state, model.waits = (State.QUEUED, True) if again else (end, False)

    @rule(held=fences)
    def heartbeat(self, held: tuple[Claims, Fence]) -> None:
        agent, fence = held
        assert (agent.heartbeat([fence]) == []) == (self._holds(agent, fence) is not None)

    @rule(target=fences, who=st.integers(0, 1), run_id=runs)
    def lose_the_lease(self, who: int, run_id: str) -> object:
        model = self.model.get(run_id)
        if model is None or model.state not in (State.STARTING, State.RUNNING):
            return multiple()
        self.queue.expire(self.queue.jobs.get(run_id))
        found = {attempt.run_id: attempt for attempt in self.agents[who].orphans()}
        assert (run_id in found) == (model.owner != self.agents[who].owner)
        if run_id not in found:
            return multiple()
        fence = self.agents[who].adopt(found[run_id])
        assert fence is not None
        model.owner = self.agents[who].owner
        return (self.agents[who], fence)

    @rule(run_id=runs)
    def cancel(self, run_id: str) -> None:
        model = self.model.get(run_id)
        if model is None:
            return
        if model.state in ENDED:
            with pytest.raises(Conflict):
                self.queue.jobs.cancel(run_id)
            return
        self.queue.jobs.cancel(run_id)
        model.cancel = True
        if model.state is State.QUEUED:
            model.state, model.waits = State.CANCELLED, False

    @rule(run_id=runs)
    def retry(self, run_id: str) -> None:
        model = self.model.get(run_id)
        if model is None:
            return
        if model.state not in ENDED:
            with pytest.raises(Conflict):
                self.queue.jobs.retry(run_id)
            return
        self.queue.jobs.retry(run_id)
        model.state, model.cancel, model.waits = State.QUEUED, False, False
        model.allowed = len(model.attempts) + 1

    @rule(run_id=consumes(runs))
    def remove(self, run_id: str) -> None:
        model = self.model[run_id]
        if model.state not in ENDED:
            with pytest.raises(Conflict):
                self.queue.jobs.remove(run_id)
            return
        self.queue.jobs.remove(run_id)
        del self.model[run_id]

    @rule()
    def let_backoffs_pass(self) -> None:
        self.clock.advance(seconds=60)
        for model in self.model.values():
            model.waits = False

    @invariant()
    def the_store_is_as_the_model_says(self) -> None:
        if not hasattr(self, "queue"):
            return
        found = {run.id: run for run in self.queue.jobs.page(limit=100)[0]}
        assert set(found) == set(self.model)
        for run_id, model in self.model.items():
            run = found[run_id]
            assert (run.state, run.cancel_requested) == (model.state, model.cancel)
            assert [attempt.state for attempt in run.attempts] == model.attempts
            assert (run.ended_at is not None) == (run.state in ENDED)
            assert all((attempt.ended_at is not None) == (attempt.state in ENDED) for attempt in run.attempts)
            assert (run.started_at is not None) == bool(run.attempts)

    @invariant()
    def every_change_was_told(self) -> None:
        if not hasattr(self, "queue"):
            return
        with self.queue.store.read() as connection:
            news = self.queue.jobs.log.after(connection, self.last_event)
        told: dict[str, str] = getattr(self, "told", {})
        for event in news:
            self.last_event = event.id
            if event.kind == "job.state":
                told[event.subject] = event.data["run"]["state"]
        self.told = told
        for run_id, model in self.model.items():
            assert told[run_id] == model.state


TestLifeCycle = LifeCycle.TestCase
TestLifeCycle.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
