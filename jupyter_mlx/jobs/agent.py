"""The agent: one detached process a host that claims runs, has them executed, and brings every one to an end.

It outlives the Jupyter server. It holds no truth of its own: what it knows is in the store and in the attempts'
folders, so that the next agent goes on where this one was killed.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ..clock import Clock, SystemClock, to_iso
from ..compute.gpus import read_inventory
from ..errors import MlxError, StorageFull, Unavailable, is_disk_full
from ..faults import fail_point
from ..files import make_private, read_json, write_json
from ..processes import TOKEN_VARIABLE, end_all, is_alive, own_identity
from ..settings import Settings
from ..store.bell import Bell, ring
from ..store.engine import Store, db_now, open_store
from ..store.tables import agents
from .claims import Claims, Fence
from .control import agent_lock, status_path
from .launchers.local import LocalLauncher
from .launchers.port import Exited, Started
from .lifecycle import State
from .models import AttemptResult, Run, new_id
from .prepare import prepare_attempt
from .schedules import ScheduleService
from .sink import read_events
from .spec import AttemptFiles, AttemptSpec
from .worker import EXIT_DISK_FULL, timed_out

__all__ = ["Agent", "main"]

LOOK_S = 1.0
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
    kill_at: float | None = None
    finalize_until: float | None = None
    result: AttemptResult | None = None
    """How it ended, from the moment that this is known until the store has it."""


class Agent:
    """The loop. One thread; every step is a short transaction or a look at a file."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.id = new_id()
        self.host = os.uname().nodename
        self.claims = Claims(store, clock, self.id, self.host, settings.lease_s)
        self.schedules = ScheduleService(store, clock)
        self.launcher = LocalLauncher(settings.state_dir / "agent.log")
        self.inventory = read_inventory(settings.gpus)
        self.live: dict[Path, Live] = {}
        self._stopping = False
        self._next_heartbeat = 0.0
        self._busy_until = time.monotonic() + settings.agent_idle_s

    # -- the loop --------------------------------------------------------------------------------------------

    def serve(self) -> None:
        """Work until told to stop, or until there has been nothing to do for long enough."""
        signal.signal(signal.SIGTERM, self._on_stop)
        signal.signal(signal.SIGINT, self._on_stop)
        write_json(
            status_path(self.settings),
            {"pid": os.getpid(), "process": own_identity(), "started_at": to_iso(self.clock.now())},
        )
        with Bell(self.settings.key, "agent") as bell:
            self.launcher.ensure()
            while not self._stopping:
                try:
                    self._step()
                    self._sleep(bell)
                except (StorageFull, Unavailable, OSError) as error:
                    # Nothing can be written, or the database is away: keep everything as it is, and try again.
                    print(f"{to_iso(self.clock.now())} {error}", file=sys.stderr, flush=True)
                    bell.wait(LOOK_S)
        self.launcher.close(for_good=True)

    def _on_stop(self, *arguments: object) -> None:
        self._stopping = True

    def _sleep(self, bell: Bell) -> None:
        wait_s = LOOK_S
        for moment_s in (self.claims.next_wait_s(), self.schedules.next_wait_s()):
            if moment_s is not None:
                wait_s = min(wait_s, moment_s + 0.001)
        channel = self.launcher.fileno()
        listened = [bell.fileno(), *([channel] if channel is not None else [])]
        select.select(listened, [], [], wait_s)
        bell.clear()

    def _step(self) -> None:
        self.launcher.ensure()
        self._heartbeat()
        self._adopt()
        for message in self.launcher.news():
            self._hear(message)
        self._follow()
        for live in list(self.live.values()):
            self._look_after(live)
        if self.schedules.fire_due():
            ring(self.settings.key)
        while len(self.live) < self.settings.max_parallel and self.launcher.ready and self._claim():
            continue
        self._end_if_idle()

    def _end_if_idle(self) -> None:
        if self.live or self.schedules.next_wait_s() is not None or self._queued():
            self._busy_until = time.monotonic() + self.settings.agent_idle_s
        elif time.monotonic() > self._busy_until:
            self._stopping = True

    def _queued(self) -> int:
        with self.store.read() as connection:
            return self.claims.runs.unfinished(connection)

    def _heartbeat(self) -> None:
        if time.monotonic() < self._next_heartbeat:
            return
        self._next_heartbeat = time.monotonic() + self.settings.heartbeat_s
        with self.store.write() as connection:
            values = {"alive_until": db_now() + self.settings.lease_s}
            done = connection.execute(sa.update(agents).where(agents.c.id == self.id).values(**values))
            if done.rowcount == 0:
                self._forget_the_dead(connection)
                connection.execute(
                    sa.insert(agents).values(
                        id=self.id, host=self.host, process=own_identity(), started_at=self.clock.now(), **values
                    )
                )
        lost = self.claims.heartbeat([live.fence for live in self.live.values()])
        for live in [live for live in self.live.values() if live.fence in lost]:
            # Somebody else has it: whatever it still does must not count.
            self._kill(live)
            del self.live[live.files.folder]

    def _forget_the_dead(self, connection: sa.Connection) -> None:
        """Delete the agents of this host that are gone; other users may have theirs here, in the same store."""
        present = connection.execute(sa.select(agents.c.id, agents.c.process).where(agents.c.host == self.host))
        dead = [row.id for row in present if not is_alive(row.process)]
        connection.execute(sa.delete(agents).where(agents.c.id.in_(dead)))

    # -- taking attempts on ----------------------------------------------------------------------------------

    def _adopt(self) -> None:
        for attempt in self.claims.orphans({live.fence for live in self.live.values()}):
            fence = self.claims.adopt(attempt)
            if fence is None:
                continue
            files = AttemptFiles.of(self.settings.artifacts, attempt.run_id, attempt.number)
            try:
                spec = files.read_spec()
            except (FileNotFoundError, TypeError):
                # The agent died between the claim and the start, or was of another release: nothing was executed.
                self._end_unstarted(fence, files, _lost("Its agent died before it started."))
                continue
            self.live[files.folder] = Live(fence, files, spec, attempt.process, offset=attempt.log_offset)

    def _claim(self) -> bool:
        taken = self.claims.claim(self.inventory.ids)
        if taken is None:
            return False
        run, fence = taken
        ring(self.settings.key)
        files = AttemptFiles.of(self.settings.artifacts, run.id, fence.number)
        try:
            spec = prepare_attempt(self.settings, self.store, self.claims.runs, run, files, bool(self.inventory.gpus))
        except Unavailable:
            # Not the run's fault: it is taken up again as one that nobody looks after.
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one run must not end the agent
            self._end_unstarted(fence, files, self._failure(error, run))
            return True
        fail_point("prepared")
        self.live[files.folder] = Live(fence, files, spec)
        self.launcher.run(files.folder)
        return True

    def _failure(self, error: Exception, run: Run) -> AttemptResult:
        if not isinstance(error, MlxError):
            if is_disk_full(error):
                error = disk_full()
            else:
                traceback.print_exception(error)
                error = MlxError("attempt_not_prepared", f"{run.job.name}: {error}", "Look at agent.log.")
        return AttemptResult(State.FAILED, error.to_json())

    def _end_unstarted(self, fence: Fence, files: AttemptFiles, result: AttemptResult) -> None:
        _move(files)
        self.claims.publish(fence, result)
        ring(self.settings.key)

    # -- looking after them ----------------------------------------------------------------------------------

    def _hear(self, message: Started | Exited) -> None:
        live = self.live.get(message.folder)
        if live is None:
            return
        if isinstance(message, Started):
            live.process = message.process
            if message.process is not None and not self.claims.started(live.fence, message.process):
                self._kill(live)
                del self.live[message.folder]
        elif message.task == "run":
            live.exit = message.exit
        elif not live.files.result.exists():
            # The one that should have made the results failed as well.
            self._publish(live, AttemptResult(*self._how_it_ended(live), exit=live.exit))

    def _follow(self) -> None:
        """Bring what the workers wrote into the store."""
        told = False
        for live in self.live.values():
            while True:
                lines, offset = read_events(live.files.events, live.offset)
                if offset == live.offset:
                    break
                progress = _progress(lines)
                if not self.claims.ingest(live.fence, offset, lines, progress):
                    break
                live.offset, told = offset, True
        if told:
            ring(self.settings.key)

    def _look_after(self, live: Live) -> None:
        now = time.monotonic()
        if live.result is not None:
            self._publish(live, live.result)
            return
        if live.finalize_until is not None:
            if live.files.result.exists():
                self._publish(live, self._read_result(live))
            elif now > live.finalize_until:
                self._publish(live, AttemptResult(*self._how_it_ended(live), exit=live.exit))
            return
        if live.process is None and live.exit is None:
            # The template's word was lost, with it or with the agent before: the worker's own note counts.
            live.process = read_json(live.files.process)
            if live.process is not None and not self.claims.started(live.fence, live.process):
                self._kill(live)
                del self.live[live.files.folder]
                return
        ended = live.exit is not None or (live.process is not None and not is_alive(live.process))
        if live.process is None and live.exit is None:
            if now - live.begun < WATCHDOG_S or (self.launcher.fileno() is not None and not self.launcher.ready):
                return
            ended = True
        if ended:
            self._end(live)
            return
        if live.kill_at is None:
            self._check_stop(live, now)
        elif now > live.kill_at:
            self._kill(live)

    def _check_stop(self, live: Live, now: float) -> None:
        if live.fence.run_id in self.claims.cancellations([live.fence.run_id]):
            self._stop(live, State.CANCELLED, "cancelled", "The run was cancelled.", "Retry it to run it again.")
        elif live.spec.timeout_s and now - live.begun > live.spec.timeout_s + self.settings.stop_grace_s:
            # The worker watches its own time limit; here only for one that hangs.
            error = timed_out(live.spec.timeout_s)
            self._stop(live, State.TIMED_OUT, error.code, error.message, error.remedy)

    def _stop(self, live: Live, state: State, code: str, message: str, remedy: str) -> None:
        """Ask the worker to save what it has and end; it is killed when it takes too long."""
        write_json(live.files.stop, {"state": state, "code": code, "message": message, "remedy": remedy})
        live.kill_at = time.monotonic() + self.settings.stop_grace_s
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

    # -- ending them -----------------------------------------------------------------------------------------

    def _end(self, live: Live) -> None:
        """The worker is gone: no process of the attempt is left behind, then its results are published."""
        self._sweep(live)
        self._follow()
        live.exit = live.exit or read_json(live.files.exit)
        if live.files.result.exists():
            self._publish(live, self._read_result(live))
            return
        state, error = self._how_it_ended(live)
        live.finalize_until = time.monotonic() + FINALIZE_S
        self.launcher.finalize(live.files.folder, state, error)

    def _how_it_ended(self, live: Live) -> tuple[State, dict[str, Any]]:
        told = read_json(live.files.stop)
        if told:
            return State(told.pop("state")), told
        if live.exit is None:
            lost = _lost("Its worker disappeared, and nobody saw how.")
            assert lost.error is not None
            return lost.state, lost.error
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
        if document is None:
            return AttemptResult(*self._how_it_ended(live), exit=live.exit)
        document["state"] = State(document["state"])
        document["outputs"] = tuple(document["outputs"])
        document["exit"] = document["exit"] or live.exit
        return AttemptResult(**document)

    def _publish(self, live: Live, result: AttemptResult) -> None:
        """One atomic rename, then one conditional transaction: both can be repeated after a crash in between."""
        live.result = result
        fail_point("before_publish")
        _move(live.files)
        fail_point("renamed")
        self.claims.publish(live.fence, result)
        del self.live[live.files.folder]
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
        if line["kind"] == "job.cell":
            found = line["data"]["progress"]
            return {"cell": found["cell"], "eta_s": found.get("eta_s")}
    return {}


def _lost(why: str) -> AttemptResult:
    error = MlxError("attempt_lost", f"The attempt was lost. {why}", "Retry the run, or give it retries.")
    return AttemptResult(State.LOST, error.to_json())


def disk_full() -> MlxError:
    """The error of an attempt that could not write."""
    return MlxError(
        "disk_full",
        "No space was left for the attempt's files.",
        "Free some space (`jupyter mlx jobs rm ID` removes a run's files), then retry the run.",
    )


def main() -> None:
    """Be the agent of this host, unless there is one."""
    os.environ.pop(TOKEN_VARIABLE, None)
    if "--foreground" not in sys.argv and os.fork() > 0:
        # Whoever started us waits for this process alone; the agent is nobody's child.
        os._exit(0)
    settings = Settings.from_env()
    make_private(settings.state_dir)
    deadline = time.monotonic() + 1.0
    while True:
        with agent_lock(settings) as free:
            if free:
                store = open_store(settings.db_url)
                Agent(settings, store, SystemClock()).serve()
                return
        # Somebody may only be asking whether there is an agent.
        if time.monotonic() > deadline:
            return
        time.sleep(0.02)


if __name__ == "__main__":
    main()
