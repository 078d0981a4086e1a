"""What the tests of the file crawler share: writing files, crawling them, looking at what came out."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jupyter_mlx.catalog.crawlers.files import FileCrawler
from jupyter_mlx.catalog.models import ObservedTable, Source, Unchanged
from jupyter_mlx.catalog.port import CrawlContext, Progress


@dataclass
class Crawled:
    """What a crawl yielded, and what it told its context."""

    items: list[ObservedTable | Unchanged]
    context: CrawlContext

    @property
    def tables(self) -> dict[str, ObservedTable]:
        """By name; names must be distinct to be looked at so."""
        return {item.name: item for item in self.items if isinstance(item, ObservedTable)}

    @property
    def table(self) -> ObservedTable:
        """The only one."""
        (item,) = self.items
        assert isinstance(item, ObservedTable)
        return item

    @property
    def unchanged(self) -> list[str | None]:
        """Identities that were said to be unchanged."""
        return [item.identity for item in self.items if isinstance(item, Unchanged)]

    @property
    def problems(self) -> dict[str, str]:
        """Code by path."""
        return {problem.path: problem.code for problem in self.context.problems}

    @property
    def skipped(self) -> dict[str, str]:
        """Reason by path."""
        return {item.path: item.reason for item in self.context.skipped}


def crawl(
    location: Path | str,
    *,
    after: Crawled | None = None,
    secret: str | None = None,
    classifiers: Mapping[str, Mapping[str, Any]] | None = None,
    progress: Progress | None = None,
    own: Collection[Path] = (),
    **options: Any,
) -> Crawled:
    """Crawl a place; `after` an earlier crawl, with the manifest that it kept and the tables that it found."""
    context = CrawlContext(secret=secret, classifiers=classifiers or {}, progress=progress, own=own)
    if after is not None:
        context.manifest = after.context.manifest
        found = [item.identity for item in after.items if item.identity is not None]
        context.known = {identity: {"format": "", "digest": ""} for identity in [*found, *after.context.known]}
    source = Source("s1", "files", "files", str(location), None, options, None, "ada", datetime(2013, 1, 1, tzinfo=UTC))
    return Crawled(list(FileCrawler().crawl(source, context)), context)


def write_parquet(path: Path, columns: Mapping[str, Any] | None = None, **options: Any) -> Path:
    """A Parquet file; of one row unless columns are given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(dict(columns or {"id": [1], "name": ["a"]})), path, **options)
    return path


def write_csv(path: Path, *rows: str) -> Path:
    """A CSV file of these lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{row}\n" for row in rows))
    return path


def write_json(path: Path, *documents: Mapping[str, Any]) -> Path:
    """JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(document)}\n" for document in documents))
    return path


def types(table: ObservedTable) -> dict[str, str]:
    """Types by column."""
    return {column.name: column.type for column in table.columns}


def keys(table: ObservedTable) -> dict[str, str]:
    """Types by partition key."""
    return {key.name: key.type for key in table.partition_keys}


def values(table: ObservedTable) -> list[tuple[str, ...]]:
    """The values of all partitions."""
    return sorted(part.values for part in table.partitions)


def reasons(table: ObservedTable) -> dict[str, str]:
    """Why each folder went where it went, by the last part of its path."""
    return {item.folder.rpartition("/")[2]: item.reason for item in table.explanation.grouping}
