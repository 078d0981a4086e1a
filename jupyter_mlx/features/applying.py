"""What a repository's definitions change in the store: projects, views and their versions, what is served no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..jobs.models import new_id
from ..store.feature_tables import materializations, projects, training_sets, versions, views
from .models import Definitions, ViewChange, ViewDefinition, ViewDifference

__all__ = ["Applier"]


class Applier:
    """Applies what one repository defines, inside the caller's transactions."""

    def __init__(self, found: Definitions) -> None:
        self._found = found

    def changes(self, connection: sa.Connection) -> tuple[ViewChange, ...]:
        """What becomes of each view; nothing is written."""
        query = sa.select(views).join(projects).where(projects.c.name == self._found.project)
        known = {row.name: row for row in connection.execute(query)}
        changes = []
        for view in self._found.views:
            row = known.get(view.name)
            if row is None:
                changes.append(ViewChange(view.name, "created", 1))
                continue
            before = ViewDefinition.from_json(row.definition)
            if before.digest != view.digest or row.state != "active":
                difference = ViewDifference.between(before, view)
                affected = self._made_from(connection, view.name, row.version)
                number = row.version + (before.digest != view.digest)
                changes.append(ViewChange(view.name, "updated", number, difference, affected))
            else:
                same = before == view
                changes.append(ViewChange(view.name, "unchanged" if same else "described", row.version))
        names = {view.name for view in self._found.views}
        for name, row in sorted(known.items()):
            if name not in names and row.state == "active":
                affected = self._made_from(connection, name, row.version)
                changes.append(ViewChange(name, "removed", row.version, None, affected))
        return tuple(changes)

    def _made_from(self, connection: sa.Connection, name: str, version: int) -> tuple[Mapping[str, Any], ...]:
        """Training sets of a view's version, with the runs that were trained on them."""
        query = (
            sa.select(training_sets)
            .join(projects)
            .where(projects.c.name == self._found.project)
            .order_by(training_sets.c.created_at.desc())
        )
        found: list[Mapping[str, Any]] = []
        reference = f"{name}@v{version}"
        for row in connection.execute(query):
            if reference in row.record.get("views", {}):
                found.append({"kind": "training_set", "id": row.id, "name": row.name or row.id, "version": version})
                if row.run_id:
                    found.append({"kind": "run", "id": row.run_id, "name": row.run_id, "version": version})
        return tuple(found)

    def write(
        self, connection: sa.Connection, changes: Collection[ViewChange], folder: str, user: str, now: datetime
    ) -> str:
        """Write these changes.

        Parameters
        ----------
        folder: Of the repository.

        Returns
        -------
        The id of the project.
        """
        self._forget(connection, changes)
        project = self._write_project(connection, folder, user, now)
        for change in changes:
            self._write_view(connection, project, change, user, now)
        return project

    def _forget(self, connection: sa.Connection, changes: Collection[ViewChange]) -> None:
        """Note which views' rows the online store drops: of those that are gone, or have keys of other types."""
        known = connection.execute(sa.select(projects).where(projects.c.name == self._found.project)).first()
        if known is None:
            return
        before = {item["name"]: item["type"] for item in known.definition.get("entities", ())}
        other = {item.name for item in self._found.entities if before.get(item.name, item.type) != item.type}
        names = {view.name for view in self._found.views if other.intersection(view.entities)}
        names |= {change.name for change in changes if change.change == "removed"}
        gone = sa.select(views.c.id).where(views.c.project_id == known.id, views.c.name.in_(sorted(names)))
        connection.execute(sa.update(materializations).where(materializations.c.view_id.in_(gone)).values(dropped=True))

    def _write_project(self, connection: sa.Connection, folder: str, user: str, now: datetime) -> str:
        values = {"repository": folder, "definition": self._found.to_json(), "applied_by": user, "applied_at": now}
        known = connection.execute(sa.select(projects.c.id).where(projects.c.name == self._found.project)).scalar()
        if known is not None:
            connection.execute(sa.update(projects).where(projects.c.id == known).values(**values))
            return str(known)
        made = new_id()
        connection.execute(sa.insert(projects).values(id=made, name=self._found.project, **values))
        return made

    def _write_view(
        self, connection: sa.Connection, project: str, change: ViewChange, user: str, now: datetime
    ) -> None:
        place = (views.c.project_id == project) & (views.c.name == change.name)
        if change.change == "removed":
            connection.execute(sa.update(views).where(place).values(state="removed", updated_at=now))
            return
        if change.change == "unchanged":
            return
        view = next(view for view in self._found.views if view.name == change.name)
        values = {"state": "active", "version": change.version, "definition": view.to_json(), "updated_at": now}
        if change.change == "created":
            view_id = new_id()
            connection.execute(sa.insert(views).values(id=view_id, project_id=project, name=view.name, **values))
        else:
            view_id = str(connection.execute(sa.select(views.c.id).where(place)).scalar_one())
            connection.execute(sa.update(views).where(place).values(**values))
        newest = sa.select(sa.func.max(versions.c.number)).where(versions.c.view_id == view_id)
        if (connection.execute(newest).scalar() or 0) < change.version:
            connection.execute(
                sa.insert(versions).values(
                    view_id=view_id,
                    number=change.version,
                    digest=view.digest,
                    definition=view.to_json(),
                    difference=None if change.difference is None else change.difference.to_json(),
                    created_by=user,
                    created_at=now,
                )
            )
