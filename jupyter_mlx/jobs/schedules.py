"""Schedules: cron expressions in a time zone, fired by the agent, each firing once.

The run of a firing and the schedule's next firing are written in one transaction, and
``UNIQUE(schedule_id, fire_time)`` holds over any crash.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ..clock import Clock, to_iso
from ..errors import InvalidInput, MlxError, NotFound, StorageFull, Unavailable
from ..faults import fail_point
from ..store.engine import Store
from ..store.events import EventLog
from ..store.tables import jobs, runs, schedules
from .cron import due_firings, explain, next_firings
from .lifecycle import ENDED, State
from .models import Job, Run, new_id, relative_path
from .repository import RunRepository
from .snapshot import Snapshot

__all__ = ["Policy", "Schedule", "ScheduleService"]


@dataclass(frozen=True)
class Policy:
    """What happens when a firing is late, was missed, or finds the last run still going.

    misfire_grace_s: A firing that is later than this counts as missed.
    coalesce: Of several firings that are due at once, run the ``latest`` or ``all``.
    catch_up: Whether missed firings are run after all.
    overlap: ``allow``, ``forbid`` (the new run is SKIPPED), ``replace`` (the old one is cancelled) or ``enqueue``.
    """

    misfire_grace_s: float = 300.0
    coalesce: str = "latest"
    catch_up: bool = False
    overlap: str = "forbid"

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return dict(vars(self))


@dataclass(frozen=True)
class Schedule:
    """A job and when it runs."""

    id: str
    job: Job
    owner: str
    name: str
    cron: str
    timezone: str
    paused: bool
    next_fire: datetime | None
    policy: Policy
    error: dict[str, Any] | None
    created_at: datetime
    last_run: tuple[str, str] | None = None

    def to_json(self, now: datetime, root: Path | None = None) -> dict[str, Any]:
        """As the contract has it, with the next five firings after `now`."""
        words, firings = "", []
        if self.error is None:
            words = explain(self.cron, self.timezone)
            firings = [] if self.paused else next_firings(self.cron, self.timezone, now, 5)
        document: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "job_id": self.job.id,
            "notebook": {"path": relative_path(self.job.notebook_path, root), "digest": self.job.notebook_digest},
            "parameters": self.job.parameters,
            "cron": self.cron,
            "timezone": self.timezone,
            "words": words,
            "paused": self.paused,
            "next_fire": to_iso(None if self.paused else self.next_fire),
            "next_fires": [to_iso(moment) for moment in firings],
            "policy": self.policy.to_json(),
            "last_run": {"id": self.last_run[0], "state": self.last_run[1]} if self.last_run else None,
            "owner": self.owner,
            "created_at": to_iso(self.created_at),
        }
        if self.error:
            document["error"] = self.error
        return document


class ScheduleService:
    """Owns the rules of schedules.

    Parameters
    ----------
    site: Fire only what was submitted from this environment (`Settings.site`); None fires all.
    """

    def __init__(self, store: Store, clock: Clock, site: str | None = None) -> None:
        self._site = site
        self.store = store
        self.clock = clock
        self.runs = RunRepository(clock)
        self.log = EventLog()

    # -- keeping ---------------------------------------------------------------------------------------------

    def add(
        self,
        job: Job,
        snapshot: Snapshot,
        cron: str,
        timezone: str,
        name: str | None = None,
        policy: Policy | None = None,
    ) -> Schedule:
        """Keep a schedule of a job.

        Raises
        ------
        InvalidInput: ``cron_invalid``, ``timezone_unknown`` or ``cron_never``.
        """
        policy = policy or Policy()
        first = self._first(cron, timezone)
        schedule_id = new_id()
        with self.store.write() as connection:
            self.runs.add_job(connection, job, snapshot)
            connection.execute(
                sa.insert(schedules).values(
                    id=schedule_id,
                    job_id=job.id,
                    owner=job.owner,
                    name=name or job.name,
                    cron=cron,
                    timezone=timezone,
                    next_fire=first,
                    created_at=self.clock.now(),
                    **policy.to_json(),
                )
            )
            return self._announce(connection, schedule_id)

    def _first(self, cron: str, timezone: str) -> datetime:
        firings = next_firings(cron, timezone, self.clock.now(), 1)
        if not firings:
            raise InvalidInput("cron_never", f"`{cron}` never fires.", "Choose a day that exists.", field="cron")
        return firings[0]

    def preview(self, cron: str, timezone: str, count: int) -> tuple[str, list[datetime]]:
        """An expression in words, and its next firings.

        Raises
        ------
        InvalidInput: As the expression or the zone deserves.
        """
        return explain(cron, timezone), next_firings(cron, timezone, self.clock.now(), count)

    def page(self) -> list[Schedule]:
        """All schedules, the next to fire first."""
        with self.store.read() as connection:
            query = sa.select(schedules.c.id).order_by(
                schedules.c.paused, schedules.c.next_fire.is_(None), schedules.c.next_fire
            )
            return [self._read(connection, schedule_id) for schedule_id in connection.execute(query).scalars().all()]

    def get(self, schedule_id: str) -> Schedule:
        """One schedule, by its id or the beginning of it.

        Raises
        ------
        NotFound: ``schedule_unknown``.
        """
        with self.store.read() as connection:
            return self._read(connection, schedule_id)

    def update(
        self,
        schedule_id: str,
        *,
        paused: bool | None = None,
        cron: str | None = None,
        timezone: str | None = None,
        name: str | None = None,
        policy: dict[str, Any] | None = None,
    ) -> Schedule:
        """Change a schedule. One that goes on after a pause fires at its next time, not for the past ones.

        Raises
        ------
        NotFound, InvalidInput: As `get` and `add`.
        """
        with self.store.write() as connection:
            old = self._read(connection, schedule_id)
            values: dict[str, Any] = {**(policy or {})}
            new_cron, new_zone = cron or old.cron, timezone or old.timezone
            if (new_cron, new_zone) != (old.cron, old.timezone) or (old.paused and paused is False):
                values |= {"cron": new_cron, "timezone": new_zone, "error": sa.null()}
                values["next_fire"] = self._first(new_cron, new_zone)
            if paused is not None:
                values["paused"] = paused
            if name is not None:
                values["name"] = name
            if values:
                connection.execute(sa.update(schedules).where(schedules.c.id == old.id).values(**values))
            return self._announce(connection, old.id)

    def remove(self, schedule_id: str) -> None:
        """Forget a schedule; its runs stay.

        Raises
        ------
        NotFound: ``schedule_unknown``.
        """
        with self.store.write() as connection:
            old = self._read(connection, schedule_id)
            if old.id != schedule_id:
                raise NotFound(
                    "schedule_unknown",
                    f"There is no schedule `{schedule_id}`.",
                    f"Removing takes a whole id: {old.id}.",
                )
            connection.execute(sa.delete(schedules).where(schedules.c.id == old.id))
            self.log.append(connection, self.clock.now(), "schedule.removed", old.id, {"name": old.name})

    def _read(self, connection: sa.Connection, schedule_id: str) -> Schedule:
        query = sa.select(schedules)
        row = connection.execute(query.where(schedules.c.id == schedule_id)).first()
        if row is None and len(schedule_id) >= 3:
            found = connection.execute(query.where(schedules.c.id.startswith(schedule_id, autoescape=True))).all()
            row = found[0] if len(found) == 1 else None
        if row is None:
            raise NotFound(
                "schedule_unknown", f"There is no schedule `{schedule_id}`.", "List them: `jupyter mlx schedules list`."
            )
        last = connection.execute(
            sa.select(runs.c.id, runs.c.state)
            .where(runs.c.schedule_id == row.id)
            .order_by(runs.c.created_at.desc())
            .limit(1)
        ).first()
        return Schedule(
            id=row.id,
            job=self.runs.job(connection, row.job_id),
            owner=row.owner,
            name=row.name,
            cron=row.cron,
            timezone=row.timezone,
            paused=row.paused,
            next_fire=row.next_fire,
            policy=Policy(row.misfire_grace_s, row.coalesce, row.catch_up, row.overlap),
            error=row.error,
            created_at=row.created_at,
            last_run=(last.id, last.state) if last else None,
        )

    def _announce(self, connection: sa.Connection, schedule_id: str) -> Schedule:
        schedule = self._read(connection, schedule_id)
        now = self.clock.now()
        self.log.append(connection, now, "schedule.changed", schedule.id, {"schedule": schedule.to_json(now)})
        return schedule

    # -- firing ----------------------------------------------------------------------------------------------

    def next_wait_s(self) -> float | None:
        """Seconds until the next firing of any schedule; None where none is active."""
        with self.store.read() as connection:
            moment = connection.execute(self._active(sa.select(sa.func.min(schedules.c.next_fire)))).scalar()
        return None if moment is None else max(0.0, (moment - self.clock.now()).total_seconds())

    def _active(self, query: sa.Select[Any]) -> sa.Select[Any]:
        """Schedules that are not paused, of this environment."""
        mine = sa.true() if self._site is None else jobs.c.site == self._site
        return query.join(jobs, jobs.c.id == schedules.c.job_id).where(schedules.c.paused.is_(False), mine)

    def fire_due(self) -> list[Run]:
        """Create the runs of all schedules that are due; one bad schedule never stops another."""
        with self.store.read() as connection:
            query = self._active(sa.select(schedules.c.id)).where(schedules.c.next_fire <= self.clock.now())
            due = connection.execute(query).scalars().all()
        created: list[Run] = []
        for schedule_id in due:
            try:
                with self.store.write() as connection:
                    created += self._fire(connection, schedule_id)
            except (StorageFull, Unavailable):
                raise
            except Exception as error:  # noqa: BLE001 - one schedule must not keep the others from firing
                traceback.print_exception(error)
                self._park(schedule_id, error)
        return created

    def _park(self, schedule_id: str, error: Exception) -> None:
        """Pause a schedule that can't be fired, and keep why."""
        why = MlxError(
            "schedule_broken",
            f"The schedule could not be fired: {type(error).__name__}: {error}.",
            "Change its expression or its policy, then resume it.",
        )
        with self.store.write() as connection:
            connection.execute(
                sa.update(schedules).where(schedules.c.id == schedule_id).values(paused=True, error=why.to_json())
            )
            self._announce(connection, schedule_id)

    def _fire(self, connection: sa.Connection, schedule_id: str) -> list[Run]:
        """The due firings of one schedule, and its next one, in the caller's transaction."""
        now = self.clock.now()
        active = sa.and_(schedules.c.id == schedule_id, schedules.c.paused.is_(False), schedules.c.next_fire <= now)
        row = connection.execute(sa.select(schedules.c.next_fire).where(active).with_for_update()).first()
        if row is None:
            return []  # another agent was faster, or somebody paused it
        schedule = self._read(connection, schedule_id)
        try:
            firings = due_firings(schedule.cron, schedule.timezone, row.next_fire, now)
            upcoming = next_firings(schedule.cron, schedule.timezone, now, 1)
        except InvalidInput as error:
            # It was valid when it was stored; a zone can vanish with an update of the system.
            connection.execute(
                sa.update(schedules).where(schedules.c.id == schedule_id).values(paused=True, error=error.to_json())
            )
            self._announce(connection, schedule_id)
            return []
        created = self._create(connection, schedule, firings, now)
        fail_point("schedule_advance")
        connection.execute(
            sa.update(schedules)
            .where(schedules.c.id == schedule_id)
            .values(next_fire=upcoming[0] if upcoming else sa.null())
        )
        self._announce(connection, schedule_id)
        return created

    def _create(
        self, connection: sa.Connection, schedule: Schedule, firings: list[datetime], now: datetime
    ) -> list[Run]:
        policy = schedule.policy
        firings = self._not_fired(connection, schedule.id, firings)
        if not firings:
            return []
        oldest = now - timedelta(seconds=policy.misfire_grace_s)
        on_time = firings if policy.catch_up else [moment for moment in firings if moment >= oldest]
        if not on_time:
            return [
                self._skip(connection, schedule, firings[-1], f"Missed {len(firings)} firings: no agent was running.")
            ]
        chosen = on_time[-1:] if policy.coalesce == "latest" else on_time
        created = []
        for moment in chosen:
            going = self._going(connection, schedule.id)
            if going and policy.overlap == "forbid":
                why = f"The run before, {going[0].id[:6]}, has not ended."
                created.append(self._skip(connection, schedule, moment, why))
                continue
            if policy.overlap == "replace":
                for run in going:
                    self._cancel(connection, run, now)
            created.append(
                self.runs.add_run(connection, new_id(), schedule.job, schedule_id=schedule.id, fire_time=moment)
            )
        return created

    def _not_fired(self, connection: sa.Connection, schedule_id: str, firings: list[datetime]) -> list[datetime]:
        """Those that have no run yet: a clock that stepped back comes to the same moment twice."""
        query = sa.select(runs.c.fire_time).where(
            runs.c.schedule_id == schedule_id, runs.c.fire_time.between(firings[0], firings[-1])
        )
        fired = set(connection.execute(query).scalars())
        return [moment for moment in firings if moment not in fired]

    def _skip(self, connection: sa.Connection, schedule: Schedule, moment: datetime, reason: str) -> Run:
        return self.runs.add_run(
            connection,
            new_id(),
            schedule.job,
            state=State.SKIPPED,
            reason=reason,
            schedule_id=schedule.id,
            fire_time=moment,
        )

    def _going(self, connection: sa.Connection, schedule_id: str) -> list[Run]:
        query = sa.select(runs.c.id).where(runs.c.schedule_id == schedule_id, runs.c.state.not_in(sorted(ENDED)))
        return [self.runs.get(connection, run_id) for run_id in connection.execute(query).scalars().all()]

    def _cancel(self, connection: sa.Connection, run: Run, now: datetime) -> None:
        if run.state is State.QUEUED:
            self.runs.change(connection, run, State.CANCELLED, ended_at=now, reason="Replaced by the next firing.")
        else:
            self.runs.change(connection, run, cancel_requested=True, reason="Replaced by the next firing.")
