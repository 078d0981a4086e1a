"""The audit log: who did, or was refused, what. It only grows; the store itself refuses to change or remove a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..clock import to_iso
from ..errors import InvalidInput
from ..store.tables import audit

__all__ = ["AuditEntry", "AuditLog"]


@dataclass(frozen=True)
class AuditEntry:
    """Something that was done or refused. `before` and `after` are what a change found and left."""

    id: int
    time: datetime
    who: str
    action: str
    resource: str
    allowed: bool
    door: str
    before: Any = None
    after: Any = None

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {**vars(self), "time": to_iso(self.time)}


class AuditLog:
    """Appending and reading, inside the caller's transaction. There is no way to do anything else."""

    def append(
        self,
        connection: sa.Connection,
        time: datetime,
        who: str,
        action: str,
        resource: str,
        *,
        allowed: bool,
        door: str,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write an entry, in the transaction of the change that it tells of where it is one."""
        values = {"time": time, "who": who, "action": action, "resource": resource, "allowed": allowed, "door": door}
        connection.execute(sa.insert(audit).values(**values, before=before, after=after))

    def page(
        self,
        connection: sa.Connection,
        *,
        who: str | None = None,
        resource: str | None = None,
        allowed: bool | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> tuple[list[AuditEntry], str | None]:
        """Entries, newest first, and where the next page begins.

        Raises
        ------
        InvalidInput: ``cursor_invalid``.
        """
        query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit + 1)
        if who is not None:
            query = query.where(audit.c.who == who)
        if resource is not None:
            query = query.where(audit.c.resource == resource)
        if allowed is not None:
            query = query.where(audit.c.allowed.is_(allowed))
        if cursor is not None:
            if not cursor.isdecimal():
                raise InvalidInput(
                    "cursor_invalid", "The cursor can't be read.", "Use `next_cursor` of the page before."
                )
            query = query.where(audit.c.id < int(cursor))
        found = [AuditEntry(**row._mapping) for row in connection.execute(query)]
        return found[:limit], str(found[limit - 1].id) if len(found) > limit else None
