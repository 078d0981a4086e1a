"""What an agent does to the store: claim, lease, fence, progress, publish. One transaction each.

`attempt number` and `owner` are the fencing token: every write of state or result is conditional on both, so
that an agent which lost its lease changes nothing.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ..clock import Clock
from ..errors import NotFound
from ..faults import fail_point
from ..processes import is_alive
from ..store.engine import Store, db_now
from ..store.tables import agents, attempts, jobs, leases, runs, schedules
from .lifecycle import ENDED, RETRIED, State, check_attempt
from .models import Attempt, AttemptResult, Run
from .repository import RunRepository, attempt_of

__all__ = ["Claims", "Fence"]

LIVE = (State.STARTING, State.RUNNING)
LOOK_AHEAD = 500


def _startable(now: datetime, site: str | None) -> sa.Select[Any]:
    """Queued runs whose time has come, oldest first; not those whose schedule lets one run wait for the other."""
    older = runs.alias("older")
    in_line = (
        sa.select(older.c.id)
        .join(schedules, schedules.c.id == older.c.schedule_id)
        .where(
            older.c.schedule_id == runs.c.schedule_id,
            sa.or_(
                older.c.state.in_(LIVE),
                # An earlier firing that waits for its next attempt is still ahead.
                sa.and_(older.c.state == State.QUEUED, older.c.fire_time < runs.c.fire_time),
            ),
            schedules.c.overlap == "enqueue",
        )
    )
    wanted = jobs.c.request["gpus"].as_integer().label("gpus")
    return (
        sa.select(runs.c.id, runs.c.reason, wanted)
        .join(jobs, jobs.c.id == runs.c.job_id)
        .where(
            sa.true() if site is None else jobs.c.site == site,
            runs.c.state == State.QUEUED,
            sa.or_(runs.c.not_before.is_(None), runs.c.not_before <= now),
            ~in_line.exists(),
        )
        .order_by(runs.c.created_at, runs.c.id)
    )


@dataclass(frozen=True)
class Fence:
    """Who may write to an attempt."""

    run_id: str
    number: int
    owner: str

    def condition(self) -> sa.ColumnElement[bool]:
        """The WHERE of every write."""
        return sa.and_(
            attempts.c.run_id == self.run_id,
            attempts.c.number == self.number,
            attempts.c.owner == self.owner,
            attempts.c.state.in_(LIVE),
        )


class Claims:
    """The queue, from the agent's side.

    Parameters
    ----------
    site: Only runs that were submitted from this environment are taken (`Settings.site`); None takes all.
    """

    def __init__(
        self, store: Store, clock: Clock, owner: str, host: str, lease_s: float, site: str | None = None
    ) -> None:
        self.site = site
        self.store = store
        self.clock = clock
        self.owner = owner
        self.host = host
        self.lease_s = lease_s
        self.runs = RunRepository(clock)

    def claim(self, devices: list[str]) -> tuple[Run, Fence] | None:
        """Take the oldest run that can start now, with its GPUs; None where there is none.

        Parameters
        ----------
        devices: The GPUs of this host. A run that wants more than are free stays in the queue and says so;
            runs behind it that want GPUs wait too, so that a large request is not starved by small ones. One that
            wants more than there are waits alone.
        """
        query = _startable(self.clock.now(), self.site)
        with self.store.read() as connection:
            # An idle agent looks every second: it should not take the write lock each time.
            if connection.execute(query.limit(1)).first() is None:
                return None
        with self.store.write() as connection:
            query = query.limit(LOOK_AHEAD).with_for_update(skip_locked=True, of=runs)
            held = self._held(connection)
            free = [device for device in devices if device not in held]
            gpus_blocked = False
            for row in connection.execute(query).all():
                if row.gpus and (gpus_blocked or row.gpus > len(free)):
                    reason = self._why(connection, row.gpus, devices, held, gpus_blocked)
                    gpus_blocked = gpus_blocked or row.gpus <= len(devices)
                    if reason != row.reason:
                        self.runs.change(connection, self.runs.get(connection, row.id), reason=reason)
                    continue
                return self._take(connection, self.runs.get(connection, row.id), free[: row.gpus])
        return None

    def _held(self, connection: sa.Connection) -> dict[str, str]:
        query = sa.select(leases.c.device, leases.c.run_id).where(leases.c.host == self.host)
        return {row.device: row.run_id for row in connection.execute(query)}

    def _why(
        self, connection: sa.Connection, wanted: int, devices: list[str], held: dict[str, str], behind: bool
    ) -> str:
        """What a run that wants GPUs waits for.

        Who is first in the line is told the holders. Those behind are told that they are: their reason stays the
        same when the holders change, and a long line does not write itself anew at each change.
        """
        gpus = f"{wanted} GPU{'s' if wanted > 1 else ''}"
        if wanted > len(devices):
            return f"Waits for {gpus}; this host has {len(devices)}."
        if behind:
            return f"Waits for {gpus}: runs ahead of it wait too."
        names = [
            f"{self.runs.get(connection, run_id).job.name} ({run_id[:6]})" for run_id in dict.fromkeys(held.values())
        ]
        return f"Waits for {gpus}: held by {', '.join(names)}."

    def explain(self, reason: str) -> None:
        """Tell all runs that wait here what they wait for."""
        with self.store.write() as connection:
            for row in connection.execute(_startable(self.clock.now(), self.site).limit(LOOK_AHEAD)).all():
                if row.reason != reason:
                    self.runs.change(connection, self.runs.get(connection, row.id), reason=reason)

    def _take(self, connection: sa.Connection, run: Run, devices: list[str]) -> tuple[Run, Fence]:
        fail_point("claim")
        now = self.clock.now()
        number = run.attempt_no + 1
        connection.execute(
            sa.insert(attempts).values(
                run_id=run.id,
                number=number,
                state=State.STARTING,
                owner=self.owner,
                lease_until=db_now() + self.lease_s,
                host=self.host,
                gpus=devices,
                started_at=now,
            )
        )
        for device in devices:
            connection.execute(
                sa.insert(leases).values(host=self.host, device=device, run_id=run.id, attempt=number, since=now)
            )
        run = self.runs.change(
            connection,
            run,
            State.STARTING,
            attempt_no=number,
            started_at=run.started_at or now,
            ended_at=None,
            not_before=None,
            reason=None,
            error=None,
            cell=0,
            eta_s=None,
        )
        if devices:
            self._tell_leases(connection, run.id)
        fail_point("claimed")
        return run, Fence(run.id, number, self.owner)

    def _tell_leases(self, connection: sa.Connection, run_id: str) -> None:
        self.runs.log.append(connection, self.clock.now(), "compute.lease", run_id, {"held": self._held(connection)})

    def started(self, fence: Fence, process: dict[str, Any]) -> bool:
        """Note which process executes an attempt; False where the attempt is no longer ours."""
        fail_point("start")
        with self.store.write() as connection:
            done = connection.execute(sa.update(attempts).where(fence.condition()).values(process=process))
            return done.rowcount == 1

    def heartbeat(self, fences: list[Fence]) -> list[Fence]:
        """Prolong the leases of attempts; those that are no longer ours are returned."""
        fail_point("heartbeat")
        lost = []
        with self.store.write() as connection:
            for fence in fences:
                done = connection.execute(
                    sa.update(attempts).where(fence.condition()).values(lease_until=db_now() + self.lease_s)
                )
                if done.rowcount == 0:
                    lost.append(fence)
        return lost

    def ingest(self, fence: Fence, offset: int, lines: list[dict[str, Any]], progress: dict[str, Any]) -> bool:
        """Write what an attempt's log said since last time, once: the offset moves in the same transaction.

        Parameters
        ----------
        offset: Bytes of the log that are read after these lines.
        lines: Events: ``{"kind", "time", "data"}``.
        progress: Columns of the run to set (`cell`, `eta_s`); the state is RUNNING from the first line on.
        """
        fail_point("event")
        with self.store.write() as connection:
            done = connection.execute(sa.update(attempts).where(fence.condition()).values(log_offset=offset))
            if done.rowcount == 0:
                return False
            run = self.runs.get(connection, fence.run_id)
            if run.state is State.STARTING:
                connection.execute(sa.update(attempts).where(fence.condition()).values(state=State.RUNNING))
                run = self.runs.change(connection, run, State.RUNNING)
            for line in lines:
                if line["kind"] == "mlflow":
                    connection.execute(
                        sa.update(attempts).where(fence.condition()).values(mlflow_run_id=line["data"]["run_id"])
                    )
                    continue
                self.runs.log.append(
                    connection,
                    line["time"],
                    line["kind"],
                    fence.run_id,
                    {"attempt": fence.number, **line["data"]},
                    fence.number,
                )
            if progress:
                connection.execute(sa.update(runs).where(runs.c.id == fence.run_id).values(**progress))
        return True

    def publish(self, fence: Fence, result: AttemptResult) -> bool:
        """End an attempt with its results, free its GPUs, and end the run or queue it again by its policy.

        Returns
        -------
        False where the attempt was not ours any more: nothing was changed.
        """
        fail_point("publish")
        with self.store.write() as connection:
            try:
                run = self.runs.get(connection, fence.run_id)
            except NotFound:
                return False  # it was lost to another agent, ended there, and was removed
            last = run.last
            if last is None or last.number != fence.number or last.owner != fence.owner or last.state in ENDED:
                return False
            self._end_attempt(connection, run, last, result)
        fail_point("published")
        return True

    def _end_attempt(self, connection: sa.Connection, run: Run, attempt: Attempt, result: AttemptResult) -> None:
        if attempt.state is State.STARTING and result.state is State.SUCCEEDED:
            # It was over before its log was read.
            self.runs.change(connection, run, State.RUNNING)
            run = self.runs.get(connection, run.id)
        else:
            check_attempt(attempt.state, result.state)
        now = self.clock.now()
        connection.execute(
            sa.update(attempts)
            .where(attempts.c.run_id == run.id, attempts.c.number == attempt.number)
            .values(
                state=result.state,
                ended_at=now,
                error=result.error,
                exit=result.exit,
                outputs=list(result.outputs),
                metrics=result.metrics,
                record=result.record,
                mlflow_run_id=result.mlflow_run_id or attempt.mlflow_run_id,
                lease_until=0,
            )
        )
        freed = connection.execute(
            sa.delete(leases).where(leases.c.run_id == run.id, leases.c.attempt == attempt.number)
        ).rowcount
        if freed:
            self._tell_leases(connection, run.id)
        again = result.state in RETRIED and attempt.number < run.attempts_allowed and not run.cancel_requested
        if again:
            wait_s = self._backoff(run, attempt.number)
            self.runs.change(
                connection,
                run,
                State.QUEUED,
                not_before=now + timedelta(seconds=wait_s),
                error=result.error,
                reason=f"Attempt {attempt.number} of {run.attempts_allowed} ended {result.state}; "
                f"the next starts in {wait_s:.0f} s.",
            )
        else:
            self.runs.change(
                connection,
                run,
                result.state,
                ended_at=now,
                error=result.error,
                reason=None,
                eta_s=None,
            )

    @staticmethod
    def _backoff(run: Run, number: int) -> float:
        """Exponential, with up to a quarter more so that runs which failed together do not return together."""
        base: float = run.job.retries.backoff_s * 2.0 ** min(number - 1, 30)
        return min(base, 3600.0) * (1 + random.random() / 4)  # noqa: S311 - no secret

    def orphans(self, held: Collection[Fence] | None = None) -> list[Attempt]:
        """Live attempts that nobody looks after: of an agent of this host that is dead, or with an expired lease.

        Parameters
        ----------
        held: What this agent looks after: its other attempts are orphans too. None counts all of its own as held.
        """
        with self.store.read() as connection:
            present = connection.execute(sa.select(agents.c.id, agents.c.process).where(agents.c.host == self.host))
            alive = {row.id for row in present if is_alive(row.process)} - {self.owner}
            query = (
                sa.select(attempts)
                .join(runs, runs.c.id == attempts.c.run_id)
                .join(jobs, jobs.c.id == runs.c.job_id)
                .where(
                    attempts.c.state.in_(LIVE),
                    sa.or_(
                        sa.and_(
                            attempts.c.host == self.host,
                            attempts.c.owner.not_in(alive),
                            sa.true() if self.site is None else jobs.c.site == self.site,
                        ),
                        attempts.c.lease_until < db_now(),
                    ),
                )
                .order_by(attempts.c.started_at)
            )
            found = [attempt_of(row) for row in connection.execute(query)]
        if held is None:
            return [attempt for attempt in found if attempt.owner != self.owner]
        return [attempt for attempt in found if Fence(attempt.run_id, attempt.number, attempt.owner) not in held]

    def adopt(self, attempt: Attempt) -> Fence | None:
        """Become the owner of an orphan; None where another agent was faster."""
        fail_point("adopt")
        with self.store.write() as connection:
            old = Fence(attempt.run_id, attempt.number, attempt.owner)
            done = connection.execute(
                sa.update(attempts).where(old.condition()).values(owner=self.owner, lease_until=db_now() + self.lease_s)
            )
        return Fence(attempt.run_id, attempt.number, self.owner) if done.rowcount else None

    def cancellations(self, run_ids: list[str]) -> set[str]:
        """Those of the runs that are asked to stop."""
        with self.store.read() as connection:
            query = sa.select(runs.c.id).where(runs.c.id.in_(run_ids), runs.c.cancel_requested.is_(True))
            return set(connection.execute(query).scalars())

    def next_wait_s(self) -> float | None:
        """Seconds until the next queued run may start by its backoff; None where none waits for time."""
        with self.store.read() as connection:
            moment = connection.execute(
                sa.select(sa.func.min(runs.c.not_before)).where(
                    runs.c.state == State.QUEUED, runs.c.not_before > self.clock.now()
                )
            ).scalar()
        return None if moment is None else max(0.0, (moment - self.clock.now()).total_seconds())
