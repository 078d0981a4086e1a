"""Deployments in the store: rows, revisions, events; inside the caller's transaction."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ...errors import NotFound
from ...store.events import EventLog
from ...store.model_tables import deployment_revisions, deployments
from ..targets.port import Deployment, Revision, RouteShare, Status

__all__ = ["DeploymentStore", "this_host"]


def this_host() -> str:
    """The name of this host, as deployments know it."""
    return platform.node() or "host"


class DeploymentStore:
    """Reading and writing deployments."""

    def __init__(self) -> None:
        self._events = EventLog()

    # -- reading ---------------------------------------------------------------------------------------------

    def all(self, connection: sa.Connection) -> list[Deployment]:
        """All of them by name."""
        return [_deployment(row) for row in connection.execute(sa.select(deployments).order_by(deployments.c.name))]

    def find(self, connection: sa.Connection, name: str) -> Deployment | None:
        """The one of a name."""
        row = connection.execute(sa.select(deployments).where(deployments.c.name == name)).first()
        return None if row is None else _deployment(row)

    def get(self, connection: sa.Connection, name: str) -> Deployment:
        """The one of a name.

        Raises
        ------
        NotFound: ``deployment_unknown``.
        """
        found = self.find(connection, name)
        if found is None:
            raise NotFound(
                "deployment_unknown",
                f"There is no deployment `{name}`.",
                "`jupyter mlx models deployments` lists them.",
                field="name",
            )
        return found

    def looked_after(self, connection: sa.Connection, site: str) -> list[Deployment]:
        """Those that the agent of this host and environment has work with."""
        query = sa.select(deployments).where(
            deployments.c.target == "local",
            deployments.c.site == site,
            deployments.c.host == this_host(),
            sa.or_(deployments.c.wanted != "stopped", deployments.c.state != "STOPPED"),
        )
        return [_deployment(row) for row in connection.execute(query)]

    def revisions(self, connection: sa.Connection, deployment_id: str, least: int = 0) -> list[Revision]:
        """Revisions of a deployment, newest first; from a number on."""
        table = deployment_revisions
        query = sa.select(table).where(table.c.deployment_id == deployment_id, table.c.number >= least)
        return [_revision(row) for row in connection.execute(query.order_by(table.c.number.desc()))]

    def revisions_of_all(self, connection: sa.Connection) -> dict[str, list[Revision]]:
        """Revisions of every deployment, newest first."""
        found: dict[str, list[Revision]] = {}
        for row in connection.execute(sa.select(deployment_revisions).order_by(deployment_revisions.c.number.desc())):
            found.setdefault(row.deployment_id, []).append(_revision(row))
        return found

    # -- writing ---------------------------------------------------------------------------------------------

    def add(self, connection: sa.Connection, made: Deployment, first: Revision) -> None:
        """Write a new deployment down."""
        values = {key: value for key, value in vars(made).items() if key != "status"}
        values |= {"state": made.status.state, "status": made.status.to_json(), "options": dict(made.options)}
        connection.execute(sa.insert(deployments).values(**values))
        self.add_revision(connection, made.id, first)
        self.tell(connection, made, made.created_at)

    def add_revision(self, connection: sa.Connection, deployment_id: str, revision: Revision) -> None:
        """Write one more revision down."""
        connection.execute(
            sa.insert(deployment_revisions).values(
                deployment_id=deployment_id,
                number=revision.number,
                routes=[route.to_json() for route in revision.routes],
                signature=None if revision.signature is None else dict(revision.signature),
                why=revision.why,
                created_by=revision.by,
                created_at=revision.at,
            )
        )

    def change(self, connection: sa.Connection, before: Deployment, at: datetime, **values: Any) -> Deployment:
        """Change what is wanted, or how it is (`status`), and say so.

        What is written of a deployment as it was seen holds for that only: where somebody wanted something else
        meanwhile it is left alone. `before` comes back then.
        """
        document: dict[str, Any] = dict(values)
        if "status" in values:
            status: Status = values["status"]
            document |= {"state": status.state, "status": status.to_json()}
        done = connection.execute(
            sa.update(deployments)
            .where(
                deployments.c.id == before.id,
                deployments.c.revision == before.revision,
                deployments.c.wanted == before.wanted,
            )
            .values(**document, updated_at=at)
        )
        if done.rowcount == 0:
            return before
        after = self.get(connection, before.name)
        self.tell(connection, after, at)
        return after

    def remove(self, connection: sa.Connection, gone: Deployment, at: datetime) -> None:
        """Take a deployment out, with its revisions."""
        connection.execute(sa.delete(deployment_revisions).where(deployment_revisions.c.deployment_id == gone.id))
        connection.execute(sa.delete(deployments).where(deployments.c.id == gone.id))
        self.tell(connection, gone, at, removed=True)

    def tell(self, connection: sa.Connection, deployment: Deployment, at: datetime, *, removed: bool = False) -> None:
        """Append the event."""
        data: dict[str, Any] = {
            "name": deployment.name,
            "model": deployment.model,
            "state": deployment.status.state,
            **({"removed": True} if removed else {}),
        }
        self._events.append(connection, at, "deployment.changed", deployment.id, data)


def _deployment(row: Any) -> Deployment:
    values: Mapping[str, Any] = row._mapping
    own = {key: value for key, value in values.items() if key not in ("state", "status")}
    return Deployment(**own, status=Status.from_json(row.state, row.status or {}))


def _revision(row: Any) -> Revision:
    routes = tuple(RouteShare.from_json(route) for route in row.routes)
    return Revision(row.number, routes, row.created_by, row.created_at, row.why, row.signature)
