"""Feature views as they were applied: their versions, what a change breaks, and who may look."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ..catalog.models import Principal
from ..catalog.port import Entry, EntryPart
from ..clock import Clock, to_iso
from ..errors import InvalidInput, NotFound
from ..store.engine import Store
from ..store.events import EventLog
from ..store.feature_tables import projects, versions, views
from .access import FeatureAccess
from .applying import Applier
from .models import Applied, View, ViewDefinition, ViewDifference
from .repository import Repository

__all__ = ["FeatureService"]


class FeatureService:
    """Owns the versions of feature views.

    Feast's registry has the definitions that are in force; every change of one that decides on values is a version
    here, with what was different. Whatever a principal may not know of is as unknown as what does not exist; without
    one, it is the project itself that asks.
    """

    def __init__(self, store: Store, clock: Clock, access: FeatureAccess) -> None:
        self.store = store
        self.clock = clock
        self.access = access
        self.log = EventLog()

    # -- applying --------------------------------------------------------------------------------------------

    def plan(self, folder: str, *, principal: Principal | None = None) -> Applied:
        """What `apply` would change, and what was made from what it changes; nothing is written.

        Raises
        ------
        NotFound: ``repository_missing``.
        InvalidInput: ``repository_invalid``.
        Forbidden: ``permission_missing``.
        """
        found, _ = Repository(folder).read()
        self._require_project(principal, "plan", found.project)
        with self.store.read() as connection:
            return Applied(found.project, Applier(found).changes(connection))

    def apply(self, folder: str, user: str, *, principal: Principal | None = None) -> Applied:
        """Put a repository's definitions in force, as ``feast apply`` does, and keep what changed as versions.

        Raises
        ------
        NotFound: ``repository_missing``.
        InvalidInput: ``repository_invalid``.
        Forbidden: ``permission_missing``.
        """
        repository = Repository(folder)
        found, contents = repository.read()
        self._require_project(principal, "apply", found.project)
        # Registry and versions by one process at a time, so that they say the same.
        with repository.alone():
            repository.apply(contents)
            now = self.clock.now()
            with self.store.write() as connection:
                applier = Applier(found)
                changes = applier.changes(connection)
                project = applier.write(connection, changes, str(repository.folder), user, now)
                self._index(connection, project)
                changed = [change.name for change in changes if change.change != "unchanged"]
                # Everybody hears of events: they name nothing that somebody may not know of.
                named = sa.select(views.c.id).where(views.c.project_id == project, views.c.name.in_(changed))
                ids = list(connection.execute(named.order_by(views.c.name)).scalars())
                if ids:
                    self.log.append(connection, now, "features.changed", project, {"what": "views", "ids": ids})
        return Applied(found.project, changes)

    def _require_project(self, principal: Principal | None, action: str, name: str) -> None:
        with self.store.read() as connection:
            known = connection.execute(sa.select(projects.c.applied_by).where(projects.c.name == name)).scalar()
        if known is not None:
            self.access.require_project(principal, action, name, known)

    def _index(self, connection: sa.Connection, project: str) -> None:
        """Have the catalog's search find the project's views."""
        rows = connection.execute(self._query().where(views.c.project_id == project)).all()
        active = [_view(row) for row in rows if row.state == "active"]
        gone = [row.id for row in rows if row.state != "active"]
        self.access.catalog.put_entries(connection, [_entry(view) for view in active], gone)

    # -- looking ---------------------------------------------------------------------------------------------

    def views(self, project: str | None = None, *, principal: Principal | None = None) -> list[View]:
        """The views in force, by project and name, with the features that a principal may know of."""
        query = self._query().where(views.c.state == "active").order_by(projects.c.name, views.c.name)
        if project is not None:
            query = query.where(projects.c.name == project)
        with self.store.read() as connection:
            found = [_view(row) for row in connection.execute(query)]
        return [view for view in self._shown(principal, found) if view is not None]

    def _shown(self, principal: Principal | None, found: list[View]) -> list[View | None]:
        if self.access.sees_all(principal):
            return list(found)
        return self.access.shown(principal, found, self._siblings({view.project for view in found}))

    def _siblings(self, names: set[str]) -> dict[tuple[str, str], View]:
        query = self._query().where(projects.c.name.in_(sorted(names)))
        with self.store.read() as connection:
            return {(row.project, row.name): _view(row) for row in connection.execute(query)}

    def view(self, reference: str, *, project: str | None = None, principal: Principal | None = None) -> View:
        """A view by ``name``, ``project/name``, its id, each with ``@v2`` for an earlier version.

        Parameters
        ----------
        project: Where a view is looked for whose reference says nothing of it.

        Raises
        ------
        NotFound: ``view_unknown``, ``view_version_unknown``.
        InvalidInput: ``view_ambiguous``.
        """
        named, _, at = reference.partition("@")
        own, _, name = named.rpartition("/")
        within = own or project
        query = self._query().where((views.c.name == name) | (views.c.id == named))
        with self.store.read() as connection:
            rows = connection.execute(query.where(projects.c.name == within) if within else query).all()
        every = [_view(row) for row in rows]
        found = [(view, shown) for view, shown in zip(every, self._shown(principal, every), strict=True) if shown]
        if not found:
            unknown = _unknown(name, [view.definition.name for view in self.views(principal=principal)])
            if principal is not None and every:
                self.access.refuse(principal, "describe", f"{every[0].project}/{every[0].definition.name}", unknown)
            raise unknown
        if len(found) > 1:
            listed = ", ".join(f"`{view.project}/{view.definition.name}`" for view, _ in found)
            raise InvalidInput(
                "view_ambiguous", f"Several projects have a view `{named}`.", f"Say which one: {listed}."
            )
        whole, shown = found[0]
        if not at:
            return shown
        earlier = self._shown(principal, [self._at(whole, at)])[0]
        if earlier is None:
            assert principal is not None
            self.access.refuse(principal, "describe", f"{whole.project}/{reference}", _version_unknown(whole, at))
        return earlier

    def _at(self, view: View, at: str) -> View:
        number = int(at.removeprefix("v")) if at.removeprefix("v").isdecimal() else 0
        place = (versions.c.view_id == view.id) & (versions.c.number == number)
        with self.store.read() as connection:
            row = connection.execute(sa.select(versions).where(place)).first()
        if row is None:
            raise _version_unknown(view, at)
        return self._as_version(view, row)

    @staticmethod
    def _as_version(view: View, row: Any) -> View:
        definition = ViewDefinition.from_json(row.definition)
        return replace(view, version=row.number, definition=definition, digest=row.digest, updated_at=row.created_at)

    def versions(self, reference: str, *, principal: Principal | None = None) -> list[dict[str, Any]]:
        """The versions of a view, newest first: ``FeatureVersion`` of the contract.

        Raises
        ------
        NotFound: ``view_unknown``.
        """
        view = self.view(reference.partition("@")[0], principal=principal)
        query = sa.select(versions).where(versions.c.view_id == view.id).order_by(versions.c.number)
        with self.store.read() as connection:
            rows = connection.execute(query).all()
        every = [self._as_version(view, row) for row in rows]
        found: list[dict[str, Any]] = []
        before: View | None = None
        whole = True
        for row, version, shown in zip(rows, every, self._shown(principal, every), strict=True):
            if shown is None:
                whole = False
                continue
            difference = row.difference
            was, whole = whole, shown.definition == version.definition
            if not (was and whole):
                # What is said of hidden features is hidden, too.
                known = None if before is None else ViewDifference.between(before.definition, shown.definition)
                difference = None if known is None else known.to_json()
            found.append(
                {
                    "number": row.number,
                    "digest": row.digest,
                    "definition": shown.definition.to_json(),
                    "difference": difference,
                    "created_by": row.created_by,
                    "created_at": to_iso(row.created_at),
                }
            )
            before = shown
        return found[::-1]

    def require(
        self, principal: Principal | None, action: str, view: View, features: Collection[str] | None = None
    ) -> None:
        """Go on only where a principal may read the values of a view's features; all of them by default.

        Raises
        ------
        Forbidden: ``permission_missing``.
        """
        if not self.access.sees_all(principal):
            self.access.require(principal, action, view, features, self._siblings({view.project}))

    def shown_parts(self, principal: Principal, ids: Collection[str]) -> dict[str, frozenset[str]]:
        """By id the features of views that a principal may know of, as the catalog's search asks."""
        with self.store.read() as connection:
            every = [_view(row) for row in connection.execute(self._query().where(views.c.id.in_(ids)))]
        return {
            view.id: frozenset(item.name for item in view.definition.features)
            for view in self._shown(principal, every)
            if view is not None
        }

    def may_read(self, principal: Principal | None, view: View) -> bool:
        """Whether a principal may read the values of all of a view's features."""
        return self.access.sees_all(principal) or self.access.may_read(principal, view, self._siblings({view.project}))

    def _query(self) -> sa.Select[Any]:
        about = (projects.c.name.label("project"), projects.c.repository, projects.c.applied_by)
        return sa.select(views, *about).join(projects)


def _view(row: Any) -> View:
    definition = ViewDefinition.from_json(row.definition)
    return View(
        row.id,
        row.project,
        row.state,
        row.version,
        row.version,
        definition,
        definition.digest,
        row.updated_at,
        row.repository,
        row.applied_by,
    )


def _entry(view: View) -> Entry:
    definition = view.definition
    return Entry(
        "feature_view",
        "feature",
        view.id,
        definition.name,
        view.project,
        view.updated_at,
        definition.description,
        definition.owner,
        _told(definition.tags),
        tuple(
            EntryPart(item.name, item.type.lower(), item.description, _told(item.tags)) for item in definition.features
        ),
    )


def _told(tags: Mapping[str, str]) -> dict[str, str]:
    """Tags without our own, which say nothing to people."""
    return {key: value for key, value in tags.items() if not key.startswith("mlx.")}


def _version_unknown(view: View, at: str) -> NotFound:
    return NotFound(
        "view_version_unknown",
        f"`{view.definition.name}` has no version `{at}`.",
        f"It has versions 1 to {view.versions}; write `{view.definition.name}@v1`.",
    )


def _unknown(name: str, known: list[str]) -> NotFound:
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean `{near[0]}`?" if near else "Apply its repository: `jupyter mlx features apply`."
    return NotFound("view_unknown", f"There is no feature view `{name}`.", hint)
