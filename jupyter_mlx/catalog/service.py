"""The catalog as its users see it: databases, tables, versions, partitions, and what is said of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa

from ..clock import Clock, to_iso
from ..errors import Forbidden, InvalidInput, NotFound
from ..secrets import SecretStore
from ..store.catalog_tables import databases, explanations, partitions, quality_rules, tables, uses, versions
from ..store.engine import Store
from ..store.tables import jobs, runs
from . import entries
from .access import AccessService
from .applying import forget_table
from .describing import Descriptions
from .grants import shows_all, shows_plainly
from .models import Database, Partition, Principal, Table, TableVersion, TableView
from .port import Entry
from .repository import partition_key, unknown, version_of

__all__ = ["CatalogService"]

_UNTOLD: dict[str, list[Any]] = {"grouping": [], "sampled": [], "skipped": [], "notes": []}


class CatalogService(Descriptions):
    """Owns what may be seen of tables, and the rules of `Descriptions`.

    A reference is an id, ``database.table``, or ``source/database.table``. Nobody learns of what he may not see: such a
    table is as unknown as one that does not exist.
    """

    def __init__(
        self, store: Store, clock: Clock, access: AccessService, secrets: SecretStore, door: str = "python"
    ) -> None:
        super().__init__(store, clock, access, door)
        self.secrets = secrets

    # -- databases -------------------------------------------------------------------------------------------

    def databases(self, principal: Principal, source: str | None = None) -> list[Database]:
        """Databases that a principal may see: those granted, and those that hold a table that is."""
        with self.store.read() as connection:
            found = self.repository.databases(connection)
            if source is not None:
                found = [item for item in found if source in (item.source, item.source_id)]
            if self.access.sees_all(principal):
                return found
            shown = []
            for database in found:
                visible = self.access.views_in(connection, principal, database.id)
                if visible or "describe" in self.access.permissions(principal, database):
                    active = sum(view.table.state == "active" for view in visible)
                    shown.append(Database(**{**vars(database), "tables": active}))
        return shown

    def ids(self, references: Sequence[str], principal: Principal) -> list[str]:
        """The ids of what these name.

        Raises
        ------
        NotFound: ``table_unknown``.
        """
        with self.store.read() as connection:
            return [
                self.access.resolve(connection, reference, principal, "describe", door=self.door).id
                for reference in references
            ]

    # -- tables ----------------------------------------------------------------------------------------------

    def view(self, reference: str, principal: Principal, version: int | None = None) -> TableView:
        """A table as a principal may see it.

        Parameters
        ----------
        version: Its schema at this version in place of the present one.

        Raises
        ------
        NotFound: ``table_unknown``, ``version_unknown``.
        """
        with self.store.read() as connection:
            resource = self.access.resolve(connection, reference, principal, "describe", door=self.door)
            if resource.kind != "table":
                raise NotFound(
                    "table_unknown", f"`{reference}` is a {resource.kind}.", "Name a table: `database.table`."
                )
            found = self.repository.tables(connection, [resource.id], version)
            if not found:
                self.repository.version(connection, resource.id, version)
        view = self.access.views(principal, found)[0]
        if view is None:
            self.access.refuse(principal, "describe", found[0].path, door=self.door, error=unknown(reference))
        return view

    def table(self, reference: str, principal: Principal, version: int | None = None) -> Table:
        """A table with the columns that a principal may see.

        Raises
        ------
        NotFound: ``table_unknown``, ``version_unknown``.
        """
        return self.view(reference, principal, version).table

    def document(self, reference: str, principal: Principal, version: int | None = None) -> dict[str, Any]:
        """``Table`` of the contract, as a principal may see it: masked columns say so, without statistics.

        Raises
        ------
        NotFound: ``table_unknown``, ``version_unknown``.
        """
        return self._document(self.view(reference, principal, version))

    def _document(self, view: TableView) -> dict[str, Any]:
        shown = view.table.to_json()
        for column in shown["columns"]:
            if column["name"] in view.masks:
                column["masked"] = view.masks[column["name"]]
            if column["name"] in view.masks or column["name"] not in view.selectable or view.rows is not None:
                # They are of all rows' real values.
                column.pop("statistics", None)
        return shown

    def tables(
        self, principal: Principal, *, database: str | None = None, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[Table], str | None]:
        """Tables by database and name, and the cursor of the next page.

        Raises
        ------
        NotFound: ``table_unknown`` for the database.
        InvalidInput: ``cursor_invalid``.
        """
        start = _number(cursor)
        query = (
            sa.select(tables.c.id)
            .join(databases, databases.c.id == tables.c.database_id)
            .order_by(databases.c.name, tables.c.name, tables.c.id)
        )
        with self.store.read() as connection:
            if database is not None:
                resource = self.access.resolve(connection, database, principal, "describe", door=self.door)
                if resource.kind != "database":
                    raise NotFound("table_unknown", f"`{database}` is a {resource.kind}.", "Name a database.")
                query = query.where(tables.c.database_id == resource.id)
            if self.access.sees_all(principal):
                ids = list(connection.execute(query.offset(start).limit(limit + 1)).scalars())
                found = self.repository.tables(connection, ids[:limit])
                return found, str(start + limit) if len(ids) > limit else None
            return self._visible_page(connection, principal, list(connection.execute(query).scalars()), start, limit)

    def located(self, places: Collection[str]) -> list[Table]:
        """The tables whose data lies at, above or below some places; whoever asks decides on who may see them.

        Parameters
        ----------
        places: Absolute paths, or ``s3://bucket/prefix``.
        """
        if not places:
            return []
        at = tables.c.location
        above = {name for place in places for name in _above(place)}
        # `0` is what comes behind `/`.
        below = [sa.and_(at >= f"{place}/", at < f"{place}0") for place in sorted(places)]
        query = sa.select(tables.c.id).where(sa.or_(at.in_([*above, *(f"{name}/" for name in above)]), *below))
        with self.store.read() as connection:
            return self.repository.tables(connection, list(connection.execute(query).scalars()))

    def put_entries(self, connection: sa.Connection, found: Sequence[Entry], gone: Sequence[str] = ()) -> None:
        """Have the search find what another part of the workbench has, in the transaction of what changed it.

        Parameters
        ----------
        gone: Ids of what it has no longer.
        """
        entries.remove(connection, gone)
        entries.put(connection, found)

    def _visible_page(
        self, connection: sa.Connection, principal: Principal, ids: Sequence[str], start: int, limit: int
    ) -> tuple[list[Table], str | None]:
        found: list[Table] = []
        at = start
        while at < len(ids):
            batch = self.repository.tables(connection, ids[at : at + limit])
            for offset, view in enumerate(self.access.views(principal, batch)):
                if view is not None:
                    found.append(view.table)
                if len(found) == limit:
                    after = at + offset + 1
                    return found, str(after) if after < len(ids) else None
            at += limit
        return found, None

    def remove_table(self, reference: str, principal: Principal) -> None:
        """Forget a table; the data stays, and what was said of it for the case that a crawl finds it again.

        Raises
        ------
        NotFound: ``table_unknown``.
        Forbidden: ``permission_missing``.
        """
        view = self.view(reference, principal)
        self.access.require(principal, "alter", view, door=self.door)
        with self.store.read() as connection:
            whole = self.repository.tables(connection, [view.table.id])
        self.access.require_whole(principal, "table.remove", view.table.path, whole, door=self.door)
        with self.store.write() as connection:
            forget_table(connection, view.table.id)
            self._tell(
                connection,
                "tables",
                [view.table.id],
                principal,
                view.table.path,
                "table.remove",
                {"location": view.table.location},
                None,
            )

    def require_ruled(self, reference: str, principal: Principal) -> None:
        """Go on only where a principal sees all that the quality rules of a table are about.

        Raises
        ------
        NotFound: ``table_unknown``.
        Forbidden: ``permission_missing``.
        """
        view = self.view(reference, principal)
        self.access.require(principal, "select", view, door=self.door)
        with self.store.read() as connection:
            query = sa.select(quality_rules.c.rules).where(quality_rules.c.table_id == view.table.id)
            rules = connection.execute(query).scalar() or ()
        ruled = {rule["column"] for rule in rules if rule.get("column") is not None}
        if view.rows is None and all(shows_plainly(view, column) for column in ruled):
            return
        path = view.table.path
        error = Forbidden(
            "permission_missing",
            f"`{principal.user}` does not see all that the rules of `{path}` are about.",
            "Have them checked by somebody who does.",
        )
        self.access.refuse(principal, "quality.check", path, door=self.door, error=error)

    # -- what belongs to a table -----------------------------------------------------------------------------

    def versions(self, reference: str, principal: Principal) -> list[TableVersion]:
        """The versions of a table's schema, newest first, with the columns that a principal may see.

        Raises
        ------
        NotFound: ``table_unknown``.
        """
        table = self.table(reference, principal)
        with self.store.read() as connection:
            query = sa.select(versions).where(versions.c.table_id == table.id).order_by(versions.c.number.desc())
            found = [version_of(row) for row in connection.execute(query)]
            if self.access.sees_all(principal):
                return found
            each = [self.repository.tables(connection, [table.id], item.number)[0] for item in found]
        return [view.table.version for view in self.access.views(principal, each) if view is not None]

    def partitions(
        self, reference: str, principal: Principal, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[Partition], str | None, int]:
        """Partitions by value, the cursor of the next page, and how many there are.

        There are none for whoever does not see all values of all keys.

        Raises
        ------
        NotFound: ``table_unknown``.
        """
        view = self.view(reference, principal)
        with self.store.read() as connection:
            keys = self.repository.version(connection, view.table.id).partition_keys
            if view.rows is not None or not all(shows_plainly(view, key.name) for key in keys):
                return [], None, 0
            found = self.repository.partitions(connection, view.table.id, limit + 1, cursor)
            total = connection.execute(
                sa.select(sa.func.count()).select_from(partitions).where(partitions.c.table_id == view.table.id)
            ).scalar_one()
        after = partition_key(found[limit - 1].values) if len(found) > limit else None
        return found[:limit], after, total

    def explanation(self, reference: str, principal: Principal) -> dict[str, Any]:
        """Why a table is one table: ``Explanation`` of the contract.

        Whoever does not see all of the table is told by which classifier, no more: paths have values of partition keys
        in them, and sentences name columns.

        Raises
        ------
        NotFound: ``table_unknown``.
        """
        view = self.view(reference, principal)
        with self.store.read() as connection:
            query = sa.select(explanations.c.data).where(explanations.c.table_id == view.table.id)
            data = connection.execute(query).scalar() or {"classifier": view.table.classifier, **_UNTOLD}
            whole = self.repository.tables(connection, [view.table.id])[0]
        if not shows_all(view, whole):
            data = {**data, **_UNTOLD}
        return {**data, "table": view.table.path}

    def uses(self, reference: str, principal: Principal) -> list[dict[str, Any]]:
        """Runs that read a table, newest first: ``Use`` of the contract.

        Raises
        ------
        NotFound: ``table_unknown``.
        """
        table = self.table(reference, principal)
        visible = {column.name for column in table.columns}
        query = (
            sa.select(uses, jobs.c.name.label("run_name"))
            .outerjoin(runs, runs.c.id == uses.c.run_id)
            .outerjoin(jobs, jobs.c.id == runs.c.job_id)
            .where(uses.c.table_id == table.id)
            .order_by(uses.c.time.desc())
            .limit(200)
        )
        with self.store.read() as connection:
            return [
                {
                    "run_id": row.run_id,
                    **({"run_name": row.run_name} if row.run_name else {}),
                    "version": row.version,
                    "columns": [name for name in row.columns if name in visible],
                    "who": row.who,
                    "time": to_iso(row.time),
                }
                for row in connection.execute(query)
            ]

    def note_use(self, table_id: str, run_id: str, version: int, columns: Sequence[str], who: str) -> None:
        """Take down that a run read a table; once a run, with all the columns that it read."""
        with self.store.write() as connection:
            place = (uses.c.table_id == table_id, uses.c.run_id == run_id)
            known = connection.execute(sa.select(uses.c.columns).where(*place)).scalar()
            if known is not None:
                connection.execute(
                    sa.update(uses).where(*place).values(columns=sorted({*known, *columns}), version=version)
                )
                return
            connection.execute(
                sa.insert(uses).values(
                    table_id=table_id,
                    run_id=run_id,
                    version=version,
                    columns=sorted(columns),
                    who=who,
                    time=self.clock.now(),
                )
            )
            connection.execute(sa.update(tables).where(tables.c.id == table_id).values(uses=tables.c.uses + 1))


def _number(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdigit() or len(cursor) > 12:
        raise InvalidInput("cursor_invalid", f"The cursor `{cursor}` can't be read.", "Start again without one.")
    return int(cursor)


def _above(place: str) -> list[str]:
    """A place, and the folders that it is in."""
    scheme, separator, path = place.rpartition("://")
    parents = [str(parent) for parent in PurePosixPath(path).parents if str(parent) != "."]
    return [place, *(f"{scheme}{separator}{parent}" for parent in parents)]
