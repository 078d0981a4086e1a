"""Tables as crawlers find them, with why each is one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .schema import Column, ColumnStatistics, ForeignKey, Partition, PartitionKey

__all__ = ["Explanation", "Grouping", "ObservedTable", "Skipped", "Unchanged"]


@dataclass(frozen=True)
class Grouping:
    """Why one folder went where it went: its similarity to its siblings, its cluster, and the decision in words."""

    folder: str
    similarity: float | None
    cluster: int | None
    decision: str
    reason: str


@dataclass(frozen=True)
class Skipped:
    """A path that was not read, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Explanation:
    """Why a table is one table.

    classifier: Which one decided, with its certainty, in words.
    sampled: Paths that were read, at most some hundred of them.
    notes: Further decisions, one sentence each (a header that was found, a type that was widened).
    """

    classifier: str
    grouping: tuple[Grouping, ...] = ()
    sampled: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self, table: str = "") -> dict[str, Any]:
        """As the contract has it."""
        return {
            "table": table,
            "classifier": self.classifier,
            "grouping": [dict(vars(item)) for item in self.grouping],
            "sampled": list(self.sampled),
            "skipped": [dict(vars(item)) for item in self.skipped],
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class ObservedTable:
    """A table as a crawler found it.

    name: As the source names it; the catalog makes its own name of it.
    identity: What makes it the same table at the next crawl: a location, or ``schema.table``.
    database: As the source names it; None for the source's own.
    format: ``parquet``, ``csv``, ``json``, ``avro``, ``orc``, ``arrow``, ``log``, ``postgresql``, ``mysql``,
        ``sqlite``, ``dynamodb``, ``mongodb``, ``redis``, ``iceberg``, ``delta`` …
    rows: None where it is not known; `rows_exact` is False for an estimate.
    parameters: What a reader needs besides (`delimiter`, `header`, `compression`, `pattern`, `schema`, `table`, …).
    """

    name: str
    identity: str
    format: str
    classifier: str
    location: str
    columns: tuple[Column, ...]
    explanation: Explanation
    database: str | None = None
    partition_keys: tuple[PartitionKey, ...] = ()
    partitions: Sequence[Partition] = ()
    files: int | None = None
    bytes: int | None = None
    rows: int | None = None
    rows_exact: bool = True
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    comment: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    statistics: Mapping[str, ColumnStatistics] = field(default_factory=dict)


@dataclass(frozen=True)
class Unchanged:
    """A table that a crawler saw to be as it was; `identity` None says so of all tables of the source."""

    identity: str | None = None
