"""Who may see and do what in the catalog; `grants` says how grants add up, `granting` gives them.

Two modes, by the setting `catalog_access`:

``open``
    Whoever may use the server or the store may do everything, but grant.
``grants``
    Nobody may see or do anything that no grant gives, administrators (setting `admins`) aside.

Every refusal and every change is written in the audit log, which only administrators read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn

import sqlalchemy as sa

from ..clock import Clock
from ..errors import Forbidden, InvalidInput, MlxError, NotFound
from ..services import current_user
from ..settings import Settings
from ..store import catalog_tables as schema
from ..store.engine import Store
from .audit import AuditEntry, AuditLog
from .grant_requests import grant_of
from .grants import (
    PERMISSIONS,
    Grant,
    column_names,
    database_permissions,
    shows_all,
    shows_plainly,
    view_of,
    whole_view,
)
from .models import Database, Principal, Table, TableView
from .repository import CatalogRepository, Resource

__all__ = ["AccessService"]

_OPEN = frozenset(PERMISSIONS) - {"grant"}


class AccessService:
    """Owns the rules of access and the audit log."""

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._log = AuditLog()
        self._repository = CatalogRepository()
        self.by_grants = _mode(settings.catalog_access)
        self._admins = _names(settings.admins) or {current_user()}
        self._groups = _members(settings.groups)

    def principal(self, user: str, groups: Iterable[str] = ()) -> Principal:
        """A user as grants know one: with the groups of the settings and those given, and whether an administrator."""
        own = {group for group, members in self._groups.items() if user in members}
        return Principal(user, tuple(sorted(own | set(groups))), user in self._admins)

    # -- deciding --------------------------------------------------------------------------------------------

    def sees_all(self, principal: Principal) -> bool:
        """Whether nothing is hidden from a principal, so that nobody needs to ask table by table."""
        return principal.admin or not self.by_grants

    def views(self, principal: Principal, tables: Sequence[Table]) -> list[TableView | None]:
        """Each table as a principal may see it; None where not even its name."""
        if self.sees_all(principal):
            return [whole_view(table, PERMISSIONS if principal.admin else _OPEN) for table in tables]
        grants = self.grants_of(principal)
        found = [view_of(grants, table) for table in tables]
        seen = self._seen_from(grants, [view.table for view in found if view is not None])
        return [None if view is None else replace(view, table=view.table.leading_to(seen)) for view in found]

    def _seen_from(self, grants: Sequence[Grant], tables: Sequence[Table]) -> dict[tuple[str, str], set[str]]:
        """By source and identity, the visible columns of the tables that foreign keys of these lead to."""
        wanted: dict[str, set[str]] = {}
        for table in tables:
            for key in table.version.foreign_keys:
                wanted.setdefault(table.source_id, set()).add(key.table)
        views: list[TableView | None] = []
        if wanted:
            with self._store.read() as connection:
                for source_id, identities in wanted.items():
                    ids = self._repository.ids_of(connection, source_id, identities)
                    views += [view_of(grants, table) for table in self._repository.tables(connection, ids)]
        return {(view.table.source_id, view.table.identity): {*column_names(view.table)} for view in views if view}

    def grants_of(self, principal: Principal) -> list[Grant]:
        """The grants that a principal has."""
        with self._store.read() as connection:
            query = sa.select(schema.grants).where(schema.grants.c.principal.in_(principal.names))
            return [grant_of(row) for row in connection.execute(query)]

    def permissions(self, principal: Principal, database: Database) -> frozenset[str]:
        """What a principal may do with a database itself; its tables may be open to others."""
        if self.sees_all(principal):
            return frozenset(PERMISSIONS) if principal.admin else _OPEN
        return database_permissions(self.grants_of(principal), database)

    def views_in(self, connection: sa.Connection, principal: Principal, database_id: str) -> list[TableView]:
        """The tables of a database that a principal may see, by name."""
        query = sa.select(schema.tables.c.id).where(schema.tables.c.database_id == database_id)
        ids = list(connection.execute(query.order_by(schema.tables.c.name)).scalars())
        return [view for view in self.views(principal, self._repository.tables(connection, ids)) if view is not None]

    def resolve(
        self, connection: sa.Connection, reference: str, principal: Principal, action: str, *, door: str
    ) -> Resource:
        """What a reference names of all that a principal may know of: the rest is as unknown as what does not exist.

        Parameters
        ----------
        action: What the audit log says was asked for, where something is hidden.

        Raises
        ------
        NotFound: ``table_unknown``; for who sees all ``column_unknown`` too.
        InvalidInput: ``reference_ambiguous``.
        """
        if self.sees_all(principal):
            return self._repository.resolve(connection, reference)
        hidden: list[str] = []

        def seen(resource: Resource) -> bool:
            if not self.sees(connection, principal, resource):
                hidden.append(resource.path)
                return False
            return True

        try:
            return self._repository.resolve(connection, reference, seen=seen)
        except NotFound as error:
            if not hidden:
                raise
            self.refuse(principal, action, hidden[-1], door=door, error=error)

    def sees(self, connection: sa.Connection, principal: Principal, resource: Resource) -> bool:
        """Whether a principal may know of what a reference was resolved to."""
        if resource.kind == "database":
            database = self._database(connection, resource.id)
            return "describe" in self.permissions(principal, database) or bool(
                self.views_in(connection, principal, resource.id)
            )
        view = self.views(principal, self._repository.tables(connection, [resource.id]))[0]
        return view is not None and (not resource.column or resource.column in column_names(view.table))

    def _database(self, connection: sa.Connection, database_id: str) -> Database:
        return next(item for item in self._repository.databases(connection) if item.id == database_id)

    def require(
        self, principal: Principal, permission: str, resource: Table | TableView | Database | None, *, door: str
    ) -> None:
        """Go on only where a principal has a permission; a refusal is written in the audit log.

        Parameters
        ----------
        permission: ``describe``, ``select``, ``alter``, ``tag`` or ``grant``.
        resource: None for the catalog as a whole: its tag keys, glossary, sources; by grants, for administrators.

        Raises
        ------
        Forbidden: ``permission_missing``.
        """
        if permission not in PERMISSIONS:
            raise ValueError(f"no permission {permission!r}")
        if permission in self._permissions(principal, resource):
            return
        name = _name(resource)
        self.refuse(
            principal,
            permission,
            name,
            door=door,
            error=Forbidden(
                "permission_missing",
                f"`{principal.user}` may not {permission} {f'`{name}`' if resource is not None else name}.",
                f"Ask whoever may grant `{permission}` on it.",
            ),
        )

    def require_whole(
        self,
        principal: Principal,
        action: str,
        resource: str,
        tables: Sequence[Table],
        *,
        door: str,
        column: str | None = None,
    ) -> None:
        """Go on only where a principal sees all of some tables, or of one's column, plainly.

        It is for what could lift a protection: who is under it must not.

        Raises
        ------
        Forbidden: ``permission_missing``.
        """
        views = self.views(principal, tables)
        if column is not None and all(shows_plainly(view, column) for view in views):
            return
        if column is None and all(shows_all(view, table) for view, table in zip(views, tables, strict=True)):
            return
        error = Forbidden(
            "permission_missing",
            f"`{principal.user}` does not see all of `{resource}` as it is, so that others have to do this.",
            "Ask an administrator, or somebody who sees all of it.",
        )
        self.refuse(principal, action, resource, door=door, error=error)

    def _permissions(
        self, principal: Principal, resource: Table | TableView | Database | None
    ) -> frozenset[str] | set[str]:
        match resource:
            case None:
                return _OPEN if not (self.by_grants or principal.admin) else set(PERMISSIONS if principal.admin else ())
            case TableView():
                return resource.permissions
            case Database():
                return self.permissions(principal, resource)
        view = self.views(principal, [resource])[0]
        return view.permissions if view is not None else frozenset()

    # -- the log ---------------------------------------------------------------------------------------------

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
        """Write an entry of the audit log: in the transaction of the change, or in one of its own."""
        how: dict[str, Any] = {"allowed": allowed, "door": door, "before": before, "after": after}
        if connection is not None:
            self._log.append(connection, self._clock.now(), principal.user, action, resource, **how)
            return
        with self._store.write() as own:
            self._log.append(own, self._clock.now(), principal.user, action, resource, **how)

    def refuse(self, principal: Principal, action: str, resource: str, *, door: str, error: MlxError) -> NoReturn:
        """Write a refusal in the audit log, then raise it."""
        why = {"code": error.code, "message": error.message}
        self.record(principal, action, resource, allowed=False, door=door, after=why)
        raise error

    def audit(
        self,
        principal: Principal,
        *,
        who: str | None = None,
        resource: str | None = None,
        allowed: bool | None = None,
        limit: int = 100,
        cursor: str | None = None,
        door: str = "python",
    ) -> tuple[list[AuditEntry], str | None]:
        """Entries of the audit log, newest first, and where the next page begins.

        Raises
        ------
        Forbidden: ``admin_only``.
        InvalidInput: ``cursor_invalid``.
        """
        if not principal.admin:
            error = Forbidden(
                "admin_only",
                f"`{principal.user}` may not read the audit log.",
                "Ask one of the users whom the setting `admins` names.",
            )
            self.refuse(principal, "audit", "audit log", door=door, error=error)
        with self._store.read() as connection:
            return self._log.page(connection, who=who, resource=resource, allowed=allowed, limit=limit, cursor=cursor)


def _name(resource: Table | TableView | Database | None) -> str:
    match resource:
        case None:
            return "the catalog"
        case TableView():
            return resource.table.path
        case Database():
            return resource.name
    return resource.path


# -- settings ------------------------------------------------------------------------------------------------


def _mode(text: str) -> bool:
    if text not in ("open", "grants"):
        # Whoever mistyped it did not mean to open everything.
        raise InvalidInput(
            "setting_invalid", f"catalog_access={text!r} is neither `open` nor `grants`.", "Set it to one of them."
        )
    return text == "grants"


def _names(text: str) -> set[str]:
    return {name.strip() for name in text.split(",") if name.strip()}


def _members(text: str) -> dict[str, set[str]]:
    """Groups as the setting has them: ``risk=ada,bob;ops=carol``."""
    found: dict[str, set[str]] = {}
    for part in filter(str.strip, text.split(";")):
        group, separator, members = part.partition("=")
        if not separator or not group.strip():
            raise InvalidInput(
                "setting_invalid", f"groups={text!r} can't be read.", "Write `group=user,user;group=user`."
            )
        found.setdefault(group.strip(), set()).update(_names(members))
    return found
