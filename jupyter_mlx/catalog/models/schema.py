"""What a table is made of: columns, keys, partitions; and its schema as it was from version to version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...clock import to_iso

__all__ = ["Column", "ColumnStatistics", "Difference", "ForeignKey", "Partition", "PartitionKey", "TableVersion"]


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
