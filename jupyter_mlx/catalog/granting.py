"""Grants: given, taken back, and shown to whoever may know of them.

`grants` says how they add up, `access` decides by them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NoReturn

import sqlalchemy as sa

from ..clock import Clock
from ..errors import Forbidden, InvalidInput, NotFound
from ..store import catalog_tables as schema
from ..store.engine import Store
from ..store.events import EventLog
from .access import AccessService
from .grant_requests import check_columns, grant_invalid, grant_of, reach_of, read_request
from .grants import Grant, column_names, reached
from .models import Principal, Table, TableView
from .predicate_reader import parse_predicate
from .predicates import columns_of
from .service import CatalogService

__all__ = ["GrantService"]


class GrantService:
    """Owns the grants: who may give which, and who is told of them."""

    def __init__(self, store: Store, clock: Clock, access: AccessService, catalog: CatalogService) -> None:
        self._store = store
        self._clock = clock
        self._access = access
        self._catalog = catalog
        self._events = EventLog()

    def known(self, principal: Principal) -> list[Grant]:
        """All grants, for administrators; for others those that they have, or gave.

        Whoever gave a grant sees all of it; others nothing that it says of columns that they do not see.
        """
        own = self._whole(principal)
        if self._access.sees_all(principal):
            return own
        with self._store.read() as connection:
            ids = list(connection.execute(sa.select(schema.tables.c.id)).scalars()) if own else []
            seen = [
                view.table
                for view in self._access.views(principal, self._catalog.repository.tables(connection, ids))
                if view
            ]
        return [
            self._shown(grant, principal, {name for table in reached(grant, seen) for name in column_names(table)})
            for grant in own
        ]

    def _whole(self, principal: Principal) -> list[Grant]:
        return [
            grant
            for grant in self._all()
            if principal.admin or grant.principal in principal.names or grant.created_by == principal.user
        ]

    def access_to(self, reference: str, principal: Principal) -> dict[str, Any]:
        """``Access`` of the contract: what a principal may do with a table, and the grants that reach it.

        Raises
        ------
        NotFound: ``table_unknown``.
        """
        view = self._catalog.view(reference, principal)
        with self._store.read() as connection:
            whole = self._catalog.repository.tables(connection, [view.table.id])[0]
        may_grant = "grant" in view.permissions
        visible = set(column_names(view.table))
        return {
            "mode": "grants" if self._access.by_grants else "open",
            "user": principal.user,
            "admin": principal.admin,
            "permissions": sorted(view.permissions),
            "columns": list(view.selectable),
            "hidden": len(column_names(whole)) - len(visible) if may_grant else 0,
            "rows": _shown_rows(view.rows, visible),
            "masks": dict(view.masks),
            "grants": [grant.to_json() for grant in self._reaching(view, principal)],
        }

    def _reaching(self, view: TableView, principal: Principal) -> list[Grant]:
        """The grants that reach a table: all for who may grant on it, else those that the principal has."""
        known = principal.admin or "grant" in view.permissions
        visible = set(column_names(view.table))
        return [
            self._shown(grant, principal, visible)
            for grant in self._all()
            if (known or grant.principal in principal.names) and reached(grant, [view.table])
        ]

    def _shown(self, grant: Grant, principal: Principal, visible: Collection[str]) -> Grant:
        """A grant without what it tells of columns that a principal does not see; whole to whoever gave it.

        Parameters
        ----------
        visible: The columns that the principal sees of what the grant reaches.
        """
        if self._access.sees_all(principal) or grant.created_by == principal.user:
            return grant
        return replace(
            grant,
            include=None if grant.include is None else tuple(name for name in grant.include if name in visible),
            exclude=(),
            rows=_shown_rows(grant.rows, visible),
            masks={what: how for what, how in grant.masks.items() if "=" in what or what in visible},
        )

    def give(self, request: Mapping[str, Any], principal: Principal, *, door: str = "python") -> Grant:
        """Grant; ``GrantRequest`` of the contract.

        Who is no administrator can pass on only what he has by a grant without filter or mask: on a resource what he
        has on it or on what it lies in, by tags what he has by those or by fewer.

        Raises
        ------
        InvalidInput: ``grant_invalid``; ``filter_invalid`` or ``column_unknown`` for its predicate and columns.
        NotFound: What its resource is not, for who sees all.
        Forbidden: ``permission_missing``, also for what is not there, or not for the principal to know of.
        """
        made = read_request(request, principal.user, self._clock)
        with self._store.read() as connection:
            # Permission comes before names: what is wrong with them tells what there is.
            made, table = self._aim(connection, made, principal, door)
            if not principal.admin and not self._may_pass_on(principal, made, table):
                self._refuse_grant(principal, made, str(request.get("resource") or reach_of(made)), door)
            if made.expression is not None:
                self._check_tags(connection, made.expression)
        check_columns(made, table)
        with self._store.write() as connection:
            connection.execute(
                sa.insert(schema.grants).values(
                    id=made.id,
                    principal=made.principal,
                    resource=made.resource,
                    expression=made.to_json()["expression"],
                    permissions=list(made.permissions),
                    filter=made.filter,
                    masks=dict(made.masks),
                    created_by=made.created_by,
                    created_at=made.created_at,
                )
            )
            self._announce(connection, principal, "grant.create", made, door, after=made.to_json())
        return made

    def revoke(self, grant_id: str, principal: Principal, *, door: str = "python") -> None:
        """Take a grant back; administrators may, and whoever gave it.

        Raises
        ------
        NotFound: ``grant_unknown``.
        Forbidden: ``permission_missing``.
        """
        found = next((grant for grant in self._whole(principal) if grant.id == grant_id), None)
        if found is None:
            unknown = NotFound(
                "grant_unknown",
                f"There is no grant `{grant_id}`.",
                "`GET catalog/grants` lists those that you know of.",
            )
            if any(grant.id == grant_id for grant in self._all()):
                self._access.refuse(principal, "grant.remove", grant_id, door=door, error=unknown)
            raise unknown
        if not principal.admin and found.created_by != principal.user:
            error = Forbidden(
                "permission_missing",
                f"`{principal.user}` may not take back what `{found.created_by}` granted.",
                f"Ask `{found.created_by}` or an administrator.",
            )
            self._access.refuse(principal, "grant.remove", reach_of(found), door=door, error=error)
        with self._store.write() as connection:
            connection.execute(sa.delete(schema.grants).where(schema.grants.c.id == found.id))
            self._announce(connection, principal, "grant.remove", found, door, before=found.to_json())

    def _announce(
        self, connection: sa.Connection, principal: Principal, action: str, grant: Grant, door: str, **change: Any
    ) -> None:
        self._access.record(
            principal, action, reach_of(grant), allowed=True, door=door, connection=connection, **change
        )
        self._events.append(
            connection, self._clock.now(), "catalog.changed", grant.id, {"what": "grants", "ids": [grant.id]}
        )

    def _aim(
        self, connection: sa.Connection, made: Grant, principal: Principal, door: str
    ) -> tuple[Grant, Table | None]:
        """The grant with its resource's whole name, and the table that it is on or in."""
        if made.expression is not None:
            return made, None
        try:
            seen = None if self._access.sees_all(principal) else partial(self._access.sees, connection, principal)
            found = self._catalog.repository.resolve(connection, str(made.resource), seen=seen)
        except NotFound:
            if self._access.sees_all(principal):
                raise
            self._refuse_grant(principal, made, str(made.resource), door)
        if found.column and not set(made.permissions) <= {"describe", "select"}:
            raise grant_invalid("a column can only be described and selected", "permissions")
        made = replace(made, resource=f"{found.source}/{found.path}")
        if found.kind == "database":
            return made, None
        return made, self._catalog.repository.tables(connection, [found.id])[0]

    def _check_tags(self, connection: sa.Connection, expression: Mapping[str, Sequence[str]]) -> None:
        admitted = dict(connection.execute(sa.select(schema.tag_keys.c.key, schema.tag_keys.c.admitted)).all())
        for key, values in expression.items():
            unknown = set(values) - set(admitted.get(key, ()))
            if unknown:
                raise grant_invalid(f"no tag `{key}={min(unknown)}` is defined", "expression")

    def _refuse_grant(self, principal: Principal, made: Grant, resource: str, door: str) -> NoReturn:
        error = Forbidden(
            "permission_missing",
            f"`{principal.user}` may not grant {', '.join(made.permissions)} on `{resource}`.",
            "It takes `grant` on the resource, and only what one has oneself, without filter or mask, can be granted.",
        )
        self._access.refuse(principal, "grant.create", resource, door=door, error=error)

    def _may_pass_on(self, principal: Principal, made: Grant, table: Table | None) -> bool:
        """Who is no administrator passes on nothing that he does not have himself."""
        if not self._access.by_grants:
            return False
        own = [
            grant for grant in self._access.grants_of(principal) if not grant.restricted and _covers(grant, made, table)
        ]
        return {"grant", *made.permissions} <= {"describe", *(name for grant in own for name in grant.permissions)}

    def _all(self) -> list[Grant]:
        with self._store.read() as connection:
            query = sa.select(schema.grants).order_by(schema.grants.c.created_at, schema.grants.c.id)
            return [grant_of(row) for row in connection.execute(query)]


def _covers(grant: Grant, made: Grant, table: Table | None) -> bool:
    """Whether a grant reaches all that another does, also when tags change or columns come."""
    if made.expression is not None:
        known = grant.expression or {}
        return bool(known) and all(set(made.expression.get(key, [""])) <= set(values) for key, values in known.items())
    places = {made.resource}
    if table is not None:
        database = f"{table.source}/{table.database}"
        places |= {database, f"{database}.{table.name}"}
    return grant.resource in places


def _shown_rows(rows: str | None, visible: Collection[str]) -> str | None:
    try:
        hidden = rows is not None and not columns_of(parse_predicate(rows)) <= set(visible)
    except InvalidInput:  # it was kept when other things could be said
        hidden = True
    return "a condition on columns that you may not see" if hidden else rows
