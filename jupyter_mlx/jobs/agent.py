"""The agent: one detached process a host and environment that claims runs, has them executed, and ends every one.

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
from collections.abc import Sequence
from typing import Protocol

import sqlalchemy as sa

from .._version import __version__
from ..backends import WARDS, load_backend
from ..clock import Clock, SystemClock, to_iso
from ..compute.gpus import read_inventory
from ..errors import MlxError, StorageFull, Unavailable, is_disk_full
from ..faults import fail_point
from ..files import make_private, write_json
from ..processes import TOKEN_VARIABLE, is_alive, own_identity
from ..settings import Settings
from ..store.bell import Bell, ring
from ..store.engine import Store, db_now, open_store
from ..store.tables import agents
from .claims import Claims, Fence
from .control import agent_lock, status_path
from .launchers.local import LocalLauncher
from .launchers.port import Launcher
from .lifecycle import State
from .models import Attempt, AttemptResult, new_id
from .prepare import prepare_attempt
from .schedules import ScheduleService
from .spec import AttemptFiles, AttemptSpec
from .supervisor import Live, Supervisor, disk_full, lost

__all__ = ["Agent", "Ward", "main"]

LOOK_S = 1.0


class Ward(Protocol):
    """What the agent looks after besides runs; made with the settings, the store and the clock."""

    def look(self) -> None:
        """Take the next step with all of it; returns at once."""

    def next_wait_s(self) -> float | None:
        """Seconds until the next look; None where the usual time will do."""

    def busy(self) -> bool:
        """Whether there is something to look after, so that the agent stays."""


class Agent:
    """The loop. One thread; every step is a short transaction or a look at a file."""

    def __init__(self, settings: Settings, store: Store, clock: Clock, wards: Sequence[Ward] = ()) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.id = new_id()
        self.host = os.uname().nodename
        self.claims = Claims(store, clock, self.id, self.host, settings.lease_s, settings.site)
        self.schedules = ScheduleService(store, clock, settings.site)
        self.launcher: Launcher = LocalLauncher(settings.state_dir / "agent.log")
        self.supervisor = Supervisor(settings, self.claims, self.launcher)
        self.inventory = read_inventory(settings.gpus)
        self.wards = wards
        self.idle = False
        self._stopping = False
        self._next_heartbeat = 0.0
        self._busy_until = time.monotonic() + settings.agent_idle_s
        self._told: str | None = None
        self._defects: dict[Ward, str] = {}

    # -- the loop --------------------------------------------------------------------------------------------

    def serve(self) -> None:
        """Work until told to stop, or until there has been nothing to do for long enough (then `idle` is set)."""
        signal.signal(signal.SIGTERM, self._on_stop)
        signal.signal(signal.SIGINT, self._on_stop)
        self._write_status()
        with Bell(self.settings.key, "agent") as bell:
            self.launcher.ensure()
            while not self._stopping and not self.idle:
                try:
                    self._step()
                    self._sleep(bell)
                except (StorageFull, Unavailable, OSError) as error:
                    # Nothing can be written, or the database is away: keep everything as it is, and try again.
                    print(f"{to_iso(self.clock.now())} {error}", file=sys.stderr, flush=True)
                    bell.wait(LOOK_S)
                except Exception as error:  # noqa: BLE001 - a defect must not stop every run of this host
                    traceback.print_exception(error)
                    bell.wait(LOOK_S)
        self.launcher.close(for_good=True)

    def _on_stop(self, *arguments: object) -> None:
        self._stopping = True

    def _write_status(self) -> None:
        status = {
            "pid": os.getpid(),
            "process": own_identity(),
            "started_at": to_iso(self.clock.now()),
            "version": __version__,
            "problem": self._told,
        }
        write_json(status_path(self.settings), status)

    def _sleep(self, bell: Bell) -> None:
        wait_s = LOOK_S
        wards = [ward.next_wait_s() for ward in self.wards]
        for moment_s in (self.claims.next_wait_s(), self.schedules.next_wait_s(), *wards):
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
        self.supervisor.look()
        self._look_at_wards()
        if self.schedules.fire_due():
            ring(self.settings.key)
        while len(self.supervisor.live) < self.settings.max_parallel and self.launcher.ready and self._claim():
            continue
        self._tell_problem()
        self._look_for_idleness()

    def _look_at_wards(self) -> None:
        """A defect in one of them stops no run, and no other ward; it is told once."""
        for ward in self.wards:
            try:
                ward.look()
            except (StorageFull, Unavailable, OSError):
                raise
            except Exception as error:  # noqa: BLE001 - see above
                if self._defects.get(ward) != str(error):
                    traceback.print_exception(error)
                self._defects[ward] = str(error)
            else:
                self._defects.pop(ward, None)

    def _wards_busy(self) -> bool:
        # One whose look has failed may have processes to look after.
        return bool(self._defects) or any(ward.busy() for ward in self.wards)

    def _look_for_idleness(self) -> None:
        if self.supervisor.live or self.schedules.next_wait_s() is not None or self.wanted():
            self._busy_until = time.monotonic() + self.settings.agent_idle_s
        elif time.monotonic() > self._busy_until:
            self.idle = True

    def queued(self) -> int:
        """How many runs wait or run."""
        with self.store.read() as connection:
            return self.claims.runs.unfinished(connection, self.settings.site)

    def wanted(self) -> bool:
        """Whether something waits or runs, or is looked after."""
        return bool(self.queued()) or self._wards_busy()

    def _tell_problem(self) -> None:
        """Those who wait are told why nothing is executed; `jupyter mlx doctor` reads it too."""
        problem = self.launcher.problem
        if problem == self._told:
            return
        self._told = problem
        self._write_status()
        if problem is not None:
            self.claims.explain(problem)
            ring(self.settings.key)

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
        self.supervisor.drop(self.claims.heartbeat(self.supervisor.fences))

    def _forget_the_dead(self, connection: sa.Connection) -> None:
        """Delete the agents of this host that are gone; other users may have theirs here, in the same store."""
        present = connection.execute(sa.select(agents.c.id, agents.c.process).where(agents.c.host == self.host))
        dead = [row.id for row in present if not is_alive(row.process)]
        connection.execute(sa.delete(agents).where(agents.c.id.in_(dead)))

    # -- taking attempts on ----------------------------------------------------------------------------------

    def _adopt(self) -> None:
        """Look after the attempts of an agent that is dead, and those that this one could not prepare before."""
        for attempt in self.claims.orphans(set(self.supervisor.fences)):
            fence = self.claims.adopt(attempt)
            if fence is not None:
                self._take_over(attempt, fence)

    def _take_over(self, attempt: Attempt, fence: Fence) -> None:
        files = AttemptFiles.of(self.settings.artifacts, attempt.run_id, attempt.number)
        try:
            spec = files.read_spec()
        except FileNotFoundError:
            # Its agent died between the claim and the start: nothing was executed, so it starts now.
            self._start(fence, files)
            return
        except (TypeError, OSError) as error:
            # Another release wrote it, or it can't be read.
            self.supervisor.publish_unstarted(fence, files, lost(f"Its instructions can't be read: {error}."))
            return
        live = Live(fence, files, spec, attempt.process, offset=attempt.log_offset)
        self.supervisor.add(live)
        if attempt.process is None and not files.process.exists() and not files.result.exists():
            # Perhaps its worker was never forked. If it was, its lock on the folder sends a second one home.
            self.launcher.run(files.folder)

    def _claim(self) -> bool:
        taken = self.claims.claim(self.inventory.ids)
        if taken is None:
            return False
        run, fence = taken
        ring(self.settings.key)
        self._start(fence, AttemptFiles.of(self.settings.artifacts, run.id, fence.number))
        return True

    def _start(self, fence: Fence, files: AttemptFiles) -> None:
        """Lay out an attempt and have it executed. Whatever is wrong with one run ends that run alone."""
        try:
            spec = self._prepare(fence, files)
        except Unavailable:
            # Not the run's fault: it is taken up again as one that nobody looks after.
            raise
        except Exception as error:  # noqa: BLE001 - see above
            self.supervisor.publish_unstarted(fence, files, self._failure(error))
            return
        fail_point("prepared")
        self.supervisor.add(Live(fence, files, spec))
        self.launcher.run(files.folder)

    def _prepare(self, fence: Fence, files: AttemptFiles) -> AttemptSpec:
        with self.store.read() as connection:
            run = self.claims.runs.get(connection, fence.run_id)
        return prepare_attempt(self.settings, self.store, self.claims.runs, run, files, bool(self.inventory.gpus))

    def _failure(self, error: Exception) -> AttemptResult:
        if not isinstance(error, MlxError):
            if is_disk_full(error):
                error = disk_full()
            else:
                traceback.print_exception(error)
                error = MlxError(
                    "attempt_not_prepared", f"The attempt could not be prepared: {error}", "See agent.log."
                )
        return AttemptResult(State.FAILED, error.to_json())


def _compose(settings: Settings) -> Agent:
    store, clock = open_store(settings.db_url), SystemClock()
    wards = [load_backend(WARDS, name, "jupyter_mlx.wards")(settings, store, clock) for name in WARDS]
    return Agent(settings, store, clock, wards)


def main() -> None:
    """Be the agent of this host and environment, unless there is one."""
    os.environ.pop(TOKEN_VARIABLE, None)
    if "--foreground" not in sys.argv and os.fork() > 0:
        # Whoever started us waits for this process alone; the agent is nobody's child.
        os._exit(0)
    settings = Settings.from_env()
    make_private(settings.state_dir)
    deadline = time.monotonic() + 1.0
    while True:
        with agent_lock(settings) as free:
            agent = _compose(settings) if free else None
            if agent is not None:
                agent.serve()
        if agent is not None:
            # What was asked for in the last moment found the lock taken: its submitter counts on us.
            if agent.idle and agent.wanted():
                deadline = time.monotonic() + 1.0
                continue
            return
        # Somebody may only be asking whether there is an agent.
        if time.monotonic() > deadline:
            return
        time.sleep(0.02)


if __name__ == "__main__":
    main()
