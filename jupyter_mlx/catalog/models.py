"""The shapes of the catalog, the same through every door: sources, databases, tables with versions, crawls.

Types are Apache Arrow's names as text (``int64``, ``timestamp[us, tz=UTC]``, ``list<item: string>``); what a
document field saw as several types reads ``union<int64, string>``. `hive_type` is what Glue would store.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..clock import to_iso
from .types import hive_type

__all__ = [
    "Column",
    "ColumnStatistics",
    "Crawl",
    "Database",
    "Difference",
    "Explanation",
    "ForeignKey",
    "Grouping",
    "ObservedTable",
    "Partition",
    "PartitionKey",
    "Principal",
    "Problem",
    "Skipped",
    "Source",
    "SourceRequest",
    "Table",
    "TableChange",
    "TableVersion",
    "TableView",
    "Unchanged",
]


@dataclass(frozen=True)
class Principal:
    """Who asks. `admin` may do everything; for others the grants decide where access is by grants."""

    user: str
    groups: tuple[str, ...] = ()
    admin: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """How grants name this principal: ``user:ada``, ``group:risk``, and ``everyone``."""
        return (f"user:{self.user}", *(f"group:{group}" for group in self.groups), "everyone")


# -- sources and crawls --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SourceRequest:
    """A place to crawl and how; `schema SourceRequest` of the contract.

    location: A path, a glob, ``s3://bucket/prefix``, an SQLAlchemy URL, ``dynamodb://``, ``mongodb://…``, ``redis://…``.
    name: The source's name in the catalog; made from the location where it is not given.
    database: The catalog's database that its tables go to; the crawler's own rule where it is not given.
    kind: Which crawler; recognised from the location where it is not given.
    options: By kind; each crawler's module documents its own.
    secret: Name of a secret: the password of a database, or ``KEY:SECRET`` of an object store.
    """

    location: str
    name: str | None = None
    database: str | None = None
    kind: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    secret: str | None = None


@dataclass(frozen=True)
class Source:
    """A place that is crawled. `location` never holds a password."""

    id: str
    name: str
    kind: str
    location: str
    database: str | None
    options: dict[str, Any]
    secret: str | None
    owner: str
    created_at: datetime
    last_crawl: dict[str, Any] | None = None
    tables: int = 0
    schedule_id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "location": self.location,
            "database": self.database,
            "options": self.options,
            "secret": self.secret,
            "owner": self.owner,
            "created_at": to_iso(self.created_at),
            "last_crawl": self.last_crawl,
            "tables": self.tables,
            "schedule_id": self.schedule_id,
        }


@dataclass(frozen=True)
class Problem:
    """Something in a source that could not be read; the crawl went on without it."""

    path: str
    code: str
    message: str

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return dict(vars(self))


@dataclass(frozen=True)
class TableChange:
    """What a crawl did to a table: created, updated, unchanged, deprecated or deleted."""

    id: str
    name: str
    change: str
    version: int
    database: str = ""
    difference: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        document: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "database": self.database,
            "change": self.change,
            "version": self.version,
        }
        if self.difference:
            document["difference"] = dict(self.difference)
        return document


@dataclass(frozen=True)
class Crawl:
    """One reading of a source. `state` is RUNNING, SUCCEEDED, FAILED, CANCELLED or LOST (its process died)."""

    id: str
    source_id: str
    source: str
    state: str
    dry_run: bool
    owner: str
    started_at: datetime
    ended_at: datetime | None = None
    run_id: str | None = None
    listed: int = 0
    read: int = 0
    skipped: int = 0
    failed: int = 0
    tables: tuple[TableChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    problems_total: int = 0
    error: dict[str, Any] | None = None
    seconds: float | None = None

    def to_json(self, *, whole: bool = True) -> dict[str, Any]:
        """As the contract has it; without `whole`, tables and problems are left empty, as events carry it."""
        document: dict[str, Any] = {
            "id": self.id,
            "source_id": self.source_id,
            "source": self.source,
            "state": self.state,
            "dry_run": self.dry_run,
            "owner": self.owner,
            "run_id": self.run_id,
            "started_at": to_iso(self.started_at),
            "ended_at": to_iso(self.ended_at),
            "seconds": self.seconds,
            "listed": self.listed,
            "read": self.read,
            "skipped": self.skipped,
            "failed": self.failed,
            "tables": [change.to_json() for change in self.tables] if whole else [],
            "problems": [problem.to_json() for problem in self.problems] if whole else [],
            "problems_total": self.problems_total,
        }
        if self.error:
            document["error"] = self.error
        return document


# -- tables --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A column as its source has it.

    nullable: None where the source does not say.
    presence: Share of documents that have the field, 0 to 1; None for sources with a schema.
    types: Shares by type where documents disagree, such as ``{"int64": 0.9, "string": 0.1}``.
    """

    name: str
    type: str
    nullable: bool | None = None
    comment: str | None = None
    presence: float | None = None
    types: Mapping[str, float] | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is stored; what is None is left out."""
        return {key: value for key, value in vars(self).items() if value is not None}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Column:
        """From what `to_json` wrote."""
        return cls(**document)


@dataclass(frozen=True)
class PartitionKey:
    """A key that folders or a table format cut a table by."""

    name: str
    type: str

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {"name": self.name, "type": self.type}


@dataclass(frozen=True)
class Partition:
    """One part of a table: `values` are texts in the order of the keys."""

    values: tuple[str, ...]
    location: str
    files: int = 0
    bytes: int = 0
    rows: int | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {**vars(self), "values": list(self.values), "parameters": dict(self.parameters)}


@dataclass(frozen=True)
class ForeignKey:
    """Columns that point to those of another table, which is named as the source names it."""

    columns: tuple[str, ...]
    table: str
    references: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {"columns": list(self.columns), "table": self.table, "references": list(self.references)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ForeignKey:
        """From what `to_json` wrote."""
        return cls(tuple(document["columns"]), document["table"], tuple(document["references"]))


@dataclass(frozen=True)
class ColumnStatistics:
    """What is known of a column's values without a profile: from file footers or a server's statistics.

    min, max: As JSON holds them; times as ISO 8601 text.
    exact: False for estimates.
    """

    nulls: int | None = None
    distinct: int | None = None
    min: Any = None
    max: Any = None
    exact: bool = True

    def to_json(self) -> dict[str, Any]:
        """As it is stored; what is None is left out."""
        return {key: value for key, value in vars(self).items() if value is not None}


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


@dataclass(frozen=True)
class Difference:
    """What changed in a schema, for people and programs."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[dict[str, Any], ...] = ()
    moved: bool = False
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.moved)

    def to_json(self) -> dict[str, Any]:
        """As the contract has it; `changed` items are ``{"name", "what", "from", "to"}``."""
        return {
            "added": list(self.added),
            "removed": list(self.removed),
            "changed": list(self.changed),
            "moved": self.moved,
            "words": list(self.words),
        }


@dataclass(frozen=True)
class TableVersion:
    """The schema of a table from one crawl on, until the next version."""

    number: int
    columns: tuple[Column, ...]
    partition_keys: tuple[PartitionKey, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    created_at: datetime
    crawl_id: str | None = None
    difference: dict[str, Any] | None = None

    @property
    def digest(self) -> str:
        """What tells this schema from others; a sample's shares (`presence`, `types`) make no other schema."""
        text = json.dumps(
            [
                [[column.name, column.type, column.nullable, column.comment] for column in self.columns],
                [key.to_json() for key in self.partition_keys],
                list(self.primary_key),
                [key.to_json() for key in self.foreign_keys],
            ],
            sort_keys=True,
        )
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "number": self.number,
            "digest": self.digest,
            "columns": [column.to_json() for column in self.columns],
            "partition_keys": [key.to_json() for key in self.partition_keys],
            "primary_key": list(self.primary_key),
            "foreign_keys": [key.to_json() for key in self.foreign_keys],
            "created_at": to_iso(self.created_at),
            "crawl_id": self.crawl_id,
            "difference": self.difference,
        }


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
