"""How changes of models are told to who watches, and written in the audit log, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, Protocol

import sqlalchemy as sa

from ...catalog.models import Principal
from ...clock import Clock
from ...errors import MlxError
from ...settings import Settings
from ...store.bell import ring
from ...store.events import EventLog

__all__ = ["Audit", "Changes"]

MAX_SUBJECT = 64


class Audit(Protocol):
    """The catalog's log of who did, or was refused, what."""

    def record(
        self,
        principal: Principal,
        action: str,
        resource: str,
        *,
        allowed: bool,
        door: str,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        connection: sa.Connection | None = None,
    ) -> None:
        """Write an entry."""

    def refuse(self, principal: Principal, action: str, resource: str, *, door: str, error: MlxError) -> NoReturn:
        """Write a refusal, then raise it."""


class Changes:
    """Events and entries of the audit log.

    Parameters
    ----------
    door: Through which is asked, for the audit log.
    """

    def __init__(self, clock: Clock, settings: Settings, audit: Audit, door: str) -> None:
        self._clock = clock
        self._key = settings.key
        self._audit = audit
        self._door = door
        self._events = EventLog()

    def tell(
        self,
        connection: sa.Connection,
        model: str,
        what: str,
        *,
        version: int | None = None,
        of: str | None = None,
        state: str | None = None,
    ) -> None:
        """Write the event ``models.changed``.

        Parameters
        ----------
        what: ``ModelEventData`` of the contract says which words there are.
        of: The id of the promotion, evaluation or replay that it is about.
        """
        data: dict[str, Any] = {"model": model, "what": what, "version": version}
        data |= {key: value for key, value in (("id", of), ("state", state)) if value is not None}
        self._events.append(connection, self._clock.now(), "models.changed", (of or model)[:MAX_SUBJECT], data)

    def audit(
        self,
        connection: sa.Connection | None,
        principal: Principal,
        action: str,
        resource: str,
        *,
        allowed: bool = True,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write an entry of the audit log, in the transaction of the change where it is one of the store."""
        self._audit.record(
            principal,
            action,
            resource,
            allowed=allowed,
            door=self._door,
            before=before,
            after=after,
            connection=connection,
        )

    def refuse(self, principal: Principal, action: str, resource: str, error: MlxError) -> NoReturn:
        """Write a refusal in the audit log, then raise it."""
        self._audit.refuse(principal, action, resource, door=self._door, error=error)

    def ring(self) -> None:
        """Wake whoever watches; after the commit."""
        ring(self._key)
