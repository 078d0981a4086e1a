"""Places that are crawled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...clock import to_iso

__all__ = ["Source", "SourceRequest"]


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
