"""Following a run from the terminal or a notebook: its events as they come, until it has ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..errors import Unavailable
from ..store.bell import Bell
from .control import ensure_agent, is_running
from .lifecycle import ENDED

if TYPE_CHECKING:
    from ..store.events import Event
    from .models import Run
    from .service import JobsService

__all__ = ["follow", "wait"]

LOOK_S = 1.0
CHECK_AGENT_S = 5.0


def follow(jobs: JobsService, run_id: str, after: int = 0, timeout_s: float | None = None) -> Iterator[Event]:
    """The events of a run with an id greater than `after`, until the one that shows its end.

    A run whose agent died gets a new one meanwhile.

    Raises
    ------
    Unavailable: ``wait_timed_out``; the run goes on.
    """
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    next_check = time.monotonic() + CHECK_AGENT_S
    with Bell(jobs.settings.key, "follow") as bell:
        while True:
            # The state first: events that are written between the two reads are seen next time, none is missed.
            ended = jobs.get(run_id).state in ENDED
            events = jobs.events_of_run(run_id, after)
            for event in events:
                after = event.id
                yield event
            if ended:
                if not events:
                    return
                continue  # one look shows only so many of them
            if deadline is not None and time.monotonic() > deadline:
                raise Unavailable(
                    "wait_timed_out",
                    f"Run {run_id} did not end in {timeout_s:g} s.",
                    "It goes on: wait again, or cancel it.",
                )
            if time.monotonic() > next_check:
                next_check = time.monotonic() + CHECK_AGENT_S
                if not is_running(jobs.settings):
                    ensure_agent(jobs.settings)
            bell.wait(LOOK_S if deadline is None else max(0.0, min(LOOK_S, deadline - time.monotonic())))


def wait(jobs: JobsService, run_id: str, timeout_s: float | None = None) -> Run:
    """Wait for the end of a run.

    Raises
    ------
    Unavailable: ``wait_timed_out``.
    """
    for _ in follow(jobs, run_id, timeout_s=timeout_s):
        continue
    return jobs.get(run_id)
