"""A table with all that another catalog should know of it, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..models import Column, ColumnStatistics, Explanation, ForeignKey, ObservedTable, Partition, PartitionKey, Table

__all__ = ["Entry", "entry_of", "observed"]

Notes = Mapping[str, Mapping[str, Any]]
NOTES = ("description", "owner", "terms", "attributes")


@dataclass(frozen=True)
class Entry:
    """What is exchanged of a table, its partitions apart.

    statistics: By column, as `ColumnStatistics.to_json` has them.
    notes: What people say: ``description``, ``owner``, ``terms``, ``attributes``, by column; ``""`` is the table's own.
    tags: Own tags, by column likewise.
    """

    name: str
    format: str
    classifier: str
    location: str
    columns: tuple[Column, ...]
    partition_keys: tuple[PartitionKey, ...] = ()
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    statistics: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    comment: str | None = None
    files: int | None = None
    bytes: int | None = None
    rows: int | None = None
    rows_exact: bool = True
    notes: Notes = field(default_factory=dict)
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As it travels."""
        return {
            **vars(self),
            "columns": [column.to_json() for column in self.columns],
            "partition_keys": [key.to_json() for key in self.partition_keys],
            "primary_key": list(self.primary_key),
            "foreign_keys": [key.to_json() for key in self.foreign_keys],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Entry:
        """From what `to_json` wrote."""
        return cls(
            **{
                **document,
                "columns": tuple(Column.from_json(column) for column in document["columns"]),
                "partition_keys": tuple(PartitionKey(**key) for key in document["partition_keys"]),
                "primary_key": tuple(document["primary_key"]),
                "foreign_keys": tuple(ForeignKey.from_json(key) for key in document["foreign_keys"]),
            }
        )

    def said(self, column: str, what: str) -> Any:
        """A note on a column, or on the table where `column` is empty; None where there is none."""
        return self.notes.get(column, {}).get(what) or None


def entry_of(table: Table, notes: Notes, tags: Mapping[str, Mapping[str, str]]) -> Entry:
    """The entry of a table of this catalog; notes and tags are those of it and its columns themselves."""
    kept = {
        column: {what: said[what] for what in NOTES if said.get(what)}
        for column, said in sorted(notes.items())
        if any(said.get(what) for what in NOTES)
    }
    return Entry(
        name=table.name,
        format=table.format,
        classifier=table.classifier,
        location=table.location,
        columns=table.version.columns,
        partition_keys=table.version.partition_keys,
        primary_key=table.version.primary_key,
        foreign_keys=table.version.foreign_keys,
        parameters=table.parameters,
        statistics=table.statistics,
        comment=table.comment,
        files=table.files,
        bytes=table.bytes,
        rows=table.rows,
        rows_exact=table.rows_exact,
        notes=kept,
        tags={column: dict(own) for column, own in sorted(tags.items()) if own},
    )


def observed(
    entry: Entry, identity: str, database: str, partitions: tuple[Partition, ...], words: tuple[str, ...]
) -> ObservedTable:
    """The entry as a crawler yields it."""
    return ObservedTable(
        name=entry.name,
        identity=identity,
        format=entry.format,
        classifier=entry.classifier,
        location=entry.location,
        columns=entry.columns,
        explanation=Explanation(f"glue: the table `{identity}` of the Data Catalog", notes=words),
        database=database,
        partition_keys=entry.partition_keys,
        partitions=partitions,
        files=entry.files,
        bytes=entry.bytes,
        rows=entry.rows,
        rows_exact=entry.rows_exact,
        primary_key=entry.primary_key,
        foreign_keys=entry.foreign_keys,
        comment=entry.comment,
        parameters=entry.parameters,
        statistics={name: ColumnStatistics(**value) for name, value in entry.statistics.items()},
    )
