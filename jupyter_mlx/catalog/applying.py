"""Writing what a crawl found: databases, tables, versions, partitions, explanations, the index, all in batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..jobs.models import new_id
from ..store.catalog_tables import databases, explanations, partitions, removed, tables, versions
from . import search_index
from .changes import check_policies, difference, permitted
from .models import ObservedTable, Partition, Source, TableChange, TableVersion, Unchanged
from .names import catalog_name, unique_name
from .repository import CatalogRepository, partition_key

__all__ = ["Applier", "forget_table"]


@dataclass(frozen=True)
class _Known:
    """A table as the store has it, with what a crawl may change."""

    id: str
    number: int
    name: str
    database_id: str
    identity: str
    state: str
    version: int
    digest: str
    facts: Mapping[str, Any]


_FACTS = (
    "format",
    "classifier",
    "location",
    "parameters",
    "comment",
    "files",
    "bytes",
    "rows",
    "rows_exact",
    "statistics",
)


class Applier:
    """Applies the observations of one crawl of a source, inside the caller's transactions.

    Parameters
    ----------
    crawl_id: New versions name it.
    """

    def __init__(self, source: Source, crawl_id: str, now: datetime, repository: CatalogRepository) -> None:
        self._source = source
        self._crawl_id = crawl_id
        self._now = now
        self._repository = repository
        self._update, self._delete = check_policies(source.options)
        self._known: dict[str, _Known] = {}
        self._databases: dict[str, str] = {}
        self._names: dict[str, set[str]] = {}
        self._seen: set[str] = set()
        self._all_unchanged = False
        self.changes: list[TableChange] = []

    def load(self, connection: sa.Connection) -> dict[str, dict[str, Any]]:
        """Read what is known of the source; by identity, what a crawler is told of it."""
        rows = connection.execute(sa.select(tables).where(tables.c.source_id == self._source.id)).all()
        for row in rows:
            facts = {name: getattr(row, name) for name in _FACTS}
            self._known[row.identity] = _Known(
                row.id,
                row.number,
                row.name,
                row.database_id,
                row.identity,
                row.state,
                row.version,
                row.schema_digest,
                facts,
            )
            self._names.setdefault(row.database_id, set()).add(row.name)
        query = sa.select(databases.c.id, databases.c.name).where(databases.c.source_id == self._source.id)
        self._databases = {row.name: row.id for row in connection.execute(query)}
        return {
            known.identity: {"format": known.facts["format"], "digest": known.digest}
            for known in self._known.values()
            if known.state == "active"
        }

    # -- what was seen ---------------------------------------------------------------------------------------

    def apply(self, connection: sa.Connection, observed: Iterable[ObservedTable | Unchanged]) -> None:
        """Write a batch of observations."""
        changed: list[str] = []
        for item in observed:
            if isinstance(item, Unchanged):
                self._keep(item)
                continue
            if item.identity in self._seen:
                continue
            self._seen.add(item.identity)
            known = self._known.get(item.identity)
            change = self._create(connection, item) if known is None else self._refresh(connection, item, known)
            self.changes.append(change)
            if change.change != "unchanged":
                changed.append(change.id)
        search_index.index(connection, self._repository, changed)

    def _keep(self, item: Unchanged) -> None:
        if item.identity is None:
            self._all_unchanged = True
            kept = [known for known in self._known.values() if known.state == "active"]
        else:
            kept = [self._known[item.identity]] if item.identity in self._known else []
        for known in kept:
            if known.identity not in self._seen:
                self._seen.add(known.identity)
                self.changes.append(self._change(known, "unchanged", known.version))

    def _create(self, connection: sa.Connection, item: ObservedTable) -> TableChange:
        database, database_id = self._database(connection, item)
        taken = self._names.setdefault(database_id, set())
        prefix = str(self._source.options.get("prefix") or "")
        name = unique_name(catalog_name(item.name, prefix), item.identity, taken)
        taken.add(name)
        table_id = self._id(connection, item.identity)
        version = self._version(item, 1)
        connection.execute(
            sa.insert(tables).values(
                id=table_id,
                source_id=self._source.id,
                database_id=database_id,
                name=name,
                identity=item.identity,
                state="active",
                version=1,
                schema_digest=version.digest,
                partitions=len(item.partitions),
                created_at=self._now,
                updated_at=self._now,
                **_facts(item),
            )
        )
        self._write_version(connection, table_id, version)
        self._add_partitions(connection, table_id, item.partitions)
        self._explain(connection, table_id, item)
        return TableChange(table_id, name, "created", 1, database)

    def _id(self, connection: sa.Connection, identity: str) -> str:
        """The id that a table had before it was removed, else a new one."""
        place = (removed.c.source_id == self._source.id, removed.c.identity == identity)
        known = connection.execute(sa.select(removed.c.table_id).where(*place)).scalar()
        if known is not None:
            connection.execute(sa.delete(removed).where(*place))
        return known or new_id()

    def _refresh(self, connection: sa.Connection, item: ObservedTable, known: _Known) -> TableChange:
        old = self._repository.version(connection, known.id)
        new = permitted(old, self._version(item, known.version + 1), self._update)
        found = difference(old, self._version(item, 0)) if self._update == "log" else difference(old, new)
        values = {name: value for name, value in _facts(item).items() if value != known.facts[name]}
        if self._update == "log":
            # What a reader needs may have changed with the schema: only counts and statistics follow the data.
            values = {
                key: values[key] for key in values if key in ("files", "bytes", "rows", "rows_exact", "statistics")
            }
        parts_changed = self._sync_partitions(connection, known.id, item.partitions)
        number = known.version
        if found and self._update != "log":
            number = new.number
            self._write_version(connection, known.id, replace(new, difference=found.to_json()))
            values |= {"version": number, "schema_digest": new.digest}
        if not (values or parts_changed or found or known.state != "active"):
            return self._change(known, "unchanged", known.version)
        connection.execute(
            sa.update(tables)
            .where(tables.c.id == known.id)
            .values(state="active", updated_at=self._now, partitions=len(item.partitions), **values)
        )
        self._explain(connection, known.id, item)
        return self._change(known, "updated", number, found.to_json() if found else None)

    def _change(self, known: _Known, change: str, version: int, found: Mapping[str, Any] | None = None) -> TableChange:
        names = {identifier: name for name, identifier in self._databases.items()}
        return TableChange(known.id, known.name, change, version, names[known.database_id], found)

    def _database(self, connection: sa.Connection, item: ObservedTable) -> tuple[str, str]:
        name = catalog_name(self._source.database or item.database or self._source.name)
        if name not in self._databases:
            self._databases[name] = new_id()
            connection.execute(
                sa.insert(databases).values(id=self._databases[name], source_id=self._source.id, name=name)
            )
        return name, self._databases[name]

    def _version(self, item: ObservedTable, number: int) -> TableVersion:
        return TableVersion(
            number, item.columns, item.partition_keys, item.primary_key, item.foreign_keys, self._now, self._crawl_id
        )

    def _write_version(self, connection: sa.Connection, table_id: str, version: TableVersion) -> None:
        document = version.to_json()
        kept = ("number", "columns", "partition_keys", "primary_key", "foreign_keys", "difference", "crawl_id")
        connection.execute(
            sa.insert(versions).values(
                table_id=table_id, created_at=version.created_at, **{key: document[key] for key in kept}
            )
        )

    def _explain(self, connection: sa.Connection, table_id: str, item: ObservedTable) -> None:
        connection.execute(sa.delete(explanations).where(explanations.c.table_id == table_id))
        connection.execute(sa.insert(explanations).values(table_id=table_id, data=item.explanation.to_json()))

    # -- partitions ------------------------------------------------------------------------------------------

    def _add_partitions(self, connection: sa.Connection, table_id: str, found: Sequence[Partition]) -> None:
        if found:
            connection.execute(sa.insert(partitions), [_partition_row(table_id, part) for part in found])

    def _sync_partitions(self, connection: sa.Connection, table_id: str, found: Sequence[Partition]) -> bool:
        """Add, change and remove partitions; whether anything was to do."""
        query = sa.select(partitions).where(partitions.c.table_id == table_id)
        old = {row.key: dict(row._mapping) for row in connection.execute(query)}
        new = {row["key"]: row for row in (_partition_row(table_id, part) for part in found)}
        added = [row for key, row in new.items() if key not in old]
        changed = [row for key, row in new.items() if key in old and row != old[key]]
        gone = [key for key in old if key not in new] if self._delete != "log" else []
        for key in [*gone, *(row["key"] for row in changed)]:
            connection.execute(sa.delete(partitions).where(partitions.c.table_id == table_id, partitions.c.key == key))
        if added or changed:
            connection.execute(sa.insert(partitions), [*added, *changed])
        return bool(added or changed or gone)

    # -- what is gone ----------------------------------------------------------------------------------------

    def finish(self, connection: sa.Connection, incomplete: Iterable[str]) -> None:
        """Deprecate, delete or only tell of tables that the source does not have any more.

        Parameters
        ----------
        incomplete: Paths that could not be read: a table at, above or below one of them may be there all the same.
        """
        if self._all_unchanged:
            return
        unread = [_bare(path) for path in incomplete]
        for known in self._known.values():
            if known.identity in self._seen or known.state != "active":
                continue
            places = [_bare(known.identity), _bare(known.facts["location"])]
            if any(_related(place, path) for place in places for path in unread):
                self.changes.append(self._change(known, "unchanged", known.version))
                continue
            self._remove(connection, known)

    def _remove(self, connection: sa.Connection, known: _Known) -> None:
        if self._delete == "log":
            found = {"added": [], "removed": [], "changed": [], "moved": False, "words": ["the source lacks it now"]}
            self.changes.append(self._change(known, "unchanged", known.version, found))
        elif self._delete == "delete":
            forget_table(connection, known.id)
            self.changes.append(self._change(known, "deleted", known.version))
        else:
            connection.execute(
                sa.update(tables).where(tables.c.id == known.id).values(state="deprecated", updated_at=self._now)
            )
            self.changes.append(self._change(known, "deprecated", known.version))


def forget_table(connection: sa.Connection, table_id: str) -> None:
    """Remove a table; its tags and notes stay for the case that it comes back."""
    row = connection.execute(sa.select(tables).where(tables.c.id == table_id)).one()
    search_index.forget(connection, [row.number])
    connection.execute(sa.insert(removed).values(source_id=row.source_id, identity=row.identity, table_id=table_id))
    connection.execute(sa.delete(tables).where(tables.c.id == table_id))


def _facts(item: ObservedTable) -> dict[str, Any]:
    return {
        "format": item.format,
        "classifier": item.classifier,
        "location": item.location,
        "parameters": dict(item.parameters),
        "comment": item.comment,
        "files": item.files,
        "bytes": item.bytes,
        "rows": item.rows,
        "rows_exact": item.rows_exact,
        "statistics": {name: value.to_json() for name, value in item.statistics.items()},
    }


def _partition_row(table_id: str, part: Partition) -> dict[str, Any]:
    return {
        "table_id": table_id,
        "key": partition_key(part.values),
        "location": part.location,
        "files": part.files,
        "bytes": part.bytes,
        "rows": part.rows,
        "parameters": dict(part.parameters),
    }


def _bare(path: str) -> str:
    return path.partition("://")[2].rstrip("/") if "://" in path else path.rstrip("/")


def _related(place: str, path: str) -> bool:
    return place == path or place.startswith(f"{path}/") or path.startswith(f"{place}/")
