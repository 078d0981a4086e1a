"""Readings of a source: what they did, and what they could not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...clock import to_iso

__all__ = ["Crawl", "Problem", "TableChange"]


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
