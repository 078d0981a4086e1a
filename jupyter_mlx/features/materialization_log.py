"""The record of materializations: what was brought to the online store, by whom, and whether somebody is at it now."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..clock import Clock, to_iso
from ..errors import Conflict, MlxError
from ..jobs.lifecycle import ENDED
from ..jobs.models import new_id
from ..processes import is_alive, own_identity
from ..store.engine import Store
from ..store.events import EventLog
from ..store.feature_tables import materializations
from ..store.tables import runs
from .models import View

__all__ = ["Materialization", "MaterializationLog"]


@dataclass(frozen=True)
class Materialization:
    """One view's values of one stretch of time, brought to the online store.

    view: ``name@v2``.
    state: ``RUNNING``, ``SUCCEEDED``, ``FAILED``, or ``SKIPPED`` where there was nothing new.
    """

    id: str
    view: str
    state: str
    since: datetime
    until: datetime
    run_id: str | None
    error: dict[str, Any] | None
    started_at: datetime
    ended_at: datetime | None

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "id": self.id,
            "view": self.view,
            "state": self.state,
            "since": to_iso(self.since),
            "until": to_iso(self.until),
            "run_id": self.run_id,
            "error": self.error,
            "started_at": to_iso(self.started_at),
            "ended_at": None if self.ended_at is None else to_iso(self.ended_at),
        }


class MaterializationLog:
    """Owns the records of materializations; of one view one runs at a time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._events = EventLog()

    def begin(
        self, view: View, since: datetime, until: datetime, user: str, run_id: str | None, source: str | None
    ) -> str:
        """Write down that one begins; its id.

        One that was begun by a process that is gone is closed as failed: this one does its work.

        Parameters
        ----------
        source: What tells the state of the view's source.

        Raises
        ------
        Conflict: ``materialization_running``.
        """
        with self._store.write() as connection:
            table = materializations
            query = sa.select(table).where(table.c.view_id == view.id, table.c.state == "RUNNING")
            for row in connection.execute(query).all():
                if _is_at_it(connection, row):
                    raise _running(view, row)
                gone = MlxError(
                    "materialization_interrupted", "Its process ended in the middle.", "The next one does its work."
                )
                self._close(connection, row.id, view, "FAILED", gone)
            return self._add(connection, view, since, until, user, run_id, state="RUNNING", source=source)

    def skip(self, view: View, since: datetime, until: datetime, user: str, run_id: str | None) -> Materialization:
        """Write down that there was nothing new."""
        with self._store.write() as connection:
            made = self._add(connection, view, since, until, user, run_id, state="SKIPPED")
            self._tell(connection, view)
        return self.get(made, view)

    def end(self, materialization: str, view: View, error: MlxError | None = None) -> Materialization:
        """Write down how one ended."""
        with self._store.write() as connection:
            self._close(connection, materialization, view, "SUCCEEDED" if error is None else "FAILED", error)
        return self.get(materialization, view)

    def _add(
        self,
        connection: sa.Connection,
        view: View,
        since: datetime,
        until: datetime,
        user: str,
        run_id: str | None,
        *,
        state: str,
        source: str | None = None,
    ) -> str:
        made, now = new_id(), self._clock.now()
        values = {
            "id": made,
            "view_id": view.id,
            "version": view.version,
            "state": state,
            "run_id": run_id,
            "since": since,
            "until": until,
            "owner": user,
            "started_at": now,
            "ended_at": None if state == "RUNNING" else now,
            "source_version": source,
            "process": {**own_identity(), "host": platform.node()},
        }
        connection.execute(sa.insert(materializations).values(**values))
        return made

    def _close(
        self, connection: sa.Connection, materialization: str, view: View, state: str, error: MlxError | None
    ) -> None:
        values = {"state": state, "error": None if error is None else error.to_json(), "ended_at": self._clock.now()}
        place = materializations.c.id == materialization
        connection.execute(sa.update(materializations).where(place).values(**values))
        self._tell(connection, view)

    def _tell(self, connection: sa.Connection, view: View) -> None:
        event = {"what": "materialization", "ids": [view.id]}
        self._events.append(connection, self._clock.now(), "features.changed", view.id, event)

    # -- looking ---------------------------------------------------------------------------------------------

    def last(self, view: View) -> tuple[datetime, str | None] | None:
        """Where the last one of this version that succeeded ended, and the state of the source that it read.

        Where that is a time that had not come yet, it is when it began: rows could come until then. A new version
        begins anew, and so does a view whose rows the online store dropped.
        """
        table = materializations.c
        query = (
            sa.select(table.until, table.started_at, table.source_version)
            .where(table.view_id == view.id, table.version == view.version, table.state == "SUCCEEDED", ~table.dropped)
            .order_by(table.until.desc(), table.started_at.desc())
        )
        with self._store.read() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else (min(row.until, row.started_at), row.source_version)

    def served_until(self, view: View) -> datetime | None:
        """Up to when this version is served; where its source had nothing new, that is as good."""
        table = materializations.c
        query = sa.select(sa.func.max(table.until)).where(
            table.view_id == view.id,
            table.version == view.version,
            table.state.in_(("SUCCEEDED", "SKIPPED")),
            ~table.dropped,
        )
        with self._store.read() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found

    def get(self, materialization: str, view: View) -> Materialization:
        """One of a view."""
        query = sa.select(materializations).where(materializations.c.id == materialization)
        with self._store.read() as connection:
            return _materialization(connection.execute(query).one(), view)

    def of(self, view: View) -> list[Materialization]:
        """All of a view, newest first."""
        table = materializations.c
        query = sa.select(materializations).where(table.view_id == view.id)
        with self._store.read() as connection:
            rows = connection.execute(query.order_by(table.started_at.desc(), table.until.desc(), table.id)).all()
        return [_materialization(row, view) for row in rows]


def _materialization(row: sa.Row[Any], view: View) -> Materialization:
    return Materialization(
        row.id,
        f"{view.definition.name}@v{row.version}",
        row.state,
        row.since,
        row.until,
        row.run_id,
        row.error,
        row.started_at,
        row.ended_at,
    )


def _is_at_it(connection: sa.Connection, row: sa.Row[Any]) -> bool:
    """Whether somebody still works on a record: its process runs; of another host, its run goes on."""
    process = dict(row.process or {})
    if process.pop("host", None) == platform.node():
        return is_alive(process)
    state = connection.execute(sa.select(runs.c.state).where(runs.c.id == row.run_id)).scalar()
    return state is not None and state not in ENDED


def _running(view: View, row: sa.Row[Any]) -> Conflict:
    by = f"the run {row.run_id}" if row.run_id else f"a process of {row.owner}'s"
    return Conflict(
        "materialization_running",
        f"`{view.definition.name}` is being materialized already, by {by}.",
        "Wait for its end: what it brings is served then.",
    )
