"""Looking after attempts: following what they write, stopping them, ending them, publishing their results.

A trouble with one attempt stays with that attempt: the others, the schedules and the queue go on.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import MlxError, StorageFull, Unavailable
from ..faults import fail_point
from ..files import read_json, write_json
from ..processes import end_all, is_alive
from ..settings import Settings
from ..store.bell import ring
from .claims import Claims, Fence
from .launchers.port import Exited, Launcher, Started
from .lifecycle import State
from .models import AttemptResult
from .sink import read_events
from .spec import AttemptFiles, AttemptSpec
from .worker import EXIT_DISK_FULL, EXIT_TAKEN, timed_out

__all__ = ["Live", "Supervisor", "disk_full", "lost"]

WATCHDOG_S = 20.0
FINALIZE_S = 120.0


@dataclass
class Live:
    """An attempt that this agent looks after."""

    fence: Fence
    files: AttemptFiles
    spec: AttemptSpec
    process: dict[str, Any] | None = None
    exit: dict[str, Any] | None = None
    offset: int = 0
    begun: float = field(default_factory=time.monotonic)
    stop: dict[str, Any] | None = None
    kill_at: float | None = None
    finalize_until: float | None = None
    result: AttemptResult | None = None
    """How it ended, from the moment that this is known until the store has it."""


class Supervisor:
    """Brings every attempt that it was given to an end."""

    def __init__(self, settings: Settings, claims: Claims, launcher: Launcher) -> None:
        self.settings = settings
        self.claims = claims
        self.launcher = launcher
        self.live: dict[Path, Live] = {}

    @property
    def fences(self) -> list[Fence]:
        """What is looked after."""
        return [live.fence for live in self.live.values()]

    def add(self, live: Live) -> None:
        """Look after one more."""
        self.live[live.files.folder] = live

    def drop(self, fences: list[Fence]) -> None:
        """Somebody else has these attempts: whatever they still do here must not count."""
        for live in [live for live in self.live.values() if live.fence in fences]:
            self._kill(live)
            del self.live[live.files.folder]

    def look(self) -> None:
        """One round: hear the launcher, follow the logs, look after each."""
        for message in self.launcher.news():
            found = self.live.get(message.folder)
            if found is not None:
                self._guard(found, self._hear, message)
        told = [self._guard(live, self._follow) for live in list(self.live.values())]
        if any(told):
            ring(self.settings.key)
        for live in list(self.live.values()):
            self._guard(live, self._look_after)

    def _guard(self, live: Live, step: Callable[..., bool], *arguments: Any) -> bool:
        """Take a step with one attempt; whatever is wrong with it alone ends it alone."""
        try:
            return step(live, *arguments)
        except (StorageFull, Unavailable):
            raise  # the store itself: nothing can go on
        except OSError as error:
            # Its folder is full or away: it is tried again at the next look.
            print(f"{live.spec.token}: {error}", file=sys.stderr, flush=True)
        except Exception as error:  # noqa: BLE001 - any defect of one attempt is that attempt's end, not the agent's
            traceback.print_exception(error)
            self._kill(live)
            live.result = live.result or AttemptResult(
                State.FAILED,
                MlxError(
                    "attempt_broken",
                    f"The attempt could not be looked after: {type(error).__name__}: {error}",
                    "Look at agent.log; retry the run.",
                ).to_json(),
                exit=live.exit,
            )
        return False

    # -- following -------------------------------------------------------------------------------------------

    def _hear(self, live: Live, message: Started | Exited) -> bool:
        if isinstance(message, Started):
            self._take_process(live, message.process)
        elif message.task == "run":
            if message.exit.get("code") != EXIT_TAKEN:
                live.exit = message.exit
        elif not live.files.result.exists():
            # The one that should have made the results failed as well.
            self._publish(live, AttemptResult(*self._how_it_ended(live), exit=live.exit))
        return True

    def _take_process(self, live: Live, process: dict[str, Any] | None) -> None:
        if process is None:
            return
        live.process = process
        if not self.claims.started(live.fence, process):
            self.drop([live.fence])

    def _follow(self, live: Live) -> bool:
        """Bring what the worker wrote into the store; whether there was something."""
        told = False
        while True:
            lines, offset = read_events(live.files.events, live.offset)
            if offset == live.offset or not self.claims.ingest(live.fence, offset, lines, _progress(lines)):
                return told
            live.offset, told = offset, True

    # -- stopping --------------------------------------------------------------------------------------------

    def _look_after(self, live: Live) -> bool:
        now = time.monotonic()
        if live.result is not None:
            self._publish(live, live.result)
        elif live.finalize_until is not None:
            if live.files.result.exists():
                self._publish(live, self._read_result(live))
            elif now > live.finalize_until:
                self._publish(live, AttemptResult(*self._how_it_ended(live), exit=live.exit))
        elif self._has_ended(live, now):
            self._end(live)
        elif live.kill_at is None:
            self._check_stop(live, now)
        elif now > live.kill_at:
            self._kill(live)
        return True

    def _has_ended(self, live: Live, now: float) -> bool:
        if live.exit is not None:
            return True
        if live.process is None:
            # The template's word was lost, with it or with the agent before: the worker's own note counts.
            self._take_process(live, read_json(live.files.process))
        if live.process is not None:
            return not is_alive(live.process)
        # A template that still imports has not forked it yet.
        waiting = self.launcher.fileno() is not None and not self.launcher.ready
        return now - live.begun >= WATCHDOG_S and not waiting and self.launcher.problem is None

    def _check_stop(self, live: Live, now: float) -> None:
        if live.files.finalizing.exists():
            # The notebook is done: neither a cancellation nor its time limit takes the results away.
            live.kill_at = now + FINALIZE_S
        elif live.fence.run_id in self.claims.cancellations([live.fence.run_id]):
            error = MlxError("cancelled", "The run was cancelled.", "Retry it to run it again.")
            self._stop(live, State.CANCELLED, error)
        elif live.spec.timeout_s and now - live.begun > live.spec.timeout_s + self.settings.stop_grace_s:
            # The worker watches its own time limit; here only for one that hangs.
            self._stop(live, State.TIMED_OUT, timed_out(live.spec.timeout_s))

    def _stop(self, live: Live, state: State, error: MlxError) -> None:
        """Ask the worker to save what it has and end; it is killed when it takes too long."""
        live.stop = {"state": state, **error.to_json()}
        live.kill_at = time.monotonic() + self.settings.stop_grace_s
        with contextlib.suppress(OSError):  # on a full disk it must be stopped all the same; `live.stop` knows why
            write_json(live.files.stop, live.stop)
        if live.process and is_alive(live.process):
            os.kill(live.process["pid"], signal.SIGTERM)

    def _kill(self, live: Live) -> None:
        if live.process and is_alive(live.process):
            os.kill(live.process["pid"], signal.SIGKILL)
        self._sweep(live)

    def _sweep(self, live: Live) -> None:
        left = end_all(live.spec.token)
        if left:
            print(f"{live.spec.token}: processes {left} can't be killed", file=sys.stderr, flush=True)

    # -- ending ----------------------------------------------------------------------------------------------

    def _end(self, live: Live) -> None:
        """The worker is gone: no process of the attempt is left behind, then its results are published."""
        self._sweep(live)
        self._follow(live)
        live.exit = live.exit or read_json(live.files.exit)
        if live.files.result.exists():
            self._publish(live, self._read_result(live))
            return
        state, error = self._how_it_ended(live)
        live.finalize_until = time.monotonic() + FINALIZE_S
        self.launcher.finalize(live.files.folder, state, error)

    def _how_it_ended(self, live: Live) -> tuple[State, dict[str, Any]]:
        told = live.stop or read_json(live.files.stop)
        if told:
            return State(told["state"]), {key: value for key, value in told.items() if key != "state"}
        if live.exit is None:
            gone = lost("Its worker disappeared, and nobody saw how.")
            assert gone.error is not None
            return gone.state, gone.error
        if live.exit.get("code") == EXIT_DISK_FULL:
            return State.FAILED, disk_full().to_json()
        how = live.exit.get("signal") or f"exit code {live.exit.get('code')}"
        return State.FAILED, MlxError(
            "worker_died",
            f"The worker that executed the notebook ended by {how}.",
            "Often the system had too little memory: look at the runner's log. Retry the run, or give it retries.",
        ).to_json()

    def _read_result(self, live: Live) -> AttemptResult:
        document = read_json(live.files.result)
        try:
            if document is None:
                return AttemptResult(*self._how_it_ended(live), exit=live.exit)
            document["state"] = State(document["state"])
            document["outputs"] = tuple(document["outputs"])
            document["exit"] = document["exit"] or live.exit
            return AttemptResult(**document)
        except (TypeError, KeyError, ValueError) as error:
            # Another release wrote it, or something that is not ours.
            why = MlxError(
                "result_unreadable",
                f"The attempt's result can't be read: {error!r}.",
                "Its files are kept in the attempt's folder. Retry the run.",
            )
            return AttemptResult(State.FAILED, why.to_json(), exit=live.exit)

    def _publish(self, live: Live, result: AttemptResult) -> None:
        """One atomic rename, then one conditional transaction: both can be repeated after a crash in between."""
        live.result = result
        fail_point("before_publish")
        self.publish_unstarted(live.fence, live.files, result)
        del self.live[live.files.folder]

    def publish_unstarted(self, fence: Fence, files: AttemptFiles, result: AttemptResult) -> None:
        """End an attempt, whether something was executed or not."""
        _move(files)
        fail_point("renamed")
        self.claims.publish(fence, result)
        ring(self.settings.key)


def _move(files: AttemptFiles) -> None:
    """Give an attempt's folder its final name. One that can't be renamed must not hide how the attempt ended."""
    if files.folder == files.published or not files.folder.exists():
        return
    try:
        os.rename(files.folder, files.published)
    except OSError as error:
        print(f"{files.folder} can't be renamed: {error}", file=sys.stderr, flush=True)


def _progress(lines: list[dict[str, Any]]) -> dict[str, Any]:
    for line in reversed(lines):
        found = line["data"].get("progress") if line["kind"] == "job.cell" else None
        if isinstance(found, dict):
            return {"cell": found.get("cell", 0), "eta_s": found.get("eta_s")}
    return {}


def lost(why: str) -> AttemptResult:
    """The end of an attempt that nobody can say anything about."""
    error = MlxError("attempt_lost", f"The attempt was lost. {why}", "Retry the run, or give it retries.")
    return AttemptResult(State.LOST, error.to_json())


def disk_full() -> MlxError:
    """The error of an attempt that could not write."""
    return MlxError(
        "disk_full",
        "No space was left for the attempt's files.",
        "Free some space (`jupyter mlx jobs rm ID` removes a run's files), then retry the run.",
    )
