"""Databases and tables as the catalog has them, and as one principal may see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ...clock import to_iso
from ..types import hive_type
from .schema import Column, TableVersion

__all__ = ["Database", "Table", "TableView"]


@dataclass(frozen=True)
class Database:
    """A namespace of tables within a source. `tags` are its own."""

    id: str
    source_id: str
    source: str
    name: str
    tables: int
    tags: dict[str, str]
    description: str | None
    owner: str | None
    terms: tuple[str, ...]
    attributes: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {**vars(self), "terms": list(self.terms)}


@dataclass(frozen=True)
class Table:
    """A table at a version, with what people said of it.

    tags: Effective ones: inherited from the database, overridden by its own. `own_tags` are its own.
    column_tags: Effective tags by column, those of the table included.
    """

    id: str
    source_id: str
    source: str
    database_id: str
    database: str
    name: str
    identity: str
    state: str
    version: TableVersion
    versions: int
    format: str
    classifier: str
    location: str
    parameters: dict[str, Any]
    partitions: int
    files: int | None
    bytes: int | None
    rows: int | None
    rows_exact: bool
    comment: str | None
    created_at: datetime
    updated_at: datetime
    statistics: dict[str, dict[str, Any]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    own_tags: dict[str, str] = field(default_factory=dict)
    column_tags: dict[str, dict[str, str]] = field(default_factory=dict)
    description: str | None = None
    owner: str | None = None
    terms: tuple[str, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)
    column_notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    uses: int = 0
    quality: str = "unknown"

    @property
    def path(self) -> str:
        """``database.table``."""
        return f"{self.database}.{self.name}"

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the data, partition keys not included."""
        return self.version.columns

    def only(self, visible: Sequence[str]) -> Table:
        """The same with these columns and keys only: whatever tells of another is left out."""
        keep = set(visible)
        version = replace(
            self.version,
            columns=tuple(column for column in self.version.columns if column.name in keep),
            partition_keys=tuple(key for key in self.version.partition_keys if key.name in keep),
            primary_key=tuple(name for name in self.version.primary_key if name in keep),
            foreign_keys=tuple(key for key in self.version.foreign_keys if set(key.columns) <= keep),
            difference=None,
        )
        return replace(
            self,
            version=version,
            statistics={name: value for name, value in self.statistics.items() if name in keep},
            column_tags={name: value for name, value in self.column_tags.items() if name in keep},
            column_notes={name: value for name, value in self.column_notes.items() if name in keep},
        )

    def leading_to(self, seen: Mapping[tuple[str, str], Collection[str]]) -> Table:
        """The same with foreign keys to these only: by source and identity, columns of tables that may be known."""
        kept = tuple(
            key
            for key in self.version.foreign_keys
            if set(key.references) <= set(seen.get((self.source_id, key.table), ()))
            and (self.source_id, key.table) in seen
        )
        return replace(self, version=replace(self.version, foreign_keys=kept))

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        keys = {key.name for key in self.version.partition_keys}
        columns = []
        named = [(column, column.name in keys) for column in self.version.columns]
        present = {column.name for column in self.version.columns}
        named += [(Column(key.name, key.type), True) for key in self.version.partition_keys if key.name not in present]
        for column, partition in named:
            document = {
                **column.to_json(),
                "hive_type": hive_type(column.type),
                "partition": partition,
                "tags": self.column_tags.get(column.name, {}),
            }
            notes = self.column_notes.get(column.name, {})
            for key in ("description", "terms", "attributes"):
                if notes.get(key):
                    document[key] = notes[key]
            if column.name in self.statistics:
                document["statistics"] = self.statistics[column.name]
            columns.append(document)
        return {
            "id": self.id,
            "source": self.source,
            "source_id": self.source_id,
            "database": self.database,
            "database_id": self.database_id,
            "name": self.name,
            "version": self.version.number,
            "versions": self.versions,
            "state": self.state,
            "format": self.format,
            "classifier": self.classifier,
            "location": self.location,
            "parameters": self.parameters,
            "columns": columns,
            "partition_keys": [key.to_json() for key in self.version.partition_keys],
            "partitions": self.partitions,
            "files": self.files,
            "bytes": self.bytes,
            "rows": self.rows,
            "rows_exact": self.rows_exact,
            "primary_key": list(self.version.primary_key),
            "foreign_keys": [key.to_json() for key in self.version.foreign_keys],
            "tags": self.tags,
            "own_tags": self.own_tags,
            "owner": self.owner,
            "description": self.description or self.comment,
            "terms": list(self.terms),
            "attributes": self.attributes,
            "created_at": to_iso(self.created_at),
            "updated_at": to_iso(self.updated_at),
            "uses": self.uses,
            "quality": self.quality,
        }


@dataclass(frozen=True)
class TableView:
    """A table as one principal may see it.

    table: With visible columns only.
    permissions: Of ``describe``, ``select``, ``alter``, ``tag``, ``grant``.
    selectable: Columns whose values may be read; others of the table may only be described.
    rows: An SQL predicate that every read is filtered by; None for all rows.
    masks: Column → how its values are shown (``hash``, ``null``, ``redact``, ``partial``, ``year``); where rows differ,
        the way that shows least.
    cells: Column → the ways in which its values are shown, where rows differ: ``(predicate, mask or None)``, of which
        the first holds whose predicate is true; null where none is.
    """

    table: Table
    permissions: frozenset[str]
    selectable: tuple[str, ...]
    rows: str | None = None
    masks: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, tuple[tuple[str, str | None], ...]] = field(default_factory=dict)
