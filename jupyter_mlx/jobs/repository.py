"""Rows of jobs, runs and attempts, inside the caller's transaction; every change of state brings its event."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..clock import Clock, from_iso
from ..errors import InvalidInput, NotFound
from ..store.events import EventLog
from ..store.tables import attempts, events, jobs, leases, runs, schedules, snapshots
from .lifecycle import State, check_run
from .models import Attempt, Job, Run
from .snapshot import Snapshot

__all__ = ["RunRepository", "attempt_of"]


class RunRepository:
    """Reads and writes runs; owns no rule but the transition table's."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.log = EventLog()

    # -- writing ---------------------------------------------------------------------------------------------

    def add_job(self, connection: sa.Connection, job: Job, snapshot: Snapshot) -> None:
        """Keep a job and its snapshot's manifest."""
        known = sa.select(snapshots.c.digest).where(snapshots.c.digest == snapshot.digest)
        if connection.execute(known).first() is None:
            connection.execute(
                sa.insert(snapshots).values(
                    digest=snapshot.digest, manifest=snapshot.manifest, created_at=self.clock.now()
                )
            )
        connection.execute(sa.insert(jobs).values(**asdict(job)))

    def add_run(
        self,
        connection: sa.Connection,
        run_id: str,
        job: Job,
        *,
        state: State = State.QUEUED,
        reason: str | None = None,
        idempotency_key: str | None = None,
        schedule_id: str | None = None,
        fire_time: datetime | None = None,
    ) -> Run:
        """Create a run of a job, with its first event."""
        now = self.clock.now()
        connection.execute(
            sa.insert(runs).values(
                id=run_id,
                job_id=job.id,
                owner=job.owner,
                state=state,
                reason=reason,
                idempotency_key=idempotency_key,
                schedule_id=schedule_id,
                fire_time=fire_time,
                attempts_allowed=1 + job.retries.max,
                created_at=now,
                ended_at=now if state is State.SKIPPED else None,
            )
        )
        return self.announce(connection, run_id)

    def change(self, connection: sa.Connection, run: Run, state: State | None = None, **values: Any) -> Run:
        """Change a run's state (by the table) and other columns, with the event.

        Raises
        ------
        Conflict: ``state_change_refused``.
        """
        if state is not None:
            check_run(run.state, state)
            values["state"] = state
        connection.execute(sa.update(runs).where(runs.c.id == run.id).values(**values))
        return self.announce(connection, run.id)

    def move(self, connection: sa.Connection, run: Run, site: str) -> None:
        """Let another environment execute a run: the one from which it is retried."""
        connection.execute(sa.update(jobs).where(jobs.c.id == run.job.id).values(site=site))

    def announce(self, connection: sa.Connection, run_id: str) -> Run:
        """Write the event that shows a run as it is now."""
        run = self.get(connection, run_id)
        self.log.append(
            connection,
            self.clock.now(),
            "job.state",
            run.id,
            {"run": run.to_json(record=False)},
            run.attempt_no or None,
        )
        return run

    def remove(self, connection: sa.Connection, run: Run) -> None:
        """Delete a run with its attempts and events, and its job where nothing else uses it.

        What is left is one event, which says that it is gone.
        """
        connection.execute(sa.delete(leases).where(leases.c.run_id == run.id))
        connection.execute(sa.delete(attempts).where(attempts.c.run_id == run.id))
        connection.execute(sa.delete(events).where(events.c.subject == run.id))
        connection.execute(sa.delete(runs).where(runs.c.id == run.id))
        used = sa.or_(
            sa.exists().where(runs.c.job_id == run.job.id), sa.exists().where(schedules.c.job_id == run.job.id)
        )
        connection.execute(sa.delete(jobs).where(jobs.c.id == run.job.id, ~used))
        self.log.append(connection, self.clock.now(), "job.removed", run.id, {"name": run.job.name})

    # -- reading ---------------------------------------------------------------------------------------------

    def get(self, connection: sa.Connection, run_id: str) -> Run:
        """A run by its id, or by a beginning of it that no other run shares.

        Raises
        ------
        NotFound: ``run_unknown``.
        InvalidInput: ``run_ambiguous``.
        """
        rows = connection.execute(_RUNS.where(runs.c.id == run_id)).all()
        if not rows and len(run_id) >= 3:
            rows = connection.execute(_RUNS.where(runs.c.id.startswith(run_id, autoescape=True)).limit(2)).all()
        if not rows:
            raise NotFound("run_unknown", f"There is no run `{run_id}`.", "List the runs: `jupyter mlx jobs list`.")
        if len(rows) > 1:
            raise InvalidInput(
                "run_ambiguous", f"More than one run's id begins with `{run_id}`.", "Give more of the id."
            )
        return self._assemble(connection, rows)[0]

    def find_by_key(self, connection: sa.Connection, owner: str, key: str) -> Run | None:
        """The run that an idempotency key made, if there is one."""
        rows = connection.execute(_RUNS.where(runs.c.owner == owner, runs.c.idempotency_key == key)).all()
        return self._assemble(connection, rows)[0] if rows else None

    def job(self, connection: sa.Connection, job_id: str) -> Job:
        """A job by its id."""
        return _job(connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).one()._mapping)

    def snapshot(self, connection: sa.Connection, digest: str) -> Snapshot:
        """A snapshot's manifest."""
        manifest = connection.execute(sa.select(snapshots.c.manifest).where(snapshots.c.digest == digest)).scalar_one()
        return Snapshot(manifest["notebook"], manifest["files"])

    def page(
        self,
        connection: sa.Connection,
        *,
        limit: int = 50,
        cursor: str | None = None,
        states: Sequence[str] = (),
        words: str = "",
        notebook: str | None = None,
        schedule: str | None = None,
    ) -> tuple[list[Run], str | None]:
        """A page of runs, newest first, and the cursor of the next page.

        Raises
        ------
        InvalidInput: ``cursor_invalid`` or ``state_unknown``.
        """
        query = self._filtered(_RUNS, words, notebook, schedule)
        if states:
            unknown = [state for state in states if state not in State.__members__]
            if unknown:
                raise InvalidInput(
                    "state_unknown", f"There is no state `{unknown[0]}`.", f"One of: {', '.join(State)}."
                )
            query = query.where(runs.c.state.in_(states))
        if cursor:
            created_at, run_id = _read_cursor(cursor)
            query = query.where(
                sa.or_(runs.c.created_at < created_at, sa.and_(runs.c.created_at == created_at, runs.c.id < run_id))
            )
        rows = connection.execute(query.order_by(runs.c.created_at.desc(), runs.c.id.desc()).limit(limit + 1)).all()
        page = self._assemble(connection, rows[:limit])
        return page, _write_cursor(page[-1]) if len(rows) > limit else None

    def counts(
        self, connection: sa.Connection, words: str = "", notebook: str | None = None, schedule: str | None = None
    ) -> dict[str, int]:
        """How many runs are in each state."""
        query = (
            sa.select(runs.c.state, sa.func.count().label("runs"))
            .join(jobs, jobs.c.id == runs.c.job_id)
            .group_by(runs.c.state)
        )
        return {row.state: row.runs for row in connection.execute(self._filtered(query, words, notebook, schedule))}

    def unfinished(self, connection: sa.Connection, site: str) -> int:
        """How many runs of an environment wait or run."""
        states = (State.QUEUED, State.STARTING, State.RUNNING)
        query = sa.select(sa.func.count(runs.c.id)).join(jobs, jobs.c.id == runs.c.job_id)
        return connection.execute(query.where(runs.c.state.in_(states), jobs.c.site == site)).scalar_one()

    def _filtered(
        self, query: sa.Select[Any], words: str, notebook: str | None, schedule: str | None
    ) -> sa.Select[Any]:
        for word in words.split():
            query = query.where(
                sa.or_(
                    jobs.c.name.icontains(word, autoescape=True),
                    jobs.c.notebook_path.icontains(word, autoescape=True),
                    runs.c.id.startswith(word, autoescape=True),
                    sa.cast(jobs.c.tags, sa.String).icontains(word, autoescape=True),
                )
            )
        if notebook is not None:
            query = query.where(jobs.c.notebook_path == notebook)
        if schedule is not None:
            query = query.where(runs.c.schedule_id == schedule)
        return query

    def _assemble(self, connection: sa.Connection, rows: Sequence[sa.Row[Any]]) -> list[Run]:
        ids = [row._mapping[runs.c.id] for row in rows]
        of_run: dict[str, list[Attempt]] = {run_id: [] for run_id in ids}
        query = sa.select(attempts).where(attempts.c.run_id.in_(ids)).order_by(attempts.c.number)
        for row in connection.execute(query):
            of_run[row.run_id].append(attempt_of(row))
        return [_run(row._mapping, tuple(of_run[run_id])) for row, run_id in zip(rows, ids, strict=True)]


_RUNS = sa.select(runs, *(column.label(f"job__{column.name}") for column in jobs.c)).join(
    jobs, jobs.c.id == runs.c.job_id
)


def _run(row: Any, of_run: tuple[Attempt, ...]) -> Run:
    job = _job({column.name: row[f"job__{column.name}"] for column in jobs.c})
    values = {column.name: row[column] for column in runs.c if column.name not in ("job_id", "state")}
    return Run(job=job, attempts=of_run, state=State(row[runs.c.state]), **values)


def _job(row: Any) -> Job:
    return Job(**dict(row))


def attempt_of(row: sa.Row[Any]) -> Attempt:
    """An attempt from its row."""
    return Attempt(**{**row._mapping, "state": State(row.state)})


def _write_cursor(run: Run) -> str:
    return base64.urlsafe_b64encode(f"{run.created_at.isoformat()} {run.id}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        moment, run_id = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        return from_iso(moment), run_id
    except ValueError as error:
        raise InvalidInput("cursor_invalid", "The cursor can't be read.", "Start again without a cursor.") from error
