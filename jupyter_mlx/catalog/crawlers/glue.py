"""The AWS Glue Data Catalog as a source: its databases and tables, with partitions and parameters, through boto3.

The location is ``glue://REGION``, or ``glue://`` for the region of AWS's own configuration. Options: `region`,
`endpoint_url`, `catalog_id` (the account, where it is another's), `databases` (names, or globs; all where it is not
given), `exclude` (globs of ``database.table``). The secret is ``KEY:SECRET``; without one boto3 finds its own
credentials.

Parameters and storage descriptors are kept as they are under `glue` and `glue_storage` of a table's parameters, so that
an export writes back what was there. A table that this catalog exported comes back as it was, but for what was changed
in Glue; see `exchange.glue_shapes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from ...errors import MlxError, Unavailable
from ..exchange.aws import Connection
from ..exchange.entry import observed
from ..exchange.glue import GlueCatalog
from ..exchange.glue_shapes import read_partition, read_table
from ..exchange.projection import projected
from ..models import ObservedTable, Partition, Source, Unchanged
from ..port import CrawlContext
from .options import Options, why_not

__all__ = ["GlueCrawler", "connection_of"]

_OPTIONS = ("region", "endpoint_url", "catalog_id", "databases", "exclude")


def connection_of(source: Source, secret: str | None) -> Connection:
    """Where a source's catalog is.

    Raises
    ------
    InvalidInput: ``option_unknown``, ``option_invalid``.
    """
    options = Options("glue", source.options, _OPTIONS)
    return Connection(
        region=source.location.partition("://")[2].strip("/") or options.text("region"),
        endpoint_url=options.text("endpoint_url"),
        catalog_id=options.text("catalog_id"),
        secret=secret,
    )


class GlueCrawler:
    """Reads the databases of one Data Catalog."""

    def crawl(self, source: Source, context: CrawlContext) -> Iterator[ObservedTable | Unchanged]:
        """Yield the tables; see `Crawler`."""
        options = Options("glue", source.options, _OPTIONS)
        wanted, exclude = options.texts("databases"), options.texts("exclude")
        glue = GlueCatalog(connection_of(source, context.secret))
        for name in sorted(glue.databases()):
            if wanted and not any(fnmatchcase(name, glob) for glob in wanted):
                context.skip(name, "no glob of `databases` matches it")
                continue
            yield from _database(glue, name, exclude, context)


def _database(glue: GlueCatalog, name: str, exclude: tuple[str, ...], context: CrawlContext) -> Iterator[ObservedTable]:
    try:
        for table in glue.tables(name):
            path = f"{name}.{table['Name']}"
            context.listed += 1
            reason = why_not(path, (), exclude)
            if reason:
                context.skip(path, reason)
                continue
            found = _table(glue, name, path, table, context)
            if found is not None:
                yield found
            context.tell()
    except Unavailable as error:
        # The database went meanwhile, or may not be read: others may.
        context.fail(name, error.code, error.message)
        # Identities begin with the database's name and a dot, not with a folder's.
        context.incomplete.update(identity for identity in context.known if identity.startswith(f"{name}."))


def _table(
    glue: GlueCatalog, database: str, path: str, table: dict[str, Any], context: CrawlContext
) -> ObservedTable | None:
    try:
        read = read_table(table)
        entry, words = read.entry, read.words
        partitions: tuple[Partition, ...] = ()
        if entry.partition_keys and entry.format != "view":
            parameters = table.get("Parameters") or {}
            partitions, why = projected(entry.partition_keys, parameters, entry.location, datetime.now(UTC))
            words += (why,) if why else ()
            if not (partitions or why):
                partitions = tuple(read_partition(item) for item in glue.partitions(database, table["Name"]))
    except MlxError as error:
        context.fail(path, error.code, error.message)
        return None
    context.read += 1
    if entry.files is None and partitions and all(part.files for part in partitions):
        entry = replace(entry, files=sum(part.files for part in partitions))
    return observed(entry, path, database, partitions, words)
