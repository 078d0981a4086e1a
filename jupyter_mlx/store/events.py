"""The event log: one growing sequence that every view follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ..clock import to_iso
from .tables import events

__all__ = ["Event", "EventLog"]


@dataclass(frozen=True)
class Event:
    """Something that happened. `subject` is the id of the thing that it happened to."""

    id: int
    time: datetime
    kind: str
    subject: str
    data: dict[str, Any]
    attempt: int | None = None

    def to_json(self, root: Path | None = None) -> dict[str, Any]:
        """The document that all doors send; notebook paths below `root` are shown relative to it."""
        return {
            "id": self.id,
            "time": to_iso(self.time),
            "kind": self.kind,
            "subject": self.subject,
            "data": _localized(self.data, root),
        }


def _localized(data: dict[str, Any], root: Path | None) -> dict[str, Any]:
    for key in ("run", "schedule"):
        notebook = data.get(key, {}).get("notebook")
        if root is not None and notebook and Path(notebook["path"]).is_relative_to(root):
            path = Path(notebook["path"]).relative_to(root).as_posix()
            return {**data, key: {**data[key], "notebook": {**notebook, "path": path}}}
    return data


class EventLog:
    """Appending and reading events, inside the caller's transaction."""

    def append(
        self,
        connection: sa.Connection,
        time: datetime,
        kind: str,
        subject: str,
        data: dict[str, Any],
        attempt: int | None = None,
    ) -> None:
        """Write an event in the transaction of the change that it tells of, a `Store.write`.

        Those take turns: otherwise a reader could see a later id before an earlier one is committed, and
        never look back.
        """
        connection.execute(sa.insert(events).values(time=time, kind=kind, subject=subject, attempt=attempt, data=data))

    def last_id(self, connection: sa.Connection) -> int:
        """The newest event's id; 0 where there is none."""
        return connection.execute(sa.select(sa.func.max(events.c.id))).scalar() or 0

    def after(self, connection: sa.Connection, event_id: int, limit: int = 1000) -> list[Event]:
        """Events with a greater id, oldest first."""
        query = sa.select(events).where(events.c.id > event_id).order_by(events.c.id).limit(limit)
        return [_event(row) for row in connection.execute(query)]

    def of_subject(
        self, connection: sa.Connection, subject: str, attempt: int | None, after: int = 0, limit: int = 20_000
    ) -> list[Event]:
        """Events of one subject, oldest first; with `attempt`, those of that attempt only."""
        query = sa.select(events).where(events.c.subject == subject, events.c.id > after)
        if attempt is not None:
            query = query.where(events.c.attempt == attempt)
        return [_event(row) for row in connection.execute(query.order_by(events.c.id).limit(limit))]


def _event(row: Any) -> Event:
    return Event(row.id, row.time, row.kind, row.subject, row.data, row.attempt)
