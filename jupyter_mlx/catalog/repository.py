"""Rows of the catalog as its models, and back; inside the caller's transaction."""

from __future__ import annotations

import difflib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..errors import InvalidInput, NotFound
from ..store.catalog_tables import databases, notes, partitions, sources, tables, tags, versions
from .models import Column, Database, ForeignKey, Partition, PartitionKey, Table, TableVersion

__all__ = ["CatalogRepository", "Resource", "partition_key", "unknown", "version_of"]

# SQLite binds at most 32,766 values in one statement, PostgreSQL 65,535.
CHUNK = 5000


class Resource:
    """What a reference names: a database, a table, or a column of one.

    id: The database's or the table's.
    column: Empty but for a column.
    path: ``database``, ``database.table`` or ``database.table.column``.
    source: The name of its source.
    """

    def __init__(self, kind: str, identifier: str, path: str, column: str = "", source: str = "") -> None:
        self.kind = kind
        self.id = identifier
        self.path = path
        self.column = column
        self.source = source


class CatalogRepository:
    """Reads what the catalog holds."""

    # -- references ------------------------------------------------------------------------------------------

    def resolve(
        self, connection: sa.Connection, reference: str, *, seen: Callable[[Resource], bool] | None = None
    ) -> Resource:
        """What a reference names: an id, or names by dots, from the database on; ``source/`` may stand before them.

        Parameters
        ----------
        seen: What the asker may know of: all else is as if it did not exist, and errors do not tell what there is.

        Raises
        ------
        NotFound: ``table_unknown`` or ``column_unknown``, with what is near.
        InvalidInput: ``reference_ambiguous``.
        """
        column = ".".join(reference.rpartition("/")[2].split(".", 2)[2:])
        found = [item for item in self._candidates(connection, reference) if seen is None or seen(item)]
        if not found:
            raise self._unknown(connection, reference) if seen is None else unknown(reference)
        if len(found) > 1:
            raise _ambiguous(reference, [f"{item.source}/{item.path}" for item in found])
        if not column:
            return found[0]
        try:
            made = self._column(connection, found[0], column)
        except NotFound as error:
            if seen is None:
                raise
            raise unknown(reference) from error
        if seen is not None and not seen(made):
            raise unknown(reference)
        return made

    def _candidates(self, connection: sa.Connection, reference: str) -> list[Resource]:
        """The databases or tables that a reference may mean."""
        source, _, rest = reference.rpartition("/")
        words = rest.split(".", 2)
        named = (
            sa.select(tables.c.id, tables.c.name, databases.c.name.label("database"), sources.c.name.label("source"))
            .join(databases, databases.c.id == tables.c.database_id)
            .join(sources, sources.c.id == tables.c.source_id)
        )
        if len(words) > 1:
            named = named.where(databases.c.name == words[0], tables.c.name == words[1])
            return [
                Resource("table", row.id, f"{row.database}.{row.name}", source=row.source)
                for row in connection.execute(named)
                if not source or row.source == source
            ]
        row = connection.execute(named.where(tables.c.id == rest)).first()
        if row is not None:
            return [Resource("table", row.id, f"{row.database}.{row.name}", source=row.source)]
        query = sa.select(databases.c.id, databases.c.name, sources.c.name.label("source")).join(
            sources, sources.c.id == databases.c.source_id
        )
        return [
            Resource("database", row.id, row.name, source=row.source)
            for row in connection.execute(query.where(sa.or_(databases.c.name == rest, databases.c.id == rest)))
            if not source or row.source == source
        ]

    def _column(self, connection: sa.Connection, table: Resource, name: str) -> Resource:
        version = self.version(connection, table.id)
        known = [column.name for column in version.columns] + [key.name for key in version.partition_keys]
        if name not in known:
            near = difflib.get_close_matches(name, known, 3, 0.5)
            raise NotFound(
                "column_unknown",
                f"`{table.path}` has no column `{name}`.",
                f"Did you mean {' or '.join(f'`{item}`' for item in near)}?" if near else "See its schema.",
                field="column",
            )
        return Resource("column", table.id, f"{table.path}.{name}", name, table.source)

    def _unknown(self, connection: sa.Connection, reference: str) -> NotFound:
        known = self.paths(connection, limit=2000)
        near = difflib.get_close_matches(reference.rpartition("/")[2], known, 3, 0.6)
        return unknown(reference, near)

    def paths(self, connection: sa.Connection, limit: int) -> list[str]:
        """``database.table`` of tables, and the databases."""
        query = sa.select(databases.c.name, tables.c.name).join(databases, databases.c.id == tables.c.database_id)
        found = [f"{database}.{name}" for database, name in connection.execute(query.limit(limit))]
        return [*found, *sorted({path.partition(".")[0] for path in found})]

    # -- tables ----------------------------------------------------------------------------------------------

    def version(self, connection: sa.Connection, table_id: str, number: int | None = None) -> TableVersion:
        """A version of a table's schema; the present one by default.

        Raises
        ------
        NotFound: ``version_unknown``.
        """
        query = sa.select(versions).where(versions.c.table_id == table_id)
        query = query.where(versions.c.number == number) if number is not None else query
        row = connection.execute(query.order_by(versions.c.number.desc()).limit(1)).first()
        if row is None:
            raise NotFound("version_unknown", f"The table has no version {number}.", "See its versions.")
        return version_of(row)

    def ids_of(self, connection: sa.Connection, source_id: str, identities: Collection[str]) -> list[str]:
        """The ids of a source's tables by identity."""
        found: list[str] = []
        for chunk in _chunks(sorted(identities)):
            query = sa.select(tables.c.id).where(tables.c.source_id == source_id, tables.c.identity.in_(chunk))
            found += connection.execute(query).scalars()
        return found

    def tables(self, connection: sa.Connection, ids: Sequence[str], version: int | None = None) -> list[Table]:
        """Tables by id, in that order, with all that is said of them; those that are gone are left out.

        Parameters
        ----------
        version: Their schema at this version in place of the present one.
        """
        found: dict[str, Table] = {}
        for chunk in _chunks(ids):
            found |= {table.id: table for table in self._load(connection, chunk, version)}
        return [found[table_id] for table_id in ids if table_id in found]

    def _load(self, connection: sa.Connection, ids: Sequence[str], version: int | None) -> Iterable[Table]:
        number = tables.c.version if version is None else sa.literal(version)
        query = (
            sa.select(
                tables,
                versions.c.columns,
                versions.c.partition_keys,
                versions.c.primary_key,
                versions.c.foreign_keys,
                versions.c.difference,
                versions.c.crawl_id,
                versions.c.number.label("version_number"),
                versions.c.created_at.label("version_at"),
                databases.c.name.label("database"),
                sources.c.name.label("source"),
            )
            .join(versions, sa.and_(versions.c.table_id == tables.c.id, versions.c.number == number))
            .join(databases, databases.c.id == tables.c.database_id)
            .join(sources, sources.c.id == tables.c.source_id)
            .where(tables.c.id.in_(ids))
        )
        rows = connection.execute(query).all()
        about = {*(row.id for row in rows), *(row.database_id for row in rows)}
        tagged = self.tags_of(connection, about)
        said = self.notes_of(connection, {row.id for row in rows})
        for row in rows:
            yield _table(row, tagged, said.get(row.id, {}))

    def tags_of(self, connection: sa.Connection, ids: Collection[str]) -> dict[tuple[str, str], dict[str, str]]:
        """Own tags by (resource's id, column or empty)."""
        found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for chunk in _chunks(sorted(ids)):
            for row in connection.execute(sa.select(tags).where(tags.c.resource_id.in_(chunk))):
                found[row.resource_id, row.column_name][row.key] = row.value
        return found

    def notes_of(self, connection: sa.Connection, ids: Collection[str]) -> dict[str, dict[str, dict[str, Any]]]:
        """Notes by resource's id and column (empty for the resource itself)."""
        found: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        for chunk in _chunks(sorted(ids)):
            for row in connection.execute(sa.select(notes).where(notes.c.resource_id.in_(chunk))):
                found[row.resource_id][row.column_name] = {
                    "description": row.description,
                    "owner": row.owner,
                    "terms": row.terms,
                    "attributes": row.attributes,
                }
        return found

    def databases(self, connection: sa.Connection, source_id: str | None = None) -> list[Database]:
        """Databases by source and name, with how many active tables they have."""
        active = (
            sa.select(tables.c.database_id, sa.func.count().label("active_tables"))
            .where(tables.c.state == "active")
            .group_by(tables.c.database_id)
            .subquery()
        )
        query = (
            sa.select(databases, sources.c.name.label("source"), active.c.active_tables)
            .join(sources, sources.c.id == databases.c.source_id)
            .outerjoin(active, active.c.database_id == databases.c.id)
            .order_by(sources.c.name, databases.c.name)
        )
        if source_id is not None:
            query = query.where(databases.c.source_id == source_id)
        rows = connection.execute(query).all()
        ids = {row.id for row in rows}
        tagged, said = self.tags_of(connection, ids), self.notes_of(connection, ids)
        return [
            Database(
                id=row.id,
                source_id=row.source_id,
                source=row.source,
                name=row.name,
                tables=row.active_tables or 0,
                tags=tagged.get((row.id, ""), {}),
                description=said.get(row.id, {}).get("", {}).get("description"),
                owner=said.get(row.id, {}).get("", {}).get("owner"),
                terms=tuple(said.get(row.id, {}).get("", {}).get("terms") or ()),
                attributes=said.get(row.id, {}).get("", {}).get("attributes") or {},
            )
            for row in rows
        ]

    # -- partitions ------------------------------------------------------------------------------------------

    def partitions(
        self, connection: sa.Connection, table_id: str, limit: int, after: str | None = None
    ) -> list[Partition]:
        """Partitions after a key, in the order of their keys."""
        query = sa.select(partitions).where(partitions.c.table_id == table_id)
        if after is not None:
            query = query.where(partitions.c.key > after)
        rows = connection.execute(query.order_by(partitions.c.key).limit(limit))
        return [
            Partition(tuple(json.loads(row.key)), row.location, row.files, row.bytes, row.rows, row.parameters)
            for row in rows
        ]


def partition_key(values: Sequence[str]) -> str:
    """The key of a partition in the store."""
    return json.dumps(list(values), ensure_ascii=False)


def version_of(row: Any, number: int | None = None, created_at: datetime | None = None) -> TableVersion:
    """A version from its row; where the row is joined with others, these two are told apart."""
    return TableVersion(
        number=row.number if number is None else number,
        columns=tuple(Column.from_json(column) for column in row.columns),
        partition_keys=tuple(PartitionKey(**key) for key in row.partition_keys),
        primary_key=tuple(row.primary_key),
        foreign_keys=tuple(ForeignKey.from_json(key) for key in row.foreign_keys),
        created_at=row.created_at if created_at is None else created_at,
        crawl_id=row.crawl_id,
        difference=row.difference,
    )


def _table(row: Any, tagged: Mapping[tuple[str, str], dict[str, str]], said: Mapping[str, dict[str, Any]]) -> Table:
    version = version_of(row, row.version_number, row.version_at)
    own = tagged.get((row.id, ""), {})
    effective = {**tagged.get((row.database_id, ""), {}), **own}
    names = dict.fromkeys([column.name for column in version.columns] + [key.name for key in version.partition_keys])
    notes_here = said.get("", {})
    return Table(
        id=row.id,
        source_id=row.source_id,
        source=row.source,
        database_id=row.database_id,
        database=row.database,
        name=row.name,
        identity=row.identity,
        state=row.state,
        version=version,
        versions=row.version,
        format=row.format,
        classifier=row.classifier,
        location=row.location,
        parameters=row.parameters,
        partitions=row.partitions,
        files=row.files,
        bytes=row.bytes,
        rows=row.rows,
        rows_exact=row.rows_exact,
        comment=row.comment,
        created_at=row.created_at,
        updated_at=row.updated_at,
        statistics=row.statistics,
        tags=effective,
        own_tags=own,
        column_tags={name: {**effective, **tagged.get((row.id, name), {})} for name in names},
        description=notes_here.get("description"),
        owner=notes_here.get("owner"),
        terms=tuple(notes_here.get("terms") or ()),
        attributes=notes_here.get("attributes") or {},
        column_notes={name: note for name, note in said.items() if name},
        uses=row.uses,
        quality=row.quality,
    )


def unknown(reference: str, near: Sequence[str] = ()) -> NotFound:
    """The error for what is not there, or not for the caller to know of: the same words for both."""
    hint = f"Did you mean {' or '.join(f'`{item}`' for item in near)}?" if near else ""
    return NotFound(
        "table_unknown",
        f"`{reference}` is not in the catalog.",
        hint or "Crawl its source with `jupyter mlx catalog crawl …`, or look with `jupyter mlx catalog search …`.",
    )


def _ambiguous(reference: str, found: list[str]) -> InvalidInput:
    return InvalidInput(
        "reference_ambiguous",
        f"`{reference}` is in several sources.",
        f"Say which: {', '.join(f'`{path}`' for path in sorted(found))}.",
    )


def _chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
